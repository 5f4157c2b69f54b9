"""Answers about what went wrong (RFC 9457): JSON for programs, a page for people.

Every error leaves here: our own problems, HTTP errors of the framework, and defects, of which a
stranger sees a number and nothing else.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import flask
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, SecurityError

from app.explanations import EXPLANATIONS
from schemas.problems import (
    BUSY,
    CONFLICT,
    INTERNAL,
    MALFORMED,
    METHOD_NOT_ALLOWED,
    NOT_ALLOWED,
    NOT_FOUND,
    NOT_PARSABLE,
    RATE_LIMITED,
    SIGN_IN_NEEDED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    FieldError,
    Problem,
    ProblemError,
    ProblemType,
)
from services.log import logger

MEDIA_TYPE: Final = "application/problem+json"
API_PATHS: Final = ("/v1/", "/vc-api/", "/openid4vci/", "/.well-known/", "/status/", "/t/")
BY_STATUS: Final[Mapping[int, ProblemType]] = {
    400: NOT_PARSABLE,
    401: SIGN_IN_NEEDED,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    409: CONFLICT,
    413: TOO_LARGE,
    414: TOO_LARGE,
    415: UNSUPPORTED_MEDIA_TYPE,
    422: MALFORMED,
    429: RATE_LIMITED,
    431: TOO_LARGE,
    500: INTERNAL,
    503: BUSY,
}
_REDIRECTS: Final = range(300, 400)
_SERVER_ERRORS: Final = 500
_FRAMES: Final = 8
_KEPT_HEADERS: Final = frozenset({"allow", "retry-after", "www-authenticate", "x-ratelimit-reset"})


def init_app(app: flask.Flask) -> None:
    """Let the application answer every error as a problem."""
    app.register_error_handler(ProblemError, _on_problem)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, _on_defect)


def title(problem: ProblemType | Problem) -> str:
    """Return the title in the reader's language."""
    return str(gettext(problem.title))


def explanation(code: str) -> str:
    """Return what a problem of the catalogue means, in the reader's language."""
    return str(gettext(EXPLANATIONS[code]))


def answer(problem: Problem) -> flask.Response:
    """Return the problem as JSON to a program and as a page to a person."""
    if wants_json():
        response = flask.jsonify({**problem.to_json(), "title": title(problem)})
        response.mimetype = MEDIA_TYPE
    else:
        meaning = explanation(problem.code)
        page = "problem_part.html" if flask.request.headers.get("HX-Request") else "problem.html"
        words = flask.render_template(page, problem=problem, title=title(problem), meaning=meaning)
        response = flask.make_response(words)
    response.status_code = problem.status
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def on_http_error(error: HTTPException) -> flask.typing.ResponseReturnValue:
    """Answer an error of the framework; redirections and ready answers pass, headers such as Allow are kept."""
    if error.code in _REDIRECTS or error.response is not None:
        return error
    status = error.code or _SERVER_ERRORS
    kind = BY_STATUS.get(status, NOT_PARSABLE if status < _SERVER_ERRORS else INTERNAL)
    response = answer(replace(kind.about(errors=tuple(_field_errors(error))), status=status))
    for name, value in error.get_headers(flask.request.environ):
        if name.lower() in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def wants_json() -> bool:
    """Say whether the one who asks is a program: by the path, else by what it accepts."""
    request = flask.request
    if isinstance(request.routing_exception, SecurityError):
        return True  # a page has links, and links need a host that is ours
    if request.path.startswith(API_PATHS):
        return True
    accepted = request.accept_mimetypes
    return max(accepted["application/json"], accepted[MEDIA_TYPE]) > accepted["text/html"]


def _on_problem(error: ProblemError) -> flask.typing.ResponseReturnValue:
    return answer(error.problem)


def _on_defect(error: Exception) -> flask.typing.ResponseReturnValue:
    """Log a defect under a number, and tell nothing but the number (M06)."""
    incident = secrets.token_hex(6)
    logger("app").error("incident", incident=incident, **without_words(error))
    return answer(INTERNAL.about(f"incident {incident}"))


def without_words(error: Exception) -> dict[str, object]:
    """Return what a log may hold of a defect: its kind and where, never its text, which may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return {"kind": type(error).__name__, "where": places}


def _field_errors(error: HTTPException) -> Iterator[FieldError]:
    """Yield what webargs found wrong, as pointers into the request (its body under /json)."""
    data = getattr(error, "data", None)
    messages = data.get("messages", {}) if isinstance(data, Mapping) else {}
    for where, found in messages.items() if isinstance(messages, Mapping) else ():
        yield from _pointed(found, "" if where == "json" else f"/{where}")


def _pointed(found: object, pointer: str) -> Iterator[FieldError]:
    if isinstance(found, Mapping):
        for key, inner in found.items():
            yield from _pointed(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(found, (list, tuple)):
        for sentence in found:
            yield FieldError(pointer, MALFORMED.code, str(sentence))
