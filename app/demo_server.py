"""Serves what the demo made: the web server and the worker, each a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

from rich.console import Console

from app.config import inherited_environment

_STOP_SECONDS = 10


def serve(environ: Mapping[str, str], *, bind: str, console: Console) -> None:
    """Serve until interrupted; then end both processes, and wait for them."""
    environment = {**inherited_environment(), **environ}
    console.print(f"\n[bold]serving http://{bind}[/]  (Ctrl-C ends it)", highlight=False)
    commands = (["app.demo_server", bind], ["app", "worker"])
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell starts background jobs with SIGINT ignored
        signal.signal(number, _interrupt)
    children = [subprocess.Popen([sys.executable, "-m", *command], env=environment) for command in commands]  # noqa: S603 (our own modules)
    try:
        children[0].wait()
    except KeyboardInterrupt:
        console.print("ending")
    finally:
        for child in children:
            child.terminate()
        for child in children:
            _wait_or_kill(child)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _wait_or_kill(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    from app.server import run

    run("demonstration", bind=sys.argv[1])
