"""The base of the issuer's tables, and its ledger of jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import DeclarativeBase

from services.database import UtcDateTime
from services.jobs_database import jobs_table


class Base(DeclarativeBase):
    """The tables of the issuer; holders and people are named by their own ids, never joined."""

    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 (SQLAlchemy's own declaration)


JOBS: Final = jobs_table(Base.metadata, "issuer_jobs")
