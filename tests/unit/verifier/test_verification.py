"""Documents verified whole: what is verified, what was valid, what fails, what could not be checked."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from proofs.vc_jose import sign_credential
from schemas.json_schema import validate
from schemas.problems import Outcome, ProblemError
from schemas.report import Verdict
from tests.support.issuer_simulator import NOW, V1, V2, BrokenStatusSource, World, dumped, stamp, urn
from tests.support.reports import answers, codes
from verifier.checks import IN_ORDER
from verifier.verification import verify


@pytest.fixture
def world() -> World:
    return World()


def test_a_genuine_badge_is_verified(world: World) -> None:
    """R64, R69."""
    issuer = world.issuer()
    document = issuer.badge(index=7)
    raw = issuer.signed(document)
    report = verify(raw, world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert ("credential", document["id"], hashlib.sha256(raw).hexdigest()) == (
        report.kind,
        report.document_id,
        report.sha256,
    )
    assert IN_ORDER == tuple(check.id for check in report.checks)
    assert "2026-11-22T14:04:00+00:00" == report.integrity.facts["signed_at"]
    assert NOW == report.status.evidence_at
    facts = report.identity.facts
    assert ("Example University", "le Registre d'essai") == (facts["name_en"], facts["registry_fr"])
    report.require_passed()


def test_verifying_changes_nothing_about_the_document_received(world: World) -> None:
    """The object received is the object verified: nothing is put in, nothing taken out."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    blanks = raw.replace(b'", "', b'" ,\n\t "')
    assert blanks != raw
    assert Verdict.VERIFIED is verify(blanks, world.evidence()).verdict
    assert hashlib.sha256(blanks).hexdigest() == verify(blanks, world.evidence()).sha256


