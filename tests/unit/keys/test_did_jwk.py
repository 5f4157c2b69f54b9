"""did:jwk: the identifier is the JSON Web Key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys import did_jwk
from keys.multibase import encode_base64url
from keys.resolver import Resolver, find_key
from schemas.problems import DID_INVALID, KEY_WEAK, PURPOSE_WRONG, ProblemError

# The example of the did:jwk method, P-256.
EXAMPLE = (
    "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAi"
    "LCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
)


def test_the_example_of_the_method_is_read() -> None:
    document = Resolver().resolve(EXAMPLE)
    assert EXAMPLE == document["id"]
    assert document["verificationMethod"][0]["publicKeyJwk"] == {
        "crv": "P-256",
        "kty": "EC",
        "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
        "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE",
    }
    assert find_key(Resolver(), EXAMPLE + "#0", "assertionMethod").controller == EXAMPLE


def test_a_key_gets_its_did_and_comes_back() -> None:
    for private in (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP521R1())):
        key = private.public_key()
        url = did_jwk.verification_method_for(key)
        assert key == find_key(Resolver(), url, "authentication").key


def test_a_did_jwk_agrees_to_no_encryption() -> None:
    with pytest.raises(ProblemError) as caught:
        find_key(Resolver(), EXAMPLE + "#0", "keyAgreement")
    assert PURPOSE_WRONG.code == caught.value.problem.code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"kty":"EC"',
        '{"kty":"OKP","crv":"Ed25519","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
        '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA"}',
        '{"kty":"oct","k":"AA"}',
    ],
)
def test_what_holds_no_public_jwk_is_no_did_jwk(text: str) -> None:
    """F10."""
    for did in ("did:jwk:" + encode_base64url(text.encode()), "did:jwk:" + text):
        with pytest.raises(ProblemError) as caught:
            did_jwk.document(did)
        assert DID_INVALID.code == caught.value.problem.code


def test_another_method_is_no_did_jwk() -> None:
    with pytest.raises(ProblemError) as caught:
        did_jwk.document("did:key:z6Mk")
    assert DID_INVALID.code == caught.value.problem.code


def test_a_weak_did_jwk_is_refused() -> None:
    """B13."""
    weak = b'{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'
    with pytest.raises(ProblemError) as caught:
        did_jwk.document("did:jwk:" + encode_base64url(weak))
    assert KEY_WEAK.code == caught.value.problem.code
