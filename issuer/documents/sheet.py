"""What a page says: an award as the plain values that its template prints.

Every text of the award goes through `printable.clean`; the first pass collects all bad fields, so
that a registrar corrects them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from issuer.documents.fonts import OURS
from issuer.documents.printable import NotPrintableError, clean, french_spaces, long_date, number
from issuer.institutions.profile import Institution
from schemas.awards import (
    Attestation,
    Award,
    Badge,
    Course,
    Diploma,
    Language,
    Learner,
    MicroCredential,
    Programme,
    Result,
    Signatory,
    Term,
    Text,
    Transcript,
)
from schemas.problems import TEXT_UNPRINTABLE, FieldError, ProblemError

Said = list[dict[str, str]]
"""The same thing in each language that it is said in: `[{"lang": "fr", "text": …}, …]`."""


class SheetWriter:
    """Turns values into printed texts in a document's language, and remembers what it refused."""

    def __init__(self, language: Language) -> None:
        """Begin a sheet in one language or both."""
        self.codes = language.codes
        self.refused: list[FieldError] = []
        self.pointers: dict[str, str] = {}

    def plain(self, value: str, pointer: str, *, lines: bool = False) -> str:
        """Return a text that is not translated; `lines` lets it have several paragraphs."""
        try:
            text = clean(value, lines=lines)
        except NotPrintableError as error:
            self.refused.append(FieldError(pointer, TEXT_UNPRINTABLE.code, str(error)))
            return ""
        self.pointers.setdefault(text, pointer)
        return text

    def said(self, text: Text | None, pointer: str, *, lines: bool = False) -> Said:
        """Return a text in each language asked for, each once, marked with the language it is in."""
        found: dict[str, str] = {}
        for code in self.codes if text else ():
            spoken = code if getattr(text, code) else _other(code)
            value = getattr(text, spoken)
            if value:
                printed = self.plain(value, f"{pointer}/{spoken}", lines=lines)
                found.setdefault(french_spaces(printed) if spoken == "fr" else printed, spoken)
        return [{"lang": spoken, "text": line} for line, spoken in found.items()]

    def day(self, day: date | None) -> Said:
        """Return a date in words, in each language."""
        return [{"lang": code, "text": long_date(day, code)} for code in self.codes] if day else []

    def number(self, value: Decimal | None, *, least_digits: int = 0) -> str:
        """Return a number as its first language writes it, one way in a whole document; nothing for None."""
        language = self.codes[0]
        return "" if value is None else number(value, language, least_digits=least_digits)

    def require_printable(self) -> None:
        """Raise ProblemError(text-unprintable) with a pointer to each refused field."""
        if self.refused:
            raise ProblemError(TEXT_UNPRINTABLE.about(errors=tuple(self.refused)))


def sheet_of(
    award: Award, writer: SheetWriter, *, institution: Institution, document_id: str, verify_url: str, development: bool
) -> dict[str, Any]:
    """Return all that the template of this award's kind prints; JSON values only."""
    sheet: dict[str, Any] = {
        "kind": award.kind.value,
        "languages": list(writer.codes),
        "institution": institution_sheet(institution, writer),
        "learner": {
            "name": _name(award.learner, writer),
            "student_id": writer.plain(award.learner.student_id, "/learner/student_id"),
            "birth_date": writer.day(award.learner.birth_date),
        },
        "issued_on": writer.day(award.issued_on),
        "valid_until": writer.day(award.valid_until),
        "signatories": [_signatory(one, writer, at) for at, one in _numbered(award, institution)],
        "document_id": document_id,
        "verify_url": verify_url,
        "test": development,
    }
    return sheet | _own_part(award, writer)


def institution_sheet(institution: Institution, writer: SheetWriter) -> dict[str, Any]:
    """Return what is printed of the institution."""
    return {
        "names": writer.said(institution.names, "/institution/names"),
        "office": writer.said(institution.office, "/institution/office"),
        "place": writer.said(institution.place, "/institution/place"),
        "motto": writer.plain(institution.branding.motto, "/institution/branding/motto"),
        "colour": institution.branding.colour,
        "fonts": [font for font in (institution.branding.font, *OURS) if font],
        "did": institution.did,
        "url": institution.url,
    }


