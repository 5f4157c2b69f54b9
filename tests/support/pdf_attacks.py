"""Attacks on a sealed PDF, made from a fresh one (threats H, pdf.md), and updates that harm nothing.

Each attack is a function of a `Scene` that returns the attacked bytes; `ATTACKS` says what must
come of it: the code, and whether that is a failure or "could not check".
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pikepdf
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NumberObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.stamp import StaticStampStyle

from proofs.pades_sealing import CMSSigner, Sealer, TimestampAdapter
from proofs.pdf_attachment import attach
from proofs.pdf_base import FIELD_NAME
from tests.support.documents import INSTITUTION, transcript
from tests.support.pdf_pki import NOW, LoadedSigner, TestCA, name_of, new_key
from tests.support.sealed import SealWorld

OVERLAY = b"q 1 1 1 rg 300 440 60 14 re f Q\n"
Update = Callable[[IncrementalPdfFileWriter], None]


@dataclass
class Scene:
    """A sealed transcript, the world that sealed it, and an attacker with an authority of their own."""

    world: SealWorld = field(default_factory=SealWorld)
    attacker: TestCA = field(default_factory=TestCA)
    base: bytes = field(init=False)
    attached: bytes = field(init=False)
    sealed: bytes = field(init=False)

    def __post_init__(self) -> None:
        award = transcript()
        self.base = self.world.base(award)
        credential = json.dumps(credential_naming(self.base)).encode()
        self.attached = attach(self.base, credential, description="credential", at=NOW)
        self.sealed = self.world.maker.seal(self.base, credential, award=award, institution=INSTITUTION)

    def updated(self, change: Update) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(self.sealed), strict=False)
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def revision_ends(self) -> list[int]:
        return [found.end() for found in re.finditer(rb"%%EOF\n", self.sealed)]


Attack = Callable[[Scene], bytes]


@dataclass(frozen=True)
class Expected:
    """What must come of an attack."""

    make: Attack
    code: str
    outcome: str = "failed"


def credential_naming(base: bytes, did: str = INSTITUTION.did) -> dict[str, object]:
    """Return as much of a credential as concerns its pages."""
    multihash = b"\x12\x20" + hashlib.sha256(base).digest()
    digest = "u" + base64.urlsafe_b64encode(multihash).rstrip(b"=").decode()
    pages = {"id": "urn:uuid:2", "mediaType": "application/pdf", "digestMultibase": digest}
    return {"id": "urn:uuid:1", "issuer": {"id": did}, "relatedResource": [pages]}


# --- updates after the seal -------------------------------------------------------------------------


def _page(writer: IncrementalPdfFileWriter, number: int = 0) -> DictionaryObject:
    return writer.find_page_for_modification(number)[0].get_object()


def _overlay(writer: IncrementalPdfFileWriter) -> None:
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=OVERLAY)))


def _rewritten_content(writer: IncrementalPdfFileWriter) -> None:
    contents = _page(writer).raw_get("/Contents")
    if isinstance(contents, ArrayObject):
        contents = contents.raw_get(0)
    changed = StreamObject(stream_data=contents.get_object().data + OVERLAY)
    writer.objects[(contents.generation, contents.idnum)] = changed


def _appended_page(writer: IncrementalPdfFileWriter) -> None:
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


def _annotation(subtype: str, more: dict[str, object] | None = None) -> Update:
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


def _seal_widget_repainted(writer: IncrementalPdfFileWriter) -> None:
    widget = _field(writer, 0)
    widget[pdf_name("/Rect")] = ArrayObject(map(NumberObject, (0, 0, 612, 792)))
    widget[pdf_name("/AP")] = _appearance(writer, 612, 792)
    writer.update_container(widget)


def _timestamp_widget_painted(writer: IncrementalPdfFileWriter) -> None:
    widget = _field(writer, len(writer.root["/AcroForm"]["/Fields"]) - 1)
    widget[pdf_name("/Rect")] = ArrayObject(map(NumberObject, (300, 440, 360, 454)))
    widget[pdf_name("/AP")] = _appearance(writer)
    writer.update_container(widget)


def _replaced_attachment(writer: IncrementalPdfFileWriter) -> None:
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    file = spec["/EF"].raw_get("/F")
    forged = StreamObject({pdf_name("/Type"): pdf_name("/EmbeddedFile")}, stream_data=b'{"forged": true}')
    writer.objects[(file.generation, file.idnum)] = forged


def _added_attachment(writer: IncrementalPdfFileWriter) -> None:
    data = EmbeddedFileObject.from_file_data(writer, b"{}")
    embed_file(writer, FileSpec(file_spec_string="second.json", file_name="second.json", embedded_data=data))


def _metadata(writer: IncrementalPdfFileWriter) -> None:
    reference = writer.root.raw_get("/Metadata")
    changed = StreamObject(
        {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")},
        stream_data=reference.get_object().data.replace("Zoé".encode(), b"Bob"),
    )
    writer.objects[(reference.generation, reference.idnum)] = changed


def _pages_swapped(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    kids = pages["/Kids"]
    order = [kids.raw_get(at) for at in range(len(kids))]
    pages[pdf_name("/Kids")] = ArrayObject(order[::-1])
    writer.update_container(pages)


def _open_action(kind: str) -> Update:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/OpenAction")] = DictionaryObject(
            {pdf_name("/S"): pdf_name(kind), pdf_name("/JS"): pdf_string("app.alert(1)")}
        )
        writer.update_root()

    return change


def _font_swapped(writer: IncrementalPdfFileWriter) -> None:
    fonts = _page(writer)["/Resources"]["/Font"]
    font = fonts[next(iter(fonts))]
    font[pdf_name("/BaseFont")] = pdf_name("/Evil")
    writer.update_container(font)


def _layers(writer: IncrementalPdfFileWriter) -> None:
    layers = DictionaryObject({pdf_name("/OCGs"): ArrayObject(), pdf_name("/D"): DictionaryObject()})
    writer.root[pdf_name("/OCProperties")] = layers
    writer.update_root()


def _store_deleted(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/DSS"]
    writer.update_root()


def _later_timestamp(pdf: bytes, scene: Scene) -> bytes:
    adapter = TimestampAdapter(scene.world.timestamper)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    return asyncio.run(signers.PdfTimeStamper(adapter).async_timestamp_pdf(writer, "sha256")).getvalue()


def _visible_timestamp(scene: Scene) -> bytes:
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


# --- forged, moved and damaged signatures ------------------------------------------------------------


def _in_signature(old: bytes, new: bytes, which: int = 0) -> Attack:
    """Overwrite a part of a signature dictionary, keeping every offset."""

    def make(scene: Scene) -> bytes:
        found = list(re.finditer(old, scene.sealed))[which]
        replacement = new.ljust(len(found.group(0)))
        return scene.sealed[: found.start()] + replacement[: len(found.group(0))] + scene.sealed[found.end() :]

    return make


def _contents(fill: Callable[[int], bytes]) -> Attack:
    def make(scene: Scene) -> bytes:
        found = re.search(rb"/Contents <[0-9A-Fa-f]+>", scene.sealed)
        if found is None:
            raise LookupError("no signature contents")
        return scene.sealed[: found.start()] + fill(len(found.group(0))) + scene.sealed[found.end() :]

    return make


_RANGE = rb"/ByteRange\s*\[[^\]]*\]"


def _gap_filled(scene: Scene) -> bytes:
    _, length, second, _ = _byte_range(scene.sealed)
    return scene.sealed[:length] + scene.sealed[length:second] + b"\n%%evil\n" + scene.sealed[second:]


def _range_moved(scene: Scene) -> bytes:
    start, length, second, rest = _byte_range(scene.sealed)
    shifted = scene.sealed[:second] + b" " * 64 + scene.sealed[second:]
    new = b"/ByteRange [%d %d %d %d]" % (start, length, second + 64, rest)
    found = re.search(_RANGE, shifted)
    if found is None:
        raise LookupError("no byte range")
    return shifted[: found.start()] + new.ljust(found.end() - found.start()) + shifted[found.end() :]


def _byte_range(pdf: bytes) -> list[int]:
    found = re.search(_RANGE, pdf)
    if found is None:
        raise LookupError("no byte range")
    return [int(number) for number in re.findall(rb"\d+", found.group(0))]


def _one_byte(position: float) -> Attack:
    def make(scene: Scene) -> bytes:
        at = int(len(scene.base) * position)
        return scene.sealed[:at] + bytes([scene.sealed[at] ^ 1]) + scene.sealed[at + 1 :]

    return make


def _cut_after(revision: int) -> Attack:
    return lambda scene: scene.sealed[: scene.revision_ends()[revision]]


def _second_signature(scene: Scene) -> bytes:
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


# --- seals of others, and lesser seals ----------------------------------------------------------------


def _resealed_by_attacker(scene: Scene) -> bytes:
    """Strip the seal and seal the same pages and credential with a certificate of the same name."""
    other = SealWorld(ca=scene.attacker, typesetter=scene.world.typesetter)
    return other.maker._sealer(INSTITUTION).seal(scene.attached)


def _other_leaf_of_the_root(scene: Scene) -> bytes:
    """Seal with a certificate under the same root that no issuer has pinned."""
    other = SealWorld(ca=scene.world.ca, typesetter=scene.world.typesetter)
    return other.maker._sealer(INSTITUTION).seal(scene.attached)


def _lesser(
    *, certify: bool = True, permit: MDPPerm = MDPPerm.NO_CHANGES, lta: bool = True, stamped: bool = True
) -> Attack:
    """Seal with the right key but not as the rule says."""

    def make(scene: Scene) -> bytes:
        world = scene.world
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=certify,
            docmdp_permissions=permit,
            embed_validation_info=lta,
            use_pades_lta=lta,
            validation_context=world.material().context(NOW) if lta else None,
        )
        signer = signers.PdfSigner(
            metadata, CMSSigner(world.signer), timestamper=TimestampAdapter(world.timestamper) if stamped else None
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(scene.attached))
        return asyncio.run(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=16384)).getvalue()

    return make


@dataclass
class _TwoAuthorities:
    """Stamp the signature with the attacker's authority and everything else with the right one."""

    scene: Scene
    certificates: tuple[object, ...] = ()
    asked: int = 0

    def stamp(self, digest: bytes) -> bytes:
        self.asked += 1
        signature = 2  # after the trial with which pyHanko learns about the authority
        world = self.scene.world
        other = self.scene.attacker.timestamper()
        return (other if self.asked == signature else world.timestamper).stamp(digest)


