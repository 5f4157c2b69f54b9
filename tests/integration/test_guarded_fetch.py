"""The guarded fetcher against hosts that misbehave, by TLS on loopback (F03, F04, F05, F12, F13)."""

from __future__ import annotations

import dataclasses
import ipaddress
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from schemas.limits import DEFAULT, Limits
from services.fetch import Fetched, FetchFailedError, FetchForbiddenError, FetchTooLargeError
from services.guarded_fetch import GuardedFetcher, IPAddress, tls_context
from tests.support.tls_server import HOST, Behaviour, TLSServer, answer, certificate, loopback

pytestmark = pytest.mark.integration

FAST = dataclasses.replace(DEFAULT, fetch_connect_seconds=1.0, fetch_total_seconds=1.0)
Serve = Callable[[Behaviour], TLSServer]


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def serve(pem: Path) -> Iterator[Serve]:
    servers: list[TLSServer] = []

    def start(behaviour: Behaviour) -> TLSServer:
        servers.append(TLSServer(pem, behaviour))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def _fetcher(pem: Path, limits: Limits = FAST, **parts: object) -> GuardedFetcher:
    given = {"lookup": loopback, "allowed": lambda _address: True, **parts}
    return GuardedFetcher(limits=limits, context=tls_context(str(pem)), **given)  # type: ignore[arg-type]


def _get(fetcher: GuardedFetcher, url: str, max_bytes: int = 65_536) -> Fetched:
    return fetcher.fetch(url, accept="application/json", max_bytes=max_bytes)


def test_a_document_is_fetched_over_tls_by_its_name(serve: Serve, pem: Path) -> None:
    """F03: the address that was checked, the name in the handshake and in the request."""
    server = serve(lambda secured, _path: secured.sendall(answer("200 OK", b'{"a":1}')))
    url = server.url("/t/uni/did.json?x=1")
    assert Fetched(url, 200, "application/json", b'{"a":1}') == _get(_fetcher(pem), url)
    assert [HOST] == server.names
    assert server.requests[0].startswith(f"GET /t/uni/did.json?x=1 HTTP/1.1\r\nHost: {HOST}:{server.port}\r\n")
    assert "Accept-Encoding: identity" in server.requests[0]


def test_any_status_is_an_answer(serve: Serve, pem: Path) -> None:
    server = serve(lambda secured, _path: secured.sendall(answer("404 Not Found", b"no", kind="text/html")))
    found = _get(_fetcher(pem), server.url())
    assert (404, "text/html") == (found.status, found.media_type)


def test_a_private_address_is_not_even_connected_to(serve: Serve, pem: Path) -> None:
    """F01, F03: the name is public, what it leads to is not."""
    server = serve(lambda secured, _path: secured.sendall(answer("200 OK", b"{}")))
    with pytest.raises(FetchForbiddenError, match=HOST):
        _get(GuardedFetcher(limits=FAST, context=tls_context(str(pem)), lookup=loopback), server.url())
    assert [] == server.names


def test_one_private_address_among_public_ones_is_enough_to_refuse(pem: Path) -> None:
    """F03: a private AAAA beside a public A."""

    def both(_host: str, _port: int) -> Sequence[IPAddress]:
        return [ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("fd00::1")]

    with pytest.raises(FetchForbiddenError):
        _get(GuardedFetcher(limits=FAST, context=tls_context(str(pem)), lookup=both), f"https://{HOST}/")


def test_a_name_is_looked_up_once_and_the_address_seen_is_the_one_used(serve: Serve, pem: Path) -> None:
    """F03: DNS rebinding gives a second answer to whoever asks twice."""
    server = serve(lambda secured, _path: secured.sendall(answer("200 OK", b"{}")))
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[IPAddress]:
        asked.append(host)
        return [ipaddress.ip_address("127.0.0.1" if len(asked) == 1 else "127.0.0.2")]

    _get(_fetcher(pem, lookup=rebinding), server.url())
    assert [HOST] == asked


def _to(location: str) -> Behaviour:
    return lambda secured, _path: secured.sendall(answer("302 Found", b"", f"Location: {location}"))