def test_a_badge_as_a_token_is_verified(world: World) -> None:
    issuer = world.issuer()
    badge = issuer.badge()
    report = verify(issuer.badge_token(badge), world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert badge["validFrom"] == report.integrity.facts["signed_at"].replace("+00:00", "Z")


def test_a_token_may_end_with_a_newline_as_files_do_and_with_nothing_else(world: World) -> None:
    token = world.issuer().badge_token()
    for ending in (b"\n", b"\r\n"):
        assert Verdict.VERIFIED is verify(token + ending, world.evidence()).verdict
    assert {"signature", "structure"} & codes(verify(token + b"\n\n", world.evidence())).keys()


def test_an_enveloped_credential_is_verified(world: World) -> None:
    issuer = world.issuer()
    token = sign_credential(issuer.badge(), signer=issuer.jose_signer)
    envelope = {"@context": [V2], "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}
    report = verify(dumped(envelope), world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert None is report.integrity.facts.get("signed_at")


def test_a_learner_record_is_verified_with_every_signed_part(world: World) -> None:
    issuer = world.issuer()
    report = verify(issuer.signed(issuer.transcript(3, index=5)), world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert [Verdict.VERIFIED] * 4 == [item.verdict for item in report.items]
    assert "contents" == report.checks[-1].id
    assert 1 == len(world.status.asked), "one list is asked for once, however many parts name it"


def test_a_part_of_a_learner_record_can_be_shown_alone(world: World) -> None:
    issuer = world.issuer()
    child = issuer.transcript()["credentialSubject"]["verifiableCredential"][1]
    assert Verdict.VERIFIED is verify(dumped(child), world.evidence()).verdict


def test_a_revoked_part_fails_the_whole_record(world: World) -> None:
    issuer = world.issuer()
    transcript = issuer.transcript(1)
    course = issuer.proved(issuer.course(9, index=3))
    transcript["credentialSubject"]["verifiableCredential"].append(course)
    raw = issuer.signed(transcript)
    issuer.revoke(3)
    report = verify(raw, world.evidence())
    assert Verdict.FAILED is report.verdict
    assert {} == codes(report)
    assert [Verdict.VERIFIED, Verdict.VERIFIED, Verdict.FAILED] == [item.verdict for item in report.items]
    assert "revoked" == report.status.code


def test_an_altered_part_fails_the_record_and_itself(world: World) -> None:
    issuer = world.issuer()
    record = issuer.proved(issuer.transcript(1))
    record["credentialSubject"]["verifiableCredential"][1]["credentialSubject"]["achievement"]["name"] = "Cours 2"
    report = verify(dumped(record), world.evidence())
    assert "tampered" == codes(report)["signature"]
    assert () == report.items, "claims are not read when the signature does not hold"


def test_a_part_signed_over_by_the_record_but_not_by_its_own_key_fails(world: World) -> None:
    issuer = world.issuer()
    transcript = issuer.transcript(1)
    transcript["credentialSubject"]["verifiableCredential"][1]["name"] = "changed before the record was signed"
    report = verify(issuer.signed(transcript), world.evidence())
    assert {} == codes(report)
    assert "tampered" == codes(report.items[1])["signature"]
    assert Verdict.FAILED is report.verdict


def test_an_unsigned_part_fails(world: World) -> None:
    issuer = world.issuer()
    transcript = issuer.transcript(1)
    del transcript["credentialSubject"]["verifiableCredential"][1]["proof"]
    report = verify(issuer.signed(transcript), world.evidence())
    assert "proof-missing" == codes(report.items[1])["signature"]


def test_an_association_may_lead_to_an_achievement_of_the_record(world: World) -> None:
    """CLR 2.0, ClrSubject: `achievement` holds what credentials are associated with, such as a programme."""
    issuer = world.issuer()
    transcript, programme = issuer.transcript(), urn()
    subject = transcript["credentialSubject"]
    course = subject["verifiableCredential"][0]["credentialSubject"]["achievement"]
    subject["achievement"] = [{**course, "id": programme, "criteria": {"narrative": "Ninety credits."}}]
    subject["association"][0] |= {"sourceId": course["id"], "targetId": programme}
    assert {} == codes(verify(issuer.signed(transcript), world.evidence()))


def test_of_a_partial_record_an_association_may_lead_elsewhere(world: World) -> None:
    """CLR 2.0, ClrCredential: `partial` says that it does not hold everything."""
    issuer = world.issuer()
    transcript = {**issuer.transcript(), "partial": True}
    transcript["credentialSubject"]["association"][0]["targetId"] = urn()
    report = verify(issuer.signed(transcript), world.evidence())
    assert ({"contents": None}, Verdict.VERIFIED) == (codes(report), report.verdict)
    whole = {**transcript, "partial": False}
    assert {"contents": "malformed"} == codes(verify(issuer.signed(whole), world.evidence()))


def test_an_association_to_something_outside_the_record_is_refused(world: World) -> None:
    issuer = world.issuer()
    transcript = issuer.transcript(1)
    transcript["credentialSubject"]["association"][0]["targetId"] = urn()
    report = verify(issuer.signed(transcript), world.evidence())
    assert {"contents": "malformed"} == codes(report)
    assert Verdict.FAILED is report.verdict


@pytest.mark.parametrize("end", [["a", "b"], None, 7, {"id": "x"}, [{"id": "x"}]])
def test_an_association_to_no_identifier_is_refused_and_no_defect(world: World, end: Any) -> None:
    """Signed by a suite that does not look at terms: such a record is its issuer's fault, not ours."""
    issuer = world.issuer()
    transcript = issuer.transcript(1)
    transcript["credentialSubject"]["association"][0]["sourceId"] = end
    report = verify(issuer.signed(transcript, cryptosuite="eddsa-jcs-2022"), world.evidence())
    assert Verdict.FAILED is report.verdict
    assert "internal" not in codes(report).values()


def test_records_inside_records_end(world: World) -> None:
    issuer = world.issuer()
    inner = issuer.transcript(0)
    for _ in range(3):
        outer = issuer.transcript(0)
        outer["credentialSubject"]["verifiableCredential"] = [issuer.proved(inner)]
        inner = outer
    report = verify(issuer.signed(inner), world.evidence())
    deepest = report.items[0].items[0].items[0]
    assert "too-complex" == codes(deepest)["structure"]


# the three answers


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"expirationDate": -1, "validUntil": 1}, "expired"),
        ({"expirationDate": 1, "validUntil": -1}, "expired"),
        ({"validUntil": -1}, "expired"),
        ({"validFrom": 1}, "not-yet-valid"),
        ({"expirationDate": 2, "validUntil": 1, "validFrom": -1}, None),
    ],
)
def test_of_two_dates_of_an_older_document_the_narrower_counts(
    world: World, dates: dict[str, int], code: str | None
) -> None:
    """VCDM 1.1 has `expirationDate`, and reserves `validFrom` and `validUntil`, which its context defines too."""
    issuer = world.issuer()
    document = {
        "@context": [V1, "https://w3id.org/security/data-integrity/v2"],
        "id": urn(),
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "issuanceDate": stamp(NOW - timedelta(days=2)),
        "credentialSubject": {"id": urn()},
        **{name: stamp(NOW + timedelta(days=days)) for name, days in dates.items()},
    }
    assert ({"validity": code} if code else {}) == codes(verify(issuer.signed(document), world.evidence()))


