"""Multibase and Multikey: public keys and signatures as text.

    encode_multibase(signature)                      # "z" and base58btc
    decode_multikey("z6Mk…")                         # a public key, weak ones refused

Base58 takes quadratic time, so each decoder looks at the length first. A text that is not what
its decoder reads raises `MultibaseError`; the caller knows what the text was for and names the
problem. Specification: Controlled Identifiers 1.0, sections 2.2.2 (Multikey) and 2.4 (Multibase).
"""

from __future__ import annotations

import binascii
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys import public_keys
from keys.bls_keys import KEY_BYTES, BLSKeyError, BLSPublicKey, bls_key
from keys.store import VerificationKey

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_SQUARE: Final = len(_PAIRS)
_NO_DIGIT: Final = 255
_DIGITS: Final = bytes(_ALPHABET.find(chr(code)) % 256 for code in range(256))
_CHUNK: Final = 128
"""So many digits are read at once; in a text of this length each step halves the number of digits."""
_STEPS: Final = tuple(
    (8 << step, sum(((1 << (8 << step)) - 1) << place for place in range(0, 8 * _CHUNK, 16 << step)), 58 ** (1 << step))
    for step in range(_CHUNK.bit_length() - 1)
)
"""Of each step: the bits of a digit, a mask over every second digit, and the base."""

_BASE64URL: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TO_BASE64: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
"""To the alphabet that `binascii` reads; the digits of that alphabet, and padding, become what it refuses."""
_FROM_BASE64: Final = bytes.maketrans(b"+/", b"-_")
# By the length modulo 4: digits that may stand last, their unused bits being 0. One digit alone is no byte.
_LAST_DIGITS: Final = {0: frozenset(_BASE64URL), 2: frozenset(_BASE64URL[::16]), 3: frozenset(_BASE64URL[::4])}

MAX_CHARS: Final = 200
"""The longest multibase text that is decoded unless the caller says otherwise."""
MULTIKEY_CHARS: Final = 1_600
"""The longest Multikey: RSA of 8,192 bits."""

_ED25519: Final = b"\xed\x01"
_RSA: Final = b"\x85\x24"
_BLS12381_G2: Final = b"\xeb\x01"
_CURVES: Final[dict[bytes, tuple[type[ec.EllipticCurve], int]]] = {
    b"\x80\x24": (ec.SECP256R1, 33),
    b"\x81\x24": (ec.SECP384R1, 49),
    b"\x82\x24": (ec.SECP521R1, 67),
}
_FIXED_BYTES: Final = {_ED25519: 32, _BLS12381_G2: KEY_BYTES, **{code: size for code, (_, size) in _CURVES.items()}}
_CURVE_CODES: Final = {"secp256r1": b"\x80\x24", "secp384r1": b"\x81\x24", "secp521r1": b"\x82\x24"}


class MultibaseError(ValueError):
    """The text is not in the encoding that was asked for, or is too long."""


def encode_base58btc(data: bytes) -> str:
    """Return `data` in base58btc, without a multibase header."""
    number = int.from_bytes(data, "big")
    digits: list[str] = []
    while number:
        number, two = divmod(number, _SQUARE)
        digits.append(_PAIRS[two])
    digits.reverse()
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(digits).lstrip("1")


def decode_base58btc(text: str, *, max_chars: int = MAX_CHARS) -> bytes:
    """Return the bytes that `text` (no multibase header) stands for."""
    if len(text) > max_chars:
        msg = f"base58 text of {len(text)} characters; at most {max_chars} are read"
        raise MultibaseError(msg)
    digits = text.encode("ascii", "replace").translate(_DIGITS)
    if _NO_DIGIT in digits:
        msg = "not base58btc"
        raise MultibaseError(msg)
    number = 0
    for start in range(0, len(digits), _CHUNK):
        part = digits[start : start + _CHUNK]
        number = number * 58 ** len(part) + _number(part)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _number(digits: bytes) -> int:
    """Return the number of at most `_CHUNK` digits: neighbours become one digit of a squared base, in turns."""
    number = int.from_bytes(digits, "big")
    for bits, mask, base in _STEPS:
        number = (number & mask) + (number >> bits & mask) * base
    return number


def encode_base64url(data: bytes) -> str:
    """Return `data` in base64url without padding (RFC 4648 section 5)."""
    return base64url(data).decode("ascii")