def _own_part(award: Award, writer: SheetWriter) -> dict[str, Any]:
    match award:
        case Transcript():
            return _transcript(award, writer)
        case Diploma():
            return {
                "programme": _programme(award.programme, writer),
                "degree": writer.said(award.degree, "/degree"),
                "honours": writer.said(award.honours, "/honours"),
                "conferred_on": writer.day(award.conferred_on),
            }
        case MicroCredential():
            return _described(award, writer) | {
                "hours": writer.number(award.hours),
                "credits": writer.number(award.credits),
                "results": [_result(one, writer, f"/results/{at}") for at, one in enumerate(award.results)],
            }
        case Badge():
            tags = [writer.plain(tag, f"/tags/{at}") for at, tag in enumerate(award.tags)]
            return _described(award, writer) | {"tags": tags}
        case Attestation():
            return {
                "title": writer.said(award.title, "/title"),
                "statement": writer.said(award.statement, "/statement", lines=True),
                "programme": _programme(award.programme, writer),
                "period_from": writer.day(award.period_from),
                "period_until": writer.day(award.period_until),
            }
        case _:
            raise TypeError(f"no page is designed for {type(award).__name__}")


def _transcript(award: Transcript, writer: SheetWriter) -> dict[str, Any]:
    courses = [course for term in award.terms for course in term.courses]
    return {
        "programme": _programme(award.programme, writer),
        "degree": writer.said(award.degree, "/degree"),
        "conferred_on": writer.day(award.conferred_on),
        "average": writer.number(award.average, least_digits=2),
        "average_scale": writer.number(award.average_scale, least_digits=1),
        "credits_listed": writer.number(sum((course.credits for course in courses), Decimal(0))),
        "with_points": any(course.points is not None for course in courses),
        "with_transfers": any(course.transferred_from for course in courses),
        "terms": [_term(term, writer, f"/terms/{at}") for at, term in enumerate(award.terms)],
    }


def _term(term: Term, writer: SheetWriter, pointer: str) -> Mapping[str, Any]:
    return {
        "name": writer.said(term.name, f"{pointer}/name"),
        "courses": [_course(one, writer, f"{pointer}/courses/{at}") for at, one in enumerate(term.courses)],
    }


def _course(course: Course, writer: SheetWriter, pointer: str) -> Mapping[str, Any]:
    return {
        "code": writer.plain(course.code, f"{pointer}/code"),
        "title": writer.said(course.title, f"{pointer}/title"),
        "credits": writer.number(course.credits, least_digits=1),
        "grade": writer.plain(course.grade, f"{pointer}/grade"),
        "points": writer.number(course.points, least_digits=1),
        "transferred_from": writer.plain(course.transferred_from or "", f"{pointer}/transferred_from"),
    }


def _name(learner: Learner, writer: SheetWriter) -> str:
    given = writer.plain(learner.given_name, "/learner/given_name")
    family = writer.plain(learner.family_name, "/learner/family_name")
    return " ".join(part for part in (given, family) if part)


def _described(award: MicroCredential | Badge, writer: SheetWriter) -> dict[str, Any]:
    return {
        "title": writer.said(award.title, "/title"),
        "description": writer.said(award.description, "/description", lines=True),
        "criteria": writer.said(award.criteria, "/criteria", lines=True),
    }


def _programme(programme: Programme | None, writer: SheetWriter) -> Mapping[str, Any] | None:
    if programme is None:
        return None
    return {
        "code": writer.plain(programme.code, "/programme/code"),
        "title": writer.said(programme.title, "/programme/title"),
    }


def _result(result: Result, writer: SheetWriter, pointer: str) -> Mapping[str, Any]:
    return {
        "name": writer.said(result.name, f"{pointer}/name"),
        "value": writer.plain(result.value, f"{pointer}/value"),
    }


def _signatory(signatory: Signatory, writer: SheetWriter, pointer: str) -> Mapping[str, Any]:
    return {
        "name": writer.plain(signatory.name, f"{pointer}/name"),
        "title": writer.said(signatory.title, f"{pointer}/title"),
    }


def _numbered(award: Award, institution: Institution) -> Iterable[tuple[str, Signatory]]:
    """Return who signs with a pointer to each: those of the award, else those of the institution."""
    home = "/signatories" if award.signatories else "/institution/signatories"
    return ((f"{home}/{at}", one) for at, one in enumerate(award.signatories or institution.signatories))


def _other(code: str) -> str:
    return "en" if code == "fr" else "fr"