def _signature_stamped_by_attacker(scene: Scene) -> bytes:
    world = scene.world
    sealer = Sealer(
        signer=world.signer,
        timestamper=_TwoAuthorities(scene),  # type: ignore[arg-type]
        material=world.material,
        now=lambda: NOW,
    )
    return sealer.seal(scene.attached)


def _stranger(scene: Scene) -> bytes:
    """Seal a PDF of somebody else, rightly, with a certificate that nobody vouches for."""
    ca, key = scene.attacker, new_key()
    usages = scene.attacker.seal().certificates[0].extensions
    wanted = [(one.value, one.critical) for one in usages if one.oid.dotted_string in {"2.5.29.15", "2.5.29.37"}]
    subject = name_of("Sealing", "Some Other Company Inc.")
    certificate = ca._certificate(subject, key.public_key(), days=300, extensions=wanted)
    other = SealWorld(ca=ca, typesetter=scene.world.typesetter)
    other.signer = LoadedSigner(key, (certificate, ca.root))
    other.maker._keys.seal = other.signer  # type: ignore[attr-defined]
    return other.maker._sealer(INSTITUTION).seal(scene.base)


# --- structure -------------------------------------------------------------------------------------


def _by_hand(*, root: bool, previous: bool) -> Attack:
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


def _encrypted(scene: Scene) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(scene.base)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    return out.getvalue()


