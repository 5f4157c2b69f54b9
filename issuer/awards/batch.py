"""Issue the rows of a file; each answers for itself, and a second run of the same file issues nothing.

The ledger of documents is what makes a run safe to repeat: after a crash, run the file again (R82).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from issuer.awards.intake import Row
from issuer.credentials.reserving import Issued
from schemas.awards import Award
from schemas.problems import Problem, ProblemError


class RowOutcome(StrEnum):
    """What became of a row."""

    ISSUED = "issued"
    ALREADY = "already-issued"
    WOULD_ISSUE = "would-issue"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `problem` is set when it was refused."""

    line: int
    external_id: str
    outcome: RowOutcome
    document_id: str | None = None
    problem: Problem | None = None


def issue_rows(rows: Iterable[Row], issue: Callable[[Award], Issued]) -> Iterator[RowResult]:
    """Issue each good row in order and tell what became of it."""
    for row in rows:
        if row.award is None:
            yield RowResult(row.line, row.external_id, RowOutcome.REFUSED, problem=row.problem)
            continue
        try:
            issued = issue(row.award)
        except ProblemError as error:
            yield RowResult(row.line, row.external_id, RowOutcome.REFUSED, problem=error.problem)
        else:
            outcome = RowOutcome.ISSUED if issued.is_new else RowOutcome.ALREADY
            yield RowResult(row.line, row.external_id, outcome, document_id=issued.document_id)


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
