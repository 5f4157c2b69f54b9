"""Concealing, choosing and revealing (RFC 9901)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.multibase import decode_base64url, encode_base64url
from proofs import sd_jwt
from proofs.sd_jwt import Concealed, Padded, conceal, digest, read_disclosure, reveal
from schemas.limits import Limits
from schemas.problems import ProblemError

TRANSCRIPT = {
    "degree": "Baccalauréat",
    "average_above_3": Concealed(value=True),
    "terms": [
        Concealed(
            {"name": "Automne", "courses": [Concealed({"code": "A1", "grade": Concealed("A")}), Concealed("B2")]}
        ),
        Concealed({"name": "Hiver", "courses": []}),
    ],
}
PLAIN = {
    "degree": "Baccalauréat",
    "terms": [
        {"name": "Automne", "courses": [{"code": "A1", "grade": "A"}, "B2"]},
        {"name": "Hiver", "courses": []},
    ],
    "average_above_3": True,
}


def made(content: Any) -> str:
    """Return a disclosure of any content."""
    return encode_base64url(json.dumps(content).encode())


def code(payload: dict[str, Any], disclosures: list[str], **limits: int) -> str:
    with pytest.raises(ProblemError) as caught:
        reveal(payload, disclosures, limits=Limits(**limits))
    return caught.value.problem.code


def test_all_disclosures_give_the_claims_back() -> None:
    payload, disclosures = conceal(TRANSCRIPT)
    claims, places = reveal(payload, disclosures)
    assert PLAIN == claims
    assert {"/average_above_3", "/terms/0", "/terms/0/courses/0", "/terms/0/courses/0/grade", "/terms/0/courses/1"} | {
        "/terms/1"
    } == {place.pointer for place in places}


def test_without_disclosures_nothing_concealed_is_there() -> None:
    payload, _ = conceal(TRANSCRIPT)
    assert ({"degree": "Baccalauréat", "terms": []}, ()) == reveal(payload, [])
    for text in ("Automne", "A1", "average"):
        assert f'"{text}"' not in json.dumps(payload)  # quoted: a salted digest may hold the letters A1


def test_a_nested_value_names_what_holds_it() -> None:
    payload, disclosures = conceal(TRANSCRIPT)
    _, places = reveal(payload, disclosures)
    by_pointer = {place.pointer: place for place in places}
    grade = by_pointer["/terms/0/courses/0/grade"]
    assert (by_pointer["/terms/0"].text, by_pointer["/terms/0/courses/0"].text) == grade.within


@settings(deadline=None)
@given(st.integers(1, 40))
def test_the_number_of_digests_says_little_about_the_number_of_values(count: int) -> None:
    """D11: decoys up to a power of two, at least four."""
    payload, _ = conceal({f"c{n}": Concealed(n) for n in range(count)} | {"list": [Concealed(n) for n in range(count)]})
    expected = next(size for size in (4, 8, 16, 32, 64) if size >= count)
    assert (expected, expected) == (len(payload["_sd"]), len(payload["list"]))
    assert sorted(payload["_sd"]) == payload["_sd"]


@pytest.mark.parametrize(("concealed", "digests"), [(0, 0), (1, 8), (8, 8), (9, 16)])
def test_what_is_padded_has_at_least_so_many_digests_once_it_conceals_anything(concealed: int, digests: int) -> None:
    """D11: the number of digests does not tell what was withheld."""
    members = {f"n{at}": Concealed(at) for at in range(concealed)}
    payload, disclosures = conceal({"object": Padded(members, 8), "array": Padded([*members.values()], 8)})
    assert (digests, digests) == (len(payload["object"].get("_sd", [])), len(payload["array"]))
    numbers = list(range(concealed))
    assert numbers == reveal(payload, disclosures)[0]["array"]
    assert numbers == sorted(reveal(payload, disclosures)[0]["object"].values())


def test_a_hundred_thousand_salts_are_long_and_distinct() -> None:
    """D11."""
    _, disclosures = conceal({"all": [Concealed(0)] * 100_000})
    salts = {json.loads(decode_base64url(text))[0] for text in disclosures}
    assert 100_000 == len(salts)
    assert {16} == {len(decode_base64url(salt)) for salt in salts}


def test_nothing_concealed_leaves_the_payload_as_it_is() -> None:
    assert ({"a": [1, {"b": 2}]}, ()) == conceal({"a": [1, {"b": 2}]})


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_reserved_names_are_not_issued(name: str) -> None:
    with pytest.raises(ValueError, match="reserved"):
        conceal({"a": Concealed({name: 1})})


# RFC 9901 section 4.2.1 and 4.2.3: a disclosure and its digest
PRINTED = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"


def test_the_disclosure_printed_in_the_rfc_is_read() -> None:
    shown = read_disclosure(PRINTED)
    assert ("family_name", "Möbius") == (shown.name, shown.value)
    assert "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0" == digest(PRINTED)


def test_every_hash_of_the_list_is_read() -> None:
    for name in sd_jwt.HASHES:
        text = made(["salt", "a", 1])
        assert {"a": 1} == reveal({"_sd": [digest(text, name)], "_sd_alg": name}, [text])[0]


@pytest.mark.parametrize(
    "name", ["md5", "sha-1", "sha-256-32", "none", "", "sha-256 ", "SHA-256", None, 7, ["sha-256"]]
)
def test_another_hash_is_refused(name: object) -> None:
    """D05."""
    assert "not-parsable" == code({"_sd_alg": name}, [])


@pytest.mark.parametrize(
    "content",
    [
        [],
        ["salt"],
        ["salt", "a", 1, 2],
        {"salt": "a"},
        "text",
        None,
        [1, "a", 1],
        ["salt", 1, 1],
        ["salt", None, 1],
        [1, "a"],
        ["salt", "_sd", 1],
        ["salt", "...", 1],
    ],
)
def test_a_disclosure_of_another_form_is_refused(content: object) -> None:
    """D03, D04."""
    text = made(content)
    assert "not-parsable" == code({"_sd": [digest(text)]}, [text])


def test_a_disclosure_has_one_spelling() -> None:
    """D01: padded, re-encoded, with blanks, no JSON, a key twice."""
    text = made(["salt", "a", 1])
    for other in (text + "=", text + "\n", "!!", encode_base64url(b'["s","a",{"b":1,"b":2}]'), encode_base64url(b"[")):
        assert "not-parsable" == code({"_sd": [digest(text)]}, [other])


def test_a_changed_disclosure_is_one_that_nothing_refers_to() -> None:
    """D01."""
    text = made(["salt", "a", 1])
    assert "not-parsable" == code({"_sd": [digest(text)]}, [made(["salt", "a", 2])])
    assert "not-parsable" == code({"_sd": [digest(text)]}, [text, made(["salt", "b", 2])])
    assert "not-parsable" == code({"_sd": [digest(text)]}, [text, text])


def test_a_digest_stands_once_in_the_whole_token() -> None:
    """D02: in one array, at two levels, in array elements, without its disclosure too."""
    text, element = made(["salt", "a", 1]), made(["salt", 1])
    for payload in (
        {"_sd": [digest(text), digest(text)]},
        {"_sd": [digest(text)], "deep": {"_sd": [digest(text)]}},
        {"list": [{"...": digest(element)}, {"...": digest(element)}]},
    ):
        for disclosures in ([], [text], [element]):
            assert "not-parsable" == code(payload, disclosures)


def test_a_claim_is_never_overwritten() -> None:
    """D03."""
    text, twin = made(["salt", "a", 1]), made(["salt2", "a", 2])
    assert "not-parsable" == code({"a": 0, "_sd": [digest(text)]}, [text])
    assert "not-parsable" == code({"_sd": [digest(text), digest(twin)]}, [text, twin])


def test_a_disclosure_stands_where_its_kind_belongs() -> None:
    """D04: wrong position."""
    member, element = made(["salt", "a", 1]), made(["salt", 1])
    assert "not-parsable" == code({"_sd": [digest(element)]}, [element])
    assert "not-parsable" == code({"list": [{"...": digest(member)}]}, [member])


@pytest.mark.parametrize(
    "payload",
    [
        {"_sd": "x"},
        {"_sd": [1]},
        {"_sd": {"a": 1}},
        {"_sd": None},
        {"a": {"...": "x"}},
        {"...": "x"},
        {"list": [{"...": "x", "a": 1}]},
        {"list": [{"...": 7}]},
        {"list": [{"...": ["x"]}]},
    ],
)
def test_a_payload_with_misplaced_digests_is_refused(payload: dict[str, Any]) -> None:
    """D06."""
    assert "not-parsable" == code(payload, [])


def test_nesting_and_number_are_bounded() -> None:
    """D07: 3,000 nested, 20,000 unsigned."""
    text = made(["salt", 0])
    chain = [text]
    for _ in range(60):
        text = made(["salt", [{"...": digest(text)}]])
        chain.append(text)
    assert "too-complex" == code({"list": [{"...": digest(text)}]}, chain)
    assert "too-complex" == code({}, [made(["salt", str(n), n]) for n in range(201)])
    assert "too-large" == code({}, ["A" * 300_000])


def test_names_are_escaped_in_pointers() -> None:
    payload, disclosures = conceal({"a/b~c": Concealed(1)})
    assert "/a~1b~0c" == reveal(payload, disclosures)[1][0].pointer
