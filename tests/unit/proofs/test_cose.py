"""COSE_Sign1: what is signed comes back, anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest

from keys.jwk import jwk_to_public_key
from keys.store import Algorithm
from proofs import cbor, cose
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support.signers import private_key, signer

# The example of one signer that RFC 9052 prints in appendix C.2.1, and its key of appendix C.7.1 ("11").
RFC_MESSAGE = (
    "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4"
    "d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
)
RFC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8",
    "y": "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4",
}


def made(
    protected: Any = ...,
    unprotected: Any = ...,
    payload: Any = b"payload",
    signature: Any = ...,
    by: Algorithm = Algorithm.ES256,
) -> bytes:
    """Return a message of any parts, signed as an attacker or a careless issuer signs it."""
    headers = {cose.ALGORITHM: -7} if protected is ... else protected
    raw = headers if isinstance(headers, bytes) else cbor.encode(headers)
    signed = cbor.encode(["Signature1", raw, b"", payload if isinstance(payload, bytes) else b""])
    parts = [
        raw,
        {} if unprotected is ... else unprotected,
        payload,
        signer(by).sign(signed) if signature is ... else signature,
    ]
    return cbor.encode_tagged(18, parts)


def code(raw: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        cose.parse(raw, limits=limits or Limits())
    return caught.value.problem.code


def test_the_message_printed_in_the_rfc_verifies() -> None:
    parts = cose.parse(bytes.fromhex(RFC_MESSAGE))
    cose.verify(parts, jwk_to_public_key(RFC_KEY))
    assert (b"This is the content.", "ES256", {4: b"11"}) == (parts.payload, parts.algorithm, parts.unprotected)
    other = cose.Sign1(parts.protected, {}, parts.payload, parts.signing_input + b"A", parts.signature)
    with pytest.raises(ProblemError, match="tampered"):
        cose.verify(other, jwk_to_public_key(RFC_KEY))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_what_a_signer_signs_verifies_under_its_key_alone(algorithm: Algorithm) -> None:
    by = signer(algorithm)
    parts = cose.parse(cose.sign({cose.KEY_ID: b"k"}, b"payload", signer=by))
    cose.verify(parts, by.public_key)
    assert (algorithm.value, b"payload", b"k") == (parts.algorithm, parts.payload, parts.protected[cose.KEY_ID])
    for other in Algorithm:
        with pytest.raises(ProblemError, match="tampered"):
            cose.verify(parts, private_key(other, "attacker").public_key())


@pytest.mark.parametrize(
    ("label", "algorithm"),
    [(-9, Algorithm.ES256), (-51, Algorithm.ES384), (-52, Algorithm.ES512), (-19, Algorithm.EDDSA)],
)
def test_the_newer_names_of_the_algorithms_are_read(label: int, algorithm: Algorithm) -> None:
    """RFC 9864."""
    cose.verify(cose.parse(made({cose.ALGORITHM: label}, by=algorithm)), signer(algorithm).public_key)


def test_the_tag_may_be_left_out() -> None:
    tagged = made()
    assert cose.parse(tagged) == cose.parse(tagged[1:])
    assert cose.looks_like(tagged)
    assert cose.looks_like(tagged[1:])
    assert not cose.looks_like(b"{}")
    assert not cose.looks_like(b"")


def test_any_change_of_a_byte_is_refused() -> None:
    by = signer()
    whole = cose.sign({cose.KEY_ID: b"key", cose.TYPE: "application/vc+cose"}, b'{"a":1}', signer=by)
    for at in range(len(whole)):
        for changed in (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole[:at]):
            with pytest.raises(ProblemError):
                cose.verify(cose.parse(changed), by.public_key)


def test_critical_labels_that_are_understood_are_read() -> None:
    headers = {cose.ALGORITHM: -7, cose.CRITICAL: [cose.TYPE], cose.TYPE: "application/vc+cose"}
    cose.verify(cose.parse(made(headers)), signer().public_key)


def test_headers_that_are_not_understood_are_ignored() -> None:
    headers = {cose.ALGORITHM: -7, 99: [1, "x"], "mine": b"y"}
    cose.verify(cose.parse(made(headers, {-70000: "z"})), signer().public_key)


REFUSED = {
    "nothing": b"",
    "no CBOR": b"\xd2\x84\xff",
    "something after the end": made() + b"\0",
    "another tag": b"\xd8\x62" + made()[1:],
    "a tag twice": b"\xd2" + made(),
    "three parts": cbor.encode_tagged(18, [b"", {}, b""]),
    "five parts": cbor.encode_tagged(18, [b"", {}, b"", b"", b""]),
    "an array of indefinite length": b"\xd2\x9f" + made()[2:] + b"\xff",
    "a map and no array": cbor.encode_tagged(18, {1: 2}),
    "a payload kept elsewhere": made().replace(cbor.encode(b"payload"), b"\xf6"),
    "a payload that is a text": made(payload="payload"),
    "a signature that is a text": made(signature="x"),
    "protected headers as a map": cbor.encode_tagged(18, [{1: -7}, {}, b"", b""]),
    "protected headers that are no map": made(cbor.encode([1])),
    "protected headers that are no CBOR": made(b"\xff"),
    "something after the protected headers": made(cbor.encode({1: -7}) + b"\0"),
    "unprotected headers that are no map": made(unprotected=[]),
    "no headers": made(b""),
    "no algorithm": made({4: b"k"}),
    "an algorithm that is not protected": made({4: b"k"}, {1: -7}),
    "an algorithm in both": made({1: -7}, {1: -7}),
    "a label twice in a map": made(bytes.fromhex("a20126") + bytes.fromhex("0126")),
    "a label in both maps": made({1: -7, 4: b"k"}, {4: b"l"}),
    "an algorithm that is bytes": made({1: b"-7"}),
    "an algorithm that is a truth value": made(bytes.fromhex("a101f5")),
    "several algorithms": made({1: [-7]}),
    "a critical label that is not understood": made({1: -7, 2: [99], 99: 1}),
    "a critical label that is not there": made({1: -7, 2: [16]}),
    "a critical label that is a truth value": made(bytes.fromhex("a201260281f5")),
    "no critical labels": made({1: -7, 2: []}),
    "critical labels that are no list": made({1: -7, 2: 16, 16: "x"}),
    "critical labels that are not protected": made({1: -7}, {2: [16], 16: "x"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_strict_message_is_refused(case: str) -> None:
    assert "not-parsable" == code(REFUSED[case])


@pytest.mark.parametrize("label", [4, 5, 6, 7, 14, 15, 25, 26])
def test_a_message_that_nobody_signed_is_refused(label: int) -> None:
    """C02, as for tokens: a MAC is nobody's signature."""
    assert "tampered" == code(made({1: label}))


@pytest.mark.parametrize("label", [0, -37, -47, -260, "ES256", "none"])
def test_an_algorithm_not_verified_here_is_said_to_be_unsupported(label: int | str) -> None:
    assert "suite-unsupported" == code(made({1: label}))


def test_a_message_is_bounded() -> None:
    few = Limits(jose_segment_bytes=100)
    cose.parse(made(payload=b"x" * 100), limits=few)
    assert "too-large" == code(made(payload=b"x" * 101), few)
    assert "too-large" == code(b"\xd2" * 201, few)
