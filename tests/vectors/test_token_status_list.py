"""The encodings printed in draft-ietf-oauth-status-list."""

from __future__ import annotations

import json
import re

import pytest

from proofs import jws
from proofs.token_status_list import decode
from tests.shared import shared


def _text(name: str) -> str:
    return shared("vectors", "token-status-list", name).read_text()


@pytest.mark.parametrize("name", ["status_list_encoding_json.md", "status_list_encoding2_json.md"])
def test_the_short_lists_have_their_printed_bytes(name: str) -> None:
    text = _text(name)
    printed = re.search(r"byte_array = \[(.*)\]", text)
    assert printed
    expected = bytes(int(item, 16) for item in printed[1].split(","))
    assert expected == bytes(decode(json.loads(text[text.index("{") :])))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_long_lists_are_read(bits: int) -> None:
    names = {1: "1_long", 2: "2_long", 4: "4", 8: "8"}
    text = _text(f"status_list_encoding{names[bits]}_json.md")
    value = json.loads(re.sub(r"\n\s*", "", text[text.index("{") :]))
    statuses = decode(value)
    assert bits == statuses.bits
    assert any(bytes(statuses))


def test_the_printed_token_is_read() -> None:
    parts = jws.parse("".join(_text("status_list_jwt_raw.md").split()))
    claims = json.loads(parts.payload)
    assert "statuslist+jwt" == parts.header["typ"]
    assert b"\xb9\xa3" == bytes(decode(claims["status_list"]))
