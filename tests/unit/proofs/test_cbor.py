from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.cbor import CBORError, Tagged, decode, decode_wide, encode, encode_tagged

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


@pytest.mark.parametrize("value", [True, None, 1.5, 2**64, -(2**64) - 1])
def test_other_values_are_not_written(value: object) -> None:
    with pytest.raises(CBORError):
        encode(value)


_WIDE = st.recursive(
    st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=300)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-(2**40), 2**40) | st.text(alphabet="abc", max_size=4), inner, max_size=4)
    ),
    max_leaves=6,
)


@given(_WIDE)
def test_what_is_written_is_read_widely(value: object) -> None:
    assert value == decode_wide(encode(value), depth=12)
    assert Tagged(18, value) == decode_wide(encode_tagged(18, value), depth=13)


def test_the_examples_of_the_rfc_are_read_widely() -> None:
    """RFC 8949, appendix A."""
    examples = {
        "20": -1,
        "3903e7": -1000,
        "3bffffffffffffffff": -(2**64),
        "f90000": 0.0,
        "fb3ff199999999999a": 1.1,
        "f93c00": 1.0,
        "fa47c35000": 100000.0,
        "f4": False,
        "f5": True,
        "f6": None,
        "f7": None,
        "c11a514b67b0": Tagged(1, 1363896240),
        "a26161016162820203": {"a": 1, "b": [2, 3]},
    }
    for text, value in examples.items():
        assert value == decode_wide(bytes.fromhex(text))


WIDELY_REFUSED = {
    "nothing": "",
    "an end too early": "42ff",
    "an array cut off": "8201",
    "something after the end": "0000",
    "a number in a longer form": "1817",
    "a negative number in a longer form": "3800",
    "bytes of indefinite length": "5f4101ff",
    "an array of indefinite length": "9f01ff",
    "a map of indefinite length": "bf0101ff",
    "a break": "ff",
    "a simple value without a meaning": "f8ff",
    "a short simple value without a meaning": "e0",
    "a float cut off": "fb3ff1",
    "a key that is bytes": "a1410100",
    "a key that is an array": "a18000",
    "a number key twice": "a201000100",
    "a text key twice": "a2616100616100",
    "more items than bytes": "9affffffff",
    "more pairs than bytes": "baffffffff",
    "more bytes than bytes": "5affffffff",
    "too deep in arrays": "81" * 9 + "00",
    "too deep in tags": "c1" * 9 + "00",
    "a reserved length": "1c",
}


@pytest.mark.parametrize("case", WIDELY_REFUSED)
def test_what_is_not_well_formed_is_refused_widely(case: str) -> None:
    with pytest.raises(CBORError):
        decode_wide(bytes.fromhex(WIDELY_REFUSED[case]))


@given(st.binary(max_size=80))
def test_any_bytes_end_in_a_value_or_a_refusal(data: bytes) -> None:
    for read in (decode, decode_wide):
        try:
            read(data)
        except CBORError:
            continue
