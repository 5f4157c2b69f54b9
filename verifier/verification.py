"""Is it genuine, now?

    report = verify(raw, evidence)
    report.verdict                      # verified, was-valid, failed, not-fully-checked
    report.require_passed()             # or raise the first problem

1. structure: what is it, and is it written as the specifications allow?
2. signature: does every signature hold? Only now are claims read.
3. binding, validity, status, issuer, schema: see `verifier/checks.py`.
4. The documents inside (courses of a transcript, credentials of a presentation, the credential of a
   PDF) are verified as documents of their own with the same evidence; their answers count.

`structure` and `signature` stop the rest, which is listed as skipped. A caller who needs certainty
still has to look at `report.verdict`: a report is never true or false by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from schemas.problems import ATTACHMENT_MISMATCH, MALFORMED, TOO_COMPLEX, Part, Problem, ProblemError
from schemas.report import Report
from services.patience import patience
from verifier.asking import Answers
from verifier.checks import CHECKS, EXTRA, Check
from verifier.document import Answered, Content, Document, Form, Kind, Passed, Skipped
from verifier.evidence import Evidence
from verifier.once import AskedOnce, ResolvedOnce
from verifier.pdf import check_pdf
from verifier.presentation import PRESENTATION_CHECKS, shown_in, subjects
from verifier.proving import prove
from verifier.reading import form_of, read, read_mapping

_NOT_READ: Final = "not reached: the structure is not right"
_NOT_PROVEN: Final = "not reached: the signature does not hold"
_LEVELS: Final = 3
"""A presentation of a learner record of signed parts; nothing nests deeper."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A report, the document it is about when its signatures held, and the same of those inside."""

    report: Report
    document: Document | None = None
    inside: tuple[Verified, ...] = ()


def verify(raw: bytes, evidence: Evidence, *, media_type: str | None = None) -> Report:
    """Return the report about a document: a credential or presentation (JSON, JWT, SD-JWT, COSE) or a PDF.

    The form is found by the content. `media_type` is what the sender calls it: a hint that only
    says how to speak about bytes of no known form. Never raises for what is wrong with a document.
    """
    return examine(raw, evidence, media_type=media_type).report


def examine(raw: bytes, evidence: Evidence, *, media_type: str | None = None) -> Verified:
    """Verify as `verify` does, and keep the claims for whoever shows them (`verifier.telling.said`)."""
    evidence = replace(evidence, status=AskedOnce(evidence.status), resolver=ResolvedOnce(evidence.resolver))
    with patience(evidence.limits.verification_seconds):
        if _is_pdf(raw, media_type):
            return _verify_pdf(raw, evidence)
        return _verify(raw, partial(_read, raw, media_type, evidence), evidence, level=1)


def verify_object(document: Mapping[str, Any], kind: Kind, evidence: Evidence, *, proof_only: bool = False) -> Report:
    """Return the report about a credential or presentation that came parsed inside a request.

    Its SHA-256 is that of its compact JSON. `proof_only` asks for the proof and nothing else, as
    suites that test cryptosuites do: such a report is never verified, only its integrity counts.
    """
    evidence = replace(evidence, status=AskedOnce(evidence.status), resolver=ResolvedOnce(evidence.resolver))
    raw = _compact(document)

    def reading() -> Content:
        content = read_mapping(raw, document, evidence.limits)
        if content.kind is not kind:
            raise ProblemError(MALFORMED.about(f"this is no {kind}"))
        return content

    with patience(evidence.limits.verification_seconds):
        return _verify(raw, reading, evidence, level=1, proof_only=proof_only).report


def refused(sha256: str, problem: Problem, now: datetime) -> Report:
    """Return the report about a document that nobody read to its end: too large, or given up after too long."""
    answers = Answers(now)

    def reading() -> Content:
        raise ProblemError(problem)

    answers.run("structure", "written as the specifications allow", reading)
    _skip(answers, ("signature", *CHECKS), _NOT_READ)
    return answers.report(Kind.UNKNOWN, None, sha256)


