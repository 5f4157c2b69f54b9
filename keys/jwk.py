"""JSON Web Keys of public keys (RFC 7517, 7518, 8037), read strictly.

public_key_to_jwk(key)     # {"kty": "EC", "crv": "P-256", "x": …, "y": …}
jwk_to_public_key(jwk)     # the key, or KeyFormError, or ProblemError(KEY_WEAK)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys import public_keys
from keys.multibase import MultibaseError, decode_base64url, encode_base64url
from keys.public_keys import KeyFormError
from keys.store import PublicKey

_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CURVES: Final[dict[str, tuple[type[ec.EllipticCurve], int]]] = {
    "P-256": (ec.SECP256R1, 32),
    "P-384": (ec.SECP384R1, 48),
    "P-521": (ec.SECP521R1, 66),
}
_JWK_NAMES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_ALGORITHMS: Final[dict[str, frozenset[str]]] = {
    "Ed25519": frozenset({"EdDSA", "Ed25519"}),
    "P-256": frozenset({"ES256"}),
    "P-384": frozenset({"ES384"}),
    "P-521": frozenset({"ES512"}),
    "RSA": frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
}
_MEMBER_CHARS: Final = 1_400


def public_key_to_jwk(key: PublicKey) -> dict[str, str]:
    """Return the required members of the key's JWK and no others."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(key.public_bytes_raw())}
    if isinstance(key, ec.EllipticCurvePublicKey):
        name = _JWK_NAMES.get(key.curve.name)
        if name is None:
            msg = f"no JWK is written for the curve {key.curve.name}"
            raise KeyFormError(msg)
        size, numbers = _CURVES[name][1], key.public_numbers()
        x, y = (encode_base64url(n.to_bytes(size, "big")) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": name, "x": x, "y": y}
    modulus = key.public_numbers()
    return {"kty": "RSA", "n": _minimal(modulus.n), "e": _minimal(modulus.e)}


def jwk_to_public_key(jwk: object) -> PublicKey:
    """Return the public key of a JWK.

    Members that are not understood are ignored (RFC 7517 section 4); private members, an `alg`,
    `use` or `key_ops` that excludes verifying, and values in any but their one encoding raise
    `KeyFormError`; keys that prove nothing raise `ProblemError(KEY_WEAK)`.
    """
    if not isinstance(jwk, Mapping):
        msg = "a JWK is an object"
        raise KeyFormError(msg)
    if not _PRIVATE.isdisjoint(jwk):
        msg = "a JWK that holds a private key"
        raise KeyFormError(msg)
    kind, key = _read(jwk)
    _check_use(jwk, kind)
    return key


def thumbprint(key: PublicKey) -> str:
    """Return the SHA-256 thumbprint (RFC 7638) in base64url."""
    canonical = json.dumps(public_key_to_jwk(key), separators=(",", ":"), sort_keys=True)
    return encode_base64url(hashlib.sha256(canonical.encode("ascii")).digest())


def _read(jwk: Mapping[str, Any]) -> tuple[str, PublicKey]:
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if kty == "OKP" and crv == "Ed25519":
        return "Ed25519", public_keys.ed25519_key(_octets(jwk, "x"))
    if kty == "EC" and isinstance(crv, str) and crv in _CURVES:
        curve, size = _CURVES[crv]
        x, y = (_octets(jwk, name) for name in ("x", "y"))
        if len(x) != size or len(y) != size:
            msg = f"a coordinate of {crv} has {size} bytes"
            raise KeyFormError(msg)
        point = int.from_bytes(x, "big"), int.from_bytes(y, "big")
        return crv, public_keys.ec_key_from_numbers(curve(), *point)
    if kty == "RSA":
        return "RSA", public_keys.rsa_key_from_numbers(_number(jwk, "n"), _number(jwk, "e"))
    msg = "not a JWK of a kind that is read here"
    raise KeyFormError(msg)


def _check_use(jwk: Mapping[str, Any], kind: str) -> None:
    """Refuse a key whose own members say that it does not verify such signatures."""
    algorithm = jwk.get("alg", kind)
    if "alg" in jwk and not (isinstance(algorithm, str) and algorithm in _ALGORITHMS[kind]):
        msg = "the JWK is for another algorithm"
        raise KeyFormError(msg)
    if jwk.get("use", "sig") != "sig":
        msg = "the JWK is not for signatures"
        raise KeyFormError(msg)
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        msg = "the JWK does not verify"
        raise KeyFormError(msg)


def _octets(jwk: Mapping[str, Any], member: str) -> bytes:
    value = jwk.get(member)
    if not isinstance(value, str):
        msg = f"the JWK has no text {member}"
        raise KeyFormError(msg)
    try:
        return decode_base64url(value, max_chars=_MEMBER_CHARS)
    except MultibaseError as error:
        msg = f"the JWK's {member}: {error}"
        raise KeyFormError(msg) from None


def _number(jwk: Mapping[str, Any], member: str) -> int:
    """Read a Base64urlUInt: big-endian, in the least number of bytes (RFC 7518 section 2)."""
    octets = _octets(jwk, member)
    if octets[:1] in {b"", b"\0"}:
        msg = f"the JWK's {member} is not in its shortest form"
        raise KeyFormError(msg)
    return int.from_bytes(octets, "big")


def _minimal(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
