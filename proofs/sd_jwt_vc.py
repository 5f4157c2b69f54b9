"""SD-JWT VC: credentials whose holder shows a part (draft-ietf-oauth-sd-jwt-vc, RFC 9901).

    token = issue(claims, vct="https://…/transcript", signer=signer, holder_key=key)
    shown = present(token, disclose=["/terms/0/courses/2"], holder=signer, audience=aud, nonce=nonce, now=now)
    finding = check_sd_jwt_vc(shown, find_key=find_key, now=now, expected=ExpectedBinding(aud, nonce))

A disclosed value proves nothing about its bearer: where somebody asked a question, the key binding
must answer it (`expected`), and without one the finding says `holder_proved=False`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from keys.jwk import public_key_to_jwk
from keys.store import PublicKey, Signer, VerificationKey
from keys.verification_method import VerificationMethod
from keys.x5c import ChainTrust, key_of_chain, x5c_of
from proofs import jws, jwt_claims, key_binding, sd_jwt
from proofs.key_binding import KB_TYPE, Bound, ExpectedBinding
from proofs.vc_jose import KeyFinder, key_url
from proofs.vc_jose_content import agree
from schemas import strict_json
from schemas.credential import V2
from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    CHALLENGE_WRONG,
    DOMAIN_WRONG,
    KEY_COMPROMISED,
    MALFORMED,
    NOT_BY_ISSUER,
    NOT_PARSABLE,
    PROOF_EXPIRED,
    TOO_COMPLEX,
    ProblemError,
)

DC_SD_JWT: Final = "dc+sd-jwt"
VC_SD_JWT: Final = "vc+sd-jwt"
VP_SD_JWT: Final = "vp+sd-jwt"
TYPES: Final = frozenset({DC_SD_JWT, VC_SD_JWT, VP_SD_JWT})
_CONTENT: Final = {VC_SD_JWT: "vc", VP_SD_JWT: "vp"}
NEVER_CONCEALED: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})
"""What decides about a credential is never withheld (section 3.2.2.2; threats.md D10)."""
NEVER_CONCEALED_VCDM: Final = frozenset({"@context", "issuer", "validFrom", "validUntil", "credentialStatus"})
"""The same in a credential of VCDM 2.0 (VC-JOSE-COSE section 3.2.1)."""
SHOULD_BE_SHOWN: Final = frozenset({"type", "credentialSchema", "relatedResource", "termsOfUse"})
"""What our own issuer never conceals either; others may."""
NO_CHAINS: Final = ChainTrust(lambda _issuer: ())


@dataclass(frozen=True, slots=True)
class SDJWTFinding:
    """What a token shows, after its signatures held."""

    media: str
    """`dc+sd-jwt` (with `vct`), `vc+sd-jwt` or `vp+sd-jwt` (of VCDM 2.0, with `@context`)."""
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    """The claims that were shown, as if nothing had been concealed."""
    disclosed: tuple[str, ...]
    """JSON pointers of what the holder chose to show."""
    verification_method: str
    controller: str
    expires: datetime | None
    not_before: datetime | None
    holder_key: VerificationKey | None
    """The key in `cnf`; None for a bearer credential, and for a key that is only named there and was not asked for."""
    holder_proved: bool
    """Did a key binding (or, of a presentation, its own claims) answer the expected question?"""
    method: VerificationMethod
    """The key that signed."""


def issue(
    claims: Mapping[str, Any],
    *,
    vct: str,
    signer: Signer,
    holder_key: PublicKey | None = None,
    kind: str = "dc+sd-jwt",
) -> str:
    """Return a credential whose `Concealed` claims its holder may withhold.

    Raises `ValueError` when a claim that decides about the credential is concealed.
    """
    concealed = {name for name, value in claims.items() if isinstance(value, sd_jwt.Concealed)}
    if concealed & NEVER_CONCEALED:
        msg = f"never withheld: {', '.join(sorted(concealed & NEVER_CONCEALED))}"
        raise ValueError(msg)
    payload, disclosures = sd_jwt.conceal(claims)
    payload["vct"] = vct
    if holder_key is not None:
        payload["cnf"] = {"jwk": public_key_to_jwk(holder_key)}
    header: dict[str, Any] = {"kid": signer.verification_method, "typ": kind}
    if signer.certificates:
        header["x5c"] = x5c_of(signer.certificates)
    token = jws.sign(header, _json(payload), signer=signer)
    jws.verify(jws.parse(token), signer.public_key)
    return "~".join([token, *disclosures, ""])


def present(
    token: str,
    *,
    disclose: Iterable[str],
    now: datetime,
    holder: Signer | None = None,
    audience: str = "",
    nonce: str = "",
    limits: Limits = DEFAULT,
) -> str:
    """Return `token` with the disclosures that were chosen, bound to audience and nonce by `holder`.

    `disclose` holds JSON pointers into the full claims; what leads to a value is shown with it,
    and `/**` at the end shows all below. A pointer to nothing that can be disclosed raises
    `ValueError`: a holder must never believe to have shown, or withheld, what they did not.
    """
    issued, disclosures, _ = split(token, limits=limits)
    _, places = contents(token, limits=limits)
    wanted = _chosen(places, disclose)
    shown = "~".join([issued, *(text for text in disclosures if text in wanted), ""])
    if holder is None:
        return shown
    claims = {
        "iat": int(now.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": sd_jwt.digest(shown, sd_jwt.hash_name(_payload(issued, limits))),
    }
    return shown + jws.sign({"typ": KB_TYPE}, _json(claims), signer=holder)


def disclosable(token: str, *, limits: Limits = DEFAULT) -> tuple[str, ...]:
    """Return the JSON pointers of everything in `token` that can be withheld."""
    return tuple(place.pointer for place in contents(token, limits=limits)[1])


def contents(token: str, *, limits: Limits = DEFAULT) -> tuple[Mapping[str, Any], tuple[sd_jwt.Place, ...]]:
    """Return what a holder's own token says and where each disclosure stands; no signature is checked."""
    issued, disclosures, _ = split(token, limits=limits)
    return sd_jwt.reveal(_payload(issued, limits), disclosures, limits=limits)


