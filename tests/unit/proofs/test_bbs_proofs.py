"""bbs-2023: what may be shown, what may not be changed, and that it must be switched on."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.bls_keys import LIBRARY
from keys.multibase import encode_multibase
from proofs import bbs_2023, experimental
from proofs.bbs_signer import BBSSigner
from proofs.cryptosuite import FaultySignatureError, Securing, UnsuitableKeyError
from proofs.integrity import CRYPTOSUITES
from schemas.limits import DEFAULT
from schemas.problems import ProblemError
from tests.support import bbs
from tests.support import linked_data as ld


@cache
def _signed() -> dict[str, Any]:
    return bbs.base()


@cache
def _derived() -> dict[str, Any]:
    return bbs.shown(_signed(), "/credentialSubject/result", presentation_header=b"asked")


def signed() -> dict[str, Any]:
    return copy.deepcopy(_signed())


def derived() -> dict[str, Any]:
    return copy.deepcopy(_derived())


def test_the_whole_document_may_be_shown() -> None:
    everything = bbs.shown(signed(), "")
    assert {**signed(), "proof": None} == {**everything, "proof": None}
    (finding,) = bbs.check(everything)
    assert ("bbs-2023", bbs.issuer(), None) == (finding.cryptosuite, finding.controller, finding.created)


def test_only_the_mandatory_part_may_be_shown() -> None:
    least = bbs.shown(signed())
    assert {"@context", "id", "type", "proof", "issuer", "validFrom", "credentialStatus"} == least.keys()
    assert 1 == len(bbs.check(least))


def test_everything_may_be_mandatory() -> None:
    """Then no message is left to hide, and the signature is over the header alone."""
    everything = bbs.shown(bbs.base(mandatory=[""]))
    assert 272 == len(bbs.parts(everything)[0])
    assert 1 == len(bbs.check(everything))


def test_no_statement_need_be_mandatory() -> None:
    base = bbs.base(mandatory=[])
    assert 1 == len(bbs.check(bbs.shown(base, "/credentialSubject/result/1")))
    with pytest.raises(ProblemError, match="nothing would be shown"):
        bbs.shown(base)


def test_when_it_was_signed_is_told_only_if_asked_for() -> None:
    assert "created" not in derived()["proof"]
    made = bbs.shown(bbs.base(created=ld.NOW), "/name")
    assert ld.NOW == bbs.check(made)[0].created
    made["proof"]["created"] = "2026-05-31T12:00:01Z"
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(made)


def test_what_is_hidden_is_nowhere_in_what_is_shown() -> None:
    text = repr(derived()) + repr(bbs.parts(derived()))
    assert "Distinction" in text
    for hidden in ("Ève", "Schefferville", "achievement"):
        assert hidden in repr(signed())
        assert hidden not in text


def test_two_derived_proofs_have_nothing_of_the_signature_in_common() -> None:
    ours, again, base = (
        bbs.parts(one) for one in (derived(), bbs.shown(signed(), "/credentialSubject/result"), signed())
    )
    pieces = [{made[at : at + 16] for at in range(len(made) - 15)} for made in (ours[0], again[0], base[0])]
    assert pieces[0].isdisjoint(pieces[1] | pieces[2])
    assert pieces[1].isdisjoint(pieces[2])
    assert ours[1] == again[1], "names are the numbers of the signed document: they are equal when the same is shown"


def test_two_base_proofs_share_no_hmac_key() -> None:
    assert bbs.parts(signed())[3] != bbs.parts(bbs.base())[3]


POINTERS = ["issuer", "/nothing", "/issuer/name/x", "/evidence/2", "/evidence/01"]


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_pointer_that_selects_nothing_is_refused(pointer: str) -> None:
    with pytest.raises(ProblemError, match="malformed"):
        bbs.shown(signed(), pointer)
    with pytest.raises(ProblemError, match="malformed"):
        bbs.base(mandatory=[pointer])


def _flip(octets: bytes, at: int) -> bytes:
    changed = bytearray(octets)
    changed[at] ^= 1
    return bytes(changed)


DERIVED: dict[str, Callable[[list[Any]], Any]] = {
    **{
        f"one bit of the proof at {at}": lambda p, at=at: p.__setitem__(0, _flip(p[0], at))
        for at in (0, 47, 95, 143, 175, 207, 239, 271, -33, -1)
    },
    "a proof too short for points": lambda p: p.__setitem__(0, p[0][:143]),
    "a proof of an odd length": lambda p: p.__setitem__(0, p[0] + b"\0"),
    "an empty proof": lambda p: p.__setitem__(0, b""),
    "a proof that is a text": lambda p: p.__setitem__(0, "proof"),
    "a hidden statement less": lambda p: p.__setitem__(0, p[0][:-64] + p[0][-32:]),
    "a hidden statement more": lambda p: p.__setitem__(0, p[0] + p[0][-32:]),
    "the identity for a point": lambda p: p.__setitem__(0, b"\xc0" + bytes(47) + p[0][48:]),
    "a name less": lambda p: p[1].__delitem__(0),
    "a name more": lambda p: p[1].__setitem__(99, 99),
    "names traded": lambda p: p[1].update({0: p[1][1], 1: p[1][0]}),
    "one name for two": lambda p: p[1].update({0: p[1][1]}),
    "another name": lambda p: p[1].__setitem__(0, 77),
    "a name that is bytes": lambda p: p[1].__setitem__(0, b"b0"),
    "no names": lambda p: p.__setitem__(1, []),
    "a mandatory number less": lambda p: p[2].__delitem__(-1),
    "a mandatory number beyond": lambda p: p[2].append(10_000),
    "a mandatory number twice": lambda p: p[2].insert(0, p[2][0]),
    "mandatory numbers in another order": lambda p: p[2].reverse(),
    "mandatory numbers that are none": lambda p: p.__setitem__(2, b""),
    "no statement mandatory": lambda p: p.__setitem__(2, []),
    "a selected number less": lambda p: p[3].__delitem__(-1),
    "a selected number more": lambda p: p[3].append(p[3][-1] + 1),
    "a selected number beyond": lambda p: p[3].__setitem__(-1, 10_000),
    "a selected number twice": lambda p: p[3].__setitem__(1, p[3][0]),
    "selected numbers in another order": lambda p: p[3].reverse(),
    "another selected number": lambda p: p[3].__setitem__(-1, p[3][-1] + 1),
    "a selected number that is a text": lambda p: p[3].__setitem__(0, "1"),
    "another presentation header": lambda p: p.__setitem__(4, b"anything"),
    "no presentation header": lambda p: p.__setitem__(4, b""),
    "a presentation header that is a text": lambda p: p.__setitem__(4, "asked"),
    "four parts": lambda p: p[:4],
    "six parts": lambda p: p.append(b""),
    "no list": lambda _: 7,
}


@pytest.mark.parametrize("case", DERIVED)
def test_a_derived_proof_that_was_changed_is_refused(case: str) -> None:
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(bbs.with_parts(derived(), DERIVED[case], bbs.DERIVED))


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a mandatory value": lambda d: d["issuer"].update(name="Autre"),
    "the issuer": lambda d: d["issuer"].update(id="did:web:other.example"),
    "a chosen value": lambda d: d["credentialSubject"]["result"][0].update(value="A"),
    "a chosen item left out": lambda d: d["credentialSubject"]["result"].pop(),
    "a statement added": lambda d: d.update(validUntil="2036-05-31T12:00:00Z"),
    "a hidden statement added back": lambda d: d.update(name=_signed()["name"]),
    "the purpose": lambda d: d["proof"].update(proofPurpose="authentication"),
    "a date in the proof": lambda d: d["proof"].update(created="2026-05-31T11:59:59Z"),
    "a value of its own": lambda d: d["proof"].update(nonce="x"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_document_that_was_changed_is_refused(case: str) -> None:
    altered = derived()
    CHANGES[case](altered)
    with pytest.raises(ProblemError, match=r"tampered|purpose-wrong"):
        bbs.check(altered)


def test_a_proof_of_another_disclosure_or_document_does_not_fit() -> None:
    other = bbs.shown(signed(), "/credentialSubject/result/0")
    again = bbs.shown(bbs.base(), "/credentialSubject/result", presentation_header=b"asked")
    assert 1 == len(bbs.check(again))
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check({**derived(), "proof": other["proof"]})


@pytest.mark.parametrize("prefix", [bbs.BASE, b"\xd9\x5d\x01", b"\xd9\x5d\x04", b"\xd9\x5e\x03", b""])
def test_another_kind_of_value_is_no_derived_proof(prefix: bytes) -> None:
    """threats.md B17: a base proof, and those of ecdsa-sd-2023, are for something else."""
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(bbs.with_parts(derived(), lambda _: None, prefix))


def test_a_base_proof_does_not_verify_and_a_derived_one_is_not_derived_from() -> None:
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(signed())
    with pytest.raises(ProblemError, match="malformed"):
        bbs.shown(derived(), "/credentialSubject")


@pytest.mark.parametrize("feature", [5, 7, 9])
def test_optional_features_are_unsupported_rather_than_wrong(feature: int) -> None:
    with pytest.raises(ProblemError, match="suite-unsupported"):
        bbs.check(bbs.with_parts(derived(), lambda _: None, bytes([0xD9, 0x5D, feature])))


def test_values_in_another_encoding_are_refused() -> None:
    value = derived()["proof"]["proofValue"]
    for other in ("z" + value[1:], value[:-3], value + "A", "u" + "A" * 300_000, "u"):
        altered = derived()
        altered["proof"]["proofValue"] = other
        with pytest.raises(ProblemError, match="tampered"):
            bbs.check(altered)


def test_statements_are_counted_before_anything_is_computed() -> None:
    limits = replace(DEFAULT, bbs_messages=5)
    with pytest.raises(ProblemError, match="too-complex"):
        bbs.check(derived(), limits=limits)
    with pytest.raises(ProblemError, match="too-complex"):
        bbs.base(limits=limits)
    with pytest.raises(ProblemError, match="too-complex"):
        bbs.shown(signed(), "/name", limits=limits)
    many = bbs.with_parts(derived(), lambda p: p.__setitem__(0, bytes(272 + 1_024 * 32)), bbs.DERIVED)
    with pytest.raises(ProblemError, match="too-complex"):
        bbs.check(many)


BASE: dict[str, Callable[[list[Any]], Any]] = {
    "a short signature": lambda p: p.__setitem__(0, p[0][:79]),
    "a signature that is no point": lambda p: p.__setitem__(0, bytes(80)),
    "another signature": lambda p: p.__setitem__(0, _flip(p[0], -1)),
    "a short header": lambda p: p.__setitem__(1, p[1][:63]),
    "another header": lambda p: p.__setitem__(1, _flip(p[1], 0)),
    "a short key": lambda p: p.__setitem__(2, p[2][:95]),
    "a key that is none": lambda p: p.__setitem__(2, bytes(96)),
    "the identity for a key": lambda p: p.__setitem__(2, b"\xc0" + bytes(95)),
    "the key of somebody else": lambda p: p.__setitem__(2, BBSSigner(7).public_key.raw),
    "a short HMAC key": lambda p: p.__setitem__(3, bytes(31)),
    "another HMAC key": lambda p: p.__setitem__(3, bytes(32)),
    "an HMAC key that is a text": lambda p: p.__setitem__(3, "x" * 32),
    "a pointer that is a number": lambda p: p[4].append(7),
    "a pointer less": lambda p: p[4].__delitem__(0),
    "pointers that are a text": lambda p: p.__setitem__(4, "/issuer"),
    "four parts": lambda p: p[:4],
    "no list": lambda _: 7,
}


@pytest.mark.parametrize("case", BASE)
def test_a_base_proof_that_was_changed_is_not_derived_from(case: str) -> None:
    with pytest.raises(ProblemError, match="malformed"):
        bbs.shown(bbs.with_parts(signed(), BASE[case], bbs.BASE), "/credentialSubject")


def test_a_document_that_is_not_what_was_signed_is_not_derived_from() -> None:
    altered = signed()
    altered["issuer"]["name"] = "Autre"
    with pytest.raises(ProblemError, match="malformed"):
        bbs.shown(altered, "/credentialSubject")


def test_only_a_base_proof_of_this_suite_is_derived_from() -> None:
    proof = signed()["proof"]
    for other in (None, [proof] * 2, {**proof, "cryptosuite": "ecdsa-sd-2023"}, {**proof, "proofValue": 7}):
        with pytest.raises(ProblemError, match="malformed"):
            bbs.shown({**signed(), "proof": other}, "/credentialSubject")


def test_only_a_bls_key_is_used() -> None:
    altered = derived()
    altered["proof"]["verificationMethod"] = ld.ed25519_signer().verification_method
    with pytest.raises(ProblemError, match="BLS12-381 only"):
        bbs.check(altered)
    altered["proof"]["verificationMethod"] = BBSSigner(7).verification_method
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(altered)
    securing = Securing(signed(), ld.converter(), DEFAULT)
    with pytest.raises(UnsuitableKeyError):
        bbs_2023.SUITE.create(securing, {}, ld.ed25519_signer())


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-sd-2023", "ecdsa-jcs-2019"])
def test_a_bls_key_serves_no_other_suite(suite: str) -> None:
    altered = derived()
    altered["proof"] |= {"cryptosuite": suite, "proofValue": encode_multibase(bytes(64))}
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(altered)


def test_a_faulty_signature_is_not_let_go() -> None:
    """threats.md B26."""

    class Faulty(BBSSigner):
        def sign_messages(self, header: bytes, messages: list[bytes]) -> bytes:
            return super().sign_messages(header + b"x", messages)

    with pytest.raises(FaultySignatureError):
        bbs.base(signer=Faulty(7))


def test_it_is_off_unless_it_is_switched_on() -> None:
    assert CRYPTOSUITES is experimental.allowed([])
    assert "bbs-2023" not in CRYPTOSUITES
    for document in (signed(), derived()):
        with pytest.raises(ProblemError, match="suite-unsupported"):
            ld.check(document)
    assert 1 == len(bbs.check(derived()))


def test_without_its_library_it_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    document = derived()
    monkeypatch.setitem(sys.modules, LIBRARY, None)
    assert not experimental.is_available("bbs-2023")
    assert CRYPTOSUITES is experimental.allowed(["bbs-2023"])
    with pytest.raises(ProblemError, match="suite-unsupported"):
        bbs.check(document)


def test_there_is_no_other_experiment() -> None:
    assert experimental.is_available("bbs-2023")
    assert not experimental.is_available("ecdsa-sd-2023")


def test_derive_finds_the_suite_that_is_switched_on() -> None:
    ask = {"selective": ["/name"], "converter": ld.converter()}
    assert 1 == len(bbs.check(experimental.derive(signed(), suites=bbs.suites(), **ask)))
    with pytest.raises(ProblemError, match="malformed"):
        experimental.derive(signed(), **ask)
    with pytest.raises(ProblemError, match="malformed"):
        experimental.derive({**signed(), "proof": None}, suites=bbs.suites(), **ask)


JUNK = st.recursive(
    st.integers(0, 2**64 - 1) | st.binary(max_size=400) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.integers(0, 30), inner, max_size=6),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4), JUNK)
def test_whatever_stands_in_a_part_is_answered_with_a_problem(place: int, junk: Any) -> None:
    """Never with an error 500."""
    for document, prefix, act in ((derived(), bbs.DERIVED, bbs.check), (signed(), bbs.BASE, bbs.shown)):
        altered = bbs.with_parts(document, lambda parts: parts.__setitem__(place, junk), prefix)
        with pytest.raises(ProblemError):
            act(altered)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=900))
def test_whatever_bytes_a_value_is_are_answered_with_a_problem(raw: bytes) -> None:
    for document, act in ((derived(), bbs.check), (signed(), bbs.shown)):
        document["proof"]["proofValue"] = encode_multibase(raw, base="u")
        with pytest.raises(ProblemError):
            act(document)