def _verify_pdf(raw: bytes, evidence: Evidence) -> Verified:
    """Verify a sealed PDF and the credential in it, and whether they are of the same issuer (R100)."""
    answers = Answers(evidence.now)
    sha256 = hashlib.sha256(raw).hexdigest()
    checking = partial(
        check_pdf, raw, trust=evidence.trust, now=evidence.now, limits=evidence.limits, judge=evidence.seal_judge
    )
    checked = answers.attempt("seal", checking)
    if checked is None:
        return Verified(answers.report(Kind.PDF, None, sha256))
    answers.add(checked.checks, checked.facts)
    if checked.credential is None:
        return Verified(answers.report(Kind.PDF, None, sha256))
    inside = _verify(checked.credential, partial(_read, checked.credential, None, evidence), evidence, level=1)
    answers.ask("agreement", partial(_agree, checked.issuer_did, inside.document))
    answers.tell(Part.IDENTITY, **inside.report.identity.facts)
    report = answers.report(Kind.PDF, inside.report.document_id, sha256, (inside.report,))
    return Verified(report, inside=(inside,))


def _agree(sealed_by: str | None, document: Document | None) -> Answered:
    """Compare the issuer whose certificate sealed the pages with the one who signed the credential."""
    if document is None or sealed_by is None:
        return Skipped("one of the two issuers is not known")
    if document.issuer != sealed_by:
        raise ProblemError(ATTACHMENT_MISMATCH.about("pages and credential are of different issuers"))
    return Passed("pages and credential are of the same issuer")


def _verify(
    raw: bytes, reading: Callable[[], Content], evidence: Evidence, *, level: int, proof_only: bool = False
) -> Verified:
    """Verify one document and those inside it."""
    answers = Answers(evidence.now)
    sha256 = hashlib.sha256(raw).hexdigest()
    content = answers.run("structure", "written as the specifications allow", reading)
    if content is None:
        _skip(answers, ("signature", *CHECKS), _NOT_READ)
        return Verified(answers.report(Kind.UNKNOWN, None, sha256))
    document = answers.run("signature", "every signature holds", partial(prove, content, evidence))
    if document is None:
        _skip(answers, (*PRESENTATION_CHECKS, "holder") if content.kind is Kind.PRESENTATION else CHECKS, _NOT_PROVEN)
        return Verified(answers.report(content.kind, None, sha256))
    for name, check in ({} if proof_only else _checks_of(document)).items():
        answers.ask(name, partial(check, document, evidence))
    if document.signed_at is not None:
        answers.tell(Part.INTEGRITY, signed_at=document.signed_at.isoformat())
    inside = [_verify_inside(child, evidence, level=level + 1, proof_only=proof_only) for child in shown_in(document)]
    if document.kind is Kind.PRESENTATION and not proof_only:
        believed = [child.document for child in inside if child.document]
        answers.ask("holder", partial(subjects, document, believed, evidence))
    items = tuple(child.report for child in inside)
    return Verified(answers.report(document.kind, document.id, sha256, items), document, tuple(inside))


def _verify_inside(child: Mapping[str, Any], evidence: Evidence, *, level: int, proof_only: bool) -> Verified:
    """Verify a credential inside a document; its SHA-256 is that of its compact JSON.

    What was asked of a presentation is answered by the presentation, not once more by what it shows.
    """
    raw = _compact(child)
    evidence = replace(evidence, expected=None)

    def reading() -> Content:
        if level > _LEVELS:
            raise ProblemError(TOO_COMPLEX.about("credentials inside credentials inside credentials"))
        return read_mapping(raw, child, evidence.limits)  # the gate of the outer document saw that it is one

    return _verify(raw, reading, evidence, level=level, proof_only=proof_only)


def _compact(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _checks_of(document: Document) -> Mapping[str, Check]:
    if document.kind is Kind.PRESENTATION:
        return PRESENTATION_CHECKS
    if document.is_sd_jwt_vc:
        return CHECKS  # its claims are its type's own, whatever their names
    extra = {name: check for name, (concerns, check) in EXTRA.items() if concerns(document)}
    return {**CHECKS, **extra}


def _is_pdf(raw: bytes, media_type: str | None) -> bool:
    try:
        return form_of(raw, media_type) is Form.PDF
    except ProblemError:
        return False


def _read(raw: bytes, media_type: str | None, evidence: Evidence) -> Content:
    return read(raw, form_of(raw, media_type), evidence.limits)


def _skip(answers: Answers, names: Iterable[str], why: str) -> None:
    for name in names:
        answers.skip(name, why)
