"""Credentials and presentations as signed tokens.

    token = sign_open_badge(credential, signer=signer)
    finding = check_jwt(token, find_key=find_key, now=now)

Four kinds, told apart by `typ` and by the claims:

- `vc+jwt`, `vp+jwt`: Securing Verifiable Credentials using JOSE and COSE (W3C), VCDM 2.0
- `jwt_vc`, `jwt_vp`: the `vc` and `vp` claims of VCDM 1.1, section 6.3.1
- `open_badge`: the VC-JWT of Open Badges 3.0 and CLR 2.0 (1EdTech), section 8.2

`check_jwt` says whose key signed what. Whether that key belongs to the issuer, whether the
credential is well-formed, in force and not revoked are the caller's next questions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from keys.jwk import jwk_to_public_key, public_key_to_jwk
from keys.multibase import decode_base64url
from keys.public_keys import KeyFormError
from keys.store import Algorithm, Signer
from keys.verification_method import VerificationMethod
from proofs import jws, jwt_claims
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.moments import written
from schemas.problems import (
    KEY_COMPROMISED,
    KEY_WEAK,
    MALFORMED,
    NOT_BY_ISSUER,
    NOT_PARSABLE,
    PROOF_EXPIRED,
    PROOF_UNCHECKABLE,
    ProblemError,
)

KeyFinder = Callable[[str, str], VerificationMethod]

VC_JWT: Final = "vc+jwt"
VP_JWT: Final = "vp+jwt"
JWT_VC: Final = "jwt_vc"
JWT_VP: Final = "jwt_vp"
OPEN_BADGE: Final = "open_badge"

_NULL: Final = b"null"
_PLAIN: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_SIGNATURE_CHARS: Final = 1_500
_PRESENTATIONS: Final = frozenset({VP_JWT, JWT_VP, "vp+cose"})
_TYPES: Final = {VC_JWT: VC_JWT, VP_JWT: VP_JWT, "application/vc+jwt": VC_JWT, "application/vp+jwt": VP_JWT}
_CONTENT: Final = {VC_JWT: ("vc", "application/vc"), VP_JWT: ("vp", "application/vp")}
_V1: Final = "https://www.w3.org/2018/credentials/v1"
_V2: Final = "https://www.w3.org/ns/credentials/v2"
_SHORT_KID: Final = re.compile(r"#?[A-Za-z0-9_-]+")
_BADGE_ALGORITHMS: Final = frozenset({Algorithm.ES256, Algorithm.RS256})


@dataclass(frozen=True, slots=True)
class JWTFinding:
    """What a token (or a COSE message, `vc_cose`) says, after its signature held."""

    media: str
    """One of `vc+jwt`, `vp+jwt`, `jwt_vc`, `jwt_vp`, `open_badge`, `vc+cose`, `vp+cose`."""
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    """The whole payload."""
    credential: Mapping[str, Any]
    """The credential or presentation without the token's own claims."""
    verification_method: str
    controller: str
    issued_at: datetime | None
    expires: datetime | None
    audiences: tuple[str, ...]
    nonce: str | None

    @property
    def is_presentation(self) -> bool:
        """Is it a presentation, signed by a holder?"""
        return self.media in _PRESENTATIONS


def check_jwt(token: str | bytes, *, find_key: KeyFinder, now: datetime, limits: Limits = DEFAULT) -> JWTFinding:
    """Return what a token says when its signature holds and its claims do not contradict.

    Raises `ProblemError`: `NOT_PARSABLE`, `MALFORMED`, `TOO_LARGE`, `TOO_COMPLEX`, `TAMPERED`,
    `SUITE_UNSUPPORTED`, `NOT_BY_ISSUER` (no usable `kid`), `PROOF_UNCHECKABLE` (a `kid` that only
    a download could answer), `OUT_OF_RANGE`, `PROOF_EXPIRED`, `KEY_COMPROMISED`, and whatever
    `find_key` raises.
    """
    # 1. Take it apart; decide what it claims to be.
    parts = jws.parse(token, limits=limits)
    claims = _claims(parts.payload, limits)
    media = _media(parts.header, claims)
    document = _document(media, claims)
    # 2. Find the key by name, under the purpose that this kind of document needs.
    purpose = "authentication" if media in _PRESENTATIONS else "assertionMethod"
    named = "kid" in parts.header or media not in {JWT_VC, JWT_VP}
    method = find_key(key_url(parts.header, claims, document) if named else _only_key(claims), purpose)
    # 3. The signature, by that key alone.
    _check_embedded_key(parts.header, method)
    jws.verify(parts, method.key)
    # 4. Only now the content: does it say the same thing twice, and may it still be believed?
    credential = _RULES[media](claims, document)
    finding = finding_of(media, parts.header, claims, credential, method)
    check_times(finding, method, now)
    return finding


