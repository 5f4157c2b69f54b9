"""The gate for credentials, rule by rule of the data models."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from schemas.credential import gate
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support import linked_data as ld

ISSUER = "did:web:registrar.parchemin.example:t:erable"
OLD = {
    "@context": [ld.V1],
    "type": ["VerifiableCredential"],
    "issuer": ISSUER,
    "issuanceDate": "2026-05-31T12:00:00",
    "expirationDate": "2027-05-31T12:00:00Z",
    "credentialSubject": {"id": "urn:x:1"},
}


def new(**changes: Any) -> dict[str, Any]:
    return ld.badge(ISSUER, **changes)


def refused(document: Any, code: str, pointer: str | None = None, limits: Limits | None = None) -> None:
    with pytest.raises(ProblemError) as caught:
        gate(document, limits=limits or Limits())
    problem = caught.value.problem
    assert code == problem.code
    if pointer is not None:
        assert (pointer,) == tuple(error.pointer for error in problem.errors)


CHILD = new()
ACCEPTED: dict[str, dict[str, Any]] = {
    "our own badge": new(),
    "the older model": OLD,
    "a status that the older model names": OLD | {"credentialStatus": {"id": "urn:x:s", "type": "X"}},
    "an issuer by its address": new(issuer="https://universite.example/emetteur"),
    "two subjects": new(credentialSubject=[{"id": "urn:x:1"}, {"name": "Ève"}]),
    "names in two languages": new(name=[{"@value": "a", "@language": "fr"}, {"@value": "b", "@direction": "rtl"}]),
    "related files": new(relatedResource=[{"id": "https://x.example/a", "digestSRI": "sha256-x"}]),
    "related files with several digests": new(
        relatedResource={"id": "https://x.example/a", "digestSRI": ["sha256-x", "sha384-x"], "digestMultibase": "ux"}
    ),
    "a schema": new(credentialSchema={"id": "https://x.example/s", "type": "JsonSchema"}),
    "a schema with nulls": new(credentialSubject={"type": "JsonSchema", "jsonSchema": {"const": [None, [1]]}}),
    "a type alone": new(type="VerifiableCredential"),
    "two statuses": new(credentialStatus=[{"type": "X"}, {"type": ["X"], "id": "urn:x:1"}]),
    "a proof": new(proof={"type": "X"}),
    "proofs": new(proof=[{"type": "X"}]),
    "neither date": {key: value for key, value in new().items() if not key.startswith("valid")},
    "an envelope": {
        "@context": [ld.V2],
        "id": "data:application/vc+jwt,eyJ.x.y",
        "type": "EnvelopedVerifiableCredential",
    },
    "credentials inside": new(credentialSubject={"id": "urn:x:1", "verifiableCredential": [CHILD]}),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_the_data_models_allow_passes_and_is_not_changed(case: str) -> None:
    document = copy.deepcopy(ACCEPTED[case])
    gate(document)
    assert ACCEPTED[case] == document


REFUSED: dict[str, tuple[Any, str, str | None]] = {
    "no object": ([], "not-parsable", None),
    "an unknown model": (new(**{"@context": ["https://x.example"]}), "context-unknown", "/@context"),
    "both models": (new(**{"@context": [ld.V2, ld.V1]}), "context-unknown", "/@context"),
    "context twice": (new(**{"@context": [ld.V2, ld.V2]}), "shape-not-allowed", "/@context"),
    "context as text": (new(**{"@context": ld.V2}), "shape-not-allowed", "/@context"),
    "keyword": (new(**{"@id": "urn:x:1"}), "shape-not-allowed", "/@id"),
    "address as key": (new(**{"urn:x:1": "x"}), "shape-not-allowed", "/urn:x:1"),
    "a key with a slash": (new(**{"a/b~c": None}), "shape-not-allowed", "/a~1b~0c"),
    "negative zero": (new(credentialSubject={"creditsEarned": -0.0}), "malformed", "/credentialSubject/creditsEarned"),
    "no number": (new(credentialSubject={"creditsEarned": float("nan")}), "malformed", None),
    "something in a value object": (new(name={"@value": "x", "type": "x"}), "shape-not-allowed", "/name"),
    "a type that is empty": (new(type=["VerifiableCredential", ""]), "malformed", "/type"),
    "a type twice": (new(type=["VerifiableCredential"] * 2), "shape-not-allowed", "/type"),
    "an id that is a number": (new(id=7), "malformed", "/id"),
    "an issuer that ends in a colon": (new(issuer="did:web:registrar.example:"), "malformed", "/issuer"),
    "an issuer with half a percent sign": (new(issuer="did:web:registrar.example%3"), "malformed", "/issuer"),
    "no subjects": (new(credentialSubject=[]), "malformed", "/credentialSubject"),
    "a subject without content": (new(credentialSubject=[{}]), "malformed", "/credentialSubject/0"),
    "a subject with a relative id": (new(credentialSubject={"id": "x"}), "malformed", "/credentialSubject/id"),
    "no date in the older model": (
        {key: value for key, value in OLD.items() if key != "issuanceDate"},
        "malformed",
        "/issuanceDate",
    ),
    "a status without id in the older model": (
        OLD | {"credentialStatus": {"type": "X"}},
        "malformed",
        "/credentialStatus/id",
    ),
    "a name that is a number": (new(name=7), "malformed", "/name"),
    "no names": (new(name=[]), "malformed", "/name"),
    "the issuer's name": (new(issuer={"id": ISSUER, "name": 7}), "malformed", "/issuer/name"),
    "no language tag": (new(name={"@value": "x", "@language": "?"}), "malformed", "/name/@language"),
    "no direction": (new(name={"@value": "x", "@direction": "up"}), "malformed", "/name/@direction"),
    "a schema without id": (new(credentialSchema=[{"type": "X"}]), "malformed", "/credentialSchema/0/id"),
    "a file twice": (
        new(relatedResource=[{"id": "urn:x:1", "digestSRI": "x"}] * 2),
        "malformed",
        "/relatedResource/1/id",
    ),
    "a digest that is a number": (
        new(relatedResource={"id": "urn:x:1", "digestSRI": 7}),
        "malformed",
        "/relatedResource",
    ),
    "an empty list of digests": (
        new(relatedResource={"id": "urn:x:1", "digestSRI": []}),
        "malformed",
        "/relatedResource",
    ),
    "a list of digests with a number": (
        new(relatedResource={"id": "urn:x:1", "digestMultibase": ["ux", 7]}),
        "malformed",
        "/relatedResource",
    ),
    "a child that is none": (
        new(credentialSubject={"verifiableCredential": [{**CHILD, "issuer": 7}]}),
        "malformed",
        "/credentialSubject/verifiableCredential/0/issuer",
    ),
    "an envelope of something": (
        {"@context": [ld.V2], "id": "data:text/html,x", "type": "EnvelopedVerifiableCredential"},
        "malformed",
        "/id",
    ),
    "an envelope with claims beside it": (ACCEPTED["an envelope"] | {"issuer": ISSUER}, "malformed", ""),
    "a proof that is a text": (new(proof="x"), "proof-missing", "/proof"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_against_the_data_models_is_refused_with_its_place(case: str) -> None:
    document, code, pointer = REFUSED[case]
    refused(document, code, pointer)


def test_the_number_of_credentials_inside_is_bounded() -> None:
    document = new(credentialSubject={"verifiableCredential": [CHILD] * 3})
    gate(document, limits=Limits(clr_children=3))
    refused(document, "too-complex", limits=Limits(clr_children=2))


def test_contexts_in_the_document_are_counted_where_they_are_allowed_at_all() -> None:
    """`Limits.inline_contexts` is 0 wherever a role asks; only a conformance suite is served more."""
    words = {"degree": "https://example.org/degree"}
    document = new()
    document["@context"] = [*document["@context"], words]
    refused(document, "context-unknown", "/@context")
    gate(document, limits=Limits(inline_contexts=1))
    document["@context"] = [*document["@context"], {"title": "https://example.org/title"}]
    refused(document, "context-unknown", "/@context", Limits(inline_contexts=1))
    gate(document, limits=Limits(inline_contexts=2))
    for odd in ([words], [words, ld.V2], [ld.V2, [words]], [ld.V2, None], [ld.V2, 7]):
        refused(new() | {"@context": odd}, "context-unknown", limits=Limits(inline_contexts=2))
    subject = {"@context": [ld.V2, words], "degree": "x"}
    refused(new(credentialSubject=subject), "shape-not-allowed", limits=Limits(inline_contexts=2))
