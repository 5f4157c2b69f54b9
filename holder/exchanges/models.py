"""Table of exchanges with wallets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from holder.tables import Base
from holder.vault.models import DocumentRow


class ExchangeRow(Base):
    """pii: one document offered to a wallet; token and challenge only as keyed hashes, the challenge used once."""

    __tablename__ = "holder_exchanges"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(String(36), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id, ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    challenge_digest: Mapped[str | None] = mapped_column(String(64))
    collected_at: Mapped[datetime | None]
    holder_did: Mapped[str | None] = mapped_column(String(2048))
