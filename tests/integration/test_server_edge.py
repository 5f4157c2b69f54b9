"""The real server (granian) on raw sockets: what no well-behaved client sends (threats.md L02, L03)."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import pytest

from app.server import THREADS
from tests.support.served import serving

pytestmark = pytest.mark.integration
MEGABYTE = 1_048_576


class Server:
    """The verifier behind granian, spoken to byte by byte."""

    def __init__(self, port, process):
        self.port, self.process = port, process

    def say(self, text, *, body=b"", seconds=20):
        """Send a request (its Host is ours where it says HOST), read until the server closes."""
        head = text.replace("HOST", f"Host: 127.0.0.1:{self.port}").replace("\n", "\r\n").encode("latin-1")
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as wire:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                wire.sendall(head + body)
            return self._rest(wire)

    @staticmethod
    def _rest(wire):
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := wire.recv(65_536):
                answer += piece
        return answer

    def peak_memory(self):
        """Return the most bytes that any process of the server ever held."""
        family = [self.process.pid, *self._children()]
        return max(_peak(pid) for pid in family)

    def _children(self):
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in listed.split()]


def _peak(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = {
        "PARCHEMIN_VAR": str(tmp_path_factory.mktemp("var")),
        "PARCHEMIN_SECRET_KEY": "t" * 40,
        "PARCHEMIN_VERIFY_PER_MINUTE": "100000",
    }
    with serving("verifier", settings) as served:
        yield Server(served.port, served.process)


def _alive(server):
    return server.say("GET /health HTTP/1.1\nHOST\nConnection: close\n\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "request_head",
    [
        "POST /v1/verify HTTP/1.1\nHOST\nContent-Length: 2\nContent-Length: 5\nConnection: close\n\n{}abc",
        "POST /v1/verify HTTP/1.1\nHOST\nContent-Length: -5\nConnection: close\n\n",
        "GET /health HTTP/1.1\nHOST\nX-A: a\x10b\nConnection: close\n\n",
        "GET /health HTTP/1.1\nHOST\nHost: evil.example\nConnection: close\n\n",
        "GET /health HTTP/1.1\nConnection: close\n\n",
        "GET /health HTTP/1.1\nHost: evil.example\nConnection: close\n\n",
    ],
    ids=["two lengths", "a negative length", "a control character", "two hosts", "no host", "a strange host"],
)
def test_a_request_that_two_readers_could_read_differently_is_refused(server, request_head):
    """L03, J05."""
    assert b"HTTP/1.1 400" == server.say(request_head)[:12]
    assert _alive(server)


def test_a_second_request_hidden_in_a_body_is_not_answered(server):
    """L03: Transfer-Encoding beats Content-Length, and what follows the body dies with the connection."""
    head = "POST /v1/verify HTTP/1.1\nHOST\nContent-Type: application/vc\nContent-Length: 6\n"
    head += "Transfer-Encoding: chunked\nConnection: close\n\n"
    answer = server.say(head, body=b"0\r\n\r\nGET /problems/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert 1 == answer.count(b"HTTP/1.1 ")
    assert b"HTTP/1.1 400" == answer[:12]


def test_a_length_beyond_the_bound_is_refused_before_the_body_comes(server):
    """L02: five gigabytes announced, two bytes sent."""
    head = "POST /v1/verify HTTP/1.1\nHOST\nContent-Type: application/vc\nContent-Length: 5000000000\nConnection: close\n\n"
    answer = server.say(head, body=b"{}")
    assert b"HTTP/1.1 413" == answer[:12]
    assert b'"code":"too-large"' in answer


def test_a_body_in_pieces_is_read_like_any_other(server):
    head = "POST /v1/verify HTTP/1.1\nHOST\nContent-Type: application/vc\nTransfer-Encoding: chunked\nConnection: close\n\n"
    answer = server.say(head, body=b"2\r\n{}\r\n0\r\n\r\n")
    assert b"HTTP/1.1 200" == answer[:12]
    assert b'"verdict":"failed"' in answer.replace(b" ", b"")


def test_a_body_in_pieces_without_end_is_cut_and_memory_stays_flat(server):
    """L02: 200 MB in chunks against a bound of 20 MB."""
    assert _alive(server)
    before = server.peak_memory()
    head = "POST /v1/verify HTTP/1.1\nHOST\nContent-Type: application/pdf\nTransfer-Encoding: chunked\nConnection: close\n\n"
    piece = b"100000\r\n" + b"x" * MEGABYTE + b"\r\n"
    answer = server.say(head, body=piece * 200 + b"0\r\n\r\n")
    assert b"HTTP/1.1 200" != answer[:12]
    assert _alive(server)
    assert server.peak_memory() - before < 150 * MEGABYTE


def test_clients_that_never_finish_their_body_hold_nobody_up(server):
    """L01: more of them than the server has threads; who sends all of a request is answered while they wait."""
    head = "POST /v1/verify HTTP/1.1\nHOST\nContent-Type: application/vc\nContent-Length: 100\n\n{"
    text = head.replace("HOST", f"Host: 127.0.0.1:{server.port}").replace("\n", "\r\n").encode()
    with contextlib.ExitStack() as open_ones:
        for _ in range(2 * THREADS["verifier"]):
            wire = open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
            wire.sendall(text)
        whole = head.replace("100", "2").replace("\n\n{", "\nConnection: close\n\n")
        assert b"HTTP/1.1 200" == server.say(whole, body=b"{}")[:12]
        assert _alive(server)
