"""Any change of any signed value fails `structure` or `signature`."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.report import Verdict
from tests.support.issuer_simulator import World, dumped
from tests.support.reports import codes
from verifier.verification import verify


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of each text, number and truth value in a document."""
    if isinstance(value, Mapping):
        return [found for key, item in value.items() for found in places(item, (*path, key))]
    if isinstance(value, list):
        return [found for number, item in enumerate(value) for found in places(item, (*path, number))]
    return [path]


PROPERTY_WORLD = World()


PROPERTY_ISSUER = PROPERTY_WORLD.issuer()


ORIGINAL = PROPERTY_ISSUER.proved(PROPERTY_ISSUER.transcript(1, index=3))


PLACES = places(ORIGINAL)


def changed(document: Any, path: tuple[Any, ...], change: Any) -> Any:
    """Return a copy of the document with one value changed."""
    copied = copy.deepcopy(document)
    parent = copied
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = change(parent[path[-1]])
    return copied


CHANGES = {
    "letter added": lambda value: f"{value}x",
    "letter removed": lambda value: str(value)[:-1],
    "other case": lambda value: str(value).swapcase(),
    "number": lambda _: 7,
    "truth": lambda _: True,
    "nothing": lambda _: None,
    "empty": lambda _: "",
    "list": lambda value: [value, f"{value}x"],
    "object": lambda value: {"id": f"{value}x"},
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(sorted(CHANGES)))
def test_any_change_of_any_signed_value_fails_structure_or_signature(path: tuple[Any, ...], kind: str) -> None:
    """Threats B01: whatever is changed, nothing of the document is believed afterwards."""
    altered = changed(ORIGINAL, path, CHANGES[kind])
    if altered == ORIGINAL:
        return
    report = verify(dumped(altered), PROPERTY_WORLD.evidence())
    assert {"structure", "signature"} & codes(report).keys(), (path, kind)
    assert Verdict.VERIFIED is not report.verdict
    assert Verdict.WAS_VALID is not report.verdict


@pytest.mark.parametrize("path", PLACES, ids=lambda path: "/".join(map(str, path)))
def test_each_text_changed_by_one_letter_fails_structure_or_signature(path: tuple[Any, ...]) -> None:
    altered = changed(ORIGINAL, path, CHANGES["letter added"])
    report = verify(dumped(altered), PROPERTY_WORLD.evidence())
    assert {"structure", "signature"} & codes(report).keys()


def test_a_removed_member_fails_structure_or_signature() -> None:
    for name in ORIGINAL:
        altered = {key: value for key, value in ORIGINAL.items() if key != name}
        report = verify(dumped(altered), PROPERTY_WORLD.evidence())
        assert {"structure", "signature"} & codes(report).keys(), name
