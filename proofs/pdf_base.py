"""The first revision of a document's PDF: BASE, whose digest the credential names (R100).

BASE carries 128 random bits: without them, whoever sees the digest in a credential could guess
withheld grades and compare. It also carries the empty signature field, tagged (PDF/UA-1, ISO
14289-1 section 7.18), since nothing but the seal may be added after the credential was signed.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from proofs.pdf_print_layer import add_print_layer

FIELD_NAME: Final = "Seal"
_PRINT_AND_LOCKED: Final = 132  # ISO 32000-2 table 167: print, locked
_SIGNATURES_EXIST_APPEND_ONLY: Final = 3  # ISO 32000-2 table 225
_IDS: Final = re.compile(rb"<xmpMM:(DocumentID|InstanceID)>[^<]*</xmpMM:\1>")


class BaseNotAcceptedError(ValueError):
    """The PDF is not one that our typesetter makes: it will not be sealed (threats.md H03, H22)."""


@dataclass(frozen=True, slots=True)
class SealPlace:
    """Where the seal stands: page counted from the end (-1 is the last), rectangle in points.

    `label` is what a screen reader says (TU and alternative text). A rectangle of no size makes
    an invisible seal.
    """

    label: str
    rectangle: tuple[float, float, float, float] = (0, 0, 0, 0)
    page: int = -1


@dataclass(frozen=True, slots=True)
class PrintOnly:
    """What is drawn on paper alone: the first page of a small PDF, and the name of its layer."""

    page: bytes
    name: str


def finish_base(pdf: bytes, place: SealPlace, *, print_only: PrintOnly | None = None) -> bytes:
    """Return BASE: salted, with the empty tagged signature field, ending in a newline.

    `print_only` is drawn over each page when it is printed.

    Raises BaseNotAcceptedError when `pdf` is untagged or holds what could hide or change something
    after signing: scripts, forms, optional content, attachments (threats.md H03).
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            _refuse_the_active(document)
            _salt(document)
            if print_only:
                add_print_layer(document, print_only.page, name=print_only.name)
            _add_field(document, place)
            out = io.BytesIO()
            document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    except pikepdf.PdfError as error:
        raise BaseNotAcceptedError("this is not a PDF") from error
    base = out.getvalue()
    return base if base.endswith(b"\n") else base + b"\n"


def digest_of(base: bytes) -> bytes:
    """Return SHA-256 of BASE, which the credential names."""
    return hashlib.sha256(base).digest()


def _refuse_the_active(document: pikepdf.Pdf) -> None:
    root = document.Root
    for key in ("/AcroForm", "/OCProperties", "/OpenAction", "/AA", "/Collection", "/Names"):
        if key in root:
            raise BaseNotAcceptedError(f"the catalogue holds {key}")
    if "/StructTreeRoot" not in root or "/Metadata" not in root:
        raise BaseNotAcceptedError("the pages are not tagged")
    for page in document.pages:
        if "/Annots" in page.obj or "/AA" in page.obj:
            raise BaseNotAcceptedError("a page holds annotations or actions")


def _salt(document: pikepdf.Pdf) -> None:
    """Put 128 random bits into the identifiers of the metadata; the file's /ID follows from them."""
    salt = secrets.token_hex(16).encode("ascii")
    metadata, found = _IDS.subn(rb"<xmpMM:\1>uuid:" + salt + rb"</xmpMM:\1>", document.Root.Metadata.read_bytes())
    if not found:
        raise BaseNotAcceptedError("the metadata has no identifier")
    document.Root.Metadata.write(metadata)
    with suppress(KeyError):
        del document.trailer["/ID"]


def _add_field(document: pikepdf.Pdf, place: SealPlace) -> None:
    page = document.pages[place.page].obj
    widget = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(FIELD_NAME),
            TU=String(place.label),
            Contents=String(place.label),
            F=_PRINT_AND_LOCKED,
            Rect=Array(list(place.rectangle)),
            P=page,
        )
    )
    page.Annots = document.make_indirect(Array([widget]))
    page.Tabs = Name.S
    form = Dictionary(Fields=Array([widget]), SigFlags=_SIGNATURES_EXIST_APPEND_ONLY)
    document.Root.AcroForm = document.make_indirect(form)
    _tag(document, widget, page, place.label)


def _tag(document: pikepdf.Pdf, widget: pikepdf.Object, page: pikepdf.Object, label: str) -> None:
    """Hang the field into the structure tree, both ways (ISO 32000-2 section 14.7.5)."""
    tree = document.Root.StructTreeRoot
    top = tree.K[0] if isinstance(tree.K, Array) else tree.K
    element = document.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=top,
            Alt=String(label),
            Pg=page,
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page),
        )
    )
    if isinstance(top.K, Array):
        top.K.append(element)
    else:
        top.K = Array([top.K, element])
    key = int(tree.ParentTreeNextKey)
    tree.ParentTreeNextKey = key + 1
    widget.StructParent = key
    leaf = _last_leaf(tree.ParentTree, key)
    leaf.Nums.append(key)
    leaf.Nums.append(element)


def _last_leaf(node: pikepdf.Object, key: int) -> pikepdf.Object:
    """Return the last leaf of a number tree, its limits and those above stretched to `key`."""
    while True:
        if "/Limits" in node:
            node.Limits[1] = key
        if "/Kids" not in node:
            return node
        node = node.Kids[-1]
