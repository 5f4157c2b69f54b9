"""Run the migrations of the issuer on the connection that the caller hands over."""

from __future__ import annotations

from alembic import context

from issuer.migrations import VERSION_TABLE
from issuer.models import Base


def run() -> None:
    """Upgrade or downgrade in one transaction; only the tables of the issuer are looked at."""
    own = set(Base.metadata.tables)
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        version_table=VERSION_TABLE,
        render_as_batch=True,
        include_name=lambda name, kind, _parents: kind != "table" or name in own,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
