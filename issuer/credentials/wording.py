"""The words a credential says besides those of its award, in French and English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schemas.awards import Attestation, Award, Badge, Diploma, MicroCredential, Programme, Text

TRANSCRIPT: Final = Text(fr="Relevé de notes", en="Transcript")
GRADE: Final = Text(fr="Note", en="Grade")
GRADE_POINTS: Final = Text(fr="Points", en="Grade points")
AVERAGE: Final = Text(fr="Moyenne cumulative", en="Grade point average")
DEGREE: Final = Text(fr="Grade conféré", en="Degree conferred")
HONOURS: Final = Text(fr="Mention", en="Honours")
HOURS: Final = Text(fr="Durée en heures", en="Duration in hours")
COURSE_CRITERIA: Final = Text(fr="Évaluation selon le plan du cours.", en="Assessed as set out in the course outline.")
ATTESTATION_CRITERIA: Final = Text(
    fr="Selon les dossiers de l’établissement à la date de délivrance.",
    en="According to the institution's records on the date of issue.",
)


def title_of(award: Award) -> Text:
    """Return the title a document goes by in lists and wallets."""
    match award:
        case Diploma():
            return award.degree
        case MicroCredential() | Badge() | Attestation():
            return award.title
        case _:
            return TRANSCRIPT


def programme_criteria(programme: Programme) -> Text:
    """Return the criteria of a programme: all of its requirements."""
    return sentence(
        programme.title,
        fr=lambda title: f"Satisfaire à toutes les exigences du programme {title} ({programme.code}).",
        en=lambda title: f"Meet all requirements of the programme {title} ({programme.code}).",
    )


def degree_description(programme: Programme) -> Text:
    """Return what a degree is, in one sentence."""
    return sentence(
        programme.title,
        fr=lambda title: f"Grade conféré au terme du programme {title}.",
        en=lambda title: f"Degree conferred on completion of the programme {title}.",
    )


def programme_description(programme: Programme) -> Text:
    """Return what a programme is, in one sentence."""
    return sentence(
        programme.title,
        fr=lambda title: f"Programme d’études : {title}.",
        en=lambda title: f"Programme of study: {title}.",
    )


def course_description(code: str, title: Text) -> Text:
    """Return what a course is, in one sentence."""
    return sentence(
        title,
        fr=lambda words: f"Cours {code} : {words}.",
        en=lambda words: f"Course {code}: {words}.",
    )


def sentence(text: Text, *, fr: Callable[[str], str], en: Callable[[str], str]) -> Text:
    """Build a sentence around a text in each language."""
    return Text(fr=fr(text.within("fr")), en=en(text.within("en")))
