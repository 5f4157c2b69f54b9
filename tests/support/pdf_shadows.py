"""Shadow attacks: prepared before the seal, sprung after it (threats.md H03; Mainka, Mladenov, Rohlmann 2021).

The attacker gives a prepared file to somebody careless who seals it with the right key; the
sealed file is genuine. Then one small update shows what had been hidden.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.support.pdf_lesser_seals import Archived, Lesser
from tests.support.pdf_scene import Scene, Update
from tests.support.pdf_updates import OVERLAY


@dataclass(frozen=True)
class Shadow:
    """What is hidden in the file before the seal, and the update that springs it."""

    prepare: Callable[[pikepdf.Pdf], None]
    spring: Update

    def sealed(self, scene: Scene) -> bytes:
        """Return the prepared file as it was sealed."""
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(scene.attached)) as pdf:
            self.prepare(pdf)
            pdf.save(out)
        return Archived(Lesser(source=lambda _: out.getvalue()))(scene)

    def __call__(self, scene: Scene) -> bytes:
        """Return the sealed file after the attack."""
        return scene.updated(self.spring, self.sealed(scene))


def _draw(pdf: pikepdf.Pdf, name: str, data: bytes) -> pikepdf.Object:
    form = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 612, 792]))
    page = pdf.pages[0]
    page.resources.XObject[name] = form
    page.contents_add(b"q %b Do Q\n" % name.encode())
    return form


def _cover(pdf: pikepdf.Pdf) -> None:
    """Put a white cover over a grade that the signer is not to see."""
    pdf.Root.Shadow = _draw(pdf, "/Shadow", OVERLAY)


def _uncover(writer: IncrementalPdfFileWriter) -> None:
    cover = writer.root.raw_get("/Shadow")
    empty = StreamObject(dict(cover.get_object().items()), stream_data=b"")
    writer.objects[(cover.generation, cover.idnum)] = empty


def _text_field(pdf: pikepdf.Pdf) -> None:
    """Put a form field over the grade, which shows the grade."""
    look = pdf.make_stream(b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 60, 14]))
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("Grade"),
            V=String("C"),
            F=4,
            Rect=Array([300, 440, 360, 454]),
            AP=Dictionary(N=look),
        )
    )
    page = pdf.pages[0].obj
    page.Annots = Array([*page.get("/Annots", Array()), field])
    pdf.Root.AcroForm.Fields.append(field)


def _other_value(writer: IncrementalPdfFileWriter) -> None:
    fields = [one.get_object() for one in writer.root["/AcroForm"]["/Fields"]]
    field = next(one for one in fields if one["/T"] == "Grade")
    field[pdf_name("/V")] = pdf_string("A+")
    look = StreamObject(dict(field["/AP"]["/N"].items()), stream_data=b"q 1 0 0 rg 0 0 60 14 re f Q")
    field[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(field)


def _hidden_page(pdf: pikepdf.Pdf) -> None:
    """Hide a whole second page tree, which nothing shows."""
    page = pdf.make_indirect(
        Dictionary(
            Type=Name.Page,
            Parent=pdf.Root.Pages,
            MediaBox=Array([0, 0, 612, 792]),
            Resources=Dictionary(),
            Contents=pdf.make_stream(OVERLAY),
        )
    )
    pdf.Root.Shadow = page


def _other_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    rest = [pages["/Kids"].raw_get(at) for at in range(1, len(pages["/Kids"]))]
    pages[pdf_name("/Kids")] = ArrayObject([writer.root.raw_get("/Shadow"), *rest])
    writer.update_container(pages)


def _hidden_layer(pdf: pikepdf.Pdf) -> None:
    """Hide a grade in a layer that is off."""
    layers = pdf.Root.OCProperties
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Shadow")))
    layers.OCGs.append(layer)
    layers.D.OFF.append(layer)
    form = _draw(pdf, "/Shadow", OVERLAY)
    form.OC = layer


def _layer_shown(writer: IncrementalPdfFileWriter) -> None:
    shown = writer.root["/OCProperties"]["/D"]
    shown[pdf_name("/OFF")] = ArrayObject()
    writer.update_container(shown)


SHADOWS = {
    "shadow: a cover taken away (hide)": Shadow(_cover, _uncover),
    "shadow: a field filled anew (replace)": Shadow(_text_field, _other_value),
    "shadow: a hidden page shown (hide and replace)": Shadow(_hidden_page, _other_page),
    "shadow: a hidden layer shown": Shadow(_hidden_layer, _layer_shown),
}
