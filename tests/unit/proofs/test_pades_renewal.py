"""Renewed seals hold for decades: the file is peeled from the outside (R24)."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from proofs.pades import SealTrust, ValidationMaterial, check_seal
from proofs.pades_renewal import is_due, renew
from schemas.problems import ProblemError
from services.timestamps import LocalTimestamper, TimestampAuthority, TimestampUnavailableError
from tests.support.judges import needed
from tests.support.pdf_pki import NOW, TestCA
from tests.support.sealed import SealWorld

ROOT = Path(__file__).resolve().parents[3]


def year(number: int) -> datetime:
    return datetime(number, 6, 15, 12, 0, tzinfo=UTC)


@dataclass
class Decades:
    """A document sealed in 2026 and renewed in 2034, 2042; each authority lives nine years."""

    trust: SealTrust
    files: dict[int, bytes]


@pytest.fixture(scope="module")
def decades() -> Decades:
    world = SealWorld()
    files = {2026: world.sealed()}
    for before, now in ((2026, 2034), (2034, 2042)):
        files[now] = renew(
            files[before], timestamper=_authority(world.ca, now), material=_material(world, now), now=year(now)
        )
    return Decades(world.trust, files)


def _authority(ca: TestCA, number: int) -> LocalTimestamper:
    """Return an authority certified that year for nine years."""
    then = TestCA(now=year(number), key=ca.key)
    then.root = ca.root
    return then.timestamper()


def _material(world: SealWorld, number: int) -> ValidationMaterial:
    crl = world.ca.crl(year(number)).public_bytes(Encoding.DER)
    return ValidationMaterial((world.ca.root,), world.timestamper.certificates, (crl,))


@pytest.mark.parametrize(
    ("file", "when", "holds"),
    [
        (2026, 2027, True),
        (2026, 2030, True),
        (2026, 2034, True),
        (2026, 2040, False),
        (2034, 2035, True),
        (2034, 2040, True),
        (2034, 2050, False),
        (2042, 2043, True),
        (2042, 2050, True),
        (2042, 2055, False),
    ],
)
def test_a_seal_holds_until_its_last_timestamp_lapses(decades: Decades, file: int, when: int, holds: bool) -> None:
    """R24: what was renewed in time holds after every inner certificate has expired."""
    if holds:
        finding = check_seal(decades.files[file], trust=decades.trust, now=year(when))
        assert finding.signed_at == NOW
        assert finding.archive_expires is not None
        assert finding.archive_expires.year in {file + 9, 2035}
    else:
        with pytest.raises(ProblemError) as caught:
            check_seal(decades.files[file], trust=decades.trust, now=year(when))
        assert caught.value.problem.code == "timestamp-invalid"


def test_a_renewal_only_appends(decades: Decades) -> None:
    assert decades.files[2034].startswith(decades.files[2026])
    assert decades.files[2042].startswith(decades.files[2034])
    grown = len(decades.files[2034]) - len(decades.files[2026])
    assert grown < 40_000


def test_a_renewal_says_the_same_about_the_document(decades: Decades) -> None:
    before = check_seal(decades.files[2026], trust=decades.trust, now=year(2030))
    renewed = check_seal(decades.files[2042], trust=decades.trust, now=year(2050))
    assert (before.certificate, before.base_sha256, before.attachments) == (
        renewed.certificate,
        renewed.base_sha256,
        renewed.attachments,
    )


def test_evidence_is_due_a_year_before_it_lapses(decades: Decades) -> None:
    finding = check_seal(decades.files[2026], trust=decades.trust, now=year(2027))
    assert [False, True] == [is_due(finding, now=year(when)) for when in (2033, 2035)]
    assert is_due(finding, now=year(2033), before=timedelta(days=1200))


def test_what_has_lapsed_cannot_be_renewed(decades: Decades) -> None:
    world = SealWorld()
    with pytest.raises(ProblemError) as caught:
        renew(
            decades.files[2026], timestamper=_authority(world.ca, 2040), material=_material(world, 2040), now=year(2040)
        )
    assert caught.value.problem.code == "timestamp-invalid"


def test_what_has_no_timestamp_cannot_be_renewed() -> None:
    world = SealWorld()
    with pytest.raises(ProblemError) as caught:
        renew(world.base(), timestamper=world.timestamper, material=world.material(), now=NOW)
    assert caught.value.problem.code == "pdf-untimestamped"


def test_a_renewal_waits_for_its_authority() -> None:
    class Unavailable:
        certificates = ()

        def stamp(self, digest: bytes) -> bytes:
            raise TimestampUnavailableError(digest.hex())

    world = SealWorld()
    with pytest.raises(ProblemError) as caught:
        renew(world.sealed(), timestamper=Unavailable(), material=world.material(), now=NOW)
    assert caught.value.problem.code == "awaiting-timestamp"


def test_an_authority_that_is_not_in_force_renews_nothing() -> None:
    world = SealWorld()
    expired = LocalTimestamper(TimestampAuthority(world.ca.timestamping(days=0), lambda: NOW + timedelta(days=2)))
    crl = world.ca.crl(NOW + timedelta(days=2)).public_bytes(Encoding.DER)
    material = ValidationMaterial((world.ca.root,), expired.certificates, (crl,))
    with pytest.raises(ProblemError) as caught:
        renew(world.sealed(), timestamper=expired, material=material, now=NOW + timedelta(days=2))
    assert caught.value.problem.code == "timestamp-invalid"


_SCRIPT = """
import json, sys
from pathlib import Path
from proofs.pades import SealTrust, check_seal
from schemas.problems import ProblemError
from services.clock import SystemClock
folder = Path(sys.argv[1])
trust = SealTrust.from_json(json.loads((folder / "trust.json").read_text()))
try:
    print(check_seal((folder / sys.argv[2]).read_bytes(), trust=trust, now=SystemClock().now()).level)
except ProblemError as error:
    print(error.problem.code)
"""


@pytest.mark.soak
@pytest.mark.parametrize(
    ("file", "when", "expected"),
    [
        (2026, 2027, "B-LTA"),
        (2026, 2030, "B-LTA"),
        (2026, 2034, "B-LTA"),
        (2026, 2040, "timestamp-invalid"),
        (2034, 2040, "B-LTA"),
        (2042, 2050, "B-LTA"),
    ],
)
def test_the_same_with_the_machines_clock_moved(
    decades: Decades, tmp_path: Path, file: int, when: int, expected: str
) -> None:
    """Nothing under us looks at another clock: the whole process lives in that year (libfaketime)."""
    needed("faketime")
    (tmp_path / "trust.json").write_text(json.dumps(decades.trust.to_json()))
    (tmp_path / "file.pdf").write_bytes(decades.files[file])
    command = ["faketime", f"{when}-06-15 12:00:00", sys.executable, "-c", _SCRIPT, str(tmp_path), "file.pdf"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert expected == done.stdout.decode().strip(), done.stderr.decode()[-500:]
