"""Judge a seal over time: peel its timestamps from the outside, then its certificate as of the innermost.

Each timestamp proves that everything before it existed by then. So the last one is judged now, the
one before as of the time of the last, and so on; the seal as of the time of the first. Every step
uses the certificates and revocation answers that were stored in the file when they were fresh.

For the last timestamp no fresh revocation answer is asked for: its authority's certificate must be
in force now and not be known to be revoked. Whoever has newer lists gives them in `SealTrust.crls`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_with_time_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from proofs.pades_revocation import Moments, is_revoked
from proofs.pades_sealing import asn1
from proofs.pades_trust import SealFinding, SealTrust
from proofs.pdf_revisions import refusing
from schemas.problems import (
    CERTIFICATE_REVOKED,
    CERTIFICATE_UNTRUSTED,
    PDF_CHANGED,
    TIMESTAMP_INVALID,
    ProblemError,
)

_NOT_ASKED: Final = RevocationCheckingPolicy(
    ee_certificate_rule=RevocationCheckingRule.NO_CHECK,
    intermediate_ca_cert_rule=RevocationCheckingRule.NO_CHECK,
)
_TOLERANCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LongTerm:
    """The trust and the validation data in the file's security store (ISO 32000-2 section 12.8.4.3)."""

    trust: SealTrust
    certificates: tuple[asn1_x509.Certificate, ...]
    crls: tuple[bytes, ...]
    ocsp_responses: tuple[bytes, ...]

    @classmethod
    def read(cls, reader: PdfFileReader, trust: SealTrust) -> LongTerm:
        """Read the store; nothing is there when the file has none."""
        with refusing(PDF_CHANGED, "the validation data is damaged"):
            try:
                store = DocumentSecurityStore.read_dss(reader)
            except NoDSSFoundError:
                return cls(trust, (), trust.crls, trust.ocsp_responses)
            return cls(
                trust,
                tuple(store.load_certs()),
                (*(stream.get_object().data for stream in store.crls), *trust.crls),
                (*(stream.get_object().data for stream in store.ocsps), *trust.ocsp_responses),
            )

    def context(self, moment: datetime, *, fresh: bool) -> ValidationContext:
        """Return how to judge a timestamp authority as of a moment, with fresh revocation answers or any."""
        return ValidationContext(
            trust_roots=[asn1(root) for root in self.trust.timestamp_roots],
            other_certs=list(self.certificates),
            crls=[crl.CertificateList.load(der) for der in self.crls],
            ocsps=[ocsp.OCSPResponse.load(der) for der in self.ocsp_responses],
            allow_fetching=False,
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO if fresh else _NOT_ASKED),
            moment=moment,
        )

    def policy(self) -> SignatureValidationSpec:
        """Return how to judge the seal: our roots, the stored answers, no network."""
        answers = [OCSPContainer.load_multi(ocsp.OCSPResponse.load(der)) for der in self.ocsp_responses]
        return SignatureValidationSpec(
            cert_validation_policy=_trusting(self.trust.roots),
            ts_cert_validation_policy=_trusting(self.trust.timestamp_roots),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            local_knowledge=LocalKnowledge(
                known_crls=[CRLContainer(crl.CertificateList.load(der)) for der in self.crls],
                known_ocsps=[one for several in answers for one in several],
                known_certs=list(self.certificates),
            ),
        )


async def judge_over_time(
    seal: EmbeddedPdfSignature,
    stamps: Sequence[EmbeddedPdfSignature],
    finding: SealFinding,
    long_term: LongTerm,
    now: datetime,
) -> SealFinding:
    """Return the finding with attested times; raise ProblemError: timestamp-invalid, certificate-…."""
    reference = await _timestamp(stamps[-1], long_term, now, latest=now + _TOLERANCE, fresh=False)
    for stamp in reversed(stamps[:-1]):
        reference = await _timestamp(stamp, long_term, reference, latest=reference, fresh=True)
    signed_at = await _signature(seal, long_term, reference)
    last = x509.load_der_x509_certificate(stamps[-1].signer_cert.dump())
    return replace(
        finding,
        signed_at=signed_at,
        level="B-LTA",
        archive_timestamp_at=_moment_of(stamps[-1]),
        archive_expires=last.not_valid_after_utc,
    )


async def _timestamp(
    stamp: EmbeddedPdfSignature, long_term: LongTerm, moment: datetime, *, latest: datetime, fresh: bool
) -> datetime:
    """Return the time that a document timestamp attests, judged as of `moment` (rule 8)."""
    context = long_term.context(moment, fresh=fresh)
    status = await async_validate_pdf_timestamp(stamp, context, skip_diff=True)
    made = _moment_of(stamp)
    path = status.validation_path
    if path is None or not (status.intact and status.valid and status.trusted):
        raise ProblemError(TIMESTAMP_INVALID.about(_why(status)))
    if made > latest:
        raise ProblemError(TIMESTAMP_INVALID.about("it is dated in the future of what proves it"))
    if _any_revoked(path, long_term, Moments(made, moment)):
        raise ProblemError(TIMESTAMP_INVALID.about("its authority's certificate was revoked"))
    return made


async def _signature(seal: EmbeddedPdfSignature, long_term: LongTerm, reference: datetime) -> datetime:
    """Return when the seal was made, its certificate judged as of the first document timestamp (rule 9)."""
    result = await ades_with_time_validation(
        seal.signed_data,
        long_term.policy(),
        timing_info=ValidationTimingInfo(reference, reference, point_in_time_validation=True),
        raw_digest=seal.compute_digest(),
        extra_status_kwargs=seal.summarise_integrity_info(),
        status_cls=PdfSignatureStatus,
    )
    status = result.api_status
    revoked = {AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE}
    if result.ades_subindic in revoked:
        raise ProblemError(CERTIFICATE_REVOKED.about())
    if status is None or not status.trusted:
        raise ProblemError(CERTIFICATE_UNTRUSTED.about("the certificate could not be shown to be in force"))
    if result.ades_subindic is not AdESPassed.OK or not status.bottom_line:
        raise ProblemError(TIMESTAMP_INVALID.about("the signature timestamp does not hold"))
    signed_at: datetime = result.best_signature_time
    if _any_revoked(status.validation_path, long_term, Moments(signed_at, signed_at)):
        raise ProblemError(CERTIFICATE_REVOKED.about())
    return signed_at.astimezone(UTC)


def _any_revoked(path: ValidationPath, long_term: LongTerm, moments: Moments) -> bool:
    """Say whether a list, fresh or not, revokes a certificate of the chain for this use."""
    chain = [x509.load_der_x509_certificate(one.dump()) for one in path.iter_certs(include_root=True)]
    said = long_term.crls, long_term.ocsp_responses
    return any(is_revoked(one, said[0], chain, moments, said[1]) for one in chain[1:])


def _trusting(roots: Sequence[x509.Certificate]) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[asn1(root) for root in roots]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )


def _moment_of(stamp: EmbeddedPdfSignature) -> datetime:
    moment: datetime = stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _why(status: object) -> str:
    indication = getattr(status, "trust_problem_indic", None)
    return f"its authority could not be shown to be in force ({indication.name})" if indication else "it is damaged"