def base64url(data: bytes) -> bytes:
    """Return `data` in base64url without padding, as bytes."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_FROM_BASE64)


def decode_base64url(text: str | bytes, *, max_chars: int = MAX_CHARS) -> bytes:
    """Return the bytes of an unpadded base64url text; only the one canonical spelling is read.

    Padding, blanks, other alphabets and set unused bits raise `MultibaseError`, so that two
    different texts never stand for the same bytes (threats.md C07).
    """
    if len(text) > max_chars:
        msg = f"base64url text of {len(text)} characters; at most {max_chars} are read"
        raise MultibaseError(msg)
    try:
        spelled = text.encode("ascii") if isinstance(text, str) else text
    except UnicodeEncodeError:
        msg = "not base64url"
        raise MultibaseError(msg) from None
    last = _LAST_DIGITS.get(len(spelled) % 4)
    if last is None or (spelled and spelled[-1] not in last):
        msg = "not canonical base64url without padding"
        raise MultibaseError(msg)
    try:
        return binascii.a2b_base64(spelled.translate(_TO_BASE64) + b"=" * (-len(spelled) % 4), strict_mode=True)
    except binascii.Error:
        msg = "not canonical base64url without padding"
        raise MultibaseError(msg) from None


def encode_multibase(data: bytes, *, base: str = "z") -> str:
    """Return `data` as multibase: base `z` (base58btc) or `u` (base64url without padding)."""
    if base == "z":
        return "z" + encode_base58btc(data)
    if base == "u":
        return "u" + encode_base64url(data)
    msg = f"multibase {base!r} is not written"
    raise MultibaseError(msg)


def decode_multibase(text: str, *, max_chars: int = MAX_CHARS, bases: str = "zu") -> bytes:
    """Return the bytes of a multibase text whose header is one of `bases` (`z`, `u`).

    `max_chars` counts the header. Cryptosuites that prescribe base58btc pass `bases="z"`.
    """
    header, rest = text[:1], text[1:]
    if not header or header not in bases:
        msg = "no multibase header that is read here"
        raise MultibaseError(msg)
    decode = decode_base58btc if header == "z" else decode_base64url
    return decode(rest, max_chars=max_chars - 1)


def encode_multikey(key: VerificationKey) -> str:
    """Return the `publicKeyMultibase` of a Multikey: `z`, base58btc of codec and key."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return encode_multibase(_ED25519 + key.public_bytes_raw())
    if isinstance(key, ec.EllipticCurvePublicKey):
        code = _CURVE_CODES.get(key.curve.name)
        if code is None:
            msg = f"no Multikey for the curve {key.curve.name}"
            raise MultibaseError(msg)
        return encode_multibase(code + key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    if isinstance(key, BLSPublicKey):
        return encode_multibase(_BLS12381_G2 + key.raw)
    return encode_multibase(_RSA + key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


# A key depends on its text alone: remembering it saves a verifier half the time of a signature.
@lru_cache(maxsize=4096)
def decode_multikey(text: str) -> VerificationKey:
    """Return the public key of a Multikey: Ed25519, P-256, P-384, P-521, RSA, or BLS12-381 G2 (`keys.bls_keys`).

    Raises `MultibaseError` for other codecs, wrong lengths and points off the curve, and
    `ProblemError(KEY_WEAK)` for keys that prove nothing (`keys.public_keys`).
    """
    data = decode_multibase(text, max_chars=MULTIKEY_CHARS, bases="z")
    code, key = data[:2], data[2:]
    try:
        if code == _ED25519:
            return public_keys.ed25519_key(key)
        if code == _RSA:
            return public_keys.rsa_key_from_pkcs1(key)
        if code in _CURVES:
            curve, size = _CURVES[code]
            return _compressed_point(curve(), key, size)
        if code == _BLS12381_G2:
            return bls_key(key)
    except (public_keys.KeyFormError, BLSKeyError) as error:
        raise MultibaseError(str(error)) from None
    msg = "not a Multikey of a kind that is read here"
    raise MultibaseError(msg)


def has_length_of_its_kind(text: str) -> bool:
    """Is a Multikey as long as its codec says? True for codecs of no fixed length, and for what is no Multikey."""
    try:
        data = decode_multibase(text, max_chars=MULTIKEY_CHARS, bases="z")
    except MultibaseError:
        return True
    size = _FIXED_BYTES.get(data[:2])
    return size is None or len(data) == size + 2


def _compressed_point(curve: ec.EllipticCurve, point: bytes, size: int) -> ec.EllipticCurvePublicKey:
    """Load a compressed point; the uncompressed form is not allowed in a Multikey."""
    if len(point) != size:
        msg = f"a compressed point of {curve.name} has {size} bytes"
        raise MultibaseError(msg)
    return public_keys.ec_key_from_point(curve, point)
