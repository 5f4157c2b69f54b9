"""Renew the sealed PDFs of the ledger before their long-term evidence lapses (R24): the worker's beat.

    renewals.beat()         # a few documents each time, so that nothing else waits for long

How long a document's evidence lasts is read from it once and noted. A renewed document is kept
beside the one it came from, and shown in its place; doing it again changes nothing. The job
`deliver-renewal` takes it to its learner, in the same transaction as it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from issuer.credentials import store
from issuer.credentials.models import DocumentRow, RenewalRow
from issuer.credentials.reserving import ISSUED
from issuer.documents.renewing import Renewer
from issuer.institutions import store as institutions
from schemas.delivery import RenewedPDF
from schemas.problems import NOT_FOUND, ProblemError
from services.clock import Clock
from services.database import Database
from services.jobs import JobQueue
from services.log import logger

DELIVER_RENEWAL: Final = "deliver-renewal"
AT_ONCE: Final = 20
_LOOKED_AT: Final = 1_000
"""More than are done at once: some of them may wait for tomorrow."""
_AGAIN: Final = timedelta(days=1)
_FOREVER: Final = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Beat:
    """What was done: documents whose evidence was looked at, renewed, and refused until tomorrow."""

    noted: int = 0
    renewed: int = 0
    refused: int = 0


class StoredRenewals:
    """Renews what is stored; `before` is how long before its end evidence is renewed."""

    def __init__(
        self,
        *,
        database: Database,
        renewer: Callable[[], Renewer],
        clock: Clock,
        before: timedelta,
        jobs: JobQueue,
    ) -> None:
        """Take the parts; `renewer` is asked at each beat that has work, for whom to believe changes."""
        self._database = database
        self._renewer = renewer
        self._clock = clock
        self._before = before
        self._jobs = jobs
        self._later: dict[str, datetime] = {}
        self._log = logger("renewals")

    def beat(self) -> Beat:
        """Note and renew a few documents; one that cannot be is told and tried again tomorrow."""
        now = self._clock.now()
        self._later = {document_id: at for document_id, at in self._later.items() if at > now}
        with self._database.reading() as session:
            unknown = self._without(_unnoted(session))
            due = self._without(_lapsing(session, now + self._before))
        if not unknown and not due:
            return Beat()
        renewer = self._renewer()
        noted = sum(self._attempt(one, self._note, renewer) for one in unknown)
        renewed = sum(self._attempt(one, self._renew, renewer) for one in due)
        return Beat(noted, renewed, len(unknown) + len(due) - noted - renewed)

    def _without(self, found: Iterable[str]) -> list[str]:
        """Return a few of the documents, without those that wait for tomorrow."""
        return list(islice((one for one in found if one not in self._later), AT_ONCE))

    def _attempt(self, document_id: str, work: Callable[[str, Renewer], None], renewer: Renewer) -> bool:
        try:
            work(document_id, renewer)
        except ProblemError as error:
            self._log.warning("not renewed", document=document_id, reason=error.problem.code)
            self._later[document_id] = self._clock.now() + _AGAIN
            return False
        return True

    def _note(self, document_id: str, renewer: Renewer) -> None:
        """Note how long the evidence of a document lasts; one without long-term evidence has none to renew."""
        with self._database.reading() as session:
            pdf, _ = _newest(session, document_id)
        lasts = renewer.lasts_until(pdf) or self._clock.now() + _FOREVER
        self._keep(document_id, 0, None, lasts)

    def _renew(self, document_id: str, renewer: Renewer) -> None:
        with self._database.reading() as session:
            pdf, number = _newest(session, document_id)
        renewed = renewer.renew_if_due(pdf, before=self._before)
        if renewed is not None:
            lasts = renewer.lasts_until(renewed) or self._clock.now() + _FOREVER
            self._keep(document_id, number + 1, renewed, lasts)

    def _keep(self, document_id: str, number: int, pdf: bytes | None, lasts: datetime) -> None:
        """Keep a version, unless another worker did meanwhile, and send a renewed one to its learner."""
        row = RenewalRow(document_id=document_id, number=number, pdf=pdf, lasts_until=lasts, made_at=self._clock.now())
        with self._database.session() as session:
            document = store.held_document(session, document_id)
            if document is None or session.get(RenewalRow, (document_id, number)) is not None:
                return
            session.add(row)
            institution = institutions.by_id(session, document.institution_id)
            if pdf is not None and institution is not None:
                renewed = RenewedPDF(document_id, institution.did, number, pdf)
                key = f"{document_id}/{number}"
                self._jobs.put(session, kind=DELIVER_RENEWAL, key=key, payload=renewed.to_json())


def _newest(session: Session, document_id: str) -> tuple[bytes, int]:
    found = store.newest_pdf(session, document_id)
    if found is None:
        raise ProblemError(NOT_FOUND.about("there is no such document"))
    return found


def _unnoted(session: Session) -> Iterable[str]:
    """Return issued documents of which nobody knows how long their evidence lasts, oldest first."""
    query = select(DocumentRow.id).where(DocumentRow.state == ISSUED, DocumentRow.pdf.is_not(None))
    return session.scalars(query.where(~_has_note()).order_by(DocumentRow.created_at).limit(_LOOKED_AT))


def _has_note() -> ColumnElement[bool]:
    return exists().where(RenewalRow.document_id == DocumentRow.id)


def _lapsing(session: Session, horizon: datetime) -> Iterable[str]:
    """Return documents whose newest evidence lapses by then, the first to lapse first."""
    last = func.max(RenewalRow.lasts_until)
    query = select(RenewalRow.document_id).group_by(RenewalRow.document_id).having(last <= horizon)
    return session.scalars(query.order_by(last).limit(_LOOKED_AT))
