"""didkit, in a child process, judges VCDM 1.1 both ways: Ed25519Signature2020, JWT, presentations."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from keys import did_key
from keys.store import Algorithm
from proofs.vc_jose import sign_credential_v1
from schemas.report import Report, Verdict
from tests.support import linked_data as ld
from tests.support.issuer_simulator import World, dumped
from tests.support.peer_didkit import DIDKit, DIDKitError, private_jwk
from tests.support.signers import controller, private_key, signer
from verifier.evidence import Expected
from verifier.verification import verify

pytestmark = pytest.mark.interop

NOW = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
MADE = "2026-06-01T14:00:00Z"
ASKED = {"challenge": "c-1", "domain": "https://employer.example"}
GOOD = {"checks": ["proof"], "warnings": [], "errors": []}


@pytest.fixture(scope="module")
def judge() -> Iterator[DIDKit]:
    judge = DIDKit()
    yield judge
    assert 0 == judge.close()


def credential(issuer: str, **changes: Any) -> dict[str, Any]:
    return {
        "@context": [ld.V1, ld.ED25519_2020],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "issuanceDate": "2026-05-01T00:00:00Z",
        "expirationDate": "2099-05-01T00:00:00Z",
        "credentialSubject": {"id": did_key.did_for(private_key(Algorithm.EDDSA, "holder").public_key())},
    } | changes


def options(method: str, **more: Any) -> dict[str, Any]:
    return {"verificationMethod": method, "proofPurpose": "assertionMethod", "created": MADE, **more}


def ours(document: Any, *trusted: str, **asked: str) -> Report:
    world = World(now=NOW)
    for did in trusted:
        world.trust(did)
    expected = Expected(**asked) if asked else None
    raw = document.encode() if isinstance(document, str) else dumped(document)
    return verify(raw, world.evidence(expected=expected))


def test_it_is_the_version_that_the_decision_record_speaks_of(judge: DIDKit) -> None:
    assert "0.3.3" == judge.ask("version")


@pytest.mark.parametrize("algorithm", [Algorithm.EDDSA, Algorithm.ES256])
def test_it_names_keys_as_we_do(judge: DIDKit, algorithm: Algorithm) -> None:
    by = signer(algorithm, "issuer")
    did, method = judge.ask("identify", key=private_jwk(private_key(algorithm, "issuer")))
    assert controller(by) == did
    assert method.startswith(did)


def test_it_verifies_our_ed25519_signature_2020_and_refuses_a_change(judge: DIDKit) -> None:
    by = signer(Algorithm.EDDSA, "issuer")
    signed = ld.sign(credential(controller(by)), by, "Ed25519Signature2020", created=NOW)
    assert GOOD == judge.ask("verify_credential", document=signed, options={"proofPurpose": "assertionMethod"})
    for name, value in (("expirationDate", "2199-05-01T00:00:00Z"), ("id", "urn:x:y")):
        answer = judge.ask("verify_credential", document={**signed, name: value}, options={})
        assert answer["errors"], answer
        assert "tampered" == ours({**signed, name: value}).integrity.code


def test_we_verify_its_ed25519_signature_2020_and_refuse_a_change(judge: DIDKit) -> None:
    by = signer(Algorithm.EDDSA, "issuer")
    signed = its_credential(judge, options(by.verification_method, type="Ed25519Signature2020"))
    assert Verdict.VERIFIED is ours(signed, controller(by)).verdict
    altered = copy.deepcopy(signed)
    altered["credentialSubject"]["id"] = controller(by)
    assert "tampered" == ours(altered, controller(by)).integrity.code


def its_credential(judge: DIDKit, proof: dict[str, Any], **changes: Any) -> Any:
    """Return a credential that didkit signs with the issuer's Ed25519 key."""
    by, key = signer(Algorithm.EDDSA, "issuer"), private_key(Algorithm.EDDSA, "issuer")
    document = credential(controller(by), **changes)
    text = judge.ask("issue_credential", document=document, options=proof, key=private_jwk(key))
    return text if proof.get("proofFormat") == "jwt" else json.loads(text)


@pytest.mark.parametrize("suite", ["Ed25519Signature2018", "JsonWebSignature2020"])
def test_suites_that_were_given_up_are_refused_by_their_name(judge: DIDKit, suite: str) -> None:
    """Known difference: they are not told to be forged, but not to be checked here."""
    signed = its_credential(judge, options(signer(Algorithm.EDDSA, "issuer").verification_method, type=suite))
    assert suite == signed["proof"]["type"]
    report = ours(signed)
    assert "suite-unsupported" == report.integrity.code
    assert Verdict.VERIFIED is not report.verdict


