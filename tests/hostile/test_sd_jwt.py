"""SD-JWTs under attack (threats.md D): nothing forged is shown, nothing stripped goes unnoticed.

The lines of the table stand in `tests/unit/proofs/test_sd_jwt.py` and `test_sd_jwt_vc.py`. Here
every single place of a presentation is attacked.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.multibase import encode_base64url
from keys.store import Algorithm
from proofs import sd_jwt
from proofs.sd_jwt import Concealed
from proofs.sd_jwt_vc import ExpectedBinding, check_sd_jwt_vc, issue, present
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
ISSUER, HOLDER = signer(Algorithm.ES256), signer(Algorithm.EDDSA, "holder")
ASKED = ExpectedBinding("https://employer.example", "n-0S6_WzA2Mj")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOKEN = issue(
    {"iss": controller(ISSUER), "degree": Concealed("BMus"), "terms": [Concealed({"grade": Concealed("A")}), "x"]},
    vct="https://registrar.example/t",
    signer=ISSUER,
    holder_key=HOLDER.public_key,
)
SHOWN = present(
    TOKEN, disclose=["/degree", "/terms/0/**"], holder=HOLDER, audience=ASKED.audience, nonce=ASKED.nonce, now=NOW
)


def _claims(token: str, expected: ExpectedBinding | None = ASKED) -> Any:
    return check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, expected=expected).claims


def _refused(token: str) -> None:
    with pytest.raises(ProblemError):
        _claims(token)


def test_the_presentation_that_is_attacked_below_is_good() -> None:
    assert ("BMus", [{"grade": "A"}, "x"]) == (_claims(SHOWN)["degree"], _claims(SHOWN)["terms"])


def test_every_character_counts() -> None:
    """D01, D06, D09."""
    for at, old in enumerate(SHOWN):
        other = ALPHABET[(ALPHABET.find(old) + 1) % 64]
        for changed in (SHOWN[:at] + other + SHOWN[at + 1 :], SHOWN[:at] + SHOWN[at + 1 :]):
            _refused(changed)


def test_disclosures_cannot_be_taken_added_doubled_or_moved_once_bound() -> None:
    """D01, D08: the key binding covers the sequence."""
    issued, *disclosures, binding = SHOWN.split("~")
    others = [text for text in TOKEN.split("~")[1:-1] if text not in disclosures]
    for order in permutations(disclosures):
        if list(order) != disclosures:
            _refused("~".join([issued, *order, binding]))
    for at in range(len(disclosures)):
        _refused("~".join([issued, *disclosures[:at], *disclosures[at + 1 :], binding]))
        _refused("~".join([issued, *disclosures, disclosures[at], binding]))
    for text in others:
        _refused("~".join([issued, *disclosures, text, binding]))


def test_a_binding_that_is_taken_away_is_missed() -> None:
    """D08."""
    _refused(SHOWN.rpartition("~")[0] + "~")
    assert "BMus" == _claims(SHOWN.rpartition("~")[0] + "~", None)["degree"]


def test_a_forged_disclosure_shows_nothing() -> None:
    """D01: the attacker knows the digests and makes disclosures for other values."""
    issued, *_ = TOKEN.split("~")
    for content in (["salt", "degree", "PhD"], ["salt", "extra", 1], ["salt", {"grade": "A+"}]):
        text = encode_base64url(json.dumps(content).encode())
        with pytest.raises(ProblemError):
            _claims(f"{issued}~{text}~", None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["_sd", "...", "a", "b", "_sd_alg"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["_sd", "...", "a", "_sd_alg"]), JSON, max_size=3), st.lists(JSON, max_size=3))
def test_any_payload_and_any_disclosures_end_in_an_answer(payload: dict[str, Any], contents: list[Any]) -> None:
    texts = [encode_base64url(json.dumps(item).encode()) for item in contents]
    try:
        claims, _ = sd_jwt.reveal(payload, texts)
    except ProblemError:
        return
    assert "_sd" not in claims
