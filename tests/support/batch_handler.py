"""A handler for the processes of a batch: each row says by its `external_id` what happens to it."""

from __future__ import annotations

import os

from issuer.awards.batch import RowOutcome, RowResult
from issuer.awards.sharing_out import Question
from verifier.worker import Handler


def make_handler() -> Handler:
    """Return a handler that issues nothing; `die` and `defect` do as they say."""

    def handle(question: Question) -> list[RowResult]:
        slug, actor, rows = question
        return [_answer(row.line, row.external_id, f"{slug} {actor}") for row in rows]

    return handle


def _answer(line: int, external_id: str, document_id: str) -> RowResult:
    if external_id == "die":
        os._exit(1)
    if external_id == "defect":
        raise ZeroDivisionError
    return RowResult(line, external_id, RowOutcome.ISSUED, document_id=document_id)
