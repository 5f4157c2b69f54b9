"""Award and its kinds: what a registrar decided (R20). `schemas/award_loading.py` reads them.

All texts are plain data. A `Text` holds French, English or both. Numbers are `Decimal`, dates are
`datetime.date`. `external_id` within an institution is the natural key of an award.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of document every institution has (R20)."""

    TRANSCRIPT = "transcript"
    DIPLOMA = "diploma"
    MICRO_CREDENTIAL = "micro-credential"
    BADGE = "badge"
    ATTESTATION = "attestation"


class Language(StrEnum):
    """The language of a document's pages and texts."""

    FRENCH = "fr"
    ENGLISH = "en"
    BOTH = "fr+en"

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the languages in the order in which they are printed."""
        return tuple(self.value.split("+"))


@dataclass(frozen=True, slots=True)
class Text:
    """A text in French, English or both; at least one is set."""

    fr: str | None = None
    en: str | None = None

    def within(self, language: str) -> str:
        """Return the text in `fr` or `en`, or in the other language when there is none."""
        first, second = (self.fr, self.en) if language == "fr" else (self.en, self.fr)
        return first or second or ""

    def joined(self, language: Language) -> str:
        """Return one plain string: "Français / English" when both are asked for and differ."""
        words = [self.within(code) for code in language.codes]
        return " / ".join(dict.fromkeys(word for word in words if word))


@dataclass(frozen=True, slots=True)
class Learner:
    """The person the award is about."""

    given_name: str
    family_name: str
    email: str
    student_id: str
    birth_date: date | None = None

    @property
    def full_name(self) -> str:
        """Return given and family name; people with one name have no family name."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs the paper: a name and an office."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of study."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class Course:
    """One line of a transcript; `transferred_from` names the other institution (transfer credit)."""

    code: str
    title: Text
    credits: Decimal
    grade: str
    points: Decimal | None = None
    transferred_from: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A session or term with its courses in order."""

    name: Text
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A named result, for example the grade of a micro-credential."""

    name: Text
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What every kind has."""

    kind: Kind
    external_id: str
    language: Language
    learner: Learner
    issued_on: date
    valid_until: date | None = None
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript(Award):
    """Every course of a learner in a programme; `average` is on `average_scale`."""

    programme: Programme
    terms: tuple[Term, ...]
    average: Decimal | None = None
    average_scale: Decimal | None = None
    degree: Text | None = None
    conferred_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diploma(Award):
    """A degree conferred."""

    programme: Programme
    degree: Text
    conferred_on: date
    honours: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroCredential(Award):
    """A short programme with its criteria and results."""

    title: Text
    description: Text
    criteria: Text
    hours: Decimal | None = None
    credits: Decimal | None = None
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge(Award):
    """An Open Badge."""

    title: Text
    description: Text
    criteria: Text
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation(Award):
    """A statement of the institution about the learner, for example of enrolment."""

    title: Text
    statement: Text
    programme: Programme | None = None
    period_from: date | None = None
    period_until: date | None = None