def sign_credential(credential: Mapping[str, Any], *, signer: Signer) -> str:
    """Return a VCDM 2.0 credential as `vc+jwt`."""
    return _sign({"kid": signer.verification_method, "typ": VC_JWT, "cty": "vc"}, credential, signer)


def sign_presentation(
    presentation: Mapping[str, Any], *, signer: Signer, audience: str, nonce: str, issued_at: datetime
) -> str:
    """Return a VCDM 2.0 presentation as `vp+jwt`, made for one audience and one question."""
    claims = {**presentation, "aud": audience, "nonce": nonce, "iat": int(issued_at.timestamp())}
    return _sign({"kid": signer.verification_method, "typ": VP_JWT, "cty": "vp"}, claims, signer)


def sign_open_badge(credential: Mapping[str, Any], *, signer: Signer) -> str:
    """Return a badge or CLR as VC-JWT by the rules of 1EdTech (Open Badges 3.0, section 8.2.4).

    ES256 or RS256. The credential must have `id`, `issuer`, `validFrom` and a subject with an id:
    each becomes a claim; otherwise `ProblemError(MALFORMED)`.
    """
    if signer.algorithm not in _BADGE_ALGORITHMS:
        msg = f"1EdTech knows no VC-JWT by {signer.algorithm.value}"
        raise ValueError(msg)
    header = {"kid": signer.verification_method, "jwk": public_key_to_jwk(signer.public_key), "typ": "JWT"}
    claims = {**credential, **_badge_claims(credential)}
    return _sign(header, claims, signer)


def sign_credential_v1(credential: Mapping[str, Any], *, signer: Signer) -> str:
    """Return a VCDM 1.1 credential as a token with the claim `vc` (section 6.3.1)."""
    start, end = (jwt_claims.date(credential, name) for name in ("issuanceDate", "expirationDate"))
    claims = {
        "iss": jwt_claims.identifier(credential.get("issuer")),
        "sub": jwt_claims.subject_id(credential),
        "jti": credential.get("id"),
        "nbf": int(start.timestamp()) if start else None,
        "exp": int(end.timestamp()) if end else None,
        "vc": credential,
    }
    present = {name: value for name, value in claims.items() if value is not None}
    return _sign({"kid": signer.verification_method, "typ": "JWT"}, present, signer)


def _sign(header: Mapping[str, Any], claims: Mapping[str, Any], signer: Signer) -> str:
    """Sign, and look at the signature as it is written before it leaves: a faulty one could give the key away."""
    token = jws.sign(header, _payload(claims), signer=signer)
    signing_input, _, signature = token.encode("ascii").rpartition(b".")
    written_signature = decode_base64url(signature, max_chars=_SIGNATURE_CHARS)
    jws.verify_bytes(signer.algorithm.value, written_signature, signing_input, signer.public_key)
    return token


