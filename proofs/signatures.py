"""Raw signatures of the cryptosuites: sizes, and yes or no.

Weak Ed25519 keys never come this far (`keys.public_keys`). Of an ECDSA signature both s and n - s
hold: half of the signatures made elsewhere are of the second kind (threats.md B15).
Specification: RFC 8032 section 5.1.7; FIPS 186-5 section 6.4; Data Integrity ECDSA 1.0 section 3.
"""

from __future__ import annotations

from functools import cache
from typing import Final, TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys.store import VerificationKey

ED25519_BYTES: Final = 64
CURVES: Final = {"secp256r1": "sha256", "secp384r1": "sha384"}
"""The curves of the ECDSA suites and the hash that goes with each (Data Integrity ECDSA 1.0, section 3.1)."""
_ECDSA: Final = {"secp256r1": ec.ECDSA(hashes.SHA256()), "secp384r1": ec.ECDSA(hashes.SHA384())}


def is_edwards(key: VerificationKey) -> TypeGuard[ed25519.Ed25519PublicKey]:
    """Return whether `key` is an Ed25519 key; asking once for each class is much faster than `isinstance`."""
    kind: type = type(key)
    return _is_edwards(kind)


@cache
def _is_edwards(kind: type) -> bool:
    return issubclass(kind, ed25519.Ed25519PublicKey)


def eddsa_holds(key: VerificationKey, signature: bytes, data: bytes) -> bool:
    """Return whether `signature` is that of an Ed25519 key over `data`."""
    if not is_edwards(key) or len(signature) != ED25519_BYTES:
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def ecdsa_holds(key: VerificationKey, signature: bytes, data: bytes) -> bool:
    """Return whether `signature` (r followed by s, each as long as the curve) is that of a P-256 or P-384 key."""
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in _ECDSA:
        return False
    half = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * half:
        return False
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    try:
        key.verify(encode_dss_signature(r, s), data, _ECDSA[key.curve.name])
    except InvalidSignature:
        return False
    return True


def edwards_hash(key: VerificationKey) -> str | None:
    """Return the hash of the EdDSA suites, or None when `key` is no Ed25519 key."""
    return "sha256" if is_edwards(key) else None


def curve_hash(key: VerificationKey) -> str | None:
    """Return the hash that goes with the curve of `key`, or None when no ECDSA suite uses that key."""
    return CURVES.get(key.curve.name) if isinstance(key, ec.EllipticCurvePublicKey) else None
