"""Every query about documents, tries, events and the status register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased, defer

from issuer.credentials.models import (
    DocumentEventRow,
    DocumentRow,
    IntentRow,
    RenewalRow,
    StatusEntryRow,
    StatusListRow,
)


def document(session: Session, document_id: str, *, institution_id: str | None = None) -> DocumentRow | None:
    """Return a document, of one institution only when it is given (K01)."""
    row = session.get(DocumentRow, document_id)
    if row is None or (institution_id is not None and row.institution_id != institution_id):
        return None
    return row


def by_natural_key(
    session: Session, institution_id: str, external_id: str, *, hold: bool = False
) -> DocumentRow | None:
    """Return the document of an award; with `hold` its row is held until the end of the transaction."""
    query = select(DocumentRow).where(
        DocumentRow.institution_id == institution_id, DocumentRow.external_id == external_id
    )
    return session.scalars(query.with_for_update() if hold else query).one_or_none()


def held_document(session: Session, document_id: str) -> DocumentRow | None:
    """Return a document whose row is held until the end of the transaction.

    Whoever ends or begins a try holds the document first and the try second: so nobody waits in a
    circle, and nobody acts on a state that has just changed.
    """
    query = select(DocumentRow).where(DocumentRow.id == document_id)
    return session.scalars(query.with_for_update()).one_or_none()


def by_printed(session: Session, printed_sha256: str) -> DocumentRow | None:
    """Return the document on which a code was printed."""
    query = select(DocumentRow).options(defer(DocumentRow.pdf), defer(DocumentRow.forms))
    return session.scalars(query.where(DocumentRow.printed_sha256 == printed_sha256)).one_or_none()


def newest_pdf(session: Session, document_id: str) -> tuple[bytes, int] | None:
    """Return the newest sealed PDF of a document and its number, 0 for the one that was issued."""
    query = select(RenewalRow).where(RenewalRow.document_id == document_id, RenewalRow.pdf.is_not(None))
    renewed = session.scalars(query.order_by(RenewalRow.number.desc()).limit(1)).first()
    if renewed is not None and renewed.pdf is not None:
        return renewed.pdf, renewed.number
    issued = session.scalar(select(DocumentRow.pdf).where(DocumentRow.id == document_id))
    return None if issued is None else (issued, 0)


def write_document(session: Session, document_id: str, **values: Any) -> None:
    """Write members of a document."""
    session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(**values))


def page_of_documents(
    session: Session, institution_id: str, *, limit: int, before: tuple[datetime, str] | None = None, kind: str = ""
) -> Sequence[DocumentRow]:
    """Return the newest documents of an institution, without forms and PDF; `before` is the last one seen."""
    query = (
        select(DocumentRow)
        .options(defer(DocumentRow.pdf), defer(DocumentRow.forms))
        .where(DocumentRow.institution_id == institution_id)
        .order_by(DocumentRow.created_at.desc(), DocumentRow.id.desc())
        .limit(limit)
    )
    if kind:
        query = query.where(DocumentRow.kind == kind)
    if before is not None:
        at, last = before
        earlier = (DocumentRow.created_at == at) & (DocumentRow.id < last)
        query = query.where(or_(DocumentRow.created_at < at, earlier))
    return session.scalars(query).all()


def count_by_state(session: Session, institution_id: str) -> Mapping[str, int]:
    """Return how many documents of an institution are in each state."""
    query = select(DocumentRow.state, func.count()).where(DocumentRow.institution_id == institution_id)
    return {state: count for state, count in session.execute(query.group_by(DocumentRow.state)).all()}  # noqa: C416 (rows are not pairs to the type checker)


def open_intent(session: Session, document_id: str) -> IntentRow | None:
    """Return the try that is being worked on."""
    query = select(IntentRow).where(IntentRow.document_id == document_id, IntentRow.state == "open")
    return session.scalars(query.with_for_update()).one_or_none()


def intents_left_open(session: Session, *, lease_before: datetime | None) -> Sequence[IntentRow]:
    """Return tries that nobody ended; only those whose lease ran out by then, when it is given."""
    query = select(IntentRow).where(IntentRow.state == "open").order_by(IntentRow.created_at)
    if lease_before is not None:
        query = query.where(IntentRow.lease_until <= lease_before)
    return session.scalars(query).all()


def close_intent(session: Session, intent_id: str, state: str) -> bool:
    """End an open try; False when somebody else did."""
    statement = update(IntentRow).where(IntentRow.id == intent_id, IntentRow.state == "open").values(state=state)
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def write_intent(session: Session, intent_id: str, will_sign_sha256: str, *, lease_until: datetime) -> None:
    """Write what a try is about to sign, and keep it a while longer."""
    statement = update(IntentRow).where(IntentRow.id == intent_id, IntentRow.state == "open")
    session.execute(statement.values(will_sign_sha256=will_sign_sha256, lease_until=lease_until))


def documents_in(session: Session, *states: str) -> Sequence[str]:
    """Return the documents that are in one of the states, oldest first."""
    query = select(DocumentRow.id).where(DocumentRow.state.in_(states)).order_by(DocumentRow.created_at)
    return session.scalars(query).all()


def events(session: Session, document_id: str) -> Sequence[DocumentEventRow]:
    """Return what happened to a document, oldest first."""
    query = select(DocumentEventRow).where(DocumentEventRow.document_id == document_id)
    return session.scalars(query.order_by(DocumentEventRow.audit_number)).all()


def last_event(session: Session, document_id: str, happened: str) -> DocumentEventRow | None:
    """Return the last event of a kind."""
    query = select(DocumentEventRow).where(
        DocumentEventRow.document_id == document_id, DocumentEventRow.happened == happened
    )
    return session.scalars(query.order_by(DocumentEventRow.audit_number.desc()).limit(1)).first()


def audit_witnesses(session: Session) -> Mapping[int, str]:
    """Return the digest of each line of the audit log that an event remembers."""
    query = select(DocumentEventRow.audit_number, DocumentEventRow.audit_digest)
    return {row.audit_number: row.audit_digest for row in session.execute(query)}


def knows_line(session: Session, number: int) -> bool:
    """Return whether an event remembers this line of the audit log."""
    query = select(DocumentEventRow.id).where(DocumentEventRow.audit_number == number).limit(1)
    return session.scalars(query).first() is not None


def open_list(session: Session, institution_id: str, purpose: str, *, below: int) -> StatusListRow | None:
    """Return a list that still has room, its row held until the end of the transaction."""
    query = select(StatusListRow).where(
        StatusListRow.institution_id == institution_id, StatusListRow.purpose == purpose, StatusListRow.used < below
    )
    return session.scalars(query.order_by(StatusListRow.created_at).limit(1).with_for_update()).first()


def take_place(session: Session, row: StatusEntryRow) -> bool:
    """Write an entry unless its place is taken, and count it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {column.key: getattr(row, column.key) for column in StatusEntryRow.__table__.columns}
    statement = insert(StatusEntryRow).values(values).on_conflict_do_nothing(index_elements=["list_id", "place"])
    if session.execute(statement.returning(StatusEntryRow.place)).one_or_none() is None:
        return False
    grown = update(StatusListRow).where(StatusListRow.id == row.list_id).values(used=StatusListRow.used + 1)
    session.execute(grown)
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """A document's place on a published list."""

    list_id: str
    place: int
    purpose: str


