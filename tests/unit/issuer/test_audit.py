"""The audit log cannot be changed unnoticed, and nothing is done without it (M03, M04)."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issuer.audit import AuditLine, AuditLog, BrokenLogError, verify_log
from schemas.problems import ProblemError
from services.clock import StoppedClock

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def log(tmp_path: Path, clock: StoppedClock) -> AuditLog:
    return AuditLog(tmp_path / "audit" / "log.jsonl", clock)


def act(log: AuditLog, number: int) -> AuditLine:
    return log.append(act="revoke", subject=f"urn:uuid:{number}", actor="Zoé", detail={"reason": "é\n" * number})


def test_what_is_written_is_found_whole(log: AuditLog) -> None:
    lines = [act(log, number) for number in range(5)]
    assert [1, 2, 3, 4, 5] == [line.number for line in lines]
    assert 5 == verify_log(log.path, {line.number: line.digest for line in lines})
    last = json.loads(log.path.read_bytes().splitlines()[-1])
    assert ("revoke", "Zoé", lines[3].digest) == (last["act"], last["actor"], last["previous"])


def test_an_empty_log_is_whole(log: AuditLog) -> None:
    assert 0 == verify_log(log.path)


@pytest.mark.parametrize("line", range(5))
def test_the_line_that_was_changed_is_found(log: AuditLog, line: int) -> None:
    witnesses = {w.number: w.digest for w in (act(log, number) for number in range(5))}
    lines = log.path.read_bytes().splitlines(keepends=True)
    for changed in (lines[line].replace(b"Zo", b"Za"), lines[line][:-9] + b'00000"}\n', b"{}\n", b"\n", b"\xff\n"):
        log.path.write_bytes(b"".join([*lines[:line], changed, *lines[line + 1 :]]))
        with pytest.raises(BrokenLogError) as caught:
            verify_log(log.path, witnesses)
        assert line + 1 == caught.value.line


@pytest.mark.parametrize("line", range(5))
def test_a_line_removed_doubled_or_moved_is_found(log: AuditLog, line: int) -> None:
    witnesses = {w.number: w.digest for w in (act(log, number) for number in range(5))}
    lines = log.path.read_bytes().splitlines(keepends=True)
    removed = [*lines[:line], *lines[line + 1 :]]
    doubled = [*lines[: line + 1], lines[line], *lines[line + 1 :]]
    for changed, expected in ((removed, line + 1), (doubled, line + 2)):
        log.path.write_bytes(b"".join(changed))
        with pytest.raises(BrokenLogError) as caught:
            verify_log(log.path, witnesses)
        assert expected == caught.value.line
    log.path.write_bytes(b"".join(reversed(lines)))
    with pytest.raises(BrokenLogError, match="line 1"):
        verify_log(log.path, witnesses)


def test_a_chain_made_anew_is_found_by_what_the_database_remembers(log: AuditLog, tmp_path: Path) -> None:
    witnesses = {w.number: w.digest for w in (act(log, number) for number in range(3))}
    forged = AuditLog(tmp_path / "forged.jsonl", StoppedClock(NOW))
    for number in (0, 7, 2):
        act(forged, number)
    assert 3 == verify_log(forged.path)
    with pytest.raises(BrokenLogError, match="line 2"):
        verify_log(forged.path, witnesses)


def test_lines_cut_off_the_end_are_missed(log: AuditLog) -> None:
    witnesses = {w.number: w.digest for w in (act(log, number) for number in range(3))}
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(lines[:2]))
    with pytest.raises(BrokenLogError, match="line 3: the log was cut"):
        verify_log(log.path, witnesses)


def test_a_line_torn_by_a_crash_is_written_over(log: AuditLog) -> None:
    act(log, 1)
    with log.path.open("ab") as file:
        file.write(b'{"number":2,"at"')
    with pytest.raises(BrokenLogError, match="line 2"):
        verify_log(log.path)
    assert 2 == act(log, 2).number
    assert 2 == verify_log(log.path)


def test_two_logs_on_one_file_make_one_chain(log: AuditLog, clock: StoppedClock) -> None:
    other = AuditLog(log.path, clock)
    assert [1, 2, 3] == [act(log, 1).number, act(other, 2).number, act(log, 3).number]
    assert 3 == verify_log(log.path)


@pytest.mark.parametrize("obstacle", ["pipe", "link", "folder", "full"])
def test_when_the_log_cannot_be_written_it_says_so_at_once(tmp_path: Path, clock: StoppedClock, obstacle: str) -> None:
    """M04: a pipe without reader, a full disk."""
    path = tmp_path / "log.jsonl"
    if obstacle == "pipe":
        os.mkfifo(path)
    elif obstacle == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif obstacle == "folder":
        path.mkdir()
    else:
        path = Path("/dev/full")
    with pytest.raises(ProblemError) as caught:
        act(AuditLog(path, clock), 1)
    assert "busy" == caught.value.problem.code


def test_a_write_that_fails_half_way_leaves_the_log_as_it_was(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    act(log, 1)
    before = log.path.read_bytes()
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: real(fd, data[: len(data) // 2], at))
    with pytest.raises(ProblemError):
        act(log, 2)
    assert before == log.path.read_bytes()


def test_nothing_is_written_while_the_clock_has_gone_back(log: AuditLog, clock: StoppedClock) -> None:
    """K08"""
    act(log, 1)
    clock.moment = NOW - timedelta(seconds=2)
    with pytest.raises(ProblemError) as caught:
        act(log, 2)
    assert ("busy", 1) == (caught.value.problem.code, verify_log(log.path))
    clock.moment = NOW - timedelta(seconds=1)
    assert 2 == act(log, 2).number


def test_only_its_owner_reads_the_log(log: AuditLog) -> None:
    act(log, 1)
    assert 0o600 == log.path.stat().st_mode & 0o777
