"""Credentials that a program of the institution composes: what it may say, and what is set for it (K09)."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.client_credentials import SUITES
from keys.memory_store import MemoryKeyStore
from keys.multibase import decode_base64url
from schemas.problems import KEY_STORE_UNAVAILABLE, ProblemError
from schemas.report import Verdict
from services.clock import StoppedClock
from tests.support.awards import make_award
from tests.support.issuing import NOW, PUBLIC_URL, House, open_house

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
DID = "did:web:registrar.parchemin.example:t:boreale"
TOKEN = "application/vc+jwt"


def composed(**changes: Any) -> dict[str, Any]:
    document = {
        "@context": [V2, EXAMPLES],
        "id": "https://sis.boreale.example/alumni/17",
        "type": ["VerifiableCredential", "ExampleAlumniCredential"],
        "credentialSubject": {"id": "did:example:zoe", "alumniOf": "Université Boréale"},
    }
    return {key: value for key, value in {**document, **changes}.items() if value is not None}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(tmp_path, slugs=("boreale", "australe"))


def issue(house: House, document: Any, slug: str = "boreale", **how: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"cryptosuite": "eddsa-rdfc-2022", **how}
    return house.desk.client_credentials.issue(document, slug=slug, actor="api:abc", **options)


def refusal(house: House, document: Any, **how: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        issue(house, document, **how)
    return caught.value.problem.code


def the_only_document(house: House) -> Any:
    (document,) = house.desk.documents("boreale")
    return document


@pytest.mark.parametrize("cryptosuite", sorted(SUITES))
def test_what_is_signed_verifies_in_the_name_of_the_institution(house: House, cryptosuite: str) -> None:
    signed = issue(house, composed(), cryptosuite=cryptosuite)
    assert (DID, cryptosuite) == (signed["issuer"], signed["proof"]["cryptosuite"])
    report = house.verify(json.dumps(signed))
    assert Verdict.VERIFIED is report.verdict, report.to_json()


def test_a_token_in_an_envelope_verifies_too(house: House) -> None:
    envelope = issue(house, composed(), media_type=TOKEN)
    assert "EnvelopedVerifiableCredential" == envelope["type"]
    assert Verdict.VERIFIED is house.verify(json.dumps(envelope)).verdict
    assert envelope == issue(house, composed(), media_type=TOKEN)


def older(**changes: Any) -> dict[str, Any]:
    document = {**composed(type=["VerifiableCredential"]), "@context": ["https://www.w3.org/2018/credentials/v1"]}
    subject = {"id": "did:example:zoe"}
    return {**document, "issuanceDate": "2026-05-01T00:00:00Z", "credentialSubject": subject, **changes}


@pytest.mark.parametrize("media_type", ["application/jwt", "jwt"])
def test_a_credential_of_the_older_model_becomes_the_older_token(house: House, media_type: str) -> None:
    """VCDM 1.1 section 6.3.1: `typ: JWT`, the claim `vc`; revoked like every other document."""
    token = issue(house, older(), media_type=media_type)
    header, claims = (json.loads(decode_base64url(part, max_chars=9_999)) for part in token.split(".")[:2])
    assert ("ES256", "JWT") == (header["alg"], header["typ"])
    assert (DID, "did:example:zoe", claims["vc"]["id"]) == (claims["iss"], claims["sub"], claims["jti"])
    assert "https://www.w3.org/ns/credentials/status/v1" == claims["vc"]["@context"][-1]
    assert Verdict.VERIFIED is house.verify(token).verdict
    assert token == issue(house, older(), media_type=media_type)
    assert house.desk.revoke(claims["jti"], "Issued by mistake.", "registrar", institution="boreale")
    assert "revoked" == house.verify(token).status.code


def test_a_token_is_one_of_the_credentials_own_model(house: House) -> None:
    assert "malformed" == refusal(house, older())
    assert "malformed" == refusal(house, older(), media_type=TOKEN)
    assert "malformed" == refusal(house, composed(), media_type="application/jwt")
    own = older()["@context"] + ["https://www.w3.org/ns/credentials/status/v1"]
    assert isinstance(issue(house, older(**{"@context": own}), media_type="jwt"), str)


def test_id_and_status_are_ours(house: House) -> None:
    """K09: neither an id nor a status list of somebody else is signed."""
    signed = issue(house, composed())
    assert the_only_document(house).id == signed["id"] != composed()["id"]
    assert ["revocation", "suspension"] == [entry["statusPurpose"] for entry in signed["credentialStatus"]]
    assert all(entry["statusListCredential"].startswith(PUBLIC_URL) for entry in signed["credentialStatus"])
    assert composed()["credentialSubject"] == signed["credentialSubject"]


def test_it_is_revoked_like_every_other_document(house: House) -> None:
    signed = issue(house, composed())
    assert house.desk.revoke(signed["id"], "Issued by mistake.", "registrar", institution="boreale")
    assert "revoked" == house.verify(json.dumps(signed)).status.code
    assert "revoked" == the_only_document(house).state


def test_the_issuer_may_be_named_and_described(house: House) -> None:
    described = {"id": DID, "name": "Université Boréale"}
    assert described == issue(house, composed(issuer=described))["issuer"]
    assert {"id": DID, "name": "UB"} == issue(house, composed(id=None, issuer={"name": "UB"}))["issuer"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": "did:web:registrar.parchemin.example:t:australe"}, "not-allowed"),
        ({"issuer": {"id": "did:example:thief"}}, "not-allowed"),
        ({"issuer": 7}, "not-allowed"),
        ({"proof": {"type": "DataIntegrityProof"}}, "malformed"),
        ({"credentialStatus": {"type": "BitstringStatusListEntry"}}, "malformed"),
        ({"@context": ["https://www.w3.org/2018/credentials/v1"], "issuanceDate": "2026-01-01T00:00:00Z"}, "malformed"),
        ({"@context": [V2, "https://thief.example/context"]}, "context-unknown"),
        ({"@context": [V2, {"@vocab": "https://thief.example/"}]}, "context-unknown"),
        ({"@context": [V2]}, "term-undefined"),
        ({"type": ["EnvelopedVerifiableCredential"], "id": "data:application/vc+jwt,a.b.c"}, "malformed"),
        ({"credentialSubject": {}}, "malformed"),
        ({"type": ["VerifiableCredential", "OpenBadgeCredential"]}, "schema-mismatch"),
        ({"id": "https://x.example/" + "a" * 100}, "malformed"),
        ({"id": 7}, "malformed"),
    ],
)
def test_what_is_not_the_programs_to_say_is_refused(house: House, changes: dict[str, Any], code: str) -> None:
    """K09."""
    document = composed(**changes)
    if "type" in changes and "id" in changes:
        del document["credentialSubject"]
    assert code == refusal(house, document)


@pytest.mark.parametrize("how", [{"cryptosuite": "eddsa-jcs-2022"}, {"media_type": TOKEN}])
def test_a_term_without_a_meaning_is_refused_however_it_is_signed(house: House, how: dict[str, Any]) -> None:
    assert "term-undefined" == refusal(house, composed(**{"@context": [V2]}), **how)
    assert "" == house.audit.path.read_text().partition('"act":"sign"')[1], "it was not about to be signed"


def test_a_suite_without_a_key_is_refused(house: House) -> None:
    assert "suite-unsupported" == refusal(house, composed(), cryptosuite="ecdsa-sd-2023")
    assert "not-found" == refusal(house, composed(), slug="nobody")


def test_the_same_credential_again_is_the_same_answer(house: House) -> None:
    signed = issue(house, composed())
    assert signed == issue(house, composed())
    assert "already-issued" == refusal(house, composed(name="Something else"))
    assert "already-issued" == refusal(house, composed(), cryptosuite="eddsa-jcs-2022")
    assert signed["id"] == the_only_document(house).id


def test_without_an_id_every_credential_is_a_new_one(house: House) -> None:
    ids = {issue(house, composed(id=None))["id"] for _ in range(2)}
    assert ids == {document.id for document in house.desk.documents("boreale")}
    assert 2 == len(ids)


def test_the_same_id_at_another_institution_is_another_credential(house: House) -> None:
    assert issue(house, composed())["id"] != issue(house, composed(), slug="australe")["id"]


def test_a_refused_credential_may_be_corrected_and_its_places_are_burnt(house: House) -> None:
    assert "term-undefined" == refusal(house, composed(**{"@context": [V2]}))
    assert "refused" == the_only_document(house).state
    signed = issue(house, composed())
    assert ("in-force", signed["id"]) == (the_only_document(house).state, the_only_document(house).id)


def test_a_reference_of_an_award_is_no_reference_of_a_program(house: House) -> None:
    house.desk.issue(make_award("badge", external_id="vc-api:urn:x:1"), "boreale", "test")
    assert "already-issued" == refusal(house, composed(id="urn:x:1"))


def test_what_cannot_be_signed_now_can_be_signed_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise ProblemError(KEY_STORE_UNAVAILABLE.about())

    with monkeypatch.context() as patch:
        patch.setattr(MemoryKeyStore, "signer", away)
        assert "key-store-unavailable" == refusal(house, composed())
    assert Verdict.VERIFIED is house.verify(json.dumps(issue(house, composed()))).verdict


class Killed(BaseException):
    """Stands for the end of the process."""


def test_a_try_that_was_killed_is_taken_over_when_its_lease_is_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(MemoryKeyStore, "signer", killed)
        with pytest.raises(Killed):
            issue(house, composed())
    assert "busy" == refusal(house, composed())
    assert isinstance(house.clock, StoppedClock)
    house.clock.moment += timedelta(hours=1)
    signed = issue(house, composed())
    assert Verdict.VERIFIED is house.verify(json.dumps(signed)).verdict
    assert signed["id"] == the_only_document(house).id


def test_a_start_after_a_crash_leaves_the_credentials_of_programs_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(MemoryKeyStore, "signer", killed)
        with pytest.raises(Killed):
            issue(house, composed())
    assert 0 == house.desk.resume(alone=True)
    assert NOW == house.clock.now()
    assert Verdict.VERIFIED is house.verify(json.dumps(issue(house, composed()))).verdict


def test_many_at_once_sign_one_credential(house: House) -> None:
    """K02, K04: whoever comes while it is being signed is asked to come back, and gets the same."""
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait()
        try:
            return json.dumps(issue(house, composed()))
        except ProblemError as error:
            assert "busy" == error.problem.code  # noqa: PT017 (which of the two it is depends on who was first)
            return ""

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8))) - {""}
    assert {json.dumps(issue(house, composed()))} == answers
    assert 1 == len(house.desk.documents("boreale"))
