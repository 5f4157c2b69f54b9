"""Programs of others read each kind of sealed document: pdfsignerpy judges it, pdf.js opens it, PDFium prints it."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfsigner
import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import ImageChops

from schemas.awards import Kind, Language
from tests.support.documents import DOCUMENT_ID, INSTITUTION, LEARNER, award_of, transcript
from tests.support.node import Judge
from tests.support.pages import squeezed
from tests.support.pdf_scene import credential_naming
from tests.support.sealed import SealWorld

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("pdf-readers")]
LANGUAGES = dict(
    zip(Kind, (Language.BOTH, Language.FRENCH, Language.ENGLISH, Language.BOTH, Language.FRENCH), strict=True)
)


@dataclasses.dataclass(frozen=True)
class Sealed:
    """One sealed file on disk, and the credential that was put in."""

    path: Path
    credential: bytes
    root: Path


@pytest.fixture(scope="module")
def world() -> SealWorld:
    return SealWorld()


@pytest.fixture(scope="module")
def documents(world: SealWorld, tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, Sealed]:
    """Return each kind, sealed once."""
    folder = tmp_path_factory.mktemp("kinds")
    root = folder / "root.pem"
    root.write_bytes(world.ca.root.public_bytes(Encoding.PEM))
    made = {}
    for kind in Kind:
        award = award_of(kind, LANGUAGES[kind])
        base = world.base(award)
        credential = json.dumps(credential_naming(base), ensure_ascii=False).encode()
        path = folder / f"{kind}.pdf"
        path.write_bytes(world.maker.seal(base, credential, award=award, institution=INSTITUTION))
        made[kind] = Sealed(path, credential, root)
    return made


@pytest.fixture(scope="module")
def pdf_js() -> Iterator[Judge]:
    judge = Judge("pdf.mjs")
    yield judge
    judge.close()


@pytest.mark.parametrize("kind", list(Kind))
def test_pdfsignerpy_finds_seal_and_timestamps_valid_and_trusted(documents: dict[Kind, Sealed], kind: Kind) -> None:
    """R24: an engine written in another language, from the same standards."""
    report = pdfsigner.verify_pdf_report(str(documents[kind].path), roots=str(documents[kind].root))
    assert (True, True, True) == (report["document_intact"], report["all_valid"], report["all_trusted"]), report
    seal, stamp = report["signatures"]
    assert [False, True] == [seal["is_timestamp"], stamp["is_timestamp"]]
    assert "Bureau du registraire" in seal["signer"]
    assert "[trusted timestamp]" in seal["detail"]
    assert stamp["covers_whole_document"]


@pytest.mark.parametrize("kind", list(Kind))
def test_pdfsignerpy_finds_a_changed_byte(documents: dict[Kind, Sealed], kind: Kind, tmp_path: Path) -> None:
    raw = bytearray(documents[kind].path.read_bytes())
    raw[raw.index(b"%PDF-") + 5] ^= 1
    (tmp_path / "changed.pdf").write_bytes(raw)
    report = pdfsigner.verify_pdf_report(str(tmp_path / "changed.pdf"), roots=str(documents[kind].root))
    assert (False, False) == (report["document_intact"], report["all_valid"])


def test_pdfsignerpy_accepts_rsa(world: SealWorld, tmp_path: Path) -> None:
    (tmp_path / "rsa.pdf").write_bytes(SealWorld(kind="RSA-3072", typesetter=world.typesetter).sealed())
    assert pdfsigner.verify_pdf_report(str(tmp_path / "rsa.pdf"))["all_valid"]


@pytest.mark.parametrize("kind", list(Kind))
def test_pdf_js_reads_pages_text_and_credential(documents: dict[Kind, Sealed], kind: Kind, pdf_js: Judge) -> None:
    found = pdf_js.ask("read", path=str(documents[kind].path))
    assert "error" not in found, found
    document = pypdfium2.PdfDocument(documents[kind].path)
    assert len(document) == found["pages"]
    document.close()
    text = squeezed("".join(found["texts"]))
    assert all(squeezed(words) in text for words in (LEARNER.full_name, DOCUMENT_ID, INSTITUTION.did))
    assert {"credential.json": documents[kind].credential} == {
        name: base64.b64decode(content) for name, content in found["files"].items()
    }
    assert found["fields"]["Seal"] == ["signature"]
    assert (None, True, True) == (found["scripts"], found["tagged"], found["signed"])
    assert {"fr": "fr-CA", "en": "en-CA"}[LANGUAGES[kind].codes[0]] == found["language"]
    assert LEARNER.full_name in found["title"]


def test_pdf_js_counts_the_pages_of_a_long_transcript(world: SealWorld, tmp_path: Path, pdf_js: Judge) -> None:
    (tmp_path / "long.pdf").write_bytes(world.sealed(transcript(courses=60)))
    found = pdf_js.ask("read", path=str(tmp_path / "long.pdf"))
    assert found["pages"] == 3
    assert all(f"{number} / 3" in text for number, text in enumerate(found["texts"], start=1))


@pytest.mark.parametrize("kind", list(Kind))
def test_pdfium_prints_that_a_print_is_not_certified_and_does_not_show_it(
    documents: dict[Kind, Sealed], kind: Kind
) -> None:
    """R26: on paper, across the page; on the screen, nothing."""
    document = pypdfium2.PdfDocument(documents[kind].path)
    shown, printed = (_drawn(document, mode) for mode in (None, "print"))
    document.close()
    changed = ImageChops.difference(shown, printed).convert("L").point(lambda level: 255 if level > 16 else 0)
    left, top, right, bottom = changed.getbbox() or (0, 0, 0, 0)
    assert right - left > shown.width / 3
    assert bottom - top > shown.height / 3
    assert _drawn_red(printed) > _drawn_red(shown)


def _drawn(document: Any, mode: str | None) -> Any:
    return document[0].render(scale=1, optimize_mode=mode).to_pil().convert("RGB")


def _drawn_red(image: Any) -> int:
    """Return how many points have the faint red of the words across the page."""
    colours = image.getcolors(maxcolors=image.width * image.height)
    return sum(count for count, point in colours if point == (0xDC, 0xCF, 0xD2))
