"""Signatures forged, moved and damaged, and files whose structure deceives."""

from __future__ import annotations

import asyncio
import io
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
from pyhanko.pdf_utils.generic import ArrayObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup

from proofs.pades_sealing import CMSSigner
from schemas.limits import DEFAULT
from tests.support.pdf_scene import Attack, Scene


def in_signature(old: bytes, new: bytes, which: int = 0) -> Attack:
    """Overwrite a part of a signature dictionary, keeping every offset."""

    def make(scene: Scene) -> bytes:
        found = list(re.finditer(old, scene.sealed))[which]
        replacement = new.ljust(len(found.group(0)))
        return scene.sealed[: found.start()] + replacement[: len(found.group(0))] + scene.sealed[found.end() :]

    return make


def contents(fill: Callable[[int], bytes]) -> Attack:
    def make(scene: Scene) -> bytes:
        found = re.search(rb"/Contents <[0-9A-Fa-f]+>", scene.sealed)
        if found is None:
            raise LookupError("no signature contents")
        return scene.sealed[: found.start()] + fill(len(found.group(0))) + scene.sealed[found.end() :]

    return make


RANGE = rb"/ByteRange\s*\[[^\]]*\]"


def gap_filled(scene: Scene) -> bytes:
    _, length, second, _ = byte_range(scene.sealed)
    return scene.sealed[:length] + scene.sealed[length:second] + b"\n%%evil\n" + scene.sealed[second:]


def range_moved(scene: Scene) -> bytes:
    start, length, second, rest = byte_range(scene.sealed)
    shifted = scene.sealed[:second] + b" " * 64 + scene.sealed[second:]
    new = b"/ByteRange [%d %d %d %d]" % (start, length, second + 64, rest)
    found = re.search(RANGE, shifted)
    if found is None:
        raise LookupError("no byte range")
    return shifted[: found.start()] + new.ljust(found.end() - found.start()) + shifted[found.end() :]


def byte_range(pdf: bytes) -> list[int]:
    found = re.search(RANGE, pdf)
    if found is None:
        raise LookupError("no byte range")
    return [int(number) for number in re.findall(rb"\d+", found.group(0))]


def one_byte(position: float) -> Attack:
    def make(scene: Scene) -> bytes:
        at = int(len(scene.base) * position)
        return scene.sealed[:at] + bytes([scene.sealed[at] ^ 1]) + scene.sealed[at + 1 :]

    return make


def cut_after(revision: int) -> Attack:
    return lambda scene: scene.sealed[: scene.revision_ends()[revision]]


def second_signature(scene: Scene) -> bytes:
    signer = CMSSigner(scene.attacker.seal())
    writer = IncrementalPdfFileWriter(io.BytesIO(scene.sealed), strict=False)
    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec("Second", on_page=0)).write_cms(
        field_name="Second", writer=writer
    )
    next(steps)
    placeholder = signers.PdfSignedData(
        pdf_name("/Sig"), subfilter=SigSeedSubFilter.PADES, timestamp=datetime.now(UTC), bytes_reserved=16384
    )
    steps.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, out = steps.send(SigIOSetup(md_algorithm="sha256", in_place=False))
    steps.send(asyncio.run(signer.async_sign(prepared.document_digest, "sha256")).dump())
    return out.getvalue()


def by_hand(*, root: bool, previous: bool) -> Attack:
    """Append an update by hand that gives the file another page tree."""

    def make(scene: Scene) -> bytes:
        reader = PdfFileReader(io.BytesIO(scene.sealed))
        form, pages = reader.root.raw_get("/AcroForm").idnum, reader.root.raw_get("/Pages").idnum
        last = int(re.findall(rb"startxref\s+(\d+)", scene.sealed)[-1])
        tree = 9001 if root else pages
        bodies = {
            tree: b"<</Type/Pages/Kids[9002 0 R]/Count 1>>",
            9002: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 612 792]/Resources<<>>/Contents 9003 0 R>>" % tree,
            9003: b"<</Length 21>>\nstream\n1 0 0 rg 0 0 99 99 re f\nendstream",
        }
        if root:
            bodies[9000] = b"<</Type/Catalog/Pages 9001 0 R/AcroForm %d 0 R>>" % form
        out, table = scene.sealed, b""
        for number, body in sorted(bodies.items()):
            table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        catalogue = 9000 if root else reader.trailer.raw_get("/Root").idnum
        back = b"/Prev %d " % last if previous else b""
        trailer = b"trailer\n<</Size 9004 /Root %d 0 R %b>>\nstartxref\n%d\n%%%%EOF\n" % (catalogue, back, len(out))
        return out + b"xref\n" + table + trailer

    return make


