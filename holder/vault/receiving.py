"""Take in what an institution delivers: verify every form, keep it once, tell its learner.

A second delivery of the same document changes nothing. What does not prove itself genuine is not
kept: integrity and identity must be yes. A document revoked on its way is kept, since its learner
must be able to see that and why; every later showing asks for the status again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Protocol

from accounts.people import People
from accounts.store import Person
from holder.history import store as history
from holder.history.store import Happening
from holder.letters import Letters
from holder.vault import store
from holder.vault.models import DocumentRow
from schemas.delivery import CredentialForm, Delivery
from schemas.problems import CONFLICT, NOT_BY_ISSUER, PROOF_UNCHECKABLE, Part, Problem, ProblemError
from schemas.report import Answer, Report
from services.clock import Clock
from services.database import Database
from verifier.evidence import Evidence

PDF_TYPE = "application/pdf"


class Verify(Protocol):
    """Answers whether a document is genuine, now (`verifier.verification.verify`)."""

    def __call__(self, raw: bytes, evidence: Evidence, *, media_type: str | None = None) -> Report:
        """Return the report."""
        ...


class Receiving:
    """The receiving end of the job `deliver-credential`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        people: People,
        verify: Verify,
        evidence: Callable[[], Evidence],
        letters: Letters,
    ) -> None:
        """Take the parts; `evidence` is asked anew for each delivery."""
        self._database = database
        self._clock = clock
        self._people = people
        self._verify = verify
        self._evidence = evidence
        self._letters = letters

    def receive(self, delivery: Delivery) -> bool:
        """Keep a document; return False when it was there already, letter and all.

        Raises the problem of the first form that is not genuine, and CONFLICT when another
        document has the same id. May be called again after any failure.
        """
        digest = message_digest(delivery)
        known = self._known(delivery, digest)
        if known is None:
            self._require_genuine(delivery)
            owner = self._owner(delivery)
            self._keep(delivery, owner, digest)
        told = self._tell(delivery)
        return known is None or told

    def _known(self, delivery: Delivery, digest: str) -> DocumentRow | None:
        with self._database.reading() as session:
            row = store.document(session, delivery.document_id)
        if row is not None and row.message_sha256 != digest:
            raise ProblemError(CONFLICT.about("another document was delivered under this id"))
        return row

    def _require_genuine(self, delivery: Delivery) -> None:
        evidence = self._evidence()
        for form in delivery.forms:
            self.require_form(form, evidence, issuer=delivery.institution_did)
        report = self._verify(delivery.pdf, evidence, media_type=PDF_TYPE)
        require_genuine(report, issuer=delivery.institution_did)

    def require_form(self, form: CredentialForm, evidence: Evidence, *, issuer: str) -> None:
        """Raise a problem unless this form is untouched and by that issuer."""
        report = self._verify(form.body.encode(), evidence, media_type=form.media_type)
        require_genuine(report, issuer=issuer)

    def _owner(self, delivery: Delivery) -> Person:
        return self._people.register(
            delivery.learner_email,
            given_name=delivery.learner_given_name,
            family_name=delivery.learner_family_name,
            language=delivery.language,
        )

    def _keep(self, delivery: Delivery, owner: Person, digest: str) -> None:
        now = self._clock.now()
        row = DocumentRow(
            id=delivery.document_id,
            person_id=owner.id,
            kind=delivery.kind,
            language=delivery.language,
            titles=dict(delivery.titles),
            institution_did=delivery.institution_did,
            institution_names=dict(delivery.institution_names),
            institution_contact=delivery.institution_contact,
            learner_name=f"{delivery.learner_given_name} {delivery.learner_family_name}".strip(),
            issued_on=delivery.issued_on,
            locked=delivery.policy.locked,
            withholdable=list(delivery.policy.withholdable),
            replaces=delivery.replaces,
            message_sha256=digest,
            received_at=now,
        )
        with self._database.session() as session:
            if store.document(session, row.id) is not None:
                return  # the same delivery, taken in by another worker meanwhile
            store.add_document(session, row, delivery.pdf, delivery.forms)
            history.write(session, Happening.RECEIVED, person_id=owner.id, at=now, document_id=row.id)

    def _tell(self, delivery: Delivery) -> bool:
        """Write to the learner unless that was done; a letter may go twice, never not at all."""
        with self._database.reading() as session:
            row = store.document(session, delivery.document_id)
        if row is None or row.told_at is not None:
            return False
        person = self._people.by_id(row.person_id)
        if person is not None:
            invitation = None if self._people.is_active(person.id) else self._people.invite(person.email)
            self._letters.document_arrived(person, delivery, invitation)
        with self._database.session() as session:
            again = store.document(session, delivery.document_id)
            if again is not None:
                again.told_at = self._clock.now()
        return True


def require_genuine(report: Report, *, issuer: str) -> None:
    """Raise a problem unless integrity and identity are yes and the issuer is the one expected."""
    for part, answer in ((Part.INTEGRITY, report.integrity), (Part.IDENTITY, report.identity)):
        if answer.answer is not Answer.YES:
            raise ProblemError(_problem_of(report, part))
    if report.identity.facts.get("did") != issuer:
        raise ProblemError(NOT_BY_ISSUER.about("the document is by another issuer than the one that delivers it"))


def _problem_of(report: Report, part: Part) -> Problem:
    for check in report.checks:
        if check.part is part and check.problem is not None:
            return check.problem
    for item in report.items:
        if item.integrity.answer is not Answer.YES or item.identity.answer is not Answer.YES:
            return _problem_of(item, part)
    return PROOF_UNCHECKABLE.about("the document could not be checked")


def message_digest(delivery: Delivery) -> str:
    """Return the SHA-256 of the message, by which a repeated delivery is known again."""
    text = json.dumps(delivery.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
