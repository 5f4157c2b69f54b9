"""What a credential says, in words, whatever it looks like."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from holder.vault.contents import Contents, Course, Term, contents

BADGE: dict[str, Any] = {
    "issuer": {"id": "did:web:example.org", "name": "Université du Nord"},
    "validFrom": "2026-05-29T00:00:00Z",
    "validUntil": "2027-05-29T23:59:59Z",
    "name": "Mentorat",
    "credentialSubject": {
        "identifier": [
            {"identityType": "sisSourcedId", "identityHash": "2026", "hashed": False},
            {"identityType": "name", "identityHash": "Zoé L’Écuyer", "hashed": False},
            {"identityType": "emailAddress", "identityHash": "sha256$00", "hashed": True},
        ],
        "achievement": {
            "name": "Mentorat par les pairs",
            "description": "A guidé une équipe.",
            "criteria": {"narrative": "Deux sessions."},
            "tag": ["mentorat"],
            "resultDescription": [{"id": "urn:1", "name": "Moyenne", "valueMax": "4.3"}],
        },
        "result": [{"resultDescription": "urn:1", "value": "3.87"}, {"value": "A"}],
        "creditsEarned": 4.5,
        "activityStartDate": "2026-01-05T00:00:00Z",
    },
}


def course(code: str, term: str, **more: Any) -> dict[str, Any]:
    subject = {
        "achievement": {"achievementType": "Course", "humanCode": code, "name": f"Cours {code}"},
        "term": term,
        "creditsEarned": 3,
        "result": [{"value": "A+"}],
        **more,
    }
    return {"credentialSubject": subject}


def test_a_badge_is_told_in_words() -> None:
    expected = Contents(
        title="Mentorat par les pairs",
        learner="Zoé L’Écuyer",
        issuer="Université du Nord",
        description="A guidé une équipe.",
        criteria="Deux sessions.",
        tags=("mentorat",),
        results=(("Moyenne", "3.87 / 4.3"), ("", "A")),
        credits=Decimal("4.5"),
        started_on=date(2026, 1, 5),
        valid_from=date(2026, 5, 29),
        valid_until=date(2027, 5, 29),
    )
    assert expected == contents(BADGE)


def test_a_transcript_keeps_its_terms_and_courses_in_order() -> None:
    programme = {"credentialSubject": {"achievement": {"achievementType": "LearningProgram", "name": "Informatique"}}}
    children = [
        programme,
        course("INF1", "Automne"),
        course("INF2", "Hiver", source={"name": "Université d’Ailleurs"}),
        course("INF3", "Automne"),
    ]
    found = contents({"credentialSubject": {"verifiableCredential": children}})
    assert "Informatique" == found.title
    automne = (Course("INF1", "Cours INF1", Decimal(3), "A+", ""), Course("INF3", "Cours INF3", Decimal(3), "A+", ""))
    hiver = (Course("INF2", "Cours INF2", Decimal(3), "A+", "Université d’Ailleurs"),)
    assert (Term("Automne", automne), Term("Hiver", hiver)) == found.terms


def test_a_hashed_name_is_not_shown_as_a_name() -> None:
    subject = {"identifier": {"identityType": "name", "identityHash": "sha256$00", "hashed": True}}
    assert "" == contents({"credentialSubject": subject}).learner


def test_characters_that_turn_or_hide_others_are_not_shown() -> None:
    """threats.md A30."""
    assert "txt.exe Nord" == contents({"name": "\u202etxt.exe\u200b\n\tNord\u0000"}).title


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                sorted(
                    {
                        "credentialSubject",
                        "achievement",
                        "result",
                        "resultDescription",
                        "id",
                        "value",
                        "term",
                        "identifier",
                        "identityType",
                        "identityHash",
                        "hashed",
                        "name",
                        "criteria",
                        "narrative",
                        "verifiableCredential",
                        "creditsEarned",
                        "validFrom",
                        "achievementType",
                        "tag",
                        "issuer",
                        "source",
                    }
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["credentialSubject", "issuer", "name", "validFrom", "validUntil"]), _JSON))
def test_no_shape_of_a_credential_raises(claims: dict[str, Any]) -> None:
    assert isinstance(contents(claims), Contents)
