"""From an award to the claims of an SD-JWT VC, of which its learner shows a part (R40, R103).

    {"iss", "nbf", "exp"?, "jti", "status", "institution", "language",               always shown
     "learner":    {given_name, family_name, student_id, birth_date?},               each may be withheld
     "study":      {programme, degree?, average?, credits_listed, …},
     "statements": {degree_conferred, average_at_least_3_0_of_4_3, credits_listed_at_least_90, …},
     "terms":      [{name, courses: [{code, title, credits, result: {grade, points?}}]}]}

Nothing withheld can be computed from what is shown. Every statement is made whether it holds or
not, and each collection is padded to a size that its values do not change, so that counting digests
tells neither an average nor whether a degree was conferred. No claim names a digest of a document
that could be made again (pages, another form). `status` is the place of the document's first Bitstring
entry on the same list as a Token Status List: all forms of a document share one fate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from issuer.credentials.drafting_parts import Particulars, in_language
from issuer.credentials.identifiers import token_status_list_url
from issuer.institutions.profile import Institution
from proofs.sd_jwt import Concealed, Padded
from proofs.sd_jwt_vc import NEVER_CONCEALED
from proofs.token_status_list import entry_claim
from schemas.awards import Award, Course, Diploma, Kind, Language, Learner, Term, Transcript
from schemas.limits import DEFAULT
from schemas.problems import MALFORMED, ProblemError

ALWAYS_SHOWN: Final = NEVER_CONCEALED | {"iat", "jti", "institution", "language"}
"""What decides about the credential is never withheld (threats.md D10)."""
AVERAGES: Final = (Decimal("2.0"), Decimal("2.5"), Decimal("3.0"), Decimal("3.5"), Decimal("4.0"))
SHARES_OF_SCALE: Final = (Decimal("0.6"), Decimal("0.7"), Decimal("0.8"), Decimal("0.9"))
CREDITS: Final = (30, 60, 90, 120)
_SMALL_SCALE: Final = 5
_STATEMENTS: Final = 16
_TERMS: Final = 16
_COURSES: Final = 8
_LAST_SECOND: Final = time(23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PartialDraft:
    """Claims, some of them `Concealed`, ready to be signed; `bound_to` is the holder's DID (R95)."""

    kind: Kind
    claims: Mapping[str, Any]
    bound_to: str | None = None


def draft_partial(award: Award, institution: Institution, particulars: Particulars) -> PartialDraft | None:
    """Return the claims of a transcript or diploma; None for a kind that is not shown in parts.

    None also for a transcript with more parts than a verifier takes (`Limits.disclosures`); before
    that, grades are no longer withheld apart from their courses.
    """
    if isinstance(award, Diploma):
        return _draft(award, institution, particulars, _diploma(award))
    if isinstance(award, Transcript):
        for with_results in (True, False):
            draft = _draft(award, institution, particulars, _transcript(award, with_results=with_results))
            if _count(draft.claims) <= DEFAULT.disclosures:
                return draft
    return None


def lint_partial(draft: PartialDraft) -> None:
    """Refuse claims of which one that decides is withheld or missing; raise `ProblemError` MALFORMED (D10)."""
    concealed = {name for name, value in draft.claims.items() if isinstance(value, Concealed)}
    missing = {"iss", "nbf", "jti", "status"} - set(draft.claims)
    if concealed & ALWAYS_SHOWN or missing or "relatedResource" in draft.claims:
        raise ProblemError(MALFORMED.about("claims that decide about a credential are always shown"))
    for name in ALWAYS_SHOWN & set(draft.claims):
        if _count(draft.claims[name]):
            raise ProblemError(MALFORMED.about("claims that decide about a credential are shown whole"))


def _draft(award: Award, institution: Institution, particulars: Particulars, told: Mapping[str, Any]) -> PartialDraft:
    claims: dict[str, Any] = {
        "iss": institution.did,
        "nbf": _seconds(datetime.combine(award.issued_on, time.min, UTC)),
        "jti": particulars.document_id,
        "status": _status(particulars.status[0]),
        "institution": institution.names.joined(award.language),
        "language": in_language(award.language),
        "learner": _learner(award.learner),
        **told,
    }
    if award.valid_until is not None:
        claims["exp"] = _seconds(datetime.combine(award.valid_until, _LAST_SECOND))
    return PartialDraft(award.kind, claims, particulars.bound_to)


