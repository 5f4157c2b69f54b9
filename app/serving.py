"""Entry points for the server: it calls one of them, without arguments, in each worker process.

`app.server` runs them behind a gateway; any WSGI server may call them too.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from app.config import Settings
from app.factory import create_app, create_holder_app, create_issuer_app, create_verifier_app
from app.wiring import Choices, make_parts, make_verifier_parts
from schemas.problems import SETTING_INVALID, ProblemError
from services import log

if TYPE_CHECKING:
    import flask

ROLES: Final = {"all": "all_roles", "issuer": "issuer", "holder": "holder", "verifier": "verifier"}
DOORS: Final = {"learner": "zoe.tremblay@etudiant.boreale.example", "staff": "registraire@boreale.example"}
"""Whose place the demo's start page lets one take; no setting opens these doors."""


_WARM: Final = Choices(warm=True)


def all_roles() -> flask.Flask:
    """Return the application that serves every role."""
    settings = _settings()
    return _settled(create_app(settings, make_parts(settings, _WARM)))


def issuer() -> flask.Flask:
    """Return the institutions' application."""
    settings = _settings()
    return _settled(create_issuer_app(settings, make_parts(settings)))


def holder() -> flask.Flask:
    """Return the learners' application."""
    settings = _settings()
    return _settled(create_holder_app(settings, make_parts(settings, _WARM)))


def verifier() -> flask.Flask:
    """Return the verifier's application, which has no database."""
    settings = _settings()
    return _settled(create_verifier_app(settings, make_verifier_parts(settings, _WARM)))


def demonstration() -> flask.Flask:
    """Return every role with the demo's doors open; raise SETTING_INVALID outside development."""
    settings = _settings()
    if not settings.development:
        raise ProblemError(SETTING_INVALID.about("the demonstration runs in development only"))
    return _settled(create_app(settings, make_parts(settings, Choices(doors=DOORS, warm=True))))


def _settled(app: flask.Flask) -> flask.Flask:
    """Take what was built out of the garbage collector's sight: it lives as long as the process."""
    gc.collect()
    gc.freeze()
    return app


def _settings() -> Settings:
    settings = Settings.from_environment()
    log.configure(settings.log_level)
    return settings
