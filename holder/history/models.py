"""Table of what happened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from holder.tables import Base


class EventRow(Base):
    """pii: what happened to a document or a share, when, and facts; nothing about who the recipient is."""

    __tablename__ = "holder_events"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(String(36), index=True)
    document_id: Mapped[str | None] = mapped_column(String(100), index=True)
    share_id: Mapped[str | None] = mapped_column(String(36), index=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