@pytest.mark.parametrize(
    "location",
    ["http://registrar.example/", "https://127.0.0.1/", "https://localhost/", "file:///etc/passwd", "ftp://a.b/"],
)
def test_a_redirect_is_judged_like_the_first_address(serve: Serve, pem: Path, location: str) -> None:
    """F04."""
    server = serve(_to(location))
    with pytest.raises(FetchForbiddenError):
        _get(_fetcher(pem), server.url())


def test_a_redirect_to_a_name_that_leads_inside_is_refused(serve: Serve, pem: Path) -> None:
    """F04."""
    server = serve(_to("https://inside.example/"))
    inside = ipaddress.ip_address("10.0.0.1")

    def lookup(host: str, port: int) -> Sequence[IPAddress]:
        return [inside] if host == "inside.example" else loopback(host, port)

    with pytest.raises(FetchForbiddenError, match=r"inside\.example"):
        _get(_fetcher(pem, lookup=lookup, allowed=lambda address: address != inside), server.url())


def test_three_redirects_are_followed_and_the_first_address_is_the_answers(serve: Serve, pem: Path) -> None:
    def behaviour(secured: ssl.SSLSocket, path: str) -> None:
        hop = int(path[1:])
        whole = answer("200 OK", b"{}") if hop == 3 else answer("307 Temporary", b"", f"Location: /{hop + 1}")
        secured.sendall(whole)

    server = serve(behaviour)
    assert server.url("/0") == _get(_fetcher(pem), server.url("/0")).url
    assert 4 == len(server.requests)


@pytest.mark.parametrize("location", ["/", "", "https://registrar.example:1/"])
def test_redirects_end(serve: Serve, pem: Path, location: str) -> None:
    """F04: a loop, an empty address, a port of another service."""
    server = serve(_to(location))
    with pytest.raises((FetchFailedError, FetchForbiddenError)):
        _get(_fetcher(pem), server.url())
    assert len(server.requests) <= 4


def _endless(secured: ssl.SSLSocket, _path: str) -> None:
    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        secured.sendall(b" " * 65_536)


def test_more_than_was_asked_for_is_not_read(serve: Serve, pem: Path) -> None:
    """F05: 200 MB, announced or not."""
    for behaviour in (_endless, lambda secured, _path: secured.sendall(answer("200 OK", b" " * 70_000))):
        server = serve(behaviour)
        with pytest.raises(FetchTooLargeError):
            _get(_fetcher(pem), server.url())


def _drip(first: bytes) -> Behaviour:
    def behaviour(secured: ssl.SSLSocket, _path: str) -> None:
        secured.sendall(first)
        while True:
            time.sleep(0.05)
            secured.sendall(b"a")

    return behaviour


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"]
)
def test_a_slow_drip_ends_with_the_time(serve: Serve, pem: Path, first: bytes) -> None:
    """F05: in the status line, in the headers, in the body."""
    server = serve(_drip(first))
    before = time.monotonic()
    with pytest.raises(FetchFailedError):
        _get(_fetcher(pem), server.url())
    assert time.monotonic() - before < 20


