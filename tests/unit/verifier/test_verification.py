from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from proofs.vc_jose import sign_credential
from schemas.json_schema import validate
from schemas.problems import Outcome, ProblemError
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import NOW, OB, V1, V2, World, dumped, stamp, urn
from verifier.checks import IN_ORDER
from verifier.evidence import Evidence
from verifier.proof_cache import ProofCache
from verifier.verification import verify


def codes(report: Report) -> dict[str, str | None]:
    """Return each check that did not pass, and its code."""
    return {
        check.id: check.problem.code if check.problem else None
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    }


def answers(report: Report) -> tuple[str, str, str]:
    return (report.integrity.answer.value, report.status.answer.value, report.identity.answer.value)


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


def test_a_key_of_somebody_else_does_not_sign_for_the_issuer(world: World) -> None:
    issuer, stranger = world.issuer(), world.stranger()
    raw = stranger.signed(issuer.badge())
    report = verify(raw, world.evidence())
    assert {"binding": "not-by-issuer"} == codes(report)
    assert ("yes", "yes", "no") == answers(report)
    assert Verdict.FAILED is report.verdict


def test_a_stranger_cannot_add_a_signature_to_a_genuine_document(world: World) -> None:
    issuer, stranger = world.issuer(), world.stranger()
    signed = issuer.proved(issuer.badge())
    report = verify(stranger.signed(signed), world.evidence())
    assert {"binding": "not-by-issuer"} == codes(report)


def test_a_document_may_be_countersigned_by_an_issuer_that_is_known(world: World) -> None:
    issuer, partner = world.issuer("a"), world.issuer("b")
    signed = issuer.proved(issuer.badge())
    assert Verdict.VERIFIED is verify(partner.signed(signed), world.evidence()).verdict


def test_known_issuers_do_not_sign_for_each_other(world: World) -> None:
    issuer, partner = world.issuer("a"), world.issuer("b")
    assert {"binding": "not-by-issuer"} == codes(verify(partner.signed(issuer.badge()), world.evidence()))


@pytest.mark.parametrize("name", ["Example University", [{"@value": "Example University", "@language": "en"}], None])
def test_the_name_an_issuer_gives_itself_is_told_as_its_claim(world: World, name: Any) -> None:
    stranger = world.stranger()
    issuer: dict[str, Any] = {"id": stranger.did, "type": ["Profile"]}
    if name:
        issuer["name"] = name
    context = [V2] if isinstance(name, list) else [V2, OB]
    document = stranger.badge(issuer=issuer)
    if isinstance(name, list):
        issuer.pop("type")
        document = {
            "@context": context,
            "type": ["VerifiableCredential"],
            "issuer": issuer,
            "credentialSubject": {"id": urn()},
        }
    report = verify(stranger.signed(document), world.evidence())
    assert {"issuer": "issuer-unknown"} == codes(report)
    assert ("Example University" if name else None) == report.identity.facts.get("name")


