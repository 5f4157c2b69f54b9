"""Streams of documents: order kept, memory flat, and no line that costs another its answer."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from schemas.report import Verdict
from tests.support.issuer_simulator import World
from verifier import lines
from verifier.desk import VerifierDesk
from verifier.worker import Workers


@pytest.fixture(scope="module")
def desk() -> VerifierDesk:
    return VerifierDesk(World().evidence)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers("tests.support.line_judge:make_handler", count=2)) as made:
        yield made


def judged(raw: bytes, workers: Workers, desk: VerifierDesk) -> list[tuple[str, Verdict]]:
    return list(lines.judged(io.BytesIO(raw), workers, desk=desk, jobs=2))


def code_of(text: str) -> Any:
    return json.loads(text)["checks"][0]["code"]


def test_reports_come_in_the_order_of_the_lines(workers: Workers, desk: VerifierDesk) -> None:
    """Proof core, item 10."""
    numbers = [str(number) for number in range(1_000)]
    told = judged("\n".join(numbers).encode(), workers, desk)
    assert numbers == [text for text, _ in told]


def test_lines_without_text_have_no_report_and_ends_may_be_those_of_windows(
    workers: Workers, desk: VerifierDesk
) -> None:
    told = judged(b"\n one\r\n\r\n  \ntwo", workers, desk)
    assert ["one", "two"] == [text for text, _ in told]


@pytest.mark.parametrize(("line", "code"), [(b"die", "busy"), (b"defect", "internal")])
def test_a_line_that_ends_its_process_costs_nobody_else_an_answer(
    line: bytes, code: str, workers: Workers, desk: VerifierDesk
) -> None:
    """A25: the report says so, its neighbours are judged all the same."""
    told = judged(b"one\n" + line + b"\ntwo\n", workers, desk)
    assert ["one", "two"] == [told[0][0], told[2][0]]
    assert code == code_of(told[1][0])
    assert hashlib.sha256(line).hexdigest() == json.loads(told[1][0])["document"]["sha256"]


def test_a_line_that_takes_too_long_is_given_up(
    workers: Workers, desk: VerifierDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A25."""
    list(judged(b"warm\n" * 100, workers, desk))
    monkeypatch.setattr(lines, "_LINE_SECONDS", 0.3)
    told = judged(b"hang\n", workers, desk)
    assert "too-complex" == code_of(told[0][0])


def test_a_line_longer_than_a_document_is_read_past_without_keeping_it(workers: Workers, desk: VerifierDesk) -> None:
    """A22: it is named by its digest."""
    long = b"x" * (3 * desk.limits.body_bytes)
    told = judged(b"one\n" + long + b"\ntwo\n" + long, workers, desk)
    assert ["one", "two"] == [told[0][0], told[2][0]]
    for text, verdict in (told[1], told[3]):
        assert Verdict.FAILED is verdict
        assert "too-large" == code_of(text)
        assert hashlib.sha256(long).hexdigest() == json.loads(text)["document"]["sha256"]


def test_what_is_under_way_is_bounded(workers: Workers, desk: VerifierDesk) -> None:
    """Flat memory: a stream without end is read only so far ahead."""
    read = 0

    class Endless(io.RawIOBase):
        def readline(self, _size: int | None = -1, /) -> bytes:
            nonlocal read
            read += 1
            return b"one\n"

    stream: Any = Endless()
    first = next(iter(lines.judged(stream, workers, desk=desk, jobs=2)))
    assert "one" == first[0]
    assert read < 1_000


def test_a_last_block_that_is_full_is_followed_by_none() -> None:
    assert [32, 32] == [len(block) for block in lines.blocks(io.BytesIO(b"x\n" * 64), 10)]


def test_a_process_answers_with_reports(desk: VerifierDesk) -> None:
    (text, verdict), (other, _) = lines.make_line_handler(desk)([b"{}", b"no document"])
    assert (Verdict.FAILED, "parchemin-report/1") == (verdict, json.loads(text)["format"])
    assert "\n" not in text + other
