"""Which proofs were seen to hold: by the SHA-256 of the bytes and the key.

Only the arithmetic is remembered. Whose key it is, dates and status are asked again each time
(proofs.md), so an entry never makes anything valid that is not.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.bls_keys import BLSPublicKey
from keys.store import VerificationKey
from proofs.integrity import ProofFinding


@dataclass(frozen=True, slots=True)
class ProvenBy:
    """A proof that held, and the public key (SubjectPublicKeyInfo, DER) that it held with."""

    finding: ProofFinding
    key: bytes


class ProofCache:
    """Remembers the last `size` documents; safe to share between threads."""

    def __init__(self, size: int = 10_000) -> None:
        """Start empty."""
        self._size = size
        self._lock = threading.Lock()
        self._entries: OrderedDict[bytes, tuple[ProvenBy, ...]] = OrderedDict()

    def get(self, digest: bytes) -> tuple[ProvenBy, ...] | None:
        """Return what held for the document with that SHA-256."""
        with self._lock:
            if digest in self._entries:
                self._entries.move_to_end(digest)
            return self._entries.get(digest)

    def put(self, digest: bytes, proven: tuple[ProvenBy, ...]) -> None:
        """Remember that every proof of the document held; forget the oldest when full."""
        with self._lock:
            self._entries[digest] = proven
            self._entries.move_to_end(digest)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def __len__(self) -> int:
        """Return how many documents are remembered."""
        with self._lock:
            return len(self._entries)


def key_bytes(key: VerificationKey) -> bytes:
    """Return the public key as SubjectPublicKeyInfo (DER); one of BLS12-381 as its point."""
    if isinstance(key, BLSPublicKey):
        return key.raw
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
