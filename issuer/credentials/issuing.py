"""Issue: from an award to a signed document in the ledger, nothing lost and nothing twice.

The order, each step keyed and repeatable (threats.md section 3):

 1. reserve the document, its id and its places on the status lists    (one transaction)
 2. draft the pages and the credential that names their digest
 3. store the intent: the hash of what will be signed                  (one transaction)
 4. lint                                    5. write the act into the audit log
 6. sign every form, attach, seal           7. verify every form and the PDF from the bytes
 8. store the document and the job that delivers it                    (one transaction)
 9. publish: the status lists are signed when they are asked for (`publishing`)

A document whose timestamp or evidence cannot be had waits: none of its forms is stored or delivered,
since each names the other. Whoever is killed leaves an open try. `resume` cancels it, burns its
places and issues again; the document keeps its id, which nobody has seen with a signature.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from issuer.audit import AuditLine, AuditLog
from issuer.credentials import store
from issuer.credentials.delivering import DELIVER, delivery_of
from issuer.credentials.drafting import Draft, draft_credential
from issuer.credentials.drafting_parts import Particulars
from issuer.credentials.events import event_of
from issuer.credentials.identifiers import Identifiers
from issuer.credentials.reserving import ISSUED, LEASE, Issued, Reserving, Try
from issuer.credentials.signing import FormSigner, lead_form, lint
from issuer.credentials.status_register import REVOCATION
from issuer.institutions.profile import Institution
from schemas.awards import Award
from schemas.delivery import CredentialForm
from schemas.problems import (
    AWAITING_EVIDENCE,
    AWAITING_TIMESTAMP,
    BUSY,
    CONFLICT,
    EXPIRED,
    NOT_YET_VALID,
    PROOF_UNCHECKABLE,
    REVOKED,
    Outcome,
    Part,
    ProblemError,
)
from schemas.report import Answer, CheckResult, Report
from services.clock import Clock
from services.database import Database
from services.jobs import JobQueue
from services.log import logger
from verifier.evidence import Evidence

_TIME_CODES: Final = frozenset({EXPIRED.code, NOT_YET_VALID.code})
AWAITED: Final = frozenset({AWAITING_TIMESTAMP.code, AWAITING_EVIDENCE.code})
"""A document that meets one of these waits, and is issued when the authority is back."""
_PDF: Final = "application/pdf"
_OUR_FAULT: Final = 500
_WAIT_SECONDS: Final = 20.0
_PAUSE_SECONDS: Final = 0.05


class DocumentMaking(Protocol):
    """Makes the pages of a document, and seals them with their credential inside."""

    def base(self, award: Award, *, institution: Institution, document_id: str, verify_url: str) -> bytes:
        """Return BASE: the pages, before anything is attached."""
        ...

    def seal(self, base: bytes, credential: bytes, *, award: Award, institution: Institution) -> bytes:
        """Return the PDF that holds the credential and is sealed by the institution."""
        ...

    def require_ready(self, institution: Institution) -> None:
        """Raise what `seal` would raise now for want of a timestamp or of evidence."""
        ...


class Verifying(Protocol):
    """Says whether a document is genuine (`verifier.verification.verify`)."""

    def __call__(self, raw: bytes, evidence: Evidence, *, media_type: str | None = None) -> Report:
        """Return the report."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingParts:
    """What issuing works with; `step` is called with the name of each step that is behind us."""

    database: Database
    clock: Clock
    jobs: JobQueue
    audit: AuditLog
    reserving: Reserving
    signer: FormSigner
    documents: DocumentMaking
    verify: Verifying
    evidence: Callable[[], Evidence]
    base_url: str
    step: Callable[[str], None] = lambda _: None


