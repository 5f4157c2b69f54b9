"""What a credential says, in words: for the document's page and for the share page.

Reads an Open Badges AchievementCredential or a Comprehensive Learner Record whose proof held. A
credential may come from anywhere, so every member may be missing or of another shape: what is not
understood is left out, and nothing here raises.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

_MOST_TEXT: Final = 2_000
_NAME: Final = "name"
_UNSEEN: Final = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Course:
    """One line of a transcript; numbers as `Decimal`, other results as they were signed."""

    code: str
    title: str
    credits: Decimal | None
    grade: str
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """The courses of one term, in the order of the record."""

    name: str
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """A credential's claims; texts are data, empty when the credential does not say."""

    title: str = ""
    learner: str = ""
    issuer: str = ""
    field_of_study: str = ""
    description: str = ""
    criteria: str = ""
    tags: tuple[str, ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    credits: Decimal | None = None
    started_on: date | None = None
    ended_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    terms: tuple[Term, ...] = ()


def contents(claims: Mapping[str, Any]) -> Contents:
    """Return what a credential says."""
    subject = _object(claims.get("credentialSubject"))
    children = [_object(child) for child in _list(subject.get("verifiableCredential"))]
    main = subject if "achievement" in subject else _programme(children)
    achievement = _object(main.get("achievement"))
    return Contents(
        title=_text(achievement.get("name")) or _text(claims.get("name")),
        learner=_learner(subject),
        issuer=_text(_object(claims.get("issuer")).get("name")),
        field_of_study=_text(achievement.get("fieldOfStudy")),
        description=_text(achievement.get("description")),
        criteria=_text(_object(achievement.get("criteria")).get("narrative")),
        tags=tuple(tag for each in _list(achievement.get("tag")) if (tag := _text(each))),
        results=tuple(_results(main)),
        credits=_number(main.get("creditsEarned")),
        started_on=_day(main.get("activityStartDate")),
        ended_on=_day(main.get("activityEndDate")),
        valid_from=_day(claims.get("validFrom")),
        valid_until=_day(claims.get("validUntil")),
        terms=_terms(children),
    )


def _programme(children: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the subject of the child that tells the programme of a record."""
    subjects = [_object(child.get("credentialSubject")) for child in children]
    return next((subject for subject in subjects if not _is_course(subject)), {})


def _is_course(subject: Mapping[str, Any]) -> bool:
    return _object(subject.get("achievement")).get("achievementType") == "Course"


def _terms(children: list[Mapping[str, Any]]) -> tuple[Term, ...]:
    """Return the courses by term, terms in the order in which they first come."""
    terms: dict[str, list[Course]] = {}
    for child in children:
        subject = _object(child.get("credentialSubject"))
        if _is_course(subject):
            terms.setdefault(_text(subject.get("term")), []).append(_course(subject))
    return tuple(Term(name, tuple(courses)) for name, courses in terms.items())


def _course(subject: Mapping[str, Any]) -> Course:
    achievement = _object(subject.get("achievement"))
    graded = list(_results(subject))
    return Course(
        code=_text(achievement.get("humanCode")),
        title=_text(achievement.get("name")),
        credits=_number(subject.get("creditsEarned")),
        grade=graded[0][1] if graded else "",
        source=_text(_object(subject.get("source")).get("name")),
    )


def _results(subject: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each result with the name that the achievement gives it."""
    described = {
        str(one.get("id")): one
        for each in _list(_object(subject.get("achievement")).get("resultDescription"))
        if (one := _object(each))
    }
    for each in _list(subject.get("result")):
        result = _object(each)
        description = described.get(str(result.get("resultDescription")), {})
        value, most = _text(result.get("value")), _text(description.get("valueMax"))
        if value:
            yield _text(description.get("name")), f"{value} / {most}" if most else value


def _learner(subject: Mapping[str, Any]) -> str:
    """Return the name in clear among the subject's identities."""
    for each in _list(subject.get("identifier")):
        identity = _object(each)
        if identity.get("identityType") == _NAME and identity.get("hashed") is False:
            return _text(identity.get("identityHash"))
    return ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """Return a text without characters that hide or turn others (threats.md A30)."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(char for char in value[:_MOST_TEXT] if _is_seen(char)).split())


def _is_seen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _UNSEEN


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return Decimal(str(value))


def _day(value: Any) -> date | None:
    """Return the day that a moment begins, as the issuer wrote it."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None
