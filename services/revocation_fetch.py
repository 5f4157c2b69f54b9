"""Ask a certification authority: its revocation lists and its OCSP responder, over http.

    der = RevocationDoor().get("http://crl.authority.example/root.crl")
    der = RevocationDoor().post("http://ocsp.authority.example/", question)

Lists and answers are signed, so plain http is what authorities offer (RFC 5280 section 8, RFC 5019);
the addresses stand in certificates that an operator chose. Even so: each name is looked up once,
every address must be public, the connection goes to the one that was looked at, redirects are not
followed, and size and time are bounded over the whole exchange, however slowly bytes drip.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from typing import Final, Protocol
from urllib.parse import SplitResult, urlsplit

from schemas.limits import DEFAULT, Limits
from services.guarded_fetch import IPAddress, Lookup, Policy, is_public, system_lookup, tls_context

OCSP_REQUEST: Final = "application/ocsp-request"
_OK: Final = 200
_CHUNK: Final = 65_536
_ADDRESSES_TRIED: Final = 3
_PORTS: Final = {"http": 80, "https": 443}


class RevocationUnavailableError(Exception):
    """The authority did not answer, or not as it must; the message names no more than the host."""


class RevocationFetcher(Protocol):
    """Asks an authority for a list or an answer."""

    def get(self, url: str) -> bytes:
        """Return a revocation list; raise `RevocationUnavailableError`."""
        ...

    def post(self, url: str, question: bytes) -> bytes:
        """Return the answer to an OCSP question; raise `RevocationUnavailableError`."""
        ...


class RevocationDoor:
    """A `RevocationFetcher` over the network."""

    def __init__(
        self,
        *,
        limits: Limits = DEFAULT,
        lookup: Lookup = system_lookup,
        allowed: Policy = is_public,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the limits, how names become addresses, which may be asked, and the TLS context."""
        self._limits, self._lookup, self._allowed = limits, lookup, allowed
        self._context = context

    def get(self, url: str) -> bytes:
        """Return a revocation list, DER or PEM."""
        return self._exchange(url, "GET", None, self._limits.crl_bytes)

    def post(self, url: str, question: bytes) -> bytes:
        """Return the answer to an OCSP question (RFC 6960 appendix A.1)."""
        return self._exchange(url, "POST", question, self._limits.ocsp_bytes)

    def _exchange(self, url: str, method: str, body: bytes | None, most: int) -> bytes:
        parts, port = _parts_of(url)
        host = str(parts.hostname)
        until = time.monotonic() + self._limits.fetch_total_seconds
        try:
            connection = self._connected(host, port, secure=parts.scheme == "https")
        except OSError as error:
            raise RevocationUnavailableError(f"{host}: {type(error).__name__}") from None
        # An authority may send one byte at a time for ever: the socket is shut when time is over.
        watch = threading.Timer(max(until - time.monotonic(), 0), _shut, [connection])
        watch.daemon = True
        watch.start()
        try:
            return _answer(connection, parts, method, body, most)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RevocationUnavailableError(f"{host}: {type(error).__name__}") from None
        finally:
            watch.cancel()
            connection.close()

    def _connected(self, host: str, port: int, *, secure: bool) -> socket.socket:
        """Connect to an address that was looked at, and to no other."""
        found = self._lookup(host, port)
        if not found or not all(map(self._allowed, found)):
            raise RevocationUnavailableError(f"{host} leads to no address that may be asked")
        plain = self._reached(found[:_ADDRESSES_TRIED], port)
        plain.settimeout(self._limits.fetch_total_seconds)
        if not secure:
            return plain
        try:
            return (self._context or tls_context()).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def _reached(self, addresses: Sequence[IPAddress], port: int) -> socket.socket:
        """Connect to the first address that answers, such as the IPv4 one where there is no way by IPv6."""
        for address in addresses[:-1]:
            with contextlib.suppress(OSError):
                return socket.create_connection((str(address), port), self._limits.fetch_connect_seconds)
        return socket.create_connection((str(addresses[-1]), port), self._limits.fetch_connect_seconds)


def _parts_of(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        raise RevocationUnavailableError("an address that cannot be read") from None
    if (
        not port
        or parts.scheme not in _PORTS
        or not parts.hostname
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    ):
        raise RevocationUnavailableError("only plain http addresses are asked")
    if parts.username is not None:
        raise RevocationUnavailableError("an address with a user name")
    return parts, port


def _answer(connection: socket.socket, parts: SplitResult, method: str, body: bytes | None, most: int) -> bytes:
    """Ask one question on a connection and read one answer."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "User-Agent: parchemin", "Connection: close"]
    if body is not None:
        lines += [f"Content-Type: {OCSP_REQUEST}", f"Content-Length: {len(body)}"]
    connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii") + (body or b""))
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    if response.status != _OK:
        raise RevocationUnavailableError(f"{parts.hostname} answered {response.status}")
    pieces, size = [], 0
    while piece := response.read1(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise RevocationUnavailableError(f"{parts.hostname} sent more than {most} bytes")
    if response.length:
        raise RevocationUnavailableError(f"{parts.hostname} cut its answer off")
    return b"".join(pieces)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
