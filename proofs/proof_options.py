"""Read one proof: what it says about itself, each part in the only form that is accepted.

Specification: Verifiable Credential Data Integrity 1.0, section 2.1 (proofs) and 4.2 (verify proof,
steps 3 to 8).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from proofs.jsonld_values import is_iri
from schemas.moments import moment
from schemas.problems import (
    CHALLENGE_WRONG,
    DID_INVALID,
    DOMAIN_WRONG,
    MALFORMED,
    OUT_OF_RANGE,
    PROOF_EXPIRED,
    PURPOSE_WRONG,
    TAMPERED,
    ProblemError,
)

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far in the future `created` may lie, since clocks differ."""


class ProofOptions(NamedTuple):
    """A proof, read; `raw` is the object as received."""

    raw: dict[str, Any]
    type: str
    cryptosuite: str
    verification_method: str
    purpose: str
    created: datetime | None
    expires: datetime | None
    domain: str | tuple[str, ...] | None
    challenge: str | None
    id: str | None
    previous: tuple[str, ...]


def read_proof(
    proof: dict[str, Any], *, purpose: str, now: datetime, domain: str | None = None, challenge: str | None = None
) -> ProofOptions:
    """Return `proof`, read, if it is of the right form, for `purpose`, in force, and for this `domain` and `challenge`.

    Raises `ProblemError`: DID_INVALID, PURPOSE_WRONG, TAMPERED (no proof
    value), MALFORMED, OUT_OF_RANGE, PROOF_EXPIRED, DOMAIN_WRONG or CHALLENGE_WRONG.
    """
    options = ProofOptions(
        raw=proof,
        type=_suite_text(proof.get("type")),
        cryptosuite=_suite_text(proof.get("cryptosuite", "")),
        verification_method=_url(proof.get("verificationMethod")),
        purpose=_purpose(proof.get("proofPurpose"), purpose),
        created=_moment(proof, "created"),
        expires=_moment(proof, "expires"),
        domain=_domain(proof),
        challenge=_optional_text(proof, "challenge"),
        id=_name(proof),
        previous=_texts(proof, "previousProof"),
    )
    _optional_text(proof, "nonce")
    _check_value(proof.get("proofValue"))
    _check_dates(options, now)
    _check_audience(options, domain, challenge)
    return options


def _suite_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ProblemError(MALFORMED.about("a proof does not name its kind"))
    return value


def _url(value: Any) -> str:
    if not isinstance(value, str):
        raise ProblemError(DID_INVALID.about("verificationMethod is not the address of a key"))
    return value


def _purpose(value: Any, wanted: str) -> str:
    if not isinstance(value, str) or value != wanted:
        raise ProblemError(PURPOSE_WRONG.about(f"the proof was not made for {wanted}"))
    return value


def _check_value(value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ProblemError(TAMPERED.about("the proof has no value"))


def _moment(proof: dict[str, Any], name: str) -> datetime | None:
    if name not in proof:
        return None
    try:
        return moment(proof[name])
    except ValueError:
        raise ProblemError(MALFORMED.about(f"{name} of the proof is not a date and time")) from None


def _optional_text(proof: dict[str, Any], name: str) -> str | None:
    value = proof.get(name)
    if value is None and name not in proof:
        return None
    if not isinstance(value, str):
        raise ProblemError(MALFORMED.about(f"{name} of the proof is not a text"))
    return value


def _name(proof: dict[str, Any]) -> str | None:
    value = _optional_text(proof, "id")
    if value is not None and not is_iri(value):
        raise ProblemError(MALFORMED.about("id of the proof is not an address"))
    return value


def _texts(proof: dict[str, Any], name: str) -> tuple[str, ...]:
    """Return a text or a list of different texts; absent is none."""
    if name not in proof:
        return ()
    values = proof[name] if isinstance(proof[name], list) else [proof[name]]
    if not values or not all(isinstance(value, str) for value in values) or len(set(values)) != len(values):
        raise ProblemError(MALFORMED.about(f"{name} of the proof is neither a text nor a list of different texts"))
    return tuple(values)


def _domain(proof: dict[str, Any]) -> str | tuple[str, ...] | None:
    values = _texts(proof, "domain")
    return values if isinstance(proof.get("domain"), list) else values[0] if values else None


def _check_dates(options: ProofOptions, now: datetime) -> None:
    """Refuse a proof from the future, and one that is over."""
    if options.created is not None and options.created > now + CLOCK_SKEW:
        raise ProblemError(OUT_OF_RANGE.about("the proof was made in the future"))
    if options.expires is not None and options.expires <= now:
        raise ProblemError(PROOF_EXPIRED.about("the proof is over"))


def _check_audience(options: ProofOptions, domain: str | None, challenge: str | None) -> None:
    """Compare domain and challenge, character by character, with what was asked for: no other domain may be named."""
    named = (options.domain,) if isinstance(options.domain, str) else options.domain
    if domain is not None and named != (domain,):
        raise ProblemError(DOMAIN_WRONG.about("the proof names another domain"))
    if challenge is not None and options.challenge != challenge:
        raise ProblemError(CHALLENGE_WRONG.about("the proof answers another challenge"))
