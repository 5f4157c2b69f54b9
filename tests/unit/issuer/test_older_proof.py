"""A second proof beside the first, for wallets from before the cryptosuites."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.signing import OLDER_CONTEXT, FormSigner
from keys.resolver import find_key
from proofs.integrity import check_proofs
from schemas.json_schema import validate
from schemas.problems import TAMPERED, ProblemError
from schemas.report import Verdict
from tests.support.awards import make_award
from tests.support.issuing import House, converter, open_house


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    def with_older_proof(*parts: Any, **_: Any) -> FormSigner:
        return FormSigner(*parts, older_proof=True)

    monkeypatch.setattr("issuer.desk.FormSigner", with_older_proof)
    return open_house(tmp_path)


def first_form(house: House, kind: str) -> dict[str, Any]:
    issued = house.desk.issue(make_award(kind), "boreale", "test")
    form = next(form for form in house.desk.forms(issued.document_id) if form.format == "ldp_vc")
    assert Verdict.VERIFIED is house.verify(form.body).verdict
    document: dict[str, Any] = json.loads(form.body)
    return document


def test_both_proofs_hold_and_each_names_the_key_as_its_readers_know_it(house: House) -> None:
    document = first_form(house, "badge")
    first, second = document["proof"]
    assert ("eddsa-rdfc-2022", "Ed25519Signature2020") == (first["cryptosuite"], second["type"])
    assert f"{first['verificationMethod']}-2020" == second["verificationMethod"]
    assert OLDER_CONTEXT == document["@context"][-1]
    validate(document, "openbadges/achievement-credential.json")
    methods = {method["id"]: method for method in house.desk.did_document("boreale")["verificationMethod"]}
    assert "Ed25519VerificationKey2020" == methods[second["verificationMethod"]]["type"]


def test_the_older_proof_counts_a_change_fails_it_too(house: House) -> None:
    """Of a proof set every proof must hold, and the older one holds alone for whoever reads only that."""
    document = first_form(house, "badge")
    resolver = house.evidence().resolver

    def check(changed: dict[str, Any]) -> int:
        found = check_proofs(
            changed,
            find_key=lambda url, purpose: find_key(resolver, url, purpose),
            converter=converter(),
            now=house.clock.now(),
        )
        return len(found)

    alone = {**document, "proof": document["proof"][1]}
    assert (2, 1) == (check(document), check(alone))
    with pytest.raises(ProblemError, match=TAMPERED.code):
        check({**alone, "name": "Other"})


def test_each_course_of_a_transcript_has_both(house: House) -> None:
    document = first_form(house, "transcript")
    children = document["credentialSubject"]["verifiableCredential"]
    assert {2} == {len(child["proof"]) for child in children}
    assert 2 == len(document["proof"])
