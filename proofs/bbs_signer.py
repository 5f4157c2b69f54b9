"""A key of BBS signatures in this process: experimental, and for nothing but bbs-2023."""

from __future__ import annotations

import secrets

from keys import did_key
from keys.bls_keys import BLSPublicKey, bls_key
from proofs import bbs_signatures as bbs


class BBSSigner:
    """Signs lists of messages with one secret key; it is no `Signer`, so that nothing else is signed with it."""

    __slots__ = ("_public", "_secret", "_verification_method")

    def __init__(self, secret: int, *, verification_method: str | None = None) -> None:
        """Take a secret key, and the DID URL of its public half; without one its did:key stands in."""
        self._secret = secret
        self._public = bls_key(bbs.public_of(secret))
        self._verification_method = verification_method or did_key.verification_method_for(self._public)

    @classmethod
    def generate(cls) -> BBSSigner:
        """Make a key."""
        return cls(bbs.key_from(secrets.token_bytes(bbs.KEY_MATERIAL_BYTES)))

    def __repr__(self) -> str:
        """Name the key, never the key itself."""
        return f"BBSSigner({self._verification_method!r})"

    @property
    def verification_method(self) -> str:
        """Return the DID URL of the public half."""
        return self._verification_method

    @property
    def public_key(self) -> BLSPublicKey:
        """Return the public half."""
        return self._public

    def sign_messages(self, header: bytes, messages: list[bytes]) -> bytes:
        """Return the signature over a header and messages, 80 bytes."""
        return bbs.sign(self._secret, self._public.raw, header, messages)
