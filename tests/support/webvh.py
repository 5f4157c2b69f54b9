"""A did:webvh log, written entry by entry with real proofs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from keys import did_webvh
from keys.did import split_key_url
from keys.local_signer import LocalSigner
from keys.multibase import encode_multikey
from keys.resolver import Resolver, find_key
from keys.webvh_parameters import METHOD
from proofs.integrity import add_proof, check_proofs
from tests.support.linked_data import converter

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)


def check(entry: Mapping[str, Any]) -> frozenset[str]:
    """Return who signed an entry, as the wiring does."""
    resolver = Resolver()

    def find(url: str, purpose: str) -> Any:
        split_key_url(url)
        return find_key(resolver, url, purpose)

    findings = check_proofs(entry, find_key=find, converter=converter(), now=NOW)
    return frozenset(finding.verification_method for finding in findings)


class Log:
    """Builds a log; every entry can be spoiled before it is hashed or before it is signed."""

    def __init__(self, signer: LocalSigner, *, path: str = "registrar.example:t:uni") -> None:
        self.signer = signer
        self.path = path
        self.scid = "{SCID}"
        self.entries: list[dict[str, Any]] = []

    @property
    def did(self) -> str:
        return f"did:webvh:{self.scid}:{self.path}"

    def key(self, signer: LocalSigner | None = None) -> str:
        return encode_multikey((signer or self.signer).public_key)

    def key_hash(self, signer: LocalSigner) -> str:
        return did_webvh._key_hash(self.key(signer))

    def add(self, *, by: LocalSigner | None = None, parameters: Any = None, **changes: Any) -> Log:
        """Add an entry signed by `by`; `changes` replace its members before it is hashed."""
        first = not self.entries
        own = {"method": METHOD, "scid": self.scid, "updateKeys": [self.key()]} if first else {}
        entry = {
            "versionId": self.scid if first else self.entries[-1]["versionId"],
            "versionTime": (NOW - timedelta(days=9 - len(self.entries))).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "parameters": parameters if isinstance(parameters, list) else {**own, **(parameters or {})},
            "state": {"@context": ["https://www.w3.org/ns/did/v1"], "id": self.did},
            **changes,
        }
        if first:
            self.scid = did_webvh._hash(entry)
            entry = json.loads(json.dumps(entry).replace("{SCID}", self.scid))
        entry["versionId"] = f"{len(self.entries) + 1}-{did_webvh._hash(entry)}"
        self.entries.append(signed(entry, by or self.signer))
        return self

    def raw(self) -> bytes:
        return b"".join(json.dumps(entry).encode() + b"\n" for entry in self.entries)


def signed(entry: dict[str, Any], signer: LocalSigner, suite: str = "eddsa-jcs-2022") -> dict[str, Any]:
    """Return an entry with its proof in an array, as the method wants it."""
    proved = add_proof(entry, signer=signer, cryptosuite=suite, created=NOW, converter=converter())
    return {**proved, "proof": [proved["proof"]]}
