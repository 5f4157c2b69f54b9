"""Is this a PDF that may be sealed by hand? Only pages in which nothing can hide (threats.md H03, H19, H22).

    require_sealable(pdf)       # pages fresh from a typesetter, or a BASE that `finish_base` made of them

A shadow attack prepares a file before it is sealed, so that a later update shows something else. What
it needs is not let in: layers, forms, scripts, annotations, attachments, earlier revisions, and
objects that nothing refers to. Who made the pages cannot be seen in them: that is the operator's word.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

from proofs.pdf_base import FIELD_NAME
from schemas.limits import DEFAULT, Limits
from schemas.problems import PDF_NOT_SEALABLE, TOO_LARGE, ProblemError

_CATALOGUE: Final = frozenset(
    {
        "/Type",
        "/Pages",
        "/Metadata",
        "/StructTreeRoot",
        "/MarkInfo",
        "/Lang",
        "/ViewerPreferences",
        "/OutputIntents",
        "/PageLabels",
        "/Outlines",
        "/Version",
        "/Extensions",
        "/AcroForm",
    }
)
_PAGE: Final = frozenset(
    {
        "/Type",
        "/Parent",
        "/MediaBox",
        "/CropBox",
        "/BleedBox",
        "/TrimBox",
        "/ArtBox",
        "/Contents",
        "/Resources",
        "/StructParents",
        "/Tabs",
        "/Group",
        "/Rotate",
        "/Annots",
    }
)
_ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"})
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF")
_FIELD: Final = frozenset({"/Type", "/Subtype", "/FT", "/T", "/TU", "/Contents", "/F", "/Rect", "/P", "/StructParent"})


def require_sealable(pdf: bytes, *, limits: Limits = DEFAULT) -> bool:
    """Return whether the empty field for the seal is there already; raise ProblemError(pdf-not-sealable)."""
    if len(pdf) > limits.pdf_bytes:
        raise ProblemError(TOO_LARGE.about(f"a PDF has at most {limits.pdf_bytes} bytes"))
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            wrong = next(_faults(pdf, document), None)
            has_field = "/AcroForm" in document.Root
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProblemError(PDF_NOT_SEALABLE.about("it cannot be read as a PDF")) from error
    if wrong is not None:
        raise ProblemError(PDF_NOT_SEALABLE.about(wrong))
    return has_field


def _faults(pdf: bytes, document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    if document.is_encrypted:
        yield "it is encrypted"
    if len(_END.findall(pdf)) != 1 or "/Prev" in document.trailer:
        yield "it has several revisions"
    for key in sorted(set(root.keys()) - _CATALOGUE):
        yield f"the catalogue holds {key}"
    if "/StructTreeRoot" not in root or "/Metadata" not in root:
        yield "the pages are not tagged"
    field = _field(root)
    if "/AcroForm" in root and field is None:
        yield "it holds a form that is not the empty place of our seal"
    for page in document.pages:
        for key in sorted(set(page.obj.keys()) - _PAGE):
            yield f"a page holds {key}"
        if any(one.objgen != field for one in page.obj.get("/Annots", [])):
            yield "a page holds annotations"
    yield from _hidden(document)


def _field(root: pikepdf.Object) -> tuple[int, ...] | None:
    """Return which object is our empty signature field, when the form is that and nothing else."""
    form = root.get("/AcroForm")
    if form is None or set(form.keys()) - {"/Fields", "/SigFlags"} or len(form.Fields) != 1:
        return None
    field = form.Fields[0]
    is_ours = field.get("/FT") == "/Sig" and str(field.get("/T", "")) == FIELD_NAME and set(field.keys()) <= _FIELD
    return tuple(field.objgen) if is_ours else None


def _hidden(document: pikepdf.Pdf) -> Iterator[str]:
    """Tell of actions anywhere, and of objects that cannot be come to from the trailer."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [document.trailer]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Object) and thing.is_indirect:
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            if "/JS" in thing or str(thing.get("/S", "")) in _ACTIONS:
                yield "it holds an action"
            waiting.extend(thing[key] for key in thing.keys())  # noqa: SIM118 (no mapping: iterating gives no keys)
        elif isinstance(thing, pikepdf.Array):
            waiting.extend(thing)
    kept = (one for one in document.objects if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array)))
    if any(one.objgen not in seen and not _is_plumbing(one) for one in kept):
        yield "it holds objects that nothing refers to"


def _is_plumbing(thing: pikepdf.Object) -> bool:
    """Say whether an object is part of how the file is stored: a cross-reference or object stream."""
    return isinstance(thing, pikepdf.Stream) and thing.get("/Type") in {"/XRef", "/ObjStm"}
