"""Judge a PDF seal by the nine rules of `proofs.pades`; the numbers stand beside the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko.sign.validation.status import SignatureCoverageLevel

from proofs.pades_longterm import LongTerm, judge_over_time
from proofs.pades_running import wait_for
from proofs.pades_trust import SealFinding, SealTrust
from proofs.pdf_attachment import attachments_of
from proofs.pdf_base import digest_of
from proofs.pdf_revisions import (
    base_of,
    ends_cleanly,
    find_signatures,
    open_pdf,
    refusing,
    sealed_part,
    speaks_of_a_seal,
)
from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    CERTIFICATE_UNTRUSTED,
    KEY_WEAK,
    PDF_CHANGED,
    PDF_NOT_CERTIFIED,
    PDF_NOT_OURS,
    PDF_UNTIMESTAMPED,
    Problem,
    ProblemError,
)

_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
_RSA_BITS: Final = 2048
_CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})


@dataclass(frozen=True, slots=True)
class SealExamined:
    """An untouched seal, and the reason why it is not accepted, if there is one (rules 5 to 9)."""

    finding: SealFinding
    problem: Problem | None = None


def check_seal(raw: bytes, *, trust: SealTrust, now: datetime, limits: Limits = DEFAULT) -> SealFinding:
    """Return what an accepted seal says; raise ProblemError when any of the nine rules is broken.

    The caller still has to compare `base_sha256` with what the credential inside names, to verify
    that credential, and to bound time and memory (`verifier.pdf`). Must not run inside an event loop.
    """
    examined = examine_seal(raw, trust=trust, now=now, limits=limits)
    if examined.problem:
        raise ProblemError(examined.problem)
    return examined.finding


def examine_seal(raw: bytes, *, trust: SealTrust, now: datetime, limits: Limits = DEFAULT) -> SealExamined:
    """Return an untouched seal, accepted or not; raise ProblemError when rules 1 to 4 are broken."""
    reader = open_pdf(raw, limits)  # 1
    with refusing(PDF_CHANGED, "the signature is damaged"):
        regular, stamps = find_signatures(reader)
    if not regular and not stamps and not speaks_of_a_seal(raw):
        raise ProblemError(PDF_NOT_OURS.about())
    if len(regular) != 1:
        raise ProblemError(PDF_CHANGED.about(f"it carries {len(regular)} signatures where one is expected"))  # 2
    seal = regular[0]
    stamps = [stamp for stamp in stamps if stamp.signed_revision > seal.signed_revision]  # earlier ones are sealed
    with refusing(PDF_CHANGED, "the signature is damaged"):
        _require_safe([seal, *stamps])  # 2
        _require_untouched(seal)  # 3, 4
        if not ends_cleanly(raw, reader):
            raise ProblemError(PDF_CHANGED.about("something stands after the end of the file"))  # 4
        finding = _read(raw, reader, seal, stamps, limits)
    problem = _certified(reader, seal, finding, trust) or _timestamped(seal, stamps)
    if problem:
        return SealExamined(finding, problem)
    return _over_time(reader, seal, stamps, finding, trust, now)


def _require_safe(signatures: Sequence[EmbeddedPdfSignature]) -> None:
    """Refuse digests and keys that can be forged (H20)."""
    for one in signatures:
        algorithm = one.signer_info["digest_algorithm"]["algorithm"].native
        key = x509.load_der_x509_certificate(one.signer_cert.dump()).public_key()
        strong_key = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS) or (
            isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES
        )
        if algorithm not in _DIGESTS or one.external_md_algorithm not in _DIGESTS or not strong_key:
            raise ProblemError(KEY_WEAK.about(f"{algorithm} with {type(key).__name__}"))


def _require_untouched(seal: EmbeddedPdfSignature) -> None:
    """Rules 3 and 4: the digest, the signature over it, and nothing but maintenance afterwards."""
    seal.compute_integrity_info()
    intact, valid = validate_sig_integrity(
        seal.signer_info, seal.signer_cert, expected_content_type="data", actual_digest=seal.compute_digest()
    )
    if not (intact and valid):
        raise ProblemError(PDF_CHANGED.about("the sealed bytes are not those received"))
    result = cast("object", seal.diff_result)  # a seal that does not cover its whole revision has no harmless result
    harmless = isinstance(result, DiffResult) and result.modification_level in {
        ModificationLevel.NONE,
        ModificationLevel.LTA_UPDATES,
    }
    if not harmless:
        raise ProblemError(PDF_CHANGED.about("something was added after the seal"))


def _read(
    raw: bytes,
    reader: PdfFileReader,
    seal: EmbeddedPdfSignature,
    stamps: Sequence[EmbeddedPdfSignature],
    limits: Limits,
) -> SealFinding:
    """Return what stands in the sealed revision, not at the tip of the file."""
    revision = reader.get_historical_resolver(seal.signed_revision)
    level = "B-LTA" if stamps else "B-B"
    if not stamps and next(iter(extract_tst_data_iter(seal.signer_info, signed=False)), None) is not None:
        level = "B-T"
    return SealFinding(
        certificate=x509.load_der_x509_certificate(seal.signer_cert.dump()),
        signed_at=_claimed_time(seal),
        base_sha256=digest_of(base_of(raw, reader)),
        sealed_sha256=digest_of(sealed_part(raw, seal)),
        attachments=attachments_of(revision, most_bytes=limits.pdf_bytes),
        level=level,
    )


def _claimed_time(seal: EmbeddedPdfSignature) -> datetime:
    """Return what the signature timestamp says, unchecked, otherwise the signer, otherwise the earliest it can be."""
    token: cms.SignedData | None = next(iter(extract_tst_data_iter(seal.signer_info, signed=False)), None)
    if token is not None:
        attested: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
        return attested
    claimed: datetime | None = seal.self_reported_timestamp
    earliest: datetime = seal.signer_cert.not_valid_before
    return claimed if claimed is not None and claimed.tzinfo is not None else earliest


def _certified(
    reader: PdfFileReader, seal: EmbeddedPdfSignature, finding: SealFinding, trust: SealTrust
) -> Problem | None:
    """Rules 5 and 6; a stranger's seal need not be a certification."""
    if trust.pin_of(finding.certificate) is None:
        return CERTIFICATE_UNTRUSTED.about(finding.subject)
    with refusing(PDF_CHANGED, "the certification is damaged"):
        certification = read_certification_data(reader)
        is_this = (
            certification is not None
            and certification.author_sig.container_ref == seal.sig_object.container_ref
            and certification.permission is MDPPerm.NO_CHANGES
            and seal.docmdp_level is MDPPerm.NO_CHANGES
        )
    return None if is_this else PDF_NOT_CERTIFIED.about()


