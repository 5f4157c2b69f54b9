"""Who signs: two Protocols that every key store implements."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from keys.bls_keys import BLSPublicKey

PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
VerificationKey = PublicKey | BLSPublicKey
"""A key under which something may be checked; one of BLS12-381 never signs through a `Signer`."""


class Purpose(StrEnum):
    """What a key is for; a key is never used for another purpose (threats.md K15)."""

    CREDENTIAL = "credential"  # Ed25519, Data Integrity proofs
    JOSE = "jose"  # P-256, JWT and ecdsa suites; or RSA-3072, JWT alone
    SEAL = "seal"  # RSA-3072 or P-256 with an X.509 chain, PDF seals
    STATUS = "status"  # Ed25519, status lists
    TIMESTAMP = "timestamp"  # P-256 or RSA with an X.509 chain, RFC 3161


class Algorithm(StrEnum):
    """The signature algorithms; ECDSA signatures are raw r followed by s."""

    EDDSA = "EdDSA"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"
    RS256 = "RS256"


class Signer(Protocol):
    """Signs with one key and never hands it out."""

    @property
    def verification_method(self) -> str:
        """Return the DID URL of the public half."""
        ...

    @property
    def algorithm(self) -> Algorithm:
        """Return the algorithm that `sign` uses."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """Return the public half."""
        ...

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Return the chain, the key's own certificate first; empty when it has none."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature of `data` (hashing is part of the algorithm)."""
        ...


class KeyStore(Protocol):
    """Finds the signer of a controller (a DID) for a purpose."""

    def signer(self, controller: str, purpose: Purpose) -> Signer:
        """Return the current signer; raise `KeyNotFoundError` when there is none."""
        ...


class KeyNotFoundError(LookupError):
    """The store holds no current key of that controller for that purpose."""
