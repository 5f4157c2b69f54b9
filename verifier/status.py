"""Have status lists fetched, kept for a while, and asked for once by many at a time.

    source = CachedStatusSource(fetch, clock=clock)
    source.fetch("https://registrar.example/status/1")

What is kept is the text as received; it is verified at each use, so a cache can make an answer
older but never truer. An error is kept half a minute at most, and never as an answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from proofs.bitstring_status_list import ttl_ms
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import NETWORK_FORBIDDEN, STATUS_UNREACHABLE, Problem, ProblemError
from services.clock import Clock
from services.patience import is_over, seconds_left
from verifier.evidence import StatusListReceived, StatusUnreachableError

Fetch = Callable[[str], bytes]
"""Fetches an https address; raises `ProblemError` (network-forbidden, …) or `OSError`."""

KEEP: Final = timedelta(seconds=60)
KEEP_ERRORS: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = 60.0
"""More than any fetch may take: a wait that ends at all."""


@dataclass(slots=True)
class _Shelf:
    """What is known about one address; `lock` lets one caller fetch while the others wait."""

    answer: StatusListReceived | Problem
    until: datetime
    last_known: StatusListReceived | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class CachedStatusSource:
    """A `StatusSource` over the network; safe to share between threads.

    A list is kept for `keep`, or for its own time to live when that is shorter. The key of the
    cache is the address that was asked for, whatever redirects led elsewhere (threats.md F14).
    """

    def __init__(
        self, fetch: Fetch, *, clock: Clock, keep: timedelta = KEEP, size: int = 1_000, limits: Limits = DEFAULT
    ) -> None:
        """Fetch with `fetch`; remember at most `size` addresses."""
        self._fetch = fetch
        self._clock = clock
        self._keep = keep
        self._size = size
        self._limits = limits
        self._lock = threading.Lock()
        self._shelves: OrderedDict[str, _Shelf] = OrderedDict()

    def fetch(self, list_url: str) -> StatusListReceived:
        """Return the list; raise `StatusUnreachableError` with the last one that could be had."""
        shelf = self._shelf(list_url)
        if not shelf.lock.acquire(timeout=seconds_left(_LONGEST_WAIT)):
            raise StatusUnreachableError(STATUS_UNREACHABLE.about("no answer in time"), None)
        try:
            now = self._clock.now()
            if now >= shelf.until:
                self._refresh(list_url, shelf, now)
            if isinstance(shelf.answer, Problem):
                raise StatusUnreachableError(shelf.answer, shelf.last_known)
            return shelf.answer
        finally:
            shelf.lock.release()

    def _shelf(self, list_url: str) -> _Shelf:
        with self._lock:
            shelf = self._shelves.setdefault(list_url, _Shelf(STATUS_UNREACHABLE.about(), self._clock.now()))
            self._shelves.move_to_end(list_url)
            while len(self._shelves) > self._size:
                self._shelves.popitem(last=False)
            return shelf

    def _refresh(self, list_url: str, shelf: _Shelf, now: datetime) -> None:
        """Fetch; `now` was read before, so that a slow answer is not taken for a fresh one."""
        try:
            raw = self._fetch(list_url)
        except ProblemError as error:
            forbidden = error.problem.code == NETWORK_FORBIDDEN.code
            self._fall_back(shelf, now, error.problem if forbidden else STATUS_UNREACHABLE.about(error.problem.code))
        except OSError as error:
            self._fall_back(shelf, now, STATUS_UNREACHABLE.about(type(error).__name__))
        else:
            shelf.answer = shelf.last_known = StatusListReceived(raw, now)
            shelf.until = now + min(self._keep, self._time_to_live(raw))

    def _fall_back(self, shelf: _Shelf, now: datetime, problem: Problem) -> None:
        """Answer with the last list while its own time to live lasts, then with the problem (X12)."""
        last = shelf.last_known
        shelf.answer = last if last and now < last.fetched_at + self._time_to_live(last.raw) else problem
        # Who asked may have had no time left, which says nothing about the host.
        shelf.until = now if is_over() else now + KEEP_ERRORS

    def _time_to_live(self, raw: bytes) -> timedelta:
        """Read the list's own time to live, unverified: a lie can only make it stale for the check."""
        try:
            document = strict_json.loads(raw, limits=self._limits)
        except ProblemError:
            return self._keep
        return timedelta(milliseconds=ttl_ms(document)) if isinstance(document, dict) else self._keep


class LocalStatusSource:
    """A `StatusSource` in front of another: lists of our own process are read, not fetched.

    `read` returns the signed list of an address under `prefix`, or None when there is none.
    """

    def __init__(
        self, prefix: str, read: Callable[[str], bytes | None], *, clock: Clock, otherwise: CachedStatusSource
    ) -> None:
        """Ask `read` for addresses that begin with `prefix`, `otherwise` for all others."""
        self._prefix = prefix
        self._read = read
        self._clock = clock
        self._otherwise = otherwise

    def fetch(self, list_url: str) -> StatusListReceived:
        """Return the list; raise `StatusUnreachableError`."""
        if not list_url.startswith(self._prefix):
            return self._otherwise.fetch(list_url)
        raw = self._read(list_url)
        if raw is None:
            raise StatusUnreachableError(STATUS_UNREACHABLE.about("there is no such list here"))
        return StatusListReceived(raw, self._clock.now())
