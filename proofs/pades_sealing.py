"""Seal a PDF: a PAdES B-LTA certification signature that allows no change (ETSI EN 319 142-1).

    sealer = Sealer(signer=…, timestamper=…, material=…, now=clock.now)
    sealed = sealer.seal(pdf, stamp=Stamp(page))

The key stays behind `keys.store.Signer`. Nothing is fetched for a document: what proves that the
certificates were in force stands in `ValidationMaterial`, which the caller renews in time.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from asn1crypto import cms, crl, ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers, timestamps
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, RevokedError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from keys.store import Signer
from proofs.pades_running import wait_for
from proofs.pdf_base import FIELD_NAME
from schemas.problems import (
    AWAITING_EVIDENCE,
    AWAITING_TIMESTAMP,
    CERTIFICATE_REVOKED,
    CERTIFICATE_UNTRUSTED,
    TIMESTAMP_INVALID,
    ProblemError,
)
from services.asn1_settling import settle
from services.timestamps import Timestamper, TimestampUnavailableError, cms_signature

DIGEST: Final = "sha256"
RESERVED: Final = 16_384  # hexadecimal digits kept for the CMS: measuring it would cost a second signature
_TRIES: Final = 3
_EC_SIGNATURE_BYTES: Final = 72
_BEFORE_THE_TIMESTAMP: Final = DSSContentSettings(
    include_vri=False,
    placement=SigDSSPlacementPreference.TOGETHER_WITH_NEXT_TS,
    next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
)  # validation data and document timestamp are one revision: the timestamp covers the whole file
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ValidationMaterial:
    """What proves, without the network, that certificates were in force: roots, chains, CRLs, OCSP answers (DER)."""

    roots: Sequence[x509.Certificate]
    certificates: Sequence[x509.Certificate] = ()
    crls: Sequence[bytes] = ()
    ocsp_responses: Sequence[bytes] = ()

    def context(self, now: datetime) -> ValidationContext:
        """Return pyHanko's view of it: nothing fetched, revocation answers required."""
        return ValidationContext(
            trust_roots=[asn1(certificate) for certificate in self.roots],
            other_certs=[asn1(certificate) for certificate in self.certificates],
            crls=[crl.CertificateList.load(der) for der in self.crls],
            ocsps=[ocsp.OCSPResponse.load(der) for der in self.ocsp_responses],
            allow_fetching=False,
            revocation_mode="require",
            moment=now,
        )


class Stamp:
    """The seal's appearance: the first page of a small PDF, read once and drawn many times."""

    def __init__(self, page: bytes) -> None:
        """Keep the bytes of the page."""
        self._page = page

    def style(self) -> StaticStampStyle:
        """Return it as pyHanko draws it: as large as the field, without border or margin."""
        layout = SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins()
        )
        return StaticStampStyle(border_width=0, background=_StampPage(self._page), background_layout=layout)


class Sealer:
    """Seals PDFs with one key."""

    def __init__(
        self,
        *,
        signer: Signer,
        timestamper: Timestamper,
        material: Callable[[], ValidationMaterial],
        now: Callable[[], datetime],
    ) -> None:
        """Take whose seal it is, who says when, what proves it for good, and the clock."""
        self._signer = CMSSigner(signer)
        self._timestamper = timestamper
        self._sample: cms.ContentInfo | None = None
        self._material = material
        self._now = now

    @property
    def certificate(self) -> x509.Certificate:
        """Return the certificate that the seals name."""
        return self._signer.certificate

    def seal(self, pdf: bytes, *, stamp: Stamp | None = None) -> bytes:
        """Return `pdf` sealed at level B-LTA, certified, permitting no change (DocMDP P=1).

        The PDF has the empty field of `pdf_base.finish_base`. Raises ProblemError: awaiting-timestamp
        when no authority answers and awaiting-evidence when nothing in force says that a certificate
        is not revoked (ask again later), certificate-revoked or certificate-untrusted when the
        seal's own certificate is no longer good.
        """
        for _ in range(_TRIES):
            sealed = self._sealed(pdf, stamp)
            if sealed is not None:
                return sealed
        raise ProblemError(AWAITING_TIMESTAMP.about("the authorities answer by turns"))

    def _sealed(self, pdf: bytes, stamp: Stamp | None) -> bytes | None:
        """Return the sealed file, None when another authority took over in the middle.

        The evidence that is stored is that of the authority which answered first.
        """
        now = self._now()
        adapter = TimestampAdapter(self._timestamper, self._sample)
        self._sample = None
        metadata = metadata_of(self._material(), now)
        style = stamp.style() if stamp else None
        signer = ClockedSigner(metadata, self._signer, timestamper=adapter, stamp_style=style)
        signer.moment = now
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        sealed = run(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=RESERVED))
        if not adapter.is_of_one_authority:
            return None
        self._sample = adapter.sample
        result: bytes = sealed.getvalue()
        return result


