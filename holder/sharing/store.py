"""Every query about shares and visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from holder.sharing.models import ShareDocumentRow, ShareRow, VisitRow


def add_share(session: Session, row: ShareRow, documents: Sequence[str]) -> None:
    """Add a share and what it opens; `IntegrityError` when its request was made before."""
    session.add(row)
    session.flush()
    session.add_all(
        ShareDocumentRow(share_id=row.id, position=position, document_id=document_id)
        for position, document_id in enumerate(documents)
    )
    session.flush()


def by_token(session: Session, digest: str, *, lock: bool = False) -> ShareRow | None:
    """Return the share that a token opens; `lock` holds other writers off until the transaction ends."""
    query = select(ShareRow).where(ShareRow.token_digest == digest)
    return session.scalar(query.with_for_update() if lock else query)


def by_request(session: Session, person_id: str, request_key: str) -> ShareRow | None:
    """Return the share that an earlier copy of the same request made."""
    query = select(ShareRow).where(ShareRow.person_id == person_id, ShareRow.request_key == request_key)
    return session.scalar(query)


def owned(session: Session, person_id: str, share_id: str, *, lock: bool = False) -> ShareRow | None:
    """Return a share of this person; another's is not found (threats.md J03), nor is what is no id."""
    if not share_id.isprintable():
        return None  # PostgreSQL takes no NUL in a text
    query = select(ShareRow).where(ShareRow.id == share_id, ShareRow.person_id == person_id)
    return session.scalar(query.with_for_update() if lock else query)


def all_of(session: Session, person_id: str) -> list[ShareRow]:
    """Return a person's shares, newest first."""
    query = select(ShareRow).where(ShareRow.person_id == person_id)
    return list(session.scalars(query.order_by(ShareRow.created_at.desc(), ShareRow.id)))


def documents_of(session: Session, share_id: str) -> list[str]:
    """Return the ids of what a share opens, in order."""
    query = select(ShareDocumentRow.document_id).where(ShareDocumentRow.share_id == share_id)
    return list(session.scalars(query.order_by(ShareDocumentRow.position)))


def shares_with(session: Session, person_id: str, document_id: str) -> list[ShareRow]:
    """Return a person's shares that open a document, newest first."""
    query = (
        select(ShareRow)
        .join(ShareDocumentRow, ShareDocumentRow.share_id == ShareRow.id)
        .where(ShareRow.person_id == person_id, ShareDocumentRow.document_id == document_id)
        .order_by(ShareRow.created_at.desc(), ShareRow.id)
    )
    return list(session.scalars(query))


def add_visit(session: Session, row: VisitRow, now: datetime) -> None:
    """Add a visit and forget those that are over."""
    session.execute(delete(VisitRow).where(VisitRow.expires_at <= now))
    session.add(row)


def visit(session: Session, digest: str, share_id: str, now: datetime) -> VisitRow | None:
    """Return the visit of this very share that is not over."""
    query = select(VisitRow).where(VisitRow.digest == digest, VisitRow.share_id == share_id, VisitRow.expires_at > now)
    return session.scalar(query)


def first_showing(session: Session, digest: str, now: datetime) -> bool:
    """Note that a visit saw the documents; return whether it is the first time."""
    row = session.get(VisitRow, digest, with_for_update=True)
    if row is None or row.shown_at is not None:
        return False
    row.shown_at = now
    return True


def end_visits(session: Session, share_id: str) -> None:
    """End every visit of a share: what was open is closed."""
    session.execute(delete(VisitRow).where(VisitRow.share_id == share_id))
