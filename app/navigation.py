"""The way between the roles: what the masthead offers to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

import flask
from flask_babel import gettext

from schemas.problems import N_

PERSON: Final = "parchemin.person"


class For(Enum):
    """Whom an entry is for."""

    EVERYBODY = auto()
    LEARNER = auto()
    STAFF = auto()
    STRANGER = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in; shown where its endpoint is served and to whom it is for."""

    endpoint: str
    label: str
    whom: For
    prefix: str


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the page shows it."""

    url: str
    label: str
    current: bool


ENTRIES: Final = (
    Entry("verifier.verify_page", N_("Verify"), For.EVERYBODY, "/verify"),
    Entry("holder.documents", N_("Documents"), For.LEARNER, "/documents"),
    Entry("holder.shares", N_("Shares"), For.LEARNER, "/shares"),
    Entry("issuer.today", N_("Today"), For.STAFF, "/today"),
)


def init_app(app: flask.Flask) -> None:
    """Give the templates navigation(), person and has_endpoint()."""
    app.context_processor(_words)


def person() -> Any | None:
    """Return who is signed in, or None; always None where no accounts are served."""
    who = flask.current_app.extensions.get(PERSON)
    return who() if who else None


def has_endpoint(name: str) -> bool:
    """Say whether this process serves that page."""
    return name in flask.current_app.view_functions


def navigation() -> list[Link]:
    """Return the entries for the one who reads the page."""
    mine = _groups()
    path = flask.request.path
    return [
        Link(flask.url_for(entry.endpoint), gettext(entry.label), path.startswith(entry.prefix))
        for entry in ENTRIES
        if entry.whom in mine and has_endpoint(entry.endpoint)
    ]


def _groups() -> frozenset[For]:
    reader = person()
    if reader is None:
        return frozenset({For.EVERYBODY, For.STRANGER})
    return frozenset({For.EVERYBODY, For.STAFF if reader.is_staff else For.LEARNER})


def _words() -> dict[str, Any]:
    return {"navigation": navigation, "person": person(), "has_endpoint": has_endpoint}
