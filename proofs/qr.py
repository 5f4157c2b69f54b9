"""QR codes (ISO/IEC 18004): as SVG for pages and print, as PNG to save, as text for a terminal.

A code printed on a document is at least 27 mm wide and of level M: it survives a photocopy.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any, Final, Literal

import qrcode
from qrcode.exceptions import DataOverflowError

Level = Literal["L", "M", "Q", "H"]
QUIET_ZONE: Final = 4  # modules, ISO/IEC 18004 section 5.3.8
_LEVELS: Final = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}


def modules(text: str, *, level: Level = "M", quiet_zone: int = QUIET_ZONE) -> list[list[bool]]:
    """Return the code row by row, dark is True; raise ValueError when the text is too long or empty."""
    return [[bool(module) for module in row] for row in _code(text, level, quiet_zone).get_matrix()]


def svg(text: str, *, level: Level = "M", quiet_zone: int = QUIET_ZONE) -> str:
    """Return an SVG of one path, one unit a module; it holds the code and nothing of the text."""
    rows = modules(text, level=level, quiet_zone=quiet_zone)
    path = "".join(f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in _runs(row))
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def png(text: str, *, level: Level = "M", quiet_zone: int = QUIET_ZONE, pixels: int = 8) -> bytes:
    """Return a black and white PNG with `pixels` a module (PNG section 5: IHDR, IDAT, IEND)."""
    rows = modules(text, level=level, quiet_zone=quiet_zone)
    side = len(rows) * pixels
    lines = b"".join((b"\0" + _packed(row, pixels)) * pixels for row in rows)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def terminal(text: str, *, level: Level = "L", quiet_zone: int = 2) -> str:
    """Return the code in half blocks, light on dark: two rows of modules a line."""
    rows = modules(text, level=level, quiet_zone=quiet_zone)
    rows.append([False] * len(rows[0]))  # a code has an odd number of rows (ISO/IEC 18004 section 5.3.1)
    halves = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(halves[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)


def _packed(row: list[bool], pixels: int) -> bytes:
    """Return one line of pixels, one bit each, white is 1."""
    bits = "".join(("0" if dark else "1") * pixels for dark in row)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _code(text: str, level: Level, quiet_zone: int) -> qrcode.QRCode[Any]:
    if not text:
        raise ValueError("a QR code needs a text")
    code: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=_LEVELS[level], border=quiet_zone)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise ValueError("the text is too long for a QR code") from error
    return code


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return where each run of dark modules begins, and its length."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
