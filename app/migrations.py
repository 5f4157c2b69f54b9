"""Brings each role's tables up to date: one Alembic history and version table per role."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from app.config import Settings
from services.database import Database

ROLES: Final = ("issuer", "accounts", "holder")
_ROOT: Final = Path(__file__).resolve().parent.parent


def database_of(role: str, settings: Settings) -> Database:
    """Return the database that holds a role's tables: accounts live beside the holder's."""
    url = settings.issuer_database_url if role == "issuer" else settings.holder_database_url
    return Database(url)


def upgrade(settings: Settings) -> None:
    """Bring every role's tables to the newest revision; a half-done upgrade is taken up again."""
    _each(settings, lambda config: command.upgrade(config, "head"))


def downgrade(settings: Settings) -> None:
    """Remove every role's tables."""
    _each(settings, lambda config: command.downgrade(config, "base"))


def differences(settings: Settings) -> list[str]:
    """Return what the tables lack or have too much, compared with the code, one line each."""
    found: list[str] = []
    for role in ROLES:
        metadata = import_module(f"{role}.models").Base.metadata
        database = database_of(role, settings)
        with database.engine.connect() as connection:
            own = set(metadata.tables)
            context = MigrationContext.configure(
                connection,
                opts={
                    "version_table": import_module(f"{role}.migrations").VERSION_TABLE,
                    "include_name": lambda name, kind, _parents, own=own: kind != "table" or name in own,
                },
            )
            found += [f"{role}: {difference}" for difference in compare_metadata(context, metadata)]
        database.engine.dispose()
    return found


def _each(settings: Settings, act: Callable[[Config], None]) -> None:
    for role in ROLES:
        database = database_of(role, settings)
        _make_folder(settings)
        with database.engine.begin() as connection:
            act(_config(role, connection))
        database.engine.dispose()


def _make_folder(settings: Settings) -> None:
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)


def _config(role: str, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / role / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
