"""Answer for the network from a file: development, demonstrations and judges without a network.

    fetcher = FixtureFetcher(Path("fetch.json"))

The file maps an address to what it answers, each member optional but `file`, `stream_bytes` or
`location`:

    {"https://registrar.example/t/uni/did.json": {
        "file": "did.json", "status": 200, "content_type": "application/json",
        "location": "https://elsewhere.example/", "delay_s": 0.2, "stream_bytes": 200000000}}

Files are relative to the map and stay inside its folder. The rules of the real way out hold here
too: forbidden addresses, redirects, sizes and times; every other address is unreachable.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import ProblemError
from services.fetch import Fetched, FetchFailedError, FetchTooLargeError
from services.guarded_fetch import check_url
from services.patience import seconds_left


class FixturesError(ValueError):
    """The file of answers is not of the right form."""


class FixtureFetcher:
    """A `Fetcher` that reads its answers from a file, which is read once."""

    def __init__(self, path: Path, *, limits: Limits = DEFAULT, sleep: Callable[[float], None] = time.sleep) -> None:
        """Read the map; raise `FixturesError`."""
        try:
            answers = strict_json.loads(path.read_bytes(), limits=limits)
        except (OSError, ProblemError) as error:
            raise FixturesError(f"{path.name}: {error}") from None
        if not isinstance(answers, Mapping) or not all(isinstance(answer, Mapping) for answer in answers.values()):
            raise FixturesError(f"{path.name} is no map of addresses to answers")
        self._answers: Mapping[str, Mapping[str, Any]] = answers
        self._folder = path.parent.resolve()
        self._limits = limits
        self._sleep = sleep

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        """Return the answer, whatever its status; raise a `FetchError`."""
        del accept
        address, seconds = url, self._limits.fetch_total_seconds
        for _ in range(self._limits.fetch_redirects + 1):
            check_url(address)
            answer = self._answers.get(address)
            if answer is None:
                raise FetchFailedError("nothing answers at this address")
            seconds -= self._wait(answer, seconds)
            if "location" not in answer:
                return self._answer(url, answer, max_bytes)
            address = urljoin(address, str(answer["location"]))
        raise FetchFailedError(f"more than {self._limits.fetch_redirects} redirects")

    def _wait(self, answer: Mapping[str, Any], seconds: float) -> float:
        """Wait as long as the address would; what takes too long for anybody fails without the waiting."""
        delay = float(answer.get("delay_s", 0))
        if delay >= seconds:
            raise FetchFailedError("no answer in time")
        if delay > 0:
            waited = seconds_left(delay)
            self._sleep(waited)
            if waited < delay:
                raise FetchFailedError("no answer in time")
        return delay

    def _answer(self, url: str, answer: Mapping[str, Any], max_bytes: int) -> Fetched:
        size = int(answer.get("stream_bytes", 0))
        if size > max_bytes:
            raise FetchTooLargeError(f"more than {max_bytes} bytes")
        body = self._file(str(answer["file"]), max_bytes) if "file" in answer else bytes(size)
        content_type = str(answer.get("content_type", "application/json"))
        return Fetched(url, int(answer.get("status", 200)), content_type, body)

    def _file(self, name: str, max_bytes: int) -> bytes:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder):
            raise FetchFailedError("a file outside the folder of the map")
        try:
            with path.open("rb") as file:
                body = file.read(max_bytes + 1)
        except OSError:
            raise FetchFailedError("the file of this address is not there") from None
        if len(body) > max_bytes:
            raise FetchTooLargeError(f"more than {max_bytes} bytes")
        return body
