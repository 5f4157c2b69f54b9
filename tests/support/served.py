"""The real server (granian) in a process of its own, on a free port of loopback."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import pytest

from tests.shared import ROOT

_PROGRAM = "import sys; from app.server import run; run(sys.argv[1], bind=sys.argv[2], workers=1)"
_TRIES, _PAUSE = 300, 0.2


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens."""

    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def serving(entry: str, settings: Mapping[str, str], *, log: IO[Any] | int = subprocess.DEVNULL) -> Iterator[Served]:
    """Serve an entry point of `app/serving.py` with these settings; all that it says goes to `log`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    base_url = {"PARCHEMIN_BASE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, entry, f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={**os.environ, "PARCHEMIN_DEVELOPMENT": "1", **base_url, **settings},
        stdout=log,
        stderr=log,
    )
    try:
        _wait_for(port, process)
        yield Served(port, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(_PAUSE)
    pytest.fail("the server does not listen")
