"""Count what goes wrong, in the database, so that every process counts together (threats.md I04, J04)."""

from __future__ import annotations

from datetime import timedelta

from accounts import store
from accounts.tokens import TokenKeeper
from schemas.problems import RATE_LIMITED, ProblemError
from services.clock import Clock
from services.database import Database


class Failures:
    """Failures of one kind by whom they come from; too many in a window of time, and that one waits."""

    def __init__(
        self, kind: str, *, database: Database, clock: Clock, tokens: TokenKeeper, most: int, window: timedelta
    ) -> None:
        """Count up to `most` in each `window`; whom is kept only as a keyed hash."""
        self._kind = f"failures {kind}"
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._most = most
        self._window = window

    def require_few(self, whom: str) -> None:
        """Raise RATE_LIMITED when there were too many; asking counts nothing."""
        now = self._clock.now()
        with self._database.reading() as session:
            counted = store.attempts(session, self._tokens.digest(self._kind, whom), now)
        if counted >= self._most:
            seconds = int(self._window.total_seconds())
            raise ProblemError(RATE_LIMITED.about("too many failures from this address", retry_after=seconds))

    def count(self, whom: str) -> None:
        """Count one more."""
        now = self._clock.now()
        with self._database.session() as session:
            store.count_attempt(session, self._tokens.digest(self._kind, whom), now, now + self._window)
