"""The step-by-step vectors of ecdsa-sd-2023, and the residence cards of the other suites."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from keys import did_key
from proofs import ecdsa_sd_2023
from proofs.integrity import check_proofs
from proofs.sd_statements import Statements
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.shared import shared
from tests.support.linked_data_citizenship import converter

NOW = datetime(2026, 5, 31, tzinfo=UTC)
POINTERS = {"prc": "prCred", "employ": "employ"}


def read(*path: str) -> Any:
    return json.loads(shared("vectors", *path).read_text(encoding="utf-8"))


def step(name: str, file: str) -> Any:
    return read("vc-di-ecdsa", "ecdsa-sd-2023", name, file)


def check(document: Any) -> Any:
    return check_proofs(document, find_key=did_key.find, converter=converter(), now=NOW)


@pytest.mark.parametrize("name", POINTERS)
def test_statements_have_the_published_names_and_groups(name: str) -> None:
    signed = step(name, "addSignedSDBase.json")
    unsigned = {key: value for key, value in signed.items() if key != "proof"}
    key = bytes.fromhex(read("vc-di-ecdsa", "ecdsa-sd-2023", "SDKeyMaterial.json")["hmacKeyString"])
    statements = Statements(unsigned, key, converter(), Limits())
    assert step(name, "addBaseDocHMACCanon.json") == statements.lines
    groups = step(name, "derivedGroupIndexes.json")
    mandatory = read("vc-di-ecdsa", f"{POINTERS[name]}Mandatory.json")
    selective = read("vc-di-ecdsa", f"{POINTERS[name]}Selective.json")
    assert groups["mandatoryIndexes"] == statements.numbers(mandatory)
    assert groups["selectiveIndexes"] == statements.numbers(selective)
    assert groups["combinedIndexes"] == statements.numbers([*mandatory, *selective])


@pytest.mark.parametrize("name", POINTERS)
def test_the_derived_proof_is_the_published_one_to_the_byte(name: str) -> None:
    base = step(name, "addSignedSDBase.json")
    selective = read("vc-di-ecdsa", f"{POINTERS[name]}Selective.json")
    derived = ecdsa_sd_2023.derive(base, selective=selective, converter=converter())
    published = step(name, "derivedRevealDocument.json")
    assert published == derived


@pytest.mark.parametrize("name", POINTERS)
def test_the_published_derived_proof_verifies_and_a_changed_value_does_not(name: str) -> None:
    published = step(name, "derivedRevealDocument.json")
    assert "ecdsa-sd-2023" == check(published)[0].cryptosuite
    published["credentialSubject"]["birthCountry"] = "Elsewhere"
    with pytest.raises(ProblemError, match="tampered"):
        check(published)


@pytest.mark.parametrize(
    "path",
    [
        ("vc-di-eddsa", "eddsa-rdfc-2022", "employ", "signedDataInt.json"),
        ("vc-di-ecdsa", "ecdsa-rdfc-2019-p256", "employ", "signedECDSAP256.json"),
        ("vc-di-ecdsa", "ecdsa-rdfc-2019-p384", "employ", "signedECDSAP384.json"),
    ],
    ids=lambda path: path[1],
)
def test_the_published_cards_of_the_other_suites_verify(path: tuple[str, ...]) -> None:
    assert 1 == len(check(read(*path)))
