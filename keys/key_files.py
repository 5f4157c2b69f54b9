"""The records of keys: one JSON file a key, with where its private half is, its state and its chain.

    class FileKeyStore(RecordedKeyStore): ...     # the private half is in the file, encrypted
    class PKCS11KeyStore(RecordedKeyStore): ...   # the file says where in the token it is

A record is written in one step (threats.md X20): metadata, private half and certificates are one
file, so none is ever there without the others. Files that others can read are refused (M01), and
the one that is broken is named.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keys import did_key, rotation
from keys.did_document import fragment_of
from keys.jwk import jwk_to_public_key, public_key_to_jwk
from keys.local_signer import PrivateKey, check_purpose
from keys.public_keys import KeyFormError, acceptable
from keys.rotation import KeyRecord, KeyState, RotationError
from keys.store import KeyNotFoundError, PublicKey, Purpose, Signer
from schemas import strict_json
from schemas.moments import moment, written
from schemas.problems import ProblemError
from services.files import PRIVATE, write_atomically

FORMAT: Final = "parchemin-key/1"
PKCS11_SCHEME: Final = "pkcs11:"
_OTHERS: Final = 0o077
_MOMENTS: Final = ("created_at", "activated_at", "retired_at", "compromised_since")

Certify = Callable[[PublicKey], Sequence[x509.Certificate]]


class KeyFileError(RuntimeError):
    """A key file is broken, readable by others, or not for this store; the message names it."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key file that was read; `private` is an encrypted PKCS#8 PEM, or a PKCS #11 URI (RFC 7512)."""

    record: KeyRecord
    private: str
    certificates: tuple[x509.Certificate, ...]


class RecordedKeyStore(ABC):
    """A `KeyStore` over a folder of records; several processes may use it, one writes."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, made when missing; raise `KeyFileError` for the first bad file."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._stored: Mapping[str, StoredKey] = {}
        self._signers: dict[str, Signer] = {}
        self._seen: object = None
        self._refresh()

    @abstractmethod
    def _made(self, purpose: Purpose, *, rsa_key: bool) -> tuple[PublicKey, str]:
        """Make a key; return its public half, and its private half as it is stored."""

    @abstractmethod
    def _taken(self, key: PrivateKey) -> str:
        """Return the private half of a key that was made elsewhere, as it is stored."""

    @abstractmethod
    def _load(self, entry: StoredKey) -> Signer:
        """Return what signs with a key; raise `KeyFileError`."""

    @abstractmethod
    def _discard(self, private: str) -> None:
        """Forget a private half of which no record was written."""

    def lost(self) -> tuple[KeyRecord, ...]:
        """Return the keys that are to sign and whose private half is not where the record says."""
        return ()

    def create(
        self,
        controller: str,
        purpose: Purpose,
        *,
        now: datetime,
        certify: Certify | None = None,
        rsa_key: bool = False,
        state: KeyState = KeyState.CURRENT,
    ) -> KeyRecord:
        """Make a key and keep it; a current one takes the place of its predecessor.

        `certify` returns the chain of the new public key, its own certificate first.
        """
        public, private = self._made(purpose, rsa_key=rsa_key)
        try:
            chain = tuple(certify(public)) if certify else ()
            return self._keep(controller, purpose, public, private, now=now, certificates=chain, state=state)
        except BaseException:
            self._discard(private)
            raise

    def install(
        self,
        controller: str,
        purpose: Purpose,
        key: PrivateKey,
        *,
        now: datetime,
        certificates: Sequence[x509.Certificate] = (),
        state: KeyState = KeyState.CURRENT,
    ) -> KeyRecord:
        """Keep a key that was made elsewhere; raise `KeyFormError` when it does not suit."""
        public = acceptable(key.public_key())
        check_purpose(public, purpose)
        check_chain(public, certificates)
        private = self._taken(key)
        try:
            return self._keep(controller, purpose, public, private, now=now, certificates=certificates, state=state)
        except BaseException:
            self._discard(private)
            raise

    def _keep(
        self,
        controller: str,
        purpose: Purpose,
        public: PublicKey,
        private: str,
        *,
        now: datetime,
        certificates: Sequence[x509.Certificate],
        state: KeyState,
    ) -> KeyRecord:
        check_purpose(public, purpose)
        check_chain(public, certificates)
        identifier = fragment_of(public)
        url = _url(controller, public, identifier)
        record = KeyRecord(identifier, controller, purpose, url, public, KeyState.PREPARED, created_at=now)
        self._write(StoredKey(record, private, tuple(certificates)))
        return self.activate(identifier, now=now) if state is KeyState.CURRENT else record

    def signer(self, controller: str, purpose: Purpose) -> Signer:
        """Return the signer of the current key, or raise `KeyNotFoundError`."""
        self._refresh()
        record = rotation.current(self.records(), controller, purpose)
        if record is None:
            raise KeyNotFoundError(f"no current {purpose.value} key of {controller}")
        with self._lock:
            if record.id not in self._signers:
                self._signers[record.id] = self._load(self._stored[record.id])
            return self._signers[record.id]

    def signer_of(self, key_id: str) -> Signer:
        """Return what signs with one key, current or not; raise `RotationError` when it is not there."""
        return self._load(self._entry(key_id))

    def records(self, controller: str | None = None) -> tuple[KeyRecord, ...]:
        """Return every key, or those of a controller, oldest first."""
        self._refresh()
        found = [entry.record for entry in self._stored.values() if controller in {None, entry.record.controller}]
        return tuple(sorted(found, key=lambda record: (record.created_at, record.id)))

    def certificates(self, key_id: str) -> tuple[x509.Certificate, ...]:
        """Return the chain of a key, its own certificate first."""
        return self._entry(key_id).certificates

    def activate(self, key_id: str, *, now: datetime) -> KeyRecord:
        """Make a prepared key current and its predecessor previous."""
        changed = rotation.activate(self.records(), key_id, at=now)
        for record in changed:
            self._update(record)
        return changed[0]

    def retire(self, key_id: str, *, now: datetime) -> KeyRecord:
        """Let a key sign nothing more; what it signed keeps verifying."""
        return self._update(rotation.retire(self.records(), key_id, at=now))

    def compromise(self, key_id: str, *, since: datetime) -> KeyRecord:
        """Let a key not be believed from `since` on."""
        return self._update(rotation.compromise(self.records(), key_id, since=since))

    def renew_certificates(self, key_id: str, chain: Sequence[x509.Certificate]) -> None:
        """Give a key a new chain; raise `KeyFormError` when it is another key's."""
        entry = self._entry(key_id)
        if not chain:
            raise KeyFormError("the chain is empty")
        check_chain(entry.record.public_key, chain)
        self._write(StoredKey(entry.record, entry.private, tuple(chain)))

    def _entry(self, key_id: str) -> StoredKey:
        rotation.by_id(self.records(), key_id)
        return self._stored[key_id]

    def _update(self, record: KeyRecord) -> KeyRecord:
        entry = self._entry(record.id)
        self._write(StoredKey(record, entry.private, entry.certificates))
        return record

    def _write(self, entry: StoredKey) -> None:
        data = orjson.dumps(_to_json(entry), option=orjson.OPT_INDENT_2)
        write_atomically(self._folder / f"{entry.record.id}.json", data, mode=PRIVATE)
        self._refresh()

    def _refresh(self) -> None:
        """Read the folder again when a file was added or replaced, by whichever process."""
        with self._lock:
            seen = self._look()
            if seen == self._seen:
                return
            stored = {entry.record.id: entry for entry in map(_read, sorted(self._folder.glob("*.json")))}
            self._signers = {
                key_id: signer
                for key_id, signer in self._signers.items()
                if key_id in stored and stored[key_id].certificates == tuple(signer.certificates)
            }
            self._stored, self._seen = stored, seen

    def _look(self) -> object:
        """Return what changes with every write: a replaced file is a new one under its old name."""
        with os.scandir(self._folder) as entries:
            names = frozenset((entry.name, entry.inode()) for entry in entries)
        return self._folder.stat().st_mtime_ns, names


