"""On paper a document says that a print is not certified; on the screen it does not (R26)."""

from __future__ import annotations

import ctypes
import io

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from proofs.pdf_print_layer import add_print_layer
from schemas.awards import Kind, Language
from tests.support.documents import award_of
from tests.support.sealed import SealWorld

COLOUR = (0xDC, 0xCF, 0xD2)


@pytest.fixture(scope="module")
def world() -> SealWorld:
    return SealWorld()


def pixels_of_the_mention(pdf: bytes, *, printing: bool) -> int:
    document = pypdfium2.PdfDocument(pdf)
    flags = pdfium.FPDF_PRINTING if printing else 0
    page = document[0]
    width, height = (int(side) for side in page.get_size())
    bitmap = pdfium.FPDFBitmap_Create(width, height, 0)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    pdfium.FPDF_RenderPageBitmap(bitmap, page.raw, 0, 0, width, height, 0, flags)
    size = pdfium.FPDFBitmap_GetStride(bitmap) * height
    raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)
    pdfium.FPDFBitmap_Destroy(bitmap)
    page.close()
    document.close()
    return sum(raw[at : at + 3] == bytes(COLOUR[::-1]) for at in range(0, size, 4))


@pytest.mark.parametrize("kind", [Kind.TRANSCRIPT, Kind.DIPLOMA])
@pytest.mark.parametrize("language", list(Language))
def test_the_mention_is_printed_and_not_shown(world: SealWorld, kind: Kind, language: Language) -> None:
    pdf = world.base(award_of(kind, language))
    assert pixels_of_the_mention(pdf, printing=False) < 50
    assert pixels_of_the_mention(pdf, printing=True) > 1000


def test_every_page_has_the_layer_and_no_automatic_states(world: SealWorld) -> None:
    """PDF/A-3 section 6.10 forbids /AS."""
    with pikepdf.open(io.BytesIO(world.base())) as pdf:
        assert "/AS" not in pdf.Root.OCProperties.D
        assert all("/PrintOnly" in page.resources.XObject for page in pdf.pages)


def test_what_a_page_already_uses_stays_beside_the_layer() -> None:
    """A page with an image of its own keeps it; one without any resources is given them."""
    drawn, page = pikepdf.new(), pikepdf.new()
    for document in (drawn, page, page):
        document.add_blank_page(page_size=(100, 100))
    page.pages[0].resources["/XObject"] = pikepdf.Dictionary(Own=page.make_stream(b""))
    layer = io.BytesIO()
    drawn.save(layer)
    add_print_layer(page, layer.getvalue(), name="Print only")
    assert {"/Own", "/PrintOnly"} == set(page.pages[0].resources.XObject.keys())
    assert {"/PrintOnly"} == set(page.pages[1].resources.XObject.keys())
