"""What every `KeyStore` promises, held against each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keys.file_store import FileKeyStore
from keys.memory_store import MemoryKeyStore
from keys.pkcs11_store import PKCS11KeyStore
from keys.store import KeyNotFoundError, KeyStore, Purpose
from proofs.jws import verify_bytes
from tests.support import soft_hsm

DID = "did:web:registrar.parchemin.example:t:uni"
OTHER = "did:web:registrar.parchemin.example:t:other"
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)

Make = Callable[[str, Purpose], None]


def _memory(_folder: Path) -> tuple[KeyStore, Make]:
    store = MemoryKeyStore()
    return store, lambda controller, purpose: _done(store.create(controller, purpose))


def _file(folder: Path) -> tuple[KeyStore, Make]:
    store = FileKeyStore(folder, b"correct horse battery")
    return store, lambda controller, purpose: _done(store.create(controller, purpose, now=NOW))


def _hardware(folder: Path) -> tuple[KeyStore, Make]:
    store = PKCS11KeyStore(folder, soft_hsm.token())
    return store, lambda controller, purpose: _done(store.create(controller, purpose, now=NOW))


def _done(_made: object) -> None:
    return None


@pytest.fixture(params=[_memory, _file, _hardware], ids=["memory", "files", "hardware"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[KeyStore, Make]:
    found: tuple[KeyStore, Make] = request.param(tmp_path)
    return found


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_signer_signs_with_the_key_it_shows(made: tuple[KeyStore, Make], purpose: Purpose) -> None:
    store, create = made
    create(DID, purpose)
    signer = store.signer(DID, purpose)
    signature = signer.sign(b"data")
    verify_bytes(signer.algorithm.value, signature, b"data", signer.public_key)
    assert signer.verification_method.startswith(f"{DID}#")
    assert () == tuple(signer.certificates)


def test_a_key_serves_its_controller_and_its_purpose_alone(made: tuple[KeyStore, Make]) -> None:
    """K15, guarantee 7: no institution signs for another."""
    store, create = made
    create(DID, Purpose.CREDENTIAL)
    for controller, purpose in ((OTHER, Purpose.CREDENTIAL), (DID, Purpose.STATUS), (DID, Purpose.JOSE)):
        with pytest.raises(KeyNotFoundError):
            store.signer(controller, purpose)


def test_the_latest_key_signs(made: tuple[KeyStore, Make]) -> None:
    store, create = made
    create(DID, Purpose.JOSE)
    first = store.signer(DID, Purpose.JOSE).public_key
    create(DID, Purpose.JOSE)
    assert first != store.signer(DID, Purpose.JOSE).public_key


def test_a_signer_gives_no_key_away(made: tuple[KeyStore, Make]) -> None:
    store, create = made
    create(DID, Purpose.CREDENTIAL)
    signer = store.signer(DID, Purpose.CREDENTIAL)
    assert {"verification_method", "algorithm", "public_key", "certificates", "sign"} == {
        name for name in dir(signer) if not name.startswith("_")
    }
