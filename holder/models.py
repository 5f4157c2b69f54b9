"""Every table of the holder, gathered for migrations."""

from __future__ import annotations

from holder.exchanges.models import ExchangeRow
from holder.history.models import EventRow
from holder.sharing.models import ShareDocumentRow, ShareRow, VisitRow
from holder.tables import Base
from holder.vault.models import DocumentRow, FileRow, FormRow, RenewalRow

__all__ = [
    "Base",
    "DocumentRow",
    "EventRow",
    "ExchangeRow",
    "FileRow",
    "FormRow",
    "RenewalRow",
    "ShareDocumentRow",
    "ShareRow",
    "VisitRow",
]
