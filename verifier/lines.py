"""Many documents in a stream, one a line: judged by several processes, told in the order they came.

    for text, verdict in judged(stream, workers, desk=desk, jobs=2):
        print(text)                     # the report as one line of JSON

Memory stays flat however long the stream is: a few blocks of lines are under way at once, and a
line longer than a document may be is read past. A document that holds its process for too long is
given up; its neighbours are judged all the same (threats.md A25). Lines without text have no report.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, Final

import orjson

from schemas.problems import INTERNAL, TOO_LARGE, Problem, ProblemError
from schemas.report import Report, Verdict
from verifier.desk import VerifierDesk
from verifier.worker import Handler, WorkerDefectError, Workers

Told = tuple[str, Verdict]
"""A report as one line of JSON, and its verdict."""

_LINES: Final = 32
_BYTES: Final = 1_048_576
_AHEAD: Final = 2
"""Blocks a process has before it beside the one it works on."""
_LINE_SECONDS: Final = 20.0
"""Beyond what DID and status lists of somebody slow may take (`limits.fetch_total_seconds` each)."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line that is longer than a document may be, without its text."""

    sha256: str


Line = bytes | TooLong


def judged(stream: BinaryIO, workers: Workers, *, desk: VerifierDesk, jobs: int) -> Iterator[Told]:
    """Yield the report of each line, in order; `workers` were made for a handler of `make_line_handler`.

    `desk` speaks of what no process could judge. Raises OSError when the stream cannot be read.
    """
    under_way: deque[Future[list[Told]]] = deque()
    with ThreadPoolExecutor(jobs) as pool:
        for block in blocks(stream, desk.limits.body_bytes):
            under_way.append(pool.submit(_judge, block, workers, desk))
            if len(under_way) >= jobs * (_AHEAD + 1):
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def lines(stream: BinaryIO, most: int) -> Iterator[Line]:
    """Yield each line that has text, without its end; one of more than `most` bytes as `TooLong`."""
    while line := stream.readline(most + 2):
        if len(line.rstrip(b"\r\n")) > most:
            yield _read_past(stream, line)
        elif text := line.strip():
            yield text


def _read_past(stream: BinaryIO, line: bytes) -> TooLong:
    digest = hashlib.sha256()
    piece = line
    while not piece.endswith(b"\n"):
        digest.update(piece)
        if not (piece := stream.readline(_BYTES)):
            break
    digest.update(piece.removesuffix(b"\n"))
    return TooLong(digest.hexdigest())


def blocks(stream: BinaryIO, most: int) -> Iterator[list[Line]]:
    """Yield the lines in blocks: large enough to be worth a message, small enough to hold in memory."""
    block: list[Line] = []
    size = 0
    for line in lines(stream, most):
        block.append(line)
        size += len(line) if isinstance(line, bytes) else 0
        if len(block) >= _LINES or size >= _BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def _judge(block: list[Line], workers: Workers, desk: VerifierDesk) -> list[Told]:
    """Judge a block in one question; when that fails, line by line, so that one costs nobody else an answer."""
    documents = [line for line in block if isinstance(line, bytes)]
    try:
        answers = iter(workers.call(documents, seconds=_LINE_SECONDS) if documents else [])
    except (ProblemError, WorkerDefectError):
        answers = (_judge_one(line, workers, desk) for line in documents)
    too_long = TOO_LARGE.about(f"more than {desk.limits.body_bytes} bytes")
    return [next(answers) if isinstance(line, bytes) else told(desk.refused(line.sha256, too_long)) for line in block]


def _judge_one(line: bytes, workers: Workers, desk: VerifierDesk) -> Told:
    try:
        answer: list[Told] = workers.call([line], seconds=_LINE_SECONDS)
        return answer[0]
    except ProblemError as error:
        problem: Problem = error.problem
    except WorkerDefectError:
        problem = INTERNAL.about()
    return told(desk.refused(hashlib.sha256(line).hexdigest(), problem))


def told(report: Report) -> Told:
    """Return a report as one line of JSON, and its verdict."""
    body = report.to_json()
    return orjson.dumps(body).decode(), Verdict(str(body["verdict"]))


def make_line_handler(desk: VerifierDesk) -> Handler:
    """Return what a process does with a block of documents."""

    def handle(documents: list[bytes]) -> list[Told]:
        return [told(desk.verify(raw)) for raw in documents]

    return handle
