"""The converter: what it reads, and what it refuses so that nothing unsigned can hide."""

from __future__ import annotations

import copy
import hashlib
import threading
from typing import Any

import pytest

from contexts.loader import BundledLoader
from proofs import jsonld_contexts
from proofs.jsonld import Converter
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support import linked_data as ld

DID = "did:web:registrar.parchemin.example:t:erable"
XSD = "http://www.w3.org/2001/XMLSchema#"


def example(**members: Any) -> dict[str, Any]:
    return {"@context": [ld.V2, ld.EXAMPLES], "id": "urn:x:1", **members}


def quads(document: dict[str, Any]) -> list[str]:
    return ld.converter().canonical(document).splitlines()


def refused(document: dict[str, Any], code: str, limits: Limits | None = None) -> None:
    with pytest.raises(ProblemError) as caught:
        ld.converter().canonical(document, limits=limits or Limits())
    assert code == caught.value.problem.code


READ = {
    "text": ({"knows": 'a"b\\\u0001é'}, '"a\\"b\\\\\\u0001é"'),
    "integer": ({"knows": 7}, f'"7"^^<{XSD}integer>'),
    "whole double": ({"knows": 7.0}, f'"7"^^<{XSD}integer>'),
    "double": ({"knows": 0.25}, f'"2.5E-1"^^<{XSD}double>'),
    "large double": ({"knows": 1e22}, f'"1.0E22"^^<{XSD}double>'),
    "true": ({"knows": True}, f'"true"^^<{XSD}boolean>'),
    "language": ({"knows": {"@value": "eau", "@language": "fr-CA"}}, '"eau"@fr-ca'),
    "direction": ({"knows": {"@value": "x", "@direction": "rtl"}}, '"x"^^<https://www.w3.org/ns/i18n#_rtl>'),
    "reference": ({"knows": {"id": "urn:x:2"}}, "<urn:x:2>"),
}


@pytest.mark.parametrize("case", READ)
def test_each_kind_of_value_is_read(case: str) -> None:
    members, expected = READ[case]
    assert [f"<urn:x:1> <https://www.w3.org/ns/credentials/examples#knows> {expected} ."] == quads(example(**members))


def test_a_name_may_be_written_as_value_object_without_language() -> None:
    assert quads(example(name="x")) == quads(example(name={"@value": "x"}))


def test_json_values_are_signed_in_their_canonical_form() -> None:
    document = {
        "@context": [ld.V2],
        "id": "urn:x:1",
        "type": ["JsonSchema"],
        "jsonSchema": {"b": [None, [1]], "a": "é"},
    }
    literal = '"{\\"a\\":\\"é\\",\\"b\\":[null,[1]]}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'
    assert any(literal in line for line in quads(document))


def test_an_empty_list_says_nothing() -> None:
    assert quads(example(knows="x")) == quads(example(knows="x", name=[]))


