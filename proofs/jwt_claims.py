"""The claims of a token, and whether they agree with the credential beside them (RFC 7519).

A claim such as `iss` says a second time what the credential says. Two readers that look at
different places must never see different things, so a contradiction is refused
(threats.md C10, C11).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from schemas import moments
from schemas.problems import MALFORMED, NOT_PARSABLE, OUT_OF_RANGE, ProblemError

REGISTERED: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce", "status"})
"""The claims of the token itself; what remains is the credential."""
SKEW: Final = timedelta(minutes=5)
"""How far two honest clocks may differ."""
_FIRST_SECOND: Final = -62_135_596_800
_LAST_SECOND: Final = 253_402_300_799


def text(claims: Mapping[str, Any], name: str) -> str | None:
    """Return a claim that is a text, None when absent; other values are `MALFORMED`."""
    value = claims.get(name)
    if name in claims and not (isinstance(value, str) and value):
        raise ProblemError(MALFORMED.about(f"the claim {name} is not a text"))
    return value


def moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    """Return a NumericDate, None when absent; what is no number, or beyond the calendar, is `MALFORMED`.

    It counts the seconds from 1970; a degree of 1965 has a negative one (RFC 7519, section 2).
    """
    if name not in claims:
        return None
    value = claims[name]
    if type(value) not in {int, float} or not math.isfinite(value) or not _FIRST_SECOND <= value <= _LAST_SECOND:
        raise ProblemError(MALFORMED.about(f"the claim {name} is not a moment"))
    return datetime.fromtimestamp(value, UTC)


def media_type(header: Mapping[str, Any], name: str) -> str | None:
    """Return `typ` or `cty` as it is compared, None when absent; other values are `NOT_PARSABLE`.

    `application/` may stand before it or not, and capitals do not count (RFC 7515, section 4.1.9).
    """
    if name not in header:
        return None
    value = header[name]
    if not isinstance(value, str):
        raise ProblemError(NOT_PARSABLE.about(f"the token's {name} is not a text"))
    return value.lower().removeprefix("application/")


def audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return `aud`, one text or several."""
    value = claims.get("aud", [])
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in listed):
        raise ProblemError(MALFORMED.about("the claim aud is not a text or several"))
    return tuple(listed)


def date(document: Mapping[str, Any], member: str) -> datetime | None:
    """Return a date of the credential, None when absent; what is no date is `MALFORMED`."""
    if member not in document:
        return None
    try:
        return moments.moment(document[member])
    except ValueError:
        raise ProblemError(MALFORMED.about(f"{member} is not a date")) from None


def identifier(value: object) -> str | None:
    """Return the id of a member that is a URL or an object with one."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else None


def subject_id(document: Mapping[str, Any]) -> str | None:
    """Return the id of the one subject; several subjects have none in common."""
    subject = document.get("credentialSubject")
    if isinstance(subject, list):
        subject = subject[0] if len(subject) == 1 else None
    return identifier(subject)


def require_same(claim: object, said: object, name: str, member: str) -> None:
    """Raise `MALFORMED` when a claim contradicts the credential; one of them alone is fine."""
    if claim is not None and said is not None and claim != said:
        raise ProblemError(MALFORMED.about(f"the claim {name} contradicts {member}"))


def require_same_second(claim: datetime | None, said: datetime | None, name: str, member: str) -> None:
    """As `require_same`, for moments: NumericDate often drops what is below a second."""
    if claim is not None and said is not None and _second(claim) != _second(said):
        raise ProblemError(MALFORMED.about(f"the claim {name} contradicts {member}"))


def require_past(claim: datetime | None, now: datetime, name: str) -> None:
    """Raise `OUT_OF_RANGE` for a moment that has not come yet."""
    if claim is not None and claim > now + SKEW:
        raise ProblemError(OUT_OF_RANGE.about(f"the claim {name} lies in the future"))


def repeats(claim: datetime, document: Mapping[str, Any], *members: str) -> bool:
    """Return whether a claim only repeats one of the credential's own dates."""
    dates = (date(document, member) for member in members)
    return any(said is not None and _second(said) == _second(claim) for said in dates)


def _second(value: datetime) -> int:
    return math.floor(value.timestamp())
