"""Compiling contexts: what comes out depends on the contexts alone, not on what was compiled before."""

from __future__ import annotations

from typing import Any

import pytest

from contexts.loader import BundledLoader
from proofs.jsonld_contexts import ContextCompiler, Term
from schemas.problems import ProblemError

URL = "https://contexts.example/1"
SCOPED = {"note": "urn:x:other-note"}


def compiler(**terms: Any) -> tuple[ContextCompiler, Term]:
    context = {"id": "@id", "type": "@type", **terms}
    found = ContextCompiler(BundledLoader({URL: {"@context": context}}))
    return found, found.root([URL])


def test_a_type_may_not_change_a_protected_term_whatever_was_read_before() -> None:
    """A property may change it (JSON-LD 1.1 API, 4.1.2 with override): having read one opens nothing to a type."""
    compiling, root = compiler(
        note={"@id": "urn:x:note", "@protected": True},
        Any={"@id": "urn:x:Any", "@context": {"other": "urn:x:other"}},
        Kind={"@id": "urn:x:Kind", "@context": SCOPED},
        holds={"@id": "urn:x:holds", "@context": SCOPED},
    )
    holds = compiling.term(compiling.node(root, "Any", None).context, "holds")
    assert "<urn:x:other-note>" == compiling.term(holds.inside, "note").predicate
    with pytest.raises(ProblemError):
        compiling.node(root, ["Any", "Kind"], None)


def test_a_property_of_two_types_is_read_by_the_definition_of_its_own() -> None:
    terms = {
        name: {"@id": f"urn:x:{name}", "@context": {"holds": {"@id": "urn:x:holds", "@context": {"note": iri}}}}
        for name, iri in (("One", "urn:x:1"), ("Two", "urn:x:2"))
    }
    compiling, root = compiler(**terms)
    for name, iri in (("One", "urn:x:1"), ("Two", "urn:x:2")):
        holds = compiling.term(compiling.node(root, name, None).context, "holds")
        inside = compiling.node(holds, None, None).context
        assert f"<{iri}>" == compiling.term(inside, "note").predicate
