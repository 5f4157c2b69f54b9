"""The tokens printed in Securing Verifiable Credentials using JOSE and COSE; no key was published with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from proofs import jws
from proofs.sd_jwt_vc import check_sd_jwt_vc, contents
from proofs.vc_jose import check_jwt
from schemas.problems import ProblemError
from tests.shared import shared
from tests.support.signers import key_finder


def _tokens() -> list[str]:
    return list(json.loads(shared("vectors", "vc-jose-cose-spec-tokens", "tokens.json").read_text())["tokens"])


def test_the_plain_tokens_are_read() -> None:
    plain = [token for token in _tokens() if "~" not in token]
    assert plain
    for token in plain:
        parts = jws.parse(token)
        assert parts.algorithm in {"ES256", "ES384"}
        assert "https://www.w3.org/ns/credentials/v2" == json.loads(parts.payload)["@context"][0]


def test_the_tokens_with_disclosures_are_read() -> None:
    """Three name no type or the one of a draft; the fifth is printed with a disclosure that is no base64url."""
    read = []
    for token in (token for token in _tokens() if "~" in token):
        try:
            claims, places = contents(token)
        except ProblemError:
            continue
        assert "https://www.w3.org/ns/credentials/v2" == claims["@context"][0]
        assert {"/type", "/id"} & {place.pointer for place in places}
        read.append(token)
    assert 4 == len(read)
    for token in read:
        with pytest.raises(ProblemError) as caught:
            check_sd_jwt_vc(token, find_key=key_finder(), now=datetime(2026, 5, 31, tzinfo=UTC))
        expected = "not-parsable" if "typ" in jws.parse(token.partition("~")[0]).header else "not-by-issuer"
        assert expected == caught.value.problem.code


def test_a_token_whose_issuer_has_no_key_here_is_not_believed() -> None:
    """Its `kid` is a thumbprint and its issuer an https address: whose key it is cannot be known."""
    for token in _tokens():
        with pytest.raises(ProblemError) as caught:
            check_jwt(token.partition("~")[0], find_key=key_finder(), now=datetime(2026, 5, 31, tzinfo=UTC))
        assert caught.value.problem.code in {"not-by-issuer", "not-parsable"}
