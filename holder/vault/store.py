"""Every query about documents, their files and forms."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from holder.vault.models import DocumentRow, FileRow, FormRow, RenewalRow
from schemas.delivery import CredentialForm


def document(session: Session, document_id: str) -> DocumentRow | None:
    """Return a document whoever it belongs to: for deliveries and shares, never for a learner's page."""
    return session.get(DocumentRow, document_id)


def owned(session: Session, person_id: str, document_id: str) -> DocumentRow | None:
    """Return a document of this person; another's is not found (threats.md J03), nor is what is no id."""
    if not document_id.isprintable():
        return None  # PostgreSQL takes no NUL in a text
    query = select(DocumentRow).where(DocumentRow.id == document_id, DocumentRow.person_id == person_id)
    return session.scalar(query)


def all_of(session: Session, person_id: str) -> list[DocumentRow]:
    """Return a person's documents, the newest issue date first."""
    query = select(DocumentRow).where(DocumentRow.person_id == person_id)
    return list(session.scalars(query.order_by(DocumentRow.issued_on.desc(), DocumentRow.received_at.desc())))


def successor(session: Session, row: DocumentRow) -> str | None:
    """Return the id of the document by the same institution, to the same person, that replaced this one (R28)."""
    query = select(DocumentRow.id).where(
        DocumentRow.replaces == row.id,
        DocumentRow.person_id == row.person_id,
        DocumentRow.institution_did == row.institution_did,
    )
    return session.scalars(query).first()


def pdf(session: Session, document_id: str) -> bytes | None:
    """Return the sealed PDF, the newest when it was renewed."""
    query = select(RenewalRow.pdf).where(RenewalRow.document_id == document_id)
    return session.scalar(query.order_by(RenewalRow.number.desc()).limit(1)) or first_pdf(session, document_id)


def first_pdf(session: Session, document_id: str) -> bytes | None:
    """Return the sealed PDF as it was delivered first."""
    return session.scalar(select(FileRow.pdf).where(FileRow.document_id == document_id))


def renewal(session: Session, document_id: str, number: int) -> RenewalRow | None:
    """Return one renewed PDF of a document."""
    return session.get(RenewalRow, (document_id, number))


def forms(session: Session, document_id: str) -> list[FormRow]:
    """Return the credential forms in the order in which they came."""
    query = select(FormRow).where(FormRow.document_id == document_id).order_by(FormRow.position)
    return list(session.scalars(query))


def add_document(session: Session, row: DocumentRow, pdf: bytes, forms: Sequence[CredentialForm]) -> None:
    """Add a document with its file and forms."""
    session.add(row)
    session.flush()
    session.add(FileRow(document_id=row.id, pdf=pdf))
    add_forms(session, row.id, forms, bound_to=None)


def add_forms(session: Session, document_id: str, forms: Sequence[CredentialForm], *, bound_to: str | None) -> None:
    """Add forms after those that are there."""
    count = session.scalar(select(func.count()).select_from(FormRow).where(FormRow.document_id == document_id)) or 0
    session.add_all(
        FormRow(
            document_id=document_id,
            position=count + offset,
            format=form.format,
            media_type=form.media_type,
            body=form.body,
            bound_to=bound_to,
        )
        for offset, form in enumerate(forms)
    )
    session.flush()
