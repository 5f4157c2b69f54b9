"""Vectors that implementations which are not ours made (tests/interop/make_vectors.mjs), proved without them.

They need neither Node nor the folder ../shared: wherever the tests run, each form is held against somebody else's.
"""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys import did_key
from keys.local_signer import LocalSigner
from proofs import bitstring_status_list, ecdsa_sd_2023, token_status_list
from proofs.sd_jwt_vc import ExpectedBinding, check_sd_jwt_vc, present
from proofs.token_status_list import TokenStatusEntry
from proofs.vc_jose import check_jwt
from schemas.problems import ProblemError
from schemas.report import Verdict
from tests.support import linked_data as ld
from tests.support.issuer_simulator import World
from tests.support.signers import key_finder
from verifier.evidence import Expected
from verifier.verification import verify

FOLDER = Path(__file__).with_name("own")
NOW = datetime(2026, 5, 31, 12, 30, tzinfo=UTC)


@cache
def read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def case(name: str, file: str = "data_integrity") -> dict[str, Any]:
    """Return a copy of a case by its name."""
    (found,) = [entry for entry in read(file)["cases"] if entry["name"] == name]
    return copy.deepcopy(found)


def signer(name: str) -> LocalSigner:
    """Return our signer of a key of the vectors."""
    entry = read("keys")["keys"][name]
    secret = bytes.fromhex(entry["secret"])
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    if entry["kind"] == "Ed25519":
        key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    else:
        curve = ec.SECP256R1() if entry["kind"] == "P-256" else ec.SECP384R1()
        key = ec.derive_private_key(int.from_bytes(secret), curve)
    return LocalSigner(key, verification_method=entry["kid"])


def asked(entry: dict[str, Any]) -> dict[str, str]:
    """Return purpose, and for a presentation what it answers."""
    if "presentation" not in entry["name"]:
        return {}
    return {"purpose": "authentication", **read("data_integrity")["audience"]}


CASES = [entry["name"] for entry in read("data_integrity")["cases"]]
EDWARDS = [
    entry["name"] for entry in read("data_integrity")["cases"] if entry["suite"].startswith(("eddsa", "Ed25519"))
]


@pytest.mark.parametrize("name", ["issuer", "holder", "p256", "p384", "holderP256"])
def test_a_key_has_the_name_that_they_give_it(name: str) -> None:
    entry = read("keys")["keys"][name]
    public = signer(name).public_key
    assert (entry["did"], entry["kid"]) == (did_key.did_for(public), did_key.verification_method_for(public))


@pytest.mark.parametrize("name", CASES)
def test_a_proof_holds(name: str) -> None:
    entry = case(name)
    (finding,) = ld.check(entry["document"], now=NOW, **asked(entry))
    assert (entry["suite"], read("keys")["keys"][entry["key"]]["did"]) == (finding.cryptosuite, finding.controller)


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_seen(name: str) -> None:
    entry = case(name)
    document, proof = entry["document"], entry["document"]["proof"]
    elsewhere = case(CASES[CASES.index(name) - 1])["document"]["proof"]["proofValue"]
    for changed in (
        document | {"id": "urn:x:y"},
        document | {"proof": proof | {"created": "2026-05-31T11:59:59Z"}},
        document | {"proof": proof | {"proofValue": elsewhere}},
    ):
        with pytest.raises(ProblemError, match="tampered"):
            ld.check(changed, now=NOW, **asked(entry))


@pytest.mark.parametrize("name", EDWARDS)
def test_we_sign_the_same_to_the_byte(name: str) -> None:
    """Ed25519 leaves nothing to chance: the same key, date and document make the same proof."""
    entry = case(name)
    unsigned = {key: value for key, value in entry["document"].items() if key != "proof"}
    made = datetime.fromisoformat(read("keys")["made"])
    ours = ld.sign(unsigned, signer(entry["key"]), entry["suite"], created=made, **asked(entry))
    assert entry["document"] == ours


@pytest.mark.parametrize("name", [name for name in CASES if name not in EDWARDS])
def test_we_sign_the_same_bytes_by_ecdsa(name: str) -> None:
    """Two signatures by ECDSA differ; each fits the document of the other."""
    entry = case(name)
    unsigned = {key: value for key, value in entry["document"].items() if key != "proof"}
    ours = ld.sign(unsigned, signer(entry["key"]), entry["suite"], created=datetime.fromisoformat(read("keys")["made"]))
    assert 1 == len(ld.check(ours))
    ours["proof"]["proofValue"] = entry["document"]["proof"]["proofValue"]
    assert entry["document"] == ours


def test_a_presentation_answers_one_question() -> None:
    entry = case("a presentation")
    for wrong, code in (({"challenge": "other"}, "challenge-wrong"), ({"domain": "https://other"}, "domain-wrong")):
        with pytest.raises(ProblemError, match=code):
            ld.check(entry["document"], now=NOW, **{**asked(entry), **wrong})


@pytest.mark.parametrize("form", read("canonical")["forms"], ids=lambda form: form["name"])
def test_a_document_has_the_canonical_form_that_they_find(form: dict[str, Any]) -> None:
    ours = ld.converter().canonical(form["document"])
    assert form["nquads"] == ours
    by_sha384 = ld.converter().canonical(form["document"], hash_name="sha384")
    assert (form["sha256"], form["sha384"]) == (
        hashlib.sha256(ours.encode()).hexdigest(),
        hashlib.sha384(by_sha384.encode()).hexdigest(),
    )


