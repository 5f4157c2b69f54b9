"""The public interface for programs: OpenAPI 3.1 at `/v1/openapi.json`, for people at `/v1/docs`."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import flask
from flask_smorest import Api
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from app import problems

VERSION: Final = "1"
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_FIRST_ERROR: Final = 400
_ABOUT: Final = (
    "Anybody may verify; nothing is kept. Whatever goes wrong is a problem as RFC 9457 defines it, "
    "with a code that never changes meaning and an explanation at /problems/<code>."
)
_PROBLEM: Final = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


class FieldErrorSchema(Schema):
    """One bad field of a request."""

    pointer = fields.String(required=True, metadata={"description": "JSON pointer (RFC 6901) into the request"})
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """A problem (RFC 9457), for documentation alone."""

    type = fields.URL(
        required=True, metadata={"description": "An address that explains the problem, or the W3C's name"}
    )
    code = fields.String(required=True, metadata={"description": "Never changes meaning"})
    title = fields.String(required=True, metadata={"description": "In the language of Accept-Language"})
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "About this occurrence"})
    errors = fields.List(fields.Nested(FieldErrorSchema))


class ProblemApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """A flask-smorest API whose errors are our problems."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # with_problems() tells it with its media type

    def handle_http_exception(self, error: HTTPException) -> flask.typing.ResponseReturnValue:
        """Answer as the pages do, instead of the framework's own shape."""
        return problems.on_http_error(error)

    def _openapi_json(self) -> flask.Response:
        """Serve the description with its errors told."""
        return flask.Response(json.dumps(self.description(), indent=2), mimetype="application/json")

    def description(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        return with_problems(self.spec.to_dict())


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a program can ask, as the reference page shows it."""

    method: str
    path: str
    summary: str
    description: str
    takes: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]


def init_app(app: flask.Flask) -> ProblemApi:
    """Serve the description of every API that is registered on what this returns."""
    app.config.update(
        API_TITLE="parchemin",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": _ABOUT}},
    )
    api = ProblemApi(app)
    app.add_url_rule("/v1/docs", "api_docs_page", lambda: _page(api))
    return api


def with_problems(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document in which every error is a problem and no schema is unused."""
    told: dict[str, Any] = copy.deepcopy(dict(spec))
    for item in told.get("paths", {}).values():
        for method in _METHODS:
            if method in item:
                _tell_problems(item[method].setdefault("responses", {}))
    schemas = told.get("components", {}).get("schemas", {})
    while unused := [name for name in schemas if f'"#/components/schemas/{name}"' not in json.dumps(told)]:
        for name in unused:
            del schemas[name]
    return told


def _tell_problems(responses: dict[str, Any]) -> None:
    for code, response in responses.items():
        if code.isdecimal() and int(code) >= _FIRST_ERROR and "$ref" not in response:
            response.setdefault("content", _PROBLEM)
    responses.setdefault("default", {"description": "Any other problem", "content": _PROBLEM})


def operations(spec: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield what an OpenAPI document describes, in its order."""
    for path, item in spec.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                told = item[method]
                yield Operation(
                    method=method.upper(),
                    path=path,
                    summary=told.get("summary", ""),
                    description=told.get("description", ""),
                    takes=tuple(told.get("requestBody", {}).get("content", {})),
                    answers=tuple((code, _description(answer)) for code, answer in told["responses"].items()),
                )


def _description(answer: Mapping[str, Any]) -> str:
    return str(answer.get("description") or answer.get("$ref", "").rpartition("/")[2])


def _page(api: ProblemApi) -> str:
    base_url = flask.current_app.extensions["parchemin.settings"].base_url.rstrip("/")
    found = list(operations(api.description()))
    return flask.render_template("api_docs.html", operations=found, base_url=base_url)
