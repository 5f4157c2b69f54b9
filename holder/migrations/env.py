"""Run the migrations of the holder: Alembic calls this file."""

from __future__ import annotations

from holder.migrations import VERSION_TABLE
from holder.models import Base
from services import migrating

migrating.run(Base.metadata, VERSION_TABLE)