def test_an_issuer_named_by_its_id_alone_is_found(world: World) -> None:
    issuer = world.issuer()
    document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "credentialSubject": {"id": urn()},
    }
    report = verify(issuer.signed(document), world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert None is report.document_id


@pytest.mark.parametrize(
    ("changes", "code", "identity"),
    [
        ({"until": NOW}, None, "yes"),
        ({"until": NOW - timedelta(minutes=1)}, "issuer-withdrawn", "no"),
        ({"since": NOW}, "issuer-unknown", "unknown"),
        ({"since": NOW - timedelta(minutes=1)}, None, "yes"),
        ({"successor": "did:web:other.example"}, None, "yes"),
    ],
)
def test_an_issuer_is_believed_for_what_it_signed_while_it_was_recognised(
    world: World, changes: Mapping[str, Any], code: str | None, identity: str
) -> None:
    """The badge is signed one minute before NOW."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    world.trust(issuer.did, **changes)
    report = verify(raw, world.evidence())
    assert code == codes(report).get("issuer")
    assert identity == report.identity.answer.value


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


def with_schema(world: World, **entry: Any) -> Report:
    issuer = world.issuer()
    schema = {"id": "https://schemas.example/none.json", "type": "JsonSchema", **entry}
    return verify(issuer.signed(issuer.badge(credentialSchema=[schema])), world.evidence())


def test_a_schema_that_is_not_at_hand_changes_nothing(world: World) -> None:
    report = with_schema(world)
    assert {"schema": None} == codes(report)
    assert Verdict.VERIFIED is report.verdict


def test_a_schema_of_an_unknown_kind_changes_nothing(world: World) -> None:
    assert {"schema": None} == codes(with_schema(world, type="JsonSchemaCredential"))


def test_a_schema_that_we_have_is_not_followed(world: World) -> None:
    report = with_schema(world, id="https://parchemin.example/schemas/report/1.json")
    assert {"schema": "schema-mismatch"} == codes(report)
    assert ("no", Verdict.FAILED) == (report.integrity.answer.value, report.verdict)


def test_a_schema_that_we_have_is_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No schema of ours describes a credential that names a schema, so the judge is replaced."""
    judged: list[str] = []
    monkeypatch.setattr("verifier.contents.validate", lambda _, schema_id: judged.append(schema_id))
    report = with_schema(world)
    assert ["https://schemas.example/none.json"] == judged
    assert ({}, "follows 1 schema(s)") == (codes(report), report.checks[-1].note)


PAGES = b"%PDF-1.7 pages"


def multibase(raw: bytes, prefix: bytes = b"\x12\x20") -> str:
    return "u" + base64.urlsafe_b64encode(prefix + hashlib.sha256(raw).digest()).rstrip(b"=").decode()


def related(world: World, digests: Mapping[str, Any], supplied: Mapping[str, bytes] | None = None) -> Report:
    issuer = world.issuer()
    resource = {"id": "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001", **digests}
    raw = issuer.signed(issuer.badge(relatedResource=[resource]))
    evidence = world.evidence(supplied=supplied) if supplied is not None else world.evidence()
    return verify(raw, evidence)


FILE = {"urn:uuid:aaaaaaaa-0000-4000-8000-000000000001": PAGES}


def sri(algorithm: str, raw: bytes) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, raw).digest()).decode()}"


def test_a_related_file_that_was_not_supplied_changes_nothing(world: World) -> None:
    report = related(world, {"digestMultibase": multibase(PAGES)})
    assert {"related": None} == codes(report)
    assert Verdict.VERIFIED is report.verdict


@pytest.mark.parametrize(
    "digests",
    [
        {"digestMultibase": multibase(PAGES)},
        {"digestSRI": sri("sha384", PAGES)},
        {"digestSRI": sri("sha512", PAGES), "digestMultibase": multibase(PAGES)},
    ],
)
def test_a_related_file_is_compared(world: World, digests: Mapping[str, Any]) -> None:
    assert {} == codes(related(world, digests, FILE))
    report = related(world, digests, dict.fromkeys(FILE, PAGES + b"!"))
    assert {"related": "tampered"} == codes(report)
    assert Verdict.FAILED is report.verdict


@pytest.mark.parametrize(
    "digests",
    [
        {"digestSRI": "md5-AAAA"},
        {"digestSRI": "sha256-***"},
        {"digestMultibase": multibase(PAGES, b"\xd5\x10")},
        {"digestMultibase": "z???"},
        {"digestSRI": sri("sha256", b"other"), "digestMultibase": multibase(PAGES)},
    ],
)
def test_a_digest_that_is_none_or_differs_is_refused(world: World, digests: Mapping[str, Any]) -> None:
    assert codes(related(world, digests, FILE))["related"] in {"malformed", "tampered"}


# our own defects, and the cache


class Broken:
    """A part with a defect."""

    def fetch(self, list_url: str) -> Any:
        raise ZeroDivisionError(list_url)


