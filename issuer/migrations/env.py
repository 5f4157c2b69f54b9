"""Run the migrations of the issuer: Alembic calls this file."""

from __future__ import annotations

from issuer.migrations import VERSION_TABLE
from issuer.models import Base
from services import migrating

migrating.run(Base.metadata, VERSION_TABLE)
