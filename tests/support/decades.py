"""A document through the decades: sealed in 2026, renewed in 2034 and 2042, judged from 2026 to 2050 (R24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from proofs.pades import SealTrust, ValidationMaterial, check_seal
from proofs.pades_renewal import renew
from schemas.problems import ProblemError
from services.timestamps import LocalTimestamper
from tests.shared import ROOT
from tests.support.pdf_lesser_seals import Lesser
from tests.support.pdf_pki import TestCA
from tests.support.pdf_scene import Scene

YEARS = (2026, 2030, 2034, 2040, 2050)
PAGE = ROOT / "docs" / "reference" / "decades.md"


def day_of(year: int) -> datetime:
    """Return the day on which a file is judged or renewed in that year."""
    return datetime(year, 12, 15, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Decades:
    """The files, each with the year from which it exists, and whom to believe."""

    trust: SealTrust
    files: dict[str, bytes]
    since: dict[str, int]

    def outcome(self, name: str, year: int) -> str:
        """Return `holds`, the code of the problem, or a dash for a year before the file existed."""
        if year < self.since[name]:
            return "–"
        try:
            check_seal(self.files[name], trust=self.trust, now=day_of(year))
        except ProblemError as error:
            return error.problem.code
        return "holds"


def make_decades() -> Decades:
    """Seal a document in 2026, with less and with all evidence, and renew it twice."""
    scene = Scene()
    ca = scene.world.ca
    files = {
        "signed, no timestamp (B-B)": Lesser(stamped=False)(scene),
        "signed and stamped (B-T)": Lesser()(scene),
        "sealed (B-LTA), never renewed": scene.sealed,
    }
    since = dict.fromkeys(files, 2026)
    newest = scene.sealed
    for year, name in ((2034, "renewed in 2034"), (2042, "renewed again in 2042")):
        newest = renew(newest, timestamper=_authority(ca, year), material=_material(scene, year), now=day_of(year))
        files[name], since[name] = newest, year
    return Decades(scene.trust, files, since)


def _authority(ca: TestCA, year: int) -> LocalTimestamper:
    """Return an authority certified that year for nine years."""
    then = TestCA(now=day_of(year), key=ca.key)
    then.root = ca.root
    return then.timestamper()


def _material(scene: Scene, year: int) -> ValidationMaterial:
    crl = scene.world.ca.crl(day_of(year)).public_bytes(Encoding.DER)
    return ValidationMaterial((scene.world.ca.root,), scene.world.timestamper.certificates, (crl,))


def table(decades: Decades) -> str:
    """Return what holds in which year, as the page shows it."""
    rows = [
        f"| {name} | " + " | ".join(_shown(decades.outcome(name, year)) for year in YEARS) + " |"
        for name in decades.files
    ]
    head = "| file | " + " | ".join(map(str, YEARS)) + " |"
    return "\n".join([head, "|---" * (len(YEARS) + 1) + "|", *rows]) + "\n"


def _shown(outcome: str) -> str:
    return outcome if outcome in {"holds", "–"} else f"`{outcome}`"


def write(page: Path = PAGE) -> None:
    """Put the table into the page, in the place of the one that is there."""
    text = page.read_text(encoding="utf-8")
    start = text.index("| file |")
    page.write_text(text[:start] + table(make_decades()) + text[text.index("\n\n", start) + 1 :], encoding="utf-8")


if __name__ == "__main__":
    write()
