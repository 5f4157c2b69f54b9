"""didkit 0.3.3 as a judge, in a child process (docs/decisions/0002)."""

from __future__ import annotations

import importlib.util
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from keys.jwk import public_key_to_jwk
from keys.local_signer import PrivateKey
from keys.multibase import encode_base64url
from tests.support.peer_keys import secret_of


class DIDKit:
    """A child process that answers line by line; a test is skipped where no wheel of didkit runs."""

    def __init__(self) -> None:
        if sys.platform != "linux" or platform.machine() != "x86_64" or sys.version_info >= (3, 13):
            pytest.skip("didkit has wheels for Linux on x86-64 and Python before 3.13 alone")
        if importlib.util.find_spec("didkit") is None:
            pytest.skip("didkit is not installed")
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("didkit_child.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, op: str, **message: Any) -> Any:
        """Return the answer to one question; raise `DIDKitError` with what it said went wrong."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"op": op, **message}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "didkit ended"
        reply = json.loads(line)
        if "error" in reply:
            raise DIDKitError(reply["error"])
        return reply["answer"]

    def close(self) -> int:
        """End the child; return how it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        ended = self._process.wait(timeout=30)
        self._process.stdout.close()
        return ended


class DIDKitError(Exception):
    """What didkit said went wrong."""


def private_jwk(key: PrivateKey) -> dict[str, Any]:
    """Return a key as didkit takes it."""
    return {**public_key_to_jwk(key.public_key()), "d": encode_base64url(bytes.fromhex(secret_of(key)))}
