"""What every job queue does, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from services.clock import StoppedClock
from services.database import Database
from services.jobs import Job, JobQueue, JobState, LeaseLostError
from services.jobs_database import MAX_FAILURES, MAX_LOST_LEASES, DatabaseJobQueue, jobs_table
from tests.support.databases import ENGINES, database_url

LEASE = timedelta(minutes=5)
METADATA = MetaData()
JOBS = jobs_table(METADATA)


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database_url(request.param, tmp_path) as url:
        database = Database(url)
        METADATA.create_all(database.engine)
        yield database
        database.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime(2026, 6, 1, 12, tzinfo=UTC))


@pytest.fixture
def queue(database: Database, clock: StoppedClock) -> DatabaseJobQueue:
    return DatabaseJobQueue(database, JOBS, clock)


def put(database: Database, queue: JobQueue, key: str, kind: str = "mail", **payload: object) -> bool:
    with database.session() as session:
        return queue.put(session, kind=kind, key=key, payload=payload)


def take(queue: JobQueue, *kinds: str) -> Job:
    job = queue.claim(kinds or ("mail",), lease=LEASE)
    assert job is not None
    return job


def test_a_job_is_taken_with_what_was_put(database: Database, queue: JobQueue) -> None:
    assert put(database, queue, "a", to="Zoé")
    job = take(queue)
    assert ("mail", "a", {"to": "Zoé"}, 1) == (job.kind, job.key, job.payload, job.attempt)


def test_the_same_kind_and_key_make_no_second_row_even_when_done(database: Database, queue: JobQueue) -> None:
    assert put(database, queue, "a", n=1)
    assert not put(database, queue, "a", n=2)
    job = take(queue)
    assert {"n": 1} == job.payload
    queue.done(job)
    assert not put(database, queue, "a", n=3)
    assert queue.claim(("mail",), lease=LEASE) is None
    assert put(database, queue, "a", kind="other")


def test_a_job_put_in_a_transaction_that_fails_does_not_exist(database: Database, queue: JobQueue) -> None:
    def put_and_fail() -> None:
        with database.session() as session:
            queue.put(session, kind="mail", key="a", payload={})
            raise LookupError

    with pytest.raises(LookupError):
        put_and_fail()
    assert dict.fromkeys(JobState, 0) == dict(queue.counts())


def test_jobs_are_taken_in_order_and_only_of_the_kinds_asked_for(database: Database, queue: JobQueue) -> None:
    for key in ("1", "2"):
        put(database, queue, key)
    put(database, queue, "3", kind="other")
    assert ["1", "2"] == [take(queue).key, take(queue).key]
    assert queue.claim(("mail",), lease=LEASE) is None
    assert "3" == take(queue, "mail", "other").key


def test_a_leased_job_is_taken_again_only_when_the_lease_ran_out(
    database: Database, queue: JobQueue, clock: StoppedClock
) -> None:
    put(database, queue, "a")
    take(queue)
    clock.moment += LEASE - timedelta(seconds=1)
    assert queue.claim(("mail",), lease=LEASE) is None
    clock.moment += timedelta(seconds=1)
    assert 2 == take(queue).attempt


def test_a_worker_whose_lease_ran_out_can_neither_finish_nor_fail_the_job(
    database: Database, queue: JobQueue, clock: StoppedClock
) -> None:
    put(database, queue, "a")
    late = take(queue)
    clock.moment += LEASE
    current = take(queue)
    with pytest.raises(LeaseLostError):
        queue.done(late)
    with pytest.raises(LeaseLostError):
        queue.failed(late, "too late")
    queue.done(current)
    with pytest.raises(LeaseLostError):
        queue.done(current)
    assert 1 == queue.counts()[JobState.DONE]


def test_the_third_failure_parks_the_job_and_says_why(
    database: Database, queue: DatabaseJobQueue, clock: StoppedClock
) -> None:
    put(database, queue, "a")
    for turn in range(MAX_FAILURES):
        clock.moment += timedelta(hours=1)
        queue.failed(take(queue), f"no luck {turn}")
    clock.moment += timedelta(days=1)
    assert queue.claim(("mail",), lease=LEASE) is None
    assert [("a", "no luck 2")] == [(job.key, job.reason) for job in queue.parked()]


def test_after_a_failure_the_job_rests_before_it_is_tried_again(
    database: Database, queue: JobQueue, clock: StoppedClock
) -> None:
    put(database, queue, "a")
    queue.failed(take(queue), "busy")
    assert queue.claim(("mail",), lease=LEASE) is None
    clock.moment += timedelta(seconds=10)
    assert 2 == take(queue).attempt


def test_a_parked_job_can_be_tried_again_by_hand(
    database: Database, queue: DatabaseJobQueue, clock: StoppedClock
) -> None:
    put(database, queue, "a")
    for _ in range(MAX_FAILURES):
        clock.moment += timedelta(hours=1)
        queue.failed(take(queue), "no luck")
    parked = queue.parked()[0].id
    assert queue.try_again(parked)
    assert not queue.try_again(parked)
    queue.done(take(queue))


def test_a_job_that_kills_every_worker_is_parked(
    database: Database, queue: DatabaseJobQueue, clock: StoppedClock
) -> None:
    put(database, queue, "poison")
    put(database, queue, "good")
    for _ in range(MAX_LOST_LEASES):
        assert "poison" == take(queue).key
        clock.moment += LEASE
    assert "good" == take(queue).key
    assert ["poison"] == [job.key for job in queue.parked()]


def test_the_only_worker_takes_its_leases_back_as_it_starts(database: Database, queue: DatabaseJobQueue) -> None:
    put(database, queue, "a")
    before = take(queue)
    assert 1 == queue.recover()
    again = take(queue)
    with pytest.raises(LeaseLostError):
        queue.done(before)
    queue.done(again)


def test_a_finished_job_keeps_no_payload(database: Database, queue: JobQueue) -> None:
    """K13: what a message said about a person does not stay in the ledger."""
    put(database, queue, "a", email="zoe@example.org")
    queue.done(take(queue))
    with database.reading() as session:
        assert {} == session.execute(select(JOBS.c.payload)).scalar_one()


def test_a_job_is_finished_in_the_transaction_of_its_effect(database: Database, queue: JobQueue) -> None:
    put(database, queue, "a")
    job = take(queue)

    def finish_and_fail() -> None:
        with database.session() as session:
            queue.done(job, session=session)
            raise LookupError

    with pytest.raises(LookupError):
        finish_and_fail()
    assert 1 == queue.counts()[JobState.LEASED]
    with database.session() as session:
        queue.done(job, session=session)
    assert 1 == queue.counts()[JobState.DONE]
