from __future__ import annotations

import json

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from proofs.jcs import canonical
from schemas.problems import ProblemError

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | _TEXTS,
        lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner),
    )
)
def test_the_fast_way_and_the_slow_way_agree(value: object) -> None:
    assert rfc8785.dumps(value) == canonical(value)  # type: ignore[arg-type]


def test_keys_beyond_the_basic_plane_are_sorted_by_utf_16_unit() -> None:
    value = {"\uff01": 1, "\U0001f600": 2}
    assert '{"😀":2,"！":1}'.encode() == canonical(value)
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != canonical(value)


def test_a_lone_surrogate_takes_the_slow_way_and_is_refused() -> None:
    for value in ("\ud800", {"\ud800": 1}):
        with pytest.raises(ProblemError, match="malformed"):
            canonical(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), {1: 2}, object()])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ProblemError, match="malformed"):
        canonical(value)


def test_whole_doubles_are_written_as_integers() -> None:
    assert b'{"a":1,"b":1e+21}' == canonical(json.loads('{"b":1e21,"a":1.0}'))


@given(st.floats(1e-4, 1e10) | st.floats(-1e10, -1e-4))
def test_doubles_are_written_as_ecmascript_writes_them(number: float) -> None:
    assert rfc8785.dumps(number) == canonical(number)


def test_characters_beyond_the_basic_plane_in_values_change_nothing() -> None:
    value = {"é": ["😀", {"z": 1.5, "a": "\U0010ffff"}], "\uffff": None}
    assert rfc8785.dumps(value) == canonical(value)


def test_a_very_large_value_is_written_all_the_same() -> None:
    value = [{"n": number} for number in range(12_000)]
    assert orjson.dumps(value) == canonical(value)


def test_a_value_inside_itself_is_refused() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(ProblemError, match="malformed"):
        canonical(value)
