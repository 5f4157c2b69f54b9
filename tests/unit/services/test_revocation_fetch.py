"""Lists and OCSP answers are asked for at public addresses alone, within bounds of size and time."""

from __future__ import annotations

import contextlib
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.limits import Limits
from services.guarded_fetch import tls_context
from services.revocation_fetch import OCSP_REQUEST, RevocationDoor, RevocationUnavailableError
from tests.support.tls_server import HOST, LOOPBACK, TLSServer, certificate

Answer = Callable[[http.server.BaseHTTPRequestHandler, bytes], None]
BOUNDS = Limits(crl_bytes=1000, ocsp_bytes=100)


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Serve one authority on loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        httpd.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{httpd.server_port}"
        finally:
            httpd.shutdown()
            thread.join()


def door(limits: Limits = BOUNDS) -> RevocationDoor:
    return RevocationDoor(limits=limits, allowed=lambda _address: True)


def saying(body: bytes, status: int = 200, length: int | None = None) -> Answer:
    def answer(handler: http.server.BaseHTTPRequestHandler, _asked: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_list_is_had_and_a_question_is_answered() -> None:
    asked: list[tuple[str, str, str, bytes]] = []

    def answer(handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
        asked.append((handler.command, handler.path, handler.headers.get("Content-Type", ""), body))
        saying(b"answer")(handler, body)

    with server(answer) as host:
        assert b"answer" == door().get(f"http://{host}/a.crl?x=1")
        assert b"answer" == door().post(f"http://{host}", b"question")
    assert [("GET", "/a.crl?x=1", "", b""), ("POST", "/", OCSP_REQUEST, b"question")] == asked


def test_an_address_that_cannot_be_reached_is_passed_over() -> None:
    """A name has addresses of two families, and a host may have a way to one of them alone."""
    looked_up = [ipaddress.ip_address(text) for text in ("127.0.0.2", "127.0.0.1")]
    with server(saying(b"answer")) as host:
        port = host.rpartition(":")[2]
        by_name = RevocationDoor(limits=BOUNDS, allowed=lambda _address: True, lookup=lambda _host, _port: looked_up)
        assert b"answer" == by_name.get(f"http://ca.example:{port}/a.crl")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (saying(b"x", status=503), "answered 503"),
        (saying(b"x", status=302), "answered 302"),
        (saying(b"x" * 101), "more than 100 bytes"),
        (saying(b"x", length=50), "cut"),
        (lambda handler, _: handler.wfile.write(b"nonsense\r\n\r\n"), "BadStatusLine"),
    ],
    ids=["down", "redirect", "too-large", "cut-off", "nonsense"],
)
def test_what_is_no_answer_is_told(answer: Answer, why: str) -> None:
    with server(answer) as host, pytest.raises(RevocationUnavailableError, match=why):
        door().post(f"http://{host}/", b"question")


def test_only_public_addresses_are_asked() -> None:
    """F03: a certificate may name any address."""
    with server(saying(b"x")) as host, pytest.raises(RevocationUnavailableError, match="may be asked"):
        RevocationDoor(limits=BOUNDS).get(f"http://{host}/a.crl")
    nowhere = RevocationDoor(limits=BOUNDS, lookup=lambda _host, _port: [])
    with pytest.raises(RevocationUnavailableError, match="may be asked"):
        nowhere.get("http://nowhere.example/a.crl")


@pytest.mark.parametrize(
    "url",
    [
        "ldap://x/a",
        "http://",
        "http://a b/",
        "http://[x/",
        "http://é.example/",
        "http://me@x.example/",
        "http://x:99999/",
    ],
)
def test_odd_addresses_are_not_asked(url: str) -> None:
    with pytest.raises(RevocationUnavailableError, match="address"):
        door().get(url)


def test_a_host_that_does_not_answer_is_told_by_its_name() -> None:
    closed = RevocationDoor(
        limits=BOUNDS, lookup=lambda _host, _port: [ipaddress.ip_address("127.0.0.1")], allowed=lambda _: True
    )
    with pytest.raises(RevocationUnavailableError, match=r"gone\.example"):
        closed.get("http://gone.example:1/a.crl")


def test_an_authority_that_drips_is_left_when_its_time_is_over() -> None:
    over = threading.Event()

    def drip(handler: http.server.BaseHTTPRequestHandler, _asked: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "50")
        handler.end_headers()
        handler.wfile.flush()
        over.wait(30)

    with server(drip) as host:
        try:
            with pytest.raises(RevocationUnavailableError):
                door(Limits(fetch_total_seconds=0.3)).get(f"http://{host}/")
        finally:
            over.set()


def test_an_authority_by_https_is_known_by_its_name(tmp_path: Path) -> None:
    pem = certificate(tmp_path)

    def behave(connection: ssl.SSLSocket, _path: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlist")

    with contextlib.closing(TLSServer(pem, behave)) as tls:
        known = RevocationDoor(
            limits=BOUNDS, lookup=lambda _h, _p: [LOOPBACK], allowed=lambda _: True, context=tls_context(str(pem))
        )
        assert b"list" == known.get(f"https://{HOST}:{tls.port}/a.crl")
        with pytest.raises(RevocationUnavailableError, match=r"other\.example"):
            known.get(f"https://other.example:{tls.port}/a.crl")
