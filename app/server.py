"""Runs the web server: granian, which calls a gateway to an entry point of `app/serving.py` in each worker."""

from __future__ import annotations

import socket
from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from app.gateway import Gateway
from schemas.problems import SETTING_INVALID, ProblemError

_PORTS: Final = 65_536
THREADS: Final = {"verifier": 48}
"""A verifier's threads mostly wait for others: twenty documents that name slow hosts must not fill them."""
_THREADS: Final = 8
_HEADER_MILLISECONDS: Final = 15_000
"""How long a request's first lines may take, and an idle connection may wait for the next request."""


def listening_place(bind: str) -> tuple[str, int]:
    """Return host and port of HOST:PORT once it is known that one can listen there.

    Raises `ProblemError` SETTING_INVALID when that is not an address, or it is taken.
    """
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    if not host or not (port.isascii() and port.isdigit()) or int(port) >= _PORTS:
        raise ProblemError(SETTING_INVALID.about(f"{bind} is not HOST:PORT"))
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ProblemError(SETTING_INVALID.about(f"nobody can listen on {bind}: {error.strerror}")) from error
    return host, int(port)


def run(entry: str, *, bind: str, workers: int = 1) -> None:
    """Serve an entry point of `app/serving.py` on HOST:PORT; SIGTERM finishes what is under way and stops."""
    host, port = listening_place(bind)
    server = Granian(
        f"app.serving:{entry}",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        workers=workers,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.serve(target_loader=cast("Callable[..., Callable[..., object]]", gateway_to))


def gateway_to(target: str) -> Gateway:
    """Return a gateway to `module:function`, in the worker that calls this."""
    module, _, entry = target.partition(":")
    return Gateway(getattr(import_module(module), entry)(), threads=THREADS.get(entry, _THREADS))
