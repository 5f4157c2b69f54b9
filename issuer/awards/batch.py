"""Issue the rows of a file; each answers for itself, and a second run of the same file issues nothing.

The ledger of documents is what makes a run safe to repeat: after a crash, run the file again (R82).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from issuer.awards.intake import Row
from issuer.credentials.issuing import AWAITED
from issuer.credentials.reserving import LEASE, Issued
from schemas.awards import Award
from schemas.problems import BUSY, Problem, ProblemError

PATIENCE_SECONDS: Final = LEASE.total_seconds() + 30
_PAUSE_SECONDS: Final = 1.0
_MOST_WAITING: Final = 512


class RowOutcome(StrEnum):
    """What became of a row."""

    ISSUED = "issued"
    ALREADY = "already-issued"
    WOULD_ISSUE = "would-issue"
    AWAITING = "awaiting-timestamp"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `problem` is set when it was refused, or was accepted and waits for an authority."""

    line: int
    external_id: str
    outcome: RowOutcome
    document_id: str | None = None
    problem: Problem | None = None


Answered = tuple[Row, RowResult]


def issue_rows(rows: Iterable[Row], issue: Callable[[Award], Issued]) -> Iterator[Answered]:
    """Issue each good row in order and tell what became of it."""
    return ((row, issue_row(row, issue)) for row in rows)


def issue_row(row: Row, issue: Callable[[Award], Issued]) -> RowResult:
    """Issue a row and tell what became of it; whatever is wrong is told, not raised."""
    if row.award is None:
        return RowResult(row.line, row.external_id, RowOutcome.REFUSED, problem=row.problem)
    try:
        issued = issue(row.award)
    except ProblemError as error:
        became = RowOutcome.AWAITING if error.problem.code in AWAITED else RowOutcome.REFUSED
        return RowResult(row.line, row.external_id, became, problem=error.problem)
    outcome = RowOutcome.ISSUED if issued.is_new else RowOutcome.ALREADY
    return RowResult(row.line, row.external_id, outcome, document_id=issued.document_id)


def patiently(
    rows: Iterable[Row], issue_all: Callable[[Iterable[Row]], Iterator[Answered]], *, seconds: float = PATIENCE_SECONDS
) -> Iterator[RowResult]:
    """Yield what became of each row; one that another process was at is tried again at the end.

    A process that was killed holds its rows until their leases run out (`LEASE`); so whoever runs
    the file again, even at once, has every row issued at the end. When more are busy than killed
    processes leave behind, something else is wrong, and it is told without waiting.
    """
    waiting: list[Row] = []
    for row, result in issue_all(rows):
        if _is_busy(result) and len(waiting) < _MOST_WAITING:
            waiting.append(row)
        else:
            yield result
    until = time.monotonic() + seconds
    while waiting:
        is_last = time.monotonic() >= until
        tried, waiting = waiting, []
        for row, result in issue_all(tried):
            if _is_busy(result) and not is_last:
                waiting.append(row)
            else:
                yield result
        if waiting:
            time.sleep(min(_PAUSE_SECONDS, seconds))


def _is_busy(result: RowResult) -> bool:
    return result.problem is not None and result.problem.code == BUSY.code


def try_rows(rows: Iterable[Row], known: Callable[[Award], str | None]) -> Iterator[RowResult]:
    """Tell what would become of each row, and change nothing: the dry run.

    `known` returns the id of the document that was issued for an award, or None; it raises
    ALREADY_ISSUED when that document says something else.
    """
    for row in rows:
        if row.award is None:
            yield RowResult(row.line, row.external_id, RowOutcome.REFUSED, problem=row.problem)
            continue
        try:
            document_id = known(row.award)
        except ProblemError as error:
            yield RowResult(row.line, row.external_id, RowOutcome.REFUSED, problem=error.problem)
        else:
            outcome = RowOutcome.ALREADY if document_id else RowOutcome.WOULD_ISSUE
            yield RowResult(row.line, row.external_id, outcome, document_id=document_id)
