"""Credentials and presentations as COSE messages, by the rules of their tokens."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.store import Algorithm
from proofs import cbor, cose
from proofs.vc_cose import check_cose, read_payload, sign_credential, sign_presentation
from proofs.vc_jose import JWTFinding
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
ISSUER = signer(Algorithm.ES256)
DID = controller(ISSUER)
V2 = "https://www.w3.org/ns/credentials/v2"


def credential(**changes: Any) -> dict[str, Any]:
    whole = {
        "@context": [V2],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential"],
        "issuer": {"id": DID, "name": "Université de l’Exemple"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad502"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def presentation(**changes: Any) -> dict[str, Any]:
    return {"@context": [V2], "type": ["VerifiablePresentation"], "holder": DID, **changes}


def headers(**changes: Any) -> dict[int | str, Any]:
    """Return the headers of a credential; a change of `...` leaves one out."""
    labels = {"alg": 1, "crit": 2, "cty": 3, "kid": 4, "claims": 15, "typ": 16}
    whole: dict[str, Any] = {
        "alg": -7,
        "cty": "application/vc",
        "kid": ISSUER.verification_method.encode(),
        "typ": "application/vc+cose",
        **changes,
    }
    return {labels[name]: value for name, value in whole.items() if value is not ...}


def made(protected: dict[int | str, Any], document: Any, unprotected: dict[Any, Any] | None = None) -> bytes:
    """Return a message of any headers and payload, signed by the issuer."""
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    raw = cbor.encode(protected)
    signature = ISSUER.sign(cbor.encode(["Signature1", raw, b"", payload]))
    return cbor.encode_tagged(18, [raw, unprotected or {}, payload, signature])


def check(message: bytes) -> JWTFinding:
    return check_cose(message, find_key=key_finder(), now=NOW)


def code(message: bytes) -> str:
    with pytest.raises(ProblemError) as caught:
        check(message)
    return caught.value.problem.code


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_credential_comes_back_as_signed(algorithm: Algorithm) -> None:
    by = signer(algorithm)
    document = credential(issuer=controller(by))
    message = sign_credential(document, signer=by)
    found = check(message)
    assert ("vc+cose", document) == (found.media, found.credential)
    assert (by.verification_method, controller(by)) == (found.verification_method, found.controller)
    assert not found.is_presentation
    protected = cose.parse(message).protected
    expected = {3: "application/vc", 4: by.verification_method.encode(), 16: "application/vc+cose"}
    assert expected == {label: protected[label] for label in (3, 4, 16)}


def test_a_presentation_comes_back_with_audience_and_question() -> None:
    message = sign_presentation(presentation(), signer=ISSUER, audience="https://v.example", nonce="n-1", issued_at=NOW)
    found = check(message)
    assert ("vp+cose", presentation(), ("https://v.example",), "n-1", NOW) == (
        found.media,
        found.credential,
        found.audiences,
        found.nonce,
        found.issued_at,
    )
    assert found.is_presentation


def test_the_twin_of_what_is_refused_below_is_good() -> None:
    assert credential() == check(made(headers(), credential())).credential


@pytest.mark.parametrize(
    "changes",
    [
        {"typ": ...},
        {"cty": ...},
        {"typ": ..., "cty": ...},
        {"typ": "vc+cose"},
        {"typ": "Application/VC+COSE"},
        {"claims": {}},
        {"claims": {1: DID, 6: 1780000000, 4: 1900000000, 99: b"?"}},
        {"crit": [16]},
    ],
)
def test_what_the_specification_leaves_open_is_read(changes: dict[str, Any]) -> None:
    assert "vc+cose" == check(made(headers(**changes), credential())).media


def test_a_presentation_without_a_type_is_told_by_its_content() -> None:
    found = check(made(headers(typ=..., cty=...), presentation()))
    assert "vp+cose" == found.media
    assert "vp+cose" == check(made(headers(typ=..., cty=...), presentation(type="VerifiablePresentation"))).media


def test_kid_may_stand_unprotected() -> None:
    """It is a hint: the key it leads to is compared with the issuer by the verifier."""
    message = made(headers(kid=...), credential(), {4: ISSUER.verification_method.encode()})
    assert ISSUER.verification_method == check(message).verification_method


def test_claims_that_nobody_protected_are_ignored() -> None:
    assert check(made(headers(), credential(), {15: {1: "did:example:other", 4: 1}})).expires is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"typ": "application/vp+cose"}, "not-parsable"),
        ({"typ": "application/cwt"}, "not-parsable"),
        ({"typ": 61}, "not-parsable"),
        ({"cty": "application/vp"}, "not-parsable"),
        ({"cty": "very/bad"}, "not-parsable"),
        ({"cty": 50}, "not-parsable"),
        ({"kid": ...}, "not-by-issuer"),
        ({"kid": b""}, "not-by-issuer"),
        ({"kid": b"https://issuer.example/keys/1"}, "proof-uncheckable"),
        ({"kid": "did:example:text"}, "not-parsable"),
        ({"kid": b"\xff"}, "not-parsable"),
        ({"kid": signer(Algorithm.ES256, "other").verification_method.encode()}, "tampered"),
        ({"kid": signer(Algorithm.EDDSA).verification_method.encode()}, "tampered"),
        ({"claims": []}, "not-parsable"),
        ({"claims": {1: "did:example:other"}}, "malformed"),
        ({"claims": {1: 7}}, "malformed"),
        ({"claims": {2: "urn:uuid:other"}}, "malformed"),
        ({"claims": {3: 7}}, "malformed"),
        ({"claims": {4: 1}}, "proof-expired"),
        ({"claims": {4: "1"}}, "malformed"),
        ({"claims": {5: 1900000000}}, "out-of-range"),
        ({"claims": {6: 1900000000}}, "out-of-range"),
        ({"claims": {10: "text"}}, "malformed"),
        ({"claims": {10: b"\xff"}}, "malformed"),
    ],
)
def test_a_header_that_is_not_right_is_refused(changes: dict[str, Any], expected: str) -> None:
    """C04, C05, C10, C11 and C12, as for tokens."""
    assert expected == code(made(headers(**changes), credential()))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b"[]", "not-parsable"),
        (b"{", "not-parsable"),
        (b'{"a":1,"a":2}', "not-parsable"),
        (cbor.encode({1: "x"}), "not-parsable"),
        (credential(**{"@context": ["https://www.w3.org/2018/credentials/v1"]}), "malformed"),
        (credential(**{"@context": []}), "malformed"),
        (credential(**{"@context": ...}), "malformed"),
        (credential(vc={}), "malformed"),
        (credential(vp={}), "malformed"),
    ],
)
def test_a_payload_that_is_no_credential_is_refused(document: Any, expected: str) -> None:
    assert expected == code(made(headers(), document))


def test_a_presentation_is_not_taken_for_a_credential() -> None:
    message = sign_presentation(presentation(), signer=ISSUER, audience="a", nonce="n", issued_at=NOW)
    assert "vp+cose" == read_payload(cose.parse(message))[0]
    assert "not-parsable" == code(made(headers(cty="application/vp"), presentation()))


JSON = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers(-3, 20), inner, max_size=3),
    max_leaves=6,
).filter(lambda value: "True" not in repr(value) and "False" not in repr(value))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.integers(2, 17), JSON, max_size=4), st.dictionaries(st.integers(2, 17), JSON, max_size=3))
def test_any_headers_end_in_an_answer(protected: dict[int, Any], unprotected: dict[int, Any]) -> None:
    """Whatever the issuer itself signs: a finding or a problem, never another exception."""
    whole = headers()
    for label, value in protected.items():
        whole[label] = value
    try:
        found = check(made(whole, credential(), unprotected))
    except ProblemError:
        return
    assert DID == found.controller


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_garbage_is_refused_with_a_problem(raw: bytes) -> None:
    with pytest.raises(ProblemError):
        check(raw)
