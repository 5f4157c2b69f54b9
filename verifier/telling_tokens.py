"""What a token with disclosures shows, in words (`issuer.credentials.drafting_sd_jwt` writes ours).

Whatever its holder withheld is simply not there; a token of somebody else's type says what of it
has the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from verifier.contents import listed
from verifier.told import MOST_RESULTS, Contents, Course, Term, bounded, day, members, text

_KINDS: Final = frozenset({"transcript", "diploma", "micro-credential", "badge", "attestation"})
_DIGITS: Final = 12


def contents_of_token(claims: Mapping[str, Any]) -> Contents:
    """Return what the claims of an SD-JWT VC say."""
    learner, study = members(claims.get("learner")), members(claims.get("study"))
    degree, programme = study.get("degree"), text(members(study.get("programme")).get("title"))
    title = text(members(degree).get("title")) or text(degree)
    terms, left_out = bounded(_terms(claims))
    return Contents(
        title=title or programme,
        kind=_kind(claims),
        learner=" ".join(filter(None, (text(learner.get("given_name")), text(learner.get("family_name"))))),
        issuer=text(claims.get("institution")),
        field_of_study=programme if title else "",
        average=" / ".join(
            filter(None, (text(members(study.get("average")).get(name)) for name in ("value", "scale")))
        ),
        honours=text(study.get("honours")),
        statements=_statements(members(claims.get("statements"))),
        credits=_decimal(study.get("credits_listed")),
        ended_on=day(members(degree).get("conferred_on") or study.get("conferred_on")),
        valid_from=_day_of(claims.get("nbf")),
        valid_until=_day_of(claims.get("exp")),
        terms=terms,
        more_courses=left_out,
        in_part=True,
    )


def _kind(claims: Mapping[str, Any]) -> str:
    last = text(claims.get("vct")).rpartition("/")[2]
    return last if last in _KINDS else ""


def _statements(found: Mapping[str, Any]) -> tuple[tuple[str, bool], ...]:
    told = sorted((text(name), value) for name, value in found.items() if isinstance(value, bool))
    return tuple(told[:MOST_RESULTS])


def _terms(claims: Mapping[str, Any]) -> tuple[Term, ...]:
    """Return the terms that are shown, each with those of its courses that are."""
    terms = (members(each) for each in listed(claims.get("terms")))
    return tuple(
        Term(text(term.get("name")), tuple(_course(members(each)) for each in listed(term.get("courses"))))
        for term in terms
    )


def _course(course: Mapping[str, Any]) -> Course:
    return Course(
        code=text(course.get("code")),
        title=text(course.get("title")),
        credits=_decimal(course.get("credits")),
        grade=text(members(course.get("result")).get("grade")),
        source=text(course.get("transferred_from")),
    )


def _decimal(value: Any) -> Decimal | None:
    """Return a short decimal that was signed as a text."""
    try:
        read = Decimal(text(value)[:_DIGITS])
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def _day_of(value: Any) -> date | None:
    """Return the day of a moment that is told in seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(value, UTC).date()
    except (OverflowError, OSError, ValueError):
        return None
