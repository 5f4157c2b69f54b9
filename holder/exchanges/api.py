"""The VC-API exchange that wallets talk to (R90; interop.md, message 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from flask.views import MethodView
from flask_smorest import Blueprint

from holder.desk import HolderDesk
from holder.exchanges.pages import ORIGINS_HEADER
from schemas.problems import MALFORMED, ProblemError

_PREFLIGHT = {
    **ORIGINS_HEADER,
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Accept",
    "Access-Control-Max-Age": "600",
}


def make_blueprint() -> Blueprint:
    """Return the blueprint `holder_exchanges`; no cookie is looked at, so no form guard is needed."""
    api = Blueprint(
        "holder_exchanges",
        __name__,
        url_prefix="/vc-api/exchanges",
        description="Exchanges by which a wallet that is not ours collects a credential.",
    )
    api.route("/<string:token>")(ExchangeView)
    api.after_request(_open_to_all_origins)
    return api


class ExchangeView(MethodView):
    """One exchange."""

    def post(self, token: str) -> flask.typing.ResponseReturnValue:
        """Take one message of a wallet and answer it.

        An empty object begins: the answer is a `verifiablePresentationRequest`. A
        `verifiablePresentation` that proves a key is answered with the credential bound to it.
        """
        message = flask.request.get_json(force=True)
        if not isinstance(message, Mapping):
            raise ProblemError(MALFORMED.about("the message is not an object"))
        desk: HolderDesk = flask.current_app.extensions["parchemin.holder"]
        answer: dict[str, Any] = desk.exchanging.answer(token, message)
        return flask.jsonify(answer)

    def options(self, token: str) -> flask.typing.ResponseReturnValue:
        """Answer the question that a browser asks before it posts."""
        del token
        return "", 204, _PREFLIGHT


def _open_to_all_origins(response: flask.Response) -> flask.Response:
    response.headers.update(ORIGINS_HEADER)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
