"""Badge, micro-credential, diploma, attestation: the achievement each one tells (Open Badges 3.0)."""

from __future__ import annotations

from typing import Any

from issuer.credentials.drafting_parts import Graded, criteria, day, in_language, number, with_results
from issuer.credentials.identifiers import Identifiers
from issuer.credentials.wording import (
    ATTESTATION_CRITERIA,
    HONOURS,
    HOURS,
    degree_description,
    programme_criteria,
)
from schemas.awards import Attestation, Award, Badge, Diploma, MicroCredential, Text


def achievement_of(award: Award, ids: Identifiers) -> dict[str, Any]:
    """Return the members of the subject that tell the achievement of an award."""
    match award:
        case Badge():
            return _badge(award, ids)
        case MicroCredential():
            return _micro_credential(award, ids)
        case Diploma():
            return _diploma(award, ids)
        case Attestation():
            return _attestation(award, ids)
        case _:
            msg = f"no achievement is drafted for {award.kind}"
            raise TypeError(msg)


def _badge(award: Badge, ids: Identifiers) -> dict[str, Any]:
    achievement = _achievement(award, ids, "Badge", award.title, award.description, award.criteria)
    if award.tags:
        achievement["tag"] = list(award.tags)
    return {"achievement": achievement}


def _micro_credential(award: MicroCredential, ids: Identifiers) -> dict[str, Any]:
    achievement = _achievement(award, ids, "MicroCredential", award.title, award.description, award.criteria)
    subject: dict[str, Any] = {"achievement": achievement}
    if award.credits is not None:
        achievement["creditsAvailable"] = subject["creditsEarned"] = number(award.credits)
    graded = [Graded(result.name, result.value) for result in award.results]
    if award.hours is not None:
        graded.append(Graded(HOURS, format(award.hours, "f")))
    return with_results(subject, graded, award.language, ids, "achievement")


def _diploma(award: Diploma, ids: Identifiers) -> dict[str, Any]:
    programme = award.programme
    achievement = _achievement(
        award, ids, "Degree", award.degree, degree_description(programme), programme_criteria(programme)
    )
    achievement |= {"humanCode": programme.code, "fieldOfStudy": programme.title.joined(award.language)}
    graded = [Graded(HONOURS, award.honours.joined(award.language))] if award.honours else []
    return with_results({"achievement": achievement}, graded, award.language, ids, "achievement")


def _attestation(award: Attestation, ids: Identifiers) -> dict[str, Any]:
    achievement = _achievement(award, ids, "ext:Attestation", award.title, award.statement, ATTESTATION_CRITERIA)
    if award.programme is not None:
        achievement |= {
            "humanCode": award.programme.code,
            "fieldOfStudy": award.programme.title.joined(award.language),
        }
    subject: dict[str, Any] = {"achievement": achievement}
    if award.period_from is not None:
        subject["activityStartDate"] = day(award.period_from)
    if award.period_until is not None:
        subject["activityEndDate"] = day(award.period_until)
    return subject


def _achievement(
    award: Award, ids: Identifiers, kind: str, name: Text, description: Text, narrative: Text
) -> dict[str, Any]:
    return {
        "id": ids.at("achievement"),
        "type": ["Achievement"],
        "achievementType": kind,
        "name": name.joined(award.language),
        "description": description.joined(award.language),
        "criteria": criteria(narrative, award.language, ids, "achievement"),
        "inLanguage": in_language(award.language),
    }