# selective disclosure


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_they_let_the_holder_show_holds_and_we_show_the_same(place: int) -> None:
    vectors = copy.deepcopy(read("ecdsa_sd"))
    theirs = vectors["derived"][place]
    pointers = theirs["selectivePointers"]
    ours = ecdsa_sd_2023.derive(vectors["base"], selective=pointers, converter=ld.converter())
    assert theirs["document"] == ours
    (finding,) = ld.check(theirs["document"], now=NOW)
    assert "ecdsa-sd-2023" == finding.cryptosuite
    for change in ({"validUntil": "2199-01-01T00:00:00Z"}, {"name": "Autre"}):
        with pytest.raises(ProblemError, match="tampered"):
            ld.check(theirs["document"] | change, now=NOW)


def test_what_is_not_chosen_is_not_shown() -> None:
    shown = [json.dumps(entry["document"], ensure_ascii=False) for entry in read("ecdsa_sd")["derived"]]
    assert [False, False, True] == ["Distinction" in text for text in shown]
    assert [False, True, False] == ["nordique" in text for text in shown]
    assert not any("Rapport" in text for text in shown)


def test_we_make_a_base_proof_that_shows_the_same_parts() -> None:
    vectors = copy.deepcopy(read("ecdsa_sd"))
    unsigned = {key: value for key, value in vectors["base"].items() if key != "proof"}
    base = ecdsa_sd_2023.add_base_proof(
        unsigned, signer=signer("p256"), created=NOW, converter=ld.converter(), mandatory=vectors["mandatoryPointers"]
    )
    for theirs in vectors["derived"]:
        ours = ecdsa_sd_2023.derive(base, selective=theirs["selectivePointers"], converter=ld.converter())
        assert {**theirs["document"], "proof": None} == {**ours, "proof": None}
        ld.check(ours, now=NOW)


# tokens

TOKENS = [entry["name"] for entry in read("tokens")["cases"]]


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_holds_and_a_change_is_seen(name: str) -> None:
    entry = case(name, "tokens")
    found = check_jwt(entry["token"], find_key=key_finder(), now=NOW)
    assert (entry["media"], entry["issuer"]) == (found.media, found.controller)
    assert (entry["media"] == "jwt_vp") != ("kid" in found.header)
    header, payload, signature = entry["token"].split(".")
    first = "B" if signature[0] == "A" else "A"
    with pytest.raises(ProblemError, match="tampered"):
        check_jwt(f"{header}.{payload}.{first}{signature[1:]}", find_key=key_finder(), now=NOW)


@pytest.mark.parametrize("name", ["a presentation as vp+jwt", "a presentation of the older model"])
def test_a_presentation_of_tokens_is_verified_with_what_it_shows(name: str) -> None:
    entry, audience = case(name, "tokens"), read("tokens")["audience"]
    world = World(now=NOW)
    for key in read("keys")["keys"].values():
        world.trust(key["did"])
    report = verify(entry["token"].encode(), world.evidence(expected=Expected(**audience)))
    assert Verdict.VERIFIED is report.verdict
    assert 1 == len(report.items)
    other = Expected(audience["challenge"], "https://other.example")
    assert "domain-wrong" == verify(entry["token"].encode(), world.evidence(expected=other)).integrity.code


# SD-JWT VC


def test_disclosures_hold_and_the_holder_answers() -> None:
    vectors = read("sd_jwt")
    audience = vectors["audience"]
    expected = ExpectedBinding(audience["domain"], audience["challenge"])
    made = datetime.fromisoformat(read("keys")["made"])
    shown = check_sd_jwt_vc(vectors["presented"], find_key=key_finder(), now=made, expected=expected)
    assert (vectors["shown"], True) == (shown.claims["terms"], shown.holder_proved)
    assert "degree" not in shown.claims
    whole = check_sd_jwt_vc(vectors["issued"], find_key=key_finder(), now=NOW)
    assert vectors["all"] == {name: whole.claims[name] for name in vectors["all"]}


def test_we_show_parts_of_what_they_issued() -> None:
    vectors = read("sd_jwt")
    holder = signer("holderP256")
    token = present(vectors["issued"], disclose=["/terms/0/**"], holder=holder, now=NOW, audience="a", nonce="n")
    found = check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, expected=ExpectedBinding("a", "n"))
    assert ([{"name": "Automne", "grade": "A"}], True) == (found.claims["terms"], found.holder_proved)
    with pytest.raises(ProblemError):
        check_sd_jwt_vc(token.replace("~", "~e30~", 1), find_key=key_finder(), now=NOW)


# status lists


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_each_entry_of_a_token_status_list_is_read(bits: int) -> None:
    vectors = read("status")
    (entry,) = [entry for entry in vectors["cases"] if entry["bits"] == bits]
    ours = [
        token_status_list.check_list(
            entry["token"],
            TokenStatusEntry(vectors["uri"], place),
            issuer=vectors["issuer"],
            find_key=key_finder(),
            now=NOW,
        )
        for place in range(len(entry["values"]))
    ]
    assert entry["values"] == ours
    with pytest.raises(ProblemError, match="status-stale"):
        token_status_list.check_list(
            entry["token"],
            TokenStatusEntry(vectors["uri"], 0),
            issuer=vectors["issuer"],
            find_key=key_finder(),
            now=NOW + timedelta(days=2),
        )


def test_a_bitstring_has_the_bits_that_they_set() -> None:
    document, wanted = case("a bitstring status list")["document"], read("data_integrity")["set_bits"]
    bits = bitstring_status_list.decode(document["credentialSubject"]["encodedList"])
    assert wanted == [index for index in range(131_072) if bits.get(index)]
    made = bitstring_status_list.Bits()
    for index in wanted:
        made.set(index, 1)
    assert bytes(bits) == bytes(made)
