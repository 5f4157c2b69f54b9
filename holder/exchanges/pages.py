"""Add a document to a wallet: the learner's page, and the page behind an interaction URL (R90)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import flask

from holder.sharing.pages import qr_code
from holder.vault.pages import View, desk, language, own_document

JSON: Final = "application/json"
ORIGINS_HEADER: Final = {"Access-Control-Allow-Origin": "*"}
"""Wallets that live in a browser ask from their own origin; no cookie is looked at."""


@dataclass(frozen=True, slots=True)
class WalletLink:
    """A link that opens one wallet."""

    name: str
    url: str


def add_routes(pages: flask.Blueprint) -> None:
    """Add the wallet pages to the blueprint `holder`."""
    pages.add_url_rule("/documents/<key>/wallet", "offer", _offer, methods=["POST"])
    pages.add_url_rule("/interactions/<token>", "interaction", _interaction, methods=["GET"])


def _offer(key: str) -> View:
    _, document = own_document(key)
    return _wallet_page(desk().exchanging.offer(document), own=True)


def _interaction(token: str) -> View:
    """Answer a wallet with the protocols, and a person with buttons and a QR code (interop.md, message 1)."""
    accepted = flask.request.accept_mimetypes
    if accepted[JSON] > accepted["text/html"]:
        return {"protocols": desk().exchanging.protocols(token)}, 200, ORIGINS_HEADER
    return _wallet_page(token, own=False)


def _wallet_page(token: str, *, own: bool) -> str:
    offered = desk().exchanging.offered(token)
    url = desk().exchanging.interaction_url(token)
    names = offered.institution_names
    return flask.render_template(
        "holder/wallet.html",
        offered=offered,
        institution=names.get(language()) or next(iter(names.values()), ""),
        own=own,
        url=url,
        code=qr_code(url),
        wallets=wallet_links(url, desk().exchanging.protocols(token)["vcapi"], desk().base_url),
    )


def wallet_links(interaction: str, exchange: str, origin: str) -> tuple[WalletLink, ...]:
    """Return the links that wallets of today understand (interop.md, message 1)."""
    request = json.dumps({"credentialRequestOrigin": origin, "protocols": {"vcapi": exchange}}, separators=(",", ":"))
    encoded = quote(request, safe="")
    return (
        WalletLink("Learner Credential Wallet", f"https://lcw.app/request?request={encoded}"),
        WalletLink("LearnCard", f"https://learncard.app/request?{urlencode({'vc_request_url': exchange})}"),
        WalletLink("DCC (dccrequest:)", f"dccrequest://request?request={encoded}"),
        WalletLink("VC-API (interaction:)", f"interaction:{interaction}"),
    )
