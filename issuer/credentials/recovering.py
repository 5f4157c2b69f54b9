"""Catch up with the audit log: what was decided stays decided, also after a restored backup (X15, X16).

The log is written before the database and kept beside it. After a crash, or when an older database
was put back, the log knows acts that the database does not: they are done again, in their order. When
the log knows documents that the database never heard of, their places on the status lists are unknown
too: then every list is closed and new ones are begun, so that no place is given twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from issuer.audit import AuditEntry, AuditLog, read_log
from issuer.credentials import store
from issuer.credentials.events import event_of
from issuer.credentials.reserving import ISSUED
from issuer.credentials.status_register import REVOCATION, SUSPENSION, StatusRegister
from services.database import Database

_ACTS: Final[Mapping[str, tuple[str, bool]]] = {
    "revoked": (REVOCATION, True),
    "suspended": (SUSPENSION, True),
    "restored": (SUSPENSION, False),
}
_SIGN: Final = "sign"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was caught up: acts done again, and documents that only the log knows."""

    acts: int = 0
    unknown_documents: int = 0


class Recovering:
    """Compares the log with the database, once at each start."""

    def __init__(self, *, database: Database, audit: AuditLog, register: StatusRegister) -> None:
        """Take the parts."""
        self._database = database
        self._audit = audit
        self._register = register

    def catch_up(self) -> Recovered:
        """Do again what the database does not know; raise `BrokenLogError` when the log was changed."""
        with self._database.session() as session:
            known = store.audit_witnesses(session)
            missed = [entry for entry in read_log(self._audit.path) if entry.line.number not in known]
            unknown = self._documents_nobody_knows(session, missed)
            acts = sum(self._do_again(session, entry) for entry in missed)
        return Recovered(acts, unknown)

    def _documents_nobody_knows(self, session: Session, missed: list[AuditEntry]) -> int:
        signed = {entry.subject for entry in missed if entry.act == _SIGN}
        unknown = sum(store.document(session, document_id) is None for document_id in signed)
        if unknown:
            store.close_lists(session)
        return unknown

    def _do_again(self, session: Session, entry: AuditEntry) -> bool:
        """Set or clear what an act said; False for acts of other kinds and of documents that are gone."""
        if entry.act not in _ACTS:
            return False
        purpose, value = _ACTS[entry.act]
        row = store.document(session, entry.subject)
        if row is None or row.state != ISSUED or store.entry_of(session, row.id, purpose) is None:
            return False
        if store.knows_line(session, entry.line.number):  # another process was just about to commit it
            return False
        self._register.set(session, row.id, purpose, value=value)
        reason = entry.detail.get("reason", "")
        session.add(event_of(row.id, entry.act, entry.line, actor=entry.actor, reason=reason))
        return True
