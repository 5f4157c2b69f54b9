"""Resolving a DID, and what a whole result calls a failure (DID Resolution; the did:key method)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.did_key import did_for
from keys.jwk import public_key_to_jwk
from keys.multibase import encode_base64url, encode_multibase
from keys.resolver import MappingResolver, Resolver
from schemas.problems import DID_DEACTIVATED, DID_UNRESOLVED, NETWORK_FORBIDDEN, ProblemError, ProblemType
from verifier.resolution import CONTEXT, Resolution, answered

EDWARDS_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
EDWARDS = did_for(EDWARDS_KEY)
P256 = did_for(ec.derive_private_key(7, ec.SECP256R1()).public_key())
KEY = EDWARDS.removeprefix("did:key:")
SHORT = "did:key:" + encode_multibase(b"\xed\x01" + bytes(3))
OFF_CURVE = "did:key:" + encode_multibase(b"\x80\x24\x02" + b"\xff" * 32)
ODD_JWK = "did:jwk:" + encode_base64url(json.dumps({**public_key_to_jwk(EDWARDS_KEY), "alg": ["EdDSA"]}).encode())
WEAK = "did:key:" + encode_multibase(b"\xed\x01\x01" + bytes(31))


class Refusing:
    """A resolver that has one answer."""

    def __init__(self, kind: ProblemType) -> None:
        self._kind = kind

    def resolve(self, did: str) -> Mapping[str, Any]:  # noqa: ARG002 (the interface)
        raise ProblemError(self._kind.about())


def ask(url: str, key_format: str | None = None) -> Resolution:
    return answered(url, Resolver(), key_format=key_format)


@pytest.mark.parametrize(
    ("url", "status", "error"),
    [
        ("notDid:key:" + KEY, 400, "invalidDid"),
        ("did:key:-4:" + KEY, 400, "invalidDid"),
        ("did:key:" + KEY[1:], 400, "invalidDid"),
        ("did:key:@", 400, "invalidDid"),
        ("did:key:z", 400, "invalidDid"),
        ("", 400, "invalidDid"),
        ("did:experimental:" + KEY, 501, "methodNotSupported"),
        (SHORT, 400, "invalidPublicKeyLength"),
        (OFF_CURVE, 400, "invalidDid"),
        (WEAK, 400, "invalidPublicKey"),
        ("did:web:nobody.example", 404, "notFound"),
        ("did:jwk:e30", 400, "invalidDid"),
        (ODD_JWK, 400, "invalidDid"),
    ],
)
def test_a_did_that_has_no_document_is_told_by_its_name(url: str, status: int, error: str) -> None:
    found = ask(url)
    body = found.to_json()
    assert (status, error) == (found.status, body["didResolutionMetadata"]["error"])
    assert ({}, {}, CONTEXT) == (body["didDocument"], body["didDocumentMetadata"], body["@context"])
    assert body["didResolutionMetadata"]["problemDetails"]["type"].startswith("https://")


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        (DID_DEACTIVATED, 410, "deactivated"),
        (DID_UNRESOLVED, 404, "notFound"),
        (NETWORK_FORBIDDEN, 400, "internalError"),
    ],
)
def test_what_a_resolver_says_keeps_its_meaning(kind: ProblemType, status: int, error: str) -> None:
    found = answered("did:web:uni.example", Refusing(kind))
    assert (status, error) == (found.status, found.error)


@pytest.mark.parametrize("url", ["/^bar^/?query=`#" + KEY, "#", "?a=b", "/path", "/path#" + KEY, "##"])
def test_only_a_fragment_may_follow_a_did(url: str) -> None:
    """B07: a path or a query names no key."""
    found = ask(EDWARDS + url)
    assert (400, "invalidDidUrl") == (found.status, found.to_json()["didDereferencingMetadata"]["error"])


def test_the_url_of_a_key_leads_to_the_key() -> None:
    found = ask(f"{EDWARDS}#{KEY}")
    body = found.to_json()
    expected = {"id": f"{EDWARDS}#{KEY}", "type": "Multikey", "controller": EDWARDS, "publicKeyMultibase": KEY}
    assert (200, expected, expected) == (found.status, body["content"], body["didDocument"])
    assert {"contentType": "application/did"} == body["didDereferencingMetadata"]
    assert "didResolutionMetadata" not in body
    assert (404, "notFound") == (ask(f"{EDWARDS}#another").status, ask(f"{EDWARDS}#another").error)


def test_a_key_that_stands_in_a_relationship_is_found_at_its_url() -> None:
    """DID Core 1.0, section 5.3: a verification method may be embedded where it is used."""
    did = "did:web:uni.example"
    key = {"id": f"{did}#k", "type": "Multikey", "controller": did, "publicKeyMultibase": KEY}
    resolver = MappingResolver({did: {"id": did, "assertionMethod": [key]}})
    assert key == answered(f"{did}#k", resolver).content
    assert "notFound" == answered(f"{did}#other", resolver).error


@pytest.mark.parametrize(
    ("did", "name", "error"),
    [
        (EDWARDS, "unknown", "unsupportedPublicKeyType"),
        (EDWARDS, "Ed25519VerificationKey2018", "invalidPublicKeyType"),
        (f"{EDWARDS}#{KEY}", "X25519KeyAgreementKey2019", "invalidPublicKeyType"),
        (P256, "Ed25519VerificationKey2020", "invalidPublicKeyType"),
    ],
)
def test_a_key_is_not_given_in_every_form(did: str, name: str, error: str) -> None:
    found = ask(did, name)
    assert (400, error) == (found.status, found.error)


@pytest.mark.parametrize(
    ("did", "name", "member"),
    [
        (EDWARDS, "Multikey", "publicKeyMultibase"),
        (EDWARDS, "Ed25519VerificationKey2020", "publicKeyMultibase"),
        (EDWARDS, "JsonWebKey", "publicKeyJwk"),
        (EDWARDS, "JsonWebKey2020", "publicKeyJwk"),
        (P256, "JsonWebKey", "publicKeyJwk"),
    ],
)
def test_a_key_is_given_in_the_form_that_was_asked_for(did: str, name: str, member: str) -> None:
    found = ask(did, name)
    (method,) = found.content["verificationMethod"]
    assert (200, name, True) == (found.status, method["type"], member in method)
    assert 1 == len({"publicKeyMultibase", "publicKeyJwk"} & method.keys())
    assert [method["id"]] == found.content["assertionMethod"]


def test_the_form_of_a_key_is_a_matter_of_did_key_alone() -> None:
    found = ask("did:web:nobody.example", "unknown")
    assert "notFound" == found.error
