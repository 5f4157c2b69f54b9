"""What a token of a credential holds: which of the kinds it is, and whether it contradicts itself.

    media, claims, document = read_payload(jws.parse(token))      # nothing is believed yet
    credential = settle(media, claims, document)                  # the credential as it is meant

`proofs.vc_jose` finds the key and checks the signature between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from proofs import jwt_claims
from proofs.jws import CompactJWS
from schemas import strict_json
from schemas.credential import V1, V2
from schemas.limits import DEFAULT, Limits
from schemas.moments import written
from schemas.problems import MALFORMED, NOT_PARSABLE, ProblemError

VC_JWT: Final = "vc+jwt"
VP_JWT: Final = "vp+jwt"
JWT_VC: Final = "jwt_vc"
JWT_VP: Final = "jwt_vp"
OPEN_BADGE: Final = "open_badge"

_CONTENT: Final = {VC_JWT: "vc", VP_JWT: "vp"}


def read_payload(parts: CompactJWS, *, limits: Limits = DEFAULT) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """Return which kind a token is, its claims, and the credential or presentation among them.

    Raises `ProblemError` NOT_PARSABLE, MALFORMED, or what `schemas.strict_json` raises.
    """
    claims = _claims(parts.payload, limits)
    media = _media(parts.header, claims)
    return media, claims, _document(media, claims)


def settle(media: str, claims: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the credential or presentation with what the claims add to it.

    Raises MALFORMED for what its kind forbids: a claim that contradicts it, or one that is missing.
    """
    return _RULES[media](claims, document)


def _claims(payload: bytes, limits: Limits) -> Mapping[str, Any]:
    claims = strict_json.loads(payload, limits=limits)
    if not isinstance(claims, dict):
        raise ProblemError(NOT_PARSABLE.about("a token's payload is an object"))
    return claims


def _media(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Decide what a token is; one made for another use is not taken for ours (RFC 8725, 3.11)."""
    media = _declared(header, claims)
    if jwt_claims.media_type(header, "cty") not in {None, _CONTENT.get(media)}:
        raise ProblemError(NOT_PARSABLE.about("the token's cty is of another kind"))
    if media in _CONTENT and ("vc" in claims or "vp" in claims):
        raise ProblemError(MALFORMED.about("vc and vp are no claims of VCDM 2.0"))
    return media


def _declared(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    declared = jwt_claims.media_type(header, "typ")
    if declared in _CONTENT:
        return declared
    if declared not in {None, "jwt"}:
        raise ProblemError(NOT_PARSABLE.about("a token of another kind"))
    inside = [name for name in ("vc", "vp", "@context") if name in claims]
    if len(inside) != 1:
        raise ProblemError(MALFORMED.about("the token holds no credential, or more than one"))
    if inside != ["@context"]:
        return JWT_VC if inside == ["vc"] else JWT_VP
    if declared is not None:
        return OPEN_BADGE
    types = claims.get("type")
    return VP_JWT if "VerifiablePresentation" in (types if isinstance(types, list) else [types]) else VC_JWT


def _document(media: str, claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the credential or presentation inside the claims, its base context first."""
    if media in {JWT_VC, JWT_VP}:
        document, base = claims["vc" if media == JWT_VC else "vp"], V1
    else:
        document, base = {k: v for k, v in claims.items() if k not in jwt_claims.REGISTERED}, V2
    contexts = document.get("@context") if isinstance(document, dict) else None
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    if first != base:
        raise ProblemError(MALFORMED.about("the token's content does not begin with the context of its kind"))
    return dict(document)


def agree(claims: Mapping[str, Any], document: Mapping[str, Any], party: str = "issuer") -> None:
    """Refuse claims that contradict the document (C11)."""
    said = jwt_claims.identifier(document.get(party))
    jwt_claims.require_same(jwt_claims.text(claims, "iss"), said, "iss", party)
    jwt_claims.require_same(jwt_claims.text(claims, "jti"), document.get("id"), "jti", "id")
    if party == "issuer":
        subject = jwt_claims.subject_id(document)
        jwt_claims.require_same(jwt_claims.text(claims, "sub"), subject, "sub", "credentialSubject.id")


def _agree_dates(claims: Mapping[str, Any], document: Mapping[str, Any], start: str, end: str) -> None:
    for name, member in (("nbf", start), ("exp", end)):
        claim, said = jwt_claims.moment(claims, name), jwt_claims.date(document, member)
        jwt_claims.require_same_second(claim, said, name, member)


def _vc_jwt(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    agree(claims, document)
    return document


def _vp_jwt(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    agree(claims, document, "holder")
    return document


def _open_badge(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Require the claims that 1EdTech requires, and that they say what the badge says."""
    for name in ("iss", "sub", "nbf", "jti"):
        if name not in claims:
            raise ProblemError(MALFORMED.about(f"a badge as a token needs the claim {name}"))
    if ("exp" in claims) != ("validUntil" in document):
        raise ProblemError(MALFORMED.about("exp and validUntil come together"))
    agree(claims, document)
    _agree_dates(claims, document, "validFrom", "validUntil")
    return document


def _jwt_vc(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the claims back where VCDM 1.1, section 6.3.1 (JWT Decoding) says."""
    if "iss" not in claims:
        raise ProblemError(MALFORMED.about("a credential as a token needs the claim iss"))
    agree(claims, document)
    _agree_dates(claims, document, "issuanceDate", "expirationDate")
    decoded = {**document}
    decoded.setdefault("issuer", claims["iss"])
    if "jti" in claims:
        decoded.setdefault("id", claims["jti"])
    for name, member in (("nbf", "issuanceDate"), ("exp", "expirationDate")):
        claim = jwt_claims.moment(claims, name)
        if claim:
            decoded.setdefault(member, written(claim))
    subject = decoded.get("credentialSubject")
    if "sub" in claims and isinstance(subject, Mapping):
        decoded["credentialSubject"] = {"id": claims["sub"], **subject}
    return decoded


def _jwt_vp(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "iss" not in claims:
        raise ProblemError(MALFORMED.about("a presentation as a token needs the claim iss"))
    agree(claims, document, "holder")
    return {**document, "holder": document.get("holder", claims["iss"])}


_RULES: Final[dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]]] = {
    VC_JWT: _vc_jwt,
    VP_JWT: _vp_jwt,
    OPEN_BADGE: _open_badge,
    JWT_VC: _jwt_vc,
    JWT_VP: _jwt_vp,
}
