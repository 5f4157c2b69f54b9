"""The gateway: a body is read before a thread is given, in bounded time and memory (threats.md L01, L02)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import flask
import pytest

from app.gateway import Gateway, Patience, environ_of
from app.security import BODY_LIMITS, body_limit

MOST = 1_000
FOREVER = object()
"""Stands for a client that sends nothing more."""


class Names:
    """The headers of a request."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def keys(self) -> list[str]:
        return list(dict.fromkeys(name for name, _ in self._pairs))

    def get_all(self, key: str) -> list[str]:
        return [value for name, value in self._pairs if name == key]


@dataclass
class Asked:
    """A request before its body."""

    method: str = "POST"
    path: str = "/echo"
    headers: Names = field(default_factory=lambda: Names([("host", "a.example")]))
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "192.0.2.7:1234"
    authority: str | None = None


class Client:
    """Sends pieces, and hears one answer."""

    def __init__(self, *pieces: Any) -> None:
        self._pieces = pieces
        self.taken = 0
        self.status, self.headers, self.body, self.cookies = 0, dict[str, str](), b"", list[str]()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            self.taken += 1
            if piece is FOREVER:
                await asyncio.Event().wait()
            yield piece

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body
        self.cookies = [value for name, value in headers if name == "Set-Cookie"]


def application() -> flask.Flask:
    app = flask.Flask("tests")
    app.config["MAX_CONTENT_LENGTH"] = MOST
    app.extensions[BODY_LIMITS] = {"larger": 10 * MOST}

    def echo() -> flask.typing.ResponseReturnValue:
        response = flask.make_response(flask.request.get_data())
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response, 201

    def fail() -> flask.typing.ResponseReturnValue:
        raise RuntimeError("words of a document")

    def bound() -> None:
        flask.request.max_content_length = body_limit(app, flask.request.endpoint or "")

    app.before_request(bound)
    app.add_url_rule("/echo", "echo", echo, methods=["GET", "POST"])
    app.add_url_rule("/larger", "larger", echo, methods=["POST"])
    app.add_url_rule("/fail", "fail", fail, methods=["POST"])
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def ask(asked: Asked, *pieces: Any, **patience: float) -> Client:
    """Let one client ask a gateway, and return it with its answer."""
    client = Client(*pieces)
    values: dict[str, Any] = {"seconds": 30.0, **patience}
    gateway = Gateway(application(), threads=1, patience=Patience(**values))

    async def once() -> None:
        await gateway.__rsgi__(asked, client)
        gateway.__rsgi_del__(asyncio.get_running_loop())

    asyncio.run(once())
    return client


def length(number: Any) -> Names:
    return Names([("host", "a.example"), ("content-length", str(number))])


def test_a_body_in_pieces_reaches_the_application_whole() -> None:
    client = ask(Asked(headers=length(6)), b"ab", b"", b"cdef")
    assert (201, b"abcdef") == (client.status, client.body)
    of_no_length = ask(Asked(), b"abc", b"def")
    assert (201, b"abcdef") == (of_no_length.status, of_no_length.body)


def test_half_a_body_does_not_reach_the_application() -> None:
    """Who hangs up half-way has asked nothing, and costs nobody a turn."""
    assert 400 == ask(Asked(headers=length(6)), b"ab").status


def test_every_cookie_is_set() -> None:
    found = ask(Asked(method="GET")).cookies
    assert ["a=1; Path=/", "b=2; Path=/"] == found


def test_a_body_that_does_not_come_is_answered_without_a_thread() -> None:
    """L01."""
    client = ask(Asked(headers=length(6)), b"ab", FOREVER, seconds=0.01)
    assert (408, "close", "application/problem+json") == (
        client.status,
        client.headers["connection"],
        client.headers["content-type"],
    )
    assert {"type": "about:blank", "title": "Request Timeout", "status": 408} == json.loads(client.body)


def test_slow_clients_hold_nobody_up() -> None:
    """L01: ten drips against one thread."""
    gateway = Gateway(application(), threads=1)
    quick = Client(b"ab")

    async def together() -> None:
        waiting = [
            asyncio.create_task(gateway.__rsgi__(Asked(headers=length(6)), Client(b"a", FOREVER))) for _ in range(10)
        ]
        await gateway.__rsgi__(Asked(headers=length(2)), quick)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(together())
    assert (201, b"ab") == (quick.status, quick.body)


@pytest.mark.parametrize("number", [MOST + 1, 5_000_000_000, -5, "x"])
def test_a_length_that_is_refused_is_not_waited_for(number: Any) -> None:
    """L02: the application says 413, or what it has to say, before the body comes."""
    client = ask(Asked(headers=length(number)), FOREVER)
    assert 0 == client.taken
    assert client.status in {201, 400, 413}
    assert (413 == client.status) == (number not in {-5, "x"})


def test_each_endpoint_has_its_bound() -> None:
    much = b"x" * (5 * MOST)
    assert 201 == ask(Asked(path="/larger", headers=length(len(much))), much).status
    assert 413 == ask(Asked(path="/echo", headers=length(len(much))), much).status
    assert 404 == ask(Asked(path="/nowhere", headers=length(len(much))), FOREVER).status


def test_a_body_of_no_length_is_cut_at_the_bound() -> None:
    pieces = [b"x" * 400] * 10
    client = ask(Asked(), *pieces)
    assert 3 == client.taken, "no more than what passes the bound"


def test_all_bodies_together_hold_so_much_memory_and_no_more() -> None:
    client = ask(Asked(headers=length(900)), b"x" * 400, b"x" * 500, held_bytes=600)
    assert (503, "5") == (client.status, client.headers["retry-after"])
    gateway = Gateway(application(), threads=1, patience=Patience(held_bytes=600))
    for _ in range(3):  # what was held is let go
        again = Client(b"x" * 500)
        asyncio.run(gateway.__rsgi__(Asked(headers=length(500)), again))
        assert 201 == again.status


def test_a_defect_is_answered_with_nothing_of_the_document() -> None:
    client = ask(Asked(path="/fail"), b"ab")
    assert 500 == client.status
    assert b"words" not in client.body


def test_a_request_without_a_body_is_not_waited_for() -> None:
    assert 0 == ask(Asked(method="GET"), FOREVER).taken


def test_the_environment_is_that_of_the_request_and_not_of_the_process() -> None:
    """PEP 3333; a header with an underscore would pass for another."""
    pairs = [
        ("host", "a.example"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("accept", "x"),
        ("accept", "y"),
        ("x_forwarded_for", "203.0.113.9"),
        ("content-type", "text/plain"),
        ("content-length", "2"),
    ]
    asked = Asked(headers=Names(pairs), path="/é", query_string="a=b", client="[2001:db8::1]:9")
    environ = environ_of(asked, b"ab")
    assert "/é" == environ["PATH_INFO"].encode("latin-1").decode()
    assert ("2001:db8::1", "127.0.0.1", "8000") == tuple(
        environ[name] for name in ("REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT")
    )
    assert ("a.example", "a=1;b=2", "x,y") == tuple(environ[f"HTTP_{name}"] for name in ("HOST", "COOKIE", "ACCEPT"))
    assert ("text/plain", "2", b"ab") == (
        environ["CONTENT_TYPE"],
        environ["CONTENT_LENGTH"],
        environ["wsgi.input"].read(),
    )
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "PATH", "HOME"} & environ.keys()
    assert "b.example" == environ_of(Asked(headers=Names([]), authority="b.example"), b"")["HTTP_HOST"]
