"""From an award to an unsigned credential: pure, complete, and valid by both families of schemas."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator, Draft202012Validator

from issuer.credentials.drafting import Draft, draft_credential
from issuer.credentials.drafting_parts import Particulars
from issuer.credentials.identifiers import Identifiers
from schemas.award_loading import load_award
from schemas.awards import Award, Kind, Language, Transcript
from schemas.json_schema import validate
from tests.shared import shared
from tests.support.awards import award_json, make_award
from tests.support.institutions import make_institution

DOCUMENT = "urn:uuid:0e1c8b1e-6f2a-4c0a-9d5e-5a3f0c9b7d11"
BASE = hashlib.sha256(b"pages").digest()
PURPOSES = ("revocation", "suspension")


def entries(*purposes: str) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "id": f"https://registrar.parchemin.example/status/{purpose}#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": "7",
            "statusListCredential": f"https://registrar.parchemin.example/status/{purpose}",
        }
        for purpose in purposes
    )


def particulars(**changes: Any) -> Particulars:
    given: dict[str, Any] = {
        "document_id": DOCUMENT,
        "identifiers": Identifiers(bytes(32)),
        "status": entries(*PURPOSES),
        "base_sha256": BASE,
        **changes,
    }
    return Particulars(**given)


def drafted(award: Award, **changes: Any) -> dict[str, Any]:
    draft = draft_credential(award, make_institution(), particulars(**changes))
    return draft.joined(draft.children)


def walk(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from walk(part)


def published(kind: Kind) -> Any:
    name = "clr_v2p0_clrcredential" if kind is Kind.TRANSCRIPT else "ob_v3p0_achievementcredential"
    return json.loads(shared("schemas", f"{name}_schema.json").read_text("utf-8"))


def ours(kind: Kind) -> str:
    return "clr/clr-credential.json" if kind is Kind.TRANSCRIPT else "openbadges/achievement-credential.json"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_each_kind_follows_our_schema(kind: Kind, language: Language) -> None:
    validate(drafted(make_award(kind, language=language.value)), ours(kind))


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_follows_the_schema_that_1edtech_published(kind: Kind) -> None:
    """With a single status purpose; see the next test for two."""
    document = drafted(make_award(kind), status=entries("revocation"))
    assert [] == [error.json_path for error in Draft201909Validator(published(kind)).iter_errors(document)]


@pytest.mark.parametrize("kind", Kind)
def test_with_two_purposes_the_only_difference_is_that_vcdm_allows_several_entries(kind: Kind) -> None:
    """VCDM 2.0 section 4.10 allows a list of `credentialStatus`, the 1EdTech schemas one object."""
    document = drafted(make_award(kind))
    paths = {error.json_path.rsplit(".", 1)[1] for error in Draft201909Validator(published(kind)).iter_errors(document)}
    w3c = json.loads(shared("schemas", "w3c-verifiable-credential-schema.json").read_text("utf-8"))
    assert [] == [error.json_path for error in Draft202012Validator(w3c).iter_errors(document)]
    if kind is not Kind.TRANSCRIPT:
        assert {"credentialStatus"} == paths


def test_each_child_of_a_transcript_follows_the_published_schema_by_itself() -> None:
    schema = json.loads(shared("schemas", "clr_v2p0_achievementcredential_schema.json").read_text("utf-8"))
    draft = draft_credential(make_award("transcript"), make_institution(), particulars(status=entries("revocation")))
    assert 4 == len(draft.children)
    for child in draft.children:
        assert [] == [error.json_path for error in Draft201909Validator(schema).iter_errors(child)]
        validate(child, "openbadges/achievement-credential.json")


@pytest.mark.parametrize("kind", Kind)
def test_the_same_input_makes_the_same_credential(kind: Kind) -> None:
    assert drafted(make_award(kind)) == drafted(make_award(kind))


@pytest.mark.parametrize("kind", Kind)
def test_no_identifier_is_used_for_two_objects(kind: Kind) -> None:
    document = drafted(make_award(kind))
    objects = [part for part in walk(document) if isinstance(part, dict) and str(part.get("id", "")).startswith("urn:")]
    identifiers = [part["id"] for part in objects]
    assert len(set(identifiers)) == len(identifiers)
    another = drafted(make_award(kind), identifiers=Identifiers(b"x" * 32))
    shared_ids = {part["id"] for part in walk(another) if isinstance(part, dict) and "id" in part} & set(identifiers)
    assert {DOCUMENT} == shared_ids


@pytest.mark.parametrize("kind", Kind)
def test_objects_without_identifier_differ_from_their_siblings(kind: Kind) -> None:
    """JavaScript wallets refuse equal siblings without id."""
    bare = [part for part in walk(drafted(make_award(kind), bound_to="did:key:z6Mkexample")) if _bare(part)]
    texts = [json.dumps(part, sort_keys=True) for part in bare]
    assert len(set(texts)) == len(texts)


def _bare(part: Any) -> bool:
    return isinstance(part, dict) and "id" not in part


def test_lists_stand_where_the_contexts_know_sets() -> None:
    document = drafted(make_award("micro-credential"))
    subject = document["credentialSubject"]
    assert all(
        isinstance(part["type"], list) for part in (document, subject, subject["achievement"], subject["result"][0])
    )


def test_the_contexts_stand_in_the_order_of_the_specifications() -> None:
    vc, ob, clr = (
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    )
    assert [vc, ob] == drafted(make_award("badge"))["@context"]
    transcript = drafted(make_award("transcript"))
    assert [vc, clr, ob] == transcript["@context"]
    assert [vc, ob] == transcript["credentialSubject"]["verifiableCredential"][0]["@context"]


def test_the_pages_are_named_by_their_multihash_only_at_the_top() -> None:
    """R100; a child can be shown alone and names no pages."""
    document = drafted(make_award("transcript"))
    (resource,) = document["relatedResource"]
    assert "application/pdf" == resource["mediaType"]
    assert ("u", b"\x12\x20" + BASE) == (resource["digestMultibase"][0], _unpadded(resource["digestMultibase"][1:]))
    assert not any("relatedResource" in child for child in document["credentialSubject"]["verifiableCredential"])
    assert "relatedResource" not in drafted(make_award("badge"), base_sha256=None)


def _unpadded(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_child_cannot_be_left_out_by_mistake() -> None:
    draft = draft_credential(make_award("transcript"), make_institution(), particulars())
    with pytest.raises(ValueError, match="4 children"):
        draft.joined(draft.children[:-1])
    assert isinstance(draft, Draft)


def test_a_document_bound_to_a_key_names_its_holder_in_each_subject() -> None:
    """R95"""
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    document = drafted(make_award("transcript"), bound_to=did)
    subjects = [
        document["credentialSubject"],
        *(c["credentialSubject"] for c in document["credentialSubject"]["verifiableCredential"]),
    ]
    assert {did} == {subject["id"] for subject in subjects}
    bearer = drafted(make_award("transcript"))
    assert [entry["id"] for entry in bearer["credentialStatus"]] == [
        entry["id"] for entry in document["credentialStatus"]
    ]


def test_the_status_of_each_child_is_the_status_of_the_transcript() -> None:
    """All forms of a document share its fate, also one course shown alone."""
    document = drafted(make_award("transcript"))
    for child in document["credentialSubject"]["verifiableCredential"]:
        assert document["credentialStatus"] == child["credentialStatus"]


def identity_of(subject: dict[str, Any]) -> dict[str, str]:
    return {entry["identityType"]: entry["identityHash"] for entry in subject["identifier"] if not entry["hashed"]}


@pytest.mark.parametrize("kind", Kind)
def test_the_learner_in_the_credential_is_the_learner_of_the_award(kind: Kind) -> None:
    award = make_award(kind)
    assert {
        "name": "Zoé L’Écuyer-Ōtani",
        "sisSourcedId": "20214417",
        "ext:birthDate": "2001-03-14",
    } == identity_of(drafted(award)["credentialSubject"])


def test_the_address_stands_only_hashed_and_only_where_badge_hosts_need_it() -> None:
    award = make_award("badge")
    (hashed,) = [e for e in drafted(award)["credentialSubject"]["identifier"] if e["hashed"]]
    digest = hashlib.sha256(f"{award.learner.email}{hashed['salt']}".encode()).hexdigest()
    assert f"sha256${digest}" == hashed["identityHash"]
    for kind in Kind:
        assert award.learner.email not in json.dumps(drafted(make_award(kind)), ensure_ascii=False)


def test_a_transcript_says_term_by_term_what_its_award_says() -> None:
    """Anti-drift: each field of each course, in order."""
    award = make_award("transcript")
    assert isinstance(award, Transcript)
    _, *courses = drafted(award)["credentialSubject"]["verifiableCredential"]
    told = []
    for child in courses:
        subject = child["credentialSubject"]
        results = {
            d["name"]: r["value"]
            for d, r in zip(subject["achievement"]["resultDescription"], subject["result"], strict=True)
        }
        told.append(
            (
                subject["term"],
                subject["achievement"]["humanCode"],
                subject["achievement"]["name"],
                subject["creditsEarned"],
                results["Note / Grade"],
                results.get("Points / Grade points"),
                subject.get("source", {}).get("name"),
            )
        )
    expected = [
        (
            term.name.joined(award.language),
            course.code,
            course.title.joined(award.language),
            float(course.credits),
            course.grade,
            str(course.points) if course.points is not None else None,
            course.transferred_from,
        )
        for term in award.terms
        for course in term.courses
    ]
    assert expected == told
    assert "Automne 2024 / Fall 2024" == told[0][0]


def test_the_programme_of_a_transcript_says_degree_date_and_average() -> None:
    document = drafted(make_award("transcript"))
    programme = document["credentialSubject"]["verifiableCredential"][0]["credentialSubject"]
    assert "7316" == programme["achievement"]["humanCode"]
    assert "Baccalauréat en informatique / Bachelor of Computer Science" == programme["achievement"]["name"]
    assert "2026-05-28T00:00:00Z" == programme["activityEndDate"]
    assert ["Bachelier ès sciences / Bachelor of Science", "3.87"] == [r["value"] for r in programme["result"]]
    assert "4.3" == programme["achievement"]["resultDescription"][1]["valueMax"]
    parts = {(a["sourceId"], a["targetId"]) for a in document["credentialSubject"]["association"]}
    children = [
        c["credentialSubject"]["achievement"]["id"] for c in document["credentialSubject"]["verifiableCredential"]
    ]
    assert {(course, children[0]) for course in children[1:]} == parts


def test_the_other_kinds_say_what_their_awards_say() -> None:
    """Anti-drift for diploma, micro-credential, badge and attestation."""
    diploma = drafted(make_award("diploma"))
    assert ("2026-05-29T00:00:00Z", "2026-05-28T00:00:00Z") == (diploma["validFrom"], diploma["awardedDate"])
    assert "Bachelier ès sciences / Bachelor of Science" == diploma["credentialSubject"]["achievement"]["name"]
    assert "7316" == diploma["credentialSubject"]["achievement"]["humanCode"]
    assert "avec grande distinction / with great distinction" == diploma["credentialSubject"]["result"][0]["value"]
    micro = drafted(make_award("micro-credential"))["credentialSubject"]
    assert (1.5, ["92 %", "45"]) == (micro["creditsEarned"], [r["value"] for r in micro["result"]])
    badge = drafted(make_award("badge"))["credentialSubject"]["achievement"]
    assert ["mentorat", "équipe"] == badge["tag"]
    assert "Deux sessions de mentorat. / Two sessions of mentoring." == badge["criteria"]["narrative"]
    attestation = drafted(make_award("attestation"))
    assert "2036-12-31T23:59:59Z" == attestation["validUntil"]
    subject = attestation["credentialSubject"]
    assert ("2026-01-05T00:00:00Z", "2026-04-30T00:00:00Z") == (
        subject["activityStartDate"],
        subject["activityEndDate"],
    )
    assert subject["achievement"]["description"].startswith("Cette personne est inscrite à temps plein. / This person")


def test_the_language_is_named() -> None:
    languages = {
        language: drafted(make_award("badge", language=language.value))["credentialSubject"]["achievement"][
            "inLanguage"
        ]
        for language in Language
    }
    assert {Language.FRENCH: "fr", Language.ENGLISH: "en", Language.BOTH: "mul"} == languages


def test_an_award_sets_nothing_but_texts() -> None:
    """K09: issuer, contexts, ids, dates and status are the server's, whatever the texts say."""
    hostile = "https://evil.example/context"
    award = load_award(
        award_json(
            "badge",
            external_id="did:web:evil.example",
            title=hostile,
            description=hostile,
            criteria=hostile,
            tags=[hostile],
        )
    )
    document = drafted(award)
    assert "did:web:registrar.parchemin.example:t:boreale" == document["issuer"]["id"]
    assert hostile not in json.dumps([document["@context"], document["id"], document["credentialStatus"]])
    places = {
        key for part in walk(document) if isinstance(part, dict) for key, value in part.items() if value == hostile
    }
    assert {"name", "description", "narrative"} == places


@given(
    worth=st.decimals(0, 1000, places=3, allow_nan=False),
    grade=st.sampled_from(["A+", "B", "S", "87", "Réussi", "EQ", "F*"]),
    title=st.text("abcé’ -ÀŒ", min_size=1).filter(lambda t: t.strip() and t.strip()[0] not in "=@+-"),
    language=st.sampled_from(list(Language)),
)
def test_any_course_makes_a_credential_that_follows_both_schemas(
    worth: Any, grade: str, title: str, language: Language
) -> None:
    course = {"code": "X1", "title": title, "credits": format(worth, "f"), "grade": grade}
    award = make_award("transcript", terms=[{"name": "T", "courses": [course]}], language=language.value)
    document = drafted(award, status=entries("revocation"))
    validate(document, "clr/clr-credential.json")
    assert [] == list(Draft201909Validator(published(Kind.TRANSCRIPT)).iter_errors(document))
