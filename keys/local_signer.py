"""Sign with a private key that is loaded in this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from keys import public_keys
from keys.public_keys import KeyFormError
from keys.store import Algorithm, PublicKey, Purpose

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_EC: Final[dict[str, tuple[Algorithm, hashes.HashAlgorithm, int]]] = {
    "secp256r1": (Algorithm.ES256, hashes.SHA256(), 32),
    "secp384r1": (Algorithm.ES384, hashes.SHA384(), 48),
    "secp521r1": (Algorithm.ES512, hashes.SHA512(), 66),
}
_PURPOSES: Final[dict[Purpose, frozenset[Algorithm]]] = {
    Purpose.CREDENTIAL: frozenset({Algorithm.EDDSA}),
    Purpose.JOSE: frozenset({Algorithm.ES256, Algorithm.RS256}),
    Purpose.SEAL: frozenset({Algorithm.ES256, Algorithm.RS256}),
    Purpose.STATUS: frozenset({Algorithm.EDDSA}),
    Purpose.TIMESTAMP: frozenset({Algorithm.ES256, Algorithm.RS256}),
}
RSA_BITS: Final = 3072
"""The size of the RSA keys that are made here, and the least of those that are brought."""


class LocalSigner:
    """Signs with one loaded key; ECDSA signatures come out as raw r followed by s."""

    __slots__ = ("_algorithm", "_certificates", "_key", "_public", "_verification_method")

    def __init__(
        self,
        key: PrivateKey,
        *,
        verification_method: str,
        certificates: Sequence[x509.Certificate] = (),
    ) -> None:
        """Take the key and its chain; a chain of another key raises `KeyFormError`."""
        self._key = key
        self._public = public_keys.acceptable(key.public_key())
        self._algorithm = algorithm_of(self._public)
        self._verification_method = verification_method
        self._certificates = tuple(certificates)
        if self._certificates and self._certificates[0].public_key() != self._public:
            msg = "the first certificate is not this key's"
            raise KeyFormError(msg)

    def __repr__(self) -> str:
        """Name the key, never the key itself."""
        return f"LocalSigner({self._verification_method!r}, {self._algorithm.value})"

    @property
    def verification_method(self) -> str:
        """Return the DID URL of the public half."""
        return self._verification_method

    @property
    def algorithm(self) -> Algorithm:
        """Return the algorithm that `sign` uses."""
        return self._algorithm

    @property
    def public_key(self) -> PublicKey:
        """Return the public half."""
        return self._public

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Return the chain, the key's own certificate first; empty when it has none."""
        return self._certificates

    def sign(self, data: bytes) -> bytes:
        """Return the signature of `data`; nonces of ECDSA come from the system's randomness."""
        key = self._key
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        _, digest, size = _EC[key.curve.name]
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def algorithm_of(key: PublicKey) -> Algorithm:
    """Return the algorithm that a key of this kind signs with here."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return Algorithm.EDDSA
    if isinstance(key, rsa.RSAPublicKey):
        return Algorithm.RS256
    return _EC[key.curve.name][0]


def algorithms_for(purpose: Purpose) -> frozenset[Algorithm]:
    """Return what a key for `purpose` may sign with."""
    return _PURPOSES[purpose]


def generate(purpose: Purpose, *, rsa_key: bool = False) -> PrivateKey:
    """Make a key fit for `purpose`; `rsa_key` asks for RSA-3072 where the purpose allows it."""
    if Algorithm.EDDSA in _PURPOSES[purpose]:
        return ed25519.Ed25519PrivateKey.generate()
    if rsa_key and Algorithm.RS256 in _PURPOSES[purpose]:
        return rsa.generate_private_key(public_exponent=65_537, key_size=RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def read_private_key(pem: bytes, passphrase: bytes | None) -> PrivateKey:
    """Return the private key of a PKCS#8 or traditional PEM file, such as a production key for seals.

    Raises `KeyFormError` when it does not open or is of a kind that is not used, `KEY_WEAK` when it
    proves nothing.
    """
    try:
        key = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        msg = "no private key, or not for this passphrase"
        raise KeyFormError(msg) from None
    public_keys.acceptable(key.public_key())
    return cast("PrivateKey", key)  # `acceptable` let no other kind through


def check_purpose(key: PublicKey, purpose: Purpose) -> None:
    """Raise `KeyFormError` unless a key of this kind may serve `purpose` (architecture section 16)."""
    if algorithm_of(key) not in _PURPOSES[purpose]:
        msg = f"a {algorithm_of(key).value} key is not for the purpose {purpose.value}"
        raise KeyFormError(msg)
