"""`parchemin batch --jobs` as a shell runs it: real pages, seals and processes; and killed half-way (R82)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.support.awards import award_json
from tests.support.demonstration import environment

pytestmark = pytest.mark.integration


@pytest.fixture
def house(tmp_path: Path) -> dict[str, str]:
    """Return the settings of an issuer with one institution."""
    settings = {**environment(), "PARCHEMIN_DEVELOPMENT": "1", "PARCHEMIN_VAR": str(tmp_path / "var")}
    told = parchemin(settings, "institution", "create", ROOT / "examples" / "institution.json")
    assert 0 == told.returncode, told.stderr
    return settings


def parchemin(settings: Mapping[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), cwd=ROOT, env=dict(settings), capture_output=True, text=True, check=False, timeout=240
    )


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "app", *map(str, words)]


def file_of(folder: Path, count: int) -> Path:
    path = folder / "awards.jsonl"
    lines = [json.dumps(award_json("badge", external_id=f"B-{number}")) for number in range(count)]
    path.write_text("\n".join([*lines, '{"kind": "badge"}']), encoding="utf-8")
    return path


def told(text: str) -> list[tuple[int, str, str]]:
    rows = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [(row["line"], row["outcome"], row["document_id"]) for row in rows]


def test_two_processes_issue_a_file_once_and_in_order(house: dict[str, str], tmp_path: Path) -> None:
    file = file_of(tmp_path, 6)
    first = parchemin(house, "batch", file, "--jobs", "2", "--json")
    rows = told(first.stdout)
    assert [(line, "issued") for line in range(1, 7)] == [row[:2] for row in rows[:6]], first.stderr
    assert (7, "refused", None) == rows[6]
    assert 1 == first.returncode
    again = told(parchemin(house, "batch", file, "--json").stdout)
    assert [(line, "already-issued", document) for line, _, document in rows[:6]] == again[:6]
    assert "none changed" in parchemin(house, "verify-log").stdout


@pytest.mark.soak
def test_killed_half_way_a_second_run_issues_the_rest_and_nothing_twice(house: dict[str, str], tmp_path: Path) -> None:
    """X02: the processes of a batch that was killed end with the row that they are at."""
    file = file_of(tmp_path, 12)
    with subprocess.Popen(
        command("batch", file, "--jobs", "2", "--json"),
        cwd=ROOT,
        env=house,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        before = running.stdout.readline()
        os.kill(running.pid, signal.SIGKILL)
    second = parchemin(house, "batch", file, "--jobs", "2", "--json")
    rows = told(second.stdout)
    assert list(range(1, 14)) == sorted(line for line, _, _ in rows), second.stderr
    good = [(outcome, document) for line, outcome, document in rows if line <= 12]
    assert {"issued", "already-issued"} >= {outcome for outcome, _ in good}
    assert 12 == len({document for _, document in good})
    assert told(before)[0][2] in {document for _, document in good}
    assert "none changed" in parchemin(house, "verify-log").stdout
