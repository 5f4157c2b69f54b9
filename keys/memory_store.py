"""Keys that live as long as the process: for tests and throw-away demonstrations."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from keys import did_key
from keys.local_signer import LocalSigner, PrivateKey, check_purpose, generate
from keys.public_keys import acceptable
from keys.store import KeyNotFoundError, Purpose, Signer


class MemoryKeyStore:
    """A `KeyStore` that forgets; a later key of the same controller and purpose replaces the earlier."""

    def __init__(self) -> None:
        """Start empty."""
        self._signers: dict[tuple[str, Purpose], LocalSigner] = {}

    def add(
        self,
        controller: str,
        purpose: Purpose,
        key: PrivateKey,
        *,
        verification_method: str | None = None,
        certificates: Sequence[x509.Certificate] = (),
    ) -> Signer:
        """Keep a key and return its signer.

        `verification_method` is a DID URL; without one the key's own did:key URL stands in, or,
        for a controller that is not a did:key, `<controller>#key-<purpose>`.
        """
        check_purpose(acceptable(key.public_key()), purpose)
        url = verification_method or _default_url(controller, purpose, key)
        signer = LocalSigner(key, verification_method=url, certificates=certificates)
        self._signers[controller, purpose] = signer
        return signer

    def create(self, controller: str, purpose: Purpose, *, verification_method: str | None = None) -> Signer:
        """Make a key, keep it and return its signer."""
        return self.add(controller, purpose, generate(purpose), verification_method=verification_method)

    def signer(self, controller: str, purpose: Purpose) -> Signer:
        """Return the signer, or raise `KeyNotFoundError`."""
        try:
            return self._signers[controller, purpose]
        except KeyError:
            raise KeyNotFoundError(f"no {purpose.value} key of {controller}") from None


def _default_url(controller: str, purpose: Purpose, key: PrivateKey) -> str:
    public = acceptable(key.public_key())
    if controller == did_key.did_for(public):
        return did_key.verification_method_for(public)
    return f"{controller}#key-{purpose.value}"
