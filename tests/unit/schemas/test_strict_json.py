from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import strict_json
from schemas.limits import Limits
from schemas.problems import ProblemError
from schemas.strict_json import loads

REFUSED = {
    "no JSON": ("{", "not-parsable"),
    "empty": (b"", "not-parsable"),
    "two values": ("1 2", "not-parsable"),
    "a key twice": ('{"a":1,"a":1}', "not-parsable"),
    "a key twice by an escape": ('{"a":1,"\\u0061":1}', "not-parsable"),
    "a key twice deep inside": ('[{"b":{"a":1,"a":2}}]', "not-parsable"),
    "NaN": ("[NaN]", "not-parsable"),
    "Infinity": ("[Infinity]", "not-parsable"),
    "beyond a double": ("1e400", "not-parsable"),
    "beyond a decimal": ("1e99999999999999999999999", "not-parsable"),
    "zero with an exponent beyond a decimal": ("0e99999999999999999999999", "not-parsable"),
    "nearer to zero than a double": ("1e-400", "malformed"),
    "nearer to zero than a decimal": ("1e-99999999999999999999999", "not-parsable"),
    "31 digits": ("1" * 31, "not-parsable"),
    "a decimal that no double holds": ("0.1000000000000000055511151231257827", "malformed"),
    "a decimal of 100 digits": ("0." + "1" * 100, "malformed"),
    "a byte order mark": ("\ufeff1", "not-parsable"),
    "UTF-16": ("1".encode("utf-16"), "not-parsable"),
    "a lone surrogate by an escape": ('"\\ud800"', "not-parsable"),
    "a lone surrogate in a key": ('{"\\udc00":1}', "not-parsable"),
    "a lone surrogate in text": ('"\ud800"', "not-parsable"),
    "a control character": ('"\x01"', "not-parsable"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_readers_disagree_about_is_refused(case: str) -> None:
    raw, code = REFUSED[case]
    with pytest.raises(ProblemError) as caught:
        loads(raw)
    assert code == caught.value.problem.code


LIMITED = {
    "bytes": (b"[1,2,3,4,5]", Limits(body_bytes=10), "too-large"),
    "characters of a text": ('["abcdef"]', Limits(string_chars=5), "too-large"),
    "characters of a key": ('{"abcdef":1}', Limits(string_chars=5), "too-large"),
    "characters of an image": (
        '["data:image/png;base64,AAAA"]',
        Limits(string_chars=5, image_string_chars=20),
        "too-large",
    ),
    "values": ("[1,2,3]", Limits(json_nodes=3), "too-complex"),
    "depth": ("[[[1]]]", Limits(json_depth=3), "too-complex"),
    "depth of the parser": ("[" * 200_000, Limits(), "too-complex"),
}


@pytest.mark.parametrize("case", LIMITED)
def test_each_limit_is_kept(case: str) -> None:
    raw, limits, code = LIMITED[case]
    with pytest.raises(ProblemError) as caught:
        loads(raw, limits=limits)
    assert code == caught.value.problem.code


def test_what_is_just_inside_the_limits_is_read() -> None:
    limits = Limits(body_bytes=40, string_chars=5, image_string_chars=30, json_nodes=4, json_depth=4)
    assert [[["data:image/png;base64,A"]]] == loads(b'[[["data:image/png;base64,A"]]]', limits=limits)
    assert {"ab": 1} == loads('{"ab":1}', limits=Limits(string_chars=4))


def test_a_token_in_an_envelope_may_be_as_long_as_an_image() -> None:
    limits = Limits(string_chars=5, image_string_chars=40)
    for kind in ("vc+jwt", "vp+jwt", "dc+sd-jwt"):
        token = f"data:application/{kind},e.y.j"
        assert [token] == loads(f'["{token}"]', limits=limits)
    with pytest.raises(ProblemError, match="too-large"):
        loads('["data:application/json,{}"]', limits=limits)


def test_escapes_and_pairs_are_read() -> None:
    assert {"é": "😀 é"} == loads('{"\\u00e9":"\\ud83d\\ude00 é"}')


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**29), 10**29)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
        max_leaves=20,
    )
)
def test_whatever_json_writes_is_read_as_it_was(value: object) -> None:
    assert value == loads(json.dumps(value, ensure_ascii=False))
    assert value == loads(json.dumps(value).encode())


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**31), 10**31)
    | st.floats()
    | st.sampled_from([-0.0, 1e16, 1e-7, 5e-324, 2**53, 2**64, 1e21])
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abé😀") | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
BLANKS = st.sampled_from([(",", ":"), (", ", ": "), (",", ": ")])
DAMAGE = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.sampled_from(
            ["", '"', ",", ":", "1", "e5", "-", "0", "\\u0061", "\\ud800", '"a":1,', "[", "}", " ", "\ufeff", "é"]
        ),
        st.integers(0, 3),
    ),
    max_size=3,
)


