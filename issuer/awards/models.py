"""Table of requests that came with an idempotency key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.institutions.models import InstitutionRow
from issuer.tables import Base


class ApiRequestRow(Base):
    """no_pii: a client's key of one request, the hash of its body and the answer it was given."""

    __tablename__ = "issuer_api_requests"

    institution_id: Mapped[str] = mapped_column(ForeignKey(InstitutionRow.id), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)
