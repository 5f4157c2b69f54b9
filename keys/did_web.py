"""did:web: an identifier whose document stands at an https address (The did:web Method).

address_of("did:web:registrar.example:t:uni")     # https://registrar.example/t/uni/did.json
WebResolver(fetcher).resolve("did:web:registrar.example:t:uni")
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from keys import controlled_document
from keys.did import split_did
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    DID_DOCUMENT_INVALID,
    DID_INVALID,
    DID_UNRESOLVED,
    NETWORK_FORBIDDEN,
    TOO_COMPLEX,
    TOO_LARGE,
    ProblemError,
)
from services.fetch import Fetched, Fetcher, FetchError, FetchForbiddenError, FetchTooLargeError

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._-]+")
_JSON: Final = re.compile(r"application/(?:(?:[a-z0-9.-]+\+)*json|did)")
_LOCAL_SUFFIXES: Final = frozenset({"localhost", "local", "internal", "arpa", "onion", "invalid"})
_HOST_CHARS: Final = 253
_PORTS: Final = 65_536
_OK: Final = 200
_ACCEPT: Final = "application/did+json, application/did+ld+json, application/json"


def address_of(did: str, *, limits: Limits = DEFAULT) -> str:
    """Return the https address of the document.

    Raises `ProblemError`: `DID_INVALID` for another method, other spellings of the host (capitals,
    a final dot, percent signs), user names, empty, dotted or encoded path segments (threats.md
    F02); `NETWORK_FORBIDDEN` for hosts that are no public name, such as IP addresses in any
    notation and `localhost` (F01). That a name leads to a public address is for the fetcher to see.
    """
    method, identifier = split_did(did, limits=limits)
    if method != "web":
        raise ProblemError(DID_INVALID.about("not a did:web"))
    first, *segments = identifier.split(":")
    for host in (unquote(identifier), unquote(first)):
        _refuse_ip(host)
    host, port = _split_port(first)
    _check_host(host)
    for segment in segments:
        if not _SEGMENT.fullmatch(segment) or segment.strip(".") == "":
            raise ProblemError(DID_INVALID.about("a did:web with a path that is not plain"))
    path = "/".join(segments) if segments else ".well-known"
    return f"https://{host}{port}/{path}/did.json"


class WebResolver:
    """Resolves did:web through a fetcher; keeps nothing (`services.fetch_cache` does)."""

    def __init__(self, fetcher: Fetcher, *, limits: Limits = DEFAULT) -> None:
        """Take the fetcher that guards the way out."""
        self._fetcher = fetcher
        self._limits = limits

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the document; see `keys.resolver.DIDResolver` for what is raised."""
        answer = fetched(
            self._fetcher,
            address_of(did, limits=self._limits),
            accept=_ACCEPT,
            max_bytes=self._limits.did_document_bytes,
        )
        if not _JSON.fullmatch(answer.media_type):
            raise ProblemError(DID_DOCUMENT_INVALID.about("its host sent something else than JSON"))
        return read_document(answer.body, did, limits=self._limits)


def fetched(fetcher: Fetcher, address: str, *, accept: str, max_bytes: int) -> Fetched:
    """Return what an identifier's host answered with status 200, whatever its media type.

    Raises `ProblemError`: NETWORK_FORBIDDEN, TOO_LARGE or DID_UNRESOLVED.
    """
    try:
        answer = fetcher.fetch(address, accept=accept, max_bytes=max_bytes)
    except FetchForbiddenError as error:
        raise ProblemError(NETWORK_FORBIDDEN.about(str(error))) from None
    except FetchTooLargeError as error:
        raise ProblemError(TOO_LARGE.about(f"what describes the identifier: {error}")) from None
    except FetchError as error:
        raise ProblemError(DID_UNRESOLVED.about(str(error))) from None
    if answer.status != _OK:
        raise ProblemError(DID_UNRESOLVED.about(f"its host answered {answer.status}"))
    return answer


def read_document(raw: bytes, did: str, *, limits: Limits = DEFAULT) -> Mapping[str, Any]:
    """Return the DID document in `raw`, checked against `did`."""
    if len(raw) > limits.did_document_bytes:
        raise ProblemError(TOO_LARGE.about("the DID document"))
    try:
        document = strict_json.loads(raw, limits=limits)
    except ProblemError as error:
        if error.problem.code in {TOO_LARGE.code, TOO_COMPLEX.code}:
            raise
        raise ProblemError(DID_DOCUMENT_INVALID.about(error.problem.detail)) from None
    return controlled_document.check(document, did)


def _split_port(first: str) -> tuple[str, str]:
    """Return host and `:port` of the first part, whose colon is percent-encoded."""
    host, encoded, port = first.replace("%3a", "%3A").partition("%3A")
    if "%" in host:
        raise ProblemError(DID_INVALID.about("a did:web with an encoded host"))
    if not encoded:
        return host, ""
    if not _PORT.fullmatch(port) or int(port) >= _PORTS:
        raise ProblemError(DID_INVALID.about("a did:web with a port that is none"))
    return host, f":{port}"


def _check_host(host: str) -> None:
    labels = host.removesuffix(".").split(".")
    private = len(labels) == 1 or labels[-1] in _LOCAL_SUFFIXES or _NUMBER.fullmatch(labels[-1])
    if host and private:
        raise ProblemError(NETWORK_FORBIDDEN.about("a did:web whose host is no public name"))
    if len(host) > _HOST_CHARS or not _HOST.fullmatch(host):
        raise ProblemError(DID_INVALID.about("a did:web whose host is not in its one spelling"))


def _refuse_ip(host: str) -> None:
    """Refuse an IPv6 address, whose colons look like path segments."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return
    raise ProblemError(NETWORK_FORBIDDEN.about("a did:web whose host is an address"))
