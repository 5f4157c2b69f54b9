"""Idempotency keys: the same key and body get the same answer, another body is told (K02).

A key is remembered for 24 hours, for its institution alone. What keeps an award from being issued
twice is its own number, with or without a key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from issuer.awards import store
from issuer.institutions import store as institutions
from schemas.problems import IDEMPOTENCY_CONFLICT, MALFORMED, NOT_FOUND, ProblemError
from services.clock import Clock
from services.database import Database

KEPT: Final = timedelta(hours=24)
MAX_KEY_CHARS: Final = 128


class IdempotencyKeys:
    """Remembers the answers to requests that came with a key."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Take the parts."""
        self._database = database
        self._clock = clock

    def answer(
        self, institution: str, key: str, body: bytes, act: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Return the answer that was given to this key, or act and remember it.

        Raises `ProblemError` MALFORMED (the key), IDEMPOTENCY_CONFLICT (another body), or what
        `act` raises, which is not remembered.
        """
        if not 1 <= len(key) <= MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
            raise ProblemError(MALFORMED.about(f"an idempotency key has 1 to {MAX_KEY_CHARS} printable characters"))
        digest = hashlib.sha256(body).hexdigest()
        with self._database.session() as session:
            row = store.begin_request(
                session, self._id_of(session, institution), key, digest, at=self._clock.now(), kept=KEPT
            )
            institution_id, answer, same = row.institution_id, row.answer, row.body_sha256 == digest
        if not same:
            raise ProblemError(IDEMPOTENCY_CONFLICT.about())
        if answer is not None:
            return answer
        given = act()
        with self._database.session() as session:
            store.keep_answer(session, institution_id, key, given)
        return given

    def _id_of(self, session: Session, institution: str) -> str:
        row = institutions.by_slug(session, institution)
        if row is None:
            raise ProblemError(NOT_FOUND.about("there is no such institution"))
        return row.id
