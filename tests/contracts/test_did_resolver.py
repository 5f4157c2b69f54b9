"""What every `DIDResolver` promises, held against each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from keys.did_web import WebResolver
from keys.resolver import DIDResolver, FirstOf, MappingResolver, Resolver
from schemas.problems import ProblemError
from services.fetch import Fetched, FetchError, MappingFetcher

DID = "did:web:registrar.parchemin.example:t:uni"
ADDRESS = "https://registrar.parchemin.example/t/uni/did.json"
DOCUMENT = {"id": DID, "verificationMethod": [], "assertionMethod": []}

Make = Callable[[Mapping[str, Any] | None], DIDResolver]


def _web(document: Mapping[str, Any] | None) -> DIDResolver:
    answers: dict[str, Fetched | FetchError | bytes] = {}
    if document is not None:
        answers[ADDRESS] = json.dumps(document).encode()
    return WebResolver(MappingFetcher(answers))


def _mapping(document: Mapping[str, Any] | None) -> DIDResolver:
    return MappingResolver({} if document is None else {DID: document})


@pytest.fixture(
    params=[
        _mapping,
        _web,
        lambda document: FirstOf([MappingResolver({}), _web(document)]),
        lambda document: Resolver(web=_web(document)),
    ],
    ids=["mapping", "web", "first of", "by method"],
)
def make(request: pytest.FixtureRequest) -> Make:
    found: Make = request.param
    return found


def _code(resolver: DIDResolver, did: str = DID) -> str:
    with pytest.raises(ProblemError) as caught:
        resolver.resolve(did)
    return caught.value.problem.code


def test_a_document_is_found_as_published(make: Make) -> None:
    assert DOCUMENT == make(DOCUMENT).resolve(DID)


def test_what_could_not_be_had_is_not_known_rather_than_wrong(make: Make) -> None:
    """R63."""
    assert "did-unresolved" == _code(make(None))


def test_the_document_of_another_is_not_believed(make: Make) -> None:
    """F06."""
    assert "did-document-invalid" == _code(make({**DOCUMENT, "id": "did:web:other.example"}))


def test_an_identifier_that_was_given_up_is_said_to_be(make: Make) -> None:
    """F08."""
    assert "did-deactivated" == _code(make({**DOCUMENT, "deactivated": True}))


@pytest.mark.parametrize("did", ["", "did:web:", "registrar.parchemin.example", "did:web:a.example#key", "DID:web:a.b"])
def test_what_is_no_identifier_is_refused(make: Make, did: str) -> None:
    """F02."""
    assert "did-invalid" == _code(make(DOCUMENT), did)