class Issuing:
    """Issues awards, binds issued documents to a holder's key, and mends what a crash left."""

    def __init__(self, parts: IssuingParts) -> None:
        """Take the parts."""
        self._parts = parts
        self._log = logger("issuing")

    def issue(self, award: Award, slug: str, actor: str) -> Issued:
        """Issue an award of an institution; the same award again changes nothing (K02, K04).

        While another process is at the same award, waits for its end. Raises `ProblemError` as
        `Reserving.reserve`, or what is wrong with the award.
        """
        until = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                reserved = self._parts.reserving.reserve(award, slug, actor)
            except ProblemError as error:
                if error.problem.code != BUSY.code or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_SECONDS)
                continue
            if isinstance(reserved, Issued):
                return reserved
            self._parts.step("reserved")
            return self._finish(reserved)

    def resume(self, *, alone: bool = False) -> int:
        """Issue what was accepted and never signed; return how many documents that were.

        With `alone`, for a process that knows it is the only one, every open try counts as left by
        a crash; otherwise only those whose lease ran out. An award that is refused now is not counted,
        nor is one that goes on waiting for an authority.
        """
        count, first = 0, None
        for document_id in self._parts.reserving.cancel_left_open(alone=alone):
            attempt = self._parts.reserving.reopen(document_id)
            if attempt is None:
                continue
            try:
                self._finish(attempt)
            except ProblemError as error:
                first = first or (None if error.problem.code in AWAITED else error)
            else:
                count += 1
        if first is not None:
            raise first
        return count

    def issue_awaiting(self) -> int:
        """Issue the documents that wait for an authority; return how many. Nothing is tried while it is away."""
        parts, count = self._parts, 0
        for document_id in parts.reserving.awaiting():
            try:
                institution = parts.reserving.institution_of(document_id)
                if count == 0 and institution is not None:
                    parts.documents.require_ready(institution)
                attempt = parts.reserving.reopen(document_id)
                if attempt is not None:
                    self._finish(attempt)
                    count += 1
            except ProblemError as error:
                self._log.warning("not issued", document=document_id, reason=error.problem.code)
                if error.problem.code in AWAITED:
                    break
        return count

    def bind(self, document_id: str, holder: str) -> tuple[CredentialForm, ...]:
        """Return the forms of an issued document signed again for the holder's DID (R95).

        Id and status entries stay, so all forms share one fate. Raises NOT_FOUND, REVOKED.
        """
        parts = self._parts
        with parts.database.reading() as session:
            row, attempt = parts.reserving.issued(session, document_id)
            base_sha256 = row.base_sha256
            if REVOCATION in store.set_purposes(session, [document_id])[document_id]:
                raise ProblemError(REVOKED.about())
        draft = _draft(attempt, base_sha256, bound_to=holder)
        lint(draft)
        line = parts.audit.append(act="bind", subject=document_id, actor="holder", detail={"to": _sha256(holder)})
        forms = parts.signer.forms(draft, controller=attempt.institution.did, at=parts.clock.now())
        self._require_sound(forms, None)
        with parts.database.session() as session:
            session.add(event_of(document_id, "bound", line, actor="holder", reason=""))
        return forms

    def _finish(self, attempt: Try) -> Issued:
        """Run steps 2 to 9; a problem cancels the try.

        What is wrong with the award refuses it. What is wrong with us, and anything that goes wrong
        once the signing has begun, leaves it to be issued later.
        """
        try:
            base, draft, will_sign = self._prepare(attempt)
        except ProblemError as error:
            waits = error.problem.code in AWAITED
            self._parts.reserving.give_up(attempt, refused=error.problem.status < _OUR_FAULT, awaiting=waits)
            raise
        try:
            return self._sign(attempt, base, draft, will_sign)
        except ProblemError as error:
            self._parts.reserving.give_up(attempt, refused=False, awaiting=error.problem.code in AWAITED)
            raise

    def _prepare(self, attempt: Try) -> tuple[bytes, Draft, str]:
        """Make the pages and the draft, store what will be signed, and lint it (steps 2 to 4)."""
        parts = self._parts
        base = parts.documents.base(
            attempt.award,
            institution=attempt.institution,
            document_id=attempt.document_id,
            verify_url=f"{parts.base_url}/d/{attempt.printed_token}",
        )
        draft = _draft(attempt, hashlib.sha256(base).digest())
        parts.step("drafted")
        will_sign = _sha256(json.dumps(draft.joined(draft.children), sort_keys=True))
        with parts.database.session() as session:
            store.write_intent(session, attempt.intent_id, will_sign, lease_until=parts.clock.now() + LEASE)
        parts.step("intent-stored")
        lint(draft)
        parts.step("linted")
        return base, draft, will_sign

    def _sign(self, attempt: Try, base: bytes, draft: Draft, will_sign: str) -> Issued:
        """Audit, sign, seal, verify, store (steps 5 to 8)."""
        parts = self._parts
        line = parts.audit.append(
            act="sign",
            subject=attempt.document_id,
            actor=attempt.actor,
            detail={"institution": attempt.institution.slug, "will_sign": will_sign},
        )
        parts.step("audited")
        forms = parts.signer.forms(draft, controller=attempt.institution.did, at=parts.clock.now())
        lead = lead_form(forms).body.encode()
        pdf = parts.documents.seal(base, lead, award=attempt.award, institution=attempt.institution)
        parts.step("signed")
        self._require_sound(forms, pdf)
        parts.step("verified")
        self._store(attempt, line, forms, pdf, base)
        parts.step("stored")
        return Issued(attempt.document_id, attempt.award.kind.value, is_new=True)

    def _require_sound(self, forms: tuple[CredentialForm, ...], pdf: bytes | None) -> None:
        """Verify from the bytes: what we sign, we can verify."""
        evidence = self._parts.evidence()
        for form in forms:
            require_sound(self._parts.verify(form.body.encode(), evidence, media_type=form.media_type))
        if pdf is not None:
            require_sound(self._parts.verify(pdf, evidence, media_type=_PDF))

    def _store(self, attempt: Try, line: AuditLine, forms: tuple[CredentialForm, ...], pdf: bytes, base: bytes) -> None:
        """Write the document and its delivery, unless the try was taken over meanwhile."""
        parts = self._parts
        with parts.database.session() as session:
            store.held_document(session, attempt.document_id)
            if not store.close_intent(session, attempt.intent_id, "done"):
                raise ProblemError(CONFLICT.about("another process issued this award"))
            store.write_document(
                session,
                attempt.document_id,
                state=ISSUED,
                base_sha256=hashlib.sha256(base).digest(),
                forms=[{"format": f.format, "media_type": f.media_type, "body": f.body} for f in forms],
                pdf=pdf,
                issued_at=parts.clock.now(),
            )
            session.add(event_of(attempt.document_id, "issued", line, actor=attempt.actor, reason=""))
            delivery = delivery_of(attempt.document_id, attempt.award, attempt.institution, forms, pdf)
            parts.jobs.put(session, kind=DELIVER, key=attempt.document_id, payload=delivery.to_json())


def require_sound(report: Report) -> None:
    """Raise the first problem of a document that we signed.

    Dates may be past or to come (R29), and a trust list may not know the institution yet; anything
    else, and integrity that is not positively yes, stops the document from being issued.
    """
    for check in report.checks:
        if check.problem is not None and not _is_tolerated(check):
            raise ProblemError(check.problem)
    if report.integrity.answer is not Answer.YES:
        raise ProblemError(PROOF_UNCHECKABLE.about("what was signed could not be verified"))
    for item in report.items:
        require_sound(item)


def _is_tolerated(check: CheckResult) -> bool:
    if check.outcome is Outcome.SKIPPED or (check.problem and check.problem.code in _TIME_CODES):
        return True
    return check.part is Part.IDENTITY and check.outcome is Outcome.INDETERMINATE


def _draft(attempt: Try, base_sha256: bytes | None, *, bound_to: str | None = None) -> Draft:
    particulars = Particulars(
        document_id=attempt.document_id,
        identifiers=Identifiers(attempt.seed),
        status=attempt.status,
        base_sha256=base_sha256,
        bound_to=bound_to,
    )
    return draft_credential(attempt.award, attempt.institution, particulars)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
