"""The holder's application with stand-ins for the verifier's parts, and people who click."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.desk import AccountsDesk
from accounts.store import Person
from app.config import Settings
from app.factory import create_holder_app
from holder.desk import HolderDesk
from tests.support.holders import BASE_URL, House, make_house
from tests.support.people import GOOD_PASSWORD
from tests.support.web import ScriptedVerifier


@dataclass(frozen=True, slots=True)
class HolderParts:
    """What the factory asks of `Parts`, for the holder's application."""

    accounts: AccountsDesk
    holder: HolderDesk
    verifier: Any = field(default_factory=ScriptedVerifier)
    ready: Mapping[str, Callable[[], object]] = field(default_factory=dict)


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser: keeps cookies, and sends each form with the guard of its page."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **more)

    def post(self, path: str, *, page: str | None = None, **form: Any) -> TestResponse:
        """Send a form as the page at `page` (or `/sign-in`) would."""
        token = guard_of(self.client.get(page or "/sign-in").text) or guard_of(self.client.get("/sign-in").text)
        return self.client.post(path, data={"csrf_token": token, **form})


@dataclass(slots=True)
class Web:
    """The application, its house, and its visitors."""

    app: flask.Flask
    house: House

    def stranger(self) -> Visitor:
        """Return somebody who is not signed in."""
        return Visitor(self.app.test_client())

    def signed_in(self, person: Person) -> Visitor:
        """Return a browser where this person has signed in by password."""
        visitor = self.stranger()
        answer = visitor.post("/sign-in", email=person.email, password=GOOD_PASSWORD)
        assert answer.status_code == 303, answer.text
        return visitor


def make_web(folder: Path, *, base_url: str = BASE_URL, **settings: Any) -> Web:
    """Return the holder's application on a fresh database."""
    return serve(make_house(folder), base_url=base_url, **settings)


def serve(house: House, *, base_url: str = BASE_URL, **settings: Any) -> Web:
    """Return the application around a house that stands already."""
    chosen = Settings(**{"development": True, "secret_key": "t" * 40, "base_url": base_url, **settings})
    app = create_holder_app(chosen, HolderParts(house.accounts, house.desk))  # type: ignore[arg-type]
    app.testing = True
    return Web(app, house)


def guard_of(page: str) -> str:
    """Return the CSRF token of a page's forms, or nothing."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def hidden_of(page: str) -> dict[str, list[str]]:
    """Return every hidden field of a page."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    return fields
