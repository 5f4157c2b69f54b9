"""did:key: the identifier is the key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys import did_key
from keys.resolver import MappingResolver, Resolver, find_key
from schemas.problems import DID_INVALID, KEY_WEAK, PURPOSE_WRONG, ProblemError

# The did:key Method v0.9, section 1 (Ed25519) and its test vectors (P-256).
ED = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
P256 = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
MULTIKEY = ED.removeprefix("did:key:")


def test_a_key_gets_its_did_and_comes_back() -> None:
    for private in (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())):
        key = private.public_key()
        url = did_key.verification_method_for(key)
        found = find_key(Resolver(), url, "assertionMethod")
        assert (url, did_key.did_for(key), key) == (found.id, found.controller, found.key)


def test_the_document_says_the_same_as_the_short_way() -> None:
    for did in (ED, P256):
        document = did_key.document(did)
        url = document["verificationMethod"][0]["id"]
        long_way = find_key(MappingResolver({did: document}), url, "authentication")
        assert did_key.find(url, "authentication") == long_way
        assert document == Resolver().resolve(did)


def test_the_document_lists_its_one_multikey_under_every_relationship_of_signatures() -> None:
    url = f"{ED}#{MULTIKEY}"
    assert did_key.document(ED) == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": ED,
        "verificationMethod": [{"id": url, "type": "Multikey", "controller": ED, "publicKeyMultibase": MULTIKEY}],
        "authentication": [url],
        "assertionMethod": [url],
        "capabilityInvocation": [url],
        "capabilityDelegation": [url],
    }


@pytest.mark.parametrize(
    "did",
    [
        "did:key:",
        "did:key:z",
        "did:key:z6Mkha",
        ED[:-1],
        ED + "1",
        "did:key:m" + MULTIKEY[1:],
        "did:key:" + MULTIKEY[1:],
        "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",  # X25519
        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",  # secp256k1
        "did:web:example.com",
        "did:key:z" + "1" * 1700,
        "did:key:z6Mk%20",
        "DID:key:" + MULTIKEY,
    ],
)
def test_a_malformed_did_key_is_refused(did: str) -> None:
    """F10."""
    with pytest.raises(ProblemError) as caught:
        did_key.document(did)
    assert DID_INVALID.code == caught.value.problem.code


def test_a_weak_did_key_is_refused() -> None:
    """B13: the neutral point."""
    with pytest.raises(ProblemError) as caught:
        did_key.document("did:key:z6MkeXATEjyXENzBXBxgC5EHk2JE5aqd7qMGGtDpLUH1e2Sj")
    assert KEY_WEAK.code == caught.value.problem.code


def test_a_fragment_that_names_another_key_is_refused() -> None:
    """B06."""
    other = P256.removeprefix("did:key:")
    with pytest.raises(ProblemError) as caught:
        did_key.find(f"{ED}#{other}", "assertionMethod")
    assert DID_INVALID.code == caught.value.problem.code


@pytest.mark.parametrize("purpose", ["keyAgreement", "", "assertion"])
def test_a_did_key_is_for_signatures_alone(purpose: str) -> None:
    with pytest.raises(ProblemError) as caught:
        did_key.find(f"{ED}#{MULTIKEY}", purpose)
    assert PURPOSE_WRONG.code == caught.value.problem.code