def test_a_defect_of_ours_is_told_in_its_check_alone_and_logged_without_the_document(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer = world.issuer()
    report = verify(issuer.signed(issuer.badge(index=1)), world.evidence(status=Broken()))
    assert {"status": "internal"} == codes(report)
    assert ("yes", "unknown", "yes") == answers(report)
    assert Verdict.NOT_FULLY_CHECKED is report.verdict
    logged = capsys.readouterr()
    assert "ZeroDivisionError" in logged.out + logged.err
    assert "status/udem" not in logged.out + logged.err


class Counting(Converter):
    """A converter that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(BundledLoader.open())
        self.count = 0

    def canonical(self, *args: Any, **options: Any) -> str:
        self.count += 1
        return super().canonical(*args, **options)


def cached(world: World) -> tuple[Evidence, Counting]:
    counting = Counting()
    return world.evidence(proof_cache=ProofCache(4), converter=counting), counting


def test_a_proof_that_held_is_remembered_and_everything_else_is_asked_again(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(index=2))
    evidence, counting = cached(world)
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    before = counting.count
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    assert before == counting.count
    issuer.revoke(2)
    assert Verdict.FAILED is verify(raw, evidence).verdict
    late = replace(evidence, now=NOW + timedelta(days=400))
    assert "expired" == codes(verify(raw, late))["validity"]


def test_one_other_byte_is_another_document_for_the_cache(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    evidence, _ = cached(world)
    verify(raw, evidence)
    assert "tampered" == codes(verify(raw.replace(b"Atelier", b"Atelies", 1), evidence))["signature"]


def test_a_remembered_proof_does_not_outlive_its_key(world: World) -> None:
    """F07: a new key under the same name, or the key withdrawn."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    evidence, _ = cached(world)
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    good = issuer.did_document()["verificationMethod"]
    issuer.publish(verificationMethod=[{**good[0], "revoked": stamp(NOW - timedelta(days=1))}, good[1]])
    assert "key-compromised" == codes(verify(raw, evidence))["signature"]
    other = World().issuer()
    other_key = other.did_document()["verificationMethod"][0]["publicKeyMultibase"]
    issuer.publish(verificationMethod=[{**good[0], "publicKeyMultibase": other_key}, good[1]])
    assert "tampered" == codes(verify(raw, evidence))["signature"]


def test_a_remembered_proof_does_not_outlive_its_own_end(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(), expires=NOW + timedelta(hours=1))
    evidence, _ = cached(world)
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    late = replace(evidence, now=NOW + timedelta(hours=1))
    assert "proof-expired" == codes(verify(raw, late))["signature"]


def test_a_document_that_failed_is_not_remembered(world: World) -> None:
    issuer = world.issuer()
    evidence, _ = cached(world)
    verify(issuer.signed(issuer.badge()).replace(b"Atelier", b"Atelies", 1), evidence)
    assert 0 == len(evidence.proof_cache or ())


# any change


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of each text, number and truth value in a document."""
    if isinstance(value, Mapping):
        return [found for key, item in value.items() for found in places(item, (*path, key))]
    if isinstance(value, list):
        return [found for number, item in enumerate(value) for found in places(item, (*path, number))]
    return [path]


PROPERTY_WORLD = World()
PROPERTY_ISSUER = PROPERTY_WORLD.issuer()
ORIGINAL = PROPERTY_ISSUER.proved(PROPERTY_ISSUER.transcript(1, index=3))
PLACES = places(ORIGINAL)


def changed(document: Any, path: tuple[Any, ...], change: Any) -> Any:
    """Return a copy of the document with one value changed."""
    copied = copy.deepcopy(document)
    parent = copied
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = change(parent[path[-1]])
    return copied


CHANGES = {
    "letter added": lambda value: f"{value}x",
    "letter removed": lambda value: str(value)[:-1],
    "other case": lambda value: str(value).swapcase(),
    "number": lambda _: 7,
    "truth": lambda _: True,
    "nothing": lambda _: None,
    "empty": lambda _: "",
    "list": lambda value: [value, f"{value}x"],
    "object": lambda value: {"id": f"{value}x"},
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(sorted(CHANGES)))
def test_any_change_of_any_signed_value_fails_structure_or_signature(path: tuple[Any, ...], kind: str) -> None:
    """Threats B01: whatever is changed, nothing of the document is believed afterwards."""
    altered = changed(ORIGINAL, path, CHANGES[kind])
    if altered == ORIGINAL:
        return
    report = verify(dumped(altered), PROPERTY_WORLD.evidence())
    assert {"structure", "signature"} & codes(report).keys(), (path, kind)
    assert Verdict.VERIFIED is not report.verdict
    assert Verdict.WAS_VALID is not report.verdict


@pytest.mark.parametrize("path", PLACES, ids=lambda path: "/".join(map(str, path)))
def test_each_text_changed_by_one_letter_fails_structure_or_signature(path: tuple[Any, ...]) -> None:
    altered = changed(ORIGINAL, path, CHANGES["letter added"])
    report = verify(dumped(altered), PROPERTY_WORLD.evidence())
    assert {"structure", "signature"} & codes(report).keys()


def test_a_removed_member_fails_structure_or_signature() -> None:
    for name in ORIGINAL:
        altered = {key: value for key, value in ORIGINAL.items() if key != name}
        report = verify(dumped(altered), PROPERTY_WORLD.evidence())
        assert {"structure", "signature"} & codes(report).keys(), name


def test_a_doubtful_evidence_never_makes_a_document_verified(world: World) -> None:
    """Whatever of the evidence is missing, the answer is never "verified"."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(index=8))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    doubtful = [
        world.evidence(resolver=World().evidence().resolver),
        world.evidence(trust=World().evidence().trust),
        world.evidence(status=World().status),
        world.evidence(status=Broken()),
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
