"""Keys that prove nothing are refused where keys come in."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys import public_keys
from keys.public_keys import KeyFormError
from schemas.problems import KEY_WEAK, ProblemError

SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
)
NOT_CANONICAL = (
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
)


def _code(caught: pytest.ExceptionInfo[ProblemError]) -> str:
    return caught.value.problem.code


@pytest.mark.parametrize("raw", SMALL_ORDER + NOT_CANONICAL)
def test_an_ed25519_key_of_small_order_or_not_canonical_is_weak(raw: str) -> None:
    """B13: `cryptography` loads all of these."""
    ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw))
    with pytest.raises(ProblemError) as caught:
        public_keys.ed25519_key(bytes.fromhex(raw))
    assert KEY_WEAK.code == _code(caught)


def test_a_forged_signature_fits_every_document_under_a_small_order_key() -> None:
    """B13: why those keys are refused; R = A = the neutral point, s = 0."""
    neutral = bytes.fromhex(SMALL_ORDER[0])
    key = ed25519.Ed25519PublicKey.from_public_bytes(neutral)
    for document in (b"one", b"another"):
        key.verify(neutral + b"\0" * 32, document)


@pytest.mark.parametrize("raw", ["02" + "00" * 31, "07" + "00" * 31, "02" + "00" * 30 + "80"])
def test_a_point_off_the_edwards_curve_is_no_key(raw: str) -> None:
    with pytest.raises(KeyFormError):
        public_keys.ed25519_key(bytes.fromhex(raw))


def test_every_generated_ed25519_key_is_accepted() -> None:
    for _ in range(200):
        key = ed25519.Ed25519PrivateKey.generate().public_key()
        assert key == public_keys.ed25519_key(key.public_bytes_raw())
        assert key == public_keys.acceptable(key)


def test_a_weak_key_of_a_certificate_is_refused_too() -> None:
    weak = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(SMALL_ORDER[2]))
    with pytest.raises(ProblemError) as caught:
        public_keys.acceptable(weak)
    assert KEY_WEAK.code == _code(caught)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_an_ed25519_key_has_32_bytes(size: int) -> None:
    with pytest.raises(KeyFormError):
        public_keys.ed25519_key(b"\x42" * size)


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [
        (2**511 + 1, 65537),
        (2**2046 + 1, 65537),
        (2**8192 + 1, 65537),
        (2**2047, 65537),
        (2**2047 + 1, 1),
        (2**2047 + 1, 3),
        (2**2047 + 1, 65538),
        (2**2047 + 1, 2**256 + 1),
    ],
)
def test_a_short_or_careless_rsa_key_is_weak(modulus: int, exponent: int) -> None:
    """C15: RSA 512, e = 1."""
    with pytest.raises(ProblemError) as caught:
        public_keys.rsa_key_from_numbers(modulus, exponent)
    assert KEY_WEAK.code == _code(caught)


def test_a_short_rsa_key_of_a_file_is_weak() -> None:
    with pytest.raises(ProblemError) as caught:
        public_keys.acceptable(rsa.generate_private_key(65537, 1024).public_key())  # noqa: S505 (weak on purpose)
    assert KEY_WEAK.code == _code(caught)


def test_an_rsa_key_comes_back_from_pkcs1_and_from_its_numbers() -> None:
    key = rsa.generate_private_key(65537, 2048).public_key()
    numbers = key.public_numbers()
    assert key == public_keys.rsa_key_from_pkcs1(key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    assert key == public_keys.rsa_key_from_numbers(numbers.n, numbers.e)


def test_an_rsa_key_in_another_wrapping_is_not_pkcs1() -> None:
    key = rsa.generate_private_key(65537, 2048).public_key()
    wrapped = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    other = curve.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for der in (wrapped, other, b"", b"\x30\x03\x02\x01\x01"):
        with pytest.raises(KeyFormError):
            public_keys.rsa_key_from_pkcs1(der)


def test_a_point_off_the_curve_is_no_key() -> None:
    """C15: an invalid curve point would leak a private key or verify nothing."""
    with pytest.raises(KeyFormError):
        public_keys.ec_key_from_numbers(ec.SECP256R1(), 1, 1)
    with pytest.raises(KeyFormError):
        public_keys.ec_key_from_point(ec.SECP256R1(), b"\x04" + b"\x01" * 64)


def test_the_point_at_infinity_is_no_key() -> None:
    with pytest.raises(KeyFormError):
        public_keys.ec_key_from_point(ec.SECP256R1(), b"\0")
    with pytest.raises(KeyFormError):
        public_keys.ec_key_from_numbers(ec.SECP256R1(), 0, 0)


def test_keys_of_other_kinds_are_not_used() -> None:
    others = (
        x25519.X25519PrivateKey.generate().public_key(),
        ec.generate_private_key(ec.SECP256K1()).public_key(),
        x448.X448PrivateKey.generate().public_key(),
        None,
    )
    for key in others:
        with pytest.raises(KeyFormError):
            public_keys.acceptable(key)


def test_the_three_curves_are_used() -> None:
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
        key = ec.generate_private_key(curve).public_key()
        assert key == public_keys.acceptable(key)
