"""The document that an institution publishes (interop.md)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from keys.did_document import PublishedKey, build_document, fragment_of
from keys.jwk import public_key_to_jwk
from keys.multibase import encode_multikey
from keys.resolver import MappingResolver, find_key

DID = "did:web:registrar.parchemin.example:t:uni"
ED = ed25519.Ed25519PrivateKey.generate().public_key()
P256 = ec.generate_private_key(ec.SECP256R1()).public_key()


def test_the_ed25519_key_and_p256_stand_twice() -> None:
    document = build_document(DID, [PublishedKey("k1", ED), PublishedKey("k2", P256)])
    assert document == {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/suites/ed25519-2020/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": DID,
        "verificationMethod": [
            {
                "id": f"{DID}#k1",
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": encode_multikey(ED),
            },
            {
                "id": f"{DID}#k1-2020",
                "type": "Ed25519VerificationKey2020",
                "controller": DID,
                "publicKeyMultibase": encode_multikey(ED),
            },
            {
                "id": f"{DID}#k2",
                "type": "JsonWebKey",
                "controller": DID,
                "publicKeyJwk": {**public_key_to_jwk(P256), "kid": "k2"},
            },
            {
                "id": f"{DID}#k2-multikey",
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": encode_multikey(P256),
            },
        ],
        "assertionMethod": [f"{DID}#k1", f"{DID}#k1-2020", f"{DID}#k2", f"{DID}#k2-multikey"],
    }


def test_keys_that_have_no_multikey_in_the_cryptosuites_stand_once() -> None:
    keys = [ec.generate_private_key(ec.SECP521R1()).public_key(), rsa.generate_private_key(65537, 2048).public_key()]
    document = build_document(DID, [PublishedKey(f"k{place}", key) for place, key in enumerate(keys)])
    assert [f"{DID}#k0", f"{DID}#k1"] == document["assertionMethod"]


def test_every_published_key_is_found_again() -> None:
    keys = [PublishedKey("k1", ED, ("assertionMethod", "authentication")), PublishedKey("k2", P256)]
    document = build_document(DID, keys, also_known_as=["https://registrar.parchemin.example/t/uni"])
    resolver = MappingResolver({DID: document})
    assert ED == find_key(resolver, f"{DID}#k1", "authentication").key
    assert ED == find_key(resolver, f"{DID}#k1-2020", "assertionMethod").key
    assert P256 == find_key(resolver, f"{DID}#k2", "assertionMethod").key
    assert P256 == find_key(resolver, f"{DID}#k2-multikey", "assertionMethod").key
    assert ["https://registrar.parchemin.example/t/uni"] == document["alsoKnownAs"]


def test_a_retired_key_stays_and_says_until_when() -> None:
    """R84."""
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    document = build_document(DID, [PublishedKey("k2", P256, revoked=moment)])
    assert moment == find_key(MappingResolver({DID: document}), f"{DID}#k2", "assertionMethod").revoked_from


def test_a_fragment_is_used_once() -> None:
    with pytest.raises(ValueError, match="fragment"):
        build_document(DID, [PublishedKey("k", ED), PublishedKey("k", P256)])
    with pytest.raises(ValueError, match="fragment"):
        build_document(DID, [PublishedKey("k", ED), PublishedKey("k-2020", P256)])


def test_our_fragments_are_thumbprints() -> None:
    assert 43 == len(fragment_of(ED))
    assert fragment_of(ED) != fragment_of(P256)
