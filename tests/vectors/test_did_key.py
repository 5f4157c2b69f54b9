"""The published test vectors of did:key."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from keys import bls_keys, did_key
from keys.jwk import jwk_to_public_key
from keys.multibase import decode_multikey, encode_base58btc
from keys.resolver import MappingResolver, find_key
from schemas.problems import ProblemError
from tests.shared import shared


def _documents(name: str) -> dict[str, dict[str, Any]]:
    published = json.loads(shared("vectors", "did-key", f"{name}.json").read_text())
    if name == "x25519":
        return dict(published["didDocument"])
    return {did: entry["didDocument"] for did, entry in published.items()}


def _jwks(name: str) -> dict[str, dict[str, Any]]:
    published = json.loads(shared("vectors", "did-key", f"{name}.json").read_text())
    found = {
        did: entry.get("publicKeyJwk") or entry["verificationMethod"].get("publicKeyJwk")
        for did, entry in published.items()
    }
    return {did: jwk for did, jwk in found.items() if jwk}


@pytest.mark.parametrize("name", ["ed25519-x25519", "nist-curves", "rsa"])
def test_our_key_is_the_one_of_the_published_document(name: str) -> None:
    """Ed25519VerificationKey2018 and JsonWebKey2020 documents are read, and agree with ours."""
    documents = _documents(name)
    assert documents
    for did, document in documents.items():
        url = next(entry for entry in document["assertionMethod"] if isinstance(entry, str))
        theirs = find_key(MappingResolver({did: document}), url, "assertionMethod")
        ours = did_key.find(url, "assertionMethod")
        assert (theirs.key, theirs.controller) == (ours.key, ours.controller)
        assert did == did_key.did_for(ours.key)


@pytest.mark.parametrize("name", ["nist-curves", "rsa"])
def test_the_published_jwk_has_the_published_identifier(name: str) -> None:
    assert _jwks(name)
    for did, jwk in _jwks(name).items():
        assert did == did_key.did_for(jwk_to_public_key(jwk))


def test_a_bls12381_key_is_that_of_the_published_document() -> None:
    """Of the published kinds of BLS12-381 keys the one in G2 is read, which begins with zUC7."""
    found = {did: document for did, document in _documents("bls12381").items() if did.startswith("did:key:zUC7")}
    assert found
    for did, document in found.items():
        key = did_key.find(f"{did}#{did.removeprefix('did:key:')}", "assertionMethod").key
        assert isinstance(key, bls_keys.BLSPublicKey)
        assert document["verificationMethod"][0]["publicKeyBase58"] == encode_base58btc(key.raw)


@pytest.mark.parametrize("name", ["secp256k1", "x25519", "bls12381"])
def test_kinds_of_keys_that_are_not_read_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """BLS12-381 is read where its library is installed."""
    monkeypatch.setitem(sys.modules, bls_keys.LIBRARY, None)
    decode_multikey.cache_clear()
    for did in _documents(name):
        with pytest.raises(ProblemError, match="did-invalid"):
            did_key.document(did)
