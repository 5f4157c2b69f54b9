"""BLS12-381 public keys in G2, with which BBS signatures are checked: experimental.

    key = bls_key(raw)            # 96 bytes, compressed; what proves nothing is refused

The arithmetic comes from the package py-arkworks-bls12381, which need not be installed: without it
no such key is read, as if its kind were unknown. A key of this kind serves BBS and nothing else
(docs/decisions/0041). Specification: draft-irtf-cfrg-bbs-signatures, "Octets to Public Key".
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from schemas.problems import KEY_WEAK, ProblemError

KEY_BYTES: Final = 96
LIBRARY: Final = "py_arkworks_bls12381"
_IDENTITY: Final = b"\xc0" + bytes(KEY_BYTES - 1)


@dataclass(frozen=True, slots=True)
class BLSPublicKey:
    """A point of G2 that `bls_key` accepted, in its compressed form."""

    raw: bytes


class BLSKeyError(ValueError):
    """These bytes are no BLS12-381 key, or nothing here can tell."""


def library() -> Any:
    """Return the module that computes on the curve, or None when it is not installed."""
    try:
        return import_module(LIBRARY)
    except ImportError:
        return None


def bls_key(raw: bytes) -> BLSPublicKey:
    """Return the key of a compressed point: canonical, on the curve, in the subgroup, not its identity.

    Raises `BLSKeyError`, and `ProblemError(KEY_WEAK)` for the identity, under which anything holds.
    """
    curve = library()
    if curve is None:
        msg = "BLS12-381 keys are not read without their library"
        raise BLSKeyError(msg)
    if raw == _IDENTITY:
        raise ProblemError(KEY_WEAK.about("the identity is no BLS12-381 key"))
    try:
        point = curve.G2Point.from_compressed_bytes(raw)  # looks at curve and subgroup
    except ValueError:
        msg = "not a point of BLS12-381 G2"
        raise BLSKeyError(msg) from None
    if bytes(point.to_compressed_bytes()) != raw:
        msg = "not the one encoding of a point"
        raise BLSKeyError(msg)
    return BLSPublicKey(raw)
