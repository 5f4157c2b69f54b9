"""The issuer's tables are made, match the code, and are taken away again, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from issuer.migrations import VERSION_TABLE
from issuer.models import Base
from services.database import Database
from tests.support.databases import ENGINES, database_url

FOLDER = Path(__file__).resolve().parents[2] / "issuer" / "migrations"


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database_url(request.param, tmp_path) as url:
        database = Database(url)
        yield database
        database.close()


def migrate(database: Database, act: Any, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        act(config, revision)


def test_the_tables_are_made_match_the_code_and_are_removed(database: Database) -> None:
    migrate(database, command.upgrade, "head")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert [] == compare_metadata(context, Base.metadata)
        assert {*Base.metadata.tables, VERSION_TABLE} == set(inspect(connection).get_table_names())
    migrate(database, command.downgrade, "base")
    with database.engine.connect() as connection:
        assert [VERSION_TABLE] == inspect(connection).get_table_names()


def test_each_table_says_whether_it_holds_personal_data() -> None:
    for mapper in Base.registry.mappers:
        assert (mapper.class_.__doc__ or "").startswith(("pii:", "no_pii:")), mapper
    for table in Base.metadata.tables.values():
        if table.name.endswith("_jobs"):
            assert (table.comment or "").startswith("pii:")
