"""Open a share: the gate, its attempts and its pauses (R48, R53, R60-R62).

A wrong PIN is counted before it is compared, in a transaction that holds the share's row: however
many tries arrive at once, no more of them than the limit are ever compared (threats.md I04). After
the last one the share pauses; each pause is twice as long as the one before, so that guessing six
digits takes centuries while a recipient who mistyped waits an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from accounts.attempts import Failures
from accounts.passwords import Hasher
from accounts.tokens import TOKEN_CHARS, TokenKeeper
from holder.history import store as history
from holder.history.store import Happening
from holder.sharing import store
from holder.sharing.models import ShareRow, VisitRow
from holder.sharing.shares import AUDIENCE, ShareState, state_of
from schemas.problems import (
    CHECK_WHAT_YOU_TYPED,
    SHARE_DISABLED,
    SHARE_EXPIRED,
    SHARE_NOT_FOUND,
    TOO_MANY_ATTEMPTS,
    ProblemError,
)
from schemas.shares import GateKind
from services.clock import Clock
from services.database import Database

VISIT_LIFE: Final = timedelta(minutes=30)
_VISIT: Final = "visit"
_MOST_DOUBLINGS: Final = 12


class WrongPINError(ProblemError):
    """CHECK_WHAT_YOU_TYPED, and how many tries are left before the share pauses."""

    def __init__(self, attempts_left: int) -> None:
        """Keep the number."""
        super().__init__(CHECK_WHAT_YOU_TYPED.about(f"{attempts_left} tries are left"))
        self.attempts_left = attempts_left


@dataclass(frozen=True, slots=True)
class Opened:
    """What a visit may see: exactly these documents, the reference, and whether it may keep them (R45, R47)."""

    share_id: str
    person_id: str
    documents: tuple[str, ...]
    reference: str
    allow_download: bool


class Opening:
    """The recipient's side of every share."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        tokens: TokenKeeper,
        hasher: Hasher,
        failures: Failures,
        attempts: int = 5,
        pause: timedelta = timedelta(hours=1),
        zone: str = "America/Toronto",
    ) -> None:
        """Take the parts; after `attempts` wrong PINs a share pauses, the first time for `pause`.

        `failures` counts wrong PINs by client, whatever share they are for. The day on which a share
        ended is told in `zone`.
        """
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._hasher = hasher
        self._failures = failures
        self._attempts = attempts
        self._pause = pause
        self._zone = ZoneInfo(zone)

    def gate(self, token: str) -> GateKind:
        """Return what a share asks for; raise SHARE_NOT_FOUND, _EXPIRED, _DISABLED or TOO_MANY_ATTEMPTS.

        The detail of SHARE_EXPIRED is its last moment (ISO 8601, local).

        Asking counts nothing: robots ask too (threats.md I07).
        """
        with self._database.reading() as session:
            row = self._open_share(session, token)
            return GateKind.PIN if row.pin_hash else GateKind.NONE

    def enter(self, token: str, pin: str | None, *, client: str = "") -> str:
        """Return the token of a visit; raise WrongPINError or TOO_MANY_ATTEMPTS, or as `gate` does.

        Raises RATE_LIMITED for a client that typed wrong PINs at too many shares.
        """
        self._failures.require_few(client)
        with self._database.session() as session:
            row = self._open_share(session, token, lock=True)
            if row.pin_hash is None:
                return self._visit(session, row)
            encoded = row.pin_hash
            left = self._reserve(row)
        right = self._hasher.matches(encoded, pin or "")
        with self._database.session() as session:
            row = self._open_share(session, token, lock=True, though_paused=True)
            if right and row.pin_hash == encoded:
                self._give_back(row)
                return self._visit(session, row)
            self._note(session, Happening.WRONG_PIN, row)
            if left == 0:
                self._note(session, Happening.PAUSED, row)
            paused_until = row.paused_until
        self._failures.count(client)
        if left == 0 and paused_until is not None:
            raise ProblemError(TOO_MANY_ATTEMPTS.about(retry_after=_seconds(paused_until - self._clock.now())))
        raise WrongPINError(left)

    def inside(self, token: str, visit: str) -> Opened | None:
        """Return what a visit of this share may see; None when it passed no gate. Raises as `gate` does."""
        with self._database.reading() as session:
            row = self._open_share(session, token, though_paused=True)
            digest = self._tokens.digest(_VISIT, visit)
            if store.visit(session, digest, row.id, self._clock.now()) is None:
                return None
            documents = tuple(store.documents_of(session, row.id))
            return Opened(row.id, row.person_id, documents, row.reference, row.allow_download)

    def note_shown(self, opened: Opened, visit: str, verdicts: tuple[str, ...]) -> None:
        """Write into the history, once a visit, that the documents were shown and with which verdicts (R52)."""
        now = self._clock.now()
        with self._database.session() as session:
            if store.first_showing(session, self._tokens.digest(_VISIT, visit), now):
                history.write(
                    session,
                    Happening.OPENED,
                    person_id=opened.person_id,
                    at=now,
                    share_id=opened.share_id,
                    verdicts=" ".join(verdicts),
                )

    def note_download(self, opened: Opened, document_id: str) -> None:
        """Write into the history that a document was downloaded."""
        with self._database.session() as session:
            history.write(
                session,
                Happening.DOWNLOADED,
                person_id=opened.person_id,
                at=self._clock.now(),
                share_id=opened.share_id,
                document_id=document_id,
            )

    def _open_share(self, session: Session, token: str, *, lock: bool = False, though_paused: bool = False) -> ShareRow:
        """Return the share of a token that is open; raise the problem that says why it is not (R62)."""
        digest = self._tokens.digest(AUDIENCE, token)
        row = store.by_token(session, digest, lock=lock) if len(token) == TOKEN_CHARS else None
        if row is None:
            raise ProblemError(SHARE_NOT_FOUND.about())
        now = self._clock.now()
        state = state_of(row, now)
        if state is ShareState.DISABLED:
            raise ProblemError(SHARE_DISABLED.about())
        if state is ShareState.EXPIRED and row.expires_at is not None:
            last = (row.expires_at - timedelta(seconds=1)).astimezone(self._zone)
            raise ProblemError(SHARE_EXPIRED.about(last.isoformat()))
        if state is ShareState.PAUSED and row.paused_until is not None and not though_paused:
            raise ProblemError(TOO_MANY_ATTEMPTS.about(retry_after=_seconds(row.paused_until - now)))
        return row

    def _reserve(self, row: ShareRow) -> int:
        """Count one try before it is made; the last one starts the pause. Return how many are left."""
        if row.paused_until is not None or row.attempts >= self._attempts:
            # `_open_share` let us through: the pause is over.
            row.attempts, row.paused_until = 0, None
        row.attempts += 1
        if row.attempts >= self._attempts:
            row.paused_until = self._clock.now() + self._pause * 2 ** min(row.pauses, _MOST_DOUBLINGS)
            row.pauses += 1
        return self._attempts - row.attempts

    def _give_back(self, row: ShareRow) -> None:
        """Take back the try that was right; wrong ones stay counted."""
        if row.paused_until is not None and row.attempts >= self._attempts:
            row.paused_until, row.pauses = None, max(0, row.pauses - 1)
        row.attempts = max(0, row.attempts - 1)

    def _visit(self, session: Session, row: ShareRow) -> str:
        visit, digest = self._tokens.new(_VISIT)
        now = self._clock.now()
        store.add_visit(session, VisitRow(digest=digest, share_id=row.id, expires_at=now + VISIT_LIFE), now)
        return visit

    def _note(self, session: Session, event: Happening, row: ShareRow) -> None:
        history.write(session, event, person_id=row.person_id, at=self._clock.now(), share_id=row.id)


def _seconds(duration: timedelta) -> int:
    return max(1, int(duration.total_seconds()))
