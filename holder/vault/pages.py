"""The learner's documents: the list, one document, its files."""

from __future__ import annotations

from typing import Any, Final

import flask
from flask_babel import get_locale, get_timezone, gettext

from accounts.sessions import require_person
from accounts.store import Person
from holder.desk import HolderDesk
from holder.history.store import Event
from holder.sharing.shares import ShareState
from holder.vault.documents import Document, document_id
from holder.words import HAPPENINGS, KINDS, OTHER_KIND, STATE_TONES, STATES, VERDICTS
from schemas.problems import NOT_FOUND, ProblemError
from verifier.telling import contents
from verifier.wording import VerdictInWords, sentences
from verifier.words import Language

View = flask.typing.ResponseReturnValue
PDF: Final = "application/pdf"
EXTENSIONS: Final = {
    "application/vc": "json",
    "application/vc+ld+json": "json",
    "application/json": "json",
    "application/dc+sd-jwt": "sd-jwt",
}


def add_routes(pages: flask.Blueprint) -> None:
    """Add the learner's documents to the blueprint `holder`, and the words that all its templates use."""
    pages.add_url_rule("/documents", "documents", _documents)
    pages.add_url_rule("/documents/<key>", "document", _document)
    pages.add_url_rule("/documents/<key>/document.pdf", "document_pdf", _document_pdf)
    pages.add_url_rule("/documents/<key>/forms/<int:position>", "document_form", _document_form)
    pages.context_processor(
        lambda: {
            "kind_in_words": kind_in_words,
            "state_in_words": state_in_words,
            "state_tone": STATE_TONES.__getitem__,
            "event_in_words": event_in_words,
        }
    )


def desk() -> HolderDesk:
    """Return the holder's desk."""
    found: HolderDesk = flask.current_app.extensions["parchemin.holder"]
    return found


def language() -> Language:
    """Return the language of the page being made."""
    locale = get_locale()
    return "fr" if locale is not None and locale.language == "fr" else "en"


def kind_in_words(kind: str) -> str:
    """Return the kind of a document in the reader's language."""
    return str(gettext(KINDS.get(kind, OTHER_KIND)))


def state_in_words(state: ShareState) -> str:
    """Return the state of a share in the reader's language."""
    return str(gettext(STATES[state]))


def event_in_words(event: Event) -> str:
    """Return one line of a history in the reader's language."""
    shown = dict.fromkeys(event.facts.get("verdicts", "").split())
    verdicts = ", ".join(gettext(VERDICTS[name]) for name in shown if name in VERDICTS)
    return str(gettext(HAPPENINGS[event.event], verdicts=verdicts))


def own_document(key: str) -> tuple[Person, Document]:
    """Return who asks and their document; raise NOT_FOUND for anybody else's (threats.md J03)."""
    person = require_person()
    return person, desk().vault.get(person.id, document_id(key))


def file_name(document: Document, extension: str) -> str:
    """Return a name for a download that tells nobody's."""
    return f"{document.kind}-{document.issued_on.isoformat()}.{extension}"


def send(raw: bytes, media_type: str, name: str, *, inline: bool = False) -> flask.Response:
    """Return a file as it was signed, byte for byte."""
    response = flask.Response(raw, content_type=media_type)
    kind = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return response


def verdict_of(report: Any) -> VerdictInWords:
    """Put a report in the words of the page being made."""
    return sentences(report, language(), zone=get_timezone())


def _documents() -> View:
    person = require_person()
    cards = [(document, verdict_of(desk().showing.glance(document))) for document in desk().vault.all_of(person.id)]
    return flask.render_template("holder/documents.html", cards=cards, who=person)


def _document(key: str) -> View:
    person, document = own_document(key)
    shown = desk().showing.show(document)
    return flask.render_template(
        "holder/document.html",
        document=document,
        verdict=verdict_of(shown.report),
        contents=contents(shown.claims) if shown.claims else None,
        forms=desk().vault.forms(document),
        shares=desk().shares.with_document(person.id, document.id),
        history=desk().vault.history(document),
    )


def _document_pdf(key: str) -> View:
    _, document = own_document(key)
    inline = "download" not in flask.request.args
    return send(desk().vault.pdf(document), PDF, file_name(document, "pdf"), inline=inline)


def _document_form(key: str, position: int) -> View:
    _, document = own_document(key)
    for kept in desk().vault.forms(document):
        if kept.position == position:
            extension = EXTENSIONS.get(kept.form.media_type, "jwt")
            return send(kept.form.body.encode(), kept.form.media_type, file_name(document, extension))
    raise ProblemError(NOT_FOUND.about())