def test_an_expired_document_was_valid(world: World) -> None:
    """R69: expired is not forged."""
    issuer = world.issuer()
    document = issuer.badge(index=4, validUntil=stamp(NOW - timedelta(seconds=1)))
    report = verify(issuer.signed(document), world.evidence())
    assert ("yes", "no", "yes") == answers(report)
    assert Verdict.WAS_VALID is report.verdict
    assert {"valid_from", "valid_until"} <= report.status.facts.keys()


def test_a_document_ends_at_the_moment_it_names(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(validUntil=stamp(NOW)))
    assert Verdict.WAS_VALID is verify(raw, world.evidence()).verdict
    world.now = NOW - timedelta(seconds=1)
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict


def test_a_document_that_has_not_begun_fails(world: World) -> None:
    issuer = world.issuer()
    report = verify(issuer.signed(issuer.badge(validFrom=stamp(NOW + timedelta(seconds=1)))), world.evidence())
    assert {"validity": "not-yet-valid"} == codes(report)
    assert Verdict.FAILED is report.verdict


def test_a_document_without_an_end_never_expires(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(validUntil=None, validFrom=None))
    world.now = datetime(2126, 1, 1, tzinfo=UTC)
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict


def test_an_expired_and_revoked_document_fails(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(index=4, validUntil=stamp(NOW - timedelta(days=1))))
    issuer.revoke(4)
    report = verify(raw, world.evidence())
    assert ("revoked", Verdict.FAILED) == (report.status.code, report.verdict)


def test_a_document_by_nobody_we_know_is_not_a_failure_of_integrity(world: World) -> None:
    stranger = world.stranger()
    report = verify(stranger.signed(stranger.badge()), world.evidence())
    assert ("yes", "yes", "unknown") == answers(report)
    assert {"issuer": "issuer-unknown"} == codes(report)
    assert "Example University" == report.identity.facts["name"]


def test_a_did_that_does_not_resolve_could_not_be_checked(world: World) -> None:
    """R63."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    world.documents.clear()
    report = verify(raw, world.evidence())
    assert ("unknown", "unknown", "unknown") == answers(report)
    assert Verdict.NOT_FULLY_CHECKED is report.verdict
    assert "did-unresolved" == codes(report)["signature"]
    assert {None} == {code for check, code in codes(report).items() if check != "signature"}


def test_what_was_not_reached_is_listed_with_the_reason(world: World) -> None:
    report = verify(b"{}", world.evidence())
    assert IN_ORDER == tuple(check.id for check in report.checks)
    assert {"not reached: the structure is not right"} == {
        check.note for check in report.checks if check.outcome is Outcome.SKIPPED
    }
    assert ("unknown", None) == (report.kind, report.document_id)


# binding and trust


def test_a_credential_of_the_older_data_model_is_verified(world: World) -> None:
    """R92: VCDM 1.1."""
    issuer = world.issuer()
    document = {
        "@context": [V1, "https://w3id.org/security/data-integrity/v2"],
        "id": urn(),
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "issuanceDate": stamp(NOW - timedelta(days=2)),
        "expirationDate": stamp(NOW + timedelta(days=2)),
        "credentialSubject": {"id": urn()},
    }
    raw = issuer.signed(document)
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    world.now = NOW + timedelta(days=3)
    assert Verdict.WAS_VALID is verify(raw, world.evidence()).verdict


# schema and related files


def test_a_doubtful_evidence_never_makes_a_document_verified(world: World) -> None:
    """Whatever of the evidence is missing, the answer is never "verified"."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(index=8))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    doubtful = [
        world.evidence(resolver=World().evidence().resolver),
        world.evidence(trust=World().evidence().trust),
        world.evidence(status=World().status),
        world.evidence(status=BrokenStatusSource()),
    ]
    for evidence in doubtful:
        report = verify(raw, evidence)
        assert Verdict.NOT_FULLY_CHECKED is report.verdict
        with pytest.raises(ProblemError):
            report.require_passed()


def test_the_report_of_a_real_verification_follows_the_published_form(world: World) -> None:

    issuer = world.issuer()
    for raw in (issuer.signed(issuer.transcript(1, index=1)), b"[]", b"x.y.z"):
        report = verify(raw, world.evidence())
        validate(json.loads(json.dumps(report.to_json())), "report/1.json")
