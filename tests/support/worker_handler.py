"""A worker's handler that does what it is told; small, since every worker of the tests loads it."""

from __future__ import annotations

import os
import time
from typing import Any

from schemas.problems import TAMPERED, ProblemError
from verifier.worker import Handler


def make_handler() -> Handler:
    """Return a handler that does what it is told; runs in the worker."""

    def handle(question: tuple[str, Any]) -> Any:
        what, value = question
        if what == "sleep":
            time.sleep(value)
        if what == "fill":
            return len(bytearray(value))
        if what == "problem":
            raise ProblemError(TAMPERED.about(value))
        if what == "defect":
            raise ZeroDivisionError(value)
        if what == "die":
            os._exit(1)
        return os.getpid() if what == "pid" else value

    return handle
