"""Who holds a token: the key that its issuer named (RFC 7800), and the holder's answer by it (RFC 9901).

    bound = Bound(claims["cnf"], issued, disclosures, "sha-256")
    key = check_binding(binding, bound, find_key, expected=expected, now=now)

The claim `cnf` names the key itself (`jwk`) or, by a DID URL, where it stands (`kid`). Other ways of
naming it are legal; whose such a token is cannot be told here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keys.jwk import jwk_to_public_key
from keys.public_keys import KeyFormError
from keys.store import PublicKey, VerificationKey
from proofs import jws, jwt_claims, sd_jwt
from proofs.vc_jose import KeyFinder
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    CHALLENGE_WRONG,
    DOMAIN_WRONG,
    HOLDER_MISMATCH,
    KEY_WEAK,
    MALFORMED,
    NOT_PARSABLE,
    OUT_OF_RANGE,
    PROOF_EXPIRED,
    PROOF_UNCHECKABLE,
    TAMPERED,
    ProblemError,
)

KB_TYPE: Final = "kb+jwt"
BINDING_AGE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ExpectedBinding:
    """The question that a key binding must answer."""

    audience: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Bound:
    """What a key binding is about: the issuer's token and the disclosures beside it."""

    cnf: object
    """The claim that says whose key it takes; None where there is none."""
    issued: str
    disclosures: Sequence[str]
    algorithm: str
    """The hash that the token names (`_sd_alg`)."""

    def digest(self) -> str:
        """Return what `sd_hash` must be (section 4.3.1)."""
        return sd_jwt.digest("~".join([self.issued, *self.disclosures, ""]), self.algorithm)


def own_key(cnf: object) -> PublicKey | None:
    """Return the public key that stands in `cnf`, None when the key is only named there.

    Raises `MALFORMED` for what names no key at all, `KEY_WEAK` for a key that proves nothing.
    """
    if not isinstance(cnf, Mapping) or not cnf:
        raise ProblemError(MALFORMED.about("cnf names no key"))
    if "jwk" not in cnf:
        return None
    try:
        return jwk_to_public_key(cnf["jwk"])
    except KeyFormError as error:
        raise ProblemError(KEY_WEAK.about(f"the holder's key: {error}")) from None


def holder_key(cnf: object, find_key: KeyFinder) -> VerificationKey:
    """Return the public key that `cnf` holds or, by a DID URL in `kid`, names.

    Raises `PROOF_UNCHECKABLE` where it is named in another way, and what `own_key` and `find_key` raise.
    """
    key = own_key(cnf)
    if key is not None:
        return key
    kid = cnf.get("kid") if isinstance(cnf, Mapping) else None
    if isinstance(kid, str) and kid.startswith("did:"):
        return find_key(kid, "authentication").key
    raise ProblemError(PROOF_UNCHECKABLE.about("cnf names the holder's key in a way that is not read here"))


def check_binding(
    binding: str,
    bound: Bound,
    find_key: KeyFinder,
    *,
    expected: ExpectedBinding | None,
    now: datetime,
    limits: Limits = DEFAULT,
) -> VerificationKey:
    """Check a key binding (section 7.3 step 5) and return its key; one that nobody asked for must hold too."""
    if not binding or bound.cnf is None:
        raise ProblemError(HOLDER_MISMATCH.about("the bearer did not prove to be the holder"))
    key = holder_key(bound.cnf, find_key)
    parts = jws.parse(binding, limits=limits)
    if jwt_claims.media_type(parts.header, "typ") != KB_TYPE:
        raise ProblemError(NOT_PARSABLE.about("the key binding is a token of another kind"))
    jws.verify(parts, key)
    claims = strict_json.loads(parts.payload, limits=limits)
    if not isinstance(claims, dict):
        raise ProblemError(NOT_PARSABLE.about("a token's payload is an object"))
    _check_times(claims, now, asked=expected is not None)
    if claims.get("sd_hash") != bound.digest():
        raise ProblemError(TAMPERED.about("the key binding is of another presentation"))
    if expected and claims.get("nonce") != expected.nonce:
        raise ProblemError(CHALLENGE_WRONG.about("the key binding answers another question"))
    if expected and claims.get("aud") != expected.audience:
        raise ProblemError(DOMAIN_WRONG.about("the key binding was made for somebody else"))
    if not all(jwt_claims.text(claims, name) for name in ("nonce", "aud")):
        raise ProblemError(MALFORMED.about("a key binding has a nonce and one audience"))
    return key


def _check_times(claims: Mapping[str, object], now: datetime, *, asked: bool) -> None:
    """Refuse a binding of another time: by `iat`, and as any token by `nbf` and `exp` (RFC 7519)."""
    made = jwt_claims.moment(claims, "iat")
    if made is None or made > now + jwt_claims.SKEW or (asked and made < now - BINDING_AGE):
        raise ProblemError(OUT_OF_RANGE.about("the key binding is not of now"))
    jwt_claims.require_past(jwt_claims.moment(claims, "nbf"), now, "nbf")
    expires = jwt_claims.moment(claims, "exp")
    if expires is not None and expires <= now:
        raise ProblemError(PROOF_EXPIRED.about("the key binding is over"))
