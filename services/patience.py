"""How long one question may take, whatever it has to wait for on its way.

    with patience(4.0):
        ...                       # fetches, waits and work inside together take no longer
    seconds_left(2.0)             # of the two seconds that a step may take, those that are left

Each step has a bound of its own; a document that makes many steps slow would add them up. What
fails because the patience was over says nothing about a host, so no cache keeps it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_HOUR: Final = 3_600.0
_until: Final[ContextVar[float | None]] = ContextVar("until", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let everything that this thread does inside take `seconds` together; an outer bound still holds."""
    token = _until.set(time.monotonic() + seconds_left(seconds))
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left(most: float) -> float:
    """Return `most`, or less when patience ends earlier; never below zero."""
    until = _until.get()
    return most if until is None else max(0.0, min(most, until - time.monotonic()))


def longest_wait(otherwise: float) -> float:
    """Return how long one may stand in a queue: as long as there is patience, `otherwise` where nobody set one."""
    return otherwise if _until.get() is None else seconds_left(_HOUR)


def is_over() -> bool:
    """Has the patience of whoever asks ended?"""
    return seconds_left(1.0) <= 0
