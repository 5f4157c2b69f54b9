"""Independent implementations in Node.js, as child processes that answer line by line.

The packages of `tests/interop/package-lock.json` are installed once, without running any of their
scripts; a lock file keeps parallel test workers from doing it at the same time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import IO, Any

import pytest

from tests.shared import ROOT

INTEROP = ROOT / "tests" / "interop"
CONTEXTS = ROOT / "contexts"


def packages() -> Path:
    """Install the packages if that was not done for this lock file; return the folder `tests/interop`."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node.js is not at hand")
    wanted = hashlib.sha256((INTEROP / "package-lock.json").read_bytes()).hexdigest()
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "interop-install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = INTEROP / "node_modules" / ".parchemin-lock"
        if not mark.exists() or mark.read_text() != wanted:
            result = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=INTEROP,
                capture_output=True,
                text=True,
                check=False,
            )
            if result.returncode:
                pytest.skip(f"the npm packages could not be installed: {result.stderr[-300:]}")
            mark.write_text(wanted)
    return INTEROP


_IPV4_FIRST = {"NODE_OPTIONS": "--dns-result-order=ipv4first"}
"""The sites of the tests listen on 127.0.0.1, and `localhost` may be ::1 first."""


class Judge:
    """A script of `tests/interop/js` that reads one JSON object a line and answers one.

    `authority`: the certificate of an authority that the script believes beside the usual ones.
    """

    def __init__(self, script: str, *arguments: str, authority: Path | None = None) -> None:
        folder = packages()
        extra = {} if authority is None else {"NODE_EXTRA_CA_CERTS": str(authority), **_IPV4_FIRST}
        self._process = subprocess.Popen(
            ["node", str(folder / "js" / script), *arguments],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | extra,
        )

    def ask(self, op: str, **message: Any) -> Any:
        """Return the answer to one question."""
        _pipe(self._process.stdin).write(json.dumps({"op": op, **message}) + "\n")
        _pipe(self._process.stdin).flush()
        line = _pipe(self._process.stdout).readline()
        assert line, "the script ended"
        return json.loads(line)

    def close(self) -> None:
        """End the script and wait for it."""
        _pipe(self._process.stdin).close()
        self._process.wait(timeout=30)
        _pipe(self._process.stdout).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
