"""The migrations of accounts and of the holder, side by side in one database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, inspect

import accounts.models
import holder.models
from services.database import Database
from tests.shared import ROOT
from tests.support.databases import ENGINES, database_url

ROOMS = ("accounts", "holder")


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database_url(request.param, tmp_path) as url:
        opened = Database(url)
        yield opened
        opened.close()


def config(room: str) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(ROOT / room / "migrations"))
    return settings


def run(database: Database, room: str, act: str, *arguments: str) -> None:
    settings = config(room)
    with database.engine.begin() as connection:
        settings.attributes["connection"] = connection
        getattr(command, act)(settings, *arguments)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_tables_grow_from_nothing_to_what_the_models_say_and_back(database: Database) -> None:
    for room in ROOMS:
        run(database, room, "upgrade", "head")
    for room in ROOMS:
        run(database, room, "check")
    expected = {*accounts.models.Base.metadata.tables, *holder.models.Base.metadata.tables}
    assert expected == tables(database) - {"accounts_version", "holder_version"}
    for room in ROOMS:
        run(database, room, "downgrade", "base")
    assert {"accounts_version", "holder_version"} == tables(database)


@pytest.mark.parametrize("metadata", [accounts.models.Base.metadata, holder.models.Base.metadata])
def test_every_table_says_what_personal_data_it_holds(metadata: MetaData) -> None:
    registries = (accounts.models.Base.registry, holder.models.Base.registry)
    classes = [
        m.class_ for registry in registries for m in registry.mappers if m.local_table in metadata.tables.values()
    ]
    assert len(metadata.tables) == len(classes)
    for each in classes:
        assert (each.__doc__ or "").startswith(("pii: ", "no_pii: ")), each
