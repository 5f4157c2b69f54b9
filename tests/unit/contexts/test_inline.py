"""Contexts that a document brings with it: admitted for a conformance suite, and only if they define words."""

from __future__ import annotations

from typing import Any

import pytest

from contexts import inline
from contexts.inline import InlineLoader
from schemas.problems import ProblemError


def test_an_admitted_context_is_served_under_one_address() -> None:
    loader = InlineLoader.open()
    address = loader.admit({"degree": "https://example.org/degree", "name": "https://example.org/name"})
    again = loader.admit({"name": "https://example.org/name", "degree": "https://example.org/degree"})
    assert address == again
    assert "https://example.org/degree" == loader.load(address)["@context"]["degree"]


def test_the_wrapped_form_of_a_context_is_read_as_jsonld_js_reads_it() -> None:
    loader = InlineLoader.open()
    assert {"@context": {"a": "urn:x:a"}} == loader.load(loader.admit({"@context": {"a": "urn:x:a"}}))


def test_pinned_contexts_stay_as_they_are_and_others_stay_unknown() -> None:
    loader = InlineLoader.open()
    assert "@context" in loader.load("https://www.w3.org/ns/credentials/v2")
    with pytest.raises(ProblemError, match="context-unknown"):
        loader.load("urn:sha256:" + "0" * 64)


@pytest.mark.parametrize(
    "context",
    [
        {"validUntil": None},
        {"@base": "https://example.org/"},
        {"@import": "https://example.org/context"},
        {"@propagate": False},
        {"a": {"@reverse": "https://example.org/a"}},
        {"a": {"@id": "https://example.org/a", "@nest": "b"}},
        {"a": {"@id": "https://example.org/a", "@context": {"b": None}}},
        {"a": {"@id": "https://example.org/a", "@context": [{"@included": {}}]}},
    ],
)
def test_a_context_that_does_more_than_define_words_is_refused(context: dict[str, Any]) -> None:
    """A03, A08: no word loses its meaning, nothing else is drawn in."""
    with pytest.raises(ProblemError, match="context-unknown"):
        InlineLoader.open().admit(context)


def test_not_more_contexts_than_a_suite_needs_are_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "_MOST", 2)
    loader = InlineLoader.open()
    for name in "ab":
        loader.admit({name: "urn:x:y"})
    loader.admit({"a": "urn:x:y"})
    with pytest.raises(ProblemError, match="too-complex"):
        loader.admit({"c": "urn:x:y"})
