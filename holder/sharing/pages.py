"""The learner's shares: a form in three steps, the list, one share and what can be done to it (R40-R52)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import flask
from flask_babel import gettext
from markupsafe import Markup

from accounts.sessions import require_person
from holder.sharing.shares import CreatedShare, Share, ShareState
from holder.vault.documents import Document, document_id
from holder.vault.pages import View, desk, own_document, verdict_of
from proofs import qr
from schemas.problems import MALFORMED, SHARE_NOT_FOUND, FieldError, ProblemError
from schemas.shares import GateKind, ShareRequest, load_share_request
from verifier.telling import contents

PRESENT_LIFE: Final = timedelta(minutes=15)
_TEXTS: Final = ("request_key", "name", "purpose", "reference", "expires_on", "gate")
_UNPROCESSABLE: Final = 422


def add_routes(pages: flask.Blueprint) -> None:
    """Add the learner's shares to the blueprint `holder`."""
    pages.add_url_rule("/shares", "shares", _shares)
    pages.add_url_rule("/shares/new", "new_share", _begin, methods=["GET"])
    pages.add_url_rule("/shares/new", "make_share", _step, methods=["POST"])
    pages.add_url_rule("/shares/<share_id>", "share", _share, methods=["GET"])
    pages.add_url_rule("/shares/<share_id>/expiry", "change_expiry", _change_expiry, methods=["POST"])
    pages.add_url_rule("/shares/<share_id>/<act>", "change_share", _change, methods=["POST"])
    pages.add_url_rule("/documents/<key>/present", "present", _present, methods=["POST"])


def qr_code(text: str) -> Markup:
    """Return a QR code as an SVG to stand in a page; its data are modules, never markup."""
    return Markup(qr.svg(text))  # noqa: S704 (made of numbers by our own module)


def _shares() -> View:
    person = require_person()
    documents = {document.id: document for document in desk().vault.all_of(person.id)}
    return flask.render_template("holder/shares.html", shares=desk().shares.all_of(person.id), documents=documents)


def _begin() -> View:
    """Show the first step; `?document=` chooses one before."""
    person = require_person()
    chosen = [document_id(key) for key in flask.request.args.getlist("document")]
    values: dict[str, Any] = {
        "request_key": secrets.token_urlsafe(18),
        "documents": chosen,
        "gate": GateKind.PIN.value,
        "allow_download": "yes",
    }
    return _page("documents", person.id, values, {})


def _step() -> View:
    """Go back or on; only the last step makes anything."""
    person, values = require_person(), _values()
    go = flask.request.form.get("go", "documents")
    if go in {"documents", "details"}:
        if go == "details" and not values["documents"]:
            return _page(
                "documents", person.id, values, {"documents": gettext("Choose at least one document, at most 20.")}
            )
        return _page(go, person.id, values, {})
    try:
        request = load_share_request(_body(values))
        if go != "share":
            return _page("preview", person.id, values, {}, request)
        made = desk().shares.create(person.id, request)
    except ProblemError as error:
        if not error.problem.errors:
            raise
        return _page_with_errors(person.id, values, error.problem.errors)
    return _made(made)


def _made(made: CreatedShare) -> View:
    """Show link and PIN, now and never again."""
    if made.token is None:
        flask.flash(
            gettext("This share was made already. Its link was shown once: make a new link if it is lost."), "was"
        )
        return flask.redirect(flask.url_for("holder.share", share_id=made.share.id), code=303)
    link = desk().share_link(made.token)
    return flask.render_template(
        "holder/share_made.html", share=made.share, link=link, code=qr_code(link), pin=made.pin
    )


def _values() -> dict[str, Any]:
    form = flask.request.form
    values: dict[str, Any] = {name: form.get(name, "") for name in _TEXTS}
    values["request_key"] = values["request_key"] or secrets.token_urlsafe(18)
    values["gate"] = values["gate"] or GateKind.PIN.value
    values["documents"] = form.getlist("documents")
    values["allow_download"] = (form.getlist("allow_download") or ["no"])[-1]
    return values