def test_an_equal_second_description_without_blank_nodes_changes_nothing() -> None:
    party = {"id": DID, "name": "Érable"}
    once = example(knows=party, trusts={"id": DID})
    assert quads(once) == quads(example(knows=party, trusts=party))


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "null": (example(knows=None), "shape-not-allowed"),
    "array in an array": (example(knows=[["x"]]), "shape-not-allowed"),
    "a value of another kind": (example(knows=("x",)), "shape-not-allowed"),
    "repeated value": (example(knows=["x", {"@value": "y", "@language": "fr"}, "x"]), "shape-not-allowed"),
    "value object without language": (example(knows={"@value": "x"}), "shape-not-allowed"),
    "value object with a type": (example(knows={"@value": "x", "@type": "urn:x:t"}), "shape-not-allowed"),
    "value object with a number": (example(knows={"@value": 7, "@language": "fr"}), "shape-not-allowed"),
    "no language tag": (example(knows={"@value": "x", "@language": "français"}), "malformed"),
    "language a number": (example(knows={"@value": "x", "@language": 7}), "malformed"),
    "no direction": (example(knows={"@value": "x", "@direction": "up"}), "malformed"),
    "negative zero": (example(knows=-0.0), "malformed"),
    "integer beyond 2^53": (example(knows=2**53), "malformed"),
    "no number": (example(knows=float("nan")), "malformed"),
    "infinity": (example(knows=float("inf")), "malformed"),
    "double of 17 digits": (example(knows=0.1 + 0.2), "malformed"),
    "id a number": (example(knows={"id": 7}), "malformed"),
    "id a blank node": (example(knows={"id": "_:x"}), "shape-not-allowed"),
    "relative reference": (example(knows={"id": "x"}), "term-undefined"),
    "id like a keyword": (example(knows={"id": "@x"}), "term-undefined"),
    "type a number": (example(type=7), "malformed"),
    "no types": (example(type=[]), "malformed"),
    "type twice": (example(type=["A", "A"]), "shape-not-allowed"),
    "17 types": (example(type=[f"T{n}" for n in range(17)]), "shape-not-allowed"),
    "types in an object": (example(type={"a": 1}), "malformed"),
    "a keyword as key": (example(**{"@note": "x"}), "shape-not-allowed"),
    "an address as key": (example(**{"urn:x:k": "x"}), "shape-not-allowed"),
    "an empty key": (example(**{"": "x"}), "term-undefined"),
    "nothing signed": ({"@context": [ld.V2], "id": "urn:x:1"}, "term-undefined"),
    "nothing signed inside a graph": (
        {"@context": [ld.V2], "type": ["VerifiablePresentation"], "proof": {"id": "urn:x:1"}},
        "term-undefined",
    ),
    "a named child of which nothing is signed": (
        {
            "@context": [ld.V2],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": {"@context": [ld.V2], "id": "urn:x:1"},
        },
        "term-undefined",
    ),
    "an empty object where a graph is": (
        {"@context": [ld.V2], "type": ["VerifiablePresentation"], "proof": {}},
        "term-undefined",
    ),
    "a text where a graph is": (
        {"@context": [ld.V2], "type": ["VerifiablePresentation"], "proof": "urn:x:1"},
        "term-undefined",
    ),
    "a value object where a graph is": (
        {"@context": [ld.V2], "type": ["VerifiablePresentation"], "proof": {"@value": "x", "@language": "fr"}},
        "shape-not-allowed",
    ),
    "no context": ({"id": "urn:x:1"}, "context-unknown"),
    "a context that is a number": ({"@context": 7}, "shape-not-allowed"),
    "a context that is an object": ({"@context": [{}]}, "context-unknown"),
    "an unknown context": ({"@context": ["urn:x:1"]}, "context-unknown"),
    "a context twice": ({"@context": [ld.V2, ld.V2]}, "shape-not-allowed"),
    "contexts that contradict each other": ({"@context": [ld.V1, ld.V2], "id": "urn:x:1"}, "context-unknown"),
    "a class name as key": (
        {
            "@context": [ld.V2, ld.OPEN_BADGES],
            "type": ["Achievement"],
            "Criteria": {"narrative": "x"},
        },
        "shape-not-allowed",
    ),
    "type without meaning in the context": ({"@context": [ld.EXAMPLES], "type": "x"}, "shape-not-allowed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(case: str) -> None:
    document, code = REFUSED[case]
    refused(document, code)


def test_an_id_may_not_be_written_with_a_prefix() -> None:
    document = {"@context": [ld.V1], "type": ["VerifiableCredential"], "id": "cred:x"}
    refused(document, "shape-not-allowed")


def test_an_address_with_a_prefix_of_the_context_is_written_out() -> None:
    document = {
        "@context": [ld.V1, ld.ED25519_2020],
        "id": "urn:x:1",
        "type": ["VerifiableCredential"],
        "issuer": "sec:x",
    }
    assert any("<https://w3id.org/security#x>" in line for line in quads(document))


def test_deep_nesting_is_refused_before_the_interpreter_does() -> None:
    document = inner = example()
    for _ in range(50):
        inner["knows"] = inner = {"knows": "x"}
    refused(document, "too-complex")


def test_combining_contexts_is_bounded_by_time() -> None:
    with pytest.raises(ProblemError, match="too many contexts"):
        Converter(ld.loader()).dataset(ld.badge(DID), limits=Limits(canonicalisation_seconds=-1))


def test_too_many_combinations_are_forgotten_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonld_contexts, "_PROCESSED", 3)
    monkeypatch.setattr(jsonld_contexts, "_REMEMBERED", 2)
    small = Converter(ld.loader())
    kinds = example(knows=[{"type": name} for name in "ABCD"])
    for document in (
        kinds,
        ld.full_badge(DID),
        example(a="1", b="2", c={"type": "X"}, d={"type": "Y"}, e={"type": "Z"}),
    ):
        assert ld.converter().canonical(document) == small.canonical(document)
        assert ld.converter().canonical(document) == small.canonical(document)


