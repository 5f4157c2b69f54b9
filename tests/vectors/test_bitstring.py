"""The list printed in Bitstring Status List v1.0."""

from __future__ import annotations

import json

from proofs.bitstring_status_list import ENTRIES, Bits, decode, encode
from tests.shared import shared


def test_the_printed_list_is_read_and_ours_says_the_same() -> None:
    for text in json.loads(shared("vectors", "bitstring", "encodedLists.json").read_text()):
        bits = decode(text)
        assert ENTRIES == bits.entries
        assert bytes(bits) == bytes(decode(encode(Bits())))