def _bomb(scene: Scene) -> bytes:
    """Make the first page's content unfold to half a gigabyte, several times over."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        data = zlib.compress(zlib.compress(bytes(400_000_000), 9), 9)
        stream = StreamObject(encoded_data=data)
        stream[pdf_name("/Filter")] = ArrayObject([pdf_name("/FlateDecode"), pdf_name("/FlateDecode")])
        reference = writer.root.raw_get("/Metadata")
        writer.objects[(reference.generation, reference.idnum)] = stream

    return scene.updated(change)


def _update(change: Update) -> Attack:
    return lambda scene: scene.updated(change)


CHANGED, UNREADABLE = "pdf-changed", "pdf-unreadable"

ATTACKS: dict[str, Expected] = {
    "overlay on the page": Expected(_update(_overlay), CHANGED),
    "content rewritten": Expected(_update(_rewritten_content), CHANGED),
    "page appended": Expected(_update(_appended_page), CHANGED),
    "free text annotation": Expected(_update(_annotation("/FreeText")), CHANGED),
    "stamp annotation": Expected(_update(_annotation("/Stamp")), CHANGED),
    "square annotation": Expected(_update(_annotation("/Square")), CHANGED),
    "link annotation": Expected(_update(_annotation("/Link")), CHANGED),
    "form field over the grade": Expected(
        _update(_annotation("/Widget", {"/FT": pdf_name("/Tx"), "/T": pdf_string("x")})), CHANGED
    ),
    "seal widget repainted": Expected(_update(_seal_widget_repainted), CHANGED),
    "timestamp widget painted": Expected(_update(_timestamp_widget_painted), CHANGED),
    "attachment replaced": Expected(_update(_replaced_attachment), CHANGED),
    "attachment added": Expected(_update(_added_attachment), CHANGED),
    "metadata rewritten": Expected(_update(_metadata), CHANGED),
    "pages swapped": Expected(_update(_pages_swapped), CHANGED),
    "script on opening": Expected(_update(_open_action("/JavaScript")), CHANGED),
    "launch on opening": Expected(_update(_open_action("/Launch")), CHANGED),
    "font swapped": Expected(_update(_font_swapped), CHANGED),
    "layers added": Expected(_update(_layers), CHANGED),
    "validation data deleted": Expected(_update(_store_deleted), CHANGED),
    "change hidden by a later timestamp": Expected(
        lambda scene: _later_timestamp(scene.updated(_overlay), scene), CHANGED
    ),
    "visible later timestamp": Expected(_visible_timestamp, CHANGED),
    "empty update": Expected(_update(lambda writer: writer.update_root()), CHANGED),
    "garbage after the end": Expected(lambda scene: scene.sealed + b"garbage\n%%EOF\n", CHANGED),
    "second end after the end": Expected(lambda scene: scene.sealed + scene.sealed[-30:], CHANGED),
    "catalogue hijacked": Expected(_by_hand(root=True, previous=True), CHANGED),
    "catalogue hijacked, history cut": Expected(_by_hand(root=True, previous=False), CHANGED),
    "page tree replaced by hand": Expected(_by_hand(root=False, previous=True), CHANGED),
    "signature contents null": Expected(_contents(b"/Contents null".ljust), CHANGED),
    "signature contents zero": Expected(_contents(lambda size: b"/Contents <" + b"0" * (size - 12) + b">"), CHANGED),
    "signature contents empty": Expected(_contents(b"/Contents <>".ljust), CHANGED),
    "byte range null": Expected(_in_signature(_RANGE, b"/ByteRange null"), CHANGED),
    "byte range negative": Expected(_in_signature(_RANGE, b"/ByteRange [0 -1 0 -1]"), CHANGED),
    "byte range short": Expected(_in_signature(_RANGE, b"/ByteRange [0 10]"), CHANGED),
    "byte range zero": Expected(_in_signature(_RANGE, b"/ByteRange [0 0 0 0]"), CHANGED),
    "byte range huge": Expected(_in_signature(_RANGE, b"/ByteRange [0 9999999 9999999 9]"), CHANGED),
    "byte range missing": Expected(_in_signature(_RANGE, b""), CHANGED),
    "signature kind unknown": Expected(_in_signature(rb"/ETSI.CAdES.detached", b"/Evil.CAdES.detached"), CHANGED),
    "bytes wrapped into the gap": Expected(_gap_filled, CHANGED),
    "byte range moved": Expected(_range_moved, CHANGED),
    "one byte near the start": Expected(_one_byte(0.2), CHANGED),
    "one byte in the middle": Expected(_one_byte(0.5), CHANGED),
    "cut to the signature": Expected(_cut_after(2), "pdf-untimestamped"),
    "cut in the middle": Expected(lambda scene: scene.sealed[: len(scene.sealed) // 2], UNREADABLE, "indeterminate"),
    "signature stripped": Expected(lambda scene: scene.base, "pdf-not-sealed", "indeterminate"),
    "second signature": Expected(_second_signature, CHANGED),
    "sealed again by a namesake": Expected(_resealed_by_attacker, "certificate-untrusted"),
    "another certificate under the same root": Expected(_other_leaf_of_the_root, "certificate-untrusted"),
    "signed without certification": Expected(_lesser(certify=False), "pdf-not-certified"),
    "certified, forms allowed": Expected(_lesser(permit=MDPPerm.FILL_FORMS), "pdf-not-certified"),
    "certified, notes allowed": Expected(_lesser(permit=MDPPerm.ANNOTATE), "pdf-not-certified"),
    "without archive timestamp": Expected(_lesser(lta=False), "pdf-untimestamped"),
    "without any timestamp": Expected(_lesser(lta=False, stamped=False), "pdf-untimestamped"),
    "archive timestamp without validation data": Expected(
        lambda scene: _later_timestamp(_lesser(lta=False)(scene), scene), "certificate-untrusted"
    ),
    "signature timestamp of an unknown authority": Expected(_signature_stamped_by_attacker, "timestamp-invalid"),
    "signature of another type": Expected(_in_signature(rb"/Type /Sig\b", b"/Type /Sox"), CHANGED),
    "bytes before the header": Expected(lambda scene: b"GIF89a" + scene.sealed, UNREADABLE, "indeterminate"),
    "encrypted": Expected(_encrypted, UNREADABLE, "indeterminate"),
    "not a PDF at all": Expected(lambda _: b"%PDF-1.7\n" + b"\0" * 400, UNREADABLE, "indeterminate"),
}

HARMLESS: dict[str, Attack] = {
    "as sealed": lambda scene: scene.sealed,
    "one later timestamp": lambda scene: _later_timestamp(scene.sealed, scene),
    "two later timestamps": lambda scene: _later_timestamp(_later_timestamp(scene.sealed, scene), scene),
}

STRANGER: Attack = _stranger
BOMB: Attack = _bomb


def table() -> str:
    """Return the attacks with what comes of each, as `docs/reference/pdf-attacks.md` shows them."""
    rows = [f"| {name} | `{one.code}` | {_WORDS[one.outcome]} |" for name, one in ATTACKS.items()]
    rows += [f"| {name} | – | accepted |" for name in HARMLESS]
    return "\n".join(["| what was done to a sealed PDF | code | outcome |", "|---|---|---|", *rows]) + "\n"


_WORDS = {"failed": "failed", "indeterminate": "could not be checked"}
