"""Run the migrations of one role: each has its own tables, history and version table in a database it may share."""

from __future__ import annotations

from alembic import context
from sqlalchemy import MetaData


def run(metadata: MetaData, version_table: str) -> None:
    """Upgrade or downgrade in one transaction on the connection that the caller of Alembic handed over.

    Only the tables of `metadata` are looked at: what else stands in the database is another role's.
    """
    own = set(metadata.tables)
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=version_table,
        render_as_batch=True,
        include_name=lambda name, kind, _parents: kind != "table" or name in own,
    )
    with context.begin_transaction():
        context.run_migrations()
