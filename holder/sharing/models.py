"""Tables of sharing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holder.tables import Base
from holder.vault.models import DocumentRow


class ShareRow(Base):
    """pii: an open door; its token and PIN only as hashes, name and purpose for the learner's eyes (R44, R53).

    `attempts` counts wrong PINs since the last pause, `pauses` how often it paused for the same PIN;
    `request_key` keeps one form sent twice from making two shares.
    """

    __tablename__ = "holder_shares"
    __table_args__ = (UniqueConstraint("person_id", "request_key", name="uq_holder_shares_request"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), index=True)
    request_key: Mapped[str] = mapped_column(String(64))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    allow_download: Mapped[bool]
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(default=0)
    pauses: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]


class ShareDocumentRow(Base):
    """pii: which documents a share opens, in the order chosen; nothing else is ever opened by it (R53)."""

    __tablename__ = "holder_share_documents"

    share_id: Mapped[str] = mapped_column(ForeignKey(ShareRow.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id, ondelete="CASCADE"), index=True)


class VisitRow(Base):
    """no_pii: somebody passed the gate of a share; the cookie's token only as a keyed hash."""

    __tablename__ = "holder_visits"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    share_id: Mapped[str] = mapped_column(ForeignKey(ShareRow.id, ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
