"""The check `validity`: is a document in force by its own dates?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import schemas.moments
from proofs import jwt_claims
from schemas.problems import EXPIRED, MALFORMED, NOT_YET_VALID, ProblemError
from verifier.document import Document, NotPassedError, Passed
from verifier.evidence import Evidence


def validity(document: Document, evidence: Evidence) -> Passed:
    """Compare the dates of the document with now (VCDM 2.0 section 4.9; 1.1 section 4.6)."""
    begins, ends = period_of(document)
    facts = {name: at.isoformat() for name, at in (("valid_from", begins), ("valid_until", ends)) if at is not None}
    if begins is not None and evidence.now < begins:
        raise NotPassedError(
            NOT_YET_VALID.about(begins.isoformat()), facts={"valid_from": facts["valid_from"]}, evidence_at=evidence.now
        )
    if ends is not None and evidence.now >= ends:
        raise NotPassedError(EXPIRED.about(ends.isoformat()), facts=facts, evidence_at=evidence.now)
    return Passed("within its dates" if ends else "without an end", evidence.now, facts)


def period_of(document: Document) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when, by the document's own word; of two ends the earlier counts.

    A token with disclosures may say it as a token does (`nbf`, `exp`), as a credential does, or both; a
    credential of VCDM 1.1 may use the names of 2.0 beside its own.
    """
    begins, ends = [], []
    if not document.is_sd_jwt_vc:
        begins += [moment(document.claims, name) for name in ("validFrom", "issuanceDate")]
        ends += [moment(document.claims, name) for name in ("validUntil", "expirationDate")]
    if document.content.has_disclosures:
        begins.append(jwt_claims.moment(document.claims, "nbf"))
        ends.append(jwt_claims.moment(document.claims, "exp"))
    return max(filter(None, begins), default=None), min(filter(None, ends), default=None)


def moment(claims: Mapping[str, Any], *names: str) -> datetime | None:
    """Return the first of the named dates, aware; without an offset it is taken as UTC."""
    for name in names:
        if name in claims:
            try:
                return schemas.moments.moment(claims[name])
            except ValueError:
                raise ProblemError(MALFORMED.about(f"{name} is no moment")) from None
    return None
