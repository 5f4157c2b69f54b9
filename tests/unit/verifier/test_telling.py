"""What a credential says, in words, whatever it looks like."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.issuer_simulator import World
from verifier.telling import contents, said
from verifier.told import MOST_COURSES, Contents, Course, Term
from verifier.verification import examine

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
            "achievementType": "Badge",
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
        kind="badge",
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
    types = ["VerifiableCredential", "ClrCredential"]
    found = contents({"type": types, "credentialSubject": {"verifiableCredential": children}})
    assert ("Informatique", "transcript", 0) == (found.title, found.kind, found.more_courses)
    automne = (Course("INF1", "Cours INF1", Decimal(3), "A+", ""), Course("INF3", "Cours INF3", Decimal(3), "A+", ""))
    hiver = (Course("INF2", "Cours INF2", Decimal(3), "A+", "Université d’Ailleurs"),)
    assert (Term("Automne", automne), Term("Hiver", hiver)) == found.terms


def test_a_hashed_name_is_not_shown_as_a_name() -> None:
    subject = {"identifier": {"identityType": "name", "identityHash": "sha256$00", "hashed": True}}
    assert "" == contents({"credentialSubject": subject}).learner


def test_characters_that_turn_or_hide_others_are_not_shown() -> None:
    """threats.md A30."""
    assert "txt.exe Nord" == contents({"name": "\u202etxt.exe\u200b\n\tNord\u0000"}).title


def test_a_day_that_is_none_and_a_result_without_value_are_left_out() -> None:
    claims = {"validFrom": "soon", "credentialSubject": {"achievement": {}, "result": [{"value": 4}]}}
    assert Contents() == contents(claims)


def test_numbers_that_are_none_are_left_out() -> None:
    for odd in (float("inf"), float("nan"), True, "4", None):
        assert contents({"credentialSubject": {"achievement": {}, "creditsEarned": odd}}).credits is None


def test_a_page_holds_so_many_courses_and_says_how_many_more_there_are() -> None:
    """A transcript of a stranger must not fill memory and paper."""
    children = [course(f"A{number}", "Automne") for number in range(MOST_COURSES - 1)]
    children += [course("H1", "Hiver"), course("H2", "Hiver"), course("E1", "Été")]
    found = contents({"credentialSubject": {"verifiableCredential": children}})
    assert [("Automne", MOST_COURSES - 1), ("Hiver", 1)] == [(term.name, len(term.courses)) for term in found.terms]
    assert 2 == found.more_courses


TOKEN: dict[str, Any] = {
    "vct": "https://registrar.example/types/transcript",
    "institution": "Université du Nord",
    "nbf": 1_780_000_000,
    "exp": 1_900_000_000,
    "learner": {"given_name": "Zoé", "family_name": "L’Écuyer"},
    "study": {
        "programme": {"code": "INF", "title": "Informatique"},
        "degree": {"title": "Baccalauréat", "conferred_on": "2026-06-01"},
        "average": {"value": "3.87", "scale": "4.3"},
        "credits_listed": "90",
        "honours": "Avec distinction",
    },
    "statements": {"degree_conferred": True, "average_at_least_3_0_of_4_3": False, "odd": "yes"},
    "terms": [
        {
            "name": "Automne",
            "courses": [
                {"code": "INF1", "title": "Algorithmes", "credits": "3", "result": {"grade": "A"}},
                {"code": "INF2", "title": "Réseaux", "credits": "some", "transferred_from": "Ailleurs"},
            ],
        }
    ],
}


def test_a_token_of_ours_is_told_in_words() -> None:
    courses = (
        Course("INF1", "Algorithmes", Decimal(3), "A", ""),
        Course("INF2", "Réseaux", None, "", "Ailleurs"),
    )
    expected = Contents(
        title="Baccalauréat",
        kind="transcript",
        learner="Zoé L’Écuyer",
        issuer="Université du Nord",
        field_of_study="Informatique",
        average="3.87 / 4.3",
        honours="Avec distinction",
        statements=(("average_at_least_3_0_of_4_3", False), ("degree_conferred", True)),
        credits=Decimal(90),
        ended_on=date(2026, 6, 1),
        valid_from=date(2026, 5, 28),
        valid_until=date(2030, 3, 17),
        terms=(Term("Automne", courses),),
        in_part=True,
    )
    assert expected == contents(TOKEN)


def test_a_token_that_shows_almost_nothing_says_almost_nothing() -> None:
    """R40: what is withheld leaves no trace, and a diploma names its degree as a text."""
    assert Contents(in_part=True) == contents({"vct": "https://elsewhere.example/thing", "nbf": 10**30, "exp": True})
    diploma = {"vct": "urn:x/diploma", "study": {"degree": "Maîtrise", "conferred_on": "2026-06-01"}}
    told = contents(diploma)
    assert ("Maîtrise", "diploma", date(2026, 6, 1)) == (told.title, told.kind, told.ended_on)
    assert "Informatique" == contents({"vct": "x", "study": {"programme": {"title": "Informatique"}}}).title
    assert contents({"vct": "x", "study": {"credits_listed": "NaN"}}).credits is None


def test_what_a_genuine_badge_says_is_shown() -> None:
    world = World()
    issuer = world.issuer()
    document = issuer.badge()
    (told,) = said(examine(issuer.signed(document), world.evidence()))
    assert document["credentialSubject"]["achievement"]["name"] == told.title
    assert told.in_part is False


def test_what_a_changed_badge_says_is_not_shown() -> None:
    world = World()
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    changed = raw.replace(b"Example", b"Other", 1)
    assert changed != raw
    assert () == said(examine(changed, world.evidence()))


def test_what_a_key_signed_that_is_not_the_issuers_is_not_shown() -> None:
    """A stranger's seal under a known name would lend its paper our looks (threats.md B06)."""
    world = World()
    known, stranger = world.issuer(), world.issuer("stranger")
    badge = {**stranger.badge(), "issuer": {"id": known.did, "type": ["Profile"], "name": "Example University"}}
    verified = examine(stranger.signed(badge), world.evidence())
    assert ("yes", "no") == (verified.report.integrity.answer.value, verified.report.identity.answer.value)
    assert () == said(verified)


def test_a_presentation_is_shown_credential_by_credential_or_not_at_all() -> None:
    world = World()
    issuer = world.issuer()
    holder = world.stranger()
    good, other = issuer.proved(issuer.badge()), issuer.proved(issuer.badge())

    def shown(*credentials: dict[str, Any]) -> int:
        return len(said(examine(holder.presented(holder.presentation(*credentials)), world.evidence())))

    assert 2 == shown(good, other)
    assert 0 == shown(good, {**other, "name": "Forged"})


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
                        "vct",
                        "learner",
                        "study",
                        "degree",
                        "average",
                        "statements",
                        "terms",
                        "courses",
                        "credits",
                        "title",
                    }
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


_CLAIMS = st.sampled_from(["credentialSubject", "issuer", "name", "validFrom", "validUntil", "type"])
_OF_A_TOKEN = st.sampled_from(["vct", "learner", "study", "statements", "terms", "nbf", "exp", "institution"])


@given(st.dictionaries(_CLAIMS, _JSON) | st.dictionaries(_OF_A_TOKEN, _JSON))
def test_no_shape_of_a_credential_raises(claims: dict[str, Any]) -> None:
    assert isinstance(contents(claims), Contents)
