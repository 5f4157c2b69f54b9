"""A second implementation that is asked while issuing: PyLD, in a process of its own.

    with PyLDOracle(loader) as oracle:
        oracle.confirm(document, converter.canonical(document))

If the two disagree about one document, something is wrong with the converter, and nothing more of
the batch may be signed. PyLD takes about a hundred times as long, so issuing asks for the first
document of each template and a sample. It is never asked when verifying: there is no second path
for an attacker to choose.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, cast

from contexts.loader import BundledLoader

_CHILD: Final = Path(__file__).with_name("pyld_child.py")
_CHUNK: Final = 65_536


class OracleDisagreesError(RuntimeError):
    """The second implementation finds another canonical form: stop signing."""


class OracleUnavailableError(RuntimeError):
    """The second implementation gave no answer in time."""


class PyLDOracle:
    """A child process with PyLD; not shared between threads."""

    def __init__(self, loader: BundledLoader, *, seconds: float = 30.0) -> None:
        """Start the child; each answer may take `seconds`."""
        self._seconds = seconds
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and file)
            [sys.executable, "-P", str(_CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self._send({url: loader.load(url) for url in loader.urls()})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def confirm(self, document: Mapping[str, Any], canonical: str) -> None:
        """Raise `OracleDisagreesError` unless PyLD finds `canonical` too.

        Raises `OracleUnavailableError` when the child does not answer; it is ended then. PyLD does
        not escape control characters as RDFC-1.0 asks, so a document with one is reported as a
        disagreement.
        """
        self._send(document)
        answer = self._receive()
        if answer.get("nquads") != canonical:
            found = answer.get("error", "another canonical form")
            msg = f"the second implementation disagrees: {found}"
            raise OracleDisagreesError(msg)

    def close(self) -> None:
        """End the child and wait for it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            with suppress(BrokenPipeError):  # what was still to be written has no reader any more
                pipe.close()

    def _send(self, value: object) -> None:
        if self._input.closed:
            msg = "the second implementation was closed"
            raise OracleUnavailableError(msg)
        left = memoryview(json.dumps(value).encode() + b"\n")
        try:
            while left:
                left = left[self._input.write(left) :]
        except BrokenPipeError:
            msg = "the second implementation has ended"
            raise OracleUnavailableError(msg) from None

    def _receive(self) -> dict[str, Any]:
        """Read one line, or end the child."""
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                chunk = self._output.read(_CHUNK) if selector.select(self._seconds) else b""
                if not chunk:
                    self.close()
                    msg = "the second implementation gave no answer"
                    raise OracleUnavailableError(msg)
                line += chunk
        answer: dict[str, Any] = json.loads(line)
        return answer
