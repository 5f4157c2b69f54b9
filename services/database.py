"""The database: SQLite for one machine, PostgreSQL for many; one transaction a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, DateTime, Dialect, Engine, TypeDecorator, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_TIMEOUT_MS: Final = 15_000
_READ_ONLY: Final = "parchemin_read_only"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware, in UTC, on both databases; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (fixed by SQLAlchemy)
        """Return the moment in UTC; raise `ValueError` when it has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment without time zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (fixed by SQLAlchemy)
        """Return the stored moment, aware, in UTC (SQLite gives it back naive)."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str) -> Engine:
    """Return an engine for a `sqlite:` or `postgresql:` URL; no connection is opened yet.

    SQLite: WAL, `BEGIN IMMEDIATE` (two writers wait instead of failing half-way), foreign keys on,
    and `synchronous=FULL`, since NORMAL loses acknowledged work at a power cut.
    Raises `ValueError` for another database.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite_engine(address)
    if address.get_backend_name() == "postgresql":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    msg = f"not a database that is supported: {address.get_backend_name()}"
    raise ValueError(msg)


def _sqlite_engine(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions begin too late for BEGIN IMMEDIATE: switch them off.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get(_READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only={int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class Database:
    """One database and its sessions; safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Prepare the engine of `url`; the first session opens the first connection."""
        self.engine = make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open one transaction: commits at the end, rolls back when anything is raised."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that can only read; on SQLite it never waits for a writer."""
        options = {_READ_ONLY: True, "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection, Session(connection) as session:
            yield session

    def close(self) -> None:
        """Close every idle connection."""
        self.engine.dispose()
