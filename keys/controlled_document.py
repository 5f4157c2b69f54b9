"""Find a key in a DID document, and disbelieve a document that contradicts itself.

Controlled Identifiers 1.0, section 3.3 (Retrieve Verification Method), with what threats.md F06
adds: the document's id is the DID that was asked for, every key is controlled by it, ids are
absolute and belong to it, and no id stands twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.did import split_key_url
from keys.jwk import jwk_to_public_key
from keys.multibase import MultibaseError, decode_base58btc, decode_multikey
from keys.public_keys import KeyFormError, ed25519_key
from keys.store import VerificationKey
from keys.verification_method import VerificationMethod
from schemas.moments import moment
from schemas.problems import DID_DEACTIVATED, DID_DOCUMENT_INVALID, PURPOSE_WRONG, ProblemError

RELATIONSHIPS: Final = (
    "authentication",
    "assertionMethod",
    "keyAgreement",
    "capabilityInvocation",
    "capabilityDelegation",
)
_PRIVATE: Final = frozenset({"secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk"})
_MEMBERS: Final = ("publicKeyMultibase", "publicKeyJwk", "publicKeyBase58")
_TYPES: Final[dict[str, tuple[str, type | None]]] = {
    "Multikey": ("publicKeyMultibase", None),
    "JsonWebKey": ("publicKeyJwk", None),
    "JsonWebKey2020": ("publicKeyJwk", None),
    "Ed25519VerificationKey2020": ("publicKeyMultibase", ed25519.Ed25519PublicKey),
    "Ed25519VerificationKey2018": ("publicKeyBase58", ed25519.Ed25519PublicKey),
    "EcdsaSecp256r1VerificationKey2019": ("publicKeyMultibase", ec.EllipticCurvePublicKey),
}
_METHODS: Final = 200
_BASE58_KEY_CHARS: Final = 50


def check(document: object, did: str) -> Mapping[str, Any]:
    """Return `document` when it is a well-formed DID document of `did`.

    Raises `ProblemError`: `DID_DOCUMENT_INVALID`, or `DID_DEACTIVATED` for an identifier that
    was given up.
    """
    if not isinstance(document, Mapping):
        raise _invalid("it is no object")
    definitions(document, did)
    return document


def method_for(document: Mapping[str, Any], url: str, purpose: str) -> VerificationMethod:
    """Return the key at `url` when `document` lists it under `purpose`.

    Raises `ProblemError`: `DID_INVALID` (no URL of a key), `PURPOSE_WRONG` (the document lists no
    such key under the purpose), `DID_DOCUMENT_INVALID`, `KEY_WEAK`.
    """
    did, _ = split_key_url(url)
    defined = definitions(document, did)
    listed = _relationships(document, did, url)
    if purpose not in listed:
        raise ProblemError(PURPOSE_WRONG.about(f"the key is not listed under {purpose}"))
    method = defined.get(url)
    if method is None:
        raise _invalid("it lists a key that it does not define")
    key = _load(method)
    return VerificationMethod(url, did, key, listed, revoked_from=_end(method))


def definitions(document: Mapping[str, Any], did: str) -> dict[str, Mapping[str, Any]]:
    """Return every key that the document defines, by its id; the document must be that of `did`."""
    if document.get("id") != did:
        raise _invalid("its id is not the identifier that was asked for")
    if document.get("deactivated") is True:
        raise ProblemError(DID_DEACTIVATED.about(did))
    found: dict[str, Mapping[str, Any]] = {}
    for method in _defined(document):
        identifier = method.get("id")
        if not isinstance(identifier, str) or not identifier.startswith(f"{did}#"):
            raise _invalid("a key's id is not an absolute URL under the identifier")
        if identifier in found:
            raise _invalid("two keys have the same id")
        if method.get("controller") != did:
            raise _invalid("a key is controlled by somebody else")
        if not isinstance(method.get("type"), str):
            raise _invalid("a key has no type")
        if not _PRIVATE.isdisjoint(method):
            raise _invalid("it publishes a private key")
        found[identifier] = method
        if len(found) > _METHODS:
            raise _invalid(f"it defines more than {_METHODS} keys")
    return found


def _defined(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for method in _array(document, "verificationMethod"):
        if not isinstance(method, Mapping):
            raise _invalid("verificationMethod holds something else than keys")
        yield method
    for relationship in RELATIONSHIPS:
        for entry in _array(document, relationship):
            if isinstance(entry, Mapping):
                yield entry
            elif not isinstance(entry, str):
                raise _invalid(f"{relationship} holds something else than keys")


def _array(document: Mapping[str, Any], member: str) -> list[Any]:
    value = document.get(member, [])
    if not isinstance(value, list):
        raise _invalid(f"{member} is no array")
    return value


def _relationships(document: Mapping[str, Any], did: str, url: str) -> frozenset[str]:
    """Return the relationships that list `url`; a relative reference is refused."""
    listed: set[str] = set()
    for relationship in RELATIONSHIPS:
        for entry in _array(document, relationship):
            reference = entry if isinstance(entry, str) else entry.get("id")
            if not str(reference).startswith("did:"):
                raise _invalid(f"{relationship} of {did} holds a relative reference")
            if reference == url:
                listed.add(relationship)
    return frozenset(listed)


def _load(method: Mapping[str, Any]) -> VerificationKey:
    """Load the key of a verification method whose type says which member holds it."""
    kind = method["type"]
    if kind not in _TYPES:
        raise _invalid("the key is of a type that is not read here")
    member, expected = _TYPES[kind]
    if kind == "EcdsaSecp256r1VerificationKey2019" and "publicKeyJwk" in method:
        member = "publicKeyJwk"
    if [name for name in _MEMBERS if name in method] != [member]:
        raise _invalid(f"a {kind} holds its key in {member} alone")
    try:
        key = _decode(member, method[member])
    except (MultibaseError, KeyFormError) as error:
        raise _invalid(str(error)) from None
    if expected is not None and not isinstance(key, expected):
        raise _invalid(f"the key is no {kind}")
    return key


def _decode(member: str, value: object) -> VerificationKey:
    if member == "publicKeyJwk" and isinstance(value, Mapping):
        return jwk_to_public_key(value)
    if not isinstance(value, str):
        raise _invalid(f"{member} is not of the right form")
    if member == "publicKeyBase58":
        return ed25519_key(decode_base58btc(value, max_chars=_BASE58_KEY_CHARS))
    return decode_multikey(value)


def _end(method: Mapping[str, Any]) -> datetime | None:
    """Return the earlier of `revoked` and `expires` (Controlled Identifiers 1.0, section 2.2)."""
    return min((_moment(method[name]) for name in ("revoked", "expires") if name in method), default=None)


def _moment(value: object) -> datetime:
    """Read an XML Schema dateTimeStamp; a key whose end cannot be read is not believed."""
    try:
        return moment(value, offset_required=True).astimezone(UTC)
    except ValueError:
        raise _invalid("a date of a key is not a dateTimeStamp") from None


def _invalid(reason: str) -> ProblemError:
    return ProblemError(DID_DOCUMENT_INVALID.about(reason))
