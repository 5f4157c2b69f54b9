"""A mention that appears on paper and not on the screen (R26), where the viewer knows how.

An optional-content group that is shown only when printing (ISO 32000-2 section 8.11.4.4). PDF/A-3
and PDF/UA-1 forbid the key that would make every viewer obey (/AS), so this is a best effort beside
the words at the foot of every page; PDFium prints it.
"""

from __future__ import annotations

import io
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_BEFORE: Final = b"q\n"
_AFTER: Final = (
    b"\nQ /Artifact <</Type /Pagination /Subtype /Watermark>> BDC /OC /PrintOnly BDC q /PrintOnly Do Q EMC EMC\n"
)


def add_print_layer(document: pikepdf.Pdf, page: bytes, *, name: str) -> None:
    """Draw the first page of the PDF `page` over every page, in a layer that is on only when printing."""
    group = document.make_indirect(
        Dictionary(
            Type=Name.OCG,
            Name=String(name),
            Intent=Name.View,
            Usage=Dictionary(
                View=Dictionary(ViewState=Name.OFF), Print=Dictionary(Subtype=Name.Watermark, PrintState=Name.ON)
            ),
        )
    )
    default = Dictionary(Name=String(name), BaseState=Name.ON, OFF=Array([group]), Order=Array([group]))
    document.Root.OCProperties = Dictionary(OCGs=Array([group]), D=default)
    with pikepdf.open(io.BytesIO(page)) as drawn:
        form = document.copy_foreign(drawn.make_indirect(drawn.pages[0].as_form_xobject()))
    for one in document.pages:
        resources = one.resources
        for kind, value in (("/XObject", form), ("/Properties", group)):
            if kind not in resources:
                resources[kind] = Dictionary()
            resources[kind]["/PrintOnly"] = value
        one.contents_add(_BEFORE, prepend=True)
        one.contents_add(_AFTER)
