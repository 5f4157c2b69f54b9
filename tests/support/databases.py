"""Databases for tests: SQLite always, PostgreSQL when a server answers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

ENGINES = ("sqlite", "postgresql")
_LOCAL = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql://root@127.0.0.1:5432/postgres")


@contextmanager
def database_url(engine: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty throw-away database of `sqlite` or `postgresql`."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'test.sqlite'}"
        return
    server = _server()
    name = f"parchemin_test_{secrets.token_hex(6)}"
    _run(server, f'CREATE DATABASE "{name}"')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _server() -> URL:
    """Return a server that answers; without one skip, saying why (in CI: fail)."""
    asked = os.environ.get("PARCHEMIN_TEST_DATABASE_URL")
    for url in (asked,) if asked else _LOCAL:
        address = make_url(url).set(drivername="postgresql+psycopg")
        try:
            _run(address, "SELECT 1")
        except OperationalError:
            continue
        return address
    reason = "no PostgreSQL server answers: set PARCHEMIN_TEST_DATABASE_URL"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _run(address: URL, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
