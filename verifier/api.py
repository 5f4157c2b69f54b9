"""The verifier for programs: `POST /v1/verify`.

    curl --data-binary @badge.json -H 'Content-Type: application/vc' https://…/v1/verify
    curl -F file=@transcript.pdf https://…/v1/verify

The answer to a verification that took place is 200 with the report, whatever it found. Anybody may
ask from any page (CORS): nothing is kept and no cookie is looked at.
"""

from __future__ import annotations

from typing import Any, Final

import flask
from flask.views import MethodView
from flask_babel import get_timezone
from flask_smorest import Blueprint

from schemas.problems import (
    NOT_PARSABLE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    Outcome,
    ProblemError,
)
from schemas.report import Report
from verifier.desk import VerifierDesk
from verifier.document import Kind
from verifier.wording import VerdictInWords, sentences
from verifier.words import Language

BODY_LIMITS: Final = "parchemin.body_limits"
ENDPOINT: Final = "verifier_api.Verification"
BARE: Final = (
    "application/json",
    "application/ld+json",
    "application/vc",
    "application/vp",
    "application/vc+ld+json",
    "application/vp+ld+json",
    "application/vc+jwt",
    "application/vp+jwt",
    "application/vc+cose",
    "application/vp+cose",
    "application/cose",
    "application/vc+sd-jwt",
    "application/vp+sd-jwt",
    "application/dc+sd-jwt",
    "application/jwt",
    "application/pdf",
    "application/octet-stream",
    "text/plain",
)
"""The media types of a document sent as the body itself."""
_FORM: Final = "multipart/form-data"
_NOT_READ: Final = frozenset({NOT_PARSABLE.code, TOO_LARGE.code, UNSUPPORTED_MEDIA_TYPE.code})
_METHODS: Final = "GET, POST, OPTIONS"


def make_blueprint() -> Blueprint:
    """Return the blueprint `verifier_api`."""
    blueprint = Blueprint("verifier_api", __name__, description="Is it genuine, now?")
    blueprint.route("/v1/verify")(_described(blueprint))
    blueprint.after_request(open_to_all)
    blueprint.record_once(_allow_pdf)
    return blueprint


def _described(blueprint: Blueprint) -> type[MethodView]:
    """Return the view with its description for the API reference."""
    document: dict[str, Any] = {
        "summary": "Verify a document",
        "description": "A credential or presentation (JSON, JWT, SD-JWT, COSE) or a sealed PDF; body or part `file`.",
        "requestBody": {"content": {media_type: {} for media_type in (*BARE, _FORM)}},
        "responses": {
            "200": {
                "description": "The report (parchemin-report/1, as /schemas/report/1.json says) and, as `words`, "
                "the verdict in the caller's language",
            },
            "400": {"description": "There was nothing that could be read"},
            "413": {"description": "Larger than is accepted"},
            "415": {"description": "No media type of a document"},
        },
    }

    class Verification(MethodView):
        """One question, one answer."""

        @blueprint.doc(**document)  # type: ignore[untyped-decorator]  # flask-smorest ships no types
        def post(self) -> flask.typing.ResponseReturnValue:
            """Verify a document."""
            return _verify()

    return Verification


def _verify() -> flask.typing.ResponseReturnValue:
    raw, media_type = _document()
    if not raw:
        raise ProblemError(NOT_PARSABLE.about("nothing was sent"))
    desk: VerifierDesk = flask.current_app.extensions["parchemin.verifier"]
    report = desk.verify(raw, media_type=media_type)
    _require_read(report)
    words = sentences(report, _language(), zone=get_timezone())
    response = flask.jsonify({**report.to_json(), "words": _words(words)})
    response.content_language.add(words.language)
    response.vary.add("Accept-Language")
    return response


def _document() -> tuple[bytes, str]:
    """Return the document that was sent, and what its sender calls it."""
    media_type = flask.request.mimetype
    if media_type == _FORM:
        files = flask.request.files.getlist("file")
        if len(files) != 1 or len(flask.request.files) != 1:
            raise ProblemError(NOT_PARSABLE.about("send one document, as the part named file"))
        return files[0].read(), files[0].mimetype
    if media_type not in BARE:
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE.about("send a document by its media type, or as multipart/form-data"))
    return flask.request.get_data(cache=False), media_type


def _require_read(report: Report) -> None:
    """Raise the problem when there was no document to verify."""
    if report.kind != Kind.UNKNOWN:
        return
    for check in report.checks:
        if check.problem and check.outcome is Outcome.FAILED and check.problem.code in _NOT_READ:
            raise ProblemError(check.problem)


def _language() -> Language:
    """Return the one of our languages that the caller likes best; a country's variant is its language."""
    liked = (tag.lower().partition("-")[0] for tag in flask.request.accept_languages.values())
    return "fr" if next((tag for tag in liked if tag in {"en", "fr"}), "en") == "fr" else "en"


def _words(words: VerdictInWords) -> dict[str, object]:
    return {
        "language": words.language,
        "headline": words.headline,
        "lines": [
            {"part": line.part, "title": line.title, "word": line.word, "sentence": line.sentence}
            for line in words.lines
        ],
        "next_step": words.next_step,
        "evidence": words.evidence,
    }


def open_to_all(response: flask.Response) -> flask.Response:
    """Let any page ask (CORS); no cookie is ever looked at."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if flask.request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Allow-Headers"] = "Content-Type, Accept-Language"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _allow_pdf(state: flask.blueprints.BlueprintSetupState) -> None:
    """Let this endpoint receive a body as large as a PDF may be."""
    limits = state.app.extensions["parchemin.settings"].limits
    state.app.extensions[BODY_LIMITS][ENDPOINT] = limits.pdf_bytes
