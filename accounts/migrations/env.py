"""Run the migrations of accounts: Alembic calls this file."""

from __future__ import annotations

from accounts.migrations import VERSION_TABLE
from accounts.models import Base
from services import migrating

migrating.run(Base.metadata, VERSION_TABLE)
