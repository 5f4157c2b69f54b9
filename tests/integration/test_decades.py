"""What holds in which year, with stopped clocks, with the machine's clock moved, and from the command line (R24)."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.support.decades import PAGE, YEARS, Decades, make_decades, table
from tests.support.judges import needed

_JUDGE = """
import json, sys
from pathlib import Path
from proofs.pades import SealTrust, check_seal
from schemas.problems import ProblemError
from services.clock import SystemClock
trust = SealTrust.from_json(json.loads(Path("trust.json").read_text()))
for path in sorted(Path().glob("*.pdf")):
    try:
        check_seal(path.read_bytes(), trust=trust, now=SystemClock().now())
        print("holds")
    except ProblemError as error:
        print(error.problem.code)
"""


@pytest.fixture(scope="module")
def decades() -> Decades:
    return make_decades()


def test_the_page_about_decades_says_what_holds(decades: Decades) -> None:
    assert table(decades) in PAGE.read_text(encoding="utf-8")


def test_a_sealed_file_holds_until_its_last_timestamp_lapses(decades: Decades) -> None:
    never, once, twice = list(decades.files)[-3:]
    assert ["holds", "holds", "holds", "timestamp-invalid", "timestamp-invalid"] == [
        decades.outcome(never, year) for year in YEARS
    ]
    assert ["–", "–", "holds", "holds", "timestamp-invalid"] == [decades.outcome(once, year) for year in YEARS]
    assert decades.outcome(twice, 2050) == "holds"


def test_both_files_are_kept_and_the_first_is_a_prefix(decades: Decades) -> None:
    never, once, twice = list(decades.files.values())[-3:]
    assert once.startswith(never)
    assert twice.startswith(once)


@pytest.mark.soak
@pytest.mark.parametrize("year", YEARS)
def test_the_same_with_the_machines_clock_moved(decades: Decades, tmp_path: Path, year: int) -> None:
    """Nothing under us looks at another clock: the whole process lives in that year (libfaketime)."""
    needed("faketime")
    (tmp_path / "trust.json").write_text(json.dumps(decades.trust.to_json()))
    names = [name for name in decades.files if decades.since[name] <= year]
    for at, name in enumerate(names):
        (tmp_path / f"{at}.pdf").write_bytes(decades.files[name])
    done = _moved(f"{year}-12-15 12:00:00", tmp_path, sys.executable, "-c", _JUDGE, PYTHONPATH=str(ROOT))
    assert [decades.outcome(name, year) for name in names] == done.stdout.split(), done.stderr[-500:]


@pytest.mark.soak
def test_a_document_of_the_command_line_goes_through_the_decades(tmp_path: Path) -> None:
    """Institution and diploma today, renewed in eight and in sixteen years with the authority of those years."""
    needed("faketime")
    (tmp_path / "out").mkdir()
    line = CommandLine(tmp_path)
    line.run(0, "institution", "create", str(ROOT / "examples" / "institution.json"))
    line.run(0, "issue", str(ROOT / "examples" / "awards" / "diploma.json"), "--institution", "boreale")
    first = tmp_path / "out" / "diploma.pdf"
    with closing(sqlite3.connect(tmp_path / "var" / "issuer.sqlite")) as connection:
        first.write_bytes(connection.execute("select pdf from issuer_documents").fetchone()[0])
    assert [None, None] == [line.seal(years, first) for years in (0, 4)]
    assert "not-due" in line.run(4, "renew-ltv", str(tmp_path / "out"))
    assert line.seal(8, first) is None
    assert "renewed   diploma.pdf" in line.run(8, "renew-ltv", str(tmp_path / "out"))
    (second,) = (tmp_path / "out").glob("diploma.renewed-*.pdf")
    assert ["timestamp-invalid", None] == [line.seal(14, one) for one in (first, second)]
    assert f"renewed   {second.name}" in line.run(16, "renew-ltv", str(tmp_path / "out"))
    (third,) = (tmp_path / "out").glob("*.renewed-*.renewed-*.pdf")
    assert ["timestamp-invalid", "timestamp-invalid", None] == [line.seal(24, one) for one in (first, second, third)]


class CommandLine:
    """`parchemin` in a folder, so many years from now; the clock never goes back there, or nothing is signed."""

    def __init__(self, folder: Path) -> None:
        """Keep everything in `folder`."""
        self._folder = folder

    def run(self, years: int, *arguments: str) -> str:
        """Return what a command printed; exit code 3 is none."""
        command = (sys.executable, "-m", "app", *arguments)
        var = str(self._folder / "var")
        done = _moved(f"+{years} years", ROOT, *command, PARCHEMIN_DEVELOPMENT="1", PARCHEMIN_VAR=var)
        assert done.returncode in {0, 1, 2}, done.stdout + done.stderr[-500:]
        return done.stdout

    def seal(self, years: int, path: Path) -> str | None:
        """Return the code of what is wrong with a seal, None when it holds."""
        report = json.loads(self.run(years, "verify", "--json", str(path)))
        (code,) = (check["code"] for check in report["checks"] if check["id"] == "seal")
        return None if code is None else str(code)


def _moved(moment: str, folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the clock of its process moved (`TZ` is UTC)."""
    return subprocess.run(
        ["faketime", moment, *command],
        cwd=folder,
        env=os.environ | {"TZ": "UTC"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
