"""What the institution sees of its documents, and what a printed code tells a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from issuer.credentials import store
from issuer.credentials.delivering import both, token_digest
from issuer.credentials.models import DocumentRow
from issuer.credentials.reserving import ISSUED, REFUSED, award_digest
from issuer.credentials.status_register import REVOCATION, SUSPENSION
from issuer.credentials.wording import title_of
from issuer.institutions import store as institutions
from schemas.award_loading import load_award
from schemas.awards import Award, Text
from schemas.delivery import CredentialForm
from schemas.problems import ALREADY_ISSUED, NOT_FOUND, REVOKED, SUSPENDED, ProblemError
from schemas.shares import PrintedDocument
from services.clock import Clock
from services.database import Database

IN_FORCE: Final = "in-force"
MAX_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a document."""

    happened: str
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document as its institution sees it.

    `state` is reserved, awaiting, refused, in-force, suspended or revoked. `award` and `title` are None when
    the award was refused. `purposes` are those that can be set. `events` are told of one document only.
    """

    id: str
    kind: str
    external_id: str
    state: str
    award: Award | None
    title: Text | None
    created_at: datetime
    issued_at: datetime | None
    purposes: frozenset[str] = frozenset()
    events: tuple[Event, ...] = ()


class Showing:
    """Reads documents."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Take the parts."""
        self._database = database
        self._clock = clock

    def document(self, document_id: str, *, institution_id: str | None = None) -> DocumentSummary:
        """Return a document with its events; raise NOT_FOUND, also for another institution's (K01)."""
        with self._database.reading() as session:
            row = store.document(session, document_id, institution_id=institution_id)
            if row is None:
                raise ProblemError(NOT_FOUND.about("there is no such document"))
            events = tuple(Event(e.happened, e.at, e.actor, e.reason) for e in store.events(session, row.id))
            purposes = frozenset(place.purpose for place in store.places(session, row.id))
            set_purposes = store.set_purposes(session, [row.id])[row.id]
        return _summary(row, set_purposes, purposes=purposes, events=events)

    def documents(self, institution_id: str, *, limit: int, after: str, kind: str) -> tuple[DocumentSummary, ...]:
        """Return a page of documents, newest first (K17: bounded)."""
        with self._database.reading() as session:
            last = store.document(session, after, institution_id=institution_id) if after else None
            rows = store.page_of_documents(
                session,
                institution_id,
                limit=min(max(limit, 1), MAX_PAGE),
                before=(last.created_at, last.id) if last else None,
                kind=kind,
            )
            set_purposes = store.set_purposes(session, [row.id for row in rows])
            return tuple(_summary(row, set_purposes[row.id]) for row in rows)

    def known(self, award: Award, institution_id: str) -> str | None:
        """Return the document of an award, or None; raise ALREADY_ISSUED when it says something else."""
        with self._database.reading() as session:
            row = store.by_natural_key(session, institution_id, award.external_id)
        if row is None or row.state == REFUSED:
            return None
        if row.award_sha256 != award_digest(award):
            raise ProblemError(ALREADY_ISSUED.about())
        return row.id

    def counts(self, institution_id: str) -> dict[str, int]:
        """Return how many documents are in each state of the ledger."""
        with self._database.reading() as session:
            return dict(store.count_by_state(session, institution_id))

    def forms(self, document_id: str) -> tuple[CredentialForm, ...]:
        """Return the signed forms of a document; raise NOT_FOUND."""
        with self._database.reading() as session:
            return tuple(CredentialForm(**form) for form in _issued(session, document_id).forms)  # type: ignore[arg-type]  # stored as they were written

    def pdf(self, document_id: str) -> bytes:
        """Return the sealed PDF of a document, renewed if it was; raise NOT_FOUND."""
        with self._database.reading() as session:
            _issued(session, document_id)
            found = store.newest_pdf(session, document_id)
        if found is None:
            raise ProblemError(NOT_FOUND.about("there is no such document"))
        return found[0]

    def printed(self, token: str) -> PrintedDocument | None:
        """Return what a printed code stands for, or None."""
        with self._database.reading() as session:
            row = store.by_printed(session, token_digest(token))
            if row is None or row.state != ISSUED:
                return None
            institution = institutions.by_id(session, row.institution_id)
            set_purposes = store.set_purposes(session, [row.id])[row.id]
        if institution is None:
            return None
        profile = institutions.institution_of(institution)
        return PrintedDocument(
            kind=row.kind,
            document_id=row.id,
            institution_names=both(profile.names),
            institution_contact=profile.contact_email,
            issued_on=row.award["issued_on"],
            status=_status_code(set_purposes),
            checked_at=self._clock.now().isoformat(timespec="seconds"),
        )


def _issued(session: Session, document_id: str) -> DocumentRow:
    row = store.document(session, document_id)
    if row is None or row.state != ISSUED:
        raise ProblemError(NOT_FOUND.about("there is no such document"))
    return row


def _status_code(set_purposes: frozenset[str]) -> str | None:
    if REVOCATION in set_purposes:
        return REVOKED.code
    return SUSPENDED.code if SUSPENSION in set_purposes else None


def _summary(
    row: DocumentRow,
    set_purposes: frozenset[str],
    *,
    purposes: frozenset[str] = frozenset(),
    events: tuple[Event, ...] = (),
) -> DocumentSummary:
    award = load_award(row.award) if row.award else None
    return DocumentSummary(
        id=row.id,
        kind=row.kind,
        external_id=row.external_id,
        state=(_status_code(set_purposes) or IN_FORCE) if row.state == ISSUED else row.state,
        award=award,
        title=title_of(award) if award else None,
        created_at=row.created_at,
        issued_at=row.issued_at,
        purposes=purposes,
        events=events,
    )
