"""The issuer for student systems (R81): awards in, documents' status out, revoke, suspend, restore.

    curl -H 'Authorization: Bearer pk_…' -H 'Content-Type: application/json' \
         -H 'Idempotency-Key: 7c1d' --data @badge.json https://…/v1/awards

The key says which institution speaks; another institution's documents are not found (K01).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import flask
from flask.views import MethodView
from flask_smorest import Blueprint

from issuer.credentials.showing import DocumentSummary
from issuer.desk import IssuerDesk
from issuer.institutions.api_clients import ApiClient
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.problems import (
    MALFORMED,
    UNSUPPORTED_MEDIA_TYPE,
    FieldError,
    ProblemError,
)

JSON: Final = "application/json"
_MAX_PAGE: Final = 200

View = flask.typing.ResponseReturnValue


def make_blueprint() -> Blueprint:
    """Return the blueprint `issuer_api`; no cookie is looked at, so no form guard is needed."""
    api = Blueprint("issuer_api", __name__, url_prefix="/v1", description="For student systems of an institution.")
    api.route("/awards")(AwardsView)
    api.route("/documents")(DocumentsView)
    api.route("/documents/<string:document_id>")(DocumentView)
    api.route("/documents/<string:document_id>/<any(revoke, suspend, restore):act>")(StatusView)
    api.after_request(_private)
    return api


class AwardsView(MethodView):
    """Awards of an institution."""

    def post(self) -> View:
        """Issue an award.

        201 when a document was issued, 200 when it had been issued before or with `?dry_run=true`,
        409 when the same `external_id` was issued with other content. With an `Idempotency-Key`
        the same request gets the same answer for 24 hours.
        """
        client = _client("issue")
        body = _body()
        if flask.request.args.get("dry_run") == "true":
            known = _desk().known(load_award(strict_json.loads(body)), client.institution)
            return flask.jsonify({"outcome": "already-issued" if known else "would-issue", "document_id": known})
        key = flask.request.headers.get("Idempotency-Key")
        if key is None:
            answer = _issue(client, body)
        else:
            answer = _desk().idempotency.answer(client.institution, key, body, lambda: _issue(client, body))
        return flask.jsonify(answer), 201 if answer["outcome"] == "issued" else 200


class DocumentsView(MethodView):
    """Documents of an institution."""

    def get(self) -> View:
        """List documents, newest first: `limit` up to 200, `after` the id of the last one seen, `kind`."""
        client = _client("read")
        arguments = flask.request.args
        limit = arguments.get("limit", "50")
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:6]) <= _MAX_PAGE:
            raise ProblemError(MALFORMED.about(f"limit is a number from 1 to {_MAX_PAGE}"))
        page = _desk().documents(
            client.institution, limit=int(limit), after=arguments.get("after", ""), kind=arguments.get("kind", "")
        )
        return flask.jsonify({"documents": [_told(document) for document in page]})


class DocumentView(MethodView):
    """One document."""

    def get(self, document_id: str) -> View:
        """Return the state of a document and what happened to it."""
        client = _client("read")
        return flask.jsonify(_told(_desk().document(document_id, institution=client.institution)))


class StatusView(MethodView):
    """The status of one document."""

    def post(self, document_id: str, act: str) -> View:
        """Revoke, suspend or restore a document; the body is `{"reason": "…"}`. Twice changes nothing."""
        client = _client("status")
        reason = _reason(strict_json.loads(_body()))
        desk = _desk()
        acts = {"revoke": desk.revoke, "suspend": desk.suspend, "restore": desk.restore}
        changed = acts[act](document_id, reason, client.actor, institution=client.institution)
        state = desk.document(document_id, institution=client.institution).state
        return flask.jsonify({"document_id": document_id, "changed": changed, "state": state})


def _desk() -> IssuerDesk:
    desk: IssuerDesk = flask.current_app.extensions["parchemin.issuer"]
    return desk


def _client(scope: str) -> ApiClient:
    """Return who asks; raise SIGN_IN_NEEDED, or NOT_ALLOWED when the key is not for this (K07)."""
    return _desk().api_clients.authorised(flask.request.headers.get("Authorization", ""), scope)


def _body() -> bytes:
    if flask.request.mimetype != JSON:
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE.about(f"send {JSON}"))
    return flask.request.get_data(cache=False)


def _issue(client: ApiClient, body: bytes) -> Mapping[str, Any]:
    issued = _desk().issue(load_award(strict_json.loads(body)), client.institution, client.actor)
    outcome = "issued" if issued.is_new else "already-issued"
    return {"outcome": outcome, "document_id": issued.document_id, "kind": issued.kind}


def _reason(document: Any) -> str:
    reason = document.get("reason") if isinstance(document, Mapping) and set(document) == {"reason"} else None
    if not isinstance(reason, str):
        error = FieldError("/reason", MALFORMED.code, "The body is an object with a reason, and nothing else.")
        raise ProblemError(MALFORMED.about(error.detail, errors=(error,)))
    return reason


def _told(document: DocumentSummary) -> dict[str, Any]:
    """Return a document as the API tells it: its learner only by the institution's own number."""
    return {
        "document_id": document.id,
        "external_id": document.external_id,
        "kind": document.kind,
        "state": document.state,
        "student_id": document.award.learner.student_id if document.award else None,
        "issued_at": document.issued_at.isoformat() if document.issued_at else None,
        "events": [
            {"happened": event.happened, "at": event.at.isoformat(), "actor": event.actor, "reason": event.reason}
            for event in document.events
        ],
    }


def _private(response: flask.Response) -> flask.Response:
    response.headers["Cache-Control"] = "no-store"
    return response
