"""The demo's output, made once for all tests that look at it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT

LEARNERS = "2"


def command(folder: Path, *arguments: str) -> list[str]:
    """Return the command that runs the demo once in a folder."""
    return [sys.executable, "-m", "app", "demo", "--once", "--out", str(folder), "--learners", LEARNERS, *arguments]


def environment() -> dict[str, str]:
    """Return the environment without settings of ours."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PARCHEMIN_")}


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the demo to its end."""
    return subprocess.run(
        command(folder), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=300
    )


def output(base: Path) -> Path:
    """Return the folder of a finished demo, made by the first of several test workers that asks."""
    folder = base / "demonstration"
    with (base / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "summary.json").exists():
            done = run(folder)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return folder