def test_a_handshake_that_hangs_ends_with_the_time(pem: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        before = time.monotonic()
        with pytest.raises(FetchFailedError):
            _get(_fetcher(pem), f"https://{HOST}:{silent.getsockname()[1]}/")
        assert time.monotonic() - before < 20


@pytest.mark.parametrize(
    "raw",
    [
        answer("200 OK", b"x", "Content-Encoding: gzip"),
        answer("200 OK", b"x", "Content-Encoding: br"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut off",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"not http at all\r\n\r\n",
        b"",
    ],
)
def test_an_answer_that_is_not_plain_and_whole_is_none(serve: Serve, pem: Path, raw: bytes) -> None:
    """F05: compressed although that was not asked for, cut off, not HTTP."""
    server = serve(lambda secured, _path: secured.sendall(raw))
    with pytest.raises(FetchFailedError):
        _get(_fetcher(pem), server.url())


def test_a_chunked_answer_is_read(serve: Serve, pem: Path) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    server = serve(lambda secured, _path: secured.sendall(raw))
    assert b"{}" == _get(_fetcher(pem), server.url()).body


def test_a_host_that_cannot_prove_its_name_is_not_believed(tmp_path: Path, pem: Path) -> None:
    """F12: expired, self-signed by a stranger, another host, TLS 1.0; never http instead."""
    strangers = tmp_path / "strangers"
    strangers.mkdir()
    other = certificate(tmp_path, "other.example")
    over = certificate(tmp_path, days=-1)
    cases = [
        (certificate(strangers), pem, None),
        (other, other, None),
        (over, over, None),
        (pem, pem, ssl.TLSVersion.TLSv1_1),
    ]
    for served, trusted, newest in cases:
        server = TLSServer(served, lambda secured, _path: secured.sendall(answer("200 OK", b"{}")), newest=newest)
        try:
            with pytest.raises(FetchFailedError):
                _get(_fetcher(trusted), server.url())
            assert [] == server.requests
        finally:
            server.close()


def test_the_environment_changes_no_route(serve: Serve, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F13."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server = serve(lambda secured, _path: secured.sendall(answer("200 OK", b"{}")))
    assert 200 == _get(_fetcher(pem), server.url()).status


def test_a_host_that_talks_before_the_handshake_and_hangs_up_is_unreachable() -> None:
    """The wrapping of such a connection fails by itself, before any handshake."""
    gone = threading.Event()

    class Late(ssl.SSLContext):
        def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
            assert gone.wait(5)
            return super().wrap_socket(*arguments, **options)

    def hang_up(listener: socket.socket) -> None:
        stranger, _ = listener.accept()
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stranger.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        stranger.close()
        gone.set()

    context = Late(ssl.PROTOCOL_TLS_CLIENT)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=hang_up, args=(listener,), daemon=True)
        server.start()
        fetcher = GuardedFetcher(limits=FAST, context=context, lookup=loopback, allowed=lambda _address: True)
        with pytest.raises(FetchFailedError):
            _get(fetcher, f"https://{HOST}:{listener.getsockname()[1]}/")
        server.join(5)


def test_a_host_without_address_or_listener_is_unreachable(pem: Path) -> None:
    def nobody(_host: str, _port: int) -> Sequence[IPAddress]:
        raise OSError

    for lookup in (nobody, lambda _host, _port: [], loopback):
        with pytest.raises(FetchFailedError):
            _get(_fetcher(pem, lookup=lookup), f"https://{HOST}:1025/")


def test_a_resolver_that_hangs_is_left_behind(pem: Path) -> None:
    """X34."""
    release = threading.Event()

    def hangs(host: str, port: int) -> Sequence[IPAddress]:
        release.wait(60)
        return loopback(host, port)

    before = time.monotonic()
    with pytest.raises(FetchFailedError, match="in time"):
        _get(_fetcher(pem, lookup=hangs), f"https://{HOST}/")
    release.set()
    assert time.monotonic() - before < 20


def test_time_that_is_over_is_over_before_a_hop(pem: Path) -> None:
    over = dataclasses.replace(FAST, fetch_total_seconds=0.0)
    with pytest.raises(FetchFailedError, match="in time"):
        _get(_fetcher(pem, over), f"https://{HOST}/")


def test_an_answer_cut_off_politely_is_cut_off(serve: Serve, pem: Path) -> None:
    def behaviour(secured: ssl.SSLSocket, _path: str) -> None:
        secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nthat is not all")
        secured.unwrap()

    server = serve(behaviour)
    with pytest.raises(FetchFailedError):
        _get(_fetcher(pem), server.url())


def test_an_answer_without_length_ends_with_a_closed_session(serve: Serve, pem: Path) -> None:
    """Whoever cuts the wire is told from a host that has said all."""

    def behaviour(secured: ssl.SSLSocket, path: str) -> None:
        secured.sendall(b"HTTP/1.1 200 OK\r\n\r\n{}")
        if path == "/whole":
            secured.unwrap()

    server = serve(behaviour)
    assert b"{}" == _get(_fetcher(pem), server.url("/whole")).body
    with pytest.raises(FetchFailedError):
        _get(_fetcher(pem), server.url("/cut"))
