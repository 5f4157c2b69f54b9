"""The pages that belong to nobody's role: start, help, accessibility, problems, and the probes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import flask

from app.problems import explanation, title, without_words
from schemas.problems import CATALOGUE, NOT_FOUND, Part, ProblemError
from services.log import logger

READY: Final = "parchemin.ready"


def make_blueprint() -> flask.Blueprint:
    """Return the blueprint `site`."""
    pages = flask.Blueprint("site", __name__)
    pages.add_url_rule("/", "start", _start)
    pages.add_url_rule("/help", "help_page", _help_page)
    pages.add_url_rule("/accessibility", "accessibility", _accessibility)
    pages.add_url_rule("/problems/", "problems", _problems)
    pages.add_url_rule("/problems/<code>", "problem", _problem)
    pages.add_url_rule("/health", "health", _health)
    pages.add_url_rule("/ready", "ready", _ready)
    return pages


def _start() -> str:
    return flask.render_template("start.html")


def _help_page() -> str:
    return flask.render_template("help.html")


def _accessibility() -> str:
    return flask.render_template("accessibility.html")


def _problems() -> str:
    by_part = {part: [entry for entry in CATALOGUE.values() if entry.part is part] for part in Part}
    return flask.render_template("problems.html", by_part=by_part, title_of=title)


def _problem(code: str) -> str:
    entry = CATALOGUE.get(code)
    if entry is None:
        raise ProblemError(NOT_FOUND.about())
    return flask.render_template("problem_explained.html", entry=entry, title=title(entry), meaning=explanation(code))


def _health() -> flask.typing.ResponseReturnValue:
    """Answer as long as the process answers at all."""
    return {"status": "ok"}


def _ready() -> flask.typing.ResponseReturnValue:
    """Answer 200 when every part can work, else 503 naming those that cannot; reasons go to the log alone."""
    checks: Mapping[str, Callable[[], object]] = flask.current_app.extensions[READY]
    waiting = [name for name, check in checks.items() if not _works(name, check)]
    return {"status": "waiting" if waiting else "ready", "waiting": waiting}, 503 if waiting else 200


def _works(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception as error:  # noqa: BLE001 (whatever stops a part, the answer is: not ready)
        logger("app").warning("a part is not ready", part=name, **without_words(error))
        return False
    return True
