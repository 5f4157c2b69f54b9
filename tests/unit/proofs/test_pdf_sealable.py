"""Pages that may be sealed by hand: what could hide in them is looked for."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest

from proofs.pdf_base import SealPlace, finish_base
from proofs.pdf_sealable import _hidden, require_sealable
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support.sealed import SealWorld


@pytest.fixture(scope="module")
def pages() -> bytes:
    """Return what the typesetter made, without the layer and the field that a BASE has."""
    with pikepdf.open(io.BytesIO(SealWorld().base())) as document:
        for key in ("/OCProperties", "/AcroForm"):
            del document.Root[key]
        for page in document.pages:
            for key in set(page.obj.keys()) & {"/Annots"}:
                del page.obj[key]
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def _code(pdf: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        require_sealable(pdf, limits=limits or Limits())
    return caught.value.problem.code


def test_pages_and_what_is_made_of_them_may_be_sealed(pages: bytes) -> None:
    assert not require_sealable(pages)
    assert require_sealable(finish_base(pages, SealPlace("Sceau")))


def test_a_base_with_a_layer_may_not(pages: bytes) -> None:
    """What prints and does not show is ours in a document of the ledger, and anybody's in a file."""
    assert "pdf-not-sealable" == _code(SealWorld().base())
    assert "too-large" == _code(pages, Limits(pdf_bytes=100))
    assert "pdf-not-sealable" == _code(b"nothing")


def test_an_encrypted_file_may_not(pages: bytes) -> None:
    with pikepdf.open(io.BytesIO(pages)) as document:
        out = io.BytesIO()
        document.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    assert "pdf-not-sealable" == _code(out.getvalue())


def test_a_field_that_is_filled_or_of_another_name_may_not(pages: bytes) -> None:
    made = finish_base(pages, SealPlace("Sceau"))
    changes = (("/V", pikepdf.Dictionary()), ("/T", pikepdf.String("Other")), ("/FT", pikepdf.Name.Tx))
    for key, value in changes:
        with pikepdf.open(io.BytesIO(made)) as document:
            document.Root.AcroForm.Fields[0][key] = value
            out = io.BytesIO()
            document.save(out)
        assert "pdf-not-sealable" == _code(out.getvalue()), key


def test_an_object_that_nothing_refers_to_is_found(pages: bytes) -> None:
    """H03: "hide and replace" keeps the other page in the file, until an update points to it."""
    with pikepdf.open(io.BytesIO(pages)) as document:
        assert [] == list(_hidden(document))
        document.make_stream(b"BT (Note : A-) Tj ET")
        assert ["it holds objects that nothing refers to"] == list(_hidden(document))


def _extra_key(document: pikepdf.Pdf) -> None:
    document.Root["/OpenAction"] = pikepdf.Dictionary()


def _untagged(document: pikepdf.Pdf) -> None:
    del document.Root["/StructTreeRoot"]


def _page_key(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/AA"] = pikepdf.Dictionary()


def _note(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/Annots"] = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot)])


def _action(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/Resources"]["/Font"]["/Later"] = pikepdf.Dictionary(JS=pikepdf.String("app.alert(1)"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_extra_key, "the catalogue holds /OpenAction"),
        (_untagged, "the pages are not tagged"),
        (_page_key, "a page holds /AA"),
        (_note, "a page holds annotations"),
        (_action, "it holds an action"),
    ],
)
def test_what_could_hide_something_is_named(pages: bytes, change: Callable[[pikepdf.Pdf], None], told: str) -> None:
    with pikepdf.open(io.BytesIO(pages)) as document:
        change(document)
        out = io.BytesIO()
        document.save(out)
    with pytest.raises(ProblemError) as caught:
        require_sealable(out.getvalue())
    assert told == caught.value.problem.detail


def test_a_second_revision_may_not(pages: bytes) -> None:
    assert "pdf-not-sealable" == _code(pages + pages)
