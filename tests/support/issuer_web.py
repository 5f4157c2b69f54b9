"""The issuer's application around an issuing house, with staff who sign in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask

from accounts.desk import AccountsDesk, make_desk
from accounts.models import Base as AccountsBase
from accounts.store import Person
from app.config import Settings
from app.factory import create_issuer_app
from issuer.desk import IssuerDesk
from services.database import Database
from tests.support.holder_web import Visitor
from tests.support.issuing import House, open_house
from tests.support.people import GOOD_PASSWORD


@dataclass(frozen=True, slots=True)
class IssuerParts:
    """What the factory asks of `Parts`, for the issuer's application."""

    accounts: AccountsDesk
    issuer: IssuerDesk
    ready: Mapping[str, Callable[[], object]] = field(default_factory=dict)


@dataclass(slots=True)
class IssuerWeb:
    """The application, its issuer, its people."""

    app: flask.Flask
    house: House
    accounts: AccountsDesk

    def stranger(self) -> Visitor:
        return Visitor(self.app.test_client())

    def person(self, email: str, *slugs: str) -> Visitor:
        """Return somebody who is signed in, staff of the institutions named."""
        people = self.accounts.people
        person: Person = people.register(email, given_name="Aputik", family_name="Ittuk", language="en")
        people.accept(people.invite(person.email), GOOD_PASSWORD)
        for slug in slugs:
            people.add_staff(person.id, slug)
        visitor = self.stranger()
        assert 303 == visitor.post("/sign-in", email=email, password=GOOD_PASSWORD).status_code
        return visitor


def make_issuer_web(folder: Path, **settings: Any) -> IssuerWeb:
    """Return the issuer's application with two institutions."""
    house = open_house(folder, slugs=("boreale", "australe"))
    database = Database(f"sqlite:///{folder / 'accounts.sqlite'}")
    AccountsBase.metadata.create_all(database.engine)
    accounts = make_desk(database=database, clock=house.clock, secret=b"s" * 32)
    chosen = Settings(**{"development": True, "secret_key": "t" * 40, "var": folder, **settings})
    app = create_issuer_app(chosen, IssuerParts(accounts, house.desk))  # type: ignore[arg-type]
    app.testing = True
    return IssuerWeb(app, house, accounts)
