"""Reserve: a document's row, its id and its places, once for each award (step 1 of issuing).

A document is `reserved` while somebody works on it or a crash left it, `awaiting` while no authority
gives what its seal needs for the long term, `issued` once it is signed, `refused` when something
was wrong with its award: then a corrected award may take its place. Each
try has a lease; a try that nobody ended is cancelled and its places are burnt, never given again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.credentials import store
from issuer.credentials.delivering import printed_token, token_digest
from issuer.credentials.models import DocumentRow, IntentRow
from issuer.credentials.status_register import PURPOSES, StatusRegister
from issuer.institutions import store as institutions
from issuer.institutions.profile import Institution
from proofs.bitstring_status_list import entry_object
from schemas.award_loading import award_to_json, load_award
from schemas.awards import Award
from schemas.problems import ALREADY_ISSUED, BUSY, NOT_FOUND, ProblemError
from services.clock import Clock
from services.database import Database

LEASE: Final = timedelta(minutes=5)
RESERVED: Final = "reserved"
AWAITING: Final = "awaiting"
ISSUED: Final = "issued"
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Issued:
    """A document in the ledger; `is_new` is False when the same award had been issued before."""

    document_id: str
    kind: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Try:
    """One try at one document: what was reserved for it, and what it is to say."""

    document_id: str
    intent_id: str
    institution: Institution
    award: Award
    actor: str
    seed: bytes
    status: tuple[Mapping[str, Any], ...]

    @property
    def printed_token(self) -> str:
        """Return the token of the code printed on the document."""
        return printed_token(self.seed)


class Reserving:
    """Gives each award one document and one open try."""

    def __init__(self, *, database: Database, clock: Clock, register: StatusRegister, public_url: str) -> None:
        """Take the parts; `public_url` is where status lists are published."""
        self._database = database
        self._clock = clock
        self._register = register
        self._public_url = public_url

    def reserve(self, award: Award, slug: str, actor: str) -> Try | Issued:
        """Open a try at an award, or return the document that was issued for it.

        Raises `ProblemError` NOT_FOUND (no such institution), ALREADY_ISSUED (the same
        `external_id` with other content) or BUSY (somebody else is at it).
        """
        for _ in range(3):
            try:
                with self._database.session() as session:
                    return self._reserve_in(session, award, slug, actor)
            except IntegrityError:  # somebody else reserved the same award at this moment
                continue
        raise _busy()

    def cancel_left_open(self, *, alone: bool) -> tuple[str, ...]:
        """Cancel tries that nobody will end; return the documents that wait to be issued, oldest first.

        With `alone`, for a process that knows it is the only one, every open try counts as left.
        """
        with self._database.session() as session:
            before = None if alone else self._clock.now()
            for intent in store.intents_left_open(session, lease_before=before):
                self._cancel(session, intent.id)
            return tuple(store.documents_in(session, RESERVED, AWAITING))

    def awaiting(self) -> tuple[str, ...]:
        """Return the documents that wait for an authority, oldest first."""
        with self._database.reading() as session:
            return tuple(store.documents_in(session, AWAITING))

    def institution_of(self, document_id: str) -> Institution | None:
        """Return whose a document is; None when it is gone."""
        with self._database.reading() as session:
            row = store.document(session, document_id)
            found = institutions.by_id(session, row.institution_id) if row else None
            return institutions.institution_of(found) if found else None

    def reopen(self, document_id: str) -> Try | None:
        """Open a new try at a document that waits; None when somebody else is at it."""
        with self._database.session() as session:
            row = store.held_document(session, document_id)
            if (
                row is None
                or row.state not in {RESERVED, AWAITING}
                or store.open_intent(session, document_id) is not None
            ):
                return None
            return self._new_try(session, row)

    def give_up(self, attempt: Try, *, refused: bool, awaiting: bool = False) -> None:
        """Cancel a try; the document waits (for an authority, if so), or is refused and forgets its award."""
        with self._database.session() as session:
            store.held_document(session, attempt.document_id)
            if not self._cancel(session, attempt.intent_id):
                return  # the try was taken over: the document is no longer ours
            if refused:
                store.write_document(session, attempt.document_id, state=REFUSED, award={}, award_sha256="")
            elif awaiting:
                store.write_document(session, attempt.document_id, state=AWAITING)

    def issued(self, session: Session, document_id: str) -> tuple[DocumentRow, Try]:
        """Return an issued document and what it says; raise NOT_FOUND for anything else."""
        row = store.document(session, document_id)
        if row is None or row.state != ISSUED:
            raise ProblemError(NOT_FOUND.about("there is no such document"))
        return row, self._try_of(session, row, "")

    def _reserve_in(self, session: Session, award: Award, slug: str, actor: str) -> Try | Issued:
        institution = institutions.by_slug(session, slug)
        if institution is None:
            raise ProblemError(NOT_FOUND.about("there is no such institution"))
        row = store.by_natural_key(session, institution.id, award.external_id, hold=True)
        digest = award_digest(award)
        if row is None:
            row = self._new_document(award, institution.id, actor)
            session.add(row)
            session.flush()
        elif row.state == REFUSED:
            row.state, row.kind, row.actor = RESERVED, award.kind.value, actor
            row.award, row.award_sha256 = award_to_json(award), digest
        elif row.award_sha256 != digest:
            raise ProblemError(ALREADY_ISSUED.about())
        elif row.state == ISSUED:
            return Issued(row.id, row.kind, is_new=False)
        else:
            self._take_over(session, row.id)
        return self._new_try(session, row)

    def _new_document(self, award: Award, institution_id: str, actor: str) -> DocumentRow:
        seed = secrets.token_bytes(32)
        return DocumentRow(
            id=uuid.uuid4().urn,
            institution_id=institution_id,
            external_id=award.external_id,
            kind=award.kind.value,
            award=award_to_json(award),
            award_sha256=award_digest(award),
            seed=seed,
            printed_sha256=token_digest(printed_token(seed)),
            state=RESERVED,
            forms=[],
            actor=actor,
            created_at=self._clock.now(),
        )

    def _take_over(self, session: Session, document_id: str) -> None:
        """Cancel the try of somebody who was killed; raise BUSY while somebody is at work."""
        intent = store.open_intent(session, document_id)
        if intent is None:
            return
        if intent.lease_until > self._clock.now():
            raise _busy()
        self._cancel(session, intent.id)

    def _cancel(self, session: Session, intent_id: str) -> bool:
        if not store.close_intent(session, intent_id, "cancelled"):
            return False
        self._register.burn(session, intent_id)
        return True

    def _new_try(self, session: Session, row: DocumentRow) -> Try:
        now = self._clock.now()
        intent = IntentRow(
            id=str(uuid.uuid4()), document_id=row.id, state="open", lease_until=now + LEASE, created_at=now
        )
        session.add(intent)
        session.flush()
        institution = institutions.by_id(session, row.institution_id)
        self._register.reserve(
            session,
            institution_id=row.institution_id,
            purposes=institution.purposes.get(row.kind, PURPOSES) if institution else PURPOSES,
            document_id=row.id,
            intent_id=intent.id,
        )
        return self._try_of(session, row, intent.id)

    def _try_of(self, session: Session, row: DocumentRow, intent_id: str) -> Try:
        institution = institutions.by_id(session, row.institution_id)
        if institution is None:
            raise ProblemError(NOT_FOUND.about("there is no such institution"))
        status = tuple(
            entry_object(status_list_url(self._public_url, place.list_id), place.place, place.purpose)
            for place in store.places(session, row.id)
        )
        return Try(
            document_id=row.id,
            intent_id=intent_id,
            institution=institutions.institution_of(institution),
            award=load_award(row.award),
            actor=row.actor,
            seed=row.seed,
            status=status,
        )


def status_list_url(public_url: str, list_id: str) -> str:
    """Return the address of a status list, which is also its id."""
    return f"{public_url}/status/{list_id}"


def award_digest(award: Award) -> str:
    """Return the digest that tells two awards of one `external_id` apart."""
    return hashlib.sha256(json.dumps(award_to_json(award), sort_keys=True).encode()).hexdigest()


def _busy() -> ProblemError:
    return ProblemError(BUSY.about("the award is being issued", retry_after=1))
