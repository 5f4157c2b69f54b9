"""Awards for tests: one of each kind, small and full of accents."""

from __future__ import annotations

from typing import Any

from schemas.award_loading import load_award
from schemas.awards import Award, Kind

LEARNER = {
    "given_name": "Zoé",
    "family_name": "L’Écuyer-Ōtani",
    "email": "zoe.lecuyer@example.org",
    "student_id": "20214417",
    "birth_date": "2001-03-14",
}
PROGRAMME = {"code": "7316", "title": {"fr": "Baccalauréat en informatique", "en": "Bachelor of Computer Science"}}


def award_json(kind: Kind | str, **changes: Any) -> dict[str, Any]:
    """Return a complete award of a kind as JSON; `changes` replace or (None) remove members."""
    award: dict[str, Any] = {
        "kind": str(kind),
        "external_id": f"2026-{kind}-0001",
        "language": "fr+en",
        "learner": dict(LEARNER),
        "issued_on": "2026-05-29",
        "signatories": [{"name": "Aputik Ittuk", "title": {"fr": "Registraire", "en": "Registrar"}}],
        **_OF_KIND[Kind(kind)],
        **changes,
    }
    return {name: value for name, value in award.items() if value is not None}


def make_award(kind: Kind | str, **changes: Any) -> Award:
    """Return the award that `award_json` describes."""
    return load_award(award_json(kind, **changes))


_OF_KIND: dict[Kind, dict[str, Any]] = {
    Kind.TRANSCRIPT: {
        "programme": PROGRAMME,
        "average": "3.87",
        "average_scale": "4.3",
        "degree": {"fr": "Bachelier ès sciences", "en": "Bachelor of Science"},
        "conferred_on": "2026-05-28",
        "terms": [
            {
                "name": {"fr": "Automne 2024", "en": "Fall 2024"},
                "courses": [
                    {
                        "code": "INF1120",
                        "title": {"fr": "Programmation I", "en": "Programming I"},
                        "credits": 3,
                        "grade": "A+",
                        "points": "4.3",
                    },
                    {
                        "code": "MAT1115",
                        "title": {"fr": "Algèbre", "en": "Algebra"},
                        "credits": "4.5",
                        "grade": "EQ",
                        "transferred_from": "Université d’Ailleurs",
                    },
                ],
            },
            {
                "name": {"fr": "Hiver 2025", "en": "Winter 2025"},
                "courses": [
                    {
                        "code": "INF2120",
                        "title": {"fr": "Programmation II", "en": "Programming II"},
                        "credits": 3,
                        "grade": "B-",
                        "points": "2.7",
                    }
                ],
            },
        ],
    },
    Kind.DIPLOMA: {
        "programme": PROGRAMME,
        "degree": {"fr": "Bachelier ès sciences", "en": "Bachelor of Science"},
        "conferred_on": "2026-05-28",
        "honours": {"fr": "avec grande distinction", "en": "with great distinction"},
    },
    Kind.MICRO_CREDENTIAL: {
        "title": {"fr": "Cybersécurité appliquée", "en": "Applied cybersecurity"},
        "description": {"fr": "Défendre un petit réseau.", "en": "Defend a small network."},
        "criteria": {"fr": "Réussir les quatre ateliers.", "en": "Pass the four workshops."},
        "hours": "45",
        "credits": "1.5",
        "results": [{"name": {"fr": "Projet", "en": "Project"}, "value": "92 %"}],
    },
    Kind.BADGE: {
        "title": {"fr": "Mentorat par les pairs", "en": "Peer mentoring"},
        "description": {"fr": "A guidé une équipe.", "en": "Guided a team."},
        "criteria": {"fr": "Deux sessions de mentorat.", "en": "Two sessions of mentoring."},
        "tags": ["mentorat", "équipe"],
    },
    Kind.ATTESTATION: {
        "title": {"fr": "Attestation d’inscription", "en": "Confirmation of enrolment"},
        "statement": {
            "fr": "Cette personne est inscrite à temps plein.",
            "en": "This person is enrolled full time.",
        },
        "programme": PROGRAMME,
        "period_from": "2026-01-05",
        "period_until": "2026-04-30",
        "valid_until": "2036-12-31",
    },
}
