"""did:jwk: an identifier that is its own JSON Web Key.

Specification: did:jwk Method (github.com/quartzjer/did-jwk).
"""

from __future__ import annotations

import json
from typing import Any, Final

from keys.did import split_did
from keys.jwk import jwk_to_public_key, public_key_to_jwk
from keys.multibase import MultibaseError, decode_base64url, encode_base64url
from keys.public_keys import KeyFormError
from keys.store import PublicKey
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import DID_INVALID, ProblemError

_RELATIONSHIPS: Final = ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation")


def did_for(key: PublicKey) -> str:
    """Return the did:jwk of a public key."""
    text = json.dumps(public_key_to_jwk(key), separators=(",", ":"))
    return "did:jwk:" + encode_base64url(text.encode("ascii"))


def verification_method_for(key: PublicKey) -> str:
    """Return the DID URL of the one key of the key's did:jwk."""
    return did_for(key) + "#0"


def document(did: str, *, limits: Limits = DEFAULT) -> dict[str, Any]:
    """Return the DID document; `ProblemError(DID_INVALID | KEY_WEAK)` when there is none.

    The key agreement that the method allows is left out: nobody encrypts to these keys here.
    """
    method, identifier = split_did(did, limits=limits)
    if method != "jwk":
        raise ProblemError(DID_INVALID.about("not a did:jwk"))
    jwk = _read(identifier, limits)
    try:
        jwk_to_public_key(jwk)
    except KeyFormError as error:
        raise ProblemError(DID_INVALID.about(f"not a did:jwk: {error}")) from None
    url = f"{did}#0"
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": [{"id": url, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}],
        **{relationship: [url] for relationship in _RELATIONSHIPS},
    }


def _read(identifier: str, limits: Limits) -> Any:
    try:
        return strict_json.loads(decode_base64url(identifier, max_chars=limits.did_chars), limits=limits)
    except (MultibaseError, ProblemError) as error:
        raise ProblemError(DID_INVALID.about(f"not a did:jwk: {error}")) from None
