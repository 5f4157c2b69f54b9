"""Certificates are told to end before they do, and refused when they cannot be used (X30)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from app.certificate_checks import flaws
from app.checks import Severity, findings
from app.config import Settings
from keys.certificates import DevelopmentCA, pem_of
from keys.file_store import FileKeyStore
from keys.store import PublicKey, Purpose

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DID = "did:web:registrar.example:t:uni"
PASSPHRASE = b"a passphrase of the tests"


def house(folder: Path, *, days: int = 100, purpose: Purpose = Purpose.SEAL) -> Settings:
    """Return settings whose VAR holds one key with a certificate for so many days."""
    authority = DevelopmentCA.create(now=NOW)

    def certify(key: PublicKey) -> Sequence[x509.Certificate]:
        if purpose is Purpose.SEAL:
            return authority.seal_certificate(key, organisation="Uni", did=DID, now=NOW, days=days)
        return authority.timestamp_certificate(key, now=NOW, days=days)

    FileKeyStore(folder / "keys", PASSPHRASE).create(DID, purpose, now=NOW, certify=certify)
    return Settings(var=folder)


def ids(settings: Settings, *, at: datetime = NOW) -> list[tuple[str, bool]]:
    return [(flaw.id, flaw.is_fatal) for flaw in flaws(settings, now=at)]


@pytest.mark.parametrize("purpose", [Purpose.SEAL, Purpose.TIMESTAMP])
def test_the_end_is_told_90_30_and_7_days_before(tmp_path: Path, purpose: Purpose) -> None:
    """X30: a certificate of 100 days."""
    settings = house(tmp_path, purpose=purpose)
    told = {day: ids(settings, at=NOW + day * DAY) for day in (0, 10, 11, 70, 71, 93, 94, 100, 101)}
    ends = {days: [(f"certificate-ends-{days}", False)] for days in (90, 30, 7)}
    expected = {0: [], 10: [], 11: ends[90], 70: ends[90], 71: ends[30], 93: ends[30], 94: ends[7], 100: ends[7]}
    assert {**expected, 101: [("certificate-expired", True)]} == told


def test_a_certificate_of_tomorrow_is_refused(tmp_path: Path) -> None:
    assert [("certificate-not-yet", True)] == ids(house(tmp_path), at=NOW - DAY)


def test_a_key_that_signs_no_more_is_not_asked_for(tmp_path: Path) -> None:
    settings = house(tmp_path)
    store = FileKeyStore(tmp_path / "keys", PASSPHRASE)
    store.retire(store.records()[0].id, now=NOW)
    assert [] == ids(settings, at=NOW + 101 * DAY)


def test_a_certificate_of_another_key_is_refused(tmp_path: Path) -> None:
    settings = house(tmp_path)
    house(tmp_path / "other")
    (mine,), (other,) = ((tmp_path / name).glob("*.json") for name in ("keys", "other/keys"))
    text, foreign = mine.read_text(), other.read_text()
    start, end = '"certificates": [', '],\n  "private_key"'
    chain = foreign[foreign.index(start) : foreign.index(end)]
    mine.write_text(text[: text.index(start)] + chain + text[text.index(end) :])
    assert [("certificate-mismatched", True)] == ids(settings)


def test_a_key_without_certificate_is_refused(tmp_path: Path) -> None:
    FileKeyStore(tmp_path / "keys", PASSPHRASE).create(DID, Purpose.SEAL, now=NOW)
    assert [("certificate-missing", True)] == ids(Settings(var=tmp_path))


def test_a_broken_key_file_is_told_by_name_and_not_raised(tmp_path: Path) -> None:
    house(tmp_path)
    broken = next((tmp_path / "keys").glob("*.json"))
    broken.write_bytes(broken.read_bytes()[:-40])
    (flaw,) = flaws(Settings(var=tmp_path), now=NOW)
    assert ("key-file-broken", True) == (flaw.id, flaw.is_fatal)
    assert broken.name in flaw.text


def in_file(folder: Path, *, days: int = 100, own: bool = True, passphrase: bytes = b"") -> Settings:
    """Return settings that name a file with a seal key and a chain."""
    key = ec.generate_private_key(ec.SECP256R1())
    certified = key if own else ec.generate_private_key(ec.SECP256R1())
    chain = DevelopmentCA.create(now=NOW).seal_certificate(
        certified.public_key(), organisation="Uni", did=DID, now=NOW, days=days
    )
    secured = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secured)
    path = folder / "seal.pem"
    path.write_bytes(pem + pem_of(chain).encode())
    return Settings(var=folder, seal_key=str(path), passphrase=passphrase.decode())


def test_the_file_of_a_seal_key_is_judged_as_well(tmp_path: Path) -> None:
    assert [] == ids(in_file(tmp_path))
    assert [] == ids(in_file(tmp_path, passphrase=PASSPHRASE))
    assert [("certificate-ends-7", False)] == ids(in_file(tmp_path, days=5))
    assert [("certificate-expired", True)] == ids(in_file(tmp_path), at=NOW + 101 * DAY)
    assert [("certificate-mismatched", True)] == ids(in_file(tmp_path, own=False))
    (tmp_path / "seal.pem").write_text("no key")
    assert [("seal-key-unreadable", True)] == ids(Settings(var=tmp_path, seal_key=str(tmp_path / "seal.pem")))
    assert [("seal-key-unreadable", True)] == ids(Settings(var=tmp_path, seal_key=str(tmp_path / "none.pem")))


def test_check_tells_of_certificates(tmp_path: Path) -> None:
    settings = house(tmp_path)
    told = {finding.id: finding.severity for finding in findings(settings, now=NOW + 95 * DAY)}
    assert Severity.WARNING is told["certificate-ends-7"]
    told = {finding.id: finding.severity for finding in findings(settings, now=NOW + 200 * DAY)}
    assert Severity.REFUSED is told["certificate-expired"]
