"""QR codes that a reader that is not ours reads."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from proofs import qr

LINK = "https://registrar.parchemin.example/d/7Q4KX9mVn2sYtE1bHc8RpA"


def test_a_png_is_read_by_an_independent_reader() -> None:
    image = Image.open(io.BytesIO(qr.png(LINK, pixels=4)))
    assert [LINK] == [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]


def test_an_svg_draws_exactly_the_dark_modules() -> None:
    rows = qr.modules("abc", quiet_zone=1)
    path = qr.svg("abc", quiet_zone=1).split('d="')[1].split('"')[0]
    drawn = {
        (int(run[0].split()[0]) + step, int(run[0].split()[1]))
        for piece in path.split("M")[1:]
        for run in [piece.split("h")]
        for step in range(int(run[1].split("v")[0]))
    }
    assert {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark} == drawn


def test_a_terminal_shows_two_rows_a_line_with_a_quiet_zone() -> None:
    lines = qr.terminal("abc").splitlines()
    assert {25} == {len(line) for line in lines}
    assert lines[0] == "█" * 25
    assert lines[-1] == "█" * 25 or set(lines[-1]) == {"█"}
    pixels = [[character in " ▄" for character in line] for line in lines]
    modules = qr.modules("abc", level="L", quiet_zone=2)
    assert pixels == list(modules[::2])


def test_level_h_is_larger_than_level_l() -> None:
    assert len(qr.modules(LINK, level="H")) > len(qr.modules(LINK, level="L"))


def test_an_empty_text_has_no_code() -> None:
    with pytest.raises(ValueError, match="needs a text"):
        qr.svg("")


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr.svg("x" * 3000)
