"""Tables of the vault."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from holder.tables import Base


class DocumentRow(Base):
    """pii: one document of one learner, as its institution delivered it.

    `id` is the `urn:uuid` that both roles know; `message_sha256` tells a repeated delivery from another.
    """

    __tablename__ = "holder_documents"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    institution_did: Mapped[str] = mapped_column(String(2048))
    institution_names: Mapped[dict[str, str]] = mapped_column(JSON)
    institution_contact: Mapped[str] = mapped_column(String(254))
    learner_name: Mapped[str] = mapped_column(String(401))
    issued_on: Mapped[str] = mapped_column(String(10))
    locked: Mapped[bool]
    withholdable: Mapped[list[Any]] = mapped_column(JSON)
    replaces: Mapped[str | None] = mapped_column(String(100), index=True)
    message_sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class FileRow(Base):
    """pii: the sealed PDF of a document, byte for byte as received."""

    __tablename__ = "holder_files"

    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id, ondelete="CASCADE"), primary_key=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)


class RenewalRow(Base):
    """pii: the same PDF with newer long-term evidence; the one with the highest number is shown (R24)."""

    __tablename__ = "holder_renewals"

    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]


class FormRow(Base):
    """pii: one credential form of a document, its text exactly as signed; `bound_to` is a holder's DID (R95)."""

    __tablename__ = "holder_forms"

    document_id: Mapped[str] = mapped_column(ForeignKey(DocumentRow.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(String(32))
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    bound_to: Mapped[str | None] = mapped_column(String(2048))
