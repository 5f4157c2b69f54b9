"""Letters leave by mail: a folder of `.eml` files in development, SMTP in production."""

from __future__ import annotations

import secrets
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from services.clock import Clock


class MailError(Exception):
    """The letter could not be handed over; it stays where it was and is tried again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address; texts are data: a line break in a header is refused.

    `message_id` is stable over tries, so that a second copy is recognised.
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    message_id: str = field(default_factory=lambda: f"<{secrets.token_hex(16)}@parchemin>")


class Mailer(Protocol):
    """Hands a letter over."""

    def send(self, letter: Letter) -> None:
        """Send the letter; raise `MailError` when it was not accepted."""
        ...


def compose(letter: Letter, *, sender: str, clock: Clock) -> EmailMessage:
    """Return the RFC 5322 message; raise `MailError` for an address or header that is not one."""
    message = EmailMessage()
    try:
        message["From"] = Address(display_name="parchemin", addr_spec=sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
    except (ValueError, IndexError) as error:
        raise MailError("an address or the subject is not of the right form") from error
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


class FolderMailer:
    """Writes each letter as a file, named by its message id: a second copy replaces the first."""

    def __init__(self, folder: Path, *, sender: str, clock: Clock) -> None:
        """Keep the folder; it is made at the first letter."""
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Write the letter."""
        message = compose(letter, sender=self._sender, clock=self._clock)
        name = "".join(c for c in letter.message_id if c.isalnum()) + ".eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / name).write_bytes(bytes(message))
        except OSError as error:
            raise MailError("the mail folder cannot be written") from error


@dataclass(slots=True)
class MemoryMailer:
    """Keeps the letters, for tests."""

    letters: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        """Keep the letter."""
        self.letters.append(letter)


class SMTPMailer:
    """Hands letters to an SMTP server, with STARTTLS unless it is told otherwise."""

    def __init__(
        self, host: str, port: int, *, sender: str, clock: Clock, tls: ssl.SSLContext | None, timeout: float = 10.0
    ) -> None:
        """Keep the address; `tls=None` means a server on this machine without encryption."""
        self._host = host
        self._port = port
        self._sender = sender
        self._clock = clock
        self._tls = tls
        self._timeout = timeout

    def send(self, letter: Letter) -> None:
        """Send the letter in a conversation of its own."""
        message = compose(letter, sender=self._sender, clock=self._clock)
        try:
            with smtplib.SMTP(self._host, self._port, timeout=self._timeout) as server:
                if self._tls is not None:
                    server.starttls(context=self._tls)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailError("the mail server did not take the letter") from error
