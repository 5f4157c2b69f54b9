"""The letters that a learner gets, in the learner's language (R1, R6, R71, R85).

Texts are data: a title is never markup. Each letter is told apart by a message id that is the same
however often it is tried, and names the one address under which all genuine links live.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from accounts.store import Person
from schemas.delivery import Delivery
from services.mail import Letter, Mailer

_SUBJECT: Final = {
    "en": "{institution}: a document is ready for you",
    "fr": "{institution} : un document vous attend",
}
_GREETING: Final = {"en": "Hello {name},", "fr": "Bonjour {name},"}
_ARRIVED: Final = {
    "en": "{institution} has issued a document to you: {title}.",
    "fr": "{institution} vous a délivré un document : {title}.",
}
_REGISTER: Final = {
    "en": "Register to see and share it (the link works once, for 30 days):",
    "fr": "Pour le voir et le partager, inscrivez-vous (le lien sert une fois, pendant 30 jours) :",
}
_SEE: Final = {"en": "See and share it:", "fr": "Pour le voir et le partager :"}
_GENUINE: Final = {
    "en": "Genuine links of this service always begin with {base}. A question about the document: {contact}.",
    "fr": "Les vrais liens de ce service commencent toujours par {base}. Une question sur le document : {contact}.",
}


class Letters:
    """Writes letters and hands them to the mailer."""

    def __init__(self, *, mailer: Mailer, base_url: str) -> None:
        """Take the mailer and the address under which all links live."""
        self._mailer = mailer
        self._base = base_url.rstrip("/")

    def document_arrived(self, person: Person, delivery: Delivery, invitation: str | None) -> None:
        """Tell a learner that a document arrived, and how to register when they have not; may raise `MailError`."""
        language = person.language if person.language in _SUBJECT else "fr"
        names = {
            "institution": _one_line(_within(delivery.institution_names, language)),
            "title": _one_line(_within(delivery.titles, language)),
            "name": _one_line(person.full_name),
            "contact": _one_line(delivery.institution_contact),
            "base": self._base,
        }
        link = f"{self._base}/invitation/{invitation}" if invitation else f"{self._base}/documents"
        lines = (_GREETING, _ARRIVED, _REGISTER if invitation else _SEE)
        paragraphs = [words[language].format_map(names) for words in lines]
        text = "\n\n".join([*paragraphs, link, _GENUINE[language].format_map(names)]) + "\n"
        subject = _SUBJECT[language].format_map(names)
        self._mailer.send(Letter(person.email, subject, text, message_id=_message_id("arrived", delivery.document_id)))


def _within(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, or in the other one."""
    return texts.get(language) or next(iter(texts.values()), "")


def _one_line(text: str) -> str:
    """Return a text without line breaks or other controls: a header takes none (threats.md J15)."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _message_id(kind: str, key: str) -> str:
    return f"<{hashlib.sha256(f'{kind} {key}'.encode()).hexdigest()[:32]}@parchemin>"
