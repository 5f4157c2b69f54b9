"""Compiling contexts: what comes out depends on the contexts alone, not on what was compiled before."""

from __future__ import annotations

from typing import Any

import pytest

from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from proofs.jsonld_contexts import ContextCompiler, Node, Term
from schemas.problems import ProblemError
from tests.support import linked_data as ld

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


def test_contexts_forgotten_half_way_through_a_document_do_not_count_against_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another thread may do that: two descriptions of one profile are still read in the same context."""
    shared, compile_node = Converter(ld.loader()), ContextCompiler.node
    profile = {"id": "urn:x:uni", "type": ["Profile"], "name": "Érable"}
    badge = ld.badge("did:example:uni") | {"issuer": profile}
    badge["credentialSubject"] |= {"source": dict(profile)}
    expected, calls = ld.converter().canonical(badge), []

    def node(compiler: ContextCompiler, *given: Any) -> Node:
        calls.append(given)
        if len(calls) == 3:
            compiler._forget()
        return compile_node(compiler, *given)

    monkeypatch.setattr(ContextCompiler, "node", node)
    assert expected == shared.canonical(badge)
    assert 1 == shared._compiler.times_forgotten
    with pytest.raises(ProblemError):
        shared.canonical(badge | {"issuer": {**profile, "name": "Cèdre"}})