def test_threads_share_a_converter() -> None:
    shared = Converter(ld.loader())
    expected, found = ld.converter().canonical(ld.full_badge(DID)), []
    threads = [threading.Thread(target=lambda: found.append(shared.canonical(ld.full_badge(DID)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [expected] * 8 == found


def test_the_document_is_not_changed() -> None:
    document = ld.full_badge(DID)
    before = copy.deepcopy(document)
    ld.converter().dataset(document)
    assert before == document


def child(number: int, **subject: Any) -> dict[str, Any]:
    return {
        "@context": [ld.V2, ld.OPEN_BADGES],
        "id": f"urn:x:child:{number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "urn:x:learner", "type": ["AchievementSubject"], **subject},
    }


def transcript(*children: Any) -> dict[str, Any]:
    return {
        "@context": [ld.V2, ld.OPEN_BADGES, ld.CLR],
        "id": "urn:x:clr",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": DID,
        "credentialSubject": {
            "id": "urn:x:learner",
            "type": ["ClrSubject"],
            "verifiableCredential": list(children),
        },
    }


PROOF = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z1"}


def test_children_with_proofs_may_speak_of_one_learner() -> None:
    children = [child(n, licenseNumber=str(n)) | {"proof": PROOF} for n in (1, 2)]
    assert any("licenseNumber" in line for line in quads(transcript(*children)))


def test_children_without_proofs_may_not_since_claims_could_be_moved_between_them() -> None:
    refused(transcript(child(1, licenseNumber="1"), child(2, licenseNumber="2")), "shape-not-allowed")


def test_children_without_proofs_may_repeat_each_other_word_for_word() -> None:
    issuer = {"id": DID, "type": ["Profile"], "name": "Érable"}
    children = [child(n) | {"issuer": issuer, "proof": PROOF} for n in (1, 2)]
    for entry in children:
        del entry["credentialSubject"]["id"]
        del entry["proof"]
    assert quads(transcript(*children))


def test_no_child_may_describe_the_transcript_itself() -> None:
    entry = child(1) | {"proof": PROOF}
    entry["credentialSubject"]["source"] = {"id": "urn:x:clr", "type": ["Profile"]}
    refused(transcript(entry), "shape-not-allowed")


def test_a_child_needs_a_context_of_its_own() -> None:
    entry = child(1)
    del entry["@context"]
    refused(transcript(entry), "shape-not-allowed")
    refused(transcript(child(1) | {"@context": ld.V2}), "shape-not-allowed")
    refused(transcript("urn:x:child:1"), "term-undefined")


def test_a_child_of_a_presentation_may_repeat_its_context_in_the_proof_but_no_other() -> None:
    entry = child(1)
    document = {
        "@context": [ld.V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [entry | {"proof": PROOF | {"@context": entry["@context"]}}],
    }
    plain = {**document, "verifiableCredential": [entry | {"proof": PROOF}]}
    assert quads(plain) == quads(document)
    document["verifiableCredential"][0]["proof"]["@context"] = [ld.V2]
    refused(document, "shape-not-allowed")
    refused(document | {"holder": {"id": DID, "@context": [ld.V2]}}, "shape-not-allowed")


def test_lists_keep_their_order() -> None:
    document = {
        "@context": [ld.V2, ld.OPEN_BADGES],
        "type": ["ResultDescription"],
        "allowedValue": ["B", "A", {"id": "urn:x:1", "type": "Result"}],
    }
    other = document | {"allowedValue": ["A", "B", {"id": "urn:x:1", "type": "Result"}]}
    assert quads(document) != quads(other)
    assert any("22-rdf-syntax-ns#nil" in line for line in quads(document | {"allowedValue": []}))
    single = document | {"allowedValue": "A"}
    assert quads(document | {"allowedValue": ["A"]}) == quads(single)


def test_lists_inside_a_graph_stay_there() -> None:
    entry = {
        "@context": [ld.V2, ld.OPEN_BADGES],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"type": ["ResultDescription"], "allowedValue": ["A", "B"]},
    }
    document = {"@context": [ld.V2], "type": ["VerifiablePresentation"], "verifiableCredential": [entry]}
    assert 4 == sum("rdf-syntax-ns#first" in line or "rdf-syntax-ns#rest" in line for line in quads(document))
    assert all(line.count("_:c14n") >= 2 for line in quads(document) if "rdf-syntax-ns#first" in line)


def own_context(**terms: Any) -> Converter:
    return Converter(BundledLoader({"https://x.example/1": {"@context": {"id": "@id", "type": "@type", **terms}}}))


OWN = {
    "a reverse term": ({"k": {"@reverse": "urn:p:1"}}, "shape-not-allowed"),
    "a nesting term": ({"k": {"@id": "urn:p:1", "@nest": "@nest"}}, "shape-not-allowed"),
    "a map by language": ({"k": {"@id": "urn:p:1", "@container": "@language"}}, "shape-not-allowed"),
    "another name for rdf:type": ({"k": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"}, "shape-not-allowed"),
    "another name for id": ({"k": "@id"}, "shape-not-allowed"),
    "a default direction": ({"@direction": "rtl", "k": "urn:p:1"}, "term-undefined"),
}


@pytest.mark.parametrize("case", OWN)
def test_terms_that_no_context_of_ours_has_are_refused(case: str) -> None:
    terms, code = OWN[case]
    with pytest.raises(ProblemError) as caught:
        own_context(**terms).canonical({"@context": ["https://x.example/1"], "k": "x"})
    assert code == caught.value.problem.code


def test_default_languages_and_untyped_terms_are_read() -> None:
    terms = {"@language": "FR", "k": "urn:p:1", "n": {"@id": "urn:p:2", "@type": "@none"}}
    lines = own_context(**terms).canonical({"@context": "https://x.example/1", "id": "urn:x:1", "k": "x", "n": True})
    assert '<urn:x:1> <urn:p:1> "x"@fr .' in lines
    assert f'<urn:x:1> <urn:p:2> "true"^^<{XSD}boolean> .' in lines


def test_a_reference_needs_a_context_in_which_id_means_id() -> None:
    with pytest.raises(ProblemError, match="does not mean here"):
        Converter(ld.loader()).canonical({"@context": [ld.EXAMPLES], "knows": {"id": "urn:x:2"}})


def test_a_context_document_may_be_a_list() -> None:
    loader = BundledLoader({"https://x.example/1": {"@context": [{"k": "urn:p:1"}, {"n": "urn:p:2"}]}})
    converter = Converter(loader)
    assert "<urn:p:2>" in converter.canonical({"@context": ["https://x.example/1"], "n": "x"})
    assert [False, False, False, True] == [
        converter.names.stands_for_itself(f"{name}:x") for name in ("k", "n", "_", "m")
    ]


def test_the_digest_of_proof_options_is_remembered_and_stays_the_same() -> None:
    """Equal options have one digest; what is not plain text is never remembered."""
    converter = Converter(ld.loader())
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-05-31T12:00:00Z",
        "verificationMethod": "did:key:z6Mk#z6Mk",
        "proofPurpose": "assertionMethod",
    }
    context = [ld.V2]
    expected = hashlib.sha256(converter.canonical({"@context": context, **options}).encode()).digest()
    for _ in range(2):
        assert expected == converter.options_digest(context, options)
        assert expected != converter.options_digest(context, options | {"proofPurpose": "authentication"})
        assert expected != converter.options_digest(context, options | {"domain": ["a.example", "b.example"]})
        with pytest.raises(ProblemError):
            converter.options_digest(["https://unknown.example/"], options)
    assert 2 == len(converter._digests)
    for number in range(1_100):
        converter.options_digest(context, options | {"challenge": str(number)})
    converter.options_digest(context, options | {"challenge": "x" * 3_000})
    assert not [key for key in converter._digests if len(str(key)) > 2_000]
    assert 1_024 >= len(converter._digests)
