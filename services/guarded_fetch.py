"""Fetch a stranger's document without being sent anywhere it should not go (threats.md F01 to F14).

    fetcher = GuardedFetcher(limits=limits)
    fetched = fetcher.fetch("https://registrar.example/t/uni/did.json", accept="application/json", max_bytes=65_536)

For every hop: https alone, a host name and no address, no user name; the name is looked up once,
each of its addresses must be public, and the connection goes to an address that was looked at,
with the name in the TLS handshake. Proxies, `.netrc` and cookies are unknown here. Time, size and
redirects are bounded over the whole fetch, however slowly bytes drip.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from schemas.limits import DEFAULT, Limits
from services.fetch import Fetched, FetchFailedError, FetchForbiddenError, FetchTooLargeError
from services.patience import seconds_left

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Sequence[IPAddress]]
"""Returns the addresses of a host; raises `OSError`."""
Policy = Callable[[IPAddress], bool]
"""Says whether an address may be asked."""

_HTTPS_PORT: Final = 443
_USER_PORTS: Final = 1024
_URL_CHARS: Final = 2_048
_URL: Final = re.compile(r"https://[!-~]+")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_LOCAL_SUFFIXES: Final = frozenset({"localhost", "local", "internal", "arpa", "onion", "invalid"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_ADDRESSES_TRIED: Final = 3
_CHUNK: Final = 65_536
_NOT_ASKED: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "fec0::/10",
        "3fff::/20",
        "192.88.99.0/24",
        "192.0.0.0/24",
        "168.63.129.16/32",
    )
)
"""Networks that Python calls global and that translate or document, and where Azure serves its own machines."""


def is_public(address: IPAddress) -> bool:
    """Return whether an address is on the public Internet and stands for no other one.

    Addresses that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64) are refused, or
    judged by the address inside.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    if any(address.version == network.version and address in network for network in _NOT_ASKED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def check_url(url: str) -> SplitResult:
    """Return the parts of an address that may be asked; raise `FetchForbiddenError`."""
    if len(url) > _URL_CHARS or not _URL.fullmatch(url) or "\\" in url:
        raise FetchForbiddenError("only plain https addresses are asked")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise FetchForbiddenError("an address that cannot be read") from None
    if parts.username is not None or parts.password is not None:
        raise FetchForbiddenError("an address with a user name")
    last = host.rpartition(".")[2]
    if not _HOST.fullmatch(host) or last in _LOCAL_SUFFIXES or _NUMBER.fullmatch(last):
        raise FetchForbiddenError("the host is no public name")
    if port is not None and port != _HTTPS_PORT and port < _USER_PORTS:
        raise FetchForbiddenError("a port of another service")
    return parts


def system_lookup(host: str, port: int) -> Sequence[IPAddress]:
    """Ask the operating system for the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


def tls_context(cafile: str | None = None) -> ssl.SSLContext:
    """Return a context that checks names and chains, by the system's roots or those of `cafile`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cafile is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(cafile)
    return context


@dataclass(frozen=True, slots=True)
class _Deadline:
    """When the whole fetch must be over."""

    at: float

    def left(self) -> float:
        """Return the seconds that are left; raise `FetchFailedError` when none are."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise FetchFailedError("no answer in time")
        return seconds


class GuardedFetcher:
    """A `Fetcher` for addresses that strangers wrote."""

    def __init__(
        self,
        *,
        limits: Limits = DEFAULT,
        context: ssl.SSLContext | None = None,
        lookup: Lookup = system_lookup,
        allowed: Policy = is_public,
    ) -> None:
        """Take the limits, the TLS context, how names become addresses, and which may be asked."""
        self._limits = limits
        self._context = context or tls_context()
        self._lookup = lookup
        self._allowed = allowed

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        """Return the answer of the last hop under the address that was asked; raise a `FetchError`."""
        deadline = _Deadline(time.monotonic() + seconds_left(self._limits.fetch_total_seconds))
        address = url
        for _ in range(self._limits.fetch_redirects + 1):
            answer = self._hop(check_url(address), accept, max_bytes, deadline)
            if isinstance(answer, str):
                address = urljoin(address, answer)
                continue
            return Fetched(url, answer.status, answer.content_type, answer.body)
        raise FetchFailedError(f"more than {self._limits.fetch_redirects} redirects")

    def _hop(self, parts: SplitResult, accept: str, max_bytes: int, deadline: _Deadline) -> Fetched | str:
        """Return the answer, or the address that it redirects to."""
        host, port = str(parts.hostname), parts.port or _HTTPS_PORT
        addresses = self._addresses(host, port, deadline)
        connection = self._connect(addresses, port, deadline)
        try:
            # Who talks before the handshake and hangs up makes the wrapping itself fail.
            secured = self._context.wrap_socket(
                connection, server_hostname=host, do_handshake_on_connect=False, suppress_ragged_eofs=False
            )
            with contextlib.closing(secured):
                return _watched(secured, parts, accept, max_bytes, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchFailedError(f"{host}: {type(error).__name__}") from None
        finally:
            connection.close()

    def _addresses(self, host: str, port: int, deadline: _Deadline) -> Sequence[IPAddress]:
        """Look the host up once, within the time; every address must be allowed (F03)."""
        addresses = _within(lambda: self._lookup(host, port), min(self._limits.fetch_connect_seconds, deadline.left()))
        if not addresses:
            raise FetchFailedError(f"{host} has no address")
        if not all(self._allowed(address) for address in addresses):
            raise FetchForbiddenError(f"{host} leads to an address that may not be asked")
        return addresses

    def _connect(self, addresses: Sequence[IPAddress], port: int, deadline: _Deadline) -> socket.socket:
        """Connect to one of the addresses that were looked at, and to no other."""
        for address in addresses[:_ADDRESSES_TRIED]:
            timeout = min(self._limits.fetch_connect_seconds, deadline.left())
            try:
                return socket.create_connection((str(address), port), timeout)
            except OSError:
                continue
        raise FetchFailedError("no connection")


def _watched(
    secured: ssl.SSLSocket, parts: SplitResult, accept: str, max_bytes: int, deadline: _Deadline
) -> Fetched | str:
    """Shake hands, ask and read; a stranger may send one byte at a time for ever, so time shuts the socket."""
    watch = threading.Timer(deadline.left(), _shut, [secured])
    watch.daemon = True
    watch.start()
    try:
        secured.do_handshake()
        return _exchange(secured, parts, accept, max_bytes, deadline)
    finally:
        watch.cancel()


def _exchange(
    secured: ssl.SSLSocket, parts: SplitResult, accept: str, max_bytes: int, deadline: _Deadline
) -> Fetched | str:
    """Ask one question on a connection and read one answer."""
    secured.settimeout(deadline.left())
    secured.sendall(_question(parts, accept))
    response = http.client.HTTPResponse(secured, method="GET")
    response.begin()
    if response.status in _REDIRECTS:
        return response.getheader("Location") or "none:"
    if response.getheader("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
        raise FetchFailedError("the answer is compressed, which was not asked for")
    if response.length is not None and response.length > max_bytes:
        raise FetchTooLargeError(f"more than {max_bytes} bytes")
    body = _body(response, max_bytes, deadline)
    return Fetched("", response.status, response.getheader("Content-Type", ""), body)


def _body(response: http.client.HTTPResponse, max_bytes: int, deadline: _Deadline) -> bytes:
    pieces, size = [], 0
    while piece := response.read1(_CHUNK):
        deadline.left()
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise FetchTooLargeError(f"more than {max_bytes} bytes")
    deadline.left()
    if response.length:
        raise FetchFailedError("the answer was cut off")
    return b"".join(pieces)


def _question(parts: SplitResult, accept: str) -> bytes:
    """Return the request; `check_url` let only printable ASCII without blanks come this far."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = str(parts.hostname) + (f":{parts.port}" if parts.port not in {None, _HTTPS_PORT} else "")
    lines = (
        f"GET {target} HTTP/1.1",
        f"Host: {host}",
        f"Accept: {accept}",
        "Accept-Encoding: identity",
        "User-Agent: parchemin",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _within(ask: Callable[[], Sequence[IPAddress]], seconds: float) -> Sequence[IPAddress]:
    """Return what `ask` returns in time; a resolver that hangs is left behind."""
    answers: queue.SimpleQueue[Sequence[IPAddress] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except (OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise FetchFailedError("the name was not found in time") from None
    if isinstance(answer, Exception):
        raise FetchFailedError("the name was not found") from None
    return answer


def _shut(secured: ssl.SSLSocket) -> None:
    """End the connection under the TLS, whose own state belongs to the thread that reads."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(secured, socket.SHUT_RDWR)
