"""Judge PDF seals in processes that can be killed (H18): bounded time, bounded memory.

workers = Workers(TARGET, count=2, memory_bytes=limits.pdf_memory_bytes)
check_pdf(raw, trust=trust, now=now, judge=GuardedJudge(workers))
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from proofs.pades import SealExamined, SealFinding, SealTrust, examine_seal
from schemas.limits import DEFAULT, Limits
from schemas.problems import TOO_LARGE, ProblemError
from verifier.worker import Handler, Workers

TARGET: Final = "verifier.pdf_worker:make_handler"
_Question = tuple[bytes, Mapping[str, Any], datetime, Limits]


class GuardedJudge:
    """A `verifier.pdf.SealJudge` whose work is done by `workers`, which were made with `TARGET`."""

    def __init__(self, workers: Workers) -> None:
        """Give the work to these workers."""
        self._workers = workers

    def __call__(self, raw: bytes, *, trust: SealTrust, now: datetime, limits: Limits = DEFAULT) -> SealExamined:
        """Return the judgement; raise ProblemError, too-complex when it takes too long or too much."""
        if len(raw) > limits.pdf_bytes:
            raise ProblemError(TOO_LARGE.about(f"a PDF may have {limits.pdf_bytes} bytes"))
        question: _Question = (raw, trust.to_json(), now, limits)
        finding, problem = self._workers.call(question, seconds=limits.pdf_seconds)
        return SealExamined(SealFinding.from_json(finding), problem)


def make_handler() -> Handler:
    """Return what a worker does; its libraries are loaded now, before anybody waits."""
    logging.disable(logging.CRITICAL)  # pyHanko writes a traceback for every seal that does not hold

    def handle(question: _Question) -> tuple[Mapping[str, Any], object]:
        raw, trust, now, limits = question
        examined = examine_seal(raw, trust=SealTrust.from_json(trust), now=now, limits=limits)
        return examined.finding.to_json(), examined.problem

    return handle
