"""Take a document out of force and back: revoke, suspend, restore (R27), each with a reason and an actor.

A revocation is for good. Setting what is set already changes nothing and writes nothing (K13).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from sqlalchemy.orm import Session

from issuer.audit import AuditLog
from issuer.credentials import store
from issuer.credentials.events import event_of
from issuer.credentials.models import DocumentRow
from issuer.credentials.reserving import ISSUED
from issuer.credentials.status_register import REVOCATION, SUSPENSION, StatusRegister
from schemas.problems import MALFORMED, NOT_ALLOWED, NOT_FOUND, FieldError, ProblemError
from services.database import Database

REASON_CHARS: Final = 500


class Revoking:
    """Changes the status of issued documents."""

    def __init__(self, *, database: Database, audit: AuditLog, register: StatusRegister) -> None:
        """Take the parts."""
        self._database = database
        self._audit = audit
        self._register = register

    def revoke(self, document_id: str, reason: str, actor: str, *, institution_id: str | None = None) -> bool:
        """Revoke a document for good; return False when it was revoked already."""
        return self._set(document_id, "revoked", REVOCATION, reason, actor, institution_id, value=True)

    def suspend(self, document_id: str, reason: str, actor: str, *, institution_id: str | None = None) -> bool:
        """Suspend a document; return False when it was suspended already."""
        return self._set(document_id, "suspended", SUSPENSION, reason, actor, institution_id, value=True)

    def restore(self, document_id: str, reason: str, actor: str, *, institution_id: str | None = None) -> bool:
        """End a suspension; return False when there was none. A revocation is never taken back."""
        return self._set(document_id, "restored", SUSPENSION, reason, actor, institution_id, value=False)

    def _set(
        self,
        document_id: str,
        happened: str,
        purpose: str,
        reason: str,
        actor: str,
        institution_id: str | None,
        *,
        value: bool,
    ) -> bool:
        """Set or clear a purpose: the audit log first, then bit, version and event in one transaction.

        Raises `ProblemError` NOT_FOUND (also for a document of another institution, K01),
        NOT_ALLOWED, MALFORMED (no reason), or BUSY when the audit log cannot be written.
        """
        reason = _checked_reason(reason)
        with self._database.session() as session:
            row = self._document(session, document_id, institution_id)
            entry = store.entry_of(session, row.id, purpose)
            if entry is None:
                raise ProblemError(NOT_ALLOWED.about(f"documents of this kind have no {purpose}"))
            if purpose == SUSPENSION and self._is_revoked(session, row.id):
                raise ProblemError(NOT_ALLOWED.about("the document is revoked for good"))
            if entry.is_set is value:
                return False
            line = self._audit.append(act=happened, subject=row.id, actor=actor, detail={"reason": reason})
            self._register.set(session, row.id, purpose, value=value)
            session.add(event_of(row.id, happened, line, actor=actor, reason=reason))
        return True

    def _document(self, session: Session, document_id: str, institution_id: str | None) -> DocumentRow:
        row = store.document(session, document_id, institution_id=institution_id)
        if row is None or row.state != ISSUED:
            raise ProblemError(NOT_FOUND.about("there is no such document"))
        return row

    def _is_revoked(self, session: Session, document_id: str) -> bool:
        return REVOCATION in store.set_purposes(session, [document_id])[document_id]


def _checked_reason(reason: str) -> str:
    text = unicodedata.normalize("NFC", reason).strip()
    printable = all(unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"} or c == "\n" for c in text)
    if not text or len(text) > REASON_CHARS or not printable:
        detail = f"A reason has 1 to {REASON_CHARS} printable characters."
        raise ProblemError(MALFORMED.about(detail, errors=(FieldError("/reason", MALFORMED.code, detail),)))
    return text
