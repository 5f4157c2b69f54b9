"""Tokens under attack (threats.md C): whatever is changed, a token never says something else.

The lines of the table stand in `tests/unit/proofs/test_jws.py` and `test_vc_jose.py`, their
verdicts in `test_whole_verification.py`. Here every single place of a token is attacked.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.store import Algorithm
from proofs.vc_jose import check_jwt, sign_open_badge
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, raw_token, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
ISSUER = signer(Algorithm.ES256)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _badge() -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential"],
        "issuer": controller(ISSUER),
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad502"},
    }


TOKEN = sign_open_badge(_badge(), signer=ISSUER)


def _refused(token: str | bytes) -> str:
    with pytest.raises(ProblemError) as caught:
        check_jwt(token, find_key=key_finder(), now=NOW)
    return caught.value.problem.code


def test_the_token_that_is_attacked_below_is_good() -> None:
    assert _badge() == check_jwt(TOKEN, find_key=key_finder(), now=NOW).credential


def test_every_character_counts() -> None:
    """C06, C07: no character can be exchanged, left out or doubled."""
    for at, old in enumerate(TOKEN):
        other = ALPHABET[(ALPHABET.find(old) + 1) % 64]
        for changed in (
            TOKEN[:at] + other + TOKEN[at + 1 :],
            TOKEN[:at] + TOKEN[at + 1 :],
            TOKEN[:at] + old + TOKEN[at:],
        ):
            _refused(changed)


def test_no_length_but_the_whole_is_a_token() -> None:
    for length in range(len(TOKEN)):
        _refused(TOKEN[:length])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300))
def test_garbage_is_refused_with_a_problem(raw: bytes | str) -> None:
    _refused(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["typ", "kid", "jwk", "cty", "crit", "b64", "jku", "x5c", "iss", "vc", "vp", "exp", "nbf", "@context"]
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=3), st.dictionaries(NAMES, JSON, max_size=3))
def test_any_header_and_any_claims_end_in_an_answer(header: dict[str, Any], claims: dict[str, Any]) -> None:
    """Whatever the issuer itself signs: a finding or a problem, never another exception."""
    whole = {"alg": "ES256", "kid": ISSUER.verification_method, "typ": "JWT", **header}
    token = raw_token(whole, {**_badge(), **claims}, ISSUER)
    try:
        found = check_jwt(token, find_key=key_finder(), now=NOW)
    except ProblemError:
        return
    assert controller(ISSUER) == found.controller


def test_what_a_claim_adds_is_never_hidden_in_the_credential() -> None:
    """C11: a second `vc` beside the badge."""
    claims = {**_badge(), "iss": controller(ISSUER), "vc": {"@context": ["https://www.w3.org/2018/credentials/v1"]}}
    header = {"alg": "ES256", "kid": ISSUER.verification_method, "typ": "JWT"}
    assert "malformed" == _refused(raw_token(header, json.dumps(claims).encode(), ISSUER))