def _timestamped(seal: EmbeddedPdfSignature, stamps: Sequence[EmbeddedPdfSignature]) -> Problem | None:
    """Rule 7: a signature timestamp, and a document timestamp over every byte of the file."""
    token = next(iter(extract_tst_data_iter(seal.signer_info, signed=False)), None)
    if token is None or not stamps:
        return PDF_UNTIMESTAMPED.about()
    with refusing(PDF_CHANGED, "the last timestamp is damaged"):
        whole = stamps[-1].evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
    return None if whole else PDF_CHANGED.about("something stands after the last timestamp")


def _over_time(
    reader: PdfFileReader,
    seal: EmbeddedPdfSignature,
    stamps: Sequence[EmbeddedPdfSignature],
    finding: SealFinding,
    trust: SealTrust,
    now: datetime,
) -> SealExamined:
    """Rules 8 and 9, and the dates of the pin (5) and of the certificate itself."""
    long_term = LongTerm.read(reader, trust)
    try:
        with refusing(PDF_CHANGED, "the timestamps are damaged"):
            complete = wait_for(judge_over_time(seal, stamps, finding, long_term, now))
    except ProblemError as error:
        return SealExamined(finding, error.problem)
    pin = trust.pin_of(finding.certificate)
    if pin is None or complete.signed_at < pin.since or (pin.until and complete.signed_at >= pin.until):
        return SealExamined(complete, CERTIFICATE_UNTRUSTED.about("the certificate was not the issuer's at that time"))
    own = complete.certificate
    if not own.not_valid_before_utc <= complete.signed_at <= own.not_valid_after_utc:
        # Validation over time accepts a key that outlived its certificate, as long as nobody revoked it (H11).
        return SealExamined(complete, CERTIFICATE_UNTRUSTED.about("the certificate was not in force when it sealed"))
    return SealExamined(complete)
