"""Every query about exchanges."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from holder.exchanges.models import ExchangeRow


def add(session: Session, row: ExchangeRow) -> None:
    """Add an exchange and forget those that ended without a collection."""
    session.execute(
        delete(ExchangeRow).where(ExchangeRow.expires_at <= row.created_at, ExchangeRow.collected_at.is_(None))
    )
    session.add(row)
    session.flush()


def by_token(session: Session, digest: str, now: datetime) -> ExchangeRow | None:
    """Return the exchange of a token that is not over."""
    return session.scalar(select(ExchangeRow).where(ExchangeRow.digest == digest, ExchangeRow.expires_at > now))


def set_challenge(session: Session, exchange_id: str, challenge_digest: str) -> None:
    """Ask anew: the challenge before this one is worth nothing any more."""
    session.execute(update(ExchangeRow).where(ExchangeRow.id == exchange_id).values(challenge_digest=challenge_digest))


def consume_challenge(session: Session, exchange_id: str, challenge_digest: str) -> bool:
    """Use up a challenge; of many that try at once one succeeds (threats.md E02)."""
    statement = (
        update(ExchangeRow)
        .where(
            ExchangeRow.id == exchange_id,
            ExchangeRow.challenge_digest == challenge_digest,
            ExchangeRow.collected_at.is_(None),
        )
        .values(challenge_digest=None)
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def collect(session: Session, exchange_id: str, holder: str, now: datetime) -> bool:
    """Note who collected; the second of two collectors is told no."""
    statement = (
        update(ExchangeRow)
        .where(ExchangeRow.id == exchange_id, ExchangeRow.collected_at.is_(None))
        .values(collected_at=now, holder_did=holder)
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
