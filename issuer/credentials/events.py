"""What happened to a document, tied to its line of the audit log."""

from __future__ import annotations

import uuid

from issuer.audit import AuditLine
from issuer.credentials.models import DocumentEventRow


def event_of(document_id: str, happened: str, line: AuditLine, *, actor: str, reason: str) -> DocumentEventRow:
    """Return the row of an event; `line` is the one that was written for it."""
    return DocumentEventRow(
        id=str(uuid.uuid4()),
        document_id=document_id,
        happened=happened,
        at=line.at,
        actor=actor,
        reason=reason,
        audit_number=line.number,
        audit_digest=line.digest,
    )