def _body(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form as the request that programs would send."""
    return {**values, "expires_on": values["expires_on"] or None, "allow_download": values["allow_download"] == "yes"}


def _page(
    step: str,
    person_id: str,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    request: ShareRequest | None = None,
) -> View:
    documents = desk().vault.all_of(person_id)
    chosen = [one for wanted in values["documents"] for one in documents if one.id == wanted]
    shown = [_preview(document) for document in chosen] if step == "preview" else []
    page = flask.render_template(
        f"holder/share_{step}.html",
        values=values,
        errors=errors,
        documents=documents,
        chosen=chosen,
        shown=shown,
        request_made=request,
        shared_before={one.id: _open_shares(person_id, one) for one in chosen},
    )
    return page, _UNPROCESSABLE if errors else 200


def _page_with_errors(person_id: str, values: Mapping[str, Any], errors: tuple[FieldError, ...]) -> View:
    """Show the step that holds the first field at fault, each error at its field."""
    told: dict[str, str] = {}
    for error in errors:
        told.setdefault(error.pointer.split("/")[1], gettext(error.detail))
    return _page("documents" if "documents" in told else "details", person_id, values, told)


def _preview(document: Document) -> tuple[Document, Any, Any]:
    """Return a document with exactly what its recipient will see (R40)."""
    shown = desk().showing.show(document)
    return document, verdict_of(shown.report), contents(shown.claims) if shown.claims else None


def _open_shares(person_id: str, document: Document) -> int:
    """Count the shares that open a document now: updates reach them anyway (R50)."""
    return sum(share.state is ShareState.OPEN for share in desk().shares.with_document(person_id, document.id))


def _share(share_id: str) -> View:
    person = require_person()
    share = desk().shares.get(person.id, share_id)
    return _share_page(share, person.id)


def _share_page(share: Share, person_id: str, **more: Any) -> str:
    return flask.render_template(
        "holder/share.html",
        share=share,
        documents=desk().vault.opened(share.documents),
        history=desk().shares.history(person_id, share.id),
        **{"errors": {}, **more},
    )


def _change_expiry(share_id: str) -> View:
    person = require_person()
    typed = flask.request.form.get("expires_on", "").strip()
    try:
        desk().shares.change_expiry(person.id, share_id, _day(typed))
    except ProblemError as error:
        if not error.problem.errors:
            raise
        share = desk().shares.get(person.id, share_id)
        errors = {"expires_on": gettext(error.problem.errors[0].detail)}
        return _share_page(share, person.id, errors=errors), _UNPROCESSABLE
    flask.flash(gettext("The expiry date is changed."), "yes")
    return flask.redirect(flask.url_for("holder.share", share_id=share_id), code=303)


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        wrong = FieldError("/expires_on", MALFORMED.code, "This is not of the right form.")
        raise ProblemError(MALFORMED.about("not a date", errors=(wrong,))) from error


def _change(share_id: str, act: str) -> View:
    """Do what a button of the share's page says."""
    person, shares = require_person(), desk().shares
    if act == "link":
        return _made_again(shares.new_link(person.id, share_id))
    if act == "pin":
        return _made_again(shares.new_pin(person.id, share_id))
    acts = {"disable": shares.disable, "enable": shares.enable, "resume": shares.resume}
    if act not in acts:
        raise ProblemError(SHARE_NOT_FOUND.about())
    acts[act](person.id, share_id)
    said = {
        "disable": gettext("The share is disabled: its link opens nothing now. What was seen cannot be recalled."),
        "enable": gettext("The share is open again."),
        "resume": gettext("The share is open again."),
    }
    flask.flash(said[act], "yes")
    return flask.redirect(flask.url_for("holder.share", share_id=share_id), code=303)


def _made_again(made: CreatedShare) -> View:
    """Show a new link or a new PIN, once."""
    link = desk().share_link(made.token) if made.token else ""
    code = qr_code(link) if link else ""
    return flask.render_template("holder/share_made.html", share=made.share, link=link, code=code, pin=made.pin)


def _present(key: str) -> View:
    """Open one document for a quarter of an hour to whoever scans the code."""
    person, document = own_document(key)
    request = ShareRequest(
        request_key=secrets.token_urlsafe(18),
        documents=(document.id,),
        name=gettext("Presented in person"),
        gate=GateKind.NONE,
        allow_download=False,
    )
    made = desk().shares.create(person.id, request, life=PRESENT_LIFE)
    link = desk().share_link(made.token or "")
    return flask.render_template(
        "holder/present.html", document=document, link=link, code=qr_code(link), until=desk().clock.now() + PRESENT_LIFE
    )
