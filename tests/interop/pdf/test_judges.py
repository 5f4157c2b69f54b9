"""Judges that are not ours read every kind of sealed document, in each language."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from issuer.institutions.profile import Branding
from proofs import qr
from schemas.awards import Kind, Language
from tests.support.documents import DOCUMENT_ID, INSTITUTION, VERIFY_URL, award_of, transcript
from tests.support.judges import VeraPDF, needed, run
from tests.support.node import packages
from tests.support.pdf_attacks import credential_naming
from tests.support.pdf_pki import NOW
from tests.support.sealed import SealWorld

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("pdf-judges")]
CASES = [(kind, language) for kind in Kind for language in Language]


@pytest.fixture(scope="module")
def world() -> SealWorld:
    return SealWorld()


@pytest.fixture(scope="module")
def folder(world: SealWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every kind in each language, a long transcript, and the RSA variant."""
    folder = tmp_path_factory.mktemp("sealed")
    for kind, language in CASES:
        (folder / _name(kind, language)).write_bytes(world.sealed(award_of(kind, language)))
    (folder / "long.pdf").write_bytes(world.sealed(transcript(courses=60)))
    (folder / "rsa.pdf").write_bytes(SealWorld(kind="RSA-3072", typesetter=world.typesetter).sealed())
    (folder / "own-font.pdf").write_bytes(in_own_font(world))
    (folder / "root.pem").write_bytes(world.ca.root.public_bytes(Encoding.PEM))
    return folder


def in_own_font(world: SealWorld) -> bytes:
    """Return a diploma of an institution that brought its own fonts, a PNG as its logo, and a colour."""
    fonts = packages() / "node_modules" / "pdfjs-dist" / "standard_fonts"
    files = tuple((fonts / f"LiberationSans-{style}.ttf").read_bytes() for style in ("Regular", "Bold", "Italic"))
    branding = Branding(qr.png("logo"), "image/png", "#0b3d91", "Per aspera", "Liberation Sans", files)
    own = dataclasses.replace(INSTITUTION, branding=branding)
    award = award_of(Kind.DIPLOMA, Language.BOTH)
    base = world.maker.base(award, institution=own, document_id=DOCUMENT_ID, verify_url=VERIFY_URL)
    return world.maker.seal(base, b"{}", award=award, institution=own)


def test_a_document_is_set_in_the_fonts_that_its_institution_brought(folder: Path) -> None:
    needed("pdffonts")
    listed = run("pdffonts", folder / "own-font.pdf").stdout.decode()
    assert "LiberationSans-Bold" in listed
    assert "Libertinus" not in listed.replace("LibertinusSerif-Bold", "")  # the layer for print is ours


def test_verapdf_finds_pdf_a_3a_and_pdf_ua_1_in_every_file(folder: Path, tmp_path: Path) -> None:
    """R86: accessible, and archivable."""
    report = VeraPDF.compiled(tmp_path).judge("3a,ua1", *sorted(folder.glob("*.pdf")))
    verdicts = [line for line in report.splitlines() if line.startswith(("PASS", "FAIL"))]
    assert 2 * (len(CASES) + 3) == len(verdicts)
    assert [] == [line for line in verdicts if line.startswith("FAIL")], report


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_qpdf_finds_no_fault(folder: Path, kind: Kind, language: Language) -> None:
    needed("qpdf")
    done = run("qpdf", "--check", folder / _name(kind, language))
    assert done.returncode == 0, done.stdout


NAMES = [
    *(f"{kind}-{language}.pdf" for kind, language in zip(Kind, ("fr", "en", "fr+en", "fr", "en"), strict=True)),
    "rsa.pdf",
]
"""One file of each kind, in varying languages, and the RSA variant."""


@pytest.mark.parametrize("name", NAMES)
def test_pdfsig_finds_the_signature_valid(folder: Path, name: str) -> None:
    needed("pdfsig")
    report = run("pdfsig", "-nocert", folder / name).stdout.decode()
    assert "Signature is Valid" in report
    assert "ETSI.CAdES.detached" in report


