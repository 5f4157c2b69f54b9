"""PDFs of other people, as a registrar's inbox has them: none is ours, and none is forged."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter

from proofs.pades_sealing import TimestampAdapter
from tests.support.pdf_lesser_seals import pyhanko_signer
from tests.support.pdf_pki import LoadedSigner, TestCA, name_of, new_key
from tests.support.pdf_updates import annotation, open_action, overlay

LETTER: Final = (
    b"%PDF-1.4\n"
    b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n"
    b"4 0 obj\n<</Length 46>>\nstream\nBT /F1 24 Tf 72 700 Td (Lettre d'appui.) Tj ET\nendstream\nendobj\n"
    b"5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n"
)


def letter() -> bytes:
    """Return a small PDF 1.4, as old programs write it."""
    offsets = [LETTER.index(b"%d 0 obj" % number) for number in range(1, 6)]
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return LETTER + table + b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(LETTER)


def _saved(**options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter())) as pdf:
        pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


@dataclass(frozen=True)
class Notary:
    """Somebody else's authority and keys."""

    ca: TestCA = field(default_factory=TestCA)

    def key(self, kind: str = "P-256") -> LoadedSigner:
        """Return a key with a certificate of a company that nobody here knows."""
        usages = self.ca.seal().certificates[0].extensions
        wanted = [(one.value, one.critical) for one in usages if one.oid.dotted_string in {"2.5.29.15", "2.5.29.37"}]
        key = new_key(kind)
        subject: x509.Name = name_of("Signing", "Notaires de la Baie inc.")
        certificate = self.ca._certificate(subject, key.public_key(), days=300, extensions=wanted)
        return LoadedSigner(key, (certificate, self.ca.root))

    def signed(
        self,
        pdf: bytes,
        name: str,
        *,
        kind: str = "P-256",
        digest: str = "sha256",
        adobe: bool = False,
        certify: bool = False,
        permit: MDPPerm = MDPPerm.FILL_FORMS,
        stamped: bool = False,
    ) -> bytes:
        """Return the PDF with one signature more, as pyHanko makes it."""
        metadata = signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm=digest,
            subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED if adobe else SigSeedSubFilter.PADES,
            certify=certify,
            docmdp_permissions=permit,
        )
        stamper = TimestampAdapter(self.ca.timestamper()) if stamped else None
        place = SigFieldSpec(name, on_page=0, box=(300, 100, 500, 160))
        signer = signers.PdfSigner(metadata, pyhanko_signer(self.key(kind)), timestamper=stamper, new_field_spec=place)
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        return asyncio.run(signer.async_sign_pdf(writer, bytes_reserved=16384)).getvalue()


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _broken(pdf: bytes) -> bytes:
    """Return a signed file one of whose bytes was lost on its way."""
    at = pdf.index(b"Lettre")
    return pdf[:at] + b"lettre" + pdf[at + 6 :]


FOREIGN: Final[dict[str, Callable[[Notary], bytes]]] = {
    "not signed": lambda _: letter(),
    "not signed, linearised": lambda _: _saved(linearize=True),
    "not signed, with object streams": lambda _: _saved(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "not signed, with a script": lambda _: _updated(letter(), open_action("/JavaScript")),
    "encrypted": lambda _: _saved(encryption=pikepdf.Encryption(owner="o", user="", R=6)),
    "encrypted with a password": lambda _: _saved(encryption=pikepdf.Encryption(owner="o", user="secret", R=6)),
    "cut": lambda _: letter()[:400],
    "larger than a PDF of ours may be": lambda _: letter() + bytes(21_000_000),
    "signed once": lambda notary: notary.signed(letter(), "A"),
    "signed as Adobe does": lambda notary: notary.signed(letter(), "A", adobe=True),
    "signed with a timestamp": lambda notary: notary.signed(letter(), "A", stamped=True),
    "certified": lambda notary: notary.signed(letter(), "A", certify=True, permit=MDPPerm.NO_CHANGES),
    "signed with RSA-1024": lambda notary: notary.signed(letter(), "A", kind="RSA-1024"),
    "signed with SHA-1": lambda notary: notary.signed(letter(), "A", kind="RSA-2048", digest="sha1"),
    "signed by two": lambda notary: notary.signed(notary.signed(letter(), "A"), "B"),
    "signed, then annotated": lambda notary: _updated(notary.signed(letter(), "A"), annotation("/FreeText")),
    "signed, then changed": lambda notary: _updated(notary.signed(letter(), "A"), overlay),
    "signed, then damaged": lambda notary: _broken(notary.signed(letter(), "A")),
    "signed, then something after the end": lambda notary: notary.signed(letter(), "A") + b"<!-- sent by mail -->\n",
}
