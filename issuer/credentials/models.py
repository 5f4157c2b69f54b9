"""Tables of documents, of what is about to be signed, and of the status register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.institutions.models import InstitutionRow
from issuer.tables import Base


class DocumentRow(Base):
    """pii: an award, its signed forms and its sealed PDF."""

    __tablename__ = "issuer_documents"
    __table_args__ = (UniqueConstraint("institution_id", "external_id", name="uq_issuer_documents_natural_key"),)

    id: Mapped[str] = mapped_column(String(45), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey(InstitutionRow.id))
    external_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    award: Mapped[dict[str, Any]] = mapped_column(JSON)
    award_sha256: Mapped[str] = mapped_column(String(64))
    seed: Mapped[bytes] = mapped_column(LargeBinary(32))
    printed_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    base_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    forms: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    actor: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(index=True)
    issued_at: Mapped[datetime | None]


class IntentRow(Base):
    """no_pii: one try to sign a document: open while somebody works on it, then done or cancelled."""

    __tablename__ = "issuer_intents"
    __table_args__ = (
        Index(
            "uq_issuer_intents_open",
            "document_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    will_sign_sha256: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime]
    created_at: Mapped[datetime]


class StatusListRow(Base):
    """no_pii: a status list of an institution for one purpose; `version` only grows (X16, X17)."""

    __tablename__ = "issuer_status_lists"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey(InstitutionRow.id), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    size: Mapped[int] = mapped_column(Integer)
    used: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    signed_version: Mapped[int] = mapped_column(Integer)
    signed: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StatusEntryRow(Base):
    """no_pii: one place on a list; a place once given is never given again, used or burnt (G11)."""

    __tablename__ = "issuer_status_entries"

    list_id: Mapped[str] = mapped_column(ForeignKey(StatusListRow.id), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    intent_id: Mapped[str] = mapped_column(ForeignKey(IntentRow.id), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    is_set: Mapped[bool]
    is_burnt: Mapped[bool]


class DocumentEventRow(Base):
    """pii: what happened to a document, when, by whom and why."""

    __tablename__ = "issuer_document_events"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id), index=True)
    happened: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    audit_number: Mapped[int] = mapped_column(Integer, index=True)
    audit_digest: Mapped[str] = mapped_column(String(64))


class RenewalRow(Base):
    """pii: a sealed PDF whose long-term evidence was renewed; number 0 notes how long that of the original lasts."""

    __tablename__ = "issuer_renewals"

    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    lasts_until: Mapped[datetime] = mapped_column(index=True)
    made_at: Mapped[datetime]
