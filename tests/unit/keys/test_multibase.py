"""Base58, base64url and Multikey: canonical, bounded, and deaf to weak keys."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.multibase import (
    MultibaseError,
    decode_base58btc,
    decode_base64url,
    decode_multibase,
    decode_multikey,
    encode_base58btc,
    encode_base64url,
    encode_multibase,
    encode_multikey,
    has_length_of_its_kind,
)
from keys.store import PublicKey
from schemas.problems import KEY_WEAK, ProblemError


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\0", "1"),
        (b"\0\0\x01", "112"),
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
    ],
)
def test_base58_agrees_with_the_test_values_of_its_draft(data: bytes, text: str) -> None:
    """draft-msporny-base58 section 5."""
    assert text == encode_base58btc(data)
    assert data == decode_base58btc(text)


@settings(deadline=None)
@given(st.binary(max_size=140))
def test_what_base58_writes_it_reads(data: bytes) -> None:
    assert data == decode_base58btc(encode_base58btc(data))


@settings(deadline=None)
@given(st.binary(max_size=140))
def test_what_base64url_writes_it_reads(data: bytes) -> None:
    assert data == decode_base64url(encode_base64url(data))


@settings(deadline=None)
@given(st.text(alphabet="ABQRghwxyz019-_+/= \n", max_size=9))
def test_base64url_reads_what_it_would_write_and_nothing_else(text: str) -> None:
    """C07: whatever is read comes out the same when it is written again."""
    try:
        data = decode_base64url(text)
    except MultibaseError:
        return
    assert text == encode_base64url(data)


@pytest.mark.parametrize("text", ["0", "O", "I", "l", " 1", "1 ", "+a", "é", "1\n"])
def test_base58_refuses_what_is_outside_its_alphabet(text: str) -> None:
    with pytest.raises(MultibaseError):
        decode_base58btc(text)


def test_base58_looks_at_the_length_before_it_works() -> None:
    """B11: base58 is quadratic."""
    with pytest.raises(MultibaseError, match="200000"):
        decode_base58btc("z" * 200_000)


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "QU I", "QUI\n", "+/8", "QUI*", "éé", "QQ\0"])
def test_base64url_has_one_spelling(text: str) -> None:
    """C07: padding, blanks, changed unused bits."""
    with pytest.raises(MultibaseError):
        decode_base64url(text)


def test_base64url_reads_bytes_too() -> None:
    assert b"ABC" == decode_base64url(b"QUJD")


def test_base64url_looks_at_the_length_before_it_works() -> None:
    with pytest.raises(MultibaseError, match="at most 10"):
        decode_base64url("A" * 11, max_chars=10)


def test_multibase_writes_and_reads_both_bases() -> None:
    for base in "zu":
        assert b"\0abc" == decode_multibase(encode_multibase(b"\0abc", base=base))


def test_multibase_writes_no_other_base() -> None:
    with pytest.raises(MultibaseError):
        encode_multibase(b"a", base="f")


@pytest.mark.parametrize("text", ["", "f00", "mQUI", "Z11", "1"])
def test_multibase_needs_a_header_that_is_known(text: str) -> None:
    with pytest.raises(MultibaseError):
        decode_multibase(text)


def test_multibase_reads_only_the_base_the_caller_prescribes() -> None:
    with pytest.raises(MultibaseError):
        decode_multibase("uQUJD", bases="z")


def _keys() -> list[PublicKey]:
    return [
        ed25519.Ed25519PrivateKey.generate().public_key(),
        ec.generate_private_key(ec.SECP256R1()).public_key(),
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        ec.generate_private_key(ec.SECP521R1()).public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
    ]


def test_a_multikey_comes_back_as_the_same_key_with_the_known_prefix() -> None:
    prefixes = ("z6Mk", "zDna", "z82L", "z2J9", "z4MX")
    for prefix, key in zip(prefixes, _keys(), strict=True):
        text = encode_multikey(key)
        assert prefix == text[:4]
        assert key == decode_multikey(text)


def test_a_curve_without_multikey_is_not_written() -> None:
    with pytest.raises(MultibaseError, match="secp256k1"):
        encode_multikey(ec.generate_private_key(ec.SECP256K1()).public_key())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xed\x01",
        b"\xed\x01" + b"\x02" * 31,
        b"\xed\x01" + b"\x02" * 33,
        b"\xe7\x01" + b"\x02" * 33,  # secp256k1
        b"\xec\x01" + b"\x09" + b"\0" * 31,  # X25519
        b"\x80\x24" + b"\x02" * 32,
        b"\x80\x24\x04" + b"\x02" * 64,
        b"\x80\x24\x02" + b"\xff" * 32,
        b"\x85\x24" + b"\x30\x00",
    ],
)
def test_bytes_that_are_no_key_are_refused(data: bytes) -> None:
    """F10: short, long, bad codec, off the curve."""
    with pytest.raises(MultibaseError):
        decode_multikey(encode_multibase(data))


def test_an_uncompressed_point_is_no_multikey() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    numbers = key.public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    with pytest.raises(MultibaseError):
        decode_multikey(encode_multibase(b"\x80\x24" + point))


def test_a_multikey_of_small_order_is_weak() -> None:
    """B13: one signature of the neutral point fits every document."""
    with pytest.raises(ProblemError) as caught:
        decode_multikey(encode_multibase(b"\xed\x01\x01" + b"\0" * 31))
    assert KEY_WEAK.code == caught.value.problem.code


def test_base58_reads_long_texts_and_refuses_every_other_character() -> None:
    """Digits are added up in parts of 128; what is no digit, in ASCII or beyond, is refused."""
    for size in (93, 94, 95, 187, 188, 300):
        data = bytes(range(1, 256))[:size] + bytes(max(0, size - 255))
        assert data == decode_base58btc(encode_base58btc(data), max_chars=1_000)
    for character in "0OIl é😀\x00?":
        with pytest.raises(MultibaseError):
            decode_base58btc(f"1{character}2")


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        (True, b"\xed\x01" + bytes(32)),
        (False, b"\xed\x01" + bytes(31)),
        (False, b"\xed\x01" + bytes(33)),
        (True, b"\x80\x24" + bytes(33)),
        (False, b"\x80\x24" + bytes(65)),
        (True, b"\x85\x24" + bytes(270)),
        (True, b"\x01"),
    ],
    ids=["Ed25519", "short Ed25519", "long Ed25519", "P-256", "uncompressed P-256", "RSA of any length", "no codec"],
)
def test_a_key_has_the_length_that_its_codec_says(expected: bool, data: bytes) -> None:
    assert expected is has_length_of_its_kind(encode_multibase(data))


def test_what_is_no_multibase_is_not_judged_by_its_length() -> None:
    assert has_length_of_its_kind("z0")
    assert has_length_of_its_kind("")