def check_sd_jwt_vc(
    token: str | bytes,
    *,
    find_key: KeyFinder,
    now: datetime,
    expected: ExpectedBinding | None = None,
    chains: ChainTrust = NO_CHAINS,
    limits: Limits = DEFAULT,
) -> SDJWTFinding:
    """Return what a token shows when its signatures hold (RFC 9901 section 7.3); `signer_key` finds the issuer's key.

    Raises `ProblemError`: what `jws.parse` and `sd_jwt.reveal` raise, `MALFORMED`, `TAMPERED`,
    `KEY_COMPROMISED`, `OUT_OF_RANGE`; with `expected` also `HOLDER_MISMATCH` (no key binding),
    `CHALLENGE_WRONG`, `DOMAIN_WRONG`, `PROOF_UNCHECKABLE` (the holder's key is named in a way not read here).
    """
    # 1. The issuer's token, by the issuer's key.
    issued, disclosures, binding = split(token, limits=limits)
    parts = jws.parse(issued, limits=limits)
    payload = _payload(issued, limits)
    declared = _declared(parts.header, payload)
    purpose = "authentication" if declared == VP_SD_JWT else "assertionMethod"
    method = signer_key(parts.header, payload, find_key, purpose, chains, now)
    jws.verify(parts, method.key)
    # 2. The disclosures, each by its digest in what was signed.
    claims, places = sd_jwt.reveal(payload, disclosures, limits=limits)
    media = _media(declared, parts.header, claims)
    _check_plain(media, payload, claims)
    _check_signed_at(jwt_claims.moment(claims, "iat"), method, now)
    # 3. The holder's answer: a presentation gives it itself, a credential by the key that the issuer named.
    holder_key: VerificationKey | None = key_binding.own_key(claims["cnf"]) if "cnf" in claims else None
    if media == VP_SD_JWT:
        _check_answer(claims, expected, now)
    if binding or (expected and media != VP_SD_JWT):
        bound = Bound(claims.get("cnf"), issued, disclosures, sd_jwt.hash_name(payload))
        holder_key = key_binding.check_binding(binding, bound, find_key, expected=expected, now=now, limits=limits)
    return SDJWTFinding(
        media,
        parts.header,
        claims,
        disclosed=tuple(place.pointer for place in places),
        verification_method=method.id,
        controller=method.controller,
        expires=jwt_claims.moment(claims, "exp"),
        not_before=jwt_claims.moment(claims, "nbf"),
        holder_key=holder_key,
        holder_proved=expected is not None,
        method=method,
    )


