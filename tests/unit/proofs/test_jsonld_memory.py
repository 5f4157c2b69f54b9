"""What is remembered of contexts and shapes is bounded, whatever strangers send (threats.md A26)."""

from __future__ import annotations

from typing import Any

import pytest

from proofs import jsonld_contexts, plan_shapes
from proofs.jsonld import Converter
from tests.support import linked_data as ld

HELD = 100_000


def document(number: int, *, key: str = "knows", things: int = 10) -> dict[str, Any]:
    """Return a document of types and terms that no other has; a vocabulary defines them all."""
    nodes = [{"type": [f"T{number}-{index}"], f"k{number}-{index}": "x"} for index in range(things)]
    return {"@context": [ld.V2, ld.EXAMPLES], "id": "urn:x:1", key: nodes}


def entries(converter: Converter) -> int:
    """Return how many terms and kinds of node the converter remembers."""
    contexts = converter._compiler._processed.values()
    return sum(len(context.terms) + sum(len(term.nodes) for term in context.terms.values()) for context in contexts)


def test_names_without_end_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonld_contexts, "_HELD_BYTES", HELD)
    converter = Converter(ld.loader())
    most = 0
    for number in range(40):
        assert ld.converter().canonical(document(number)) == converter.canonical(document(number))
        most = max(most, entries(converter))
    assert 0 < most <= HELD / jsonld_contexts._ENTRY_BYTES + 30


@pytest.mark.parametrize("place", ["key", "type"])
def test_long_names_weigh_more(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(jsonld_contexts, "_HELD_BYTES", HELD)
    converter = Converter(ld.loader())
    for number in range(6):
        name = f"n{number}" + "x" * HELD
        node = {name: "x"} if place == "key" else {"type": [name], "name": "x"}
        converter.dataset({"@context": [ld.V2, ld.EXAMPLES], "id": "urn:x:1", "knows": node | {"also": "x"}})
        remembered = [str(key) for found in converter._compiler._processed.values() for key in found.terms]
        remembered += [
            str(types)
            for found in converter._compiler._processed.values()
            for term in found.terms.values()
            for types in term.nodes
        ]
        assert sum(map(len, remembered)) < 2 * HELD


def test_what_is_in_use_is_not_forgotten_amid_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonld_contexts, "_HELD_BYTES", 0)
    copy = {"id": "urn:x:2", "name": "n"}
    twice = document(1) | {"one": copy, "other": copy}
    assert ld.converter().canonical(twice) == Converter(ld.loader()).canonical(twice)


def test_a_shape_of_long_keys_is_not_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty list says nothing, so its key may be long without a quad that is."""
    monkeypatch.setattr(plan_shapes, "_WORTH_IT", 1)
    converter = Converter(ld.loader())
    converter.canonical(document(1) | {"k" * plan_shapes._QUAD_BYTES: []})
    assert not converter._shapes._known
    converter.canonical(document(1) | {"k": []})
    assert 1 == len(converter._shapes._known)
