"""The cases and what the network answers them."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, compact

YES, NO, UNKNOWN, NOT_YES, ANY = "yes", "no", "unknown", "not yes", "any"
"""Accepted; refused; could not be checked; one of the two latter; whatever, but in time and no error."""


Rows = list[Any]
"""A table: names, what is put in, and what must be told."""


@dataclass(frozen=True, slots=True)
class Case:
    """One document and the answer it must get; `codes`: at least one of them must be told, if any is named."""

    line: str
    name: str
    body: bytes
    expected: str
    codes: frozenset[str] = frozenset()
    media_type: str = "application/vc"
    challenge: str | None = None
    domain: str | None = None
    doors: tuple[str, ...] = ("verify", "vc-api")

    @property
    def label(self) -> str:
        return f"{self.line} {self.name}"


@dataclass
class World:
    """Collects cases and the answers of hosts; every host is new."""

    cases: list[Case] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    now: int = field(default_factory=lambda: int(time.time()))

    def add(
        self, line: str, name: str, document: Any, expected: str, codes: str | Iterable[str] = (), **more: Any
    ) -> None:
        """Add a case; `document` is an object, a text or bytes, `codes` may be texts with blanks between."""
        told = frozenset(codes.split() if isinstance(codes, str) else codes)
        body = document.encode() if isinstance(document, str) else compact(document)
        if isinstance(document, str):
            more.setdefault("media_type", "application/dc+sd-jwt" if "~" in document else "application/vc+jwt")
        elif isinstance(document, dict) and "VerifiablePresentation" in str(document.get("type")):
            more.setdefault("media_type", "application/vp")
        self.cases.append(Case(line, name, body, expected, told, **more))

    def yes(self, line: str, name: str, document: Any, **more: Any) -> None:
        self.add(line, name, document, YES, **more)

    def no(self, line: str, name: str, document: Any, codes: str = "", **more: Any) -> None:
        self.add(line, name, document, NO, codes, **more)

    def unknown(self, line: str, name: str, document: Any, codes: str = "", **more: Any) -> None:
        self.add(line, name, document, UNKNOWN, codes, **more)

    def not_yes(self, line: str, name: str, document: Any, codes: str = "", **more: Any) -> None:
        self.add(line, name, document, NOT_YES, codes, **more)

    def any(self, line: str, name: str, document: Any, **more: Any) -> None:
        self.add(line, name, document, ANY, **more)

    def host(self) -> str:
        return f"h{len(self.answers)}-{uuid.uuid4().hex[:10]}.judge.example"

    def publish(self, url: str, body: Any = None, **answer: Any) -> str:
        """Let the network answer `url`; return it."""
        if body is not None:
            name = f"b{len(self.bodies)}"
            self.bodies[name] = compact(body)
            answer["file"] = name
        self.answers[url] = answer
        return url

    def place(self, key: Key, fragment: str = "key-1") -> str:
        """Give `key` a did:web of its own; return where its document will be looked for."""
        host = self.host()
        key.as_web(f"did:web:{host}", fragment)
        return f"https://{host}/.well-known/did.json"

    def named(self, kind: str, naming: str, *, form: str = "Multikey") -> Key:
        """Return a new key known by did:key, did:jwk or did:web."""
        key = Key(kind)
        if naming == "jwk":
            return key.as_jwk()
        return self.web(key, form=form) if naming == "web" else key

    def web(
        self, key: Key, *, form: str = "Multikey", path: str = "", document: Json | None = None, **answer: Any
    ) -> Key:
        """Give `key` a did:web of its own and publish its document (changed by `document`)."""
        host = self.host()
        key.as_web(f"did:web:{host}" + path.replace("/", ":"))
        url = f"https://{host}{path or '/.well-known'}/did.json"
        body = did_document(key, form=form) | (document or {})
        self.publish(url, {name: value for name, value in body.items() if value is not None}, **answer)
        return key

    def write(self, folder: Path) -> Path:
        """Write the map of the network and its files into `folder`; return the map."""
        for name, body in self.bodies.items():
            (folder / name).write_bytes(body)
        path = folder / "fetch.json"
        path.write_text(json.dumps(self.answers))
        return path


def did_document(key: Key, *, form: str = "Multikey") -> Json:
    """Return the document of a DID with this key."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": key.did,
        "verificationMethod": [key.method(form)],
        "assertionMethod": [key.vm],
        "authentication": [key.vm],
    }
