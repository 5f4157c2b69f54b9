"""The part that renews long-term evidence, made of those that this process has."""

from __future__ import annotations

from datetime import timedelta

from app.trusting import open_trust_list
from app.wiring import Parts
from contexts.loader import BundledLoader
from issuer.documents.renewing import DAYS_A_MONTH, Renewer
from issuer.documents.stored_renewals import StoredRenewals
from services.database import Database
from verifier.pdf import seal_trust


def make_renewer(parts: Parts) -> Renewer:
    """Return what renews sealed PDFs: the authority of the settings, and whom the trust list believes now."""
    certifying = parts.certifying
    timestamper = certifying.timestamper()
    trust = open_trust_list(parts.settings, BundledLoader.open())()
    return Renewer(
        timestamper=timestamper,
        material=lambda certificate: certifying.material(certificate, timestamper),
        trust=seal_trust(trust),
        now=parts.clock.now,
    )


def make_stored_renewals(parts: Parts) -> StoredRenewals | None:
    """Return what renews the PDFs of the ledger, None when the settings want none renewed."""
    months = parts.settings.renew_months
    if not months:
        return None
    return StoredRenewals(
        database=Database(parts.settings.issuer_database_url),
        renewer=lambda: make_renewer(parts),
        clock=parts.clock,
        before=timedelta(days=months * DAYS_A_MONTH),
        jobs=parts.jobs,
    )