def answer(raw: bytes, read: Callable[[bytes], Any]) -> tuple[str, Any]:
    """Return what a reader says: types and signs of numbers count, order of keys too."""
    try:
        return "read", repr(read(raw))
    except ProblemError as error:
        return "refused", error.problem.code


@settings(max_examples=400)
@given(PLAIN, BLANKS, st.booleans(), DAMAGE)
def test_the_fast_way_answers_as_the_strict_one(value: object, blanks: Any, ascii_only: bool, damage: Any) -> None:
    """The fast way is taken for what orjson writes back; whatever it answers, the strict parser answers too."""
    text = json.dumps(value, ensure_ascii=ascii_only, separators=blanks)
    for at, insertion, removed in damage:
        text = text[:at] + insertion + text[at + removed :]
    raw = text.encode("utf-8", "surrogatepass")
    assert answer(raw, strictly) == answer(raw, loads)


@given(PLAIN)
def test_the_fast_way_answers_as_the_strict_one_for_what_orjson_writes(value: object) -> None:
    try:
        raw = orjson.dumps(value)
    except TypeError:  # integers beyond 64 bits, half pairs
        return
    assert answer(raw, strictly) == answer(raw, loads)


def strictly(raw: bytes) -> Any:
    """Read with the strict parser alone, as `loads` does where orjson does not write back what it read."""
    with patch.object(strict_json, "_written_back", lambda _raw: strict_json._UNSURE):
        return loads(raw)


def test_the_fast_way_is_taken_for_compact_documents_and_no_others() -> None:
    assert {"a": [1.5, "é"]} == strict_json._written_back('{"a":[1.5,"é"]}'.encode())
    for forgiven in (
        '{"a": 1}',
        '{"a":1,"a":1}',
        '{"a":1,"\\u0061":1}',
        "1e5",
        "18446744073709551616",
        '"\\u00e9"',
        "-0",
    ):
        assert strict_json._UNSURE is strict_json._written_back(forgiven)


@pytest.mark.parametrize("inside", ["1", "[]", "{}", '"\\n          "', '{"a":1}'])
def test_depth_is_counted_the_fast_way_as_the_strict_way(inside: str) -> None:
    limits = Limits(json_depth=5)
    for levels in range(8):
        text = "[" * levels + inside + "]" * levels
        expected = _outcome(lambda: loads(text.replace("[", "[ "), limits=limits))  # noqa: B023 (called at once)
        assert expected == _outcome(lambda: loads(text, limits=limits))  # noqa: B023


@pytest.mark.parametrize("most", range(1, 9))
def test_values_are_counted_the_fast_way_as_the_strict_way(most: int) -> None:
    for text in ("1", "[1]", "[1,2]", "[[],[]]", '{"":[1,1]}', "[1,2,3,4,5,6]", "[1,2,3,4,5,6,7]", "[1,2,3,4,5,6,7,8]"):
        limits = Limits(json_nodes=most)
        expected = _outcome(lambda: loads(f" {text}", limits=limits))  # noqa: B023 (called at once)
        assert expected == _outcome(lambda: loads(text, limits=limits))  # noqa: B023


def _outcome(read: Callable[[], object]) -> object:
    try:
        return read()
    except ProblemError as error:
        return error.problem
