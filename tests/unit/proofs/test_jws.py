"""Compact JWS: what is signed comes back, anything else is refused."""

from __future__ import annotations

import pytest

from keys.jwk import jwk_to_public_key
from keys.store import Algorithm
from proofs import jws
from schemas.problems import ProblemError
from tests.support.signers import private_key, raw_token, signer

# RFC 7515 appendix A.3 (ES256), RFC 8037 appendix A.4 (EdDSA)
RFC_TOKENS = {
    "ES256": (
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
        (
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3"
            "ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
    ),
    "EdDSA": (
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        (
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhV"
            "sPt9g7sVvpAr_MuM0KAg"
        ),
    ),
}


def _code(token: str | bytes) -> str:
    with pytest.raises(ProblemError) as caught:
        jws.parse(token)
    return caught.value.problem.code


@pytest.mark.parametrize("name", RFC_TOKENS)
def test_the_tokens_printed_in_the_rfcs_verify(name: str) -> None:
    """RFC 7515 A.3; RFC 8037 A.4."""
    jwk, token = RFC_TOKENS[name]
    key = jwk_to_public_key(jwk)
    parts = jws.parse(token)
    jws.verify(parts, key)
    assert name == parts.algorithm
    changed = jws.CompactJWS(parts.header, parts.payload, parts.signing_input + b"A", parts.signature)
    with pytest.raises(ProblemError, match="tampered"):
        jws.verify(changed, key)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_what_a_signer_signs_verifies_under_its_key(algorithm: Algorithm) -> None:
    by = signer(algorithm)
    parts = jws.parse(jws.sign({"kid": "k"}, b"payload", signer=by).encode())
    jws.verify(parts, by.public_key)
    assert ({"alg": algorithm.value, "kid": "k"}, b"payload") == (parts.header, parts.payload)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_signature_does_not_fit_another_key_or_kind_of_key(algorithm: Algorithm) -> None:
    """B16, C06: the algorithm named must be the key's."""
    parts = jws.parse(jws.sign({}, b"payload", signer=signer(algorithm)))
    for other in Algorithm:
        with pytest.raises(ProblemError, match="tampered"):
            jws.verify(parts, private_key(other, "attacker").public_key())


def test_the_newer_name_of_eddsa_is_read() -> None:
    by = signer(Algorithm.EDDSA)
    parts = jws.parse(raw_token({"alg": "Ed25519"}, b"x", by))
    jws.verify(parts, by.public_key)


def test_a_high_s_verifies_since_it_is_the_same_signature() -> None:
    """B15: half of WebCrypto's signatures."""
    by = signer(Algorithm.ES256)
    parts = jws.parse(jws.sign({}, b"payload", signer=by))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    s = order - int.from_bytes(parts.signature[32:], "big")
    jws.verify_bytes("ES256", parts.signature[:32] + s.to_bytes(32, "big"), parts.signing_input, by.public_key)


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "nOnE", "NONE", "HS256", "HS512", "hs256", "", "none ", "n\u043ene"]
)
def test_a_token_that_nobody_signed_is_refused(algorithm: str) -> None:
    """C01, C02."""
    for by in (None, signer()):
        assert "tampered" == _code(raw_token({"alg": algorithm}, b"{}", by))


@pytest.mark.parametrize("algorithm", ["ES256K", "PS256", "es256", "RS512", "ECDH-ES+A128KW"])
def test_an_algorithm_not_verified_here_is_said_to_be_unsupported(algorithm: str) -> None:
    assert "suite-unsupported" == _code(raw_token({"alg": algorithm}, b"{}", signer()))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{}",
        b"[]",
        b'"ES256"',
        b"null",
        b'{"alg":null}',
        b'{"alg":["ES256"]}',
        b'{"alg":"ES256","alg":"none"}',
        b'{"alg":"ES256","\\u0061lg":"none"}',
        b'{"alg":"ES256","crit":["exp"],"exp":1}',
        b'{"alg":"ES256","crit":[]}',
        b'{"alg":"ES256","crit":"b64"}',
        b'{"alg":"ES256","b64":false,"crit":["b64"]}',
        b'{"alg":"ES256","b64":false}',
        b'{"alg":"ES256","b64":true}',
        b'{"alg":"ES256","enc":"A128GCM"}',
        b'{"alg":"ES256","zip":"DEF"}',
        b'\xef\xbb\xbf{"alg":"ES256"}',
        b'{"alg":"ES256","x":"\xff"}',
    ],
)
def test_a_header_that_is_not_plain_is_refused(header: bytes) -> None:
    """C05, C09."""
    assert "not-parsable" == _code(raw_token(header, b"{}", signer()))


def _spelled(change: str) -> str:
    good = jws.sign({}, b"abcd", signer=signer())
    header, payload, signature = good.split(".")
    return {
        "padding": f"{header}.{payload}==.{signature}",
        "blank": f"{header}. {payload}.{signature}",
        "line": good + "\n",
        "unused bits": f"{header}.{payload[:-1]}{'B' if payload[-1] == 'A' else chr(ord(payload[-1]) + 1)}.{signature}",
        "other alphabet": f"{header}.+/+/.{signature}",
        "two parts": f"{header}.{payload}",
        "four parts": f"{good}.AA",
        "encrypted": f"{good}.AA.AA",
        "empty": "",
        "not ascii": f"{header}.é.{signature}",
        "json": '{"payload":"e30","protected":"e30","signature":""}',
    }[change]


@pytest.mark.parametrize(
    "change",
    [
        "padding",
        "blank",
        "line",
        "unused bits",
        "other alphabet",
        "two parts",
        "four parts",
        "encrypted",
        "empty",
        "not ascii",
        "json",
    ],
)
def test_a_token_has_one_spelling(change: str) -> None:
    """C07, C09, C12."""
    assert "not-parsable" == _code(_spelled(change))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_huge_segment_is_refused_before_it_is_read(place: int) -> None:
    """C13."""
    pieces = jws.sign({}, b"x", signer=signer()).split(".")
    pieces[place] = "A" * 600_000
    assert "too-large" == _code(".".join(pieces))
    pieces[place] = "A" * 3_000_000
    assert "too-large" == _code(".".join(pieces))
