"""`parchemin demo --once`: everything it promises is there, once, however often it was killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest
import zxingcpp
from PIL import Image

from tests.shared import ROOT, shared
from tests.support import demonstration

pytestmark = pytest.mark.xdist_group("demo")
PROMISED = [
    *("badge.json", "badge-ecdsa.json", "badge.jwt", "transcript.json", "transcript.pdf", "diploma.pdf"),
    *("transcript.sd-jwt", "diploma.sd-jwt"),
    *("diploma.json", "revoked.json", "altered.pdf", "share.txt", "share.png", "did.json", "ca.pem", "summary.json"),
]
DOCUMENTS = 5 + 2 * int(demonstration.LEARNERS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    return demonstration.output(base.parent if "gw" in base.name else base)


def _verify(folder: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **demonstration.environment(),
        "PARCHEMIN_DEVELOPMENT": "1",
        "PARCHEMIN_VAR": str(folder / "var"),
        "PARCHEMIN_FETCH_FIXTURES": str(folder / "fetch.json"),
    }
    command = [sys.executable, "-m", "app", "verify", str(folder / name), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def _rows(folder: Path, database: str, query: str) -> list[tuple[object, ...]]:
    path = folder / "var" / f"{database}.sqlite"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []


def _issued(folder: Path) -> int:
    return len(_rows(folder, "issuer", "select id from issuer_documents where state = 'issued'"))


@pytest.mark.parametrize("name", PROMISED)
def test_each_promised_file_is_there(folder, name):
    assert (folder / name).stat().st_size > 0


def test_every_status_list_is_there(folder):
    lists = sorted((folder / "status").glob("*.json"))
    purposes = {json.loads(path.read_text())["credentialSubject"]["statusPurpose"] for path in lists}
    assert {"revocation", "suspension"} == purposes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("badge.json", 0),
        ("badge-ecdsa.json", 0),
        ("transcript.sd-jwt", 0),
        ("badge.jwt", 0),
        ("transcript.json", 0),
        ("transcript.pdf", 0),
        ("diploma.json", 0),
        ("diploma.pdf", 0),
        ("revoked.json", 1),
        ("altered.pdf", 1),
    ],
)
def test_a_stranger_verifies_each_file_on_the_command_line(folder, name, code):
    """R60, R62: the exit code tells the verdict."""
    done = _verify(folder, name)
    assert code == done.returncode, done.stdout + done.stderr


def test_without_the_network_nothing_is_called_valid(folder):
    """R63: the same badge, its issuer out of reach: could not check, exit code 2."""
    environment = {**demonstration.environment(), "PARCHEMIN_VAR": str(folder / "var")}
    command = [sys.executable, "-m", "app", "verify", str(folder / "badge.json")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert 2 == done.returncode, done.stdout + done.stderr


def test_the_diploma_s_credential_is_the_one_inside_its_pdf(folder):
    """R21, R100."""
    assert (folder / "diploma.json").read_bytes() in (folder / "diploma.pdf").read_bytes() or _attached(folder)


def _attached(folder: Path) -> bool:
    done = subprocess.run(
        ["pdfdetach", "-save", "1", "-o", "/dev/stdout", str(folder / "diploma.pdf")], capture_output=True, check=True
    )
    return (folder / "diploma.json").read_bytes() == done.stdout


def test_a_stranger_verifies_one_course_of_the_transcript(folder, tmp_path):
    """R103: `parchemin present … | parchemin verify -`."""
    whole = str(folder / "transcript.sd-jwt")
    command = [sys.executable, "-m", "app", "present", whole, "--disclose", "/terms/0/courses/0/result"]
    environment = demonstration.environment()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120)
    assert 0 == done.returncode, done.stderr
    assert len(done.stdout) < (folder / "transcript.sd-jwt").stat().st_size / 2
    (tmp_path / "course.sd-jwt").write_bytes(done.stdout)
    assert 0 == _verify(folder, str(tmp_path / "course.sd-jwt")).returncode


@pytest.mark.parametrize("name", ["badge.json", "badge-ecdsa.json"])
def test_the_badge_follows_the_published_schema_to_the_letter(folder, name):
    """R92: the oracle is 1EdTech's own schema of Open Badges 3.0."""
    schema = json.loads(shared("schemas", "ob_v3p0_achievementcredential_schema.json").read_text())
    jsonschema.Draft201909Validator(schema).validate(json.loads((folder / name).read_text()))


