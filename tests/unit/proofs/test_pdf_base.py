"""BASE: what is sealed is what our typesetter made, and nothing that could change afterwards (H03, H22)."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from proofs.pdf_base import BaseNotAcceptedError, SealPlace, finish_base
from tests.support.sealed import SealWorld

PLACE = SealPlace("seal")


@pytest.fixture(scope="module")
def plain() -> bytes:
    """Return pages without their field: BASE, undone."""
    with pikepdf.open(io.BytesIO(SealWorld().base())) as pdf:
        del pdf.Root.AcroForm
        del pdf.Root.OCProperties
        del pdf.pages[-1].obj.Annots
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_pages_of_ours_are_accepted_and_end_in_a_newline(plain: bytes) -> None:
    assert finish_base(plain, PLACE).endswith(b"%%EOF\n")


@pytest.mark.parametrize("key", ["AcroForm", "OCProperties", "OpenAction", "AA", "Names"])
def test_what_could_change_after_sealing_is_not_sealed(plain: bytes, key: str) -> None:
    """H03: hidden layers, scripts and forms, prepared before sealing."""
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        pdf.Root[f"/{key}"] = Dictionary()
        with pytest.raises(BaseNotAcceptedError, match=key):
            finish_base(_saved(pdf), PLACE)


def test_a_page_with_annotations_is_not_sealed(plain: bytes) -> None:
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Square)])
        with pytest.raises(BaseNotAcceptedError, match="annotations"):
            finish_base(_saved(pdf), PLACE)


def test_pages_without_tags_are_not_sealed(plain: bytes) -> None:
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        del pdf.Root.StructTreeRoot
        with pytest.raises(BaseNotAcceptedError, match="not tagged"):
            finish_base(_saved(pdf), PLACE)


def test_metadata_without_identifiers_cannot_be_salted(plain: bytes) -> None:
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        pdf.Root.Metadata = pdf.make_stream(b"<x/>")
        with pytest.raises(BaseNotAcceptedError, match="identifier"):
            finish_base(_saved(pdf), PLACE)


def test_what_is_no_pdf_is_not_sealed() -> None:
    with pytest.raises(BaseNotAcceptedError, match="not a PDF"):
        finish_base(b"GIF89a", PLACE)


def test_a_number_tree_with_limits_and_a_single_element_at_the_top_are_tagged_too(plain: bytes) -> None:
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        tree = pdf.Root.StructTreeRoot
        leaf = pdf.make_indirect(Dictionary(Nums=tree.ParentTree.Nums, Limits=Array([0, 1])))
        tree.ParentTree = pdf.make_indirect(Dictionary(Kids=Array([leaf]), Limits=Array([0, 1])))
        top = tree.K[0] if isinstance(tree.K, Array) else tree.K
        tree.K = top
        top.K = top.K[0]
        finished = finish_base(_saved(pdf), PLACE)
    with pikepdf.open(io.BytesIO(finished)) as pdf:
        tree = pdf.Root.StructTreeRoot
        key = int(pdf.Root.AcroForm.Fields[0].StructParent)
        assert [0, key] == [int(limit) for limit in tree.ParentTree.Limits]
        assert int(tree.ParentTree.Kids[0].Nums[-2]) == key
        assert tree.ParentTree.Kids[0].Nums[-1].S == Name.Form
        assert tree.K.K[-1].S == Name.Form
