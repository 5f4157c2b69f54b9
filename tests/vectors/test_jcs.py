"""The published data of RFC 8785: input, output and the output's bytes."""

from __future__ import annotations

import json

import pytest

from proofs import jcs
from tests.shared import shared


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_canonical_json_is_that_of_the_rfc(name: str) -> None:
    read = json.loads(shared("vectors", "jcs", "input", f"{name}.json").read_bytes())
    expected = bytes.fromhex(shared("vectors", "jcs", "outhex", f"{name}.txt").read_text())
    assert expected == jcs.canonical(read)
    assert shared("vectors", "jcs", "output", f"{name}.json").read_bytes() == expected
