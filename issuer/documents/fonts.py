"""The fonts that pages are set in: ours, and those that an institution brings (TrueType or OpenType).

Typst reads fonts from files, and a compiler has the fonts it began with; so there is one compiler
for each set of fonts, a few at a time. Whether an institution may embed a font is its own matter.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typst

TEMPLATES: Final = Path(__file__).parent / "templates"
OURS: Final = ("Libertinus Serif", "Noto Sans Canadian Aboriginal")
"""The text font, which Typst carries with it, and the syllabics to fall back on."""
_KINDS: Final = {b"\x00\x01\x00\x00": ".ttf", b"true": ".ttf", b"OTTO": ".otf"}
_COMPILERS_KEPT: Final = 8


def is_font(content: bytes) -> bool:
    """Say whether this begins as a TrueType or OpenType font does."""
    return content[:4] in _KINDS


def families_in(files: Sequence[bytes]) -> tuple[str, ...]:
    """Return the families that these files bring; Typst's own do not count."""
    with tempfile.TemporaryDirectory() as folder:
        _write(files, Path(folder))
        with_them = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        return tuple(with_them.families())


class Compilers:
    """Typst compilers by the fonts that they have; not for several threads at once."""

    def __init__(self) -> None:
        """Start none."""
        self._folder: Path | None = None
        self._kept: dict[tuple[bytes, ...], typst.Compiler] = {}

    def of(self, files: tuple[bytes, ...]) -> typst.Compiler:
        """Return the compiler that has our fonts and these."""
        if files not in self._kept:
            if len(self._kept) >= _COMPILERS_KEPT:
                self._kept.clear()
            self._kept[files] = self._made(files)
        return self._kept[files]

    def _made(self, files: tuple[bytes, ...]) -> typst.Compiler:
        paths = [str(TEMPLATES / "fonts")]
        if files:
            paths.append(tempfile.mkdtemp(dir=self._home()))
            _write(files, Path(paths[-1]))
        fonts = typst.Fonts(include_system_fonts=False, font_paths=paths)
        return typst.Compiler(root=str(TEMPLATES), font_paths=fonts)

    def _home(self) -> Path:
        """Return the folder of the files, which goes with this object: Typst reads them when it needs them."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="parchemin-fonts-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


def _write(files: Sequence[bytes], folder: Path) -> None:
    for number, content in enumerate(files):
        (folder / f"{number}{_KINDS[content[:4]]}").write_bytes(content)
