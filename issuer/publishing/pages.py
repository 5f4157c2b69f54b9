"""What the issuer publishes at fixed addresses, for any program: DID documents, status lists, schemas, trust list.

Everything here is public, without cookies, and open to pages of other sites (wallets run in browsers).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import flask

from issuer.desk import IssuerDesk
from issuer.publishing.type_metadata import type_metadata
from schemas.json_schema import UnknownSchemaError, schema_bytes
from schemas.problems import NOT_FOUND, ProblemError

_LIST_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_JWT: Final = "application/statuslist+jwt"
_TOKEN_LISTS: Final = {_JWT: "token", "application/statuslist+cwt": "token.cwt"}
_MINUTES: Final = "public, max-age=300"
_DAY: Final = "public, max-age=86400"

View = flask.typing.ResponseReturnValue


def make_blueprint() -> flask.Blueprint:
    """Return the blueprint `issuer_publishing`."""
    public = flask.Blueprint("issuer_publishing", __name__)
    public.add_url_rule("/t/<slug>/did.json", "did_document", _did_document)
    public.add_url_rule("/status/<list_id>", "status_list", _status_list)
    public.add_url_rule("/status/<list_id>/token", "token_status_list", _token_status_list)
    public.add_url_rule("/types/<kind>", "type_metadata", _type_metadata)
    public.add_url_rule("/schemas/<path:path>", "schema", _schema)
    public.add_url_rule("/trust-list.json", "trust_list", _trust_list)
    public.after_request(_open_to_all)
    return public


def _desk() -> IssuerDesk:
    desk: IssuerDesk = flask.current_app.extensions["parchemin.issuer"]
    return desk


def _did_document(slug: str) -> View:
    body = json.dumps(_desk().did_document(slug), ensure_ascii=False, indent=2)
    return _answer(body.encode(), "application/did+json", _MINUTES)


def _status_list(list_id: str) -> View:
    if not _LIST_ID.fullmatch(list_id):
        raise ProblemError(NOT_FOUND.about())
    return _answer(_desk().status_list(list_id), "application/vc", _MINUTES)


def _token_status_list(list_id: str) -> View:
    if not _LIST_ID.fullmatch(list_id):
        raise ProblemError(NOT_FOUND.about())
    # Token Status List, section 8.1: one address, two forms; the older of them for whoever names neither.
    wanted = flask.request.accept_mimetypes.best_match(tuple(_TOKEN_LISTS), default=_JWT)
    response = _answer(_desk().status_list(f"{list_id}/{_TOKEN_LISTS[wanted]}"), wanted, _MINUTES)
    response.vary.add("Accept")
    return response


def _type_metadata(kind: str) -> View:
    document = type_metadata(kind, _desk().public_url)
    return _answer(json.dumps(document, ensure_ascii=False, indent=2).encode(), "application/json", _DAY)


def _schema(path: str) -> View:
    try:
        return _answer(schema_bytes(path), "application/schema+json", _DAY)
    except UnknownSchemaError as error:
        raise ProblemError(NOT_FOUND.about()) from error


def _trust_list() -> View:
    settings: Any = flask.current_app.extensions["parchemin.settings"]
    try:
        raw = settings.trust_list_path.read_bytes()
    except OSError as error:
        raise ProblemError(NOT_FOUND.about("no trust list is published here")) from error
    return _answer(raw, "application/json", _MINUTES)


def _answer(body: bytes, media_type: str, cache: str) -> flask.Response:
    """Return the body as it is, with a mark by which caches ask whether it changed."""
    response = flask.Response(body, content_type=media_type)
    response.headers["Cache-Control"] = cache
    response.add_etag()
    response.make_conditional(flask.request)
    return response


def _open_to_all(response: flask.Response) -> flask.Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
