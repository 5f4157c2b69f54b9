"""Documents with contexts written into them: the same statements as with the context at an address."""

from __future__ import annotations

from typing import Any

import pytest

from contexts.inline import InlineLoader
from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from proofs.jsonld_inline import InlineConverter
from schemas.problems import ProblemError

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
WORDS = "https://www.w3.org/ns/credentials/examples#"


def badge(*more: Any, **changes: Any) -> dict[str, Any]:
    subject = {"id": "did:example:zoe", "degree": {"title": "Baccalauréat"}}
    document = {
        "@context": [V2, *more],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:uni",
        "credentialSubject": subject,
    }
    return {**document, **changes}


def inline() -> InlineConverter:
    return InlineConverter(InlineLoader.open())


def test_what_is_signed_is_the_same_as_with_the_context_at_its_address() -> None:
    expected = Converter(BundledLoader.open()).canonical(badge(EXAMPLES))
    assert expected == inline().canonical(badge({"@vocab": WORDS}))
    assert expected == inline().canonical(badge({"degree": WORDS + "degree", "title": WORDS + "title"}))
    assert expected == inline().canonical(badge(EXAMPLES))


def test_each_credential_of_a_presentation_may_bring_its_own() -> None:
    def shown(*more: Any) -> dict[str, Any]:
        inside = badge(*more, proof={"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"})
        return {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [inside]}

    expected = Converter(BundledLoader.open()).canonical(shown(EXAMPLES))
    assert expected == inline().canonical(shown({"@vocab": WORDS}))


def test_blank_nodes_lead_to_the_values_of_the_document_itself() -> None:
    document = badge({"@vocab": WORDS})
    _, places = inline().traced(document)
    assert {(id(document), "node"), (id(document["credentialSubject"]["degree"]), "node")} == set(places)


def test_proof_options_are_read_with_the_contexts_of_their_document() -> None:
    options = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
    expected = Converter(BundledLoader.open()).options_digest([V2], options)
    converter = inline()
    for _ in range(2):
        assert expected == converter.options_digest([V2, {"degree": WORDS + "degree"}], options)


@pytest.mark.parametrize(
    ("context", "code"),
    [
        ({"degree": None}, "context-unknown"),
        ({"degree": WORDS + "degree"}, "term-undefined"),
        ({"VerifiableCredential": WORDS + "Another", "@vocab": WORDS}, "context-unknown"),
        ({"degree": "not an address", "title": WORDS + "title"}, "context-unknown"),
    ],
)
def test_everything_else_is_as_strict_as_ever(context: dict[str, Any], code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        inline().canonical(badge(context))


def test_a_context_below_the_top_is_refused_all_the_same() -> None:
    """A04."""
    subject = {"@context": [{"a": "urn:x:a"}], "a": "b"}
    with pytest.raises(ProblemError):
        inline().canonical(badge(credentialSubject=subject))


def test_no_other_converter_reads_one() -> None:
    """A05, A07."""
    with pytest.raises(ProblemError, match="context-unknown"):
        Converter(BundledLoader.open()).canonical(badge({"@vocab": WORDS}))


def test_a_prefix_that_a_document_brings_is_read_however_often_its_shape_came_before() -> None:
    converter = inline()
    words = {"@vocab": WORDS, "ex": "https://prefix.example/"}
    for number in range(5):
        converter.canonical(badge(words, evidence={"id": f"urn:x:{number}", "title": "x"}))
    with pytest.raises(ProblemError, match="prefix"):
        converter.canonical(badge(words, evidence={"id": "ex:1", "title": "x"}))


def test_a_number_where_a_text_is_wanted_is_a_text() -> None:
    """Canonical N-Quads write no datatype behind a text, wherever it comes from."""
    words = {"n": {"@id": WORDS + "n", "@type": "http://www.w3.org/2001/XMLSchema#string"}}
    found = inline().canonical({"@context": [V2, words], "id": "urn:x:1", "n": [5, True, 1.5, "x"]})
    assert [f'<urn:x:1> <{WORDS}n> "{text}" .' for text in ("1.5E0", "5", "true", "x")] == found.splitlines()
