"""Token Status Lists as CWT: the vectors of the draft, and every way to be something else."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keys.store import Algorithm
from proofs import cbor, token_status_cwt
from proofs.token_status_list import (
    INVALID,
    SUSPENDED,
    VALID,
    TokenStatusEntry,
    TokenStatuses,
    believe_list,
    decode,
    encode_cbor,
    issue_list_cwt,
)
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
IAT = int(NOW.timestamp())
URI = "https://registrar.parchemin.example/status/tokens-1"
ISSUER = signer(Algorithm.ES256)


def believed(raw: bytes, **options: Any) -> Any:
    asked: dict[str, Any] = {"issuer": controller(ISSUER), "find_key": key_finder(), "now": NOW, **options}
    return believe_list(raw, URI, **asked)


def code(raw: bytes, **options: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        believed(raw, **options)
    return str(caught.value.problem.code)


def made(
    *,
    protected: dict[int, Any] | None = None,
    unprotected: dict[int, Any] | None = None,
    claims: dict[int, Any] | None = None,
    payload: bytes | None = None,
    tag: int = 18,
    by: Any = ISSUER,
) -> bytes:
    """Return a list made by hand; a value of `...` leaves a label out."""
    headers = {1: -7, 4: ISSUER.verification_method.encode(), 16: "application/statuslist+cwt", **(protected or {})}
    content = {2: URI, 6: IAT, 65533: encode_cbor(TokenStatuses(8)), **(claims or {})}
    raw = cbor.encode({label: value for label, value in headers.items() if value is not ...})
    body = cbor.encode({label: value for label, value in content.items() if value is not ...})
    body = body if payload is None else payload
    signature = by.sign(cbor.encode(["Signature1", raw, b"", body]))
    message = [raw, unprotected or {}, body, signature]
    return cbor.encode_tagged(tag, message) if tag else cbor.encode(message)


def test_the_list_of_the_draft_is_read() -> None:
    """Section 4.3: the same sixteen statuses as in JSON."""
    packed = bytes.fromhex("78dadbb918000217015d")
    assert b"\xb9\xa3" == bytes(decode(cbor.decode_wide(cbor.encode({"bits": 1, "lst": packed}))))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.EDDSA])
def test_what_is_issued_is_believed(bits: int, algorithm: Algorithm) -> None:
    """Section 5.2: tag 18, `application/statuslist+cwt`, `ttl` and the list under their numbers."""
    by, statuses = signer(algorithm), TokenStatuses(64, bits=bits)
    statuses[7] = INVALID
    if bits > 1:
        statuses[9] = SUSPENDED
    raw = issue_list_cwt(statuses, uri=URI, signer=by, issued_at=NOW, expires=NOW + timedelta(days=1))
    found = believed(raw, issuer=controller(by))
    assert (NOW, timedelta(minutes=5)) == (found.issued_at, found.ttl)
    said = [found.status_of(TokenStatusEntry(URI, index)) for index in (6, 7, 8, 9)]
    assert [VALID, INVALID, VALID, SUSPENDED if bits > 1 else VALID] == said
    claims = cbor.decode_wide(cbor.decode_wide(raw).value[2])
    assert ({1, 2, 4, 6, 65533, 65534}, 300) == (set(claims), claims[65534])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"protected": {16: "Application/StatusList+CWT"}},
        {"protected": {4: ...}, "unprotected": {4: ISSUER.verification_method.encode()}},
        {"claims": {4: IAT + 60, 5: IAT, 7: b"id", 65534: 60}},
        {"claims": {65533: {**encode_cbor(TokenStatuses(8)), "aggregation_uri": "https://registrar.example/lists"}}},
    ],
)
def test_a_list_made_by_hand_is_believed(changes: dict[str, Any]) -> None:
    assert NOW == believed(made(**changes)).issued_at


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"protected": {16: "application/vc+cose"}}, "status-unverified"),
        ({"protected": {16: "application/statuslist+jwt"}}, "status-unverified"),
        ({"protected": {16: 7}}, "status-unverified"),
        ({"protected": {16: ...}}, "status-unverified"),
        ({"protected": {4: ...}}, "not-by-issuer"),
        ({"protected": {1: 5}}, "tampered"),
        ({"protected": {33: "x"}}, "status-unverified"),
        ({"protected": {4: ..., 33: b"x"}}, "not-parsable"),
        ({"protected": {4: ...}, "unprotected": {33: [b"x", b"y"]}}, "not-parsable"),
        ({"claims": {2: URI + "x"}}, "status-unverified"),
        ({"claims": {2: ...}}, "status-unverified"),
        ({"claims": {6: ...}}, "status-stale"),
        ({"claims": {6: IAT + 900}}, "status-stale"),
        ({"claims": {4: IAT}}, "status-stale"),
        ({"claims": {5: IAT + 900}}, "status-stale"),
        ({"claims": {6: "now"}}, "malformed"),
        ({"claims": {65534: 0}}, "status-unverified"),
        ({"claims": {65533: ...}}, "status-unverified"),
        ({"claims": {65533: {"bits": 3, "lst": zlib.compress(b"\0")}}}, "status-unverified"),
        ({"claims": {65533: {"bits": 1, "lst": zlib.compress(b"\0") + b"x"}}}, "status-unverified"),
        ({"claims": {65533: {"bits": 1, "lst": b"\0"}}}, "status-unverified"),
        ({"payload": b"\x80"}, "status-unverified"),
        ({"payload": b"\xff"}, "status-unverified"),
        ({"payload": b"{}"}, "status-unverified"),
        ({"by": signer(Algorithm.ES256, "other")}, "tampered"),
        ({"protected": {4: signer(Algorithm.ES256, "other").verification_method.encode()}}, "status-unverified"),
        ({"tag": 0}, "not-parsable"),
        ({"tag": 17}, "not-parsable"),
        ({"tag": 61}, "not-parsable"),
    ],
)
def test_what_is_not_this_list_now_is_not_believed(changes: dict[str, Any], expected: str) -> None:
    """G03 to G05, G07; section 5.2."""
    assert expected == code(made(**changes))


def test_a_list_that_unpacks_to_too_much_is_not_unpacked() -> None:
    """G07."""
    bomb = {"bits": 1, "lst": zlib.compress(bytes(100_000), 9)}
    assert "too-large" == code(made(claims={65533: bomb}), limits=Limits(status_list_bytes=50_000))


def test_every_byte_counts() -> None:
    raw = made()
    for at in range(0, len(raw), 3):
        code(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])


def test_a_token_is_no_message() -> None:
    assert not token_status_cwt.looks_like("eyJ")
    assert not token_status_cwt.looks_like(b"eyJ")
    chain = token_status_cwt.read(made(unprotected={33: [b"a", b"b"]})).header["x5c"]
    assert [base64.b64encode(b"a").decode(), base64.b64encode(b"b").decode()] == chain