def _status(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a Token Status List says what a Bitstring entry says; one place says all of a document."""
    return entry_claim(token_status_list_url(entry["statusListCredential"]), int(entry["statusListIndex"]))


def _learner(learner: Learner) -> dict[str, Any]:
    known = {
        "given_name": learner.given_name,
        "family_name": learner.family_name,
        "student_id": learner.student_id,
        "birth_date": learner.birth_date.isoformat() if learner.birth_date else None,
    }
    return _each_concealed(known)


def _diploma(award: Diploma) -> dict[str, Any]:
    study = {
        "programme": _programme(award),
        "degree": award.degree.joined(award.language),
        "conferred_on": award.conferred_on.isoformat(),
        "honours": award.honours.joined(award.language) if award.honours else None,
    }
    conferred = {"degree_conferred": award.conferred_on <= award.issued_on}
    return {"study": _each_concealed(study), "statements": Padded(_each_concealed(conferred), _STATEMENTS)}


def _transcript(award: Transcript, *, with_results: bool) -> dict[str, Any]:
    language = award.language
    listed = sum((course.credits for term in award.terms for course in term.courses), Decimal(0))
    terms = [Concealed(_term(term, language, with_results=with_results)) for term in award.terms]
    study = {
        "programme": _programme(award),
        "degree": _degree(award),
        "average": _average(award),
        "credits_listed": _written(listed),
    }
    statements = {"degree_conferred": _is_conferred(award), **_averages(award), **_credits(listed)}
    return {
        "study": _each_concealed(study),
        "statements": Padded(_each_concealed(statements), _STATEMENTS),
        # Withheld as a whole too: whoever is shown one statement does not even learn how many terms there are.
        "terms": Concealed(Padded(terms, _TERMS)),
    }


def _programme(award: Diploma | Transcript) -> dict[str, str]:
    return {"code": award.programme.code, "title": award.programme.title.joined(award.language)}


def _degree(award: Transcript) -> dict[str, str] | None:
    if award.degree is None:
        return None
    degree = {"title": award.degree.joined(award.language)}
    if award.conferred_on is not None:
        degree["conferred_on"] = award.conferred_on.isoformat()
    return degree


def _is_conferred(award: Transcript) -> bool:
    return award.degree is not None and _is_past(award.conferred_on, award.issued_on)


def _is_past(day: date | None, today: date) -> bool:
    return day is not None and day <= today


def _average(award: Transcript) -> dict[str, str] | None:
    if award.average is None or award.average_scale is None:
        return None
    return {"value": format(award.average, "f"), "scale": format(award.average_scale, "f")}


def _averages(award: Transcript) -> dict[str, bool]:
    """Say of each threshold of the scale whether the average reaches it."""
    average, scale = award.average, award.average_scale
    if average is None or scale is None:
        return {}
    of_scale = _in_a_name(scale)
    return {f"average_at_least_{_in_a_name(least)}_of_{of_scale}": average >= least for least in _thresholds(scale)}


def _thresholds(scale: Decimal) -> Iterable[Decimal]:
    if scale <= _SMALL_SCALE:
        return tuple(least for least in AVERAGES if least <= scale)
    return tuple(share * scale for share in SHARES_OF_SCALE)


def _credits(listed: Decimal) -> dict[str, bool]:
    return {f"credits_listed_at_least_{least}": listed >= least for least in CREDITS}


def _term(term: Term, language: Language, *, with_results: bool) -> dict[str, Any]:
    courses = [Concealed(_course(course, language, with_results=with_results)) for course in term.courses]
    return {"name": term.name.joined(language), "courses": Padded(courses, _COURSES)}


def _course(course: Course, language: Language, *, with_results: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": course.code,
        "title": course.title.joined(language),
        "credits": _written(course.credits),
    }
    if course.transferred_from is not None:
        told["transferred_from"] = course.transferred_from
    result = {"grade": course.grade}
    if course.points is not None:
        result["points"] = format(course.points, "f")
    return {**told, "result": Concealed(result) if with_results else result}


def _each_concealed(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Concealed(value) for name, value in members.items() if value is not None and value != ""}


def _count(value: Any) -> int:
    """Return how many disclosures a value makes."""
    if isinstance(value, Concealed):
        return 1 + _count(value.value)
    return sum(_count(part) for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, Padded):
        yield value.value
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple):
        yield from value


def _written(value: Decimal) -> str:
    """Return a decimal without needless zeros: 3, 4.5."""
    return format(value.normalize(), "f")


def _in_a_name(value: Decimal) -> str:
    """Return a decimal with at least one digit after the point, written with a low line: 3_0."""
    whole, _, part = _written(value).partition(".")
    return f"{whole}_{part or '0'}" if value <= _SMALL_SCALE else "_".join(filter(None, (whole, part)))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
