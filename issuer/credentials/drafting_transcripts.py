"""A transcript: one child for the programme, one for each course, joined by associations (CLR 2.0)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from issuer.credentials.drafting_parts import (
    Graded,
    Particulars,
    criteria,
    day,
    identity,
    in_language,
    number,
    with_results,
)
from issuer.credentials.wording import (
    AVERAGE,
    COURSE_CRITERIA,
    DEGREE,
    GRADE,
    GRADE_POINTS,
    course_description,
    programme_criteria,
    programme_description,
)
from schemas.awards import Course, Term, Text, Transcript

_LETTER_GRADE: Final = re.compile(r"[A-F][+-]?\*?")


@dataclass(frozen=True, slots=True)
class Child:
    """What is particular to one child: its place in the document, its name, its subject."""

    place: str
    name: str
    subject: Mapping[str, Any]


def transcript_children(award: Transcript, particulars: Particulars) -> list[Child]:
    """Return the programme, then each course in the order of the transcript."""
    courses = [(term, course) for term in award.terms for course in term.courses]
    return [
        _programme(award, particulars),
        *(_course(award, term, course, particulars, at) for at, (term, course) in enumerate(courses)),
    ]


def clr_subject(award: Transcript, particulars: Particulars, children: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the subject of the record: who, the children, and what belongs to what."""
    achievements = [child["credentialSubject"]["achievement"]["id"] for child in children]
    programme, courses = achievements[0], achievements[1:]
    return {
        "id": particulars.subject_id("subject"),
        "type": ["ClrSubject"],
        "identifier": identity(award, particulars.identifiers, "subject"),
        "verifiableCredential": list(children),
        "association": [
            {"type": "Association", "associationType": "isPartOf", "sourceId": course, "targetId": programme}
            for course in courses
        ],
    }


def _programme(award: Transcript, particulars: Particulars) -> Child:
    place, programme = "programme", award.programme
    description = programme_description(programme)
    achievement = _achievement(award, particulars, place, "LearningProgram", programme.title, description)
    achievement |= {
        "humanCode": programme.code,
        "criteria": criteria(programme_criteria(programme), award.language, particulars.identifiers, place),
    }
    subject = _subject(award, particulars, place, achievement)
    if award.conferred_on is not None:
        subject["activityEndDate"] = day(award.conferred_on)
    graded = []
    if award.degree is not None:
        graded.append(Graded(DEGREE, award.degree.joined(award.language)))
    if award.average is not None and award.average_scale is not None:
        scale = format(award.average_scale, "f")
        graded.append(Graded(AVERAGE, format(award.average, "f"), "GradePointAverage", scale))
    subject = with_results(subject, graded, award.language, particulars.identifiers, place)
    return Child(place, programme.title.joined(award.language), subject)


def _course(award: Transcript, term: Term, course: Course, particulars: Particulars, at: int) -> Child:
    place, ids = f"course/{at}", particulars.identifiers
    description = course_description(course.code, course.title)
    achievement = _achievement(award, particulars, place, "Course", course.title, description)
    achievement |= {
        "humanCode": course.code,
        "criteria": criteria(COURSE_CRITERIA, award.language, ids, place),
        "creditsAvailable": number(course.credits),
    }
    subject = _subject(award, particulars, place, achievement)
    subject |= {"term": term.name.joined(award.language), "creditsEarned": number(course.credits)}
    if course.transferred_from is not None:
        subject["source"] = {"id": ids.at(f"{place}/source"), "type": ["Profile"], "name": course.transferred_from}
    graded = [Graded(GRADE, course.grade, "LetterGrade" if _LETTER_GRADE.fullmatch(course.grade) else "Result")]
    if course.points is not None:
        graded.append(Graded(GRADE_POINTS, format(course.points, "f"), "RawScore"))
    subject = with_results(subject, graded, award.language, ids, place)
    return Child(place, f"{course.code} – {course.title.joined(award.language)}", subject)


def _subject(award: Transcript, particulars: Particulars, place: str, achievement: dict[str, Any]) -> dict[str, Any]:
    ids = particulars.identifiers
    return {
        "id": particulars.subject_id(f"{place}/subject"),
        "type": ["AchievementSubject"],
        "identifier": identity(award, ids, place, salted=True),
        "achievement": achievement,
    }


def _achievement(
    award: Transcript, particulars: Particulars, place: str, kind: str, name: Text, description: Text
) -> dict[str, Any]:
    return {
        "id": particulars.identifiers.at(f"{place}/achievement"),
        "type": ["Achievement"],
        "achievementType": kind,
        "name": name.joined(award.language),
        "description": description.joined(award.language),
        "inLanguage": in_language(award.language),
    }
