"""The ledger: jobs as rows of the role's own database, taken by lease with fencing, done once.

A job that was taken and never finished (its worker was killed) is taken again when its lease has
run out. The row is the truth: whatever carries work to workers may lose or double messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    CursorResult,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.clock import Clock
from services.database import Database, UtcDateTime
from services.jobs import Job, JobState, LeaseLostError

MAX_FAILURES: Final = 3
MAX_LOST_LEASES: Final = 10
BACKOFF: Final = (timedelta(seconds=10), timedelta(minutes=1))
_REASON_CHARS: Final = 500


def jobs_table(metadata: MetaData, name: str = "jobs") -> Table:
    """Return the table of a ledger; the payload is emptied once the job is done."""
    return Table(
        name,
        metadata,
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("kind", String(60), nullable=False),
        Column("key", String(200), nullable=False),
        Column("payload", JSON, nullable=False),
        Column("state", String(10), nullable=False),
        Column("attempt", Integer, nullable=False, default=0),
        Column("failures", Integer, nullable=False, default=0),
        Column("lost_leases", Integer, nullable=False, default=0),
        Column("available_at", UtcDateTime, nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
        Column("finished_at", UtcDateTime),
        Column("reason", Text),
        UniqueConstraint("kind", "key", name=f"uq_{name}_kind_key"),
        Index(f"ix_{name}_state_kind_available_at", "state", "kind", "available_at"),
        comment="pii: the payload holds the message until the job is done",
    )


@dataclass(frozen=True, slots=True)
class ParkedJob:
    """A job that failed too often, for a person to look at."""

    id: int
    kind: str
    key: str
    reason: str


class DatabaseJobQueue:
    """The ledger in one database (implements `services.jobs.JobQueue`)."""

    def __init__(
        self, database: Database, table: Table, clock: Clock, *, backoff: Sequence[timedelta] = BACKOFF
    ) -> None:
        """Use `table` of `database`; `backoff[n]` is the pause after failure n + 1."""
        self._database = database
        self._table = table
        self._clock = clock
        self._backoff = tuple(backoff)

    def put(self, session: Session, *, kind: str, key: str, payload: Mapping[str, Any]) -> bool:
        """Add a job in the caller's transaction; return False when kind and key are known."""
        now = self._clock.now()
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = (
            insert(self._table)
            .values(
                kind=kind,
                key=key,
                payload=dict(payload),
                state=JobState.WAITING,
                attempt=0,
                failures=0,
                lost_leases=0,
                available_at=now,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["kind", "key"])
            .returning(self._table.c.id)
        )
        return session.execute(statement).one_or_none() is not None

    def claim(self, kinds: Sequence[str], *, lease: timedelta) -> Job | None:
        """Take the oldest job that waits or whose lease ran out; park those that lost too many leases."""
        with self._database.session() as session:
            now = self._clock.now()
            while (row := self._next(session, kinds, now)) is not None:
                lost = row.lost_leases + (row.state == JobState.LEASED)
                if lost < MAX_LOST_LEASES:
                    return self._take(session, row, until=now + lease, lost=lost)
                self._write(session, row.id, state=JobState.PARKED, reason="taken again and again, never finished")
        return None

    def done(self, job: Job, *, session: Session | None = None) -> None:
        """Finish a job and empty its payload; raise `LeaseLostError` when it is no longer ours."""
        values = {"state": JobState.DONE, "finished_at": self._clock.now(), "payload": {}, "reason": None}
        if session is not None:
            self._finish(session, job, values)
            return
        with self._database.session() as own:
            self._finish(own, job, values)

    def failed(self, job: Job, reason: str) -> None:
        """Give a job back; the third failure parks it."""
        table = self._table
        with self._database.session() as session:
            failures = session.execute(select(table.c.failures).where(table.c.id == job.id)).scalar_one() + 1
            parked = failures >= MAX_FAILURES
            self._finish(
                session,
                job,
                {
                    "state": JobState.PARKED if parked else JobState.WAITING,
                    "failures": failures,
                    "reason": reason[:_REASON_CHARS],
                    "available_at": self._clock.now() + self._pause(failures),
                },
            )

    def counts(self) -> Mapping[JobState, int]:
        """Return how many jobs are in each state, every state named."""
        table = self._table
        with self._database.reading() as session:
            rows = session.execute(select(table.c.state, func.count()).group_by(table.c.state)).all()
        found = {str(state): int(count) for state, count in rows}
        return {state: found.get(state.value, 0) for state in JobState}

    def parked(self) -> tuple[ParkedJob, ...]:
        """Return the jobs that failed too often, oldest first."""
        table = self._table
        query = select(table.c.id, table.c.kind, table.c.key, table.c.reason).where(table.c.state == JobState.PARKED)
        with self._database.reading() as session:
            rows = session.execute(query.order_by(table.c.id)).all()
        return tuple(ParkedJob(row.id, row.kind, row.key, row.reason or "") for row in rows)

    def try_again(self, job_id: int) -> bool:
        """Let a parked job be taken again, its failures forgotten; return False when it is not parked."""
        table = self._table
        with self._database.session() as session:
            statement = update(table).where(table.c.id == job_id, table.c.state == JobState.PARKED)
            values = {"state": JobState.WAITING, "failures": 0, "lost_leases": 0, "available_at": self._clock.now()}
            return _changed(session.execute(statement.values(**values))) == 1

    def recover(self) -> int:
        """Take every lease back at once and return how many: only for the one worker of a ledger, as it starts."""
        table = self._table
        with self._database.session() as session:
            statement = update(table).where(table.c.state == JobState.LEASED)
            return _changed(session.execute(statement.values(state=JobState.WAITING, available_at=self._clock.now())))

    def _next(self, session: Session, kinds: Sequence[str], now: datetime) -> Row[Any] | None:
        table = self._table
        open_states = or_(table.c.state == JobState.WAITING, table.c.state == JobState.LEASED)
        query = (
            select(table)
            .where(and_(open_states, table.c.kind.in_(kinds), table.c.available_at <= now))
            .order_by(table.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return session.execute(query).one_or_none()

    def _take(self, session: Session, row: Row[Any], *, until: datetime, lost: int) -> Job:
        attempt = row.attempt + 1
        self._write(session, row.id, state=JobState.LEASED, attempt=attempt, available_at=until, lost_leases=lost)
        return Job(row.id, row.kind, row.key, row.payload, attempt)

    def _write(self, session: Session, job_id: int, **values: Any) -> None:
        session.execute(update(self._table).where(self._table.c.id == job_id).values(**values))

    def _finish(self, session: Session, job: Job, values: Mapping[str, Any]) -> None:
        """Change the row of a job that is still in this worker's hands (fencing)."""
        table = self._table
        ours = and_(table.c.id == job.id, table.c.attempt == job.attempt, table.c.state == JobState.LEASED)
        if _changed(session.execute(update(table).where(ours).values(**values))) != 1:
            raise LeaseLostError(f"{job.kind} {job.id}: attempt {job.attempt} is no longer the one that counts")

    def _pause(self, failures: int) -> timedelta:
        if not self._backoff:
            return timedelta(0)
        return self._backoff[min(failures, len(self._backoff)) - 1]


def _changed(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
