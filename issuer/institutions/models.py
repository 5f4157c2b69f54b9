"""Tables of institutions and of the programs that act for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.tables import Base


class InstitutionRow(Base):
    """pii: the names of those who sign the paper; otherwise what an institution publishes itself."""

    __tablename__ = "issuer_institutions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    did: Mapped[str] = mapped_column(String(500), unique=True)
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    logo: Mapped[bytes] = mapped_column(LargeBinary)
    purposes: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class ApiClientRow(Base):
    """no_pii: a program that may act for one institution; its key only as a hash (K07)."""

    __tablename__ = "issuer_api_clients"

    prefix: Mapped[str] = mapped_column(String(16), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey(InstitutionRow.id), index=True)
    name: Mapped[str] = mapped_column(String(100))
    secret_sha256: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
