"""A folder of sealed documents is renewed in time, and both are kept (R24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding

from issuer.documents.commands import commands
from issuer.documents.renewing import Renewal, Renewer
from proofs.pades import ValidationMaterial, check_seal
from services.timestamps import LocalTimestamper, TimestampAuthority
from tests.support.pdf_pki import NOW, TestCA
from tests.support.sealed import SealWorld

LATER = NOW + timedelta(days=365 * 8 + 40)


@dataclass
class Bench:
    renewer: Renewer


@pytest.fixture(scope="module")
def world() -> SealWorld:
    return SealWorld()


def renewer_at(world: SealWorld, moment: datetime) -> Renewer:
    then = TestCA(now=moment, key=world.ca.key)
    then.root = world.ca.root
    crl = world.ca.crl(moment).public_bytes(Encoding.DER)
    material = ValidationMaterial((world.ca.root,), world.timestamper.certificates, (crl,))
    return Renewer(timestamper=then.timestamper(), material=lambda _: material, trust=world.trust, now=lambda: moment)


@pytest.fixture
def folder(world: SealWorld, tmp_path: Path) -> Path:
    (tmp_path / "diploma.pdf").write_bytes(world.sealed())
    (tmp_path / "other.pdf").write_bytes(world.base())
    (tmp_path / "notes.txt").write_text("not a PDF")
    return tmp_path


def test_what_is_not_due_is_left(world: SealWorld, folder: Path) -> None:
    outcomes = {one.path.name: one for one in renewer_at(world, NOW).renew_folder(folder)}
    assert (Renewal.NOT_DUE, Renewal.REFUSED) == (outcomes["diploma.pdf"].renewal, outcomes["other.pdf"].renewal)
    assert outcomes["other.pdf"].code == "pdf-not-sealed"
    assert {"diploma.pdf", "other.pdf", "notes.txt"} == {path.name for path in folder.iterdir()}


def test_what_is_due_is_renewed_beside_the_original(world: SealWorld, folder: Path) -> None:
    before = (folder / "diploma.pdf").read_bytes()
    outcome = next(iter(renewer_at(world, LATER).renew_folder(folder)))
    assert outcome.renewal is Renewal.RENEWED
    assert outcome.written is not None
    assert before == (folder / "diploma.pdf").read_bytes()
    renewed = outcome.written.read_bytes()
    assert renewed.startswith(before)
    finding = check_seal(renewed, trust=world.trust, now=NOW + timedelta(days=365 * 16))
    assert outcome.lasts_until == finding.archive_expires


def test_a_second_run_changes_nothing(world: SealWorld, folder: Path) -> None:
    list(renewer_at(world, LATER).renew_folder(folder))
    names = {path.name for path in folder.iterdir()}
    again = [one.renewal for one in renewer_at(world, LATER).renew_folder(folder)]
    assert again == [Renewal.NOT_DUE, Renewal.REFUSED]
    assert names == {path.name for path in folder.iterdir()}


def test_an_authority_without_a_newer_certificate_wins_nothing(world: SealWorld, folder: Path) -> None:
    later = renewer_at(world, LATER)
    key = world.timestamper.authority.key
    same = LocalTimestamper(TimestampAuthority(key, lambda: LATER))
    renewer = Renewer(timestamper=same, material=later._material, trust=world.trust, now=lambda: LATER)
    outcome = next(iter(renewer.renew_folder(folder)))
    assert (Renewal.REFUSED, "timestamp-invalid") == (outcome.renewal, outcome.code)
    assert {"diploma.pdf", "other.pdf", "notes.txt"} == {path.name for path in folder.iterdir()}


def test_the_command_tells_what_became_of_each_file(world: SealWorld, folder: Path) -> None:
    bench = Bench(renewer_at(world, LATER))
    done = CliRunner().invoke(commands[0], [str(folder), "--months", "12"], obj=bench)
    assert done.exit_code == 1
    assert "renewed   diploma.pdf -> diploma.renewed-" in done.output
    assert "refused   other.pdf pdf-not-sealed" in done.output
    (folder / "other.pdf").unlink()
    assert CliRunner().invoke(commands[0], [str(folder)], obj=bench).exit_code == 0
