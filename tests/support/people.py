"""Accounts and the holder's tables on a throw-away database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from accounts.desk import AccountsDesk, make_desk
from accounts.models import Base
from accounts.store import Person
from services.clock import StoppedClock
from services.database import Database

NOW = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
SECRET = b"a secret that only tests know...."
GOOD_PASSWORD = "Érable-rouge-1842"


def make_accounts(
    folder: Path, *, clock: StoppedClock | None = None, attempts: int = 10, url: str = ""
) -> AccountsDesk:
    """Return accounts on a fresh SQLite file (or at `url`), with two demo doors."""
    database = Database(url or f"sqlite:///{folder / 'holder.sqlite'}")
    Base.metadata.create_all(database.engine)
    doors = {"learner": "zoe@example.org", "staff": "registraire@example.org"}
    return make_desk(database=database, clock=clock or StoppedClock(NOW), secret=SECRET, attempts=attempts, doors=doors)


def join(accounts: AccountsDesk, email: str, *, name: str = "Zoé", password: str = GOOD_PASSWORD) -> Person:
    """Return a person who was invited and chose a password."""
    accounts.people.register(email, given_name=name, family_name="Tremblay", language="fr")
    return accounts.people.accept(accounts.people.invite(email), password)