def _payload(claims: Mapping[str, Any]) -> bytes:
    """Return the claims as compact JSON; `ValueError` for NaN and Infinity, which orjson would write as null."""
    try:
        fast = orjson.dumps(claims, option=_PLAIN)
    except TypeError:
        fast = _NULL
    if _NULL not in fast:
        return fast
    return json.dumps(claims, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _badge_claims(credential: Mapping[str, Any]) -> dict[str, Any]:
    start, end = (jwt_claims.date(credential, name) for name in ("validFrom", "validUntil"))
    claims: dict[str, Any] = {
        "iss": jwt_claims.identifier(credential.get("issuer")),
        "sub": jwt_claims.subject_id(credential),
        "nbf": int(start.timestamp()) if start else None,
        "jti": credential.get("id"),
    }
    missing = [name for name, value in claims.items() if value is None]
    if missing:
        raise ProblemError(MALFORMED.about(f"a badge as a token needs what {', '.join(missing)} would say"))
    if end:
        claims["exp"] = int(end.timestamp())
    return claims


def _claims(payload: bytes, limits: Limits) -> Mapping[str, Any]:
    claims = strict_json.loads(payload, limits=limits)
    if not isinstance(claims, dict):
        raise ProblemError(NOT_PARSABLE.about("a token's payload is an object"))
    return claims


def _media(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Decide what a token is; one made for another use is not taken for ours (RFC 8725, 3.11)."""
    media = _declared(header, claims)
    allowed = _CONTENT.get(media, ())
    if "cty" in header and header["cty"] not in allowed:
        raise ProblemError(NOT_PARSABLE.about("the token's cty is of another kind"))
    if media in _CONTENT and ("vc" in claims or "vp" in claims):
        raise ProblemError(MALFORMED.about("vc and vp are no claims of VCDM 2.0"))
    return media


def _declared(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    declared = header.get("typ")
    if isinstance(declared, str) and declared.lower() in _TYPES:
        return _TYPES[declared.lower()]
    if declared is not None and not (isinstance(declared, str) and declared.upper() == "JWT"):
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
        document, base = claims["vc" if media == JWT_VC else "vp"], _V1
    else:
        document, base = {k: v for k, v in claims.items() if k not in jwt_claims.REGISTERED}, _V2
    contexts = document.get("@context") if isinstance(document, dict) else None
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    if first != base:
        raise ProblemError(MALFORMED.about("the token's content does not begin with the context of its kind"))
    return dict(document)


def key_url(header: Mapping[str, Any], claims: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Return the DID URL of the key that the header names; `jku` and `x5u` are never followed."""
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise ProblemError(NOT_BY_ISSUER.about("the token does not name its key"))
    if kid.startswith("did:"):
        return kid
    if kid.startswith(("https:", "http:")):
        raise ProblemError(PROOF_UNCHECKABLE.about("the key stands at an address that is not asked"))
    signer = claims.get("iss") or document.get("issuer") or document.get("holder")
    issuer = jwt_claims.identifier(signer) or ""
    if issuer.startswith("did:") and _SHORT_KID.fullmatch(kid):
        return f"{issuer}#{kid.removeprefix('#')}"
    raise ProblemError(NOT_BY_ISSUER.about("the token's kid names no key of its issuer"))


def _only_key(claims: Mapping[str, Any]) -> str:
    """Return the key of an issuer that is one key, for a token without `kid`.

    VCDM 1.1, section 6.3.1, wants `kid` only where the issuer has several keys. Which of the keys of
    a did:web signed is not guessed.
    """
    issuer = jwt_claims.text(claims, "iss") or ""
    if issuer.startswith("did:key:"):
        return f"{issuer}#{issuer.removeprefix('did:key:')}"
    if issuer.startswith("did:jwk:"):
        return f"{issuer}#0"
    raise ProblemError(NOT_BY_ISSUER.about("the token does not name its key"))


def _check_embedded_key(header: Mapping[str, Any], method: VerificationMethod) -> None:
    """Refuse a key in the header that is another than the one found; by itself it proves nothing."""
    if "jwk" not in header:
        return
    try:
        same = jwk_to_public_key(header["jwk"]) == method.key
    except KeyFormError as error:
        raise ProblemError(KEY_WEAK.about(f"the key in the header: {error}")) from None
    if not same:
        raise ProblemError(NOT_BY_ISSUER.about("the key in the header is not the one that kid names"))


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


def finding_of(
    media: str,
    header: Mapping[str, Any],
    claims: Mapping[str, Any],
    credential: Mapping[str, Any],
    method: VerificationMethod,
) -> JWTFinding:
    """Return what a document says, with the claims of the token around it by their names in JWT."""
    return JWTFinding(
        media,
        header,
        claims,
        credential,
        verification_method=method.id,
        controller=method.controller,
        issued_at=jwt_claims.moment(claims, "iat"),
        expires=jwt_claims.moment(claims, "exp"),
        audiences=jwt_claims.audiences(claims),
        nonce=jwt_claims.text(claims, "nonce"),
    )


def check_times(finding: JWTFinding, method: VerificationMethod, now: datetime) -> None:
    """Refuse a signature that is over, not begun, or made outside its key's time.

    When `exp` only repeats the end of the credential's validity it is left to that question:
    a diploma that has expired was not forged.
    """
    claims, document = finding.claims, finding.credential
    jwt_claims.require_past(finding.issued_at, now, "iat")
    start, end = jwt_claims.moment(claims, "nbf"), finding.expires
    if end and end <= now and not jwt_claims.repeats(end, document, "validUntil", "expirationDate"):
        raise ProblemError(PROOF_EXPIRED.about(written(end)))
    if start and not jwt_claims.repeats(start, document, "validFrom", "issuanceDate"):
        jwt_claims.require_past(start, now, "nbf")
    signed_at = finding.issued_at or start or jwt_claims.date(document, "validFrom") or now
    if method.revoked_from and signed_at >= method.revoked_from:
        raise ProblemError(KEY_COMPROMISED.about("signed after its key was taken out of use"))
    if method.valid_from and signed_at < method.valid_from:
        raise ProblemError(NOT_BY_ISSUER.about("signed before its key was in use"))
