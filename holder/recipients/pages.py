"""What a recipient meets: the gate, the documents with their verdict, ended shares, printed codes.

Asking for a page counts nothing and shows nothing personal: mail scanners and link previews ask
too (threats.md I07). Only a PIN, or a person who presses the button, opens the documents; from
then on a cookie of this one share carries the visit.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import flask

from holder.sharing.opening import VISIT_LIFE, Opened, WrongPINError
from holder.vault.documents import Document
from holder.vault.pages import PDF, View, desk, file_name, language, send, verdict_of
from schemas.problems import (
    NOT_ALLOWED,
    NOT_FOUND,
    SHARE_DISABLED,
    SHARE_EXPIRED,
    SHARE_NOT_FOUND,
    TOO_MANY_ATTEMPTS,
    Problem,
    ProblemError,
)
from schemas.report import Verdict
from schemas.shares import GateKind
from verifier.telling import contents
from verifier.wording import day_in_words

_COOKIE: Final = "parchemin-visit"
_ENDED: Final = frozenset({SHARE_EXPIRED.code, SHARE_DISABLED.code})
_ABOUT_SHARES: Final = frozenset({*_ENDED, SHARE_NOT_FOUND.code, TOO_MANY_ATTEMPTS.code})


def add_routes(pages: flask.Blueprint) -> None:
    """Add what recipients see to the blueprint `holder`."""
    pages.add_url_rule("/s/<token>", "gate", _gate, methods=["GET"])
    pages.add_url_rule("/s/<token>", "enter", _enter, methods=["POST"])
    pages.add_url_rule("/s/<token>/<int:number>/document.pdf", "shared_pdf", _shared_pdf)
    pages.add_url_rule("/s/<token>/<int:number>/credential", "shared_credential", _shared_credential)
    pages.add_url_rule("/d/<token>", "printed", _printed)


def _gate(token: str) -> View:
    """Show the documents to a visit, the gate to anybody else."""
    try:
        visit = flask.request.cookies.get(_cookie_name())
        opened = desk().opening.inside(token, visit) if visit else None
        if opened is not None and visit is not None:
            return _documents(token, opened, visit)
        return _gate_page(token, desk().opening.gate(token))
    except ProblemError as error:
        return _refusal(error.problem)


def _enter(token: str) -> View:
    """Try the gate; the PIN comes in the body, never in an address (threats.md I05)."""
    try:
        visit = desk().opening.enter(token, flask.request.form.get("pin"), client=flask.request.remote_addr or "")
    except WrongPINError as error:
        return _gate_page(token, GateKind.PIN, left=error.attempts_left), error.problem.status
    except ProblemError as error:
        return _refusal(error.problem)
    here = flask.url_for("holder.gate", token=token)
    response = flask.redirect(here, code=303)
    response.set_cookie(
        _cookie_name(),
        visit,
        path=here,
        max_age=int(VISIT_LIFE.total_seconds()),
        secure=_https(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _gate_page(token: str, gate: GateKind, *, left: int | None = None) -> str:
    return flask.render_template("holder/gate.html", token=token, gate=gate.value, left=left)


def _documents(token: str, opened: Opened, visit: str) -> View:
    """Show what was shared with its verdict, now; the first time is written into the history."""
    shown = [desk().showing.show(document) for document in desk().vault.opened(opened.documents)]
    desk().opening.note_shown(opened, visit, tuple(one.report.verdict.value for one in shown))
    rows = [(one, verdict_of(one.report), contents(one.claims) if one.claims else None) for one in shown]
    return flask.render_template("holder/shared.html", token=token, opened=opened, rows=rows)


def _refusal(problem: Problem) -> View:
    """Answer why a share does not open, with nothing personal in it (R62)."""
    if problem.code not in _ABOUT_SHARES:
        raise ProblemError(problem)
    if problem.code == SHARE_NOT_FOUND.code:
        return flask.render_template("holder/share_not_found.html"), problem.status
    if problem.code == TOO_MANY_ATTEMPTS.code:
        until = desk().clock.now() + timedelta(seconds=problem.retry_after or 0)
        headers = {"Retry-After": str(problem.retry_after or 0)}
        return flask.render_template("holder/share_paused.html", until=until), problem.status, headers
    ended_on = _last_day(problem) if problem.code == SHARE_EXPIRED.code else None
    page = flask.render_template("holder/share_ended.html", code=problem.code, ended_on=ended_on)
    return page, problem.status


def _last_day(problem: Problem) -> str:
    """Return in words the day on which a share ended; its detail says the moment."""
    moment = datetime.fromisoformat(problem.detail)
    return day_in_words(moment, language(), moment.tzinfo or UTC)


def _visited(token: str, number: int) -> tuple[Opened, Document]:
    """Return the document with this number in the share that the visit may see; raise NOT_FOUND otherwise."""
    visit = flask.request.cookies.get(_cookie_name())
    opened = desk().opening.inside(token, visit) if visit else None
    if opened is None or not 1 <= number <= len(opened.documents):
        raise ProblemError(NOT_FOUND.about())
    if not opened.allow_download:
        raise ProblemError(NOT_ALLOWED.about("this share is for reading: its learner allows no download"))
    document = desk().vault.opened((opened.documents[number - 1],))[0]
    if desk().showing.glance(document).verdict is Verdict.FAILED:
        raise ProblemError(NOT_ALLOWED.about("a document that fails verification is not handed out"))
    return opened, document


def _shared_pdf(token: str, number: int) -> View:
    opened, document = _visited(token, number)
    desk().opening.note_download(opened, document.id)
    inline = "download" not in flask.request.args
    return send(desk().vault.pdf(document), PDF, file_name(document, "pdf"), inline=inline)


def _shared_credential(token: str, number: int) -> View:
    opened, document = _visited(token, number)
    for kept in desk().vault.forms(document):
        if kept.bound_to is None and kept.form.format == "ldp_vc":
            desk().opening.note_download(opened, document.id)
            return send(kept.form.body.encode(), kept.form.media_type, file_name(document, "json"))
    raise ProblemError(NOT_FOUND.about())


def _printed(token: str) -> View:
    """Tell what a printed code stands for: kind, institution, date, status; never a name or a grade."""
    found = desk().printed(token)
    return flask.render_template(
        "holder/printed.html",
        found=found,
        institution=found.institution_names.get(language()) or next(iter(found.institution_names.values()), ""),
        issued_on=date.fromisoformat(found.issued_on),
    )


def _https() -> bool:
    settings: Any = flask.current_app.extensions["parchemin.settings"]
    return urlsplit(str(settings.base_url)).scheme == "https"


def _cookie_name() -> str:
    """Return the visit's cookie; `__Host-` would need the path `/` and so open every share."""
    return f"__Secure-{_COOKIE}" if _https() else _COOKIE
