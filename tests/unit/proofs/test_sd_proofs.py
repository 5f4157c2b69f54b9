"""ecdsa-sd-2023: what may be shown, what may not be changed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from keys.local_signer import LocalSigner
from keys.multibase import decode_multibase, encode_multibase
from proofs import cbor
from proofs.cryptosuite import FaultySignatureError, UnsuitableKeyError
from proofs.ecdsa_sd_2023 import add_base_proof, derive
from schemas.problems import ProblemError
from tests.support import linked_data as ld

MANDATORY = ("/issuer", "/validFrom", "/credentialStatus")


def base(signer: Any = None, mandatory: Any = MANDATORY, document: Any = None) -> dict[str, Any]:
    signer = signer or ld.ecdsa_signer()
    return add_base_proof(
        document or ld.full_badge(ld.controller(signer)),
        signer=signer,
        created=ld.NOW,
        converter=ld.converter(),
        mandatory=mandatory,
    )


def shown(document: dict[str, Any], *selective: str) -> dict[str, Any]:
    return derive(document, selective=selective, converter=ld.converter())


def test_the_whole_document_may_be_shown() -> None:
    signed = base()
    everything = shown(signed, "")
    assert {**signed, "proof": None} == {**everything, "proof": None}
    assert 1 == len(ld.check(everything))


def test_only_the_mandatory_part_may_be_shown() -> None:
    derived = shown(base())
    assert {"@context", "id", "type", "proof", "issuer", "validFrom", "credentialStatus"} == derived.keys()
    assert 1 == len(ld.check(derived))


def test_no_statement_need_be_mandatory() -> None:
    signer = ld.ecdsa_signer()
    signed = ld.sign(ld.full_badge(ld.controller(signer)), signer, "ecdsa-sd-2023")
    assert 1 == len(ld.check(shown(signed, "/credentialSubject/result/1")))
    with pytest.raises(ProblemError, match="malformed"):
        shown(signed)


def test_one_course_of_a_transcript_may_be_shown() -> None:
    signer, issuer_key = ld.ecdsa_signer(), ld.ed25519_signer()
    children = []
    for number in range(3):
        child = ld.badge(ld.controller(issuer_key), id=f"urn:x:child:{number}")
        child["credentialSubject"] = {
            "id": "urn:x:learner",
            "type": ["AchievementSubject"],
            "achievement": {"id": f"urn:x:course:{number}", "type": ["Achievement"], "name": f"GEO {number}"},
        }
        del child["credentialStatus"]
        children.append(ld.sign(child, issuer_key))
    clr = ld.badge(ld.controller(signer), type=["VerifiableCredential", "ClrCredential"])
    clr |= {
        "@context": [ld.V2, ld.OPEN_BADGES, ld.CLR],
        "credentialSubject": {"id": "urn:x:learner", "type": ["ClrSubject"], "verifiableCredential": children},
    }
    derived = shown(base(signer, document=clr), "/credentialSubject/verifiableCredential/1")
    assert [children[1]] == derived["credentialSubject"]["verifiableCredential"]
    assert 1 == len(ld.check(derived))
    assert 1 == len(ld.check(children[1]))


POINTERS = [
    "issuer",
    "/nothing",
    "/issuer/name/x",
    "/evidence/2",
    "/evidence/01",
    "/evidence/-",
    "/evidence/99999999999",
    "/evidence/\u0661",
    "/evidence/0/",
]


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_pointer_that_selects_nothing_is_refused(pointer: str) -> None:
    with pytest.raises(ProblemError, match="malformed"):
        shown(base(), pointer)


def test_a_key_with_special_characters_is_found() -> None:
    document = {
        "@context": [ld.V2, ld.EXAMPLES],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:x.example",
        "credentialSubject": {"a/b~c": "x", "d": "y"},
    }
    derived = shown(base(mandatory=[], document=document), "/credentialSubject/a~1b~0c")
    assert {"a/b~c": "x"} == derived["credentialSubject"]
    assert 1 == len(ld.check(derived))


@pytest.mark.parametrize("pointer", ["/credentialSubject/~2", "/credentialSubject/~", "credentialSubject", "#/issuer"])
def test_a_pointer_that_is_none_is_refused(pointer: str) -> None:
    """RFC 6901, section 3: a tilde stands before 0 or 1, and a pointer begins with a slash."""
    subject = {"~2": "x", "~": "y"}
    document = {"@context": [ld.V2, ld.EXAMPLES], "type": ["VerifiableCredential"], "credentialSubject": subject}
    signed = base(mandatory=[], document=document | {"issuer": "did:web:x.example"})
    assert shown(signed, "/credentialSubject/~02", "/credentialSubject/~0")["credentialSubject"] == subject
    with pytest.raises(ProblemError, match="not a JSON pointer"):
        shown(signed, pointer)


def test_an_ordered_list_is_shown_whole_or_not_at_all() -> None:
    document = ld.full_badge("did:web:x.example")
    document["credentialSubject"]["achievement"]["resultDescription"][0]["allowedValue"] = ["A", "B", "C"]
    signed = base(document=document)
    place = "/credentialSubject/achievement/resultDescription/0/allowedValue"
    assert 1 == len(ld.check(shown(signed, place)))
    with pytest.raises(ProblemError, match="ordered list"):
        shown(signed, f"{place}/1")


def _with(proof: dict[str, Any], change: Callable[[list[Any]], Any], prefix: bytes) -> dict[str, Any]:
    raw = decode_multibase(proof["proofValue"], max_chars=100_000, bases="u")
    parts = cbor.decode(raw[3:])
    answer = change(parts)
    value = cbor.encode(parts if answer is None else answer)
    return {**proof, "proofValue": encode_multibase(prefix + value, base="u")}


DERIVED: dict[str, Callable[[list[Any]], Any]] = {
    "another signature of the issuer": lambda p: p.__setitem__(0, bytes(64)),
    "a short signature": lambda p: p.__setitem__(0, bytes(63)),
    "another key": lambda p: p.__setitem__(1, b"\x80\x24\x02" + bytes(31) + b"\x05"),
    "a key that is none": lambda p: p.__setitem__(1, b"\x80\x24\x05" + bytes(32)),
    "a short key": lambda p: p.__setitem__(1, b"\x80\x24"),
    "a key of another kind": lambda p: p.__setitem__(1, bytes(35)),
    "no list of signatures": lambda p: p.__setitem__(2, b""),
    "a signature less": lambda p: p[2].__delitem__(-1),
    "a signature more": lambda p: p[2].append(p[2][0]),
    "signatures in another order": lambda p: p[2].reverse(),
    "a name less": lambda p: p[3].__delitem__(0),
    "a name more": lambda p: p[3].__setitem__(99, bytes(32)),
    "a short name": lambda p: p[3].__setitem__(0, bytes(31)),
    "names traded": lambda p: p[3].update({0: p[3][1], 1: p[3][0]}),
    "one name for two": lambda p: p[3].update({0: p[3][1]}),
    "no names": lambda p: p.__setitem__(3, []),
    "a number beyond the statements": lambda p: p[4].__setitem__(0, 10_000),
    "a number less": lambda p: p[4].__delitem__(-1),
    "a number twice": lambda p: p[4].append(p[4][0]),
    "a number that is a text": lambda p: p[4].append("1"),
    "numbers as bytes": lambda p: p.__setitem__(4, bytes(p[4])),
    "numbers as the keys of a map": lambda p: p.__setitem__(4, dict.fromkeys(p[4], 0)),
    "numbers as one number": lambda p: p.__setitem__(4, 7),
    "four parts": lambda p: p[:4],
    "no list": lambda _: 7,
}


@pytest.mark.parametrize("case", DERIVED)
def test_a_derived_proof_that_was_changed_is_refused(case: str) -> None:
    derived = shown(base(), "/credentialSubject/result")
    derived["proof"] = _with(derived["proof"], DERIVED[case], b"\xd9\x5d\x01")
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(derived)


def test_a_base_proof_does_not_verify() -> None:
    """threats.md B17."""
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(base())


def test_a_hidden_statement_cannot_be_added_back_changed() -> None:
    signed = base()
    derived = shown(signed, "/credentialSubject/result/0")
    derived["credentialSubject"]["result"].append(copy.deepcopy(signed["credentialSubject"]["result"][1]))
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(derived)


BASE: dict[str, Callable[[list[Any]], Any]] = {
    "a short HMAC key": lambda p: p.__setitem__(2, bytes(31)),
    "an HMAC key that is a text": lambda p: p.__setitem__(2, "k" * 32),
    "an HMAC key that is a list": lambda p: p.__setitem__(2, [7] * 32),
    "a public key that is a text": lambda p: p.__setitem__(1, "k" * 35),
    "a pointer that is a number": lambda p: p[4].append(7),
    "pointers as one text": lambda p: p.__setitem__(4, ""),
    "pointers as bytes": lambda p: p.__setitem__(4, b""),
    "pointers as the keys of a map": lambda p: p.__setitem__(4, {}),
    "a signature less": lambda p: p[3].__delitem__(-1),
    "a short signature": lambda p: p[3].__setitem__(0, b""),
    "no list": lambda _: 7,
}


@pytest.mark.parametrize("case", BASE)
def test_a_base_proof_that_was_changed_is_not_derived_from(case: str) -> None:
    signed = base()
    signed["proof"] = _with(signed["proof"], BASE[case], b"\xd9\x5d\x00")
    with pytest.raises(ProblemError, match="malformed"):
        shown(signed, "/credentialSubject")


def test_only_a_base_proof_of_this_suite_is_derived_from() -> None:
    signed = base()
    for proof in (
        None,
        [],
        [signed["proof"]] * 2,
        {**signed["proof"], "cryptosuite": "x"},
        {**signed["proof"], "proofValue": 7},
    ):
        with pytest.raises(ProblemError, match="malformed"):
            shown({**signed, "proof": proof}, "/credentialSubject")
    with pytest.raises(ProblemError, match="malformed"):
        shown(shown(signed, "/credentialSubject"), "/credentialSubject")


def test_a_base_proof_may_stand_in_a_list_of_one() -> None:
    """Data Integrity, section 2.1: `proof` is an object or a set of objects."""
    signed = base()
    derived = shown(signed | {"proof": [signed["proof"]]}, "/credentialSubject")
    assert isinstance(derived["proof"], dict)
    assert 1 == len(ld.check(derived))
    assert 1 == len(ld.check(derived | {"proof": [derived["proof"]]}))


def test_only_p256_signs() -> None:
    with pytest.raises(UnsuitableKeyError):
        base(ld.ed25519_signer())
    derived = shown(base())
    other = ld.ed25519_signer()
    derived["proof"]["verificationMethod"] = other.verification_method
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(derived)


def test_a_faulty_signature_is_not_let_go() -> None:
    """threats.md B26."""

    class Faulty(LocalSigner):
        def sign(self, data: bytes) -> bytes:
            return super().sign(data + b"x")

    signer = ld.ecdsa_signer()
    with pytest.raises(FaultySignatureError):
        base(Faulty(signer._key, verification_method=signer.verification_method))


def test_two_base_proofs_share_nothing() -> None:
    """Names and keys are fresh for each document."""
    signer = ld.ecdsa_signer()
    one, two = (decode_multibase(base(signer)["proof"]["proofValue"], max_chars=100_000) for _ in range(2))
    first, second = cbor.decode(one[3:]), cbor.decode(two[3:])
    assert first[1] != second[1]
    assert first[2] != second[2]