def test_a_proof_that_brings_its_own_context_is_refused(judge: DIDKit) -> None:
    """Known difference: it adds `proof.@context` where the document lacks the suite's; see proofs.md, shape."""
    by = signer(Algorithm.EDDSA, "issuer")
    signed = its_credential(
        judge, options(by.verification_method, type="Ed25519Signature2020"), **{"@context": [ld.V1]}
    )
    assert [ld.ED25519_2020] == signed["proof"]["@context"]
    assert "shape-not-allowed" == ours(signed, controller(by)).integrity.code


@pytest.mark.parametrize("algorithm", [Algorithm.EDDSA, Algorithm.ES256])
def test_it_verifies_our_token_and_refuses_a_change(judge: DIDKit, algorithm: Algorithm) -> None:
    by = signer(algorithm, "issuer")
    document = credential(controller(by), **{"@context": [ld.V1]})
    token = sign_credential_v1(document, signer=by)
    jwt = {"proofFormat": "jwt"}
    assert {"warnings": [], "errors": []} == without_checks(judge.ask("verify_credential", document=token, options=jwt))
    header, _, signature = token.split(".")
    other = sign_credential_v1({**document, "id": "urn:x:y"}, signer=by).split(".")[1]
    answer = judge.ask("verify_credential", document=f"{header}.{other}.{signature}", options=jwt)
    assert answer["errors"], answer


def without_checks(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "checks"}


@pytest.mark.parametrize("algorithm", [Algorithm.EDDSA, Algorithm.ES256])
def test_we_verify_its_token_and_refuse_a_change(judge: DIDKit, algorithm: Algorithm) -> None:
    by, key = signer(algorithm, "issuer"), private_jwk(private_key(algorithm, "issuer"))
    proof = {"verificationMethod": by.verification_method, "proofPurpose": "assertionMethod", "proofFormat": "jwt"}
    document = credential(controller(by), **{"@context": [ld.V1]})
    token = judge.ask("issue_credential", document=document, options=proof, key=key)
    assert Verdict.VERIFIED is ours(token, controller(by)).verdict
    header, _, signature = token.split(".")
    changed = {**document, "id": "urn:x:y"}
    other = judge.ask("issue_credential", document=changed, options=proof, key=key).split(".")[1]
    assert "tampered" == ours(f"{header}.{other}.{signature}", controller(by)).integrity.code


def presentation(holder: str, *credentials: Any) -> dict[str, Any]:
    return {
        "@context": [ld.V1, ld.ED25519_2020],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": list(credentials),
    }


def test_presentations_go_both_ways_for_our_question_alone(judge: DIDKit) -> None:
    issuer, holder = signer(Algorithm.EDDSA, "issuer"), signer(Algorithm.EDDSA, "holder")
    trusted = (controller(issuer), controller(holder))
    inside = ld.sign(credential(controller(issuer)), issuer, "Ed25519Signature2020", created=NOW)
    unsigned = presentation(controller(holder), inside)
    mine = ld.sign(unsigned, holder, "Ed25519Signature2020", purpose="authentication", created=NOW, **ASKED)
    wanted = {"proofPurpose": "authentication", **ASKED}
    assert [] == judge.ask("verify_presentation", document=mine, options=wanted)["errors"]
    for wrong in ({**wanted, "challenge": "c-2"}, {**wanted, "domain": "https://other.example"}):
        assert judge.ask("verify_presentation", document=mine, options=wrong)["errors"]

    proof = {"verificationMethod": holder.verification_method, "created": MADE, "type": "Ed25519Signature2020"}
    key = private_jwk(private_key(Algorithm.EDDSA, "holder"))
    text = judge.ask("issue_presentation", document=unsigned, options={**proof, **wanted}, key=key)
    assert Verdict.VERIFIED is ours(text, *trusted, **ASKED).verdict
    assert "challenge-wrong" == ours(text, *trusted, **{**ASKED, "challenge": "c-2"}).integrity.code
    assert "domain-wrong" == ours(text, *trusted, **{**ASKED, "domain": "https://other.example"}).integrity.code


def test_what_it_cannot_read_is_why_it_is_not_the_core(judge: DIDKit) -> None:
    """docs/decisions/0002: no VCDM 2.0, no Data Integrity proof."""
    by = signer(Algorithm.EDDSA, "issuer")
    newer = ld.badge(controller(by))
    key = private_jwk(private_key(Algorithm.EDDSA, "issuer"))
    with pytest.raises(DIDKitError):
        judge.ask("issue_credential", document=newer, options=options(by.verification_method), key=key)
    older = credential(controller(by), **{"@context": [ld.V1, ld.DATA_INTEGRITY]})
    with pytest.raises(DIDKitError):
        judge.ask("verify_credential", document=ld.sign(older, by, created=NOW), options={})
