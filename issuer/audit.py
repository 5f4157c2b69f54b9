"""The audit log: one line an act, each holding the digest of the line before.

    log.append(act="revoke", subject=document_id, actor="registrar", detail={"reason": "…"})
    verify_log(path, witnesses)

The log is a file of its own, outside the database. The database keeps the number and digest of the
line that belongs to each event: so lines cut off the end are missed too (threats.md M03). When the
log cannot be written, nothing is signed and nothing is revoked (M04): `append` raises.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from schemas.problems import BUSY, ProblemError
from services.clock import Clock

_START: Final = "0" * 64
_BACKWARDS: Final = timedelta(seconds=1)
_BEFORE_ALL: Final = datetime(1970, 1, 2, tzinfo=UTC)
_TAIL: Final = 65_536
_MEMBERS: Final = ("number", "at", "act", "subject", "actor", "detail", "previous")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Where an act stands in the log."""

    number: int
    digest: str
    at: datetime


class BrokenLogError(RuntimeError):
    """The log was changed: `line` is the first line (from 1) that is not as it was written."""

    def __init__(self, line: int, why: str) -> None:
        """Name the line and what is wrong with it."""
        super().__init__(f"line {line}: {why}")
        self.line = line


class AuditLog:
    """Appends to one file; processes on one machine may share it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Use the file at `path`, which the first act makes."""
        self._path = path
        self._clock = clock

    @property
    def path(self) -> Path:
        """Return where the log is."""
        return self._path

    def append(self, *, act: str, subject: str, actor: str, detail: Mapping[str, str] | None = None) -> AuditLine:
        """Write one act and return its line, which is on the disk by then.

        Raises `ProblemError` BUSY when it cannot be written, or when the clock has gone back by
        more than a second since the last act (K08): then nothing may be signed.
        """
        try:
            with _locked(self._path) as descriptor:
                return self._write(
                    descriptor, {"act": act, "subject": subject, "actor": actor, "detail": dict(detail or {})}
                )
        except OSError as error:
            raise ProblemError(BUSY.about("the audit log cannot be written")) from error

    def _write(self, descriptor: int, members: Mapping[str, Any]) -> AuditLine:
        end, last = _last_line(descriptor)
        now = self._clock.now()
        if now < last.at - _BACKWARDS:
            raise ProblemError(BUSY.about("the clock has gone back: nothing is signed until it is right"))
        line = {"number": last.number + 1, "at": now.isoformat(), **members, "previous": last.digest}
        digest = _digest(line)
        text = json.dumps({**line, "digest": digest}, ensure_ascii=False, separators=(",", ":")) + "\n"
        _write_whole(descriptor, text.encode("utf-8", "backslashreplace"), end)
        return AuditLine(last.number + 1, digest, now)


def verify_log(path: Path, witnesses: Mapping[int, str] | None = None) -> int:
    """Return how many lines the log has; raise `BrokenLogError` at the first that is not as written.

    `witnesses` maps line numbers to the digests that the database remembers.
    """
    waiting = dict(witnesses or {})
    previous, number = _START, 0
    for number, raw in enumerate(_lines(path), start=1):
        previous = _checked(raw, number, previous)
        if waiting.pop(number, previous) != previous:
            raise BrokenLogError(number, "another act stands here than the database remembers")
    if waiting:
        raise BrokenLogError(number + 1, "the log was cut: the database remembers more")
    return number


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act as the log tells it."""

    line: AuditLine
    act: str
    subject: str
    actor: str
    detail: Mapping[str, str]


def read_log(path: Path) -> Iterator[AuditEntry]:
    """Yield the acts of a log in order, each checked against the one before; a torn last line is no act.

    Raises `BrokenLogError` at the first line that is not as it was written.
    """
    previous = _START
    for number, raw in enumerate(_lines(path), start=1):
        if not raw.endswith(b"\n"):
            return
        previous = _checked(raw, number, previous)
        told = json.loads(raw)
        line = AuditLine(number, previous, datetime.fromisoformat(told["at"]))
        yield AuditEntry(line, told["act"], told["subject"], told["actor"], told["detail"])


def _checked(raw: bytes, number: int, previous: str) -> str:
    """Return the digest of a line after checking its form, its place in the chain and its digest."""
    try:
        line = json.loads(raw)
    except ValueError:
        raise BrokenLogError(number, "not a line of the log") from None
    if not raw.endswith(b"\n") or not isinstance(line, dict) or set(line) != {*_MEMBERS, "digest"}:
        raise BrokenLogError(number, "not a line of the log")
    digest = line.pop("digest")
    if line["number"] != number or line["previous"] != previous:
        raise BrokenLogError(number, "a line before it was removed, added or moved")
    if digest != _digest(line):
        raise BrokenLogError(number, "the line was changed")
    return str(digest)


def _digest(line: Mapping[str, Any]) -> str:
    text = json.dumps({name: line[name] for name in _MEMBERS}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as log:
            yield from log


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the log for one writer; anything but a plain file is refused, so that no pipe can block us."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a plain file")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _last_line(descriptor: int) -> tuple[int, AuditLine]:
    """Return where the last whole line ends, and that line.

    A line torn by a crash was never acknowledged: what comes next is written over it.
    """
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, _TAIL, max(0, size - _TAIL))
    whole = tail[: tail.rfind(b"\n") + 1]
    end = size - (len(tail) - len(whole))
    if not whole:
        if size > _TAIL:
            raise OSError("the last line is too long")
        return 0, AuditLine(0, _START, _BEFORE_ALL)
    line = json.loads(whole.splitlines()[-1])
    return end, AuditLine(line["number"], line["digest"], datetime.fromisoformat(line["at"]))


def _write_whole(descriptor: int, data: bytes, at: int) -> None:
    """Write the line at the end and onto the disk; leave the log as it was when that fails."""
    os.ftruncate(descriptor, at)
    try:
        _pour(descriptor, data, at)
    except OSError:
        os.ftruncate(descriptor, at)
        raise


def _pour(descriptor: int, data: bytes, at: int) -> None:
    if os.pwrite(descriptor, data, at) != len(data):
        raise OSError("the line was not written whole")
    os.fsync(descriptor)
