"""Our compact JWS and jwcrypto check each other: what one signs the other verifies, and ours is never the laxer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto import jwk as peer_jwk
from jwcrypto import jws as peer_jws
from jwcrypto.common import JWException

from keys.jwk import public_key_to_jwk
from keys.multibase import encode_base64url
from keys.store import Algorithm, PublicKey
from proofs import jws
from proofs.vc_jose import check_jwt
from schemas.problems import ProblemError
from tests.support.signers import key_finder, private_key, signer
from tests.unit.proofs.test_vc_jose import NOW, SUBJECT

ALGORITHMS = st.sampled_from([one for one in Algorithm if one is not Algorithm.RS256])
"""RS256 has its own, smaller test: its signatures are slow."""
NAMES = st.sampled_from(["typ", "kid", "cty", "jku", "x"])
HEADERS = st.dictionaries(NAMES, st.text(max_size=12), max_size=3)


def ours(token: str, key: PublicKey) -> bytes | None:
    """Return the payload, None when the token is refused."""
    try:
        parts = jws.parse(token)
        jws.verify(parts, key)
    except ProblemError:
        return None
    return parts.payload


def theirs(token: str, key: PublicKey) -> bytes | None:
    made = peer_jws.JWS()
    try:
        made.deserialize(token)
        made.verify(peer_jwk.JWK(**public_key_to_jwk(key)))
    except (JWException, ValueError, TypeError):
        return None
    payload: bytes = made.payload
    return payload


def signed_by_theirs(algorithm: Algorithm, header: dict[str, Any], payload: bytes) -> str:
    made = peer_jws.JWS(payload)
    key = peer_jwk.JWK.from_pyca(private_key(algorithm, "issuer"))
    made.add_signature(key, None, json.dumps({"alg": algorithm.value, **header}))
    token: str = made.serialize(compact=True)
    return token


@settings(max_examples=60, deadline=None)
@given(ALGORITHMS, HEADERS, st.binary(max_size=200))
def test_each_verifies_what_the_other_signs(algorithm: Algorithm, header: dict[str, str], payload: bytes) -> None:
    by = signer(algorithm)
    assert payload == theirs(jws.sign(header, payload, signer=by), by.public_key)
    assert payload == ours(signed_by_theirs(algorithm, header, payload), by.public_key)


def test_each_verifies_what_the_other_signs_with_rsa() -> None:
    by = signer(Algorithm.RS256)
    for payload in (b"", b"payload", "é🎓".encode()):
        assert payload == theirs(jws.sign({}, payload, signer=by), by.public_key)
        assert payload == ours(signed_by_theirs(Algorithm.RS256, {}, payload), by.public_key)


@settings(max_examples=150, deadline=None)
@given(ALGORITHMS, st.data())
def test_what_ours_accepts_of_an_altered_token_theirs_accepts_too(algorithm: Algorithm, data: st.DataObject) -> None:
    """And it is then the very token that was signed: ours has one spelling."""
    by = signer(algorithm)
    token = jws.sign({"typ": "vc+jwt"}, b'{"a":1}', signer=by)
    at = data.draw(st.integers(0, len(token) - 1))
    piece = data.draw(st.text("ABab01-_=. ~é", max_size=3))
    cut = data.draw(st.integers(0, 3))
    altered = token[:at] + piece + token[at + cut :]
    found = ours(altered, by.public_key)
    if found is not None:
        assert token == altered
        assert found == theirs(altered, by.public_key)


@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize("other", list(Algorithm))
def test_both_refuse_a_token_under_the_key_of_another_algorithm(algorithm: Algorithm, other: Algorithm) -> None:
    """C06: another curve and another kind of key."""
    token = jws.sign({}, b"payload", signer=signer(algorithm))
    key = signer(other).public_key
    same = algorithm is other
    assert same is (ours(token, key) is not None)
    assert same is (theirs(token, key) is not None)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_both_refuse_a_header_that_names_another_algorithm_than_the_keys(algorithm: Algorithm) -> None:
    """B16: the same bytes signed by the same key, under the name of each other algorithm."""
    by = signer(algorithm)
    for named in Algorithm:
        header = encode_base64url(json.dumps({"alg": named.value}).encode())
        signing_input = f"{header}.{encode_base64url(b'payload')}"
        token = f"{signing_input}.{encode_base64url(by.sign(signing_input.encode()))}"
        assert (named is algorithm) is (ours(token, by.public_key) is not None), named
        assert (named is algorithm) is (theirs(token, by.public_key) is not None), named


@pytest.mark.parametrize(("bits", "code"), [(1024, "key-weak"), (2048, None)])
def test_an_rsa_key_of_too_few_bits_proves_nothing(bits: int, code: str | None) -> None:
    """C15: an issuer by did:jwk with a key that can be factored, and its twin."""
    key = rsa.generate_private_key(65537, bits)
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "RSA"} | {
        name: encode_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        for name, value in (("n", numbers.n), ("e", numbers.e))
    }
    did = f"did:jwk:{encode_base64url(json.dumps(jwk).encode())}"
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": did,
        "credentialSubject": {"id": SUBJECT},
    }
    made = peer_jws.JWS(json.dumps(claims).encode())
    header = {"alg": "RS256", "kid": f"{did}#0", "typ": "vc+jwt"}
    made.add_signature(peer_jwk.JWK.from_pyca(key), None, json.dumps(header))
    token = made.serialize(compact=True)
    if code is None:
        assert claims == check_jwt(token, find_key=key_finder(), now=NOW).credential
        return
    with pytest.raises(ProblemError, match=code):
        check_jwt(token, find_key=key_finder(), now=NOW)
