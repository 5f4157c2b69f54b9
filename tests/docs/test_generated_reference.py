"""The generated reference pages say what the code says."""

from __future__ import annotations

import pytest

from app import reference


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_the_reference_page_is_up_to_date(name):
    assert reference.pages()[name] == (reference.FOLDER / name).read_text(encoding="utf-8"), "run `make reference`"
