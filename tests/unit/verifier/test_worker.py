"""Workers that can be killed: bounded time, bounded memory, others served meanwhile (threats.md A25, L06)."""

from __future__ import annotations

import gc
import os
import runpy
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import verifier.worker as worker_module
from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from schemas.limits import Limits
from schemas.problems import TAMPERED, ProblemError
from services.patience import patience
from tests.support.issuer_simulator import V2, World
from verifier.canonical_worker import TARGET, GuardedConverter, make_handler
from verifier.verification import verify
from verifier.worker import WorkerDefectError, Workers, answer_to

HERE = "tests.support.worker_handler:make_handler"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(HERE, count=2, memory_bytes=400_000_000)
    made.start()
    yield made
    made.close()


def code(workers: Workers, question: tuple[str, Any], seconds: float = 10.0) -> str:
    with pytest.raises(ProblemError) as caught:
        workers.call(question, seconds=seconds)
    return caught.value.problem.code


def test_an_answer_comes_from_another_process(workers: Workers) -> None:
    pid = workers.call(("pid", None), seconds=10)
    assert pid in workers.pids()
    assert os.getpid() != pid
    assert {"a": [1, 2]} == workers.call(("echo", {"a": [1, 2]}), seconds=10)


def test_a_problem_is_raised_here_as_it_was_there(workers: Workers) -> None:
    with pytest.raises(ProblemError, match="tampered: over there"):
        workers.call(("problem", "over there"), seconds=10)


def test_a_defect_is_told_by_its_kind_alone(workers: Workers) -> None:
    with pytest.raises(WorkerDefectError) as caught:
        workers.call(("defect", "the document said so"), seconds=10)
    assert "ZeroDivisionError" == str(caught.value)


def test_what_takes_too_long_is_killed_and_replaced(workers: Workers) -> None:
    before = workers.pids()
    assert "too-complex" == code(workers, ("sleep", 30), seconds=0.3)
    assert 1 == len(before - workers.pids())
    assert 2 == len(workers.pids())
    assert 7 == workers.call(("echo", 7), seconds=10)


def test_what_takes_too_much_memory_is_refused(workers: Workers) -> None:
    assert "too-complex" == code(workers, ("fill", 10**9))
    assert 1_000 == workers.call(("fill", 1_000), seconds=10)


def test_a_worker_that_was_killed_costs_nobody_an_answer(workers: Workers) -> None:
    assert 7 == workers.call(("echo", 7), seconds=10)
    killed = workers.pids()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert 7 == workers.call(("echo", 7), seconds=10)
    assert 7 == workers.call(("echo", 7), seconds=10)
    assert killed != workers.pids()


def test_a_question_under_which_workers_end_has_no_answer_and_they_are_replaced(workers: Workers) -> None:
    assert "busy" == code(workers, ("die", None))
    assert 7 == workers.call(("echo", 7), seconds=10)


def test_one_who_hangs_does_not_hold_up_another(workers: Workers) -> None:
    """L06."""
    for _ in range(2):
        workers.call(("echo", 0), seconds=10)
    hanging = threading.Thread(target=lambda: code(workers, ("sleep", 30), seconds=3))
    hanging.start()
    assert 7 == workers.call(("echo", 7), seconds=10)
    assert hanging.is_alive()
    hanging.join(30)


def test_when_every_worker_is_busy_one_is_told_so() -> None:
    workers = Workers(HERE, count=1)
    try:
        workers.call(("echo", 0), seconds=10)
        hanging = threading.Thread(target=lambda: workers.call(("sleep", 1), seconds=10))
        hanging.start()
        time.sleep(0.2)
        assert "busy" == code(workers, ("echo", 0), seconds=0.1)
        hanging.join(10)
    finally:
        workers.close()
    assert frozenset() == workers.pids()


def test_time_that_was_spent_before_says_nothing_about_a_question(workers: Workers) -> None:
    assert 7 == workers.call(("echo", 7), seconds=10)
    with patience(0.2):
        assert "busy" == code(workers, ("sleep", 30), seconds=10)


def test_a_worker_that_is_still_starting_is_kept_and_its_asker_told_to_come_back() -> None:
    workers = Workers(HERE, count=1)
    try:
        with patience(0):
            assert "busy" == code(workers, ("echo", 0))
        (pid,) = workers.pids()
        assert 7 == workers.call(("echo", 7), seconds=10)
        assert frozenset({pid}) == workers.pids()
    finally:
        workers.close()


