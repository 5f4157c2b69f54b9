from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.cbor import CBORError, decode, encode

_VALUES = st.recursive(
    st.integers(0, 2**64 - 1)
    | st.binary(max_size=300)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 2**40), inner, max_size=4),
    max_leaves=6,
)


def _depth(value: object) -> int:
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inside is None else 1 + max(map(_depth, inside), default=0)


@given(_VALUES.filter(lambda value: _depth(value) <= 4))
def test_what_is_written_is_read(value: object) -> None:
    assert value == decode(encode(value))


def test_the_examples_of_the_rfc() -> None:
    """RFC 8949, appendix A."""
    for text, value in {"00": 0, "17": 23, "1818": 24, "1903e8": 1000, "4401020304": b"\x01\x02\x03\x04"}.items():
        assert bytes.fromhex(text) == encode(value)
    assert bytes.fromhex("a201020304") == encode({3: 4, 1: 2})


def test_byte_strings_of_older_writers_are_read() -> None:
    assert b"\x01" == decode(bytes.fromhex("d8404101"))


REFUSED = {
    "nothing": "",
    "an end too early": "42ff",
    "something after the end": "0000",
    "a number in a longer form": "1817",
    "an indefinite length": "5fff",
    "a negative number": "20",
    "a truth value": "f5",
    "another tag": "d84100",
    "a tagged number": "d84000",
    "a text that is not UTF-8": "61ff",
    "a key that is a text": "a1616100",
    "a key twice": "a201000100",
    "more items than bytes": "9a00ffffff",
    "five levels": "8181818181",
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused(case: str) -> None:
    with pytest.raises(CBORError):
        decode(bytes.fromhex(REFUSED[case]))


@pytest.mark.parametrize("value", [-1, True, None, 1.5, 2**64])
def test_other_values_are_not_written(value: object) -> None:
    with pytest.raises(CBORError):
        encode(value)
