"""The command that serves the W3C's vc-jose-cose suite: files in, an answer in a file out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec

from app.conformance import FEATURES, conformance, issued, verified
from keys.jwk import public_key_to_jwk
from keys.multibase import encode_base64url
from keys.store import Algorithm
from schemas.problems import ProblemError
from tests.support.signers import private_key

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
METHOD = "https://issuer.example/keys#key-1"


def method(algorithm: Algorithm = Algorithm.ES256, name: str = "issuer") -> dict[str, Any]:
    """Return a verification method with both halves of a key."""
    key = private_key(algorithm, name)
    jwk = public_key_to_jwk(key.public_key())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        secret = key.private_numbers().private_value.to_bytes((key.curve.key_size + 7) // 8, "big")
    else:
        assert algorithm is Algorithm.EDDSA
        secret = key.private_bytes_raw()  # type: ignore[union-attr]  # an Ed25519 key
    private = {**jwk, "d": encode_base64url(secret)}
    return {"id": METHOD, "type": "JsonWebKey", "publicKeyJwk": jwk, "secretKeyJwk": private}


def document(kind: str = "credential") -> dict[str, Any]:
    whole: dict[str, Any] = {"@context": [V2, EXAMPLES], "id": "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5"}
    if kind == "presentation":
        envelope = {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,a.b.c"}
        return {
            **whole,
            "type": ["VerifiablePresentation"],
            "holder": "https://issuer.example/keys",
            "verifiableCredential": [envelope],
        }
    return {
        **whole,
        "type": ["VerifiableCredential"],
        "issuer": "https://issuer.example/keys",
        "credentialSubject": {"id": "did:example:1", "phones": [{"n": "1"}, {"n": "2"}], "made_up": "x"},
    }


def raw(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("algorithm", [one for one in Algorithm if one is not Algorithm.RS256])
def test_what_is_issued_is_verified_as_the_same_and_nothing_else(feature: str, algorithm: Algorithm) -> None:
    kind = feature.partition("_")[0]
    secured = issued(raw(document(kind)), raw(method(algorithm)), feature).encode()
    found = json.loads(verified(secured, raw(method(algorithm)), feature))
    assert document(kind) == {name: found[name] for name in document(kind)}
    with pytest.raises(ProblemError, match="tampered"):
        verified(secured, raw(method(algorithm, "attacker")), feature)
    for other in FEATURES:
        if other != feature:
            with pytest.raises((ProblemError, ValueError)):
                verified(secured, raw(method(algorithm)), other)


def test_paths_name_what_may_be_withheld() -> None:
    secured = issued(
        raw(document()), raw(method()), "credential_sdjwt", raw(["credentialSubject.id", "credentialSubject.phones[0]"])
    )
    assert 2 + 1 == secured.count("~")
    short = secured.partition("~")[0].encode() + b"~"
    subject = json.loads(verified(short, raw(method()), "credential_sdjwt"))["credentialSubject"]
    assert {"phones": [{"n": "2"}], "made_up": "x"} == subject


@pytest.mark.parametrize("feature", FEATURES)
def test_a_member_that_only_a_catch_all_vocabulary_names_is_not_signed(feature: str) -> None:
    kind = feature.partition("_")[0]
    with pytest.raises(ProblemError, match="term-undefined: no context names madeUp"):
        issued(raw({**document(kind), "madeUp": {"x": "y"}}), raw(method()), feature)


def test_a_key_of_another_name_or_another_half_is_refused() -> None:
    secured = issued(raw(document()), raw(method()), "credential_cose").encode()
    with pytest.raises(ProblemError, match="kid"):
        verified(secured, raw({**method(), "id": f"{METHOD}0"}), "credential_cose")
    for broken in ({"d": method(name="other")["secretKeyJwk"]["d"]}, {"d": "!"}):
        whole = method()
        whole["secretKeyJwk"] |= broken
        with pytest.raises((ProblemError, ValueError), match="private key"):
            issued(raw(document()), raw(whole), "credential_jose")


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize(
    "key",
    [None, [], "text", {}, {**method(), "id": 5}, {**method(), "publicKeyJwk": "x"}, {**method(), "secretKeyJwk": []}],
    ids=["null", "list", "text", "empty", "number as id", "text as key", "list as private key"],
)
def test_a_key_that_is_none_is_a_failure_and_no_traceback(feature: str, key: Any) -> None:
    kind = feature.partition("_")[0]
    with pytest.raises(ProblemError, match="malformed"):
        issued(raw(document(kind)), raw(key), feature)
    with pytest.raises(ProblemError, match="malformed"):
        verified(b"a.b.c", raw(key), feature)


def test_text_that_is_no_base64_is_no_message() -> None:
    for text in (b"!", b"d28458", "é".encode()):
        with pytest.raises((ProblemError, ValueError)):
            verified(text, raw(method()), "credential_cose")


def run(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(conformance, ["jose", *arguments, "--output", str(folder / "out.json")])
    return done.exit_code, json.loads((folder / "out.json").read_text())


def test_the_suite_calls_it_with_files(tmp_path: Path) -> None:
    source, key = tmp_path / "in.json", tmp_path / "key.json"
    source.write_bytes(raw(document()))
    key.write_bytes(raw(method()))
    files = ("--input", str(source), "--key", str(key), "--feature", "credential_sdjwt")
    code, answer = run(tmp_path, "issue", *files, "--sd", '["credentialSubject.id"]')
    assert (0, "success") == (code, answer["result"])
    source.write_text(answer["data"] + "\n")
    assert (0, "success") == (run(tmp_path, "verify", *files)[0], run(tmp_path, "verify", *files)[1]["result"])
    source.write_bytes(raw(document()))
    code, answer = run(tmp_path, "verify", *files)
    assert (1, "failure") == (code, answer["result"])
    key.write_text("{}")
    assert "failure" == run(tmp_path, "verify", *files)[1]["result"]
