"""Letters: composed safely, written to a folder, spoken over SMTP to a real server."""

from __future__ import annotations

import email
import email.policy
import socket
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller

from services.clock import StoppedClock
from services.mail import FolderMailer, Letter, MailError, MemoryMailer, SMTPMailer

CLOCK = StoppedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
LETTER = Letter("zoe@example.org", "Votre relevé de notes est prêt", "Bonjour Zoé,\n", "<p>Bonjour Zoé</p>", "<1@x>")


class Sink:
    def __init__(self):
        self.received = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd's name)
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def server():
    sink = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    controller.sink = sink
    yield controller
    controller.stop()


def _read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_reaches_a_real_server(server):
    SMTPMailer("127.0.0.1", server.port, sender="no-reply@parchemin.example", clock=CLOCK, tls=None).send(LETTER)
    [envelope] = server.sink.received
    message = _read(envelope.content)
    assert "Votre relevé de notes est prêt" == message["Subject"]
    assert ["zoe@example.org"] == envelope.rcpt_tos
    assert "Bonjour Zoé" in message.get_body(("plain",)).get_content()


def test_a_server_that_is_away_is_a_mail_error():
    with pytest.raises(MailError):
        SMTPMailer("127.0.0.1", 9, sender="a@example.org", clock=CLOCK, tls=None, timeout=1).send(LETTER)


def test_the_same_letter_twice_is_one_file(tmp_path):
    mailer = FolderMailer(tmp_path / "mail", sender="no-reply@parchemin.example", clock=CLOCK)
    mailer.send(LETTER)
    mailer.send(LETTER)
    [path] = (tmp_path / "mail").iterdir()
    assert "zoe@example.org" == _read(path.read_bytes())["To"]


@pytest.mark.parametrize("to", ["a@example.org\r\nBcc: b@example.org", "not an address", ""])
def test_an_address_cannot_carry_a_header(to, tmp_path):
    """J15."""
    with pytest.raises(MailError):
        FolderMailer(tmp_path, sender="a@example.org", clock=CLOCK).send(Letter(to, "x", "y"))


def test_a_subject_cannot_carry_a_header(tmp_path):
    with pytest.raises(MailError):
        FolderMailer(tmp_path, sender="a@example.org", clock=CLOCK).send(
            Letter("a@b.example", "x\nBcc: c@d.example", "y")
        )


def test_a_folder_that_cannot_be_written_is_a_mail_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MailError):
        FolderMailer(tmp_path / "file", sender="a@example.org", clock=CLOCK).send(LETTER)


def test_the_memory_mailer_keeps_letters():
    mailer = MemoryMailer()
    mailer.send(LETTER)
    assert [LETTER] == mailer.letters