def metadata_of(material: ValidationMaterial, now: datetime) -> signers.PdfSignatureMetadata:
    """Return what every seal of ours is: PAdES B-LTA, a certification that permits no change."""
    return signers.PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        embed_validation_info=True,
        use_pades_lta=True,
        validation_context=material.context(now),
        dss_settings=_BEFORE_THE_TIMESTAMP,
    )


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run pyHanko's coroutine to its end; what went wrong becomes a problem."""
    try:
        return wait_for(work)
    except TimestampUnavailableError as error:
        raise ProblemError(AWAITING_TIMESTAMP.about()) from error
    except InsufficientRevinfoError as error:
        raise ProblemError(AWAITING_EVIDENCE.about("of the timestamp authority")) from error
    except (PathError, ValidationError) as error:
        raise ProblemError(TIMESTAMP_INVALID.about("the authority could not be shown to be in force")) from error
    except SigningError as error:
        if isinstance(error.__cause__, InsufficientRevinfoError):
            raise ProblemError(AWAITING_EVIDENCE.about("of the seal's own certificate")) from error
        if not isinstance(error.__cause__, (PathError, ValidationError)):
            raise  # a defect of ours: this is not a BASE, or it is sealed already
        problem = CERTIFICATE_REVOKED if isinstance(error.__cause__, RevokedError) else CERTIFICATE_UNTRUSTED
        raise ProblemError(problem.about("the seal's own certificate could not be shown to be in force")) from error


class CMSSigner(signers.Signer):
    """Lets pyHanko sign with a `keys.store.Signer`; each certificate stands once in the CMS set."""

    def __init__(self, signer: Signer) -> None:
        """Take the signer with its chain, its own certificate first."""
        if not signer.certificates:
            raise ValueError("a seal needs a certificate")
        own, *chain = signer.certificates
        store = SimpleCertificateStore()
        store.register_multiple([asn1(certificate) for certificate in chain if certificate != own])
        super().__init__(signing_cert=asn1(own), cert_registry=store, embed_roots=True)
        self.certificate = own
        self._key = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 (pyHanko's interface)
        """Return the signature as CMS wants it, or as many zero bytes."""
        if digest_algorithm != DIGEST:
            raise SigningError(f"seals use {DIGEST}")
        if dry_run:
            key = self._key.public_key
            return bytes(key.key_size // 8 if isinstance(key, rsa.RSAPublicKey) else _EC_SIGNATURE_BYTES)
        return cms_signature(self.certificate, self._key.sign(data))

    async def signed_attrs(self, *args: Any, **kwargs: Any) -> cms.CMSAttributes:
        """Return the signed attributes, encoded once."""
        return settle(await super().signed_attrs(*args, **kwargs))

    async def async_sign(self, *args: Any, **kwargs: Any) -> cms.ContentInfo:
        """Return the CMS, encoded once."""
        return settle(await super().async_sign(*args, **kwargs))


class TimestampAdapter(timestamps.TimeStamper):
    """Lets pyHanko ask our timestamper, and sees whether one authority answered every time."""

    def __init__(self, timestamper: Timestamper, sample: cms.ContentInfo | None = None) -> None:
        """Take the door to the authorities, and a token from before that saves asking for one."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._door = timestamper
        self._signers: set[bytes] = set()
        self.sample = sample
        """A token that says whose certificate is used."""
        if sample is not None:
            self._register_dummy(DIGEST, sample)

    @property
    def is_of_one_authority(self) -> bool:
        """Return whether every token, the sample too, was signed with one certificate."""
        return len(self._signers) <= 1

    def _register_dummy(self, md_algorithm: str, dummy: cms.ContentInfo) -> None:
        self.sample = dummy
        self._signers.add(_signer_of(dummy))
        super()._register_dummy(md_algorithm, dummy)  # type: ignore[no-untyped-call]

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token for the digest."""
        if md_algorithm != DIGEST:
            raise SigningError(f"timestamps use {DIGEST}")
        token = cms.ContentInfo.load(self._door.stamp(message_digest))
        self._signers.add(_signer_of(token))
        return token


def _signer_of(token: cms.ContentInfo) -> bytes:
    """Return what names the certificate that signed a token."""
    named: bytes = token["content"]["signer_infos"][0]["sid"].dump()
    return named


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return the certificate as pyHanko reads it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class ClockedSigner(signers.PdfSigner):
    """Dates the signature by our clock, not by the machine's."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        """Begin as pyHanko does, at our moment."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


class _StampPage(PdfContent):
    """Draws the first page of a PDF in memory."""

    def __init__(self, page: bytes) -> None:
        self._page = page
        super().__init__()

    def render(self) -> bytes:
        """Import the page into the file that is written and return how to draw it."""
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._page)))
        self.set_resource(ResourceType.XOBJECT, pdf_name("/Stamp"), form)
        left, bottom, right, top = (float(edge) for edge in form.get_object()["/BBox"])
        self.box = BoxConstraints(width=right - left, height=top - bottom)
        return b"/Stamp Do"
