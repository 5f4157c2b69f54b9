"""Fetching status lists: kept for a while, one request for many, honest about what it could not get."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from schemas.problems import NETWORK_FORBIDDEN, TOO_LARGE, ProblemError
from services.clock import StoppedClock
from services.patience import patience
from verifier.evidence import StatusUnreachableError
from verifier.status import KEEP, KEEP_ERRORS, CachedStatusSource, LocalStatusSource

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
URL = "https://registrar.parchemin.example/status/1"
LIST = b'{"credentialSubject": {"ttl": 300000}}'


class Web:
    """Answers with what it was told, and counts."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


def test_a_list_is_kept_for_a_minute(clock: StoppedClock) -> None:
    web = Web(LIST)
    source = CachedStatusSource(web, clock=clock)
    first = source.fetch(URL)
    assert (LIST, NOW) == (first.raw, first.fetched_at)
    clock.moment = NOW + KEEP - timedelta(seconds=1)
    assert first is source.fetch(URL)
    clock.moment = NOW + KEEP
    assert clock.moment == source.fetch(URL).fetched_at
    assert [URL, URL] == web.asked


def test_a_list_with_a_shorter_time_to_live_is_fetched_sooner(clock: StoppedClock) -> None:
    web = Web(b'{"credentialSubject": {"ttl": 10000}}')
    source = CachedStatusSource(web, clock=clock)
    source.fetch(URL)
    clock.moment = NOW + timedelta(seconds=10)
    source.fetch(URL)
    assert 2 == len(web.asked)


@pytest.mark.parametrize("raw", [b"eyJ.x.y", b"[]"])
def test_what_is_no_json_object_is_kept_for_a_minute_too(clock: StoppedClock, raw: bytes) -> None:
    web = Web(raw)
    source = CachedStatusSource(web, clock=clock)
    source.fetch(URL)
    clock.moment = NOW + KEEP - timedelta(seconds=1)
    assert raw == source.fetch(URL).raw
    assert 1 == len(web.asked)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectionRefusedError(), "status-unreachable"),
        (TimeoutError(), "status-unreachable"),
        (ProblemError(TOO_LARGE.about()), "status-unreachable"),
        (ProblemError(NETWORK_FORBIDDEN.about()), "network-forbidden"),
    ],
)
def test_a_list_that_could_not_be_had_is_asked_for_again_after_half_a_minute(
    clock: StoppedClock, error: Exception, code: str
) -> None:
    """F14: an outage is not remembered for long."""
    web = Web(error, LIST)
    source = CachedStatusSource(web, clock=clock)
    for _ in range(2):
        with pytest.raises(StatusUnreachableError) as caught:
            source.fetch(URL)
        assert code == caught.value.problem.code
        assert None is caught.value.last_known
    assert 1 == len(web.asked)
    clock.moment = NOW + KEEP_ERRORS
    assert LIST == source.fetch(URL).raw


def test_in_an_outage_the_last_list_is_used_for_its_own_time_to_live_and_said_to_be_of_its_time(
    clock: StoppedClock,
) -> None:
    """X12."""
    web = Web(LIST, OSError())
    source = CachedStatusSource(web, clock=clock)
    first = source.fetch(URL)
    clock.moment = NOW + timedelta(minutes=4)
    assert first is source.fetch(URL)
    assert NOW == source.fetch(URL).fetched_at
    clock.moment = NOW + timedelta(minutes=5)
    with pytest.raises(StatusUnreachableError) as caught:
        source.fetch(URL)
    assert first is caught.value.last_known


def test_many_who_ask_at_once_cause_one_request(clock: StoppedClock) -> None:
    """L07."""
    gate = threading.Event()
    asked: list[str] = []

    def slow(url: str) -> bytes:
        asked.append(url)
        gate.wait(5)
        return LIST

    source = CachedStatusSource(slow, clock=clock)
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda: got.append(source.fetch(URL).raw)) for _ in range(20)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join(5)
    assert [LIST] * 20 == got
    assert [URL] == asked


def test_one_slow_address_does_not_hold_up_another(clock: StoppedClock) -> None:
    gate = threading.Event()

    def fetch(url: str) -> bytes:
        if url == URL:
            gate.wait(5)
        return LIST

    source = CachedStatusSource(fetch, clock=clock)
    waiting = threading.Thread(target=source.fetch, args=(URL,))
    waiting.start()
    assert LIST == source.fetch(URL + "2").raw
    gate.set()
    waiting.join(5)
    assert not waiting.is_alive()


def test_the_least_recently_asked_address_is_forgotten_first(clock: StoppedClock) -> None:
    web = Web(LIST)
    source = CachedStatusSource(web, clock=clock, size=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        source.fetch(URL + name)
    assert [URL + name for name in ("a", "b", "c", "b")] == web.asked


def test_lists_of_our_own_process_are_read_and_not_fetched(clock: StoppedClock) -> None:
    web = Web(b"from the web")
    own = {URL: LIST}
    source = LocalStatusSource(
        "https://registrar.parchemin.example/status/",
        own.get,
        clock=clock,
        otherwise=CachedStatusSource(web, clock=clock),
    )
    assert (LIST, NOW) == ((received := source.fetch(URL)).raw, received.fetched_at)
    with pytest.raises(StatusUnreachableError, match="no such list"):
        source.fetch(URL + "0")
    assert [] == web.asked
    assert b"from the web" == source.fetch("https://elsewhere.example/status/1").raw


def test_nobody_waits_longer_for_another_s_question_than_there_is_patience(clock: StoppedClock) -> None:
    """L07: two hundred stand behind one slow fetch; each of them is answered in its own time."""
    asked, go_on = threading.Event(), threading.Event()

    def slow(_url: str) -> bytes:
        asked.set()
        go_on.wait(30)
        return LIST

    source = CachedStatusSource(slow, clock=clock)
    first = threading.Thread(target=source.fetch, args=(URL,))
    first.start()
    try:
        assert asked.wait(30)
        with patience(0.0), pytest.raises(StatusUnreachableError, match="no answer in time"):
            source.fetch(URL)
    finally:
        go_on.set()
        first.join(30)
    assert LIST == source.fetch(URL).raw
