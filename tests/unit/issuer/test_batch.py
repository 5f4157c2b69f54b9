"""Rows issued by several processes, and rows that somebody else was at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest

from issuer.awards.batch import Answered, RowOutcome, RowResult, patiently
from issuer.awards.intake import Row, count_lines
from issuer.awards.sharing_out import issue_in_processes
from schemas.problems import AWARD_INCOMPLETE, BUSY
from tests.support.awards import make_award
from verifier.worker import Workers

AWARD = make_award("badge")
BROKEN = AWARD_INCOMPLETE.about()


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers("tests.support.batch_handler:make_handler", count=2)) as made:
        yield made


def shared_out(workers: Workers, *names: str) -> list[tuple[int, str, str]]:
    """Return line, outcome and problem of rows by their names; a broken row is named `broken`."""
    rows = [
        Row(line, name, problem=BROKEN) if name == "broken" else Row(line, name, award=AWARD)
        for line, name in enumerate(names, start=1)
    ]
    answered = list(issue_in_processes(iter(rows), workers=workers, slug="boreale", actor="test", jobs=2))
    assert rows == [row for row, _ in answered]
    return [
        (result.line, result.outcome.value, result.problem.code if result.problem else "") for _, result in answered
    ]


def test_rows_are_told_in_the_order_of_the_file_whoever_issued_them(workers: Workers) -> None:
    """R82."""
    names = [str(number) for number in range(30)]
    assert [(line, "issued", "") for line in range(1, 31)] == shared_out(workers, *names)


def test_a_broken_row_costs_the_others_nothing(workers: Workers) -> None:
    expected = [(1, "issued", ""), (2, "refused", "award-incomplete"), (3, "issued", "")]
    assert expected == shared_out(workers, "1", "broken", "3")
    assert [(1, "refused", "award-incomplete")] == shared_out(workers, "broken")
    assert [] == shared_out(workers)


@pytest.mark.parametrize("trouble", ["die", "defect"])
def test_a_row_that_ends_its_process_is_told_as_busy_and_its_neighbours_are_issued(
    workers: Workers, trouble: str
) -> None:
    """What became of it the ledger knows; the same row again is safe, so that is what it is told as."""
    expected = [(1, "issued", ""), (2, "refused", "busy"), (3, "issued", ""), (4, "issued", ""), (5, "issued", "")]
    assert expected == shared_out(workers, "1", trouble, "3", "4", "5")


def busy_until(attempt: int, *lines: int) -> tuple[list[list[int]], object]:
    """Return what issues every row but those lines, which are busy until so many attempts were made."""
    asked: list[list[int]] = []

    def issue_all(rows: Iterable[Row]) -> Iterator[Answered]:
        asked.append([])
        number = len(asked)
        for row in rows:
            asked[-1].append(row.line)
            if row.line in lines and number < attempt:
                yield row, RowResult(row.line, "", RowOutcome.REFUSED, problem=BUSY.about())
            else:
                yield row, RowResult(row.line, "", RowOutcome.ISSUED)

    return asked, issue_all


ROWS = [Row(line, str(line), award=AWARD) for line in (1, 2, 3)]


def test_a_row_that_somebody_else_was_at_is_issued_at_the_end() -> None:
    """X02: whoever runs a file again right after a kill has every row issued."""
    asked, issue_all = busy_until(2, 1, 3)
    told = [(result.line, result.outcome) for result in patiently(ROWS, issue_all)]  # type: ignore[arg-type]
    assert [(2, RowOutcome.ISSUED), (1, RowOutcome.ISSUED), (3, RowOutcome.ISSUED)] == told
    assert [[1, 2, 3], [1, 3]] == asked


def test_a_row_that_stays_busy_is_told_so_in_the_end() -> None:
    asked, issue_all = busy_until(100, 2)
    told = [(result.line, result.outcome) for result in patiently(ROWS, issue_all, seconds=0)]  # type: ignore[arg-type]
    assert [(1, RowOutcome.ISSUED), (3, RowOutcome.ISSUED), (2, RowOutcome.REFUSED)] == told
    assert [[1, 2, 3], [2]] == asked


def test_the_rest_is_not_tried_again_and_again_while_one_row_stays_busy() -> None:
    asked, issue_all = busy_until(3, 2)
    assert 3 == len(list(patiently(ROWS, issue_all, seconds=0.01)))  # type: ignore[arg-type]
    assert [1, 2, 3] == asked[0]
    assert {2} == {line for later in asked[1:] for line in later}


def test_when_far_more_is_busy_than_a_killed_run_leaves_nothing_waits() -> None:
    """Then it is the audit log or the disk: told at once."""
    rows = [Row(line, str(line), award=AWARD) for line in range(1_000)]
    asked, issue_all = busy_until(2, *range(1_000))
    outcomes = [result.outcome for result in patiently(rows, issue_all)]  # type: ignore[arg-type]
    assert 1_000 == len(outcomes)
    assert 488 == outcomes.index(RowOutcome.ISSUED)
    assert [1_000, 512] == [len(lines) for lines in asked]


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        (b'{"a": 1}\n\n{"b": 2}\r\n  \n', 2),
        (b"\xef\xbb\xbfa,b\n1,2\n3,4\n", 2),
        (b"[{}, {}]", None),
        (b"a,b\n" + b" " * 100_000 + b"\n1,2", 1),
    ],
)
def test_a_progress_bar_knows_how_many_rows_there_are(raw: bytes, count: int | None) -> None:
    assert count == count_lines(raw)
