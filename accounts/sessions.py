"""Who is signed in: sessions kept by us, and the person of the request being answered.

    person = current_person()    # in a view of any role; None for a stranger

The cookie holds a random token, the database its keyed hash: ending a session is deleting a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Final

from accounts import store
from accounts.models import SessionRow
from accounts.store import Person
from accounts.tokens import TokenKeeper
from schemas.problems import SIGN_IN_NEEDED, ProblemError
from services.clock import Clock
from services.database import Database

_AUDIENCE: Final = "session"
_current: ContextVar[Person | None] = ContextVar("parchemin_current_person", default=None)


def current_person() -> Person | None:
    """Return who sent the request that is being answered, or None."""
    return _current.get()


def require_person() -> Person:
    """Return who sent the request; raise SIGN_IN_NEEDED for a stranger."""
    person = current_person()
    if person is None:
        raise ProblemError(SIGN_IN_NEEDED.about())
    return person


def set_current_person(person: Person | None) -> None:
    """Say whose request is answered from here on: for the web edge, at the start and at the end of each."""
    _current.set(person)


@contextmanager
def acting_as(person: Person | None) -> Iterator[None]:
    """Answer as this person inside the block: for commands and tests."""
    token = _current.set(person)
    try:
        yield
    finally:
        _current.reset(token)


class Sessions:
    """Opens and ends sessions."""

    def __init__(self, *, database: Database, clock: Clock, tokens: TokenKeeper, hours: float = 8.0) -> None:
        """Take the parts; a session lasts `hours`, however much it is used."""
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._life = timedelta(hours=hours)

    @property
    def life(self) -> timedelta:
        """Return how long a session lasts."""
        return self._life

    def start(self, person: Person, *, instead_of: str | None = None) -> str:
        """Return the token of a new session; the one it takes the place of ends (J01)."""
        token, digest = self._tokens.new(_AUDIENCE)
        now = self._clock.now()
        with self._database.session() as session:
            store.forget_old(session, now)
            if instead_of:
                store.end_session(session, self._tokens.digest(_AUDIENCE, instead_of))
            row = SessionRow(digest=digest, person_id=person.id, created_at=now, expires_at=now + self._life)
            store.add(session, row)
        return token

    def person_of(self, token: str) -> Person | None:
        """Return who a session's token belongs to, or None when it is unknown or over."""
        with self._database.reading() as session:
            person_id = store.session_owner(session, self._tokens.digest(_AUDIENCE, token), self._clock.now())
            return store.person(session, person_id) if person_id else None

    def end(self, token: str) -> None:
        """End one session; an unknown one is no problem."""
        with self._database.session() as session:
            store.end_session(session, self._tokens.digest(_AUDIENCE, token))

    def end_all(self, person: Person) -> None:
        """End every session of a person."""
        with self._database.session() as session:
            store.end_sessions(session, person.id)
