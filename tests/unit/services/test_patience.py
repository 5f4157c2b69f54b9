"""One bound over many slow steps, and nobody remembers what only failed for lack of time."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from proofs.bitstring_status_list import DEFAULT_TTL_MS
from schemas.problems import ProblemError
from services.fetch import Fetched, FetchFailedError
from services.fetch_cache import CachingFetcher
from services.fetch_fixtures import FixtureFetcher
from services.guarded_fetch import GuardedFetcher
from services.patience import is_over, longest_wait, patience, seconds_left
from verifier.evidence import StatusUnreachableError
from verifier.status import CachedStatusSource

URL = "https://registrar.example/did.json"


class Host:
    """Counts who asks; `fails` until it is told not to."""

    def __init__(self, *, fails: bool) -> None:
        self.asked, self.fails = 0, fails

    def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
        del accept, max_bytes
        self.asked += 1
        if self.fails:
            raise FetchFailedError("no answer in time")
        return Fetched(url, 200, "application/json", b"{}")


class Stopped:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def test_without_patience_every_step_has_its_own_time() -> None:
    assert 5.0 == seconds_left(5.0)
    assert 2.0 == longest_wait(2.0)
    assert not is_over()


def test_patience_shortens_steps_and_lengthens_queues() -> None:
    with patience(50.0):
        assert 5.0 == seconds_left(5.0)
        assert 40.0 < seconds_left(60.0) <= 50.0
        assert 40.0 < longest_wait(2.0) <= 50.0
    assert 60.0 == seconds_left(60.0)


def test_an_inner_patience_never_outlasts_the_outer() -> None:
    with patience(0), patience(50.0):
        assert 0.0 == seconds_left(5.0)
        assert is_over()
    assert not is_over()


def test_a_host_that_answers_too_late_is_waited_for_as_long_as_there_is_patience(tmp_path: Path) -> None:
    (tmp_path / "did.json").write_bytes(b"{}")
    path = tmp_path / "fetch.json"
    path.write_text(json.dumps({URL: {"file": "did.json", "delay_s": 3}}))
    slept: list[float] = []
    fetcher = FixtureFetcher(path, sleep=slept.append)
    assert 200 == fetcher.fetch(URL, accept="", max_bytes=10).status
    with patience(0), pytest.raises(FetchFailedError):
        fetcher.fetch(URL, accept="", max_bytes=10)
    assert [3.0, 0.0] == slept


def test_the_guarded_way_out_asks_nobody_when_no_time_is_left() -> None:
    fetcher = GuardedFetcher(lookup=lambda host, port: pytest.fail(f"{host}:{port} was looked up"))
    with patience(0), pytest.raises(FetchFailedError):
        fetcher.fetch(URL, accept="", max_bytes=10)


def test_a_failure_for_lack_of_time_is_not_remembered() -> None:
    host = Host(fails=True)
    fetcher = CachingFetcher(host, seconds=300)
    with patience(0), pytest.raises(FetchFailedError):
        fetcher.fetch(URL, accept="", max_bytes=10)
    host.fails = False
    assert 200 == fetcher.fetch(URL, accept="", max_bytes=10).status
    assert 2 == host.asked


def test_nobody_waits_longer_for_what_another_asks_than_there_is_patience() -> None:
    asked, answered = threading.Event(), threading.Event()

    class Slow(Host):
        def fetch(self, url: str, *, accept: str, max_bytes: int) -> Fetched:
            asked.set()
            answered.wait(30)
            return super().fetch(url, accept=accept, max_bytes=max_bytes)

    fetcher = CachingFetcher(Slow(fails=False), seconds=300)
    first = threading.Thread(target=fetcher.fetch, args=(URL,), kwargs={"accept": "", "max_bytes": 10})
    first.start()
    asked.wait(30)
    with patience(0), pytest.raises(FetchFailedError):
        fetcher.fetch(URL, accept="", max_bytes=10)
    answered.set()
    first.join(30)
    assert 200 == fetcher.fetch(URL, accept="", max_bytes=10).status


def test_a_status_list_that_somebody_else_waits_for_is_unreachable_when_no_time_is_left() -> None:
    asked, answered, count = threading.Event(), threading.Event(), []

    def fetch(url: str) -> bytes:
        count.append(url)
        asked.set()
        answered.wait(30)
        return b'{"credentialSubject":{"ttl":%d}}' % DEFAULT_TTL_MS

    source = CachedStatusSource(fetch, clock=Stopped())
    first = threading.Thread(target=source.fetch, args=(URL,))
    first.start()
    asked.wait(30)
    with patience(0), pytest.raises(StatusUnreachableError):
        source.fetch(URL)
    answered.set()
    first.join(30)
    assert source.fetch(URL).raw
    assert [URL] == count


def test_a_status_list_that_failed_for_lack_of_time_is_asked_for_again() -> None:
    answers: list[bytes | Exception] = [OSError("no answer in time"), b"{}"]

    def fetch(_url: str) -> bytes:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    source = CachedStatusSource(fetch, clock=Stopped())
    with patience(0), pytest.raises(ProblemError):
        source.fetch(URL)  # the lock is free, so it is asked
    assert b"{}" == source.fetch(URL).raw
