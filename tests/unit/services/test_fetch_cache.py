"""Answers are kept for a while, failures briefly, and one question stands for many."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from services import fetch_cache
from services.fetch import Fetched, FetchError, FetchFailedError, FetchForbiddenError
from services.fetch_cache import MOST_BYTES, CachingFetcher
from services.patience import patience

URL = "https://registrar.example/did.json"


class Counting:
    """Answers by a function and counts."""

    def __init__(self, answer: Callable[[int], Fetched | FetchError]) -> None:
        self.asked: list[str] = []
        self._answer = answer

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        del accept, max_bytes
        self.asked.append(url)
        outcome = self._answer(len(self.asked))
        if isinstance(outcome, FetchError):
            raise outcome
        return outcome


def _get(fetcher: CachingFetcher, url: str = URL, max_bytes: int = 100) -> Fetched:
    return fetcher.fetch(url, accept="application/json", max_bytes=max_bytes)


def _numbered(number: int) -> Fetched:
    return Fetched(URL, 200, "application/json", str(number).encode())


def test_an_answer_is_kept_until_its_time_is_over() -> None:
    now = [0.0]
    fetcher = CachingFetcher(Counting(_numbered), seconds=300, monotonic=lambda: now[0])
    bodies = []
    for moment in (0.0, 299.9, 300.0, 301.0):
        now[0] = moment
        bodies.append(_get(fetcher).body)
    assert [b"1", b"1", b"2", b"2"] == bodies


@pytest.mark.parametrize("bad", [FetchFailedError("away"), Fetched(URL, 500, "", b""), Fetched(URL, 404, "", b"")])
def test_a_failure_is_forgotten_after_half_a_minute(bad: Fetched | FetchError) -> None:
    """F14: an outage is not remembered for long."""
    now = [0.0]
    source = Counting(lambda number: bad if number == 1 else _numbered(number))
    fetcher = CachingFetcher(source, seconds=300, monotonic=lambda: now[0])
    for moment in (0.0, 29.9):
        now[0] = moment
        if isinstance(bad, FetchError):
            with pytest.raises(FetchFailedError, match="away"):
                _get(fetcher)
        else:
            assert bad == _get(fetcher)
    now[0] = 30.0
    assert (b"2", 2) == (_get(fetcher).body, len(source.asked))


def test_the_key_is_the_address_that_was_asked_for() -> None:
    """F14: an answer reached by redirect is not found under the address it came from."""
    source = Counting(_numbered)
    fetcher = CachingFetcher(source, seconds=300)
    _get(fetcher, "https://attacker.example/redirects-to-victim")
    _get(fetcher, URL)
    _get(fetcher, URL, max_bytes=7)
    assert ["https://attacker.example/redirects-to-victim", URL, URL] == source.asked


def test_a_forbidden_address_pushes_nothing_out() -> None:
    source = Counting(lambda number: _numbered(number) if number == 1 else FetchForbiddenError("no"))
    fetcher = CachingFetcher(source, seconds=300, entries=1)
    _get(fetcher)
    with pytest.raises(FetchForbiddenError):
        _get(fetcher, "https://inside.example/")
    assert b"1" == _get(fetcher).body


def test_the_one_not_used_for_longest_is_forgotten_first() -> None:
    source = Counting(_numbered)
    fetcher = CachingFetcher(source, seconds=300, entries=2)
    for url in ("https://a.example/", "https://b.example/", "https://a.example/", "https://c.example/"):
        _get(fetcher, url)
    assert b"1" == _get(fetcher, "https://a.example/").body
    assert b"4" == _get(fetcher, "https://b.example/").body


def test_two_hundred_who_ask_at_once_make_one_request() -> None:
    """L07."""
    release = threading.Event()

    def slow(number: int) -> Fetched:
        release.wait(10)
        return _numbered(number)

    source = Counting(slow)
    fetcher = CachingFetcher(source, seconds=300)
    bodies: list[bytes] = []
    threads = [threading.Thread(target=lambda: bodies.append(_get(fetcher).body)) for _ in range(200)]
    for thread in threads:
        thread.start()
    release.set()
    for thread in threads:
        thread.join(10)
    assert [b"1"] * 200 == bodies
    assert [URL] == source.asked


def test_nobody_waits_for_ever_when_the_one_who_asked_broke_down() -> None:
    def breaks(_number: int) -> Fetched:
        raise KeyboardInterrupt

    fetcher = CachingFetcher(Counting(breaks), seconds=300)
    with pytest.raises(KeyboardInterrupt):
        _get(fetcher)
    with pytest.raises(FetchError, match="not finished"):
        _get(fetcher)


def test_answers_together_hold_no_more_than_a_bound() -> None:
    """Strangers choose what is fetched, so they must not choose how much is kept."""
    large = Fetched(URL, 200, "application/json", bytes(MOST_BYTES // 3))
    source = Counting(lambda _number: large)
    fetcher = CachingFetcher(source, seconds=300)
    for url in ("a", "b", "c", "a", "d", "a", "c", "b"):
        _get(fetcher, url)
    assert ["a", "b", "c", "d", "b"] == source.asked


def test_who_waited_for_somebody_without_time_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that used its time up must not spoil the question of another one."""
    asked, waiting, ended = threading.Event(), threading.Event(), threading.Event()
    landed = fetch_cache._landed

    def noticed(flight: Any) -> Fetched | FetchError:
        waiting.set()  # the one who asks comes here when the answer is there, the one who waits before
        return landed(flight)

    monkeypatch.setattr(fetch_cache, "_landed", noticed)

    def answer(number: int) -> Fetched | FetchError:
        if number > 1:
            return _numbered(number)
        asked.set()
        assert ended.wait(10)
        return FetchFailedError("no answer in time")

    source = Counting(answer)
    fetcher = CachingFetcher(source, seconds=300)
    failed: list[FetchError] = []

    def impatient() -> None:
        with patience(0.0):
            try:
                _get(fetcher)
            except FetchError as error:
                failed.append(error)

    first = threading.Thread(target=impatient)
    first.start()
    assert asked.wait(10)
    bodies: list[bytes] = []
    second = threading.Thread(target=lambda: bodies.append(_get(fetcher).body))
    second.start()
    assert waiting.wait(10)
    ended.set()
    first.join(10)
    second.join(10)
    assert ([b"2"], 1, 2) == (bodies, len(failed), len(source.asked))


def test_who_has_no_time_left_does_not_wait_for_somebody_else() -> None:
    asked, ended = threading.Event(), threading.Event()

    def answer(number: int) -> Fetched:
        asked.set()
        assert ended.wait(10)
        return _numbered(number)

    fetcher = CachingFetcher(Counting(answer), seconds=300)
    first = threading.Thread(target=_get, args=(fetcher,))
    first.start()
    assert asked.wait(10)
    with patience(0.0), pytest.raises(FetchFailedError, match="in time"):
        _get(fetcher)
    ended.set()
    first.join(10)
    assert b"1" == _get(fetcher).body
