"""A key counts only when the issuer's own, consistent document lists it under the purpose."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.controlled_document import check
from keys.jwk import public_key_to_jwk
from keys.multibase import encode_base58btc, encode_multikey
from keys.resolver import FirstOf, MappingResolver, Resolver, find_key
from schemas.problems import (
    DID_DEACTIVATED,
    DID_DOCUMENT_INVALID,
    DID_INVALID,
    DID_UNRESOLVED,
    KEY_WEAK,
    PURPOSE_WRONG,
    ProblemError,
)

DID = "did:web:registrar.parchemin.example:t:uni"
ED = ed25519.Ed25519PrivateKey.generate().public_key()
P256 = ec.generate_private_key(ec.SECP256R1()).public_key()


def _document() -> dict[str, Any]:
    return {
        "id": DID,
        "verificationMethod": [
            {"id": f"{DID}#ed", "type": "Multikey", "controller": DID, "publicKeyMultibase": encode_multikey(ED)},
            {"id": f"{DID}#p", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": public_key_to_jwk(P256)},
        ],
        "assertionMethod": [f"{DID}#ed", f"{DID}#p"],
        "authentication": [
            {"id": f"{DID}#in", "type": "Multikey", "controller": DID, "publicKeyMultibase": encode_multikey(P256)}
        ],
    }


def _find(document: Mapping[str, Any], url: object = f"{DID}#ed", purpose: str = "assertionMethod") -> Any:
    return find_key(MappingResolver({DID: document}), url, purpose)  # type: ignore[arg-type]


def _code(document: Mapping[str, Any], url: object = f"{DID}#ed", purpose: str = "assertionMethod") -> str:
    with pytest.raises(ProblemError) as caught:
        _find(document, url, purpose)
    return caught.value.problem.code


def test_a_listed_key_is_found_with_its_purposes() -> None:
    found = _find(_document())
    assert (f"{DID}#ed", DID, ED) == (found.id, found.controller, found.key)
    assert frozenset({"assertionMethod"}) == found.purposes
    assert P256 == _find(_document(), f"{DID}#p").key


def test_a_key_defined_inside_a_relationship_is_for_that_one_alone() -> None:
    assert P256 == _find(_document(), f"{DID}#in", "authentication").key
    assert PURPOSE_WRONG.code == _code(_document(), f"{DID}#in", "assertionMethod")


@pytest.mark.parametrize("purpose", ["authentication", "keyAgreement", "assertion", "", "id"])
def test_a_key_not_listed_under_the_purpose_may_not_sign(purpose: str) -> None:
    """B05."""
    assert PURPOSE_WRONG.code == _code(_document(), f"{DID}#ed", purpose)


def test_a_key_that_the_document_does_not_have_may_not_sign() -> None:
    """B06: a fragment of another key."""
    assert PURPOSE_WRONG.code == _code(_document(), f"{DID}#other")


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        ["did:web:a.example#k"],
        {"id": f"{DID}#ed", "publicKeyMultibase": encode_multikey(ED)},
        "",
        "#ed",
        DID,
        f"{DID}#",
        f"{DID}#a#b",
        f"{DID}?versionId=1#ed",
        f"{DID}/path#ed",
        "data:application/json,{}#ed",
        "https://registrar.parchemin.example/t/uni/did.json#ed",
        "did:web:#ed",
        "did:WEB:a.example#ed",
        "did:web:a.example:#ed",
        f"{DID}#a b",
        f"{DID}#ed\n",
        f"{DID}#" + "a" * 3000,
    ],
)
def test_what_is_not_the_url_of_a_key_is_refused(url: object) -> None:
    """B07."""
    assert DID_INVALID.code == _code(_document(), url)


def _second_with_the_same_id(document: dict[str, Any]) -> None:
    document["verificationMethod"].append(dict(document["verificationMethod"][0]))


def _embedded_with_the_same_id(document: dict[str, Any]) -> None:
    document["assertionMethod"].append(dict(document["verificationMethod"][0]))


CONTRADICTIONS = {
    "another id": lambda d: d.update(id="did:web:other.example"),
    "no id": lambda d: d.pop("id"),
    "the same key id twice": _second_with_the_same_id,
    "the same key id embedded again": _embedded_with_the_same_id,
    "a relative key id": lambda d: d["verificationMethod"][1].update(id="#p"),
    "a key id under another did": lambda d: d["verificationMethod"][1].update(id="did:web:other.example#p"),
    "a key id that is no text": lambda d: d["verificationMethod"][1].update(id=7),
    "another controller": lambda d: d["verificationMethod"][0].update(controller="did:web:other.example"),
    "two controllers": lambda d: d["verificationMethod"][0].update(controller=[DID]),
    "no controller": lambda d: d["verificationMethod"][0].pop("controller"),
    "a relative reference": lambda d: d["assertionMethod"].append("#ed"),
    "a reference that is a number": lambda d: d["assertionMethod"].append(7),
    "a relationship that is no array": lambda d: d.update(assertionMethod=f"{DID}#ed"),
    "methods that are no array": lambda d: d.update(verificationMethod={}),
    "a method that is a text": lambda d: d["verificationMethod"].append(f"{DID}#x"),
    "no type": lambda d: d["verificationMethod"][0].pop("type"),
    "a private key": lambda d: d["verificationMethod"][0].update(secretKeyMultibase="z3u2"),
    "too many keys": lambda d: d.update(
        verificationMethod=[{"id": f"{DID}#{n}", "type": "Multikey", "controller": DID} for n in range(201)]
    ),
    "an unknown type": lambda d: d["verificationMethod"][0].update(type="Bls12381G2Key2020"),
    "two keys in one method": lambda d: d["verificationMethod"][0].update(publicKeyJwk=public_key_to_jwk(ED)),
    "no key": lambda d: d["verificationMethod"][0].pop("publicKeyMultibase"),
    "a key that is a number": lambda d: d["verificationMethod"][0].update(publicKeyMultibase=7),
    "a key that is no multikey": lambda d: d["verificationMethod"][0].update(publicKeyMultibase="zabc"),
    "a key of another type": lambda d: d["verificationMethod"][0].update(
        type="Ed25519VerificationKey2020", publicKeyMultibase=encode_multikey(P256)
    ),
    "a date that is none": lambda d: d["verificationMethod"][0].update(revoked="yesterday"),
    "a date without offset": lambda d: d["verificationMethod"][0].update(revoked="2026-01-01T00:00:00"),
    "a day that does not exist": lambda d: d["verificationMethod"][0].update(expires="2026-02-30T00:00:00Z"),
    "a date beyond time": lambda d: d["verificationMethod"][0].update(expires="9999-12-31T24:00:00Z"),
    "a date that is a number": lambda d: d["verificationMethod"][0].update(expires=7),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_document_that_contradicts_itself_is_not_believed(name: str) -> None:
    """F06."""
    document = copy.deepcopy(_document())
    CONTRADICTIONS[name](document)
    assert DID_DOCUMENT_INVALID.code == _code(document)


def test_a_listed_key_must_be_defined() -> None:
    document = _document()
    document["assertionMethod"].append(f"{DID}#ghost")
    assert DID_DOCUMENT_INVALID.code == _code(document, f"{DID}#ghost")


def test_an_embedded_key_needs_an_id() -> None:
    document = _document()
    del document["authentication"][0]["id"]
    assert DID_DOCUMENT_INVALID.code == _code(document)


@pytest.mark.parametrize("document", [None, [], "x"])
def test_what_is_no_object_is_no_document(document: object) -> None:
    with pytest.raises(ProblemError) as caught:
        check(document, DID)
    assert DID_DOCUMENT_INVALID.code == caught.value.problem.code


def test_a_weak_key_in_a_document_is_weak() -> None:
    """B13."""
    document = _document()
    document["verificationMethod"][0]["publicKeyMultibase"] = "z6MkeXATEjyXENzBXBxgC5EHk2JE5aqd7qMGGtDpLUH1e2Sj"
    assert KEY_WEAK.code == _code(document)


def test_a_deactivated_identifier_is_said_to_be_given_up() -> None:
    """F08."""
    assert DID_DEACTIVATED.code == _code({**_document(), "deactivated": True})


def test_the_older_key_types_are_read() -> None:
    raw = encode_base58btc(ED.public_bytes_raw())
    twins: list[tuple[dict[str, Any], Any]] = [
        ({"type": "Ed25519VerificationKey2020", "publicKeyMultibase": encode_multikey(ED)}, ED),
        ({"type": "Ed25519VerificationKey2018", "publicKeyBase58": raw}, ED),
        ({"type": "JsonWebKey2020", "publicKeyJwk": public_key_to_jwk(ED)}, ED),
        ({"type": "EcdsaSecp256r1VerificationKey2019", "publicKeyMultibase": encode_multikey(P256)}, P256),
        ({"type": "EcdsaSecp256r1VerificationKey2019", "publicKeyJwk": public_key_to_jwk(P256)}, P256),
    ]
    for method, key in twins:
        document = _document()
        document["verificationMethod"][0] = {"id": f"{DID}#ed", "controller": DID, **method}
        assert key == _find(document).key


def test_the_earlier_end_of_a_key_counts() -> None:
    document = _document()
    document["verificationMethod"][0].update(revoked="2026-05-01T12:00:00+02:00", expires="2027-01-01T00:00:00.5Z")
    assert datetime(2026, 5, 1, 10, tzinfo=UTC) == _find(document).revoked_from
    assert _find(_document()).revoked_from is None


def test_nothing_is_known_about_an_identifier_nobody_resolves() -> None:
    for resolver in (MappingResolver({}), Resolver(), FirstOf([]), FirstOf([MappingResolver({})])):
        with pytest.raises(ProblemError) as caught:
            resolver.resolve(DID)
        assert DID_UNRESOLVED.code == caught.value.problem.code


def test_the_resolver_asks_the_part_of_the_method() -> None:
    resolver = Resolver(web=FirstOf([MappingResolver({}), MappingResolver({DID: _document()})]))
    assert ED == find_key(resolver, f"{DID}#ed", "assertionMethod").key


def test_the_next_is_not_asked_when_a_document_is_wrong() -> None:
    wrong = MappingResolver({DID: {**_document(), "deactivated": True}})
    with pytest.raises(ProblemError) as caught:
        FirstOf([wrong, MappingResolver({DID: _document()})]).resolve(DID)
    assert DID_DEACTIVATED.code == caught.value.problem.code


def test_an_identifier_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProblemError) as caught:
        Resolver().resolve("did:web:" + "a" * 3000)
    assert DID_INVALID.code == caught.value.problem.code