def test_the_summary_tells_each_verdict_and_the_time_of_each_step(folder):
    """R69."""
    summary = json.loads((folder / "summary.json").read_text())
    verdicts = {one["file"]: one["report"]["verdict"] for one in summary["documents"]}
    assert "verified" == verdicts["transcript.pdf"] == verdicts["badge.jwt"]
    assert "failed" == verdicts["revoked.json"] == verdicts["altered.pdf"]
    assert {"parchemin-report/1"} == {one["report"]["format"] for one in summary["documents"]}
    assert all(step["seconds"] >= 0 for step in summary["steps"])


def test_the_qr_code_of_the_share_says_its_link(folder):
    """R43."""
    link = (folder / "share.txt").read_text().splitlines()[0].removeprefix("link: ")
    with Image.open(folder / "share.png") as picture:
        [found] = zxingcpp.read_barcodes(picture)
    assert link == found.text


def test_a_second_run_issues_nothing_and_keeps_the_share(folder):
    """R81, K04: the same awards again change nothing."""
    before, link = _rows(folder, "issuer", "select id from issuer_documents"), (folder / "share.txt").read_text()
    assert 0 == demonstration.run(folder).returncode
    assert sorted(before) == sorted(_rows(folder, "issuer", "select id from issuer_documents"))
    assert link == (folder / "share.txt").read_text()


@pytest.mark.soak
def test_killed_in_the_middle_and_started_again_nothing_is_lost_or_doubled(tmp_path):
    """X01-X04 with kill -9: each award ends as one document, one delivery, one index per purpose."""
    for wanted in (1, 4, 7):
        _kill_when_issued(tmp_path, wanted)
    assert 0 == demonstration.run(tmp_path).returncode
    assert DOCUMENTS == _issued(tmp_path)
    assert DOCUMENTS == len(_rows(tmp_path, "holder", "select id from holder_documents"))
    assert [] == _rows(tmp_path, "issuer", "select id from issuer_documents where state <> 'issued'")
    places = _rows(tmp_path, "issuer", "select list_id, place from issuer_status_entries")
    assert len(places) == len(set(places))
    awards = _rows(tmp_path, "issuer", "select external_id from issuer_documents")
    assert len(awards) == len(set(awards)) == DOCUMENTS


def _kill_when_issued(folder: Path, wanted: int) -> None:
    """Run the demo and kill it, hard, once so many documents are issued."""
    process = subprocess.Popen(
        demonstration.command(folder),
        cwd=ROOT,
        env=demonstration.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 120
    while process.poll() is None and _issued(folder) < wanted and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert _issued(folder) >= wanted


def test_it_serves_what_it_made_and_ends_whole(folder):
    """X33: told to stop, the demo takes its server and worker with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    command = [part for part in demonstration.command(folder, "--bind", bind) if part != "--once"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=demonstration.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert b'"ready"' in _ask_until_ready(f"http://{bind}/ready", process)
        children = _children_of(process.pid)
        assert len(children) >= 2
    finally:
        process.terminate()
        process.wait(30)
    until = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert [] == [pid for pid in children if Path(f"/proc/{pid}").exists()]


def _ask_until_ready(address: str, process: subprocess.Popen[bytes]) -> bytes:
    until = time.monotonic() + 300
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.2)
    return b""


def _children_of(pid: int) -> list[int]:
    done = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in done.stdout.split()]
