"""Every table of the issuer, for the migrations."""

from __future__ import annotations

from issuer.awards.models import ApiRequestRow
from issuer.credentials.models import (
    DocumentEventRow,
    DocumentRow,
    IntentRow,
    RenewalRow,
    StatusEntryRow,
    StatusListRow,
)
from issuer.institutions.models import ApiClientRow, InstitutionRow
from issuer.tables import JOBS, Base

__all__ = [
    "JOBS",
    "ApiClientRow",
    "ApiRequestRow",
    "Base",
    "DocumentEventRow",
    "DocumentRow",
    "InstitutionRow",
    "IntentRow",
    "RenewalRow",
    "StatusEntryRow",
    "StatusListRow",
]
