"""The words of a document's page as data: what a credential says, whoever wrote it.

Everything here is a stranger's text: `text` takes away what hides or turns other characters, the
template escapes the rest, and numbers and days are read or left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

MOST_COURSES: Final = 400
MOST_RESULTS: Final = 50
_MOST_TEXT: Final = 2_000
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
    """A credential's claims; texts are data, empty when the credential does not say.

    `kind` is one of ours (transcript, diploma, …) or empty. `results` are names and values as they
    were signed. `statements` are claims that are true or false by themselves, by the name that was
    signed. `in_part` says that its holder may have withheld some of it. `more_courses` were left
    out, since nobody reads so many on a page.
    """

    title: str = ""
    kind: str = ""
    learner: str = ""
    issuer: str = ""
    field_of_study: str = ""
    description: str = ""
    criteria: str = ""
    tags: tuple[str, ...] = ()
    average: str = ""
    honours: str = ""
    results: tuple[tuple[str, str], ...] = ()
    statements: tuple[tuple[str, bool], ...] = ()
    credits: Decimal | None = None
    started_on: date | None = None
    ended_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    terms: tuple[Term, ...] = ()
    more_courses: int = 0
    in_part: bool = False


def bounded(terms: tuple[Term, ...]) -> tuple[tuple[Term, ...], int]:
    """Return as many courses as a page holds, by term, and how many were left out."""
    left = MOST_COURSES
    kept = []
    for term in terms:
        if left > 0:
            kept.append(Term(term.name, term.courses[:left]))
        left -= len(term.courses)
    return tuple(kept), max(-left, 0)


def members(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def text(value: Any) -> str:
    """Return a text without characters that hide or turn others (threats.md A30)."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(char for char in value[:_MOST_TEXT] if _is_seen(char)).split())


def number(value: Any) -> Decimal | None:
    """Return a JSON number as it is written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    read = Decimal(str(value))
    return read if read.is_finite() else None


def day(value: Any) -> date | None:
    """Return the day that a moment begins, as the issuer wrote it."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def _is_seen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _UNSEEN
