"""Every query about requests that came with an idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from issuer.awards.models import ApiRequestRow


def begin_request(
    session: Session, institution_id: str, key: str, body_sha256: str, *, at: datetime, kept: timedelta
) -> ApiRequestRow:
    """Return the row of a key, made now unless it is there; rows older than `kept` are forgotten."""
    session.execute(delete(ApiRequestRow).where(ApiRequestRow.created_at <= at - kept))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"institution_id": institution_id, "key": key, "body_sha256": body_sha256, "created_at": at}
    statement = insert(ApiRequestRow).values(values)
    session.execute(statement.on_conflict_do_nothing(index_elements=["institution_id", "key"]))
    return session.get_one(ApiRequestRow, (institution_id, key))


def keep_answer(session: Session, institution_id: str, key: str, answer: Mapping[str, Any]) -> None:
    """Remember what was answered to a key."""
    row = session.get(ApiRequestRow, (institution_id, key))
    if row is not None:
        row.answer = dict(answer)
