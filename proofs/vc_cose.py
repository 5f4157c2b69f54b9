"""Credentials and presentations as COSE messages: `vc+cose` and `vp+cose`.

    message = sign_credential(credential, signer=signer)          # bytes of CBOR
    finding = check_cose(message, find_key=find_key, now=now)

The payload is the credential itself, as JSON. What a JWT says in claims, a CWT says in the
header parameter 15 by numbers (RFC 9597): whom it is for, when it was signed, until when.
Specification: Securing Verifiable Credentials using JOSE and COSE (W3C), section 3.3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from keys.multibase import encode_base64url
from keys.store import Signer
from proofs import cose
from proofs.cose import Headers
from proofs.vc_jose import JWTFinding, KeyFinder, check_times, finding_of, key_url
from proofs.vc_jose_content import agree
from schemas import strict_json
from schemas.credential import V2
from schemas.limits import DEFAULT, Limits
from schemas.problems import MALFORMED, NOT_PARSABLE, ProblemError

VC_COSE: Final = "vc+cose"
VP_COSE: Final = "vp+cose"

_CONTENT: Final = {VC_COSE: "application/vc", VP_COSE: "application/vp"}
_TYPES: Final = {name: media for media in _CONTENT for name in (media, f"application/{media}")}
_AUDIENCE, _ISSUED_AT, _NONCE = 3, 6, 10
_CNF_KEY, _CNF_KID = 1, 3
_CURVES: Final[Mapping[tuple[Any, Any], tuple[str, str]]] = {
    (1, 6): ("OKP", "Ed25519"),
    (2, 1): ("EC", "P-256"),
    (2, 2): ("EC", "P-384"),
    (2, 3): ("EC", "P-521"),
}
_CLAIMS: Final[Mapping[int, str]] = {
    1: "iss",
    2: "sub",
    _AUDIENCE: "aud",
    4: "exp",
    5: "nbf",
    _ISSUED_AT: "iat",
    8: "cnf",
    _NONCE: "nonce",
    65535: "status",
}
"""The claims of a CWT that are read, by their names in JWT.

