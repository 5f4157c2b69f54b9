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
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from keys.jwk import jwk_to_public_key, public_key_to_jwk
from keys.multibase import decode_base64url
from keys.public_keys import KeyFormError
from keys.store import Algorithm, Signer
from keys.verification_method import VerificationMethod
from proofs import jws, jwt_claims
from proofs.vc_jose_content import JWT_VC, JWT_VP, OPEN_BADGE, VC_JWT, VP_JWT, read_payload, settle
from schemas.limits import DEFAULT, Limits
from schemas.moments import written
from schemas.problems import (
    KEY_COMPROMISED,
    KEY_WEAK,
    MALFORMED,
    NOT_BY_ISSUER,
    PROOF_EXPIRED,
    PROOF_UNCHECKABLE,
    ProblemError,
)

KeyFinder = Callable[[str, str], VerificationMethod]

_NULL: Final = b"null"
_PLAIN: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_SIGNATURE_CHARS: Final = 1_500
_PRESENTATIONS: Final = frozenset({VP_JWT, JWT_VP, "vp+cose"})
_SHORT_KID: Final = re.compile(r"#?[A-Za-z0-9._~-]+")
_BADGE_ALGORITHMS: Final = frozenset({Algorithm.ES256, Algorithm.RS256})


class JWTFinding(NamedTuple):
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
    media, claims, document = read_payload(parts, limits=limits)
    # 2. Find the key by name, under the purpose that this kind of document needs.
    purpose = "authentication" if media in _PRESENTATIONS else "assertionMethod"
    found_by = _only_key(claims) if _may_name_no_key(media, parts.header) else key_url(parts.header, claims, document)
    method = find_key(found_by, purpose)
    # 3. The signature, by that key alone.
    _check_embedded_key(parts.header, method)
    jws.verify(parts, method.key)
    # 4. Only now the content: does it say the same thing twice, and may it still be believed?
    credential = settle(media, claims, document)
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
        "nbf": math.floor(start.timestamp()) if start else None,
        "exp": math.floor(end.timestamp()) if end else None,
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
        "nbf": math.floor(start.timestamp()) if start else None,
        "jti": credential.get("id"),
    }
    missing = [name for name, value in claims.items() if value is None]
    if missing:
        raise ProblemError(MALFORMED.about(f"a badge as a token needs what {', '.join(missing)} would say"))
    if end:
        claims["exp"] = math.floor(end.timestamp())
    return claims


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


def _may_name_no_key(media: str, header: Mapping[str, Any]) -> bool:
    """May this header leave `kid` out, and does it?

    VCDM 1.1, section 6.3.1, wants it only where the issuer has several keys; Open Badges 3.0, section
    8.2.3, takes `jwk` in its place. What such a `jwk` holds must still be the issuer's key.
    """
    return "kid" not in header and (media in {JWT_VC, JWT_VP} or (media == OPEN_BADGE and "jwk" in header))


def _only_key(claims: Mapping[str, Any]) -> str:
    """Return the key of an issuer that is one key; which of the keys of a did:web signed is not guessed."""
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
