"""Resolve a DID, or dereference the DID URL of a key, and say how it went.

    answer = answered("did:key:z6Mk…", resolver)
    answer.status, answer.to_json()

A whole resolution result tells what went wrong by the names of the specifications: W3C DID
Resolution (sections 4, 5 and 10) and the did:key method (`invalidPublicKeyLength` and others). Nothing is
fetched here: the resolver does that, through its guarded door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ed25519

from keys.bls_keys import BLSPublicKey
from keys.controlled_document import definitions
from keys.did import split_did, split_key_url
from keys.jwk import public_key_to_jwk
from keys.multibase import decode_multikey, has_length_of_its_kind
from keys.resolver import METHODS, DIDResolver
from schemas.problems import DID_DEACTIVATED, DID_INVALID, DID_UNRESOLVED, Problem, ProblemError

CONTEXT: Final = "https://w3id.org/did-resolution/v1"
MEDIA_TYPE: Final = "application/did"
_KEY: Final = "did:key:"
_MULTIKEY: Final = "Multikey"
_JWK: Final = ("JsonWebKey", "JsonWebKey2020")
_ED25519: Final = "Ed25519VerificationKey2020"
_NOT_GIVEN: Final = frozenset(
    {
        "EcdsaSecp256k1VerificationKey2019",
        "Ed25519VerificationKey2018",
        "X25519KeyAgreementKey2019",
        "X25519KeyAgreementKey2020",
    }
)
"""Ways to write a key that are known here and never used."""
_STATUS: Final[Mapping[str, int]] = {"methodNotSupported": 501, "notFound": 404, "deactivated": 410}
_BAD: Final = 400
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a question: `content` is a DID document or a key, empty when `error` is set."""

    content: Mapping[str, Any]
    is_dereferenced: bool
    error: str | None = None
    problem: Problem | None = None

    @property
    def status(self) -> int:
        """Return the HTTP status (DID Resolution, section 10)."""
        return _OK if self.error is None else _STATUS.get(self.error, _BAD)

    def to_json(self) -> dict[str, Any]:
        """Return the whole result; `content` stands under both names that clients look for."""
        metadata: dict[str, Any] = {"contentType": MEDIA_TYPE} if self.error is None else {"error": self.error}
        if self.problem is not None:
            metadata["problemDetails"] = {"type": self.problem.type, "title": self.problem.title}
        body: dict[str, Any] = {"@context": CONTEXT, "didDocument": self.content, "didDocumentMetadata": {}}
        if self.is_dereferenced:
            return body | {"content": self.content, "contentMetadata": {}, "didDereferencingMetadata": metadata}
        return body | {"didResolutionMetadata": metadata}


def answered(url: str, resolver: DIDResolver, *, key_format: str | None = None) -> Resolution:
    """Return the DID document of a DID, or the key at a DID URL with a fragment; never raises for its text.

    `key_format` asks for the key of a did:key in another form (`publicKeyFormat` of the method).
    """
    is_url = any(mark in url for mark in "#?/")
    try:
        did = split_key_url(url)[0] if is_url else url
        split_did(did)
    except ProblemError as bad:
        return Resolution({}, is_url, "invalidDidUrl" if is_url else "invalidDid", bad.problem)
    wanted = key_format if did.startswith(_KEY) else None
    refused = _refused_format(wanted)
    if refused is not None:
        return Resolution({}, is_url, refused)
    try:
        document = resolver.resolve(did)
    except ProblemError as bad:
        return Resolution({}, is_url, _name(did, bad.problem), bad.problem)
    written = _in_format(document, wanted)
    if written is None:
        return Resolution({}, is_url, "invalidPublicKeyType")
    return _part(written, url) if is_url else Resolution(written, is_dereferenced=False)


def _part(document: Mapping[str, Any], url: str) -> Resolution:
    """Return the key of a document that `url` names, wherever the document describes it."""
    method = definitions(document, document["id"]).get(url)
    if method is None:
        return Resolution({}, is_dereferenced=True, error="notFound")
    return Resolution(method, is_dereferenced=True)


def _refused_format(name: str | None) -> str | None:
    """Return why a key is not given in a form, None when it may be (did:key, section 3.1)."""
    if name in {None, _MULTIKEY, _ED25519, *_JWK}:
        return None
    return "invalidPublicKeyType" if name in _NOT_GIVEN else "unsupportedPublicKeyType"


def _in_format(document: Mapping[str, Any], name: str | None) -> dict[str, Any] | None:
    """Return the document of a did:key with its key in another form; None when that form is for other keys."""
    if name in {None, _MULTIKEY}:
        return dict(document)
    (method,) = document["verificationMethod"]
    key = decode_multikey(method["publicKeyMultibase"])
    if name in _JWK and not isinstance(key, BLSPublicKey):
        plain = {member: value for member, value in method.items() if member != "publicKeyMultibase"}
        described = {**plain, "type": name, "publicKeyJwk": public_key_to_jwk(key)}
        context = (
            "https://w3id.org/security/jwk/v1" if name == _JWK[0] else "https://w3id.org/security/suites/jws-2020/v1"
        )
    elif isinstance(key, ed25519.Ed25519PublicKey):
        described, context = {**method, "type": name}, "https://w3id.org/security/suites/ed25519-2020/v1"
    else:
        return None
    return {**document, "@context": [document["@context"][0], context], "verificationMethod": [described]}


def _name(did: str, problem: Problem) -> str:
    """Return what the specifications call a problem."""
    method, identifier = split_did(did)
    if method not in METHODS:
        return "methodNotSupported"
    if problem.code == DID_DEACTIVATED.code:
        return "deactivated"
    if problem.code == DID_UNRESOLVED.code:
        return "notFound"
    if method != "key":
        return "invalidDid" if problem.code == DID_INVALID.code else "internalError"
    if not has_length_of_its_kind(identifier):
        return "invalidPublicKeyLength"
    return "invalidDid" if problem.code == DID_INVALID.code else "invalidPublicKey"