def places(session: Session, document_id: str) -> tuple[Place, ...]:
    """Return the places of a document that count, revocation first."""
    query = select(StatusEntryRow).where(StatusEntryRow.document_id == document_id, StatusEntryRow.is_burnt.is_(False))
    rows = session.scalars(query.order_by(StatusEntryRow.purpose)).all()
    return tuple(Place(row.list_id, row.place, row.purpose) for row in rows)


def entry_of(session: Session, document_id: str, purpose: str) -> StatusEntryRow | None:
    """Return the entry of a document for a purpose, its row held until the end of the transaction."""
    query = select(StatusEntryRow).where(
        StatusEntryRow.document_id == document_id,
        StatusEntryRow.purpose == purpose,
        StatusEntryRow.is_burnt.is_(False),
    )
    return session.scalars(query.with_for_update()).one_or_none()


def entries_of_intent(session: Session, intent_id: str) -> Sequence[StatusEntryRow]:
    """Return the entries that a try was given."""
    return session.scalars(select(StatusEntryRow).where(StatusEntryRow.intent_id == intent_id)).all()


def set_purposes(session: Session, document_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return which purposes are set for each of the documents."""
    query = select(StatusEntryRow.document_id, StatusEntryRow.purpose).where(
        StatusEntryRow.document_id.in_(document_ids), StatusEntryRow.is_set.is_(True)
    )
    found: dict[str, set[str]] = {document_id: set() for document_id in document_ids}
    for row in session.execute(query):
        found[row.document_id].add(row.purpose)
    return {document_id: frozenset(purposes) for document_id, purposes in found.items()}


def set_places(session: Session, list_id: str) -> Sequence[int]:
    """Return the places of a list that are set."""
    query = select(StatusEntryRow.place).where(StatusEntryRow.list_id == list_id, StatusEntryRow.is_set.is_(True))
    return session.scalars(query).all()


def set_together(session: Session, list_id: str) -> Sequence[tuple[int, str]]:
    """Return the places of a list whose document has anything set, here or on its other lists: place and purpose."""
    other = aliased(StatusEntryRow)
    query = (
        select(StatusEntryRow.place, other.purpose)
        .join(other, other.intent_id == StatusEntryRow.intent_id)
        .where(StatusEntryRow.list_id == list_id, other.is_set.is_(True))
    )
    return [(row.place, row.purpose) for row in session.execute(query)]


def versions_beside(session: Session, status_list: StatusListRow) -> tuple[tuple[str, int], ...]:
    """Return every list of the same institution with its version: when none changed, nothing did."""
    query = select(StatusListRow.id, StatusListRow.version)
    rows = session.execute(query.where(StatusListRow.institution_id == status_list.institution_id))
    return tuple(sorted((row.id, row.version) for row in rows))


def close_lists(session: Session) -> None:
    """Let no list give out places any more: new ones are begun."""
    session.execute(update(StatusListRow).values(used=StatusListRow.size))


def grow_version(session: Session, list_id: str) -> None:
    """Say that a list changed."""
    statement = update(StatusListRow).where(StatusListRow.id == list_id).values(version=StatusListRow.version + 1)
    session.execute(statement)


def status_list(session: Session, list_id: str) -> StatusListRow | None:
    """Return a status list."""
    return session.get(StatusListRow, list_id)


def status_lists(session: Session) -> Sequence[StatusListRow]:
    """Return every status list, oldest first."""
    return session.scalars(select(StatusListRow).order_by(StatusListRow.created_at)).all()


def keep_signed(session: Session, list_id: str, *, version: int, **values: Any) -> bool:
    """Keep a signed list unless a later version was signed meanwhile (X17)."""
    statement = update(StatusListRow).where(StatusListRow.id == list_id, StatusListRow.signed_version <= version)
    changed = session.execute(statement.values(signed_version=version, **values))
    return cast("CursorResult[Any]", changed).rowcount == 1
