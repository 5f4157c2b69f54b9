"""Is a sealed PDF genuine: untouched, sealed by whom, and does its credential belong to its pages?

    checked = check_pdf(raw, trust=trust, now=now, judge=judge)
    checked.credential      # still to be verified, and its issuer compared with checked.issuer_did

1. The seal is judged by the rules of `proofs.pades`, in a process that can be killed.
2. The credential is taken from the sealed revision; the pages it names (`relatedResource`) must be
   the first revision of this very file (R100).
3. Whose seal it is stands on the trust list: the certificate itself is pinned, a root is not enough.

A PDF of other people is not one of ours, whatever is wrong with it, which is no forgery. A seal of
somebody whom nobody vouches for is "issuer unknown", unless it claims to be somebody whom we know.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from keys.multibase import MultibaseError, decode_multibase
from keys.trust import TrustEntry, TrustList
from proofs.pades import PinnedSeal, SealExamined, SealFinding, SealTrust, examine_seal
from proofs.pdf_attachment import CREDENTIAL_NAME
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    ATTACHMENT_MISMATCH,
    CERTIFICATE_UNTRUSTED,
    ISSUER_UNKNOWN,
    ISSUER_WITHDRAWN,
    PDF_NOT_OURS,
    Outcome,
    Part,
    Problem,
    ProblemError,
)
from schemas.report import CheckResult

_SHA2_256: Final = b"\x12\x20"
_NO_FACTS: Final[Mapping[Part, Mapping[str, str]]] = MappingProxyType({})


class SealJudge(Protocol):
    """Judges a seal: in this process (`examine_seal`) or in one that can be killed (`verifier.pdf_worker`)."""

    def __call__(self, raw: bytes, *, trust: SealTrust, now: datetime, limits: Limits = DEFAULT) -> SealExamined:
        """Return what `proofs.pades.examine_seal` returns, or raise what it raises."""
        ...


@dataclass(frozen=True, slots=True)
class PDFChecked:
    """What was found about a PDF. `facts` belong to the lines of the verdict."""

    checks: tuple[CheckResult, ...]
    """`seal` and `pages` (integrity), `sealed-by` (identity)."""
    credential: bytes | None = None
    """The credential in the sealed revision, as it stands there; None when there is none."""
    signed_at: datetime | None = None
    seal_subject: str | None = None
    """The subject of the seal's certificate (RFC 4514)."""
    issuer_did: str | None = None
    """Whose pinned certificate sealed; the credential must be of the same issuer."""
    facts: Mapping[Part, Mapping[str, str]] = field(default_factory=lambda: _NO_FACTS)


def check_pdf(
    raw: bytes, *, trust: TrustList, now: datetime, limits: Limits = DEFAULT, judge: SealJudge = examine_seal
) -> PDFChecked:
    """Judge a PDF; never raises for what is wrong with it.

    The default judge works in this process: right for a PDF that we made ourselves. A stranger's
    PDF goes to `verifier.pdf_worker.GuardedJudge`.
    """
    try:
        examined = judge(raw, trust=seal_trust(trust), now=now, limits=limits)
    except ProblemError as error:
        forged = error.problem.outcome is Outcome.FAILED
        problem = error.problem if not forged or _bears_our_marks(raw, trust) else PDF_NOT_OURS.about()
        return PDFChecked(
            (
                _ended("seal", Part.INTEGRITY, problem, now),
                _skipped("pages", Part.NONE),
                _skipped("sealed-by", Part.IDENTITY),
            )
        )
    finding = examined.finding
    credential = finding.attachments.get(CREDENTIAL_NAME)
    entry = _entry_of(finding, trust)
    whose = _whose(examined, entry, trust, credential, limits)
    in_doubt = examined.problem if examined.problem and examined.problem.part is Part.INTEGRITY else None
    return PDFChecked(
        (
            _ended("seal", Part.INTEGRITY, in_doubt, now),
            _pages(finding, credential, now, limits),
            _ended("sealed-by", Part.IDENTITY, whose, now),
        ),
        credential=credential,
        signed_at=finding.signed_at,
        seal_subject=finding.subject,
        issuer_did=entry.did if entry else None,
        facts=_facts(finding),
    )


def seal_trust(trust: TrustList) -> SealTrust:
    """Return what the trust list says about seals."""
    return SealTrust(
        roots=tuple({root: None for entry in trust.entries for root in entry.seal_roots}),
        pinned=tuple(
            PinnedSeal(pin.certificate, pin.since, pin.until)
            for entry in trust.entries
            for pin in entry.seal_certificates
        ),
        timestamp_roots=tuple({root: None for entry in trust.entries for root in entry.timestamp_roots}),
    )


