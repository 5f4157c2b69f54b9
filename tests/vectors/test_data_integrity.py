"""The step-by-step vectors of vc-di-eddsa and vc-di-ecdsa: canonical forms, hashes, signatures."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from proofs import jcs
from tests.shared import shared
from tests.support.linked_data import check, converter

NOW = datetime(2026, 5, 31, tzinfo=UTC)

SIGNED = {
    "vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json": "eddsa-rdfc-2022",
    "vc-di-eddsa/eddsa-jcs-2022/signedJCS.json": "eddsa-jcs-2022",
    "vc-di-eddsa/Ed25519Signature2020/signedEdSig.json": "Ed25519Signature2020",
    "vc-di-ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json": "ecdsa-rdfc-2019",
    "vc-di-ecdsa/ecdsa-rdfc-2019-p384/signedECDSAP384.json": "ecdsa-rdfc-2019",
    "vc-di-ecdsa/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json": "ecdsa-jcs-2019",
    "vc-di-ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json": "ecdsa-jcs-2019",
}

RDFC = {
    "vc-di-eddsa/eddsa-rdfc-2022": ("DataInt", "sha256"),
    "vc-di-eddsa/Ed25519Signature2020": ("EdSig", "sha256"),
    "vc-di-ecdsa/ecdsa-rdfc-2019-p256": ("ECDSAP256", "sha256"),
    "vc-di-ecdsa/ecdsa-rdfc-2019-p384": ("ECDSAP384", "sha384"),
}

JCS = {
    "vc-di-eddsa/eddsa-jcs-2022": ("JCS", "sha256"),
    "vc-di-ecdsa/ecdsa-jcs-2019-p256": ("JCSECDSAP256", "sha256"),
    "vc-di-ecdsa/ecdsa-jcs-2019-p384": ("JCSECDSAP384", "sha384"),
}


def read(path: str) -> Any:
    return json.loads(shared("vectors", *path.split("/")).read_text(encoding="utf-8"))


def text(path: str) -> str:
    return shared("vectors", *path.split("/")).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SIGNED)
def test_a_signed_document_of_the_specification_verifies(path: str) -> None:
    (finding,) = check(read(path), now=NOW)
    assert SIGNED[path] == finding.cryptosuite


@pytest.mark.parametrize("path", SIGNED)
def test_the_same_document_with_another_name_does_not(path: str) -> None:
    document = read(path)
    document["name"] = "Other"
    with pytest.raises(Exception, match="tampered"):
        check(document, now=NOW)


@pytest.mark.parametrize("folder", RDFC)
def test_canonical_form_and_hash_are_those_of_the_specification(folder: str) -> None:
    name, hash_name = RDFC[folder]
    unsigned = read(f"{folder.split('/', 1)[0]}/unsigned.json")
    canonical = converter().canonical(unsigned, hash_name=hash_name)
    assert text(f"{folder}/canonDoc{name}.txt") == canonical
    assert text(f"{folder}/docHash{name}.txt").strip() == hashlib.new(hash_name, canonical.encode()).hexdigest()
    options = converter().canonical(read(f"{folder}/proofConfig{name}.json"), hash_name=hash_name)
    assert text(f"{folder}/proofCanon{name}.txt") == options


@pytest.mark.parametrize("folder", JCS)
def test_canonical_json_and_hash_are_those_of_the_specification(folder: str) -> None:
    name, hash_name = JCS[folder]
    unsigned = read(f"{folder.split('/', 1)[0]}/unsigned.json")
    canonical = jcs.canonical(unsigned)
    assert text(f"{folder}/canonDoc{name}.txt").strip() == canonical.decode()
    assert text(f"{folder}/docHash{name}.txt").strip() == hashlib.new(hash_name, canonical).hexdigest()
    assert (
        text(f"{folder}/proofCanon{name}.txt").strip()
        == jcs.canonical(read(f"{folder}/proofConfig{name}.json")).decode()
    )


@pytest.mark.parametrize(
    ("name", "proofs"), [("ProofSet1", 1), ("ProofSet2", 2), ("ProofChain1", 3), ("ProofChain2", 4)]
)
def test_proof_sets_and_chains_of_the_specification_verify(name: str, proofs: int) -> None:
    document = read(f"vc-di-eddsa/proof-set-chain/signed{name}.json")
    assert proofs == len(check(document, now=NOW))
