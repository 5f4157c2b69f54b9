"""COSE messages under attack: whatever is changed, a message never says something else, and nothing escapes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs import cbor, cose, vc_cose
from schemas.report import Verdict
from tests.support.issuer_simulator import SimulatedIssuer, World
from verifier.verification import verify

WORLD = World()
ISSUER = WORLD.issuer()
BADGE = ISSUER.badge()
MESSAGE = vc_cose.sign_credential(BADGE, signer=ISSUER.jose_signer)
EVIDENCE = WORLD.evidence()


def code(raw: bytes) -> str:
    """Return what is wrong with a message; it must not verify."""
    report = verify(raw, EVIDENCE)
    assert Verdict.VERIFIED is not report.verdict
    return next(check.problem.code for check in report.checks if check.problem)


def test_the_message_that_is_attacked_below_is_good() -> None:
    assert Verdict.VERIFIED is verify(MESSAGE, EVIDENCE).verdict
    assert Verdict.VERIFIED is verify(MESSAGE[1:], EVIDENCE).verdict, "the tag may be left out"


def test_every_byte_counts() -> None:
    """C06, C07: no byte can be exchanged, left out or doubled."""
    for at in range(len(MESSAGE)):
        code(MESSAGE[:at] + bytes([MESSAGE[at] ^ 0x01]) + MESSAGE[at + 1 :])
        if at:
            code(MESSAGE[:at] + MESSAGE[at + 1 :])
        code(MESSAGE[:at] + MESSAGE[at : at + 1] + MESSAGE[at:])


def test_no_length_but_the_whole_is_a_message() -> None:
    for length in range(len(MESSAGE)):
        code(MESSAGE[:length])


BOMBS = {
    "arrays in arrays": b"\xd2" + b"\x81" * 100_000,
    "tags in tags": b"\xd2" * 100_000,
    "maps in maps": b"\x84" + b"\xa1\x00" * 100_000,
    "an array of more items than there are bytes": b"\xd2\x84\x9b" + b"\xff" * 8,
    "bytes of more bytes than there are": b"\xd2\x84\x5b" + b"\xff" * 8,
    "a map of more pairs than there are bytes": b"\xd2\x84\xbb" + b"\xff" * 8,
    "a list without an end": b"\xd2\x9f" + b"\x00" * 100_000,
    "many empty headers": b"\xd2\x84\x40\xb9\xff\xff" + b"\x00" * 131_070 + b"\x40\x40",
    "a megabyte of nothing": b"\xd2\x84" + b"\x00" * 1_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str) -> None:
    """A19, A26, as for JSON."""
    assert code(BOMBS[name]) in {"not-parsable", "too-large"}


def signed_with(headers: bytes, by: SimulatedIssuer, payload: bytes) -> bytes:
    signature = by.jose_signer.sign(cbor.encode(["Signature1", headers, b"", payload]))
    return cbor.encode_tagged(18, [headers, {}, payload, signature])


def test_what_the_issuer_signed_for_another_use_is_not_taken_for_a_credential() -> None:
    """C08, C09: the twin has the type of a credential."""
    parts = cose.parse(MESSAGE)
    headers = dict(parts.protected)
    assert Verdict.VERIFIED is verify(signed_with(cbor.encode(headers), ISSUER, parts.payload), EVIDENCE).verdict
    for typ in ("application/cwt", "application/vp+cose", "application/vc+jwt", "application/statuslist+cwt"):
        raw = signed_with(cbor.encode({**headers, cose.TYPE: typ}), ISSUER, parts.payload)
        assert code(raw) == "not-parsable"


def test_a_signature_with_data_from_outside_is_not_ours() -> None:
    """RFC 9052 section 4.3: a message signed together with something that is not in it."""
    headers = cbor.encode(dict(cose.parse(MESSAGE).protected))
    payload = cose.parse(MESSAGE).payload
    signature = ISSUER.jose_signer.sign(cbor.encode(["Signature1", headers, b"outside", payload]))
    assert "tampered" == code(cbor.encode_tagged(18, [headers, {}, payload, signature]))
    for context in ("Signature", "CounterSignature", "MAC0"):
        other = ISSUER.jose_signer.sign(cbor.encode([context, headers, b"", payload]))
        assert "tampered" == code(cbor.encode_tagged(18, [headers, {}, payload, other]))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"\xd2\x84", b"\x84", b"\xd2"]), st.binary(max_size=200))
def test_garbage_that_begins_as_a_message_ends_in_a_report(head: bytes, rest: bytes) -> None:
    report = verify(head + rest, EVIDENCE)
    assert "internal" not in {check.problem.code for check in report.checks if check.problem}
    assert Verdict.VERIFIED is not report.verdict
