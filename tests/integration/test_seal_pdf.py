"""`parchemin seal-pdf`: pages sealed by hand, with a key here or one of a signing service."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.cli import main_group
from app.config import Settings
from app.wiring import Choices, Parts, make_parts
from keys.certificates import DevelopmentCA, pem_of
from proofs.pades import PinnedSeal, SealFinding, SealTrust, check_seal
from services.clock import StoppedClock
from services.timestamps import TimestampUnavailableError
from tests.shared import ROOT
from tests.support.institutions import make_institution
from tests.support.judges import VeraPDF
from tests.support.pdf_signatures import openssl_accepts, pdfsig_accepts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PASSPHRASE = "a passphrase of the tests"
PAGE = '#set document(title: "Relevé")\n#set text(lang: "fr")\n#set page(width: 10cm, height: 8cm)\n= Relevé\nNote : A+'
SERVICE = ROOT / "tests" / "support" / "signing_service.py"
pytestmark = pytest.mark.integration


@dataclass
class House:
    """An institution, its throw-away authority, and what the commands get."""

    parts: Parts
    folder: Path
    pages: Path

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(main_group, ["seal-pdf", *map(str, arguments)], obj=self)

    def done(self, *arguments: str | Path) -> str:
        result = self.run(*arguments)
        assert 0 == result.exit_code, result.output
        return result.output

    def refused(self, *arguments: str | Path, code: int = 1) -> str:
        result = self.run(*arguments)
        assert code == result.exit_code, result.output
        return result.output

    @property
    def authority(self) -> DevelopmentCA:
        path = self.folder / "var" / "authority" / "development-ca.json"
        return DevelopmentCA.open(path, PASSPHRASE.encode(), now=NOW)

    def finding(self, pdf: bytes, certificate: Any) -> SealFinding:
        roots = (self.authority.root,)
        pins = (PinnedSeal(certificate, NOW - timedelta(days=1)),)
        return check_seal(pdf, trust=SealTrust(roots, pins, roots), now=NOW)

    def elsewhere(self, key: Any) -> tuple[Path, Path, Any]:
        """Give a key of a service a certificate; return the files of the chain and of the key."""
        chain = self.authority.seal_certificate(key.public_key(), organisation="Boréale", did="did:web:x", now=NOW)
        (self.folder / "chain.pem").write_text(pem_of(chain))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "service.key").write_bytes(pem)
        return self.folder / "chain.pem", self.folder / "service.key", chain[0]


@pytest.fixture
def house(tmp_path: Path) -> House:
    settings = Settings(development=True, var=tmp_path / "var", passphrase=PASSPHRASE, secret_key="t" * 40)
    parts = make_parts(settings, Choices(public=False, clock=StoppedClock(NOW)))
    parts.issuer.create_institution(make_institution(), actor="test")
    pages = tmp_path / "pages.pdf"
    made = typst.compile(PAGE.encode(), format="pdf", pdf_standards=["a-3a", "ua-1"])
    assert isinstance(made, bytes)
    pages.write_bytes(made)
    return House(parts, tmp_path, pages)


def test_pages_are_sealed_with_the_institutions_key(house: House, tmp_path: Path) -> None:
    """Invisible, B-LTA, PDF/A-3a and PDF/UA-1, with the credential that names the pages."""
    out, first, credential = tmp_path / "sealed.pdf", tmp_path / "base.pdf", tmp_path / "credential.json"
    digest = house.done("base", house.pages, "--out", first).strip()
    assert digest == hashlib.sha256(first.read_bytes()).hexdigest()
    credential.write_text(f'{{"names": "{digest}"}}')
    house.done(first, "--credential", credential, "--out", out)
    certificate = house.parts.certifying.signer(make_institution()).certificates[0]
    finding = house.finding(out.read_bytes(), certificate)
    assert ("B-LTA", digest) == (finding.level, finding.base_sha256.hex())
    assert credential.read_bytes() == finding.attachments["credential.json"]
    house.done(house.pages, "--out", tmp_path / "plain.pdf")
    told = VeraPDF.compiled(tmp_path).judge("3a,ua1", out, tmp_path / "plain.pdf")
    assert 4 == sum(line.startswith("PASS") for line in told.splitlines()), told


@pytest.mark.parametrize(
    ("kind", "form"),
    [("P-256", "raw"), ("P-256", "der"), ("P-256", "base64"), ("P-256", "cms"), ("RSA-3072", "raw")],
    ids=["p256-raw", "p256-der", "p256-base64", "p256-cms", "rsa-raw"],
)
def test_a_service_that_sees_only_a_digest_seals(house: House, tmp_path: Path, kind: str, form: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "P-256" else rsa.generate_private_key(65_537, 3072)
    chain, private, certificate = house.elsewhere(key)
    waiting, answer, out = tmp_path / "waiting", tmp_path / "answer", tmp_path / "sealed.pdf"
    printed = house.done("prepare", house.pages, "--chain", chain, "--out", waiting).strip()
    digest = (waiting / "digest.bin").read_bytes()
    assert (32, printed) == (len(digest), digest.hex())
    signed = subprocess.run(
        [sys.executable, SERVICE, private, form], input=digest, capture_output=True, check=True, timeout=60
    )
    answer.write_bytes(signed.stdout)
    house.done("complete", waiting, answer, "--out", out)
    sealed = out.read_bytes()
    assert "B-LTA" == house.finding(sealed, certificate).level
    assert openssl_accepts(sealed, house.parts.certifying.root_pem(), tmp_path, at=NOW)
    assert pdfsig_accepts(sealed, tmp_path)


def test_a_wrong_answer_or_a_changed_document_seals_nothing(house: House, tmp_path: Path) -> None:
    chain, _, _ = house.elsewhere(ec.generate_private_key(ec.SECP256R1()))
    waiting, answer, out = tmp_path / "waiting", tmp_path / "answer", tmp_path / "sealed.pdf"
    house.done("prepare", house.pages, "--chain", chain, "--out", waiting)
    for wrong, code in ((b"\x01" * 64, "certificate-untrusted"), (b"nonsense", "not-parsable")):
        answer.write_bytes(wrong)
        assert code in house.refused("complete", waiting, answer, "--out", out)
    document = waiting / "document.pdf"
    document.write_bytes(document.read_bytes().replace(b"/Type", b"/Typo", 1))
    assert "not-parsable" in house.refused("complete", waiting, answer, "--out", out)
    assert not out.exists()


def test_a_chain_that_will_not_do_is_refused_before_anything_is_prepared(house: House, tmp_path: Path) -> None:
    chain, waiting = tmp_path / "chain.pem", tmp_path / "waiting"
    for text in (pem_of([house.authority.root]), "nothing"):
        chain.write_text(text)
        told = house.refused("prepare", house.pages, "--chain", chain, "--out", waiting)
        assert "certificate-mismatched" in told or "not-parsable" in told
    assert not waiting.exists()


def test_without_a_timestamp_the_command_says_that_it_waits(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_self: object, _digest: bytes) -> bytes:
        raise TimestampUnavailableError("away")

    monkeypatch.setattr("services.timestamps.LocalTimestamper.stamp", away)
    assert "awaiting-timestamp" in house.refused(house.pages, "--out", tmp_path / "sealed.pdf", code=2)
    assert not (tmp_path / "sealed.pdf").exists()


def _with(pages: bytes, change: Any) -> bytes:
    with pikepdf.open(io.BytesIO(pages)) as document:
        change(document)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


SHADOWS: dict[str, Any] = {
    "layer": lambda d: d.Root.__setattr__("OCProperties", pikepdf.Dictionary(OCGs=pikepdf.Array([]))),
    "script": lambda d: d.Root.__setattr__("OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript)),
    "form": lambda d: d.Root.__setattr__("AcroForm", pikepdf.Dictionary(Fields=pikepdf.Array([]))),
    "attachment": lambda d: d.Root.__setattr__("Names", pikepdf.Dictionary()),
    "annotation": lambda d: d.pages[0].obj.__setattr__(
        "Annots", pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.FreeText)])
    ),
    "private data": lambda d: d.Root.__setattr__("PieceInfo", pikepdf.Dictionary(Other=d.make_stream(b"(A-) Tj"))),
    "page action": lambda d: d.pages[0].obj.__setattr__("AA", pikepdf.Dictionary()),
    "outline action": lambda d: d.Root.__setattr__(
        "Outlines", pikepdf.Dictionary(A=pikepdf.Dictionary(S=pikepdf.Name.JavaScript))
    ),
    "untagged": lambda d: d.Root.__delattr__("StructTreeRoot"),
}


@pytest.mark.parametrize("name", list(SHADOWS))
def test_pages_in_which_something_could_hide_are_not_sealed(house: House, tmp_path: Path, name: str) -> None:
    """H03, H22."""
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(_with(house.pages.read_bytes(), SHADOWS[name]))
    assert "pdf-not-sealable" in house.refused(bad, "--out", tmp_path / "sealed.pdf")


def test_files_of_several_revisions_are_not_sealed(house: House, tmp_path: Path) -> None:
    """H03, H05: also a file that is sealed already, and what is no PDF."""
    pages, bad, out = house.pages.read_bytes(), tmp_path / "bad.pdf", tmp_path / "sealed.pdf"
    start = pages[pages.rindex(b"startxref") :].split()[1]
    for name, data in {
        "revision": pages + b"\nstartxref\n" + start + b"\n%%EOF\n",
        "junk": b"%PDF-1.7\nnothing",
        "sealed": _sealed(house, tmp_path),
    }.items():
        bad.write_bytes(data)
        assert "pdf-not-sealable" in house.refused(bad, "--out", out), name


def _sealed(house: House, folder: Path) -> bytes:
    house.done(house.pages, "--out", folder / "once.pdf")
    return (folder / "once.pdf").read_bytes()
