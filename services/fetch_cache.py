"""Remember answers for a while, and let one question stand for many.

    fetcher = CachingFetcher(GuardedFetcher(), seconds=300)

The key is the address that was asked for, never one that a redirect led to (threats.md F14).
Failures are remembered for half a minute at the most. Two hundred verifications that need the
same document at once make one request (L07).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from services.fetch import Fetched, Fetcher, FetchError, FetchFailedError, FetchForbiddenError
from services.patience import is_over, seconds_left

FAILURE_SECONDS: Final = 30.0
MOST_BYTES: Final = 67_108_864
"""What all answers that are kept may hold together."""
_GOOD: Final = range(200, 300)
_LONGEST_WAIT: Final = 60.0
"""More than any fetch may take: a wait that ends at all."""
_Key = tuple[str, str, int]


class _GivenUpError(FetchFailedError):
    """Whoever asked had no time left, which says nothing about the host."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer or a failure, and until when it is used."""

    until: float
    outcome: Fetched | FetchError


class CachingFetcher:
    """A `Fetcher` in front of another; safe to share between threads."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        seconds: float,
        entries: int = 1_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take whom to ask, how long to keep answers, how many, and a clock that never goes back."""
        self._fetcher = fetcher
        self._seconds = seconds
        self._entries = entries
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._bytes = 0
        self._flying: dict[_Key, Future[Fetched | FetchError]] = {}

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        """Return the answer that is kept, the one that somebody else is waiting for, or a new one.

        Who waited for somebody that had no time left asks again.
        """
        while True:
            outcome, was_mine = self._answered((url, accept, max_bytes))
            if was_mine or not isinstance(outcome, _GivenUpError):
                return _outcome(outcome)

    def _answered(self, key: _Key) -> tuple[Fetched | FetchError, bool]:
        """Return what came of one question, and whether it was asked here."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and self._monotonic() < kept.until:
                self._kept.move_to_end(key)
                return kept.outcome, False
            flight = self._flying.get(key)
            mine = flight is None
            if flight is None:
                flight = self._flying[key] = Future()
        if mine:
            self._fly(key, flight)
        return _landed(flight), mine

    def _fly(self, key: _Key, flight: Future[Fetched | FetchError]) -> None:
        """Ask, keep the answer and tell those who wait; whatever happens, nobody waits for ever."""
        outcome: Fetched | FetchError = FetchError("the question was not finished")
        try:
            outcome = self._asked(key)
        finally:
            with self._lock:
                del self._flying[key]
                self._keep(key, outcome)
            flight.set_result(outcome)

    def _asked(self, key: _Key) -> Fetched | FetchError:
        url, accept, max_bytes = key
        try:
            return self._fetcher.fetch(url, accept=accept, max_bytes=max_bytes)
        except FetchError as error:
            return _GivenUpError(*error.args) if is_over() else error

    def _keep(self, key: _Key, outcome: Fetched | FetchError) -> None:
        if isinstance(outcome, FetchForbiddenError | _GivenUpError):
            return  # costs nothing to find out again, or says nothing about the host
        good = isinstance(outcome, Fetched) and outcome.status in _GOOD
        seconds = self._seconds if good else min(self._seconds, FAILURE_SECONDS)
        self._bytes += _size(outcome) - self._forgotten(key)
        self._kept[key] = _Kept(self._monotonic() + seconds, outcome)
        while len(self._kept) > self._entries or self._bytes > MOST_BYTES:
            self._bytes -= self._forgotten(next(iter(self._kept)))

    def _forgotten(self, key: _Key) -> int:
        """Forget an answer and return its size in bytes."""
        kept = self._kept.pop(key, None)
        return 0 if kept is None else _size(kept.outcome)


def _size(outcome: Fetched | FetchError) -> int:
    return len(outcome.body) if isinstance(outcome, Fetched) else 0


def _landed(flight: Future[Fetched | FetchError]) -> Fetched | FetchError:
    """Wait for what somebody else asks, as long as whoever asks here has time."""
    try:
        return flight.result(seconds_left(_LONGEST_WAIT))
    except TimeoutError:
        return FetchFailedError("no answer in time")


def _outcome(outcome: Fetched | FetchError) -> Fetched:
    if isinstance(outcome, FetchError):
        raise type(outcome)(*outcome.args)
    return outcome
