"""What a credential says, in words: for the verify page, the share page and the document's page.

    said(verified)          # one `Contents` for each credential that may be shown, or nothing
    contents(claims)        # the same for claims whose proof is known to hold

Reads an Open Badges AchievementCredential, a Comprehensive Learner Record, or a token of ours that
shows parts of a document. A credential may come from anywhere, so every member may be missing or of
another shape: what is not understood is left out, and nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from schemas.experimental import BBS_2023
from schemas.report import Answer
from verifier.contents import listed
from verifier.document import Document, Kind
from verifier.reading import types_of
from verifier.telling_tokens import contents_of_token
from verifier.told import MOST_RESULTS, Contents, Course, Term, bounded, day, members, number, text
from verifier.verification import Verified

MOST_SHOWN: Final = 20
"""Credentials of one presentation that are put in words; its report tells of all."""
_KINDS: Final[Mapping[str, str]] = {
    "Degree": "diploma",
    "MicroCredential": "micro-credential",
    "Badge": "badge",
    "ext:Attestation": "attestation",
}
_SELECTIVE: Final = frozenset({"ecdsa-sd-2023", BBS_2023})


def said(verified: Verified) -> tuple[Contents, ...]:
    """Return what the credentials of a document say, when nothing of it was changed since it was signed.

    Nothing at all otherwise, not even of the parts that hold: beside something forged they would
    lend it their looks. What could not be checked is not shown, and neither is what a key signed
    that is not the named issuer's. Revoked, suspended and expired documents are.
    """
    report = verified.report
    if report.integrity.answer is not Answer.YES or report.identity.answer is Answer.NO:
        return ()
    return tuple(_of_document(document) for document in _credentials(verified)[:MOST_SHOWN])


def _credentials(verified: Verified) -> list[Document]:
    """Return the credentials that a reader thinks of: a record as a whole, not its courses one by one."""
    document = verified.document
    if document is not None and document.kind is Kind.CREDENTIAL:
        return [document]
    return [credential for inside in verified.inside for credential in _credentials(inside)]


def _of_document(document: Document) -> Contents:
    suites = {signature.suite for signature in document.signatures}
    in_part = document.content.has_disclosures or not _SELECTIVE.isdisjoint(suites)
    return replace(contents(document.claims), in_part=in_part)


def contents(claims: Mapping[str, Any]) -> Contents:
    """Return what a credential says."""
    if "vct" in claims:
        return contents_of_token(claims)
    subject = members(claims.get("credentialSubject"))
    children = [members(child) for child in listed(subject.get("verifiableCredential"))]
    main = subject if "achievement" in subject else _programme(children)
    achievement = members(main.get("achievement"))
    terms, left_out = bounded(_terms(children))
    return Contents(
        title=text(achievement.get("name")) or text(claims.get("name")),
        kind=_kind(claims, achievement),
        learner=_learner(subject),
        issuer=text(members(claims.get("issuer")).get("name")),
        field_of_study=text(achievement.get("fieldOfStudy")),
        description=text(achievement.get("description")),
        criteria=text(members(achievement.get("criteria")).get("narrative")),
        tags=tuple(tag for each in listed(achievement.get("tag"))[:MOST_RESULTS] if (tag := text(each))),
        results=tuple(_results(main)),
        credits=number(main.get("creditsEarned")),
        started_on=day(main.get("activityStartDate")),
        ended_on=day(main.get("activityEndDate")),
        valid_from=day(claims.get("validFrom")),
        valid_until=day(claims.get("validUntil")),
        terms=terms,
        more_courses=left_out,
    )


def _kind(claims: Mapping[str, Any], achievement: Mapping[str, Any]) -> str:
    if "ClrCredential" in types_of(claims):
        return "transcript"
    return _KINDS.get(text(achievement.get("achievementType")), "")


def _programme(children: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the subject of the child that tells the programme of a record."""
    subjects = [members(child.get("credentialSubject")) for child in children]
    return next((subject for subject in subjects if not _is_course(subject)), {})


def _is_course(subject: Mapping[str, Any]) -> bool:
    return members(subject.get("achievement")).get("achievementType") == "Course"


def _terms(children: list[Mapping[str, Any]]) -> tuple[Term, ...]:
    """Return the courses by term, terms in the order in which they first come."""
    terms: dict[str, list[Course]] = {}
    for child in children:
        subject = members(child.get("credentialSubject"))
        if _is_course(subject):
            terms.setdefault(text(subject.get("term")), []).append(_course(subject))
    return tuple(Term(name, tuple(courses)) for name, courses in terms.items())


def _course(subject: Mapping[str, Any]) -> Course:
    achievement = members(subject.get("achievement"))
    graded = list(_results(subject))
    return Course(
        code=text(achievement.get("humanCode")),
        title=text(achievement.get("name")),
        credits=number(subject.get("creditsEarned")),
        grade=graded[0][1] if graded else "",
        source=text(members(subject.get("source")).get("name")),
    )


def _results(subject: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each result with the name that the achievement gives it."""
    described = {
        str(one.get("id")): one
        for each in listed(members(subject.get("achievement")).get("resultDescription"))
        if (one := members(each))
    }
    for each in listed(subject.get("result"))[:MOST_RESULTS]:
        result = members(each)
        description = described.get(str(result.get("resultDescription")), {})
        value, most = text(result.get("value")), text(description.get("valueMax"))
        if value:
            yield text(description.get("name")), f"{value} / {most}" if most else value


def _learner(subject: Mapping[str, Any]) -> str:
    """Return the name in clear among the subject's identities."""
    for each in listed(subject.get("identifier")):
        identity = members(each)
        if identity.get("identityType") == "name" and identity.get("hashed") is False:
            return text(identity.get("identityHash"))
    return ""
