"""Renew the long-term evidence of a sealed PDF before it lapses (ETSI EN 319 142-1 section 5.5, R24).

A renewal is one more revision: fresh validation data for the last timestamp, and a new document
timestamp over everything. The seal and all that it covers stay as they are, byte for byte.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from proofs.pades_sealing import DIGEST, TimestampAdapter, ValidationMaterial, run
from proofs.pades_trust import SealFinding
from proofs.pdf_revisions import find_signatures, open_pdf, refusing
from schemas.limits import DEFAULT, Limits
from schemas.problems import PDF_CHANGED, PDF_UNTIMESTAMPED, TIMESTAMP_INVALID, ProblemError
from services.timestamps import Timestamper

BEFORE: Final = timedelta(days=365)
"""How long before its end evidence is renewed, unless told otherwise."""
_STORED_WITH_IT: Final = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


def is_due(finding: SealFinding, *, now: datetime, before: timedelta = BEFORE) -> bool:
    """Say whether the last document timestamp's certificate ends within `before`."""
    return finding.archive_expires is not None and finding.archive_expires - before <= now


def renew(
    pdf: bytes, *, timestamper: Timestamper, material: ValidationMaterial, now: datetime, limits: Limits = DEFAULT
) -> bytes:
    """Return `pdf` with one more document timestamp; the input is its prefix.

    `material` holds what shows that the last timestamp's authority, and the new one's, are in force
    today. Raises ProblemError: pdf-untimestamped, timestamp-invalid (it has lapsed: too late),
    awaiting-timestamp (try again later). Whether the seal holds is not asked here: check it before
    and after.
    """
    reader = open_pdf(pdf, limits)
    with refusing(PDF_CHANGED, "the signature is damaged"):
        _, stamps = find_signatures(reader)
    if not stamps:
        raise ProblemError(PDF_UNTIMESTAMPED.about())
    return run(_renewed(pdf, stamps[-1], TimestampAdapter(timestamper), material.context(now)))


async def _renewed(
    pdf: bytes, last: EmbeddedPdfSignature, timestamper: TimestampAdapter, context: ValidationContext
) -> bytes:
    status = await async_validate_pdf_timestamp(last, context, skip_diff=True)
    if not (status.intact and status.valid and status.trusted):
        raise ProblemError(TIMESTAMP_INVALID.about("the last timestamp does not hold any more"))
    new_paths = timestamper.validation_paths(context)  # type: ignore[no-untyped-call]
    paths = [status.validation_path, *[path async for path in new_paths]]
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=paths, validation_context=context, embed_roots=True)
    out = await PdfTimeStamper(timestamper).async_timestamp_pdf(
        writer, DIGEST, context, validation_paths=paths, dss_settings=_STORED_WITH_IT, embed_roots=True
    )
    renewed: bytes = out.getvalue()
    return renewed
