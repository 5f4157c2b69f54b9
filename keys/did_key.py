"""did:key: an identifier that is its own public key (The did:key Method v0.9).

did_for(public_key)                  # "did:key:z6Mk…"
verification_method_for(public_key)  # "did:key:z6Mk…#z6Mk…"
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from keys.did import split_did, split_key_url
from keys.multibase import MULTIKEY_CHARS, MultibaseError, decode_multikey, encode_multikey
from keys.store import VerificationKey
from keys.verification_method import VerificationMethod
from schemas.problems import DID_INVALID, PURPOSE_WRONG, ProblemError

_PREFIX: Final = "did:key:"
_RELATIONSHIPS: Final = ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation")
PURPOSES: Final = frozenset(_RELATIONSHIPS)


def did_for(key: VerificationKey) -> str:
    """Return the did:key of a public key."""
    return _PREFIX + encode_multikey(key)


def verification_method_for(key: VerificationKey) -> str:
    """Return the DID URL of the one verification method of the key's did:key."""
    multikey = encode_multikey(key)
    return f"{_PREFIX}{multikey}#{multikey}"


def document(did: str) -> dict[str, Any]:
    """Return the DID document, its key as a Multikey.

    Raises `ProblemError`: `DID_INVALID` for what is no did:key of a kind that is read here,
    `KEY_WEAK` for a key that proves nothing.
    """
    multikey = _multikey(did)
    _key(multikey)
    url = f"{did}#{multikey}"
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [{"id": url, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}],
        **{relationship: [url] for relationship in _RELATIONSHIPS},
    }


def find(url: str, purpose: str) -> VerificationMethod:
    """Return the key that a did:key URL names, if it may be used for `purpose`.

    The same answer as from `document`, without making the document: verifying calls it.
    """
    method = _method(url)
    if purpose not in PURPOSES:
        raise ProblemError(PURPOSE_WRONG.about(f"a did:key is not for {purpose}"))
    return method


# What a did:key says depends on its text alone; the texts are bounded by `split_key_url`.
@lru_cache(maxsize=2048)
def _method(url: str) -> VerificationMethod:
    did, fragment = split_key_url(url)
    multikey = _multikey(did)
    if fragment != multikey:
        raise ProblemError(DID_INVALID.about("the fragment names another key than the did:key"))
    return VerificationMethod(url, did, _key(multikey), PURPOSES)


def _multikey(did: str) -> str:
    method, identifier = split_did(did)
    if method != "key" or len(identifier) > MULTIKEY_CHARS:
        raise ProblemError(DID_INVALID.about("not a did:key of a size that is read here"))
    return identifier


def _key(multikey: str) -> VerificationKey:
    try:
        return decode_multikey(multikey)
    except MultibaseError as error:
        raise ProblemError(DID_INVALID.about(f"not a did:key: {error}")) from None
