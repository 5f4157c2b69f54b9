"""Keys in files: whole or refused, private, found by every process."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from keys import did_key
from keys.certificates import DevelopmentCA
from keys.file_store import FileKeyStore, KeyFileError
from keys.public_keys import KeyFormError
from keys.rotation import KeyState, RotationError
from keys.store import KeyNotFoundError, PublicKey, Purpose
from proofs.jws import verify_bytes

DID = "did:web:registrar.parchemin.example:t:uni"
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
PASSPHRASE = b"correct horse battery"


def _store(folder: Path) -> FileKeyStore:
    return FileKeyStore(folder, PASSPHRASE)


def test_a_key_signs_now_and_after_a_restart(tmp_path: Path) -> None:
    created = _store(tmp_path).create(DID, Purpose.CREDENTIAL, now=NOW)
    again = _store(tmp_path).signer(DID, Purpose.CREDENTIAL)
    assert (f"{DID}#{created.id}", created.public_key) == (again.verification_method, again.public_key)
    verify_bytes("EdDSA", again.sign(b"data"), b"data", created.public_key)
    assert (created,) == _store(tmp_path).records(DID)
    assert () == _store(tmp_path).records("did:web:other.example")


def test_a_signer_is_loaded_once(tmp_path: Path) -> None:
    """An RSA key takes a fifth of a second to open."""
    store = _store(tmp_path)
    store.create(DID, Purpose.SEAL, now=NOW, rsa_key=True)
    first = store.signer(DID, Purpose.SEAL)
    assert first is store.signer(DID, Purpose.SEAL)
    assert isinstance(first.public_key, rsa.RSAPublicKey)


def test_files_are_private_and_hold_no_key_in_clear(tmp_path: Path) -> None:
    """M01: the private bytes are in no file, whatever the encoding."""
    key = ed25519.Ed25519PrivateKey.generate()
    folder = tmp_path / "keys"
    _store(folder).install(DID, Purpose.CREDENTIAL, key, now=NOW)
    (path,) = folder.iterdir()
    text = path.read_bytes()
    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert pem.split(b"\n")[1] not in text
    assert key.private_bytes_raw().hex().encode() not in text
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in text


def test_a_file_that_others_can_read_is_refused_by_name(tmp_path: Path) -> None:
    """M01."""
    created = _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    (tmp_path / f"{created.id}.json").chmod(0o640)
    with pytest.raises(KeyFileError, match=created.id):
        _store(tmp_path)


def test_the_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    other = FileKeyStore(tmp_path, b"another passphrase")
    with pytest.raises(KeyFileError, match="passphrase"):
        other.signer(DID, Purpose.JOSE)
    with pytest.raises(ValueError, match="at least"):
        FileKeyStore(tmp_path, b"short")


def test_a_file_cut_at_any_byte_is_refused_by_name(tmp_path: Path) -> None:
    """X20."""
    created = _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    path = tmp_path / f"{created.id}.json"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(KeyFileError, match=created.id):
            _store(tmp_path)
    path.write_bytes(whole)
    assert (created,) == _store(tmp_path).records()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "parchemin-key/2"},
        {"id": "other"},
        {"purpose": "everything"},
        {"state": "forgotten"},
        {"created_at": "yesterday"},
        {"created_at": None},
        {"public_key": {"kty": "oct"}},
        {"public_key": {"kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
        {"certificates": ["x"]},
        {"private_key": "-----BEGIN PRIVATE KEY-----"},
        {"private_key": None},
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_name(tmp_path: Path, change: dict[str, object]) -> None:
    created = _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    path = tmp_path / f"{created.id}.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    with pytest.raises(KeyFileError, match=created.id):
        _store(tmp_path)


def test_a_file_with_the_private_half_of_another_key_signs_nothing(tmp_path: Path) -> None:
    mine = _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    other = _store(tmp_path / "other").create(DID, Purpose.JOSE, now=NOW)
    path = tmp_path / f"{mine.id}.json"
    theirs = json.loads((tmp_path / "other" / f"{other.id}.json").read_bytes())["private_key"]
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "private_key": theirs}))
    with pytest.raises(KeyFileError, match="another key"):
        _store(tmp_path).signer(DID, Purpose.JOSE)


def test_a_failed_write_leaves_the_keys_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """X05, X20."""
    store = _store(tmp_path)
    created = store.create(DID, Purpose.JOSE, now=NOW)

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        store.create(DID, Purpose.JOSE, now=NOW)
    assert (created,) == _store(tmp_path).records()
    assert created.verification_method == store.signer(DID, Purpose.JOSE).verification_method


def test_a_new_key_takes_over_and_the_old_one_stays(tmp_path: Path) -> None:
    """R84, X21."""
    store, beside = _store(tmp_path), _store(tmp_path)
    old = store.create(DID, Purpose.CREDENTIAL, now=NOW)
    assert old.verification_method == beside.signer(DID, Purpose.CREDENTIAL).verification_method
    new = store.create(DID, Purpose.CREDENTIAL, now=NOW + timedelta(days=1))
    for view in (store, beside, _store(tmp_path)):
        assert new.verification_method == view.signer(DID, Purpose.CREDENTIAL).verification_method
        assert [KeyState.PREVIOUS, KeyState.CURRENT] == [record.state for record in view.records(DID)]


def test_a_prepared_key_signs_only_once_it_is_activated(tmp_path: Path) -> None:
    """X22."""
    store = _store(tmp_path)
    prepared = store.create(DID, Purpose.CREDENTIAL, now=NOW, state=KeyState.PREPARED)
    with pytest.raises(KeyNotFoundError):
        store.signer(DID, Purpose.CREDENTIAL)
    store.activate(prepared.id, now=NOW)
    assert prepared.public_key == store.signer(DID, Purpose.CREDENTIAL).public_key


def test_a_key_is_retired_or_said_to_be_compromised(tmp_path: Path) -> None:
    store = _store(tmp_path)
    first = store.create(DID, Purpose.CREDENTIAL, now=NOW)
    store.retire(first.id, now=NOW)
    with pytest.raises(KeyNotFoundError):
        store.signer(DID, Purpose.CREDENTIAL)
    store.compromise(first.id, since=NOW)
    (again,) = _store(tmp_path).records()
    assert (KeyState.COMPROMISED, NOW) == (again.state, again.compromised_since)
    with pytest.raises(RotationError):
        store.activate(first.id, now=NOW)
    with pytest.raises(RotationError):
        store.certificates("no such key")


def test_a_key_of_a_seal_keeps_its_chain_and_takes_a_new_one(tmp_path: Path) -> None:
    store, authority = _store(tmp_path), DevelopmentCA.create(now=NOW)

    def certify(key: PublicKey) -> tuple[object, ...]:
        return authority.seal_certificate(key, organisation="Uni", did=DID, now=NOW)

    record = store.create(DID, Purpose.SEAL, now=NOW, certify=certify)  # type: ignore[arg-type]
    signer = store.signer(DID, Purpose.SEAL)
    assert store.certificates(record.id) == tuple(signer.certificates)
    assert 2 == len(signer.certificates)
    renewed = authority.seal_certificate(record.public_key, organisation="Uni", did=DID, now=NOW, days=30)
    store.renew_certificates(record.id, renewed)
    assert renewed == tuple(store.signer(DID, Purpose.SEAL).certificates)
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    for chain in ((), authority.seal_certificate(stranger, organisation="x", did=DID, now=NOW)):
        with pytest.raises(KeyFormError):
            store.renew_certificates(record.id, chain)


def test_a_key_of_a_did_key_gets_its_url(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    controller = did_key.did_for(key.public_key())
    record = _store(tmp_path).install(controller, Purpose.CREDENTIAL, key, now=NOW)
    assert did_key.verification_method_for(key.public_key()) == record.verification_method


def test_a_key_of_the_wrong_kind_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(KeyFormError):
        _store(tmp_path).install(DID, Purpose.JOSE, ed25519.Ed25519PrivateKey.generate(), now=NOW)
    assert [] == list(tmp_path.iterdir())


def test_a_key_that_was_taken_away_signs_no_more(tmp_path: Path) -> None:
    store = _store(tmp_path)
    record = store.create(DID, Purpose.JOSE, now=NOW)
    store.signer(DID, Purpose.JOSE)
    shutil.move(tmp_path / f"{record.id}.json", tmp_path / "safe.bak")
    with pytest.raises(KeyNotFoundError):
        store.signer(DID, Purpose.JOSE)


def test_the_public_halves_are_listed_without_the_passphrase_being_right(tmp_path: Path) -> None:
    record = _store(tmp_path).create(DID, Purpose.JOSE, now=NOW)
    (listed,) = FileKeyStore(tmp_path, b"another passphrase").records()
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert record.public_key.public_bytes(*spki) == listed.public_key.public_bytes(*spki)
