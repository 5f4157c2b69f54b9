"""Every problem there is (RFC 9457).

    raise ProblemError(EXPIRED.about("2026-05-31"))

A code never changes meaning. The title is fixed, English here and translated at the edge; the
detail speaks of this occurrence and holds no personal data, no secret and no stack trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

PROBLEM_BASE: Final = "https://parchemin.example/problems/"
_W3C: Final = "https://www.w3.org/TR/vc-data-model#"
_W3C_INTEGRITY: Final = "https://w3id.org/security#"
_W3C_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    SKIPPED = "skipped"


class Part(StrEnum):
    """Which line of the verdict a problem belongs to (R69)."""

    INTEGRITY = "integrity"
    STATUS = "status"
    IDENTITY = "identity"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field: a JSON pointer (RFC 6901), a code of the catalogue and a sentence."""

    pointer: str
    code: str
    detail: str

    def to_json(self) -> dict[str, str]:
        """Return the member of `errors` of RFC 9457 section 3."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong, safe to show to anybody."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    part: Part = Part.NONE
    outcome: Outcome = Outcome.FAILED
    errors: tuple[FieldError, ...] = field(default=())
    retry_after: int | None = None

    def to_json(self) -> dict[str, object]:
        """Return the problem as the body of `application/problem+json`."""
        body: dict[str, object] = {
            "type": self.type,
            "code": self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [error.to_json() for error in self.errors]
        return body


class ProblemError(Exception):
    """Carries one problem to the edge that answers with it."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem; its code and detail are the message."""
        super().__init__(f"{problem.code}: {problem.detail}" if problem.detail else problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ProblemType:
    """An entry of the catalogue; `about()` makes the problem of one occurrence."""

    code: str
    title: str
    status: int
    part: Part
    outcome: Outcome
    w3c: str | None = None

    @property
    def type(self) -> str:
        """Return the W3C's address when the W3C has named the problem, otherwise ours."""
        return self.w3c or PROBLEM_BASE + self.code

    def about(
        self,
        detail: str = "",
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
    ) -> Problem:
        """Return this problem for one occurrence; `retry_after` is in seconds."""
        return Problem(
            self.type,
            self.code,
            self.title,
            self.status,
            detail,
            self.part,
            self.outcome,
            errors,
            retry_after,
        )


_catalogue: dict[str, ProblemType] = {}


def _entry(
    code: str,
    title: str,
    status: int,
    part: Part = Part.NONE,
    outcome: Outcome = Outcome.FAILED,
    w3c: str | None = None,
) -> ProblemType:
    entry = ProblemType(code, title, status, part, outcome, w3c)
    _catalogue[code] = entry
    return entry


def N_(message: str) -> str:  # noqa: N802 (the name Babel's extractor knows)
    """Mark a title for translation; the edge translates it."""
    return message


_INT, _STA, _IDE = Part.INTEGRITY, Part.STATUS, Part.IDENTITY
_MAYBE: Final = Outcome.INDETERMINATE

# input
NOT_PARSABLE = _entry("not-parsable", N_("This could not be read."), 400, _INT, w3c=_W3C + "PARSING_ERROR")
MALFORMED = _entry("malformed", N_("A value is not of the right form."), 400, _INT, w3c=_W3C + "MALFORMED_VALUE_ERROR")
OUT_OF_RANGE = _entry("out-of-range", N_("A value is outside what is allowed."), 400, _INT, w3c=_W3C + "RANGE_ERROR")
CONTEXT_UNKNOWN = _entry("context-unknown", N_("The document uses a vocabulary that is not accepted here."), 400, _INT)
TERM_UNDEFINED = _entry(
    "term-undefined",
    N_("The document has a part that its signature would not cover."),
    400,
    _INT,
    w3c=_W3C_INTEGRITY + "DATA_LOSS_DETECTION_ERROR",
)
SHAPE_NOT_ALLOWED = _entry(
    "shape-not-allowed", N_("The document is written in a form that could hide something."), 400, _INT
)
SCHEMA_MISMATCH = _entry("schema-mismatch", N_("The document does not follow its schema."), 400, _INT)
TOO_LARGE = _entry("too-large", N_("This is larger than is accepted."), 413, _INT)
TOO_COMPLEX = _entry("too-complex", N_("This would take too much work to check."), 400, _INT)
UNSUPPORTED_MEDIA_TYPE = _entry("unsupported-media-type", N_("This kind of file is not accepted here."), 415)

# proof
TAMPERED = _entry(
    "tampered",
    N_("The document was changed after it was signed."),
    400,
    _INT,
    w3c=_W3C_INTEGRITY + "PROOF_VERIFICATION_ERROR",
)
PROOF_MISSING = _entry("proof-missing", N_("The document is not signed."), 400, _INT, w3c=_W3C + "PARSING_ERROR")
SUITE_UNSUPPORTED = _entry("suite-unsupported", N_("The kind of signature is not supported."), 400, _INT, _MAYBE)
NOT_BY_ISSUER = _entry(
    "not-by-issuer",
    N_("The key that signed is not the issuer's."),
    400,
    _IDE,
    w3c=_W3C_INTEGRITY + "INVALID_VERIFICATION_METHOD",
)
PURPOSE_WRONG = _entry(
    "purpose-wrong",
    N_("The key that signed may not sign this."),
    400,
    _INT,
    w3c=_W3C_INTEGRITY + "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
)
PROOF_EXPIRED = _entry("proof-expired", N_("The signature is no longer in force."), 400, _INT)
PROOF_UNCHECKABLE = _entry("proof-uncheckable", N_("The signature could not be checked."), 400, _INT, _MAYBE)
CHALLENGE_WRONG = _entry(
    "challenge-wrong", N_("This answers another question."), 400, _INT, w3c=_W3C_INTEGRITY + "INVALID_CHALLENGE_ERROR"
)
DOMAIN_WRONG = _entry(
    "domain-wrong", N_("This was made for somebody else."), 400, _INT, w3c=_W3C_INTEGRITY + "INVALID_DOMAIN_ERROR"
)
HOLDER_MISMATCH = _entry("holder-mismatch", N_("The one who presents this is not its holder."), 400, _IDE)
KEY_WEAK = _entry("key-weak", N_("The key that signed is not safe."), 400, _INT)

# PDF
PDF_CHANGED = _entry("pdf-changed", N_("The PDF was changed after it was sealed."), 400, _INT)
PDF_UNREADABLE = _entry("pdf-unreadable", N_("This PDF could not be read."), 400, _INT, _MAYBE)
PDF_UNTIMESTAMPED = _entry("pdf-untimestamped", N_("The PDF's seal has no lasting proof of its time."), 400, _INT)
PDF_NOT_CERTIFIED = _entry("pdf-not-certified", N_("The PDF is not sealed against changes."), 400, _INT)
PDF_NOT_OURS = _entry(
    "pdf-not-sealed", N_("This PDF is not one of ours: it carries no seal that we know."), 400, _INT, _MAYBE
)
CERTIFICATE_UNTRUSTED = _entry(
    "certificate-untrusted", N_("The seal's certificate is not one we know for this issuer."), 400, _IDE
)
CERTIFICATE_REVOKED = _entry("certificate-revoked", N_("The seal's certificate was revoked."), 400, _IDE)
ATTACHMENT_MISMATCH = _entry(
    "attachment-mismatch", N_("The pages and the credential inside do not belong together."), 400, _INT
)
TIMESTAMP_INVALID = _entry("timestamp-invalid", N_("The seal's timestamp does not hold."), 400, _INT)
AWAITING_TIMESTAMP = _entry("awaiting-timestamp", N_("The document waits for its timestamp."), 503, _INT, _MAYBE)
AWAITING_EVIDENCE = _entry(
    "awaiting-evidence", N_("The document waits for proof that its certificates are in force."), 503, _INT, _MAYBE
)
PDF_NOT_SEALABLE = _entry("pdf-not-sealable", N_("Only PDFs that were made here are sealed."), 422)
TEXT_UNPRINTABLE = _entry("text-unprintable", N_("A text holds characters that cannot be printed."), 422)

# time
EXPIRED = _entry("expired", N_("The document is no longer in force."), 400, _STA)
NOT_YET_VALID = _entry("not-yet-valid", N_("The document is not in force yet."), 400, _STA)

# status
REVOKED = _entry("revoked", N_("The document was revoked by its issuer."), 400, _STA)
SUSPENDED = _entry("suspended", N_("The document is suspended by its issuer."), 400, _STA)
REPLACED = _entry("replaced", N_("The document was replaced by a newer one."), 400, _STA)
STATUS_UNREACHABLE = _entry(
    "status-unreachable",
    N_("The issuer's list could not be reached."),
    400,
    _STA,
    _MAYBE,
    w3c=_W3C_STATUS + "STATUS_RETRIEVAL_ERROR",
)
STATUS_UNVERIFIED = _entry(
    "status-unverified",
    N_("The issuer's list could not be believed."),
    400,
    _STA,
    _MAYBE,
    w3c=_W3C_STATUS + "STATUS_VERIFICATION_ERROR",
)
STATUS_STALE = _entry("status-stale", N_("The issuer's list is out of date."), 400, _STA, _MAYBE)
STATUS_OUT_OF_RANGE = _entry(
    "status-out-of-range", N_("The document's place is not on the issuer's list."), 400, _STA, w3c=_W3C + "RANGE_ERROR"
)
STATUS_LIST_LENGTH = _entry(
    "status-list-length",
    N_("The issuer's list is shorter than it must be."),
    400,
    _STA,
    _MAYBE,
    w3c=_W3C_STATUS + "STATUS_LIST_LENGTH_ERROR",
)

# issuer
DID_UNRESOLVED = _entry("did-unresolved", N_("The issuer's public key could not be found."), 400, _INT, _MAYBE)
DID_INVALID = _entry(
    "did-invalid",
    N_("The issuer's identifier is not of the right form."),
    400,
    _INT,
    w3c=_W3C_INTEGRITY + "INVALID_VERIFICATION_METHOD_URL",
)
DID_DOCUMENT_INVALID = _entry(
    "did-document-invalid",
    N_("What the issuer publishes about its keys is not right."),
    400,
    _INT,
    w3c=_W3C_INTEGRITY + "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT",
)
DID_DEACTIVATED = _entry("did-deactivated", N_("The issuer's identifier was given up."), 400, _IDE)
KEY_COMPROMISED = _entry("key-compromised", N_("The key that signed is known to have been stolen."), 400, _INT)
ISSUER_UNKNOWN = _entry("issuer-unknown", N_("Nobody we know vouches for this issuer."), 400, _IDE, _MAYBE)
ISSUER_WITHDRAWN = _entry("issuer-withdrawn", N_("This issuer was no longer recognised when it signed."), 400, _IDE)

# share
SHARE_NOT_FOUND = _entry("share-not-found", N_("There is no such share."), 404)
SHARE_EXPIRED = _entry("share-expired", N_("This share has expired."), 410)
SHARE_DISABLED = _entry("share-disabled", N_("This share was ended by its holder."), 410)
CHECK_WHAT_YOU_TYPED = _entry("check-what-you-typed", N_("Check what you typed."), 403)
TOO_MANY_ATTEMPTS = _entry("too-many-attempts", N_("Too many attempts: this share is paused."), 429)

# issuing
AWARD_INCOMPLETE = _entry("award-incomplete", N_("The award is not complete."), 422)
ALREADY_ISSUED = _entry("already-issued", N_("This award was already issued with other content."), 409)
NOT_ALLOWED = _entry("not-allowed", N_("You may not do this."), 403)
LIST_FULL = _entry("list-full", N_("The status list is full."), 503)
NOT_APPROVED = _entry("not-approved", N_("The award was not approved."), 409)
IDEMPOTENCY_CONFLICT = _entry("idempotency-conflict", N_("The same key was used for another request."), 409)

# payment
PAYMENT_DECLINED = _entry("payment-declined", N_("The payment was declined."), 402)
PAYMENT_PENDING = _entry("payment-pending", N_("The payment is not finished yet."), 409)
NO_SHARES_LEFT = _entry("no-shares-left", N_("No shares are left."), 402)

# more
NETWORK_FORBIDDEN = _entry(
    "network-forbidden", N_("The document points to an address that may not be asked."), 400, _INT, _MAYBE
)
SETTING_INVALID = _entry("setting-invalid", N_("A setting is not right."), 500)
KEY_STORE_UNAVAILABLE = _entry("key-store-unavailable", N_("The institution's keys cannot be used at present."), 503)
KEY_UNFIT = _entry("key-unfit", N_("This kind of key is not used for this."), 422)
CERTIFICATE_MISMATCHED = _entry(
    "certificate-mismatched", N_("The certificates do not belong to the key, or not together."), 422
)
CERTIFICATE_NOT_IN_FORCE = _entry("certificate-not-in-force", N_("A certificate has ended, or has not begun."), 422)
CERTIFICATE_UNFIT = _entry("certificate-unfit", N_("The certificate is not for seals."), 422)

# general
NOT_FOUND = _entry("not-found", N_("There is nothing here."), 404)
METHOD_NOT_ALLOWED = _entry("method-not-allowed", N_("This cannot be done here."), 405)
SIGN_IN_NEEDED = _entry("sign-in-needed", N_("Sign in first."), 401)
RATE_LIMITED = _entry("rate-limited", N_("Too many requests: try again later."), 429)
CONFLICT = _entry("conflict", N_("Somebody else changed this meanwhile."), 409)
BUSY = _entry("busy", N_("The service is busy: try again shortly."), 503, _INT, _MAYBE)
INTERNAL = _entry("internal", N_("Something went wrong on our side."), 500, _INT, _MAYBE)

CATALOGUE: Final[Mapping[str, ProblemType]] = dict(_catalogue)
