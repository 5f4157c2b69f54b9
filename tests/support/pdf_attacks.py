"""Attacks on a sealed PDF, made from a fresh one (threats H, pdf.md), and updates that harm nothing.

Each attack is a function of a `Scene` that returns the attacked bytes; `ATTACKS` says what must
come of it: the code, and whether that is a failure or "could not check".
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.sign.fields import MDPPerm

from tests.shared import ROOT
from tests.support import pdf_forgeries as forgeries
from tests.support import pdf_lesser_seals as seals
from tests.support import pdf_updates as updates
from tests.support.pdf_pki import NOW
from tests.support.pdf_scene import Attack, Expected, Scene, Update, credential_naming
from tests.support.pdf_shadows import SHADOWS

__all__ = ["ATTACKS", "BOMB", "HARMLESS", "STRANGER", "Expected", "Scene", "credential_naming", "table"]

CHANGED, UNREADABLE, UNTRUSTED = "pdf-changed", "pdf-unreadable", "certificate-untrusted"
NOT_CERTIFIED, UNTIMESTAMPED, STAMP = "pdf-not-certified", "pdf-untimestamped", "timestamp-invalid"
HOUR = timedelta(hours=1)
_TEXT_FIELD = {"/FT": pdf_name("/Tx"), "/T": pdf_string("x")}

UPDATES: dict[str, Update] = {
    "overlay on the page": updates.overlay,
    "content rewritten": updates.rewritten_content,
    "page appended": updates.appended_page,
    "pages swapped": updates.pages_swapped,
    "page cut": updates.page_cut,
    "free text annotation": updates.annotation("/FreeText"),
    "stamp annotation": updates.annotation("/Stamp"),
    "square annotation": updates.annotation("/Square"),
    "link annotation": updates.annotation("/Link"),
    "film annotation": updates.annotation("/RichMedia"),
    "form field over the grade": updates.annotation("/Widget", _TEXT_FIELD),
    "form of another kind (XFA) added": updates.in_the_form("/XFA", updates.xfa),
    "form told to draw itself anew": updates.in_the_form("/NeedAppearances", updates.true),
    "form sent away": updates.form_sent_away,
    "seal widget repainted": updates.seal_widget_repainted,
    "seal taken from its field": updates.seal_taken_from_its_field,
    "timestamp widget painted": updates.timestamp_widget_painted,
    "permissions deleted": updates.permissions_deleted,
    "validation data deleted": updates.store_deleted,
    "attachment replaced": updates.replaced_attachment,
    "attachment added": updates.added_attachment,
    "program attached": updates.program_attached,
    "metadata rewritten": updates.metadata,
    "spoken text changed": updates.spoken_text_changed,
    "script on opening": updates.open_action("/JavaScript"),
    "launch on opening": updates.open_action("/Launch"),
    "script on a page": updates.page_script,
    "font swapped": updates.font_swapped,
    "layers added": updates.layers,
    "printed layer shown on the screen": updates.print_layer_shown,
    "link to a look-alike over the code": updates.link_over_the_code,
    "another code drawn over the code": updates.another_code_drawn,
    "empty update": lambda writer: writer.update_root(),
}
"""H02, H06, H16, H19, H22: each added after the seal."""

DAMAGED: dict[str, Attack] = {
    "change hidden by a later timestamp": lambda scene: updates.later_timestamp(scene.updated(updates.overlay), scene),
    "visible later timestamp": updates.visible_timestamp,
    "garbage after the end": lambda scene: scene.sealed + b"garbage\n%%EOF\n",
    "second end after the end": lambda scene: scene.sealed + scene.sealed[-30:],
    "second pointer after the end": forgeries.second_pointer,
    "pointer to another table": forgeries.pointer_changed,
    "table before itself": forgeries.table_before_itself,
    "page tree within itself": forgeries.pages_within_themselves,
    "catalogue hijacked": forgeries.by_hand(root=True, previous=True),
    "catalogue hijacked, history cut": forgeries.by_hand(root=True, previous=False),
    "page tree replaced by hand": forgeries.by_hand(root=False, previous=True),
    "signature contents null": forgeries.contents(b"/Contents null".ljust),
    "signature contents zero": forgeries.contents(lambda size: b"/Contents <" + b"0" * (size - 12) + b">"),
    "signature contents empty": forgeries.contents(b"/Contents <>".ljust),
    "byte range null": forgeries.in_signature(forgeries.RANGE, b"/ByteRange null"),
    "byte range negative": forgeries.in_signature(forgeries.RANGE, b"/ByteRange [0 -1 0 -1]"),
    "byte range short": forgeries.in_signature(forgeries.RANGE, b"/ByteRange [0 10]"),
    "byte range zero": forgeries.in_signature(forgeries.RANGE, b"/ByteRange [0 0 0 0]"),
    "byte range huge": forgeries.in_signature(forgeries.RANGE, b"/ByteRange [0 9999999 9999999 9]"),
    "byte range missing": forgeries.in_signature(forgeries.RANGE, b""),
    "signature kind unknown": forgeries.in_signature(rb"/ETSI.CAdES.detached", b"/Evil.CAdES.detached"),
    "signature of another type": forgeries.in_signature(rb"/Type /Sig\b", b"/Type /Sox"),
    "signature without a type": forgeries.in_signature(rb"/Type /Sig\b", b""),
    "bytes wrapped into the gap": forgeries.gap_filled,
    "byte range moved": forgeries.range_moved,
    "one byte near the start": forgeries.one_byte(0.2),
    "one byte in the middle": forgeries.one_byte(0.5),
    "second signature": forgeries.second_signature,
    "written anew by another program": forgeries.written_anew,
}
"""H01, H04, H05, H07, H18, H21: signatures and structure."""

OTHER_SEALS: dict[str, Expected] = {
    "cut to the signature": Expected(forgeries.cut_after(2), UNTIMESTAMPED),
    "sealed again by a namesake": Expected(seals.resealed_by_attacker, UNTRUSTED),
    "sealed again, self-signed": Expected(seals.self_signed, UNTRUSTED),
    "sealed by the authority itself": Expected(seals.authority_as_signer, UNTRUSTED),
    "sealed with a timestamp key of the same root": Expected(seals.timestamp_key_as_signer, UNTRUSTED),
    "another certificate under the same root": Expected(seals.other_leaf_of_the_root, UNTRUSTED),
    "sealed after its certificate had ended": Expected(seals.Archived(seals.Lesser(signer=seals.expired)), UNTRUSTED),
    "sealed with a stolen key, told since": Expected(
        lambda scene: scene.sealed, "certificate-revoked", lists=seals.stolen_key_told(-1)
    ),
    "sealed with a key superseded before": Expected(
        lambda scene: scene.sealed, "certificate-revoked", lists=seals.stolen_key_told(-1, "superseded")
    ),
    "signed without certification": Expected(seals.Archived(seals.Lesser(certify=False)), NOT_CERTIFIED),
    "certified, forms allowed": Expected(seals.Archived(seals.Lesser(permit=MDPPerm.FILL_FORMS)), NOT_CERTIFIED),
    "certified, notes allowed": Expected(seals.Archived(seals.Lesser(permit=MDPPerm.ANNOTATE)), NOT_CERTIFIED),
    "note added where notes are allowed": Expected(
        lambda scene: scene.updated(updates.annotation("/FreeText"), seals.Lesser(permit=MDPPerm.ANNOTATE)(scene)),
        CHANGED,
    ),
    "page changed where forms are allowed": Expected(
        lambda scene: scene.updated(updates.overlay, seals.Lesser(permit=MDPPerm.FILL_FORMS)(scene)), CHANGED
    ),
    "page changed under a signature without certification": Expected(
        lambda scene: scene.updated(updates.overlay, seals.Lesser(certify=False)(scene)), CHANGED
    ),
    "without archive timestamp": Expected(seals.Lesser(), UNTIMESTAMPED),
    "without any timestamp": Expected(seals.Lesser(stamped=False), UNTIMESTAMPED),
    "archive timestamp without validation data": Expected(
        lambda scene: updates.later_timestamp(seals.Lesser()(scene), scene), UNTRUSTED
    ),
    "revocation list of somebody else": Expected(seals.Archived(lists=seals.list_of_another), UNTRUSTED),
    "revocation list long out of date": Expected(seals.Archived(lists=seals.old_list), UNTRUSTED),
    "signature timestamp of an unknown authority": Expected(
        seals.Archived(seals.Lesser(timestamper=seals.strange)), STAMP
    ),
    "signature timestamp over something else": Expected(seals.Archived(seals.Lesser(timestamper=seals.lying)), STAMP),
    "archive timestamp of an unknown authority": Expected(seals.Archived(timestamper=seals.strange), STAMP),
    "archive timestamp over something else": Expected(seals.Archived(timestamper=seals.lying), STAMP),
    "timestamps of the future": Expected(
        seals.Archived(seals.Lesser(timestamper=seals.ahead), timestamper=seals.ahead), STAMP
    ),
    "timestamps by a key made for seals": Expected(
        seals.Archived(seals.Lesser(timestamper=seals.misused), timestamper=seals.misused), STAMP
    ),
    "never renewed, judged in ten years": Expected(lambda scene: scene.sealed, STAMP, at=NOW + 3650 * 24 * HOUR),
    "digest SHA-1": Expected(seals.Lesser(digest="sha1"), "key-weak"),
    "key RSA-1024": Expected(seals.Lesser(signer=seals.weak), "key-weak"),
}
"""H06, H09, H11-H14, H20: right or wrong keys, and seals that are less than the rule."""

UNREADABLES: dict[str, Expected] = {
    "cut in the middle": Expected(lambda scene: scene.sealed[: len(scene.sealed) // 2], UNREADABLE, "indeterminate"),
    "signature stripped": Expected(lambda scene: scene.base, "pdf-not-sealed", "indeterminate"),
    "bytes before the header": Expected(lambda scene: b"GIF89a" + scene.sealed, UNREADABLE, "indeterminate"),
    "encrypted": Expected(forgeries.encrypted, UNREADABLE, "indeterminate"),
    "sealed, then encrypted": Expected(forgeries.encrypted_afterwards, UNREADABLE, "indeterminate"),
    "not a PDF at all": Expected(lambda _: b"%PDF-1.7\n" + b"\0" * 400, UNREADABLE, "indeterminate"),
    "larger than a PDF may be": Expected(forgeries.too_many_bytes, "too-large"),
    "nested without end": Expected(forgeries.nested_deep, "too-complex"),
}
"""H08, H17, H18."""

ATTACKS: dict[str, Expected] = {
    **{name: Expected(updates.update(change), CHANGED) for name, change in UPDATES.items()},
    **{name: Expected(make, CHANGED) for name, make in DAMAGED.items()},
    **{name: Expected(shadow, CHANGED) for name, shadow in SHADOWS.items()},
    **OTHER_SEALS,
    **UNREADABLES,
}

HARMLESS: dict[str, Expected] = {
    "sealed and archived by another program": Expected(seals.Archived(), ""),
    "as sealed": Expected(lambda scene: scene.sealed, ""),
    "one later timestamp": Expected(lambda scene: updates.later_timestamp(scene.sealed, scene), ""),
    "two later timestamps": Expected(
        lambda scene: updates.later_timestamp(updates.later_timestamp(scene.sealed, scene), scene), ""
    ),
    "judged after the seal's certificate has ended": Expected(lambda scene: scene.sealed, "", at=NOW + 19200 * HOUR),
    "key superseded after the seal": Expected(
        lambda scene: scene.sealed, "", at=NOW + 48 * HOUR, lists=seals.stolen_key_told(1, "superseded")
    ),
}

STRANGER: Attack = seals.stranger
BOMB: Attack = forgeries.bomb
_WORDS = {"failed": "failed", "indeterminate": "could not be checked"}


def table() -> str:
    """Return the attacks with what comes of each, as `docs/reference/pdf-attacks.md` shows them."""
    rows = [f"| {name} | `{one.code}` | {_WORDS[one.outcome]} |" for name, one in ATTACKS.items()]
    rows += [f"| {name} | – | accepted |" for name in HARMLESS]
    return "\n".join(["| what was done to a sealed PDF | code | outcome |", "|---|---|---|", *rows]) + "\n"


def write(page: Path) -> None:
    """Put the table into the page, in the place of the one that is there."""
    text = page.read_text(encoding="utf-8")
    start = text.index("| what was done")
    page.write_text(text[:start] + table() + text[text.index("\n\n", start) + 1 :], encoding="utf-8")


if __name__ == "__main__":
    write(ROOT / "docs" / "reference" / "pdf-attacks.md")
