"""Ask other hosts: the one door through which a verifier reaches strangers.

    fetched = fetcher.fetch("https://registrar.example/t/uni/did.json", accept="application/json", max_bytes=65_536)

A `Fetcher` follows no instruction of a document but the address itself. It tells three things
apart: the address may not be asked (`FetchForbiddenError`), nothing could be had
(`FetchFailedError`), and too much came (`FetchTooLargeError`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `url` is the one that was asked for, whatever redirects led to."""

    url: str
    status: int
    content_type: str
    body: bytes

    @property
    def media_type(self) -> str:
        """Return the content type without parameters, in lower case."""
        return self.content_type.partition(";")[0].strip().lower()


class FetchError(Exception):
    """Nothing was fetched; the message names no more than the host."""


class FetchForbiddenError(FetchError):
    """The address, or one that it redirects to, may not be asked."""


class FetchFailedError(FetchError):
    """The host did not answer, not in time, or not over a connection that can be trusted."""


class FetchTooLargeError(FetchError):
    """The answer is larger than the caller reads."""


class Fetcher(Protocol):
    """Fetches a public document by https."""

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        """Return the answer, whatever its status; raise a `FetchError`."""
        ...


class NoFetcher:
    """Asks nobody: the default of a verifier that works offline."""

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        """Raise `FetchFailedError`."""
        del url, accept, max_bytes
        msg = "the network is not used here"
        raise FetchFailedError(msg)


class MappingFetcher:
    """Answers from a mapping of addresses to answers or errors: for tests and our own addresses."""

    def __init__(self, answers: Mapping[str, Fetched | FetchError | bytes]) -> None:
        """Take what each address answers; bytes stand for a good JSON answer."""
        self._answers = answers

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        """Return or raise what the address holds; unknown addresses are unreachable."""
        del accept
        answer = self._answers.get(url)
        if isinstance(answer, FetchError):
            raise answer
        if answer is None:
            msg = "nothing answers at this address"
            raise FetchFailedError(msg)
        fetched = answer if isinstance(answer, Fetched) else Fetched(url, 200, "application/json", answer)
        if len(fetched.body) > max_bytes:
            msg = f"more than {max_bytes} bytes"
            raise FetchTooLargeError(msg)
        return fetched
