"""Keys in files: one JSON file a key, its private half as encrypted PKCS#8.

    store = FileKeyStore(folder, passphrase)
    store.create(did, Purpose.CREDENTIAL, now=clock.now())
    store.signer(did, Purpose.CREDENTIAL).sign(data)

What a file holds, and how it is written and read, is in `keys.key_files`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from keys.key_files import PKCS11_SCHEME, KeyFileError, RecordedKeyStore, StoredKey, read_keys
from keys.local_signer import LocalSigner, PrivateKey, generate
from keys.public_keys import acceptable
from keys.store import PublicKey, Purpose, Signer

__all__ = ["FileKeyStore", "KeyFileError", "read_keys"]

_PASSPHRASE_BYTES: Final = 12


class FileKeyStore(RecordedKeyStore):
    """A `KeyStore` whose private halves are in its folder, encrypted with one passphrase."""

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        """Open the folder, made when missing; raise `KeyFileError` for the first bad file."""
        if len(passphrase) < _PASSPHRASE_BYTES:
            msg = f"a passphrase has at least {_PASSPHRASE_BYTES} bytes"
            raise ValueError(msg)
        self._passphrase = passphrase
        super().__init__(folder)

    def _made(self, purpose: Purpose, *, rsa_key: bool) -> tuple[PublicKey, str]:
        key = generate(purpose, rsa_key=rsa_key)
        return acceptable(key.public_key()), self._taken(key)

    def _taken(self, key: PrivateKey) -> str:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self._passphrase))
        return pem.decode("ascii")

    def _discard(self, private: str) -> None:
        del private  # it was nowhere else

    def _load(self, entry: StoredKey) -> Signer:
        url = entry.record.verification_method
        if entry.private.startswith(PKCS11_SCHEME):
            raise KeyFileError(f"the key of {url} lies in a token: PARCHEMIN_KEY_STORE is not set to pkcs11")
        try:
            key = load_pem_private_key(entry.private.encode("ascii"), self._passphrase)
            if key.public_key() != entry.record.public_key:
                raise KeyFileError(f"the key file of {url} holds another key")
            return LocalSigner(key, verification_method=url, certificates=entry.certificates)  # type: ignore[arg-type]
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyFileError(f"the key of {url} does not open with this passphrase") from None
