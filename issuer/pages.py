"""The institution's pages: today, its documents, one document with revoke, suspend and restore (R27)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import flask
from flask_babel import get_locale, gettext

from accounts.sessions import require_person
from accounts.store import Person
from issuer.credentials.client_credentials import KIND as CREDENTIAL
from issuer.credentials.showing import IN_FORCE, DocumentSummary
from issuer.credentials.status_register import REVOCATION, SUSPENSION
from issuer.desk import IssuerDesk
from schemas.awards import Kind
from schemas.problems import MALFORMED, N_, NOT_ALLOWED, NOT_FOUND, REVOKED, SUSPENDED, ProblemError

PAGE: Final = 50
_PREFIX: Final = "urn:uuid:"
_KINDS: Final[Mapping[str, str]] = {
    Kind.TRANSCRIPT: N_("Transcript"),
    Kind.DIPLOMA: N_("Diploma"),
    Kind.MICRO_CREDENTIAL: N_("Micro-credential"),
    Kind.BADGE: N_("Badge"),
    Kind.ATTESTATION: N_("Attestation"),
    CREDENTIAL: N_("Credential of a program"),
}
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    IN_FORCE: (N_("In force"), "yes"),
    SUSPENDED.code: (N_("Suspended"), "was"),
    REVOKED.code: (N_("Revoked"), "no"),
    "reserved": (N_("Being signed"), "unknown"),
    "awaiting": (N_("Awaiting its timestamp"), "unknown"),
    "refused": (N_("Refused"), "unknown"),
}
_EVENTS: Final[Mapping[str, str]] = {
    "issued": N_("Issued"),
    "bound": N_("Signed again for a wallet"),
    "suspended": N_("Suspended"),
    "restored": N_("Restored"),
    "revoked": N_("Revoked"),
}
_DONE: Final[Mapping[str, str]] = {
    "revoke": N_("The document is revoked. Every verification says so from now on."),
    "suspend": N_("The document is suspended. Every verification says so until you restore it."),
    "restore": N_("The document is in force again."),
}
_NO_REASON: Final = N_("Give a reason of at most 500 characters.")

View = flask.typing.ResponseReturnValue


def make_blueprint() -> flask.Blueprint:
    """Return the blueprint `issuer`."""
    pages = flask.Blueprint("issuer", __name__, template_folder="templates")
    pages.add_url_rule("/today", "today", _today)
    pages.add_url_rule("/issued/<slug>", "documents", _documents)
    pages.add_url_rule("/issued/<slug>/<key>", "document", _document)
    pages.add_url_rule("/issued/<slug>/<key>/document.pdf", "document_pdf", _document_pdf)
    acts = "/issued/<slug>/<key>/<any(revoke, suspend, restore):act>"
    pages.add_url_rule(acts, "change", _change, methods=["POST"])
    pages.after_request(_private)
    pages.context_processor(
        lambda: {
            "kind_in_words": lambda kind: gettext(_KINDS[kind]),
            "state_in_words": lambda state: gettext(_STATES[state][0]),
            "state_tone": lambda state: _STATES[state][1],
            "event_in_words": lambda happened: gettext(_EVENTS[happened]),
            "document_key": document_key,
            "language": _language(),
        }
    )
    return pages


def document_key(document_id: str) -> str:
    """Return how a document is named in the addresses of our pages."""
    return document_id.removeprefix(_PREFIX)


def _desk() -> IssuerDesk:
    desk: IssuerDesk = flask.current_app.extensions["parchemin.issuer"]
    return desk


def _language() -> str:
    locale = get_locale()
    return "fr" if locale is not None and locale.language == "fr" else "en"


def _staff() -> Person:
    """Return who asks; raise SIGN_IN_NEEDED for a stranger, NOT_ALLOWED for a learner."""
    person = require_person()
    if not person.is_staff:
        raise ProblemError(NOT_ALLOWED.about("these pages are for the staff of an institution"))
    return person


def _staff_of(slug: str) -> Person:
    """Return who asks; an institution that is not theirs is not found (K01)."""
    person = _staff()
    if not person.is_staff_of(slug):
        raise ProblemError(NOT_FOUND.about())
    return person


def _today() -> View:
    person, desk = _staff(), _desk()
    found = [found for slug in sorted(person.institutions) if (found := desk.find_institution(slug)) is not None]
    houses = [(each, desk.counts(each.slug), desk.documents(each.slug, limit=10)) for each in found]
    return flask.render_template("issuer/today.html", houses=houses, who=person)


def _documents(slug: str) -> View:
    _staff_of(slug)
    kind = flask.request.args.get("kind", "")
    kind = kind if kind in _KINDS else ""
    after = flask.request.args.get("after", "")
    page = _desk().documents(slug, limit=PAGE + 1, after=_PREFIX + after if after else "", kind=kind)
    return flask.render_template(
        "issuer/documents.html",
        institution=_desk().institution(slug),
        documents=page[:PAGE],
        more=document_key(page[PAGE - 1].id) if len(page) > PAGE else "",
        kind=kind,
        kinds=tuple(_KINDS),
    )


def _document(slug: str, key: str) -> View:
    _staff_of(slug)
    return _document_page(slug, _PREFIX + key, {})


def _document_page(slug: str, document_id: str, errors: Mapping[str, str], reason: str = "") -> str:
    document = _desk().document(document_id, institution=slug)
    return flask.render_template(
        "issuer/document.html",
        institution=_desk().institution(slug),
        document=document,
        acts=_acts(document),
        errors=errors,
        reason=reason,
    )


def _acts(document: DocumentSummary) -> tuple[str, ...]:
    """Return what can be done with a document now."""
    if document.state == IN_FORCE:
        able = (("suspend", SUSPENSION), ("revoke", REVOCATION))
        return tuple(act for act, purpose in able if purpose in document.purposes)
    return ("restore", "revoke") if document.state == SUSPENDED.code else ()


def _document_pdf(slug: str, key: str) -> View:
    _staff_of(slug)
    document = _desk().document(_PREFIX + key, institution=slug)
    response = flask.Response(_desk().pdf(document.id), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{document.kind}-{key[:8]}.pdf"'
    return response


def _change(slug: str, key: str, act: str) -> View:
    person, desk = _staff_of(slug), _desk()
    reason = flask.request.form.get("reason", "")
    acts: dict[str, Any] = {"revoke": desk.revoke, "suspend": desk.suspend, "restore": desk.restore}
    try:
        acts[act](_PREFIX + key, reason, person.full_name, institution=slug)
    except ProblemError as error:
        if error.problem.code != MALFORMED.code:
            raise
        return _document_page(slug, _PREFIX + key, {"reason": gettext(_NO_REASON)}, reason[:500]), 422
    flask.flash(gettext(_DONE[act]), "yes")
    return flask.redirect(flask.url_for("issuer.document", slug=slug, key=key), code=303)


def _private(response: flask.Response) -> flask.Response:
    response.headers["Cache-Control"] = "no-store"
    return response
