"""The holder's pages: documents, shares, what recipients see, wallets."""

from __future__ import annotations

import flask

from holder.exchanges import pages as exchanges
from holder.recipients import pages as recipients
from holder.sharing import pages as sharing
from holder.vault import pages as vault


def make_blueprint() -> flask.Blueprint:
    """Return the blueprint `holder`."""
    pages = flask.Blueprint("holder", __name__, template_folder="templates")
    for feature in (vault, sharing, recipients, exchanges):
        feature.add_routes(pages)
    return pages