def read_keys(folder: Path) -> tuple[tuple[KeyRecord, tuple[x509.Certificate, ...]], ...]:
    """Return every key in a folder with its chain, without opening any; empty when there is no folder.

    For those who look after keys and need no passphrase. Raises `KeyFileError` for the first bad file.
    """
    return tuple((one.record, one.certificates) for one in map(_read, sorted(folder.glob("*.json"))))


def check_chain(public: PublicKey, certificates: Sequence[x509.Certificate]) -> None:
    """Raise `KeyFormError` when the first certificate, if there is one, is of another key."""
    if certificates and certificates[0].public_key() != public:
        raise KeyFormError("the first certificate is not this key's")


def _url(controller: str, key: PublicKey, identifier: str) -> str:
    if controller == did_key.did_for(key):
        return did_key.verification_method_for(key)
    return f"{controller}#{identifier}"


def _to_json(entry: StoredKey) -> dict[str, Any]:
    record = entry.record
    moments = {name: getattr(record, name) for name in _MOMENTS}
    return {
        "format": FORMAT,
        "id": record.id,
        "controller": record.controller,
        "purpose": record.purpose.value,
        "verification_method": record.verification_method,
        "public_key": public_key_to_jwk(record.public_key),
        "state": record.state.value,
        **{name: written(value) if value else None for name, value in moments.items()},
        "certificates": [item.public_bytes(Encoding.PEM).decode("ascii") for item in entry.certificates],
        "private_key": entry.private,
    }


def _read(path: Path) -> StoredKey:
    """Read one key file; the private half stays encrypted."""
    if path.stat().st_mode & _OTHERS:
        raise KeyFileError(f"{path.name} can be read by others: chmod 600")
    try:
        return _from_json(strict_json.loads(path.read_bytes()))
    except (ProblemError, KeyError, TypeError, ValueError, RotationError):
        raise KeyFileError(f"{path.name} is not a whole key file") from None


def _from_json(value: Mapping[str, Any]) -> StoredKey:
    if value["format"] != FORMAT:
        raise ValueError(FORMAT)
    times = {name: moment(value[name]) for name in _MOMENTS if value[name] is not None}
    record = KeyRecord(
        id=value["id"],
        controller=value["controller"],
        purpose=Purpose(value["purpose"]),
        verification_method=value["verification_method"],
        public_key=jwk_to_public_key(value["public_key"]),
        state=KeyState(value["state"]),
        **times,
    )
    chain = tuple(x509.load_pem_x509_certificate(pem.encode("ascii")) for pem in value["certificates"])
    private = value["private_key"]
    if record.id != fragment_of(record.public_key) or not ("ENCRYPTED" in private or private.startswith(PKCS11_SCHEME)):
        raise ValueError(record.id)
    return StoredKey(record, private, chain)
