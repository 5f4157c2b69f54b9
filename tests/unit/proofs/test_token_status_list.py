"""Token Status List: least significant bit first, signed, bounded."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.multibase import encode_base64url
from keys.store import Algorithm
from proofs import jws
from proofs.token_status_list import (
    INVALID,
    SUSPENDED,
    VALID,
    TokenStatusEntry,
    TokenStatuses,
    believe_list,
    check_list,
    decode,
    encode,
    entry_claim,
    issue_list,
    read_entry,
)
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, raw_token, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
URI = "https://registrar.parchemin.example/status/tokens-1"
ISSUER = signer(Algorithm.ES256)
IAT = int(NOW.timestamp())


def _code(action: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        action(*arguments, **options)
    return str(caught.value.problem.code)


def _check(token: str, index: int = 0, *, now: datetime = NOW, issuer: str = controller(ISSUER)) -> int:
    return check_list(token, TokenStatusEntry(URI, index), issuer=issuer, find_key=key_finder(), now=now)


def _issued(statuses: TokenStatuses) -> str:
    return issue_list(statuses, uri=URI, signer=ISSUER, issued_at=NOW, expires=NOW + timedelta(days=1))


def test_the_list_of_the_draft_is_written_and_read() -> None:
    """Section 4.1: sixteen statuses of one bit, and twelve of two."""
    one = TokenStatuses(16)
    for index, value in enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]):
        one[index] = value
    assert b"\xb9\xa3" == bytes(one)
    assert {"bits": 1, "lst": "eNrbuRgAAhcBXQ"} == encode(one)
    two = TokenStatuses(12, bits=2)
    for index, value in enumerate([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]):
        two[index] = value
    assert b"\xc9\x44\xf9" == bytes(two)


def test_a_list_says_whose_and_where_it_is() -> None:
    """Section 5.1; `iss` is for verifiers that look for the key there."""
    payload = json.loads(jws.parse(_issued(TokenStatuses(16))).payload)
    assert (controller(ISSUER), URI, {"iss", "sub", "iat", "exp", "ttl", "status_list"}) == (
        payload["iss"],
        payload["sub"],
        set(payload),
    )


@settings(deadline=None)
@given(st.sampled_from([1, 2, 4, 8]), st.lists(st.integers(0, 1), min_size=1, max_size=50))
def test_what_was_set_is_read(bits: int, values: list[int]) -> None:
    statuses = TokenStatuses(len(values), bits=bits)
    for index, value in enumerate(values):
        statuses[index] = (1 << bits) - 1
        statuses[index] = value
    again = decode(encode(statuses))
    assert values == [again[index] for index in range(len(values))]


def test_values_and_places_are_bounded() -> None:
    statuses = TokenStatuses(8)
    for index in (-1, 8):
        with pytest.raises(IndexError):
            statuses[index]
    for value in (-1, 2):
        with pytest.raises(ValueError, match="fit"):
            statuses[0] = value
    for entries, bits in ((0, 1), (8, 3)):
        with pytest.raises(ValueError, match="bits"):
            TokenStatuses(entries, bits=bits)


def test_the_three_statuses_are_told_apart() -> None:
    statuses = TokenStatuses(1_000, bits=2)
    statuses[7], statuses[8] = INVALID, SUSPENDED
    token = _issued(statuses)
    assert [VALID, INVALID, SUSPENDED, VALID] == [_check(token, index) for index in (6, 7, 8, 9)]
    assert "status-out-of-range" == _code(_check, token, 1_000)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"bits": 1},
        {"bits": 3, "lst": "eNrbuRgAAhcBXQ"},
        {"bits": True, "lst": "eNrbuRgAAhcBXQ"},
        {"bits": "1", "lst": "eNrbuRgAAhcBXQ"},
        {"bits": 1, "lst": "eNrbuRgAAhcBXQ=="},
        {"bits": 1, "lst": "eNrbuRgAAhc"},
        {"bits": 1, "lst": encode_base64url(zlib.compress(b"a") + b"x")},
        {"bits": 1, "lst": encode_base64url(zlib.compress(b""))},
        {"bits": 1, "lst": "AAAA"},
        {"bits": 1, "lst": 7},
    ],
)
def test_what_is_no_list_is_refused(value: object) -> None:
    assert "status-unverified" == _code(decode, value)


def test_a_bomb_is_never_inflated_beyond_the_limit() -> None:
    """G07."""
    bomb = {"bits": 1, "lst": encode_base64url(zlib.compress(bytes(9_000)))}
    assert "too-large" == _code(decode, bomb, limits=Limits(status_list_bytes=8_999))
    assert 72_000 == len(decode(bomb, limits=Limits(status_list_bytes=9_000)))


def test_an_entry_comes_back_as_written() -> None:
    assert TokenStatusEntry(URI, 7) == read_entry({"status": entry_claim(URI, 7)})


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (..., "status-unverified"),
        (None, "status-unverified"),
        ("x", "status-unverified"),
        ({}, "status-unverified"),
        ({"other": {}}, "status-unverified"),
        ({"status_list": []}, "status-unverified"),
        ({"status_list": {"idx": 1}}, "status-unverified"),
        ({"status_list": {"uri": URI}}, "status-unverified"),
        ({"status_list": {"uri": URI, "idx": "1"}}, "status-unverified"),
        ({"status_list": {"uri": URI, "idx": -1}}, "status-unverified"),
        ({"status_list": {"uri": URI, "idx": True}}, "status-unverified"),
        ({"status_list": {"uri": URI, "idx": 1.0}}, "status-unverified"),
        ({"status_list": {"uri": URI + "a" * 3_000, "idx": 1}}, "status-unverified"),
        ({"status_list": {"uri": "http://a.example/1", "idx": 1}}, "network-forbidden"),
        ({"status_list": {"uri": "https://a.example/ 1", "idx": 1}}, "network-forbidden"),
        ({"status_list": {"uri": "https://a.example/\r\n", "idx": 1}}, "network-forbidden"),
        ({"status_list": {"uri": "https://a.example/é", "idx": 1}}, "network-forbidden"),
    ],
)
def test_a_status_that_is_not_understood_is_not_taken_for_fine(status: object, code: str) -> None:
    """G06, G09."""
    assert code == _code(read_entry, {} if status is ... else {"status": status})


def _raw(header: dict[str, Any] | None = None, payload: Any = None, **claims: Any) -> str:
    whole = {"alg": "ES256", "typ": "statuslist+jwt", "kid": ISSUER.verification_method, **(header or {})}
    content = {"sub": URI, "iat": IAT, "status_list": encode(TokenStatuses(8)), **claims}
    return raw_token(whole, content if payload is None else payload, ISSUER)


def test_a_list_made_by_hand_is_read() -> None:
    assert VALID == _check(_raw())
    for said, lasts in (
        (300, timedelta(minutes=5)),
        (0.5, timedelta(seconds=0.5)),
        (1e300, timedelta(days=366)),
        (None, timedelta(hours=12)),
    ):
        token = _raw() if said is None else _raw(ttl=said)
        found = believe_list(token, URI, issuer=controller(ISSUER), find_key=key_finder(), now=NOW)
        assert (lasts, NOW) == (found.ttl, found.issued_at)


@pytest.mark.parametrize(
    ("header", "claims", "code"),
    [
        ({"typ": "vc+jwt"}, {}, "status-unverified"),
        ({"typ": None}, {}, "not-parsable"),
        ({"typ": "JWT"}, {}, "status-unverified"),
        ({"alg": "none"}, {}, "tampered"),
        ({}, {"sub": URI + "x"}, "status-unverified"),
        ({}, {"sub": None}, "status-unverified"),
        ({}, {"iat": IAT + 900}, "status-stale"),
        ({}, {"exp": IAT}, "status-stale"),
        ({}, {"iat": "now"}, "malformed"),
        ({}, {"status_list": None}, "status-unverified"),
        ({}, {"ttl": 0}, "status-unverified"),
        ({}, {"ttl": -1}, "status-unverified"),
        ({}, {"ttl": True}, "status-unverified"),
        ({}, {"ttl": "300"}, "status-unverified"),
        ({}, {"nbf": IAT + 900}, "status-stale"),
        ({}, {"nbf": "now"}, "malformed"),
    ],
)
def test_a_token_that_is_not_this_list_now_is_not_believed(
    header: dict[str, Any], claims: dict[str, Any], code: str
) -> None:
    """G03, G04, G05."""
    assert code == _code(_check, _raw(header, **claims))


def test_a_list_says_when_it_was_made() -> None:
    assert "status-stale" == _code(_check, _raw(payload={"sub": URI, "status_list": encode(TokenStatuses(8))}))
    assert "status-unverified" == _code(_check, _raw(payload=b"[]"))


def test_the_list_of_another_issuer_is_not_believed() -> None:
    """G03."""
    other = signer(Algorithm.ES256, "other")
    token = issue_list(TokenStatuses(8), uri=URI, signer=other, issued_at=NOW, expires=NOW + timedelta(days=1))
    assert "status-unverified" == _code(_check, token)
    assert "tampered" == _code(_check, _raw()[:-4] + "AAAA")


@pytest.mark.parametrize("typ", ["application/statuslist+jwt", "StatusList+JWT"])
def test_a_list_may_be_called_in_full(typ: str) -> None:
    """RFC 7515 section 4.1.9."""
    assert VALID == _check(_raw({"typ": typ}, nbf=IAT - 5, aud="anybody"))


def test_a_list_of_the_successor_counts_where_one_is_known() -> None:
    heir = signer(Algorithm.ES256, "heir")
    token = issue_list(TokenStatuses(8), uri=URI, signer=heir, issued_at=NOW, expires=NOW + timedelta(days=1))
    asked: dict[str, Any] = {"issuer": controller(ISSUER), "find_key": key_finder(), "now": NOW}
    assert NOW == believe_list(token, URI, successor=controller(heir), **asked).issued_at
    assert "status-unverified" == _code(believe_list, token, URI, successor=controller(signer(name="x")), **asked)


def test_a_short_kid_is_a_key_of_the_expected_issuer() -> None:
    assert VALID == _check(_raw({"kid": ISSUER.verification_method.partition("#")[2]}))


def test_a_list_signed_after_its_key_was_taken_out_of_use_is_not_believed() -> None:
    """R84: what the key signed before still counts."""

    def finder(since: datetime) -> Any:
        return lambda url, purpose: replace(key_finder()(url, purpose), revoked_from=since)

    def asked(since: datetime) -> int:
        entry = TokenStatusEntry(URI, 0)
        return check_list(token, entry, issuer=controller(ISSUER), find_key=finder(since), now=NOW)

    token = _issued(TokenStatuses(16))
    assert 0 == asked(NOW + timedelta(seconds=1))
    assert "status-unverified" == _code(asked, NOW)


def test_a_list_signed_before_its_key_was_in_use_is_not_believed() -> None:
    def asked(since: datetime) -> int:
        def finder(url: str, purpose: str) -> Any:
            return replace(key_finder()(url, purpose), valid_from=since)

        entry = TokenStatusEntry(URI, 0)
        return check_list(token, entry, issuer=controller(ISSUER), find_key=finder, now=NOW)

    token = _issued(TokenStatuses(16))
    assert 0 == asked(NOW)
    assert "status-unverified" == _code(asked, NOW + timedelta(seconds=1))
