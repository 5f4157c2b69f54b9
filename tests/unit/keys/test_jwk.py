"""JSON Web Keys are read strictly and written minimally."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwcrypto import jwk as peer

from keys.jwk import jwk_to_public_key, public_key_to_jwk, thumbprint
from keys.public_keys import KeyFormError
from keys.store import PublicKey
from schemas.problems import KEY_WEAK, ProblemError

# RFC 7638 section 3.1
RFC_7638_KEY = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
    "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI"
    "SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}
# RFC 8037 appendix A.2
RFC_8037_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
# RFC 7517 appendix A.1
RFC_7517_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}


def _keys() -> list[PublicKey]:
    return [
        ed25519.Ed25519PrivateKey.generate().public_key(),
        ec.generate_private_key(ec.SECP256R1()).public_key(),
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        ec.generate_private_key(ec.SECP521R1()).public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
    ]


def test_a_key_comes_back_from_its_jwk() -> None:
    for key in _keys():
        assert key == jwk_to_public_key(public_key_to_jwk(key))


def test_jwcrypto_reads_what_we_write_and_takes_the_same_thumbprint() -> None:
    for key in _keys():
        theirs = peer.JWK(**public_key_to_jwk(key))
        assert theirs.thumbprint() == thumbprint(key)
        assert key == jwk_to_public_key(theirs.export_public(as_dict=True))


@pytest.mark.parametrize(
    ("jwk", "expected"),
    [
        (RFC_7638_KEY, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        (RFC_8037_KEY, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
    ],
)
def test_the_thumbprints_printed_in_the_rfcs_come_out(jwk: dict[str, str], expected: str) -> None:
    """RFC 7638 section 3.1, RFC 8037 appendix A.3."""
    assert expected == thumbprint(jwk_to_public_key(jwk))


def test_members_that_are_not_understood_are_ignored() -> None:
    """RFC 7517 section 4."""
    assert jwk_to_public_key({**RFC_7517_KEY, "kid": "1", "x-other": {"a": []}}) == jwk_to_public_key(RFC_7517_KEY)


@pytest.mark.parametrize(
    ("jwk", "alg"),
    [(RFC_8037_KEY, "EdDSA"), (RFC_8037_KEY, "Ed25519"), (RFC_7517_KEY, "ES256"), (RFC_7638_KEY, "PS256")],
)
def test_a_key_may_name_its_own_algorithm(jwk: dict[str, str], alg: str) -> None:
    jwk_to_public_key({**jwk, "alg": alg, "use": "sig", "key_ops": ["verify"]})


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "ES384"},
        {"alg": "HS256"},
        {"alg": None},
        {"alg": ["ES256"]},
        {"alg": {}},
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"key_ops": None},
        {"d": "AA"},
        {"k": "AA"},
        {"kty": "oct"},
        {"kty": None},
        {"kty": ["EC"]},
        {"crv": "secp256k1"},
        {"crv": "P-384"},
        {"crv": None},
        {"crv": ["P-256"]},
        {"x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4="},
        {"x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D5"},
        {"x": "AKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4AA"},
        {"x": 7},
        {"x": None},
        {"y": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"},
        {"x": "A" * 2000},
    ],
)
def test_a_jwk_that_is_not_of_the_right_form_is_no_key(change: dict[str, Any]) -> None:
    """C15: a point off the curve; private keys; other uses; other spellings."""
    with pytest.raises(KeyFormError):
        jwk_to_public_key({**RFC_7517_KEY, **change})


@pytest.mark.parametrize("jwk", [None, [], "EC", 7, {}])
def test_what_is_no_jwk_is_no_key(jwk: object) -> None:
    with pytest.raises(KeyFormError):
        jwk_to_public_key(jwk)


@pytest.mark.parametrize("change", [{"e": "AAEAAQ"}, {"e": ""}, {"n": "AA" + RFC_7638_KEY["n"]}])
def test_an_rsa_number_has_one_spelling(change: dict[str, str]) -> None:
    """RFC 7518 section 2, Base64urlUInt."""
    with pytest.raises(KeyFormError):
        jwk_to_public_key({**RFC_7638_KEY, **change})


def test_an_rsa_jwk_with_exponent_one_is_weak() -> None:
    """C15."""
    with pytest.raises(ProblemError) as caught:
        jwk_to_public_key({**RFC_7638_KEY, "e": "AQ"})
    assert KEY_WEAK.code == caught.value.problem.code


def test_a_small_order_okp_jwk_is_weak() -> None:
    with pytest.raises(ProblemError) as caught:
        jwk_to_public_key({**RFC_8037_KEY, "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    assert KEY_WEAK.code == caught.value.problem.code


def test_no_jwk_is_written_for_a_curve_that_is_not_used() -> None:
    with pytest.raises(KeyFormError):
        public_key_to_jwk(ec.generate_private_key(ec.SECP256K1()).public_key())
