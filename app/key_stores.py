"""Opens the key store of the settings: encrypted files, or a PKCS #11 token."""

from __future__ import annotations

import secrets
from importlib import import_module
from typing import Final

from app.config import Settings
from keys.file_store import FileKeyStore
from keys.key_files import KeyFileError, RecordedKeyStore
from schemas.problems import KEY_STORE_UNAVAILABLE, SETTING_INVALID, ProblemError
from services.files import PRIVATE, write_atomically

FILE: Final = "file"
PKCS11: Final = "pkcs11"


def open_key_store(settings: Settings) -> RecordedKeyStore:
    """Return the key store of the settings; nothing is asked of a token yet.

    Raises ProblemError: setting-invalid, key-store-unavailable (a key file is broken).
    """
    try:
        if settings.key_store == PKCS11:
            return _in_token(settings)
        if settings.key_store == FILE:
            return FileKeyStore(settings.var / "keys", passphrase(settings))
    except KeyFileError as error:
        raise ProblemError(KEY_STORE_UNAVAILABLE.about(str(error))) from error
    raise ProblemError(SETTING_INVALID.about(f"PARCHEMIN_KEY_STORE is {FILE} or {PKCS11}"))


def passphrase(settings: Settings) -> bytes:
    """Return what opens the key files; in development a file in VAR, made at the first use."""
    if settings.passphrase:
        return settings.passphrase.encode()
    path = settings.var / "passphrase"
    if not path.exists():
        if not settings.development:
            raise ProblemError(SETTING_INVALID.about("PARCHEMIN_PASSPHRASE is not set"))
        settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, secrets.token_urlsafe(24).encode(), mode=PRIVATE)
    return path.read_bytes().strip()


def _in_token(settings: Settings) -> RecordedKeyStore:
    """Return the store over a token; its library is imported only when it was chosen."""
    for name in ("pkcs11_module", "pkcs11_token", "pkcs11_pin"):
        if not getattr(settings, name):
            raise ProblemError(SETTING_INVALID.about(f"PARCHEMIN_{name.upper()} is not set"))
    token = import_module("keys.pkcs11_token").Token(
        module=settings.pkcs11_module, label=settings.pkcs11_token, pin=settings.pkcs11_pin
    )
    store: RecordedKeyStore = import_module("keys.pkcs11_store").PKCS11KeyStore(settings.var / "keys", token)
    return store
