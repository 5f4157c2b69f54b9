"""The base of the holder's tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase

from services.database import UtcDateTime


class Base(DeclarativeBase):
    """The tables of the holder; people are named by their id, without a foreign key into accounts."""

    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 (SQLAlchemy's own declaration)