RFC 8392 section 3.1, RFC 8747 for `cnf`, RFC 9711 for the nonce, Token Status List section 6.3 for `status`.
"""


def check_cose(message: bytes, *, find_key: KeyFinder, now: datetime, limits: Limits = DEFAULT) -> JWTFinding:
    """Return what a COSE message says when its signature holds and its claims do not contradict.

    Raises `ProblemError` as `proofs.vc_jose.check_jwt` does for a token.
    """
    # 1. Take it apart; decide what it claims to be.
    parts = cose.parse(message, limits=limits)
    media, document = read_payload(parts, limits=limits)
    # 2. The key that the header names, and the signature by that key alone.
    claims = _claims(parts.protected)
    header = {"alg": parts.algorithm, "kid": key_id(parts)}
    purpose = "assertionMethod" if media == VC_COSE else "authentication"
    method = find_key(key_url(header, claims, document), purpose)
    cose.verify(parts, method.key)
    # 3. Only now the content: does it say the same thing twice, and may it still be believed?
    agree(claims, document, "issuer" if media == VC_COSE else "holder")
    finding = finding_of(media, header, claims, document, method)
    check_times(finding, method, now)
    return finding


def read_payload(parts: cose.Sign1, *, limits: Limits = DEFAULT) -> tuple[str, Mapping[str, Any]]:
    """Return the media type of a message and the credential or presentation in it; no signature is checked.

    Raises `ProblemError` NOT_PARSABLE, MALFORMED, or what `schemas.strict_json` raises.
    """
    document = strict_json.loads(parts.payload, limits=limits)
    if not isinstance(document, dict):
        raise ProblemError(NOT_PARSABLE.about("the payload of the COSE message is no object"))
    media = _media(parts.protected, document)
    contexts = document.get("@context")
    if (contexts[0] if isinstance(contexts, list) and contexts else contexts) != V2:
        raise ProblemError(MALFORMED.about("the content does not begin with the context of VCDM 2.0"))
    if "vc" in document or "vp" in document:
        raise ProblemError(MALFORMED.about("vc and vp are no members of VCDM 2.0"))
    return media, document


def sign_credential(credential: Mapping[str, Any], *, signer: Signer) -> bytes:
    """Return a VCDM 2.0 credential as `application/vc+cose`."""
    return _sign(VC_COSE, credential, {}, signer)


def sign_presentation(
    presentation: Mapping[str, Any], *, signer: Signer, audience: str, nonce: str, issued_at: datetime
) -> bytes:
    """Return a VCDM 2.0 presentation as `application/vp+cose`, made for one audience and one question."""
    claims = {_AUDIENCE: audience, _ISSUED_AT: int(issued_at.timestamp()), _NONCE: nonce.encode()}
    return _sign(VP_COSE, presentation, {cose.CWT_CLAIMS: claims}, signer)


def _sign(media: str, document: Mapping[str, Any], more: Headers, signer: Signer) -> bytes:
    headers = {
        cose.CONTENT_TYPE: _CONTENT[media],
        cose.KEY_ID: signer.verification_method.encode(),
        cose.TYPE: f"application/{media}",
        **more,
    }
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return cose.sign(headers, payload, signer=signer)


def _media(protected: Headers, document: Mapping[str, Any]) -> str:
    """Decide what a message is; one made for another use is not taken for ours (as RFC 8725, 3.11)."""
    if cose.TYPE in protected:
        declared = protected[cose.TYPE]
        media = _TYPES.get(declared.lower()) if isinstance(declared, str) else None
        if media is None:
            raise ProblemError(NOT_PARSABLE.about("a COSE message of another kind"))
    else:
        types = document.get("type")
        shown = "VerifiablePresentation" in (types if isinstance(types, list) else [types])
        media = VP_COSE if shown else VC_COSE
    content = protected.get(cose.CONTENT_TYPE, _CONTENT[media])
    if not isinstance(content, str) or content.lower() != _CONTENT[media]:
        raise ProblemError(NOT_PARSABLE.about("the content of the COSE message is of another kind"))
    return media


def key_id(parts: cose.Sign1) -> str | None:
    """Return `kid`, which may stand unprotected: it is a hint, and the key it leads to is compared."""
    kid = parts.protected.get(cose.KEY_ID, parts.unprotected.get(cose.KEY_ID))
    if kid is None:
        return None
    try:
        return bytes.decode(kid)
    except (TypeError, UnicodeDecodeError):
        raise ProblemError(NOT_PARSABLE.about("kid is not the bytes of a text")) from None


def _claims(protected: Headers) -> Mapping[str, Any]:
    """Return the claims that are read, by their names in JWT; unprotected ones are nobody's."""
    claims = protected.get(cose.CWT_CLAIMS, {})
    if not isinstance(claims, dict):
        raise ProblemError(NOT_PARSABLE.about("the claims of the COSE message are a map"))
    named = {name: claims[label] for label, name in _CLAIMS.items() if label in claims}
    if "nonce" in named:
        named["nonce"] = _nonce(named["nonce"])
    if isinstance(named.get("cnf"), dict):
        named["cnf"] = _confirmation(named["cnf"])
    return named


def _confirmation(cnf: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return `cnf` as a JWT writes it (RFC 8747 section 3); one that is not read here stays as it is."""
    key, kid = cnf.get(_CNF_KEY), cnf.get(_CNF_KID)
    jwk = _jwk(key) if isinstance(key, dict) else None
    found: dict[str, Any] = {} if jwk is None else {"jwk": jwk}
    if isinstance(kid, bytes):
        found["kid"] = kid.decode("utf-8", "replace")
    return found or cnf


def _jwk(key: Mapping[Any, Any]) -> Mapping[str, str] | None:
    """Return a COSE key on a curve as a JWK (RFC 9053 section 7), None for another; a point is written in full."""
    labels = key.get(1), key.get(-1)
    points = {name: key[label] for name, label in (("x", -2), ("y", -3), ("d", -4)) if label in key}
    if not all(type(label) is int for label in labels) or labels not in _CURVES:
        return None
    if not all(isinstance(value, bytes) for value in points.values()):
        return None
    kind, crv = _CURVES[labels]
    return {"kty": kind, "crv": crv, **{name: encode_base64url(value) for name, value in points.items()}}


def _nonce(value: Any) -> str:
    try:
        return bytes.decode(value)
    except (TypeError, UnicodeDecodeError):
        raise ProblemError(MALFORMED.about("the claim nonce is not the bytes of a text")) from None
