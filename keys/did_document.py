"""Write the DID document that an institution publishes, as other wallets and verifiers read it.

The Ed25519 key stands twice, as Multikey, which the cryptosuites prescribe, and as
Ed25519VerificationKey2020, since half of the field knows only that; P-256 and P-384 twice, as
JsonWebKey, which tokens name, and as Multikey, since did-jwt knows no JsonWebKey (docs/decisions/0026).
`assertionMethod` holds texts, never objects: the certifier of 1EdTech reads nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.did import split_did
from keys.jwk import public_key_to_jwk, thumbprint
from keys.multibase import encode_multikey
from keys.store import PublicKey
from schemas.moments import written

SUFFIX_2020: Final = "-2020"
"""What follows the fragment of an Ed25519 key in its second description."""
SUFFIX_MULTIKEY: Final = "-multikey"
"""What follows the fragment of a P-256 or P-384 key in its second description."""
_MULTIKEY_CURVES: Final = ("secp256r1", "secp384r1")
_CONTEXTS: Final = {
    "": "https://www.w3.org/ns/did/v1",
    "Ed25519VerificationKey2020": "https://w3id.org/security/suites/ed25519-2020/v1",
    "Multikey": "https://w3id.org/security/multikey/v1",
    "JsonWebKey": "https://w3id.org/security/jwk/v1",
}


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key to publish; `fragment` names it within the document.

    A key that is retired stays, so that what it signed keeps verifying (R84). From `revoked` on
    its signatures are not believed. `relationships` are those under which it is listed.
    """

    fragment: str
    key: PublicKey
    relationships: tuple[str, ...] = ("assertionMethod",)
    revoked: datetime | None = None


def build_document(did: str, methods: Sequence[PublishedKey], *, also_known_as: Sequence[str] = ()) -> dict[str, Any]:
    """Return the DID document of `did` with these keys, in their order.

    Raises `ValueError` when a fragment occurs twice.
    """
    split_did(did)
    described = [entry for method in methods for entry in _described(did, method)]
    ids = [entry["id"] for _, entry in described]
    if len(set(ids)) != len(ids):
        msg = "two keys have the same fragment"
        raise ValueError(msg)
    kinds = {entry["type"] for _, entry in described}
    document: dict[str, Any] = {
        "@context": [address for kind, address in _CONTEXTS.items() if not kind or kind in kinds],
        "id": did,
    }
    if also_known_as:
        document["alsoKnownAs"] = list(also_known_as)
    document["verificationMethod"] = [entry for _, entry in described]
    for relationship in ("assertionMethod", "authentication"):
        listed = [entry["id"] for method, entry in described if relationship in method.relationships]
        if listed:
            document[relationship] = listed
    return document


def fragment_of(key: PublicKey) -> str:
    """Return the fragment that our keys get: the thumbprint of the key, so that it is never used twice."""
    return thumbprint(key)


def _described(did: str, method: PublishedKey) -> list[tuple[PublishedKey, dict[str, Any]]]:
    """Return the key as verification methods, in the forms that others read."""
    if not isinstance(method.key, ed25519.Ed25519PublicKey):
        entry = _entry(did, method.fragment, "JsonWebKey", method.revoked)
        jwk = {**public_key_to_jwk(method.key), "kid": method.fragment}
        described = [(method, entry | {"publicKeyJwk": jwk})]
        if isinstance(method.key, ec.EllipticCurvePublicKey) and method.key.curve.name in _MULTIKEY_CURVES:
            second = _entry(did, method.fragment + SUFFIX_MULTIKEY, "Multikey", method.revoked)
            described.append((method, second | {"publicKeyMultibase": encode_multikey(method.key)}))
        return described
    multikey = {"publicKeyMultibase": encode_multikey(method.key)}
    return [
        (method, _entry(did, method.fragment, "Multikey", method.revoked) | multikey),
        (method, _entry(did, method.fragment + SUFFIX_2020, "Ed25519VerificationKey2020", method.revoked) | multikey),
    ]


def _entry(did: str, fragment: str, kind: str, revoked: datetime | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": f"{did}#{fragment}", "type": kind, "controller": did}
    if revoked:
        entry["revoked"] = written(revoked)
    return entry
