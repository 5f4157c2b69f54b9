"""What accounts offer to the pages and to the other roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.people import People
from accounts.sessions import Sessions
from accounts.store import Person
from accounts.tokens import TokenKeeper
from schemas.problems import NOT_FOUND, ProblemError
from services.clock import Clock
from services.database import Database


@dataclass(frozen=True, slots=True)
class AccountsDesk:
    """People, sessions, and in development the demo's doors: a name of a door and whose address it is."""

    people: People
    sessions: Sessions
    doors: Mapping[str, str] = field(default_factory=dict)

    def behind_door(self, door: str) -> Person:
        """Return the person of a demo door; raise NOT_FOUND, as always outside development."""
        email = self.doors.get(door)
        person = self.people.by_email(email) if email else None
        if person is None:
            raise ProblemError(NOT_FOUND.about())
        return person


def make_desk(
    *,
    database: Database,
    clock: Clock,
    secret: bytes,
    attempts: int = 10,
    hours: float = 8.0,
    doors: Mapping[str, str] | None = None,
) -> AccountsDesk:
    """Return the desk; pass `doors` in development only (see the decision record 0010)."""
    tokens = TokenKeeper(secret)
    return AccountsDesk(
        people=People(database=database, clock=clock, tokens=tokens, attempts=attempts),
        sessions=Sessions(database=database, clock=clock, tokens=tokens, hours=hours),
        doors=dict(doors or {}),
    )
