"""Takes requests in for the application: whole bodies in bounded time, and a thread only for those who have one.

    gateway = Gateway(app, threads=48)        # granian calls it (RSGI)

Where a thread reads the body, whoever sends one byte by byte holds that thread: 48 such clients, and nobody
else is answered (threats.md L01). Here the event loop reads it, which costs a slow client some kilobytes, and
the application (WSGI, PEP 3333) is called in a thread once all of it is there. A body that comes too slowly is
answered 408, one beyond the bound of its endpoint is not read to its end, and those under way together hold
no more memory than `Patience` says.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from app.problems import MEDIA_TYPE, without_words
from app.security import body_limit
from services.log import logger

if TYPE_CHECKING:
    import flask

Answer = tuple[int, list[tuple[str, str]], bytes]
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_RETRY_SECONDS: Final = 5


class Headers(Protocol):
    """The headers of a request, their names in small letters (RSGI 1.6)."""

    def keys(self) -> list[str]:
        """Return each name once."""
        ...

    def get_all(self, key: str) -> list[str]:
        """Return every value of a name."""
        ...


class Scope(Protocol):
    """What a request says before its body (RSGI 1.6)."""

    @property
    def headers(self) -> Headers:
        """Return the headers."""
        ...

    authority: str | None
    client: str
    http_version: str
    method: str
    path: str
    query_string: str
    scheme: str
    server: str


class Line(Protocol):
    """The way to a client: its body comes in pieces, one answer goes back (RSGI 1.6)."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Return the pieces."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a body may take, and how many bytes of bodies may be held at once.

    A body has `seconds` in which nothing may come, and all in all `seconds` and more for what has come by
    then: it may go on while its average is above `bytes_per_second`. So a large file by a slow line arrives,
    and a drip does not.
    """

    seconds: float = 20.0
    bytes_per_second: float = 8_192.0
    held_bytes: int = 268_435_456


class _RefusedError(Exception):
    """A request that is answered without the application."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Gateway:
    """Calls one application; everything but the application runs in one event loop."""

    def __init__(self, app: flask.Flask, *, threads: int, patience: Patience | None = None) -> None:
        """Answer with `app`, so many requests at a time."""
        self._app = app
        self._patience = patience or Patience()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._held = 0

    async def __rsgi__(self, scope: Scope, protocol: Line) -> None:
        """Answer one request."""
        body = bytearray()
        try:
            await self._receive(scope, protocol, body)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._pool, self._call, environ_of(scope, body))
        except _RefusedError as refused:
            answer = refusal(refused.status)
        finally:
            self._held -= len(body)
        protocol.response_bytes(*answer)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the threads; those who are at work finish."""
        del loop
        self._pool.shutdown()

    async def _receive(self, scope: Scope, protocol: Line, body: bytearray) -> None:
        """Fill `body`; leave it empty where its length alone is refused, and cut off beyond the bound.

        The application refuses both, since it knows how to say so.
        """
        announced = scope.headers.get_all("content-length")
        if scope.method in _BODILESS and not announced:
            return
        most = self._bound(scope)
        if announced and not (announced[0].isdecimal() and int(announced[0]) <= most):
            return
        begun, pieces = time.monotonic(), aiter(protocol)
        while len(body) <= most:
            patient = self._patience.seconds
            left = patient + len(body) / self._patience.bytes_per_second - (time.monotonic() - begun)
            try:
                piece = await asyncio.wait_for(anext(pieces), min(left, patient))
            except StopAsyncIteration:
                if announced and len(body) < int(announced[0]):
                    raise _RefusedError(HTTPStatus.BAD_REQUEST) from None  # who sent it has gone: half is not judged
                return
            except TimeoutError:
                raise _RefusedError(HTTPStatus.REQUEST_TIMEOUT) from None
            if self._held + len(piece) > self._patience.held_bytes:
                raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE)
            body += piece
            self._held += len(piece)

    def _bound(self, scope: Scope) -> int:
        """Return how many bytes the endpoint takes."""
        try:
            endpoint, _ = self._app.url_map.bind("").match(scope.path, scope.method)
        except HTTPException:
            endpoint = ""
        return body_limit(self._app, endpoint)

    def _call(self, environ: dict[str, Any]) -> Answer:
        """Return the application's answer; what escapes from it is a defect of ours and is logged without words."""
        try:
            content, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        except Exception as error:  # noqa: BLE001 (the edge of the process: an answer must leave)
            logger("gateway").error("the application raised", **without_words(error))
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
        return int(status.partition(" ")[0]), list(headers), b"".join(content)


def environ_of(scope: Scope, body: bytes | bytearray) -> dict[str, Any]:
    """Return the WSGI environment of a request whose body is there; it holds nothing of the process's own.

    A header with an underscore in its name is left out: it would pass for another (`X_Forwarded_For`).
    """
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name in scope.headers.keys():  # noqa: SIM118 (no mapping: a name has several values)
        if "_" not in name:
            joint = ";" if name == "cookie" else ","
            environ["HTTP_" + name.upper().replace("-", "_")] = joint.join(scope.headers.get_all(name))
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{name}" in environ:
            environ[name] = environ.pop(f"HTTP_{name}")
    environ.setdefault("HTTP_HOST", scope.authority or "")
    return environ


def refusal(status: HTTPStatus) -> Answer:
    """Return an answer without the application, as a problem of no type of its own (RFC 9457, section 4.2.1)."""
    told = {"type": "about:blank", "title": status.phrase, "status": status.value}
    headers = [("content-type", MEDIA_TYPE), ("cache-control", "no-store"), ("connection", "close")]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("retry-after", str(_RETRY_SECONDS)))
    return status.value, headers, json.dumps(told).encode()
