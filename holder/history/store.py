"""Write and read what happened (R52)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from holder.history.models import EventRow


class Happening(StrEnum):
    """What can happen to a document or a share; `holder/words.py` has the sentences."""

    RECEIVED = "received"
    RENEWED = "renewed"
    SHARED = "shared"
    OPENED = "opened"
    DOWNLOADED = "downloaded"
    WRONG_PIN = "wrong-pin"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXPIRY_CHANGED = "expiry-changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    LINK_REPLACED = "link-replaced"
    PIN_REPLACED = "pin-replaced"
    OFFERED = "offered-to-wallet"
    COLLECTED = "collected-by-wallet"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a history; `facts` fill its sentence, dates as ISO 8601."""

    at: datetime
    event: Happening
    document_id: str | None
    share_id: str | None
    facts: Mapping[str, str]


def write(
    session: Session,
    event: Happening,
    *,
    person_id: str,
    at: datetime,
    document_id: str | None = None,
    share_id: str | None = None,
    **facts: str,
) -> None:
    """Add one line in the caller's transaction."""
    row = EventRow(
        person_id=person_id, document_id=document_id, share_id=share_id, at=at, event=event.value, facts=facts
    )
    session.add(row)


def of_share(session: Session, person_id: str, share_id: str) -> list[Event]:
    """Return a share's history, newest first."""
    query = select(EventRow).where(EventRow.person_id == person_id, EventRow.share_id == share_id)
    return _read(session, query.order_by(EventRow.id.desc()))


def of_document(session: Session, person_id: str, document_id: str, shares: Sequence[str]) -> list[Event]:
    """Return the history of a document and of the shares that hold it, newest first."""
    query = select(EventRow).where(
        EventRow.person_id == person_id,
        or_(EventRow.document_id == document_id, EventRow.share_id.in_(shares) & EventRow.document_id.is_(None)),
    )
    return _read(session, query.order_by(EventRow.id.desc()))


def _read(session: Session, query: Select[EventRow]) -> list[Event]:
    rows = session.scalars(query)
    return [Event(row.at, Happening(row.event), row.document_id, row.share_id, row.facts) for row in rows]
