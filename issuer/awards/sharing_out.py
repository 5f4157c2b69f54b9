"""Issue the rows of a file in several processes; the ledger sees to it that each is issued once (R82).

    issue_all = partial(issue_in_processes, workers=workers, slug="boreale", actor="registrar", jobs=2)
    for result in patiently(rows, issue_all):
        ...

Rows go to the processes in small blocks and are told in the order of the file. Memory stays flat
however long the file is: a few blocks are under way at once. A process that dies costs its row a
second try and the others nothing; one whose parent dies ends with the row that it is at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from issuer.awards.batch import Answered, RowOutcome, RowResult, issue_row
from issuer.awards.intake import Row
from issuer.desk import IssuerDesk
from schemas.problems import BUSY, ProblemError
from verifier.worker import Handler, WorkerDefectError, Workers

MEMORY_BYTES: Final = 4 * 1024**3
"""Address space of a process: typesetting maps fonts, sealing builds whole PDFs."""
_BLOCK: Final = 4
_AHEAD: Final = 2
"""Blocks a process has before it beside the one it works on."""
_ROW_SECONDS: Final = 120.0
"""Timestamp authorities may be slow, and another process may be at the same award."""

Question = tuple[str, str, list[Row]]
"""The institution's slug, who issues, and rows with awards."""


def issue_in_processes(
    rows: Iterable[Row], *, workers: Workers, slug: str, actor: str, jobs: int
) -> Iterator[Answered]:
    """Yield each row with what became of it, in order; `workers` were made for `make_block_handler`."""
    under_way: deque[Future[list[Answered]]] = deque()
    with ThreadPoolExecutor(jobs) as pool:
        for block in _blocks(rows):
            under_way.append(pool.submit(_issue, block, workers, slug, actor))
            if len(under_way) >= jobs * (_AHEAD + 1):
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def make_block_handler(desk: IssuerDesk) -> Handler:
    """Return what a process does with a block of rows."""

    def handle(question: Question) -> list[RowResult]:
        slug, actor, rows = question
        return [issue_row(row, lambda award: desk.issue(award, slug, actor)) for row in rows]

    return handle


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == _BLOCK:
            yield block
            block = []
    if block:
        yield block


def _issue(block: list[Row], workers: Workers, slug: str, actor: str) -> list[Answered]:
    """Have a block issued in one question; when that fails, row by row: what was issued is known to the ledger."""
    good = [row for row in block if row.award is not None]
    try:
        answers = iter(_ask(good, workers, slug, actor) if good else [])
    except (ProblemError, WorkerDefectError):
        answers = (_issue_one(row, workers, slug, actor) for row in good)
    return [(row, next(answers) if row.award is not None else _refused(row)) for row in block]


def _issue_one(row: Row, workers: Workers, slug: str, actor: str) -> RowResult:
    try:
        return _ask([row], workers, slug, actor)[0]
    except (ProblemError, WorkerDefectError):
        problem = BUSY.about("the process that was at it ended")
        return RowResult(row.line, row.external_id, RowOutcome.REFUSED, problem=problem)


def _ask(rows: list[Row], workers: Workers, slug: str, actor: str) -> list[RowResult]:
    question: Question = (slug, actor, rows)
    answer: list[RowResult] = workers.call(question, seconds=_ROW_SECONDS * len(rows))
    return answer


def _refused(row: Row) -> RowResult:
    return RowResult(row.line, row.external_id, RowOutcome.REFUSED, problem=row.problem)
