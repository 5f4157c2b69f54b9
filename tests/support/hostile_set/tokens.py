"""Tokens as the tables of threats C make them: headers, envelopes, claims of VCDM 1.1."""

from __future__ import annotations

from typing import Any

from tests.support.hostile_set.documents import V2, merged
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json

KINDS = ("P-256", "Ed25519", "P-384", "P-521", "RSA")


def head_of(key: Key, **changes: Any) -> Json:
    return merged({"alg": key.alg, "kid": key.vm, "typ": "vc+jwt", "cty": "vc"}, changes)


def envelope(
    text: str, media: str = "application/vc+jwt", kind: str = "EnvelopedVerifiableCredential", **changes: Any
) -> Json:
    return merged({"@context": [V2], "id": f"data:{media},{text}", "type": [kind]}, changes)


def old_claims(document: Json, **changes: Any) -> Json:
    issuer = document["issuer"]
    claims = {
        "iss": issuer if isinstance(issuer, str) else issuer["id"],
        "jti": document.get("id"),
        "sub": document["credentialSubject"].get("id"),
        "nbf": 1_767_225_600,
        "vc": document,
    }
    return merged(claims, changes)
