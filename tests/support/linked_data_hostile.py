"""What a hostile hand does to a signed document: small changes, each named in the tables of `tests/hostile`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from schemas import credential, presentation, strict_json
from tests.support import linked_data as ld

CRED = "https://www.w3.org/2018/credentials#"
Change = Callable[[dict[str, Any]], Any]


def judge(raw: bytes) -> Any:
    """Read, gate and check a document as the verifier does; return the findings."""
    document = strict_json.loads(raw)
    gate = presentation.gate if "VerifiablePresentation" in _types(document) else credential.gate
    gate(document)
    purpose = "authentication" if gate is presentation.gate else "assertionMethod"
    return ld.check(document, purpose=purpose)


def _types(document: Any) -> Any:
    types = document.get("type", ()) if isinstance(document, dict) else ()
    return types if isinstance(types, list | str) else ()


def written(document: Any) -> bytes:
    """Return a document as bytes."""
    return json.dumps(document, ensure_ascii=False).encode()


def changed(document: dict[str, Any], change: Change) -> bytes:
    """Return a changed copy of a document as bytes; a change may return another document."""
    altered = copy.deepcopy(document)
    answer = change(altered)
    return written(altered if answer is None else answer)


def renamed(old: str, new: str) -> Change:
    """Write a member of the top under another key."""

    def change(document: dict[str, Any]) -> None:
        document[new] = document.pop(old)

    return change


def put(*path: Any) -> Change:
    """Set the place named by all but the last argument to the last."""
    *keys, last, value = path

    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for key in keys:
            place = place[key]
        place[last] = value

    return change


def dropped(*path: Any) -> Change:
    """Take a member away."""
    *keys, last = path

    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for key in keys:
            place = place[key]
        del place[last]

    return change


def wrapped(key: str, make: Callable[[Any], Any]) -> Change:
    """Replace a member of the top by what `make` makes of it."""

    def change(document: dict[str, Any]) -> None:
        document[key] = make(document[key])

    return change


def moved_into_issuer(key: str) -> Change:
    """Describe the credential a second time, inside its issuer, with a member that is gone from the top."""

    def change(document: dict[str, Any]) -> None:
        document["issuer"]["image"] = {"id": document["id"], key: document.pop(key)}

    return change