def _bears_our_marks(raw: bytes, trust: TrustList) -> bool:
    """Say whether a file that is not in order was one of ours: it holds a credential or the seal of an issuer.

    Whoever takes the marks away makes it a PDF of other people, which is never verified either.
    """
    if CREDENTIAL_NAME.encode() in raw:
        return True
    pins = (pin.certificate.public_bytes(Encoding.DER) for entry in trust.entries for pin in entry.seal_certificates)
    return any(mark in raw for der in pins for mark in (der.hex().encode(), der.hex().upper().encode()))


def _whose(
    examined: SealExamined, entry: TrustEntry | None, trust: TrustList, credential: bytes | None, limits: Limits
) -> Problem | None:
    """Return what is wrong with the identity of the seal, None when it is the issuer's own."""
    finding, problem = examined.finding, examined.problem
    if entry is None:
        if _claims_to_be_known(finding.certificate, credential, trust, limits):
            return CERTIFICATE_UNTRUSTED.about(finding.subject)
        return ISSUER_UNKNOWN.about(finding.subject)
    if problem and problem.part is Part.IDENTITY:
        return problem
    if finding.signed_at < entry.since:
        return ISSUER_UNKNOWN.about("sealed before it was recognised")
    if entry.until is not None and finding.signed_at >= entry.until:
        return ISSUER_WITHDRAWN.about(entry.did)
    return None


def _entry_of(finding: SealFinding, trust: TrustList) -> TrustEntry | None:
    """Return the issuer to whom the seal's very certificate is pinned."""
    for entry in trust.entries:
        if any(pin.certificate == finding.certificate for pin in entry.seal_certificates):
            return entry
    return None


def _claims_to_be_known(
    certificate: x509.Certificate, credential: bytes | None, trust: TrustList, limits: Limits
) -> bool:
    """Say whether an unknown seal bears a known organisation's name, or a known issuer's credential (H09)."""
    known = {name.casefold() for entry in trust.entries for name in entry.names.values()}
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if any(str(one.value).casefold() in known for one in certificate.subject.get_attributes_for_oid(oid)):
            return True
    issuer = _read(credential, limits).get("issuer") if credential else None
    did = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return isinstance(did, str) and trust.entry_for(did) is not None


def _pages(finding: SealFinding, credential: bytes | None, now: datetime, limits: Limits) -> CheckResult:
    """Compare the first revision with the one that the credential names (R100, H15)."""
    if credential is None:
        return CheckResult("pages", Outcome.SKIPPED, Part.NONE, None, "no credential is inside")
    named = list(_named_pages(_read(credential, limits)))
    if finding.base_sha256 in named:
        return CheckResult("pages", Outcome.PASSED, Part.INTEGRITY, None, "the pages are those it names", now)
    detail = "the credential names other pages" if named else "the credential names no pages"
    return _ended("pages", Part.INTEGRITY, ATTACHMENT_MISMATCH.about(detail), now)


def _named_pages(credential: Mapping[str, Any]) -> Iterator[bytes]:
    """Return each SHA-256 that the credential gives for a PDF (VCDM 2.0 section 5.3)."""
    related = credential.get("relatedResource")
    for entry in related if isinstance(related, list) else [related]:
        if not isinstance(entry, Mapping) or entry.get("mediaType") != "application/pdf":
            continue
        try:
            multihash = decode_multibase(str(entry.get("digestMultibase", "")))
        except MultibaseError:
            multihash = b""
        if multihash.startswith(_SHA2_256):
            yield multihash.removeprefix(_SHA2_256)
        algorithm, _, encoded = str(entry.get("digestSRI", "")).partition("-")
        if algorithm == "sha256":
            yield _base64(encoded)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _read(credential: bytes, limits: Limits) -> Mapping[str, Any]:
    """Return the credential as an object, an empty one when it is none: whoever verifies it says why."""
    try:
        document = strict_json.loads(credential, limits=limits)
    except ProblemError:
        return {}
    return document if isinstance(document, Mapping) else {}


def _facts(finding: SealFinding) -> Mapping[Part, Mapping[str, str]]:
    """Return when and by which certificate, and until when the evidence lasts."""
    told = {
        "sealed_at": finding.signed_at.isoformat(),
        "seal_subject": finding.subject,
        "seal_level": finding.level,
    }
    if finding.archive_timestamp_at:
        told["archive_timestamp_at"] = finding.archive_timestamp_at.isoformat()
    if finding.archive_expires:
        told["archive_expires"] = finding.archive_expires.isoformat()
    return {Part.INTEGRITY: {"signed_at": finding.signed_at.isoformat(), **told}}


def _ended(check: str, part: Part, problem: Problem | None, now: datetime) -> CheckResult:
    if problem is None:
        return CheckResult(check, Outcome.PASSED, part, None, _PASSED[check], now)
    return CheckResult(check, problem.outcome, part, problem, "", now)


def _skipped(check: str, part: Part) -> CheckResult:
    return CheckResult(check, Outcome.SKIPPED, part, None, "not reached: the seal does not hold")


_PASSED: Final = {
    "seal": "untouched since it was sealed; the seal holds for the long term",
    "sealed-by": "the seal's certificate is the issuer's own",
}