def read_with_key(
    token: str | bytes, key: PublicKey, *, limits: Limits = DEFAULT
) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """Return media type, header and claims of a token that `key` signed; whose key it is and dates are not asked.

    For suites that hand over the key itself; whoever judges a stranger's document asks `check_sd_jwt_vc`.
    """
    issued, disclosures, _ = split(token, limits=limits)
    parts = jws.parse(issued, limits=limits)
    payload = _payload(issued, limits)
    declared = _declared(parts.header, payload)
    jws.verify(parts, key)
    claims, _ = sd_jwt.reveal(payload, disclosures, limits=limits)
    media = _media(declared, parts.header, claims)
    _check_plain(media, payload, claims)
    return media, parts.header, claims


def _declared(header: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """Return what a token says that it is; one made for another use is not taken for ours (C08).

    An SD-JWT VC must say so. A credential of VCDM 2.0 only should, and is told by its `@context`.
    """
    if "typ" not in header and "@context" in payload:
        return VC_SD_JWT
    declared = jwt_claims.media_type(header, "typ")
    if declared is None or declared not in TYPES:
        raise ProblemError(NOT_PARSABLE.about("a token of another kind"))
    return declared


def signer_key(
    header: Mapping[str, Any],
    payload: Mapping[str, Any],
    find_key: KeyFinder,
    purpose: str,
    chains: ChainTrust,
    now: datetime,
) -> VerificationMethod:
    """Return the key that a DID in `kid` names, otherwise that of `x5c` where `chains` lead to a root of the issuer."""
    if "x5c" not in header or ("kid" in header and not _is_hint(header["kid"], payload.get("iss"))):
        return find_key(key_url(header, payload, payload), purpose)
    issuer = jwt_claims.text(payload, "iss")
    if issuer is None:
        raise ProblemError(NOT_BY_ISSUER.about("the token does not name its issuer"))
    if purpose != "assertionMethod":
        raise ProblemError(NOT_BY_ISSUER.about("a certificate names an issuer, and no holder"))
    roots = chains.roots_of(issuer)
    return key_of_chain(header["x5c"], issuer=issuer, roots=roots, now=now, answers=chains.answers())


def _is_hint(kid: object, issuer: object) -> bool:
    """Beside a chain a `kid` is a mere hint (RFC 7515, section 4.1.4), unless a DID names the key or the issuer."""
    return isinstance(kid, str) and not kid.startswith("did:") and not str(issuer).startswith("did:")


def split(token: str | bytes, *, limits: Limits = DEFAULT) -> tuple[str, tuple[str, ...], str]:
    """Return the issuer's token, the disclosures and the key binding (empty when there is none).

    A tilde follows each part but the last (section 4): without it somebody cut something off.
    """
    try:
        text = token.decode("ascii") if isinstance(token, bytes) else token
    except UnicodeDecodeError:
        raise ProblemError(NOT_PARSABLE.about("an SD-JWT is ASCII")) from None
    if text.count("~") > limits.disclosures + 1:
        raise ProblemError(TOO_COMPLEX.about(f"more than {limits.disclosures} disclosures"))
    issued, *disclosures = text.split("~")
    if not disclosures:
        raise ProblemError(NOT_PARSABLE.about("an SD-JWT holds a tilde"))
    binding = disclosures.pop()
    if "" in disclosures:
        raise ProblemError(NOT_PARSABLE.about("an empty disclosure"))
    return issued, tuple(disclosures), binding


def _payload(issued: str, limits: Limits) -> dict[str, Any]:
    payload = strict_json.loads(jws.parse(issued, limits=limits).payload, limits=limits)
    if not isinstance(payload, dict):
        raise ProblemError(NOT_PARSABLE.about("a token's payload is an object"))
    return payload


def _media(declared: str, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Decide what a token is by its claims; VC-JOSE-COSE section 3.2 for those of VCDM 2.0."""
    if isinstance(claims.get("vct"), str) and claims["vct"] and "@context" not in claims and declared != VP_SD_JWT:
        return DC_SD_JWT
    contexts = claims.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    if declared == DC_SD_JWT or first != V2 or not {"vct", "vc", "vp"}.isdisjoint(claims):
        raise ProblemError(MALFORMED.about("neither an SD-JWT VC (vct) nor a document of VCDM 2.0"))
    media = VP_SD_JWT if declared == VP_SD_JWT else VC_SD_JWT
    if jwt_claims.media_type(header, "cty") not in {None, _CONTENT[media]}:
        raise ProblemError(NOT_PARSABLE.about("the token's cty is of another kind"))
    agree(claims, claims, "holder" if media == VP_SD_JWT else "issuer")
    return media


def _check_plain(media: str, payload: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Refuse claims that decide about the credential and were disclosed instead of signed in plain."""
    plain = NEVER_CONCEALED | NEVER_CONCEALED_VCDM if media == VC_SD_JWT else NEVER_CONCEALED
    if any(name in claims and name not in payload for name in plain):
        raise ProblemError(MALFORMED.about("a claim that is never withheld was a disclosure"))


def _check_signed_at(signed_at: datetime | None, method: VerificationMethod, now: datetime) -> None:
    jwt_claims.require_past(signed_at, now, "iat")
    if method.revoked_from and (signed_at or now) >= method.revoked_from:
        raise ProblemError(KEY_COMPROMISED.about("signed after its key was taken out of use"))
    if method.valid_from and (signed_at or now) < method.valid_from:
        raise ProblemError(NOT_BY_ISSUER.about("signed before its key was in use"))


def _check_answer(claims: Mapping[str, Any], expected: ExpectedBinding | None, now: datetime) -> None:
    """Compare what a presentation says with what was asked; its `exp` and `nbf` are those of the signature."""
    jwt_claims.require_past(jwt_claims.moment(claims, "nbf"), now, "nbf")
    expires = jwt_claims.moment(claims, "exp")
    if expires is not None and expires <= now:
        raise ProblemError(PROOF_EXPIRED.about(expires.isoformat()))
    if expected and claims.get("nonce") != expected.nonce:
        raise ProblemError(CHALLENGE_WRONG.about("the token's nonce is not the one that was asked for"))
    if expected and jwt_claims.audiences(claims) != (expected.audience,):
        raise ProblemError(DOMAIN_WRONG.about("the token was made for another audience"))


def _chosen(places: Sequence[sd_jwt.Place], disclose: Iterable[str]) -> frozenset[str]:
    """Return the disclosures that show these pointers: each with all that hold it."""
    wanted: set[str] = set()
    for pointer in disclose:
        stem = pointer.removesuffix("/**")
        below = f"{stem}/" if pointer != stem else None
        found = [
            place
            for place in places
            if place.pointer == stem or (below is not None and place.pointer.startswith(below))
        ]
        if not found:
            msg = f"nothing can be disclosed at {pointer}"
            raise ValueError(msg)
        for place in found:
            wanted.update((place.text, *place.within))
    return frozenset(wanted)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
