"""Load public keys, and refuse those that prove nothing: the one place where keys come in.

A small-order Ed25519 key has one signature that fits every document, a short RSA modulus can be
factored: such keys raise `ProblemError(KEY_WEAK)`. Bytes that are no key raise `KeyFormError`
(threats.md B13, C15, F10).
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from keys.store import PublicKey
from schemas.problems import KEY_WEAK, ProblemError

RSA_BITS: Final = range(2_048, 8_193)
RSA_LEAST_EXPONENT: Final = 65_537

_P: Final = 2**255 - 19
_D: Final = -121_665 * pow(121_666, -1, _P) % _P
_HALF: Final = (_P - 1) // 2
_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER_Y: Final = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
_ED25519_BYTES: Final = 32
_CURVE_NAMES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_EXPONENT_BITS: Final = 256


class KeyFormError(ValueError):
    """These bytes are no public key of the kind that was expected."""


def ed25519_key(raw: bytes) -> ed25519.Ed25519PublicKey:
    """Return the Ed25519 key of 32 bytes (RFC 8032 section 5.1.5); weak ones are refused."""
    if len(raw) != _ED25519_BYTES:
        msg = "an Ed25519 key has 32 bytes"
        raise KeyFormError(msg)
    _check_edwards_point(raw)
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


def ec_key_from_point(curve: ec.EllipticCurve, point: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key of an X9.62 point, compressed or not; points off the curve are refused."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except (ValueError, UnsupportedAlgorithm):
        msg = f"not a point of {curve.name}"
        raise KeyFormError(msg) from None


def ec_key_from_numbers(curve: ec.EllipticCurve, x: int, y: int) -> ec.EllipticCurvePublicKey:
    """Return the key of affine coordinates; points off the curve are refused."""
    try:
        return ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
    except (ValueError, UnsupportedAlgorithm):
        msg = f"not a point of {curve.name}"
        raise KeyFormError(msg) from None


def rsa_key_from_numbers(modulus: int, exponent: int) -> rsa.RSAPublicKey:
    """Return the RSA key of these numbers; short or careless ones are refused."""
    _check_rsa(modulus, exponent)
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def rsa_key_from_pkcs1(der: bytes) -> rsa.RSAPublicKey:
    """Return the RSA key of a DER `RSAPublicKey` (RFC 8017 A.1.1), in its one encoding."""
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        msg = "not an RSA key"
        raise KeyFormError(msg) from None
    if not isinstance(key, rsa.RSAPublicKey) or key.public_bytes(Encoding.DER, PublicFormat.PKCS1) != der:
        msg = "not an RSA key in PKCS #1"
        raise KeyFormError(msg)
    return acceptable_rsa(key)


def acceptable_rsa(key: rsa.RSAPublicKey) -> rsa.RSAPublicKey:
    """Return `key`, or raise `KEY_WEAK`."""
    numbers = key.public_numbers()
    _check_rsa(numbers.n, numbers.e)
    return key


def acceptable(key: object) -> PublicKey:
    """Return a key that another library loaded (from a certificate, a PEM file), or refuse it."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        _check_edwards_point(key.public_bytes_raw())
        return key
    if isinstance(key, rsa.RSAPublicKey):
        return acceptable_rsa(key)
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVE_NAMES:
        return key
    msg = "not a key of a kind that is used here"
    raise KeyFormError(msg)


def _check_edwards_point(raw: bytes) -> None:
    """Refuse small order, a y that is not reduced, and what is not on the curve.

    The eight points of small order have five different y; a point whose x is 0 has small order,
    so a wrong sign bit for x = 0 is covered too.
    """
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P or y in _SMALL_ORDER_Y:
        raise ProblemError(KEY_WEAK.about("an Ed25519 key of small order or not in its canonical form"))
    # x² = (y² - 1) / (d y² + 1) has a root exactly when numerator times denominator has one.
    square = y * y % _P
    if pow((square - 1) * (_D * square + 1) % _P, _HALF, _P) != 1:
        msg = "not a point of Ed25519"
        raise KeyFormError(msg)


def _check_rsa(modulus: int, exponent: int) -> None:
    """Apply FIPS 186-5 section 5.1 and an upper bound that keeps verification cheap."""
    if modulus.bit_length() not in RSA_BITS or modulus % 2 == 0:
        raise ProblemError(KEY_WEAK.about("an RSA modulus must be odd and have 2,048 to 8,192 bits"))
    if exponent < RSA_LEAST_EXPONENT or exponent % 2 == 0 or exponent.bit_length() > _EXPONENT_BITS:
        raise ProblemError(KEY_WEAK.about("an RSA exponent must be odd and at least 65,537"))
