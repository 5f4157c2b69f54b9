"""Seal with a key that is elsewhere: only a digest travels (remote signing services, a key ceremony).

    waiting = prepare(pdf, chain=chain, timestamper=…, material=…, now=now)
    signature = remote.sign_digest(waiting.digest)       # PKCS#1 v1.5, or r followed by s
    sealed = finish(waiting, signature, timestamper=…, material=…, now=later)

The document waits in between: `Waiting` is plain values and may be stored. Nothing is released that
is not complete; a wrong signature is refused by `finish`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument, PostSignInstructions, PreSignValidationStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from proofs.pades_sealing import (
    DIGEST,
    RESERVED,
    ClockedSigner,
    Stamp,
    TimestampAdapter,
    ValidationMaterial,
    asn1,
    metadata_of,
    run,
)
from schemas.problems import AWAITING_TIMESTAMP, CERTIFICATE_UNTRUSTED, ProblemError
from services.timestamps import Timestamper, cms_signature


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document whose seal waits for a signature."""

    pdf: bytes
    """The document with an empty place for the signature."""
    document_digest: bytes
    place: tuple[int, int]
    signed_attributes: bytes
    """What is signed (DER of the CMS signed attributes)."""
    chain: tuple[x509.Certificate, ...]

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 digest that the remote key signs."""
        return hashlib.sha256(self.signed_attributes).digest()


def prepare(
    pdf: bytes,
    *,
    chain: Sequence[x509.Certificate],
    timestamper: Timestamper,
    material: ValidationMaterial,
    now: datetime,
    stamp: Stamp | None = None,
) -> Waiting:
    """Return the document with everything in place but the signature; raise as `Sealer.seal`."""
    signer = _external(chain, b"")
    sealing = ClockedSigner(
        metadata_of(material, now),
        signer,
        timestamper=TimestampAdapter(timestamper),
        stamp_style=stamp.style() if stamp else None,
    )
    sealing.moment = now

    async def work() -> Waiting:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        prepared, _, out = await sealing.async_digest_doc_for_signing(
            writer, existing_fields_only=True, bytes_reserved=RESERVED
        )
        attributes = await signer.signed_attrs(prepared.document_digest, DIGEST, use_pades=True)
        return Waiting(
            pdf=_bytes_of(out),
            document_digest=prepared.document_digest,
            place=(prepared.reserved_region_start, prepared.reserved_region_end),
            signed_attributes=attributes.dump(),
            chain=tuple(chain),
        )

    return run(work())


def finish(
    waiting: Waiting, signature: bytes, *, timestamper: Timestamper, material: ValidationMaterial, now: datetime
) -> bytes:
    """Return the document sealed at level B-LTA.

    Raises ProblemError: certificate-untrusted when the signature is not by the certificate's key or
    is over something else, awaiting-timestamp when no authority answers.
    """
    der = cms_signature(waiting.chain[0], signature)
    _require_signed(waiting, der)
    signer = _external(waiting.chain, der)
    adapter = TimestampAdapter(timestamper)
    context = material.context(now)

    async def work() -> bytes:
        attributes = cms.CMSAttributes.load(waiting.signed_attributes)
        signed = await signer.async_sign_prescribed_attributes(DIGEST, attributes, timestamper=adapter)
        after = PostSignInstructions(
            validation_info=await _evidence(signer, adapter, context),
            timestamper=adapter,
            dss_settings=metadata_of(material, now).dss_settings,
            embed_roots=True,
        )
        out = io.BytesIO(waiting.pdf)
        prepared = PreparedByteRangeDigest(waiting.document_digest, *waiting.place)
        await PdfTBSDocument.async_finish_signing(
            out, prepared, signed, post_sign_instr=after, validation_context=context
        )
        return out.getvalue()

    sealed = run(work())
    if not adapter.is_of_one_authority:
        raise ProblemError(AWAITING_TIMESTAMP.about("the authorities answer by turns"))
    return sealed


async def _evidence(
    signer: ExternalSigner, adapter: TimestampAdapter, context: ValidationContext
) -> PreSignValidationStatus:
    """Return what shows that the seal's certificate and the authority are in force now."""
    validator = CertificateValidator(
        signer.signing_cert, intermediate_certs=signer.cert_registry, validation_context=context
    )
    try:
        own = await validator.async_validate_usage({"non_repudiation"})
    except (PathError, ValidationError) as error:
        raise SigningError("the certificate could not be validated") from error
    stamps = [path async for path in adapter.validation_paths(context)]  # type: ignore[no-untyped-call]
    return PreSignValidationStatus(
        validation_paths=[own, *stamps],
        signer_path=own,
        ts_validation_paths=stamps,
        ocsps_to_embed=context.ocsps,
        crls_to_embed=context.crls,
    )


def _bytes_of(out: IO[bytes]) -> bytes:
    out.seek(0)
    return out.read()


def _require_signed(waiting: Waiting, der: bytes) -> None:
    """Make sure that the signature is by the certificate's key and over what waited."""
    key = waiting.chain[0].public_key()
    prehashed = Prehashed(hashes.SHA256())
    problem = CERTIFICATE_UNTRUSTED.about("the signature is not by the certificate's key over this document")
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise ProblemError(problem)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(der, waiting.digest, padding.PKCS1v15(), prehashed)
        else:
            key.verify(der, waiting.digest, ec.ECDSA(prehashed))
    except InvalidSignature as error:
        raise ProblemError(problem) from error


def _external(chain: Sequence[x509.Certificate], signature: bytes) -> ExternalSigner:
    own, *others = chain
    store = SimpleCertificateStore()
    store.register_multiple([asn1(certificate) for certificate in others])
    return ExternalSigner(signing_cert=asn1(own), cert_registry=store, signature_value=signature, embed_roots=True)
