"""Typeset an award: the pages of its PDF, tagged, PDF/A-3a and PDF/UA-1, before the seal.

    base = Typesetter().pages(award, institution=…, document_id=…, verify_url=…, development=False, at=now)

Typst compiles; its compiler is not thread-safe, so one stands behind one lock: have one Typesetter
a process, and more processes for more documents. Every compilation is given its template and all
of its values anew: what is left out, Typst would take from the document before.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal, cast

import typst

from issuer.documents.fonts import OURS, TEMPLATES, Compilers
from issuer.documents.sheet import SheetWriter, institution_sheet, sheet_of
from issuer.institutions.profile import Branding, Institution
from proofs import qr
from proofs.pades_sealing import Stamp
from proofs.pdf_base import PrintOnly, SealPlace, finish_base
from schemas.awards import Award, Kind, Language
from schemas.problems import TEXT_UNPRINTABLE, FieldError

_Standard = Literal["a-3a", "a-3b", "ua-1"]
_STANDARDS: Final[tuple[_Standard, ...]] = ("a-3a", "ua-1")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_STAMPS_KEPT: Final = 64
_ASCII_PRINTABLE: Final = frozenset(map(chr, range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True)
class _Design:
    """Which template a kind has, and where the seal goes; points from the lower left corner."""

    template: str
    seal: tuple[float, float, float, float]
    shape: str = "wide"
    page: tuple[int, int] = (612, 792)


_PORTRAIT_SEAL: Final = (389.0, 86.5, 536.0, 154.5)
_DESIGNS: Final[Mapping[Kind, _Design]] = {
    Kind.TRANSCRIPT: _Design("transcript", (378.0, 81.0, 547.0, 149.0)),
    Kind.DIPLOMA: _Design("diploma", (345.0, 60.0, 447.0, 162.0), "round", (792, 612)),
    Kind.MICRO_CREDENTIAL: _Design("certificate", _PORTRAIT_SEAL),
    Kind.BADGE: _Design("certificate", _PORTRAIT_SEAL),
    Kind.ATTESTATION: _Design("certificate", _PORTRAIT_SEAL),
}


class Typesetter:
    """Makes the pages of documents and the look of seals."""

    def __init__(self) -> None:
        """Start nothing: the compiler and the fonts are loaded at the first page."""
        self._lock = threading.Lock()
        self._compilers = Compilers()
        self._print_onlys: dict[tuple[Language, tuple[int, int]], PrintOnly] = {}
        self._stamps: dict[tuple[Institution, Language, str], Stamp] = {}

    def pages(
        self,
        award: Award,
        *,
        institution: Institution,
        document_id: str,
        verify_url: str,
        development: bool,
        at: datetime,
    ) -> bytes:
        """Return BASE for an award: salted, with its signature field (see `proofs.pdf_base`).

        `at` is the date of the file. Raises ProblemError(text-unprintable) with a pointer to each
        field that holds what cannot or must not be printed.
        """
        writer = SheetWriter(award.language)
        sheet = sheet_of(
            award,
            writer,
            institution=institution,
            document_id=document_id,
            verify_url=verify_url,
            development=development,
        )
        writer.require_printable()
        design = _DESIGNS[award.kind]
        values = {"sheet": _json(sheet), "logo": logo_svg(institution.branding), "qr": qr.svg(verify_url, quiet_zone=2)}
        try:
            pdf = self._compile(
                design.template, values, standards=_STANDARDS, at=at, fonts=institution.branding.font_files
            )
        except typst.TypstError:
            self._require_glyphs(writer, institution.branding)
            raise
        place = SealPlace(self.words("seal_label", award.language), design.seal)
        return finish_base(pdf, place, print_only=self._print_only(award.language, design))

    def stamp(self, institution: Institution, language: Language, kind: Kind) -> Stamp:
        """Return how the seal looks on a document of this kind; made once and kept."""
        design = _DESIGNS[kind]
        key = (institution, language, design.shape)
        if key not in self._stamps:
            if len(self._stamps) >= _STAMPS_KEPT:
                self._stamps.clear()
            self._stamps[key] = Stamp(self._stamp_page(institution, language, design))
        return self._stamps[key]

    def words(self, key: str, language: Language) -> str:
        """Return words of ours as one plain string: "Français / English" when both are asked for."""
        return " / ".join(dict.fromkeys(self._words[code][key] for code in language.codes))

    def _print_only(self, language: Language, design: _Design) -> PrintOnly:
        """Return what a print says across the page; made once for a language and a size."""
        key = (language, design.page)
        if key not in self._print_onlys:
            width, height = design.page
            sheet = {"languages": list(language.codes), "width": width, "height": height}
            page = self._compile("print-only", {"sheet": _json(sheet)}, standards=("a-3b",), at=None)
            self._print_onlys[key] = PrintOnly(page, self.words("print_only", language))
        return self._print_onlys[key]

    def _stamp_page(self, institution: Institution, language: Language, design: _Design) -> bytes:
        writer = SheetWriter(language)
        left, bottom, right, top = design.seal
        sheet = {
            "institution": institution_sheet(institution, writer),
            "languages": list(language.codes),
            "shape": design.shape,
            "width": right - left,
            "height": top - bottom,
        }
        writer.require_printable()
        values = {"sheet": _json(sheet), "logo": logo_svg(institution.branding)}
        return self._compile("stamp", values, standards=("a-3b",), at=None, fonts=institution.branding.font_files)

    def _compile(
        self,
        template: str,
        values: Mapping[str, str],
        *,
        standards: tuple[_Standard, ...],
        at: datetime | None,
        fonts: tuple[bytes, ...] = (),
    ) -> bytes:
        """Compile one template with exactly these values, and with our fonts and these."""
        with self._lock:
            pdf = self._compilers.of(fonts).compile(
                input=str(TEMPLATES / f"{template}.typ"),
                sys_inputs=dict(values),
                pdf_standards=list(standards),
                timestamp=int(at.timestamp()) if at else 0,
                format="pdf",
            )
        return cast("bytes", pdf)

    def _require_glyphs(self, writer: SheetWriter, branding: Branding) -> None:
        """Raise text-unprintable when a text holds a character that no font of ours has."""
        missing: dict[str, bool] = {}
        for text, pointer in writer.pointers.items():
            for character in sorted(set(text) - _ASCII_PRINTABLE):
                if missing.setdefault(character, self._is_missing(character, branding)):
                    detail = f"no font has U+{ord(character):04X}"
                    writer.refused.append(FieldError(pointer, TEXT_UNPRINTABLE.code, detail))
                    break
        writer.require_printable()

    def _is_missing(self, character: str, branding: Branding) -> bool:
        values = {"text": character, "font": branding.font or OURS[0]}
        try:
            self._compile("glyph", values, standards=("ua-1",), at=None, fonts=branding.font_files)
        except typst.TypstError:
            return True
        return False

    @cached_property
    def _words(self) -> Mapping[str, Mapping[str, str]]:
        return {
            code: tomllib.loads((TEMPLATES / "words" / f"{code}.toml").read_text(encoding="utf-8"))
            for code in ("fr", "en")
        }


def logo_svg(branding: Branding) -> str:
    """Return the logo as SVG, a PNG wrapped in one; raise ValueError for other kinds and bad colours."""
    if not _COLOUR.fullmatch(branding.colour):
        raise ValueError("the institution's colour is not #rrggbb")
    if branding.logo_media_type == "image/svg+xml":
        return branding.logo.decode("utf-8")
    if branding.logo_media_type != "image/png" or not branding.logo.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("a logo is an SVG or a PNG")
    width, height = int.from_bytes(branding.logo[16:20], "big"), int.from_bytes(branding.logo[20:24], "big")
    data = base64.b64encode(branding.logo).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
