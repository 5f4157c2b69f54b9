"""Take in the renewed PDF of a document: newer evidence for the same pages (R24).

The file that was delivered first is kept; what the learner sees, shares and downloads is the newest.
Nobody is written to: the document says what it said.
"""

from __future__ import annotations

from collections.abc import Callable

from holder.history import store as history
from holder.history.store import Happening
from holder.vault import store
from holder.vault.models import DocumentRow, RenewalRow
from holder.vault.receiving import PDF_TYPE, Verify, require_genuine
from schemas.delivery import RenewedPDF
from schemas.problems import CONFLICT, ProblemError
from services.clock import Clock
from services.database import Database
from verifier.evidence import Evidence


class Renewing:
    """The receiving end of the job `deliver-renewal`."""

    def __init__(self, *, database: Database, clock: Clock, verify: Verify, evidence: Callable[[], Evidence]) -> None:
        """Take the parts; `evidence` is asked anew for each delivery."""
        self._database = database
        self._clock = clock
        self._verify = verify
        self._evidence = evidence

    def receive(self, renewed: RenewedPDF) -> bool:
        """Keep a renewed PDF; return False when it was there already, or its learner has no such document.

        Raises the problem of a file that is not genuine, and CONFLICT for one that is no renewal of
        the file delivered first, or other than the one already kept under its number.
        """
        with self._database.reading() as session:
            row = store.document(session, renewed.document_id)
            known = row is None or self._is_known(store.renewal(session, renewed.document_id, renewed.number), renewed)
            first = store.first_pdf(session, renewed.document_id)
        if row is None or known:
            return False
        if row.institution_did != renewed.institution_did or first is None or not renewed.pdf.startswith(first):
            raise ProblemError(CONFLICT.about("this is not a renewal of the file that was delivered"))
        report = self._verify(renewed.pdf, self._evidence(), media_type=PDF_TYPE)
        require_genuine(report, issuer=renewed.institution_did)
        return self._keep(row, renewed)

    def _is_known(self, kept: RenewalRow | None, renewed: RenewedPDF) -> bool:
        if kept is not None and kept.pdf != renewed.pdf:
            raise ProblemError(CONFLICT.about("another renewal was delivered under this number"))
        return kept is not None

    def _keep(self, document: DocumentRow, renewed: RenewedPDF) -> bool:
        now = self._clock.now()
        kept = RenewalRow(document_id=document.id, number=renewed.number, pdf=renewed.pdf, received_at=now)
        with self._database.session() as session:
            if store.document(session, document.id) is None or store.renewal(session, document.id, renewed.number):
                return False  # deleted, or taken in by another worker meanwhile
            session.add(kept)
            history.write(session, Happening.RENEWED, person_id=document.person_id, at=now, document_id=document.id)
        return True
