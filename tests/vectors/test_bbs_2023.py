"""The published example of bbs-2023: the base proof to the byte, the derived one but for its blinding."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contexts.inline import InlineLoader
from keys import did_key
from keys.multibase import decode_multibase, encode_multibase
from proofs import bbs_2023, cbor, experimental
from proofs.bbs_signer import BBSSigner
from proofs.integrity import check_proofs
from proofs.jsonld_inline import InlineConverter
from schemas.limits import DEFAULT
from schemas.moments import moment
from schemas.problems import ProblemError

LIMITS = replace(DEFAULT, inline_contexts=8)
NOW = datetime(2026, 5, 31, tzinfo=UTC)


@cache
def converter() -> InlineConverter:
    return InlineConverter(InlineLoader.open())


def published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("bbs_2023.json").read_text())
    return found


def check(document: dict[str, Any]) -> Any:
    suites = experimental.allowed(["bbs-2023"])
    return check_proofs(document, find_key=did_key.find, converter=converter(), now=NOW, suites=suites, limits=LIMITS)


def parts(document: dict[str, Any]) -> Any:
    return cbor.decode(decode_multibase(document["proof"]["proofValue"], max_chars=10_000)[3:])


def test_the_base_proof_is_the_published_one_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = published()
    monkeypatch.setattr("proofs.bbs_2023.secrets.token_bytes", lambda _size: bytes.fromhex(facts["hmac_key"]))
    base = facts["base"]
    signer = BBSSigner(int(facts["secret_key"], 16), verification_method=base["proof"]["verificationMethod"])
    assert facts["public_key"] == signer.public_key.raw.hex()
    made = bbs_2023.add_base_proof(
        base,
        signer=signer,
        converter=converter(),
        mandatory=facts["mandatory"],
        created=moment(base["proof"]["created"]),
        limits=LIMITS,
    )
    assert base == made
    assert facts["proof_hash"] + facts["mandatory_hash"] == parts(made)[1].hex()


def test_the_derived_proof_is_the_published_one_but_for_what_is_random() -> None:
    facts = published()
    made = bbs_2023.derive(
        facts["base"],
        selective=facts["selective"],
        converter=converter(),
        presentation_header=bytes.fromhex(facts["presentation_header"]),
        limits=LIMITS,
    )
    ours, theirs = parts(made), parts(facts["derived"])
    assert theirs[1:] == ours[1:]
    assert len(theirs[0]) == len(ours[0])
    assert {**facts["derived"], "proof": None} == {**made, "proof": None}
    assert 1 == len(check(made))


def test_the_published_derived_proof_verifies_and_a_changed_value_does_not() -> None:
    derived = published()["derived"]
    assert "bbs-2023" == check(derived)[0].cryptosuite
    for change in (
        lambda d: d["credentialSubject"].update(sailNumber="Mars101"),
        lambda d: d["credentialSubject"]["boards"][0].update(brand="Kailua"),
        lambda d: d.update(issuer="https://vc.example/another"),
        lambda d: d["proof"].update(created="2023-08-15T23:36:39Z"),
    ):
        altered = copy.deepcopy(derived)
        change(altered)
        with pytest.raises(ProblemError, match="tampered"):
            check(altered)


@pytest.mark.parametrize("feature", ["HolderBinding", "Pseudonym", "PseudonymHB"])
def test_the_optional_features_are_told_to_be_unsupported(feature: str) -> None:
    """The published derived proofs begin so; what follows is not read."""
    document = published()["derived"]
    start = decode_multibase(published()["other_features"][feature][:5])
    document["proof"]["proofValue"] = encode_multibase(start + bytes(300), base="u")
    with pytest.raises(ProblemError, match="suite-unsupported"):
        check(document)
