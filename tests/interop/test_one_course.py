"""ecdsa-sd-2023 over a transcript, both ways with @digitalbazaar: a holder shows one course by its place in the list."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from keys import did_key
from proofs import ecdsa_sd_2023
from schemas.problems import ProblemError
from tests.support import linked_data as ld
from tests.support.node import CONTEXTS, Judge

pytestmark = pytest.mark.interop

MADE = "2026-05-31T12:00:00Z"
MANDATORY = ["/issuer", "/validFrom", "/credentialSubject/id"]
ONE_COURSE = ["/credentialSubject/verifiableCredential/1"]
ONE_GRADE = ["/credentialSubject/verifiableCredential/2/credentialSubject/result/0/value"]
COURSES = ("GEO 1001", "GEO 1002", "GEO 1003")


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    yield judge
    judge.close()


def number(place: int, part: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{place:06d}{part:06d}"


def course(place: int, code: str) -> dict[str, Any]:
    """Return one signed course, as a transcript holds it."""
    registrar = ld.ed25519_signer()
    unsigned = {
        "@context": [ld.V2, ld.OPEN_BADGES],
        "id": number(10 + place, 1),
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": {"id": ld.controller(registrar), "type": ["Profile"]},
        "validFrom": MADE,
        "credentialSubject": {
            "id": number(10 + place, 5),
            "type": ["AchievementSubject"],
            "achievement": {
                "id": number(10 + place, 2),
                "type": ["Achievement"],
                "name": code,
                "description": "Cours",
                "criteria": {"id": number(10 + place, 3), "narrative": "Réussir."},
            },
            "result": [{"id": number(10 + place, 4), "type": ["Result"], "value": f"A{'+' * place}"}],
        },
    }
    return dict(ld.sign(unsigned, registrar))


def transcript(issuer: str) -> dict[str, Any]:
    return {
        "@context": [ld.V2, ld.OPEN_BADGES, ld.CLR],
        "id": number(0, 1),
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Université de l’Érable"},
        "validFrom": MADE,
        "name": "Relevé de notes",
        "credentialSubject": {
            "id": number(0, 9),
            "type": ["ClrSubject"],
            "verifiableCredential": [course(place, code) for place, code in enumerate(COURSES)],
        },
    }


def ours(unsigned: dict[str, Any], signer: Any) -> dict[str, Any]:
    return ecdsa_sd_2023.add_base_proof(
        unsigned, signer=signer, created=ld.NOW, converter=ld.converter(), mandatory=MANDATORY
    )


def based(judge: Judge, made: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a transcript with a base proof of ours or of theirs, and the DID documents that it needs."""
    if made == "ours":
        signer = ld.ecdsa_signer()
        issuer = ld.controller(signer)
        base = ours(transcript(issuer), signer)
    else:
        issuer = judge.ask("key", kind="P-256")["controller"]
        base = judge.ask(
            "sign",
            document=transcript(issuer),
            suite="ecdsa-sd-2023",
            controller=issuer,
            created=MADE,
            mandatoryPointers=MANDATORY,
        )["document"]
    return base, {issuer: did_key.document(issuer)}


@pytest.mark.parametrize("made", ["ours", "theirs"])
def test_one_course_is_shown_and_the_others_are_not(judge: Judge, made: str) -> None:
    base, dids = based(judge, made)
    for selective in (ONE_COURSE, ONE_GRADE):
        shown = ecdsa_sd_2023.derive(base, selective=selective, converter=ld.converter())
        (course_shown,) = shown["credentialSubject"]["verifiableCredential"]
        place = 1 if selective is ONE_COURSE else 2
        assert (number(10 + place, 1), f"A{'+' * place}") == (
            course_shown["id"],
            course_shown["credentialSubject"]["result"][0]["value"],
        )
        assert (2 if selective is ONE_COURSE else 3) == sum(code not in str(shown) for code in COURSES)
        assert "Relevé" not in str(shown)
        assert 1 == len(ld.check(shown))
        answer = judge.ask("verifyProof", document=shown, suites=["ecdsa-sd-2023"], dids=dids)
        assert {"verified": True} == answer
        altered = copy.deepcopy(shown)
        altered["credentialSubject"]["verifiableCredential"][0]["credentialSubject"]["result"][0]["value"] = "B"
        assert not judge.ask("verifyProof", document=altered, suites=["ecdsa-sd-2023"], dids=dids)["verified"]
        with pytest.raises(ProblemError, match="tampered"):
            ld.check(altered)


def test_the_course_that_was_shown_verifies_alone(judge: Judge) -> None:
    """Its own proof came with it."""
    base, _ = based(judge, "theirs")
    shown = ecdsa_sd_2023.derive(base, selective=ONE_COURSE, converter=ld.converter())
    (alone,) = shown["credentialSubject"]["verifiableCredential"]
    assert alone == base["credentialSubject"]["verifiableCredential"][1]
    assert "eddsa-rdfc-2022" == ld.check(alone)[0].cryptosuite


def test_it_points_into_no_course_itself(judge: Judge) -> None:
    """Known difference: it looks for the place in what it expanded and compacted again.

    The context of CLR 2.0 gives `verifiableCredential` a type that is no datatype, so that the term does not come
    back; the document as it was signed has it. Data Integrity ECDSA Cryptosuites 1.0, section 3.4.8.
    """
    base, dids = based(judge, "ours")
    answer = judge.ask("derive", document=base, selectivePointers=ONE_COURSE, dids=dids)
    assert "does not match document" in answer["error"]