@pytest.mark.parametrize("kind", list(Kind))
def test_pdfdetach_takes_out_the_credential_as_it_was_signed(world: SealWorld, kind: Kind, tmp_path: Path) -> None:
    needed("pdfdetach")
    award = award_of(kind)
    credential = repr(credential_naming(world.base(award))).encode()
    (tmp_path / "in.pdf").write_bytes(world.sealed(award, credential))
    done = run("pdfdetach", "-save", "1", "-o", tmp_path / "out.json", tmp_path / "in.pdf")
    assert done.returncode == 0, done.stderr
    assert credential == (tmp_path / "out.json").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_openssl_verifies_the_signature_over_the_sealed_bytes(folder: Path, name: str, tmp_path: Path) -> None:
    """The CMS of the seal, detached; RSA's own root is in its set, so only the mathematics is asked there."""
    needed("openssl")
    raw = (folder / name).read_bytes()
    content, signature = _signed(raw, "/Sig")
    (tmp_path / "cms").write_bytes(signature)
    (tmp_path / "content").write_bytes(content)
    trust = ["-noverify"] if name == "rsa.pdf" else ["-CAfile", str(folder / "root.pem"), "-purpose", "any"]
    done = run(
        *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms"),
        *("-content", tmp_path / "content", "-out", tmp_path / "out", "-attime", str(int(NOW.timestamp())), *trust),
    )
    assert done.returncode == 0, done.stderr
    changed = content[:500] + bytes([content[500] ^ 1]) + content[501:]
    (tmp_path / "content").write_bytes(changed)
    done = run(
        *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms"),
        *("-content", tmp_path / "content", "-out", tmp_path / "out", "-noverify"),
    )
    assert done.returncode != 0


@pytest.mark.parametrize("name", NAMES[:-1])
def test_openssl_verifies_both_timestamps(folder: Path, name: str, tmp_path: Path) -> None:
    needed("openssl")
    raw = (folder / name).read_bytes()
    content, token = _signed(raw, "/DocTimeStamp")
    _, seal = _signed(raw, "/Sig")
    signer = cms.ContentInfo.load(seal)["content"]["signer_infos"][0]
    inner = next(one for one in signer["unsigned_attrs"] if one["type"].native == "signature_time_stamp_token")
    for data, stamp in ((content, token), (signer["signature"].native, inner["values"][0].dump())):
        (tmp_path / "token").write_bytes(_exact(stamp))
        done = run(
            *("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token"),
            *("-digest", hashlib.sha256(data).hexdigest(), "-CAfile", folder / "root.pem"),
            *("-attime", str(int(NOW.timestamp()))),
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES[:-1])
def test_no_certificate_stands_twice_in_the_set(folder: Path, name: str) -> None:
    _, signature = _signed((folder / name).read_bytes(), "/Sig")
    certificates = [one.dump() for one in cms.ContentInfo.load(signature)["content"]["certificates"]]
    assert len(set(certificates)) == len(certificates) == 2


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_the_code_is_read_from_the_page_at_100_dpi(folder: Path, kind: Kind, language: Language) -> None:
    """R60: the printed code leads to the page that verifies."""
    document = pypdfium2.PdfDocument(folder / _name(kind, language))
    try:
        image = document[len(document) - 1].render(scale=100 / 72).to_pil()
    finally:
        document.close()
    assert [VERIFY_URL] == [code.text for code in zxingcpp.read_barcodes(image)]


def _name(kind: Kind, language: Language) -> str:
    return f"{kind.value}-{language.value}.pdf"


def _signed(raw: bytes, kind: str) -> tuple[bytes, bytes]:
    """Return the bytes that a signature covers and its CMS."""
    reader = PdfFileReader(io.BytesIO(raw))
    signature = next(one for one in reader.embedded_signatures if one.sig_object_type == kind)
    start, length, second, rest = (int(number) for number in signature.byte_range)
    return raw[start : start + length] + raw[second : second + rest], _exact(signature.pkcs7_content)


def _exact(der: bytes) -> bytes:
    """Return the CMS without the zeros that fill its place up."""
    assert re.match(rb"\x30\x82", der)
    return der[: 4 + int.from_bytes(der[2:4], "big")]