def test_warm_workers_answer_at_once() -> None:
    workers = Workers(HERE, count=2)
    try:
        workers.warm()
        assert all(worker.is_ready for worker in workers._all)
        assert 7 == workers.call(("echo", 7), seconds=10)
    finally:
        workers.close()


def test_workers_that_cannot_start_are_a_defect_before_anybody_is_let_in() -> None:
    workers = Workers("tests.support.worker_handler:no_such_handler", count=1)
    try:
        with pytest.raises(WorkerDefectError, match="did not start"):
            workers.warm()
    finally:
        workers.close()


def test_a_worker_that_cannot_start_is_a_defect() -> None:
    workers = Workers("tests.support.worker_handler:no_such_handler", count=1)
    try:
        with pytest.raises(WorkerDefectError, match="did not start"):
            workers.call(("echo", 0), seconds=10)
    finally:
        workers.close()


def test_a_worker_ends_with_the_one_who_started_it() -> None:
    workers = Workers(HERE, count=1)
    workers.call(("echo", 0), seconds=10)
    (worker,) = workers._all
    worker._line.close()
    assert 0 == worker._process.wait(10)
    workers.close()


def test_workers_that_nobody_closed_end_when_they_are_forgotten() -> None:
    workers = Workers(HERE, count=1)
    workers.call(("echo", 0), seconds=10)
    (pid,) = workers.pids()
    del workers
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_every_way_to_end_has_its_answer() -> None:
    def handler(question: type[BaseException]) -> None:
        raise question

    assert "too-complex" == answer_to(MemoryError, handler)[1].code
    assert "too-complex" == answer_to(RecursionError, handler)[1].code
    assert ("defect", "KeyError") == answer_to(KeyError, handler)


# canonicalising in a worker


@pytest.fixture(scope="module")
def guarded() -> Iterator[GuardedConverter]:
    made = Workers(TARGET, count=2)
    yield GuardedConverter(BundledLoader.open(), made)
    made.close()


def test_a_worker_canonicalises_as_this_process_does(guarded: GuardedConverter) -> None:
    document = World().issuer().badge()
    converter = Converter(BundledLoader.open())
    for hash_name in ("sha256", "sha384"):
        expected = converter.canonical(document, hash_name=hash_name)
        assert expected == guarded.canonical(document, hash_name=hash_name)
        assert expected.encode() == make_handler()((document, hash_name, Limits()))


def test_a_document_is_verified_with_workers(guarded: GuardedConverter) -> None:
    world = World()
    issuer = world.issuer()
    patient = Limits(verification_seconds=60.0, canonicalisation_seconds=60.0)
    report = verify(issuer.signed(issuer.badge(index=1)), world.evidence(converter=guarded, limits=patient))
    report.require_passed()


def poison(size: int) -> dict[str, Any]:
    """Return a credential whose blank nodes are all alike: canonicalising it takes n! steps (A25)."""
    clique = [
        {"type": ["Profile"], "otherIdentifier": [{"type": ["IdentifierEntry"]} for _ in range(size)]}
        for _ in range(size)
    ]
    return {
        "@context": [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": "did:example:poison",
        "credentialSubject": {"type": ["AchievementSubject"], "source": clique},
    }


def test_a_poison_graph_is_answered_in_time_while_others_are_served(guarded: GuardedConverter) -> None:
    """A25: even without a work budget nobody else waits."""
    guarded.canonical(poison(1))
    endless = Limits(canonicalisation_work=10**12, canonicalisation_seconds=1.0)
    ended: list[str] = []

    def attack() -> None:
        try:
            guarded.canonical(poison(12), limits=endless)
        except ProblemError as error:
            ended.append(error.problem.code)

    attacker = threading.Thread(target=attack)
    begun = time.monotonic()
    attacker.start()
    assert guarded.canonical(World().issuer().badge())
    attacker.join(60)
    assert time.monotonic() - begun < 60
    assert ["too-complex"] == ended


def test_a_problem_is_handed_over_whole() -> None:
    def handler(question: str) -> None:
        raise ProblemError(TAMPERED.about(question))

    assert ("problem", TAMPERED.about("x")) == answer_to("x", handler)


def test_the_module_is_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Started without its arguments it ends at once."""
    monkeypatch.setattr("sys.argv", ["worker"])
    with pytest.raises(ValueError, match="expected 3, got 0"):
        runpy.run_path(str(Path(worker_module.__file__)), run_name="__main__")