def encrypted(scene: Scene) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(scene.base)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    return out.getvalue()


def bomb(scene: Scene) -> bytes:
    """Make the first page's content unfold to half a gigabyte, several times over."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        data = zlib.compress(zlib.compress(bytes(400_000_000), 9), 9)
        stream = StreamObject(encoded_data=data)
        stream[pdf_name("/Filter")] = ArrayObject([pdf_name("/FlateDecode"), pdf_name("/FlateDecode")])
        reference = writer.root.raw_get("/Metadata")
        writer.objects[(reference.generation, reference.idnum)] = stream

    return scene.updated(change)


def pointer_changed(scene: Scene) -> bytes:
    """H05: the last pointer leads to the table of another revision."""
    pointers = list(re.finditer(rb"startxref\s+(\d+)", scene.sealed))
    first, last = pointers[0], pointers[-1]
    number = first.group(1).rjust(len(last.group(1)), b"0")
    return scene.sealed[: last.start(1)] + number + scene.sealed[last.end(1) :]


def second_pointer(scene: Scene) -> bytes:
    """H05: a second pointer, to the table of the first revision, after the end."""
    first = re.search(rb"startxref\s+\d+\s+%%EOF\n", scene.sealed)
    if first is None:
        raise LookupError("no pointer")
    return scene.sealed + first.group(0)


def _appended(scene: Scene, bodies: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """Append objects with a table of their own; the catalogue stays the one it was."""
    reader = PdfFileReader(io.BytesIO(scene.sealed))
    last = int(re.findall(rb"startxref\s+(\d+)", scene.sealed)[-1])
    out, table = scene.sealed, b""
    for number, body in sorted(bodies.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    catalogue = reader.trailer.raw_get("/Root").idnum
    back = trailer or b"/Prev %d " % last
    here = len(out)
    back = back.replace(b"HERE", b"%d" % here)
    end = b"trailer\n<</Size 99999 /Root %d 0 R %b>>\nstartxref\n%d\n%%%%EOF\n" % (catalogue, back, here)
    return out + b"xref\n" + table + end


def table_before_itself(scene: Scene) -> bytes:
    """H18: a table that names itself as the one before."""
    return _appended(scene, {9000: b"null"}, b"/Prev HERE ")


def pages_within_themselves(scene: Scene) -> bytes:
    """H18: a page tree that holds itself."""
    pages = PdfFileReader(io.BytesIO(scene.sealed)).root.raw_get("/Pages").idnum
    return _appended(scene, {pages: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % pages})


def nested_deep(scene: Scene) -> bytes:
    """H18: an array within an array, a hundred thousand times."""
    reader = PdfFileReader(io.BytesIO(scene.sealed))
    return _appended(scene, {reader.root.raw_get("/Pages").idnum: b"[" * 100_000 + b"]" * 100_000})


def too_many_bytes(scene: Scene) -> bytes:
    """H18: a file larger than a PDF may be."""
    return scene.sealed + bytes(DEFAULT.pdf_bytes)


def encrypted_afterwards(scene: Scene) -> bytes:
    """H17: the sealed file, written anew with an owner's password and no right to copy."""
    out = io.BytesIO()
    rights = pikepdf.Permissions(extract=False, modify_other=False)
    with pikepdf.open(io.BytesIO(scene.sealed)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="", R=6, allow=rights))
    return out.getvalue()


def written_anew(scene: Scene) -> bytes:
    """The sealed file through another program, which keeps every object and no byte."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(scene.sealed)) as pdf:
        pdf.save(out)
    return out.getvalue()
