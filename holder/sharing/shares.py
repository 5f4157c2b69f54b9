"""Make shares and look after them: what the learner does (R40, R43-R48, R51-R53)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.passwords import Hasher
from accounts.tokens import TokenKeeper
from holder.history import store as history
from holder.history.store import Event, Happening
from holder.sharing import store
from holder.sharing.models import ShareRow
from holder.vault import store as vault
from schemas.problems import MALFORMED, N_, NOT_ALLOWED, SHARE_NOT_FOUND, FieldError, ProblemError
from schemas.shares import GateKind, ShareRequest
from services.clock import Clock
from services.database import Database

AUDIENCE: Final = "share"
PIN_DIGITS: Final = 6
_PAST: Final = N_("This day is over: choose a later one.")
_NOT_YOURS: Final = N_("There is no such document.")


class ShareState(StrEnum):
    """What a recipient would meet now."""

    OPEN = "open"
    PAUSED = "paused"
    EXPIRED = "expired"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Share:
    """A share as its learner sees it; `expires_on` is the last day on which it opens."""

    id: str
    name: str
    purpose: str
    reference: str
    documents: tuple[str, ...]
    gate: GateKind
    allow_download: bool
    created_at: datetime
    expires_on: date | None
    paused_until: datetime | None
    state: ShareState


@dataclass(frozen=True, slots=True)
class CreatedShare:
    """A share just made: token and PIN are known now and never again.

    Both are None when the same request had already made the share.
    """

    share: Share
    token: str | None
    pin: str | None


def state_of(row: ShareRow, now: datetime) -> ShareState:
    """Return what a recipient meets at that moment; what the learner ended comes first."""
    if row.disabled_at is not None:
        return ShareState.DISABLED
    if row.expires_at is not None and row.expires_at <= now:
        return ShareState.EXPIRED
    if row.paused_until is not None and row.paused_until > now:
        return ShareState.PAUSED
    return ShareState.OPEN


class Shares:
    """The shares of every learner; each method sees those of one person only."""

    def __init__(
        self, *, database: Database, clock: Clock, tokens: TokenKeeper, hasher: Hasher, zone: str = "America/Toronto"
    ) -> None:
        """Take the parts; an expiry date ends at midnight in `zone`."""
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._hasher = hasher
        self._zone = ZoneInfo(zone)

    def create(self, person_id: str, request: ShareRequest, *, life: timedelta | None = None) -> CreatedShare:
        """Make a share of documents that are this person's and unlocked (R23); `life` ends it sooner.

        Raises MALFORMED with pointers for a past day or another's document, NOT_ALLOWED for a locked one.
        """
        self._require_future(request.expires_on)
        pin = (request.pin or new_pin()) if request.gate is GateKind.PIN else None
        token, digest = self._tokens.new(AUDIENCE)
        row = self._row(person_id, request, digest, self._hasher.hash(pin) if pin else None)
        if life is not None:
            row.expires_at = row.created_at + life
        try:
            with self._database.session() as session:
                known = store.by_request(session, person_id, request.request_key)
                if known is not None:
                    return CreatedShare(self._share(session, known), None, None)
                _require_documents(session, person_id, request.documents)
                store.add_share(session, row, request.documents)
                self._note(session, Happening.SHARED, row)
                return CreatedShare(self._share(session, row), token, pin)
        except IntegrityError:
            # The same form arrived twice at once: the other copy made the share.
            with self._database.reading() as session:
                known = store.by_request(session, person_id, request.request_key)
                if known is None:
                    raise
                return CreatedShare(self._share(session, known), None, None)

    def all_of(self, person_id: str) -> list[Share]:
        """Return a person's shares, newest first."""
        with self._database.reading() as session:
            return [self._share(session, row) for row in store.all_of(session, person_id)]

    def get(self, person_id: str, share_id: str) -> Share:
        """Return one share of this person; raise SHARE_NOT_FOUND."""
        with self._database.reading() as session:
            return self._share(session, _owned(session, person_id, share_id))

    def with_document(self, person_id: str, document_id: str) -> list[Share]:
        """Return this person's shares that open a document, newest first."""
        with self._database.reading() as session:
            return [self._share(session, row) for row in store.shares_with(session, person_id, document_id)]

    def history(self, person_id: str, share_id: str) -> list[Event]:
        """Return what happened to a share, newest first (R52)."""
        with self._database.reading() as session:
            _owned(session, person_id, share_id)
            return history.of_share(session, person_id, share_id)

    def change_expiry(self, person_id: str, share_id: str, expires_on: date | None) -> Share:
        """Set the last day, or none; raise MALFORMED for a past day (R51)."""
        self._require_future(expires_on)

        def change(row: ShareRow, _now: datetime) -> None:
            row.expires_at = self._end_of(expires_on)

        day = expires_on.isoformat() if expires_on else ""
        return self._change(person_id, share_id, change, Happening.EXPIRY_CHANGED, expires_on=day)

    def disable(self, person_id: str, share_id: str) -> Share:
        """End access; what was seen cannot be recalled (R51)."""

        def change(row: ShareRow, now: datetime) -> None:
            row.disabled_at = now

        return self._change(person_id, share_id, change, Happening.DISABLED, end_visits=True)

    def enable(self, person_id: str, share_id: str) -> Share:
        """Open a disabled share again."""

        def change(row: ShareRow, _now: datetime) -> None:
            row.disabled_at = None

        return self._change(person_id, share_id, change, Happening.ENABLED)

    def resume(self, person_id: str, share_id: str) -> Share:
        """End a pause at once; how often it paused stays known, so the next pause is longer (R61)."""

        def change(row: ShareRow, _now: datetime) -> None:
            row.attempts, row.paused_until = 0, None

        return self._change(person_id, share_id, change, Happening.RESUMED)

    def new_link(self, person_id: str, share_id: str) -> CreatedShare:
        """Replace the link: the old one opens nothing from now on."""
        token, digest = self._tokens.new(AUDIENCE)

        def change(row: ShareRow, _now: datetime) -> None:
            row.token_digest = digest

        share = self._change(person_id, share_id, change, Happening.LINK_REPLACED, end_visits=True)
        return CreatedShare(share, token, None)

    def new_pin(self, person_id: str, share_id: str) -> CreatedShare:
        """Replace the PIN, or put one on an open share; attempts start again."""
        pin = new_pin()
        encoded = self._hasher.hash(pin)

        def change(row: ShareRow, _now: datetime) -> None:
            row.pin_hash, row.attempts, row.pauses, row.paused_until = encoded, 0, 0, None

        share = self._change(person_id, share_id, change, Happening.PIN_REPLACED, end_visits=True)
        return CreatedShare(share, None, pin)

    def _change(
        self,
        person_id: str,
        share_id: str,
        change: Callable[[ShareRow, datetime], None],
        event: Happening,
        *,
        end_visits: bool = False,
        **facts: str,
    ) -> Share:
        """Change one share of this person and note it, in one transaction."""
        with self._database.session() as session:
            row = _owned(session, person_id, share_id, lock=True)
            change(row, self._clock.now())
            if end_visits:
                store.end_visits(session, share_id)
            self._note(session, event, row, **facts)
            session.flush()
            return self._share(session, row)

    def _row(self, person_id: str, request: ShareRequest, digest: str, pin_hash: str | None) -> ShareRow:
        return ShareRow(
            id=str(uuid.uuid4()),
            person_id=person_id,
            request_key=request.request_key,
            token_digest=digest,
            name=request.name,
            purpose=request.purpose,
            reference=request.reference,
            created_at=self._clock.now(),
            expires_at=self._end_of(request.expires_on),
            allow_download=request.allow_download,
            pin_hash=pin_hash,
            attempts=0,
            pauses=0,
        )

    def _share(self, session: Session, row: ShareRow) -> Share:
        last = row.expires_at - timedelta(seconds=1) if row.expires_at else None
        return Share(
            row.id,
            row.name,
            row.purpose,
            row.reference,
            tuple(store.documents_of(session, row.id)),
            GateKind.PIN if row.pin_hash else GateKind.NONE,
            row.allow_download,
            row.created_at,
            last.astimezone(self._zone).date() if last else None,
            row.paused_until,
            state_of(row, self._clock.now()),
        )

    def _note(self, session: Session, event: Happening, row: ShareRow, **facts: str) -> None:
        history.write(session, event, person_id=row.person_id, at=self._clock.now(), share_id=row.id, **facts)

    def _require_future(self, day: date | None) -> None:
        if day is not None and day < self._clock.now().astimezone(self._zone).date():
            error = FieldError("/expires_on", MALFORMED.code, _PAST)
            raise ProblemError(MALFORMED.about("the share would be over before it begins", errors=(error,)))

    def _end_of(self, day: date | None) -> datetime | None:
        """Return the midnight that ends a day."""
        if day is None or day == date.max:
            return None
        return datetime.combine(day + timedelta(days=1), time(), tzinfo=self._zone)


def new_pin() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def _owned(session: Session, person_id: str, share_id: str, *, lock: bool = False) -> ShareRow:
    row = store.owned(session, person_id, share_id, lock=lock)
    if row is None:
        raise ProblemError(SHARE_NOT_FOUND.about())
    return row


def _require_documents(session: Session, person_id: str, documents: tuple[str, ...]) -> None:
    """Every document must be this person's, and unlocked."""
    rows = [vault.owned(session, person_id, document_id) for document_id in documents]
    missing = [n for n, row in enumerate(rows) if row is None]
    if missing:
        errors = tuple(FieldError(f"/documents/{n}", MALFORMED.code, _NOT_YOURS) for n in missing)
        raise ProblemError(MALFORMED.about("a document to share is not there", errors=errors))
    if any(row is not None and row.locked for row in rows):
        raise ProblemError(NOT_ALLOWED.about("a document to share is locked"))
