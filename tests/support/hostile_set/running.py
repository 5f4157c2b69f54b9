"""A real server with a network of its own, and the same application asked without one."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_verifier_app
from app.wiring import Choices, make_verifier_parts
from services.clock import Clock
from services.fetch_fixtures import FixtureFetcher
from tests.shared import ROOT
from tests.support.demonstration import environment
from tests.support.hostile_set.judge import Server
from tests.support.hostile_set.world import World

UNHURRIED = 1_000_000
STARTS_WITHIN = 60


@contextmanager
def serving(world: World, folder: Path) -> Iterator[Server]:
    """Run `parchemin serve verifier` in development, its network answered from `world`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "PARCHEMIN_DEVELOPMENT": "1",
        "PARCHEMIN_VAR": str(folder / "var"),
        "PARCHEMIN_FETCH_FIXTURES": str(world.write(folder)),
        "PARCHEMIN_VERIFY_PER_MINUTE": str(UNHURRIED),
    }
    command = [sys.executable, "-m", "app", "serve", "verifier", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**environment(), **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        server = Server(port)
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _wait(server: Server) -> None:
    """Return when the server answers."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            server.post("/v1/verify", b"{}", "application/vc")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError


class Inside:
    """The verifier's application, asked in this process: what depends on no clock and no load."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def post(self, path: str, body: bytes, media_type: str) -> tuple[int, Any, float]:
        """Return status, parsed body and no time at all."""
        answer = self._client.post(path, data=body, content_type=media_type)
        return answer.status_code, answer.get_json(silent=True), 0.0


def inside(world: World, folder: Path, clock: Clock) -> Inside:
    """Return the application with the network of `world`, in which nobody waits."""
    settings = Settings(
        development=True,
        var=folder / "var",
        secret_key="a secret for tests alone",
        verify_per_minute=UNHURRIED,
    )
    fetcher = FixtureFetcher(world.write(folder), sleep=lambda _: None)
    parts = make_verifier_parts(settings, Choices(clock=clock, fetcher=fetcher, public=False))
    app: flask.Flask = create_verifier_app(settings, parts)
    return Inside(app.test_client())
