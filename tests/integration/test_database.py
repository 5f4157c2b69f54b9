"""SQLite and PostgreSQL behave alike where we rely on them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from services.clock import SystemClock
from services.database import Database, UtcDateTime, make_engine
from services.jobs import JobState
from services.jobs_database import DatabaseJobQueue, jobs_table
from tests.support.databases import ENGINES, database_url

METADATA = MetaData()
JOBS = jobs_table(METADATA)
NOTES = Table("notes", METADATA, Column("id", Integer, primary_key=True), Column("at", UtcDateTime))
EFFECTS = Table("effects", METADATA, Column("key", String(20), primary_key=True))


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with database_url(request.param, tmp_path) as url:
        engine = make_engine(url)
        METADATA.create_all(engine)
        engine.dispose()
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def test_a_moment_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    moment = datetime(2026, 6, 1, 8, 30, 0, 123456, timezone(-timedelta(hours=5)))
    with database.session() as session:
        session.execute(insert(NOTES).values(id=1, at=moment))
    with database.reading() as session:
        found = session.execute(select(NOTES.c.at)).scalar_one()
    assert moment == found
    assert found.tzinfo is UTC


def test_a_moment_without_time_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 6, 1, 8, 30)
    with pytest.raises(StatementError, match="time zone"), database.session() as session:
        session.execute(insert(NOTES).values(id=1, at=naive))


def test_what_is_raised_inside_a_session_undoes_it(database: Database) -> None:
    def write_and_fail() -> None:
        with database.session() as session:
            session.execute(insert(EFFECTS).values(key="a"))
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    with database.reading() as session:
        assert [] == list(session.scalars(select(EFFECTS.c.key)))


def test_a_reading_session_cannot_write_and_leaves_no_trace_on_its_connection(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(insert(EFFECTS).values(key="a"))
    with database.session() as session:
        session.execute(insert(EFFECTS).values(key="b"))
    with database.reading() as session:
        assert ["b"] == list(session.scalars(select(EFFECTS.c.key)))


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    with database.session() as writer:
        writer.execute(insert(EFFECTS).values(key="a"))
        started = time.monotonic()
        with database.reading() as session:
            assert [] == list(session.scalars(select(EFFECTS.c.key)))
        assert time.monotonic() - started < 2


def test_sqlite_is_set_up_so_that_acknowledged_work_survives(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'a.sqlite'}").session() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000} == pragmas


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        make_engine("mysql://somewhere/else")


def _work(url: str, stop_after: float) -> None:
    """Take jobs and write their effect and their end in one transaction."""
    database = Database(url)
    try:
        _work_with(database, stop_after)
    finally:
        database.close()


def _work_with(database: Database, stop_after: float) -> None:
    queue = DatabaseJobQueue(database, JOBS, SystemClock())
    end = time.monotonic() + stop_after
    while time.monotonic() < end:
        job = queue.claim(("count",), lease=timedelta(seconds=1))
        if job is None:
            if queue.counts()[JobState.LEASED] == 0:
                return
            time.sleep(0.05)
            continue
        with database.session() as session:
            session.execute(insert(EFFECTS).values(key=job.key))
            queue.done(job, session=session)


@pytest.mark.integration
def test_workers_killed_with_kill_9_lose_and_double_nothing(url: str, database: Database) -> None:
    """R82: claimed by lease, done once."""
    queue = DatabaseJobQueue(database, JOBS, SystemClock())
    total = 150
    with database.session() as session:
        for number in range(total):
            queue.put(session, kind="count", key=str(number), payload={})
    spawn = multiprocessing.get_context("spawn")
    for _ in range(2):
        victims = [spawn.Process(target=_work, args=(url, 30)) for _ in range(2)]
        for victim in victims:
            victim.start()
        waiting_since = time.monotonic()
        before = queue.counts()[JobState.DONE]
        while queue.counts()[JobState.DONE] < before + 10 and time.monotonic() - waiting_since < 30:
            time.sleep(0.02)
        for victim in victims:
            if victim.pid and victim.is_alive():
                os.kill(victim.pid, signal.SIGKILL)
            victim.join()
    _work(url, 30)
    with database.reading() as session:
        effects = sorted(map(int, session.scalars(select(EFFECTS.c.key))))
    assert list(range(total)) == effects
    assert {JobState.WAITING: 0, JobState.LEASED: 0, JobState.DONE: total, JobState.PARKED: 0} == dict(queue.counts())


@pytest.mark.integration
def test_many_claimants_at_once_never_hold_the_same_job(database: Database) -> None:
    queue = DatabaseJobQueue(database, JOBS, SystemClock())
    with database.session() as session:
        for number in range(40):
            queue.put(session, kind="count", key=str(number), payload={})
    taken: list[str] = []

    def claim_all() -> None:
        while (job := queue.claim(("count",), lease=timedelta(minutes=5))) is not None:
            taken.append(job.key)

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, range(40))) == sorted(taken)


def test_the_same_effect_twice_is_refused_by_the_database(database: Database) -> None:
    with database.session() as session:
        session.execute(insert(EFFECTS).values(key="a"))
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(insert(EFFECTS).values(key="a"))
