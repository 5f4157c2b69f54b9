"""Bitstring Status List: bits, text, entries and lists."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.multibase import decode_base64url, encode_base64url
from proofs.bitstring_status_list import (
    DEFAULT_TTL_MS,
    ENTRIES,
    Bits,
    StatusEntry,
    decode,
    encode,
    entry_object,
    read_entries,
    read_entry,
    status_objects,
    status_of,
    ttl_ms,
    unsigned_list_credential,
)
from schemas.limits import Limits
from schemas.problems import ProblemError

URL = "https://registrar.parchemin.example/status/revocation-1"
ENTRY = StatusEntry(URL, 1000, "revocation")
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)


def _list(bits: Bits | None = None, **changes: Any) -> dict[str, Any]:
    document = unsigned_list_credential(
        URL,
        issuer="did:web:registrar.parchemin.example:t:uni",
        purpose="revocation",
        bits=bits or Bits(),
        valid_from=NOW,
        valid_until=NOW + timedelta(days=1),
    )
    return {**document, **changes}


def _code(action: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        action(*arguments, **options)
    return str(caught.value.problem.code)


def test_the_first_entry_is_the_most_significant_bit() -> None:
    """Section 3.2; Token Status List counts the other way."""
    bits = Bits()
    bits.set(0, 1)
    bits.set(9, 1)
    assert b"\x80\x40" == bytes(bits)[:2]


def test_wide_entries_stand_side_by_side_from_the_left() -> None:
    bits = Bits(ENTRIES, size=2)
    bits.set(0, 0b10)
    bits.set(3, 0b01)
    assert 0b10_00_00_01 == bytes(bits)[0]
    assert [2, 0, 0, 1] == [bits.get(index) for index in range(4)]


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, ENTRIES - 1), st.integers(0, 7), max_size=20))
def test_what_was_set_is_read_and_no_neighbour(values: dict[int, int]) -> None:
    bits = Bits(size=3)
    for index, value in values.items():
        bits.set(index, 7)
        bits.set(index, value)
    again = decode(encode(bits), size=3)
    for index in {*values, *(n + 1 for n in values if n + 1 < ENTRIES), *(n - 1 for n in values if n)}:
        assert values.get(index, 0) == again.get(index)


def test_an_index_outside_the_list_is_an_error() -> None:
    bits = Bits()
    for index in (-1, ENTRIES):
        with pytest.raises(IndexError):
            bits.get(index)
        with pytest.raises(IndexError):
            bits.set(index, 1)


@pytest.mark.parametrize("value", [-1, 2])
def test_a_value_that_does_not_fit_is_an_error(value: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Bits().set(0, value)


@pytest.mark.parametrize(("entries", "size"), [(0, 1), (7, 1), (8, 0), (8, 17)])
def test_a_list_of_no_sense_is_not_made(entries: int, size: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        Bits(entries, size=size)


def test_the_list_printed_in_the_specification_is_read() -> None:
    """Section 2.2, example: no bit is set in 131,072."""
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert bytes(ENTRIES // 8) == bytes(decode(text))


def test_equal_lists_have_equal_text() -> None:
    assert encode(Bits()) == encode(Bits())


def _packed(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


GOOD = _packed(bytes(ENTRIES // 8))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "status-unverified"),
        (7, "status-unverified"),
        ("", "status-unverified"),
        ("u", "status-unverified"),
        ("z" + encode_base64url(GOOD), "status-unverified"),
        (encode_base64url(GOOD), "status-unverified"),
        ("u" + encode_base64url(GOOD) + "=", "status-unverified"),
        ("u!!", "status-unverified"),
        ("u" + encode_base64url(GOOD[:-9]), "status-unverified"),
        ("u" + encode_base64url(GOOD[:-4] + b"\0\0\0\0"), "status-unverified"),
        ("u" + encode_base64url(GOOD + b"x"), "status-unverified"),
        ("u" + encode_base64url(GOOD + GOOD), "status-unverified"),
        ("u" + encode_base64url(zlib.compress(bytes(ENTRIES // 8))), "status-unverified"),
        ("u" + encode_base64url(bytes(ENTRIES // 8)), "status-unverified"),
        ("u" + encode_base64url(_packed(bytes(ENTRIES // 8 - 1))), "status-list-length"),
        ("u" + encode_base64url(_packed(b"")), "status-list-length"),
    ],
)
def test_a_text_that_is_no_list_is_refused(text: object, code: str) -> None:
    """G07: truncated, not gzip, no multibase, short list."""
    assert code == _code(decode, text)


def test_a_bomb_is_never_inflated_beyond_the_limit() -> None:
    """G07: 512 MiB of zeros in half a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    chunk = bytes(1 << 20)
    bomb = b"".join([*(packer.compress(chunk) for _ in range(512)), packer.flush()])
    assert "too-large" == _code(decode, "u" + encode_base64url(bomb))


def test_a_long_text_is_refused_before_it_is_read() -> None:
    assert "too-large" == _code(decode, "u" + "A" * 3_000, limits=Limits(status_list_bytes=1_000))


def test_a_list_of_wide_entries_needs_as_many_entries() -> None:
    """Section 3.2: the length is divided by statusSize."""
    assert "status-list-length" == _code(decode, encode(Bits()), size=2)


def test_an_entry_comes_back_as_written() -> None:
    written = entry_object(URL, 1000, "revocation")
    assert written == {
        "id": f"{URL}#1000",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1000",
        "statusListCredential": URL,
    }
    assert ENTRY == read_entry(written)


def test_an_entry_of_messages_comes_back_as_written() -> None:
    messages = ((0, "accepted"), (1, "rejected"), (2, "pending"), (3, "unknown"))
    written = entry_object(URL, 7, "message", size=2, messages=messages)
    entry = read_entry({**written, "statusReference": "https://example.org/meaning"})
    assert (2, messages, ("https://example.org/meaning",)) == (entry.size, entry.messages, entry.references)
    assert "pending" == entry.message(2)
    assert entry.message(9) is None


def test_every_entry_is_read_and_the_order_is_kept() -> None:
    """G01."""
    entries = [entry_object(URL, 1, "revocation"), entry_object(URL + "-s", 2, "suspension")]
    assert ["revocation", "suspension"] == [e.purpose for e in read_entries({"credentialStatus": entries})]
    assert ("suspension",) == tuple(e.purpose for e in read_entries({"credentialStatus": entries[1]}))
    assert () == read_entries({})
    assert () == status_objects({"credentialStatus": None})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "RevocationList2020Status"}, "status-unverified"),
        ({"type": None}, "status-unverified"),
        ({"statusPurpose": None}, "status-unverified"),
        ({"statusPurpose": ""}, "status-unverified"),
        ({"statusPurpose": ["revocation"]}, "status-unverified"),
        ({"statusListCredential": None}, "status-unverified"),
        ({"statusListCredential": {"id": URL}}, "status-unverified"),
        ({"statusListCredential": "list-1"}, "status-unverified"),
        ({"statusListCredential": "http://registrar.parchemin.example/1"}, "network-forbidden"),
        ({"statusListCredential": "file:///etc/passwd"}, "network-forbidden"),
        ({"statusListCredential": "data:application/json,{}"}, "network-forbidden"),
        ({"statusListCredential": "https://a.example/é"}, "network-forbidden"),
        ({"statusListCredential": "https://a.example/\r\nHost: b"}, "network-forbidden"),
        ({"statusListCredential": "https://a.example/#1"}, "network-forbidden"),
        ({"statusListIndex": None}, "malformed"),
        ({"statusListIndex": 7}, "malformed"),
        ({"statusListIndex": True}, "malformed"),
        ({"statusListIndex": ""}, "malformed"),
        ({"statusListIndex": "-1"}, "malformed"),
        ({"statusListIndex": "0x10"}, "malformed"),
        ({"statusListIndex": "1e3"}, "malformed"),
        ({"statusListIndex": "7.0"}, "malformed"),
        ({"statusListIndex": " 7"}, "malformed"),
        ({"statusListIndex": "7\n"}, "malformed"),
        ({"statusListIndex": "７"}, "malformed"),
        ({"statusListIndex": "1_0"}, "malformed"),
        ({"statusListIndex": "007"}, "malformed"),
        ({"statusListIndex": "1" + "0" * 23}, "status-out-of-range"),
        ({"statusSize": 0}, "out-of-range"),
        ({"statusSize": 17}, "out-of-range"),
        ({"statusSize": "2"}, "out-of-range"),
        ({"statusSize": True}, "out-of-range"),
        ({"statusSize": 2}, "status-unverified"),
        ({"statusMessage": []}, "status-unverified"),
        ({"statusMessage": {"status": "0x0"}}, "status-unverified"),
        ({"statusMessage": ["0x0", "0x1"]}, "status-unverified"),
        ({"statusMessage": [{"status": "0x0", "message": "a"}] * 2}, "status-unverified"),
        ({"statusMessage": [{"status": "0x0", "message": "a"}, {"status": "1", "message": "b"}]}, "status-unverified"),
        ({"statusMessage": [{"status": "0x0", "message": "a"}, {"status": "0x1"}]}, "status-unverified"),
        ({"statusMessage": [{"status": 0, "message": "a"}, {"status": 1, "message": "b"}]}, "status-unverified"),
    ],
)
def test_an_entry_that_cannot_be_understood_is_not_taken_for_fine(change: dict[str, Any], code: str) -> None:
    """G06, G09, F11."""
    assert code == _code(read_entry, {**entry_object(URL, 7, "revocation"), **change})


@pytest.mark.parametrize("entry", ["x", 7, [[]]])
def test_an_entry_that_is_no_object_is_not_taken_for_fine(entry: object) -> None:
    assert "status-unverified" == _code(read_entries, {"credentialStatus": entry})


def test_an_entry_we_could_not_read_is_not_written() -> None:
    with pytest.raises(ProblemError):
        entry_object("http://a.example/1", 7, "revocation")


def test_a_set_bit_and_its_neighbours_are_told_apart() -> None:
    """G01, G02."""
    bits = Bits()
    for index in (0, 1000, ENTRIES - 1):
        bits.set(index, 1)
    document = _list(bits)
    states = {index: status_of(document, replace(ENTRY, index=index)) for index in (0, 1, 7, 999, 1000, 1001, 1007)}
    assert {0: 1, 1: 0, 7: 0, 999: 0, 1000: 1, 1001: 0, 1007: 0} == states
    assert 1 == status_of(document, replace(ENTRY, index=ENTRIES - 1))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": URL + "x"}, "status-unverified"),
        ({"id": None}, "status-unverified"),
        ({"type": ["VerifiableCredential"]}, "status-unverified"),
        ({"type": "BitstringStatusListCredential"}, "status-unverified"),
        ({"type": ["VerifiableCredential", "StatusList2021Credential"]}, "status-unverified"),
        ({"credentialSubject": None}, "status-unverified"),
        ({"credentialSubject": []}, "status-unverified"),
        ({"credentialSubject": {"type": "StatusList2021"}}, "status-unverified"),
        ({"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "suspension"}}, "status-unverified"),
        ({"credentialSubject": {"type": "BitstringStatusList"}}, "status-unverified"),
        ({"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "revocation"}}, "status-unverified"),
    ],
)
def test_a_list_that_is_not_the_entrys_is_not_believed(changes: dict[str, Any], code: str) -> None:
    """G03, G04."""
    assert code == _code(status_of, _list(**changes), ENTRY)


def test_a_list_may_serve_several_purposes() -> None:
    document = _list()
    document["credentialSubject"]["statusPurpose"] = ["suspension", "revocation"]
    document["credentialSubject"]["type"] = ["BitstringStatusList"]
    assert 0 == status_of(document, ENTRY)


def test_what_stands_alone_may_stand_in_a_list() -> None:
    """In JSON-LD both are the same; and only where it is read the bit is asked at all."""
    entry = entry_object(URL, 7, "revocation")
    assert read_entry(entry) == read_entry({**entry, "type": [entry["type"]]})
    document = _list()
    document["credentialSubject"]["ttl"] = 7
    alone = {**document, "credentialSubject": [document["credentialSubject"]]}
    assert (0, 7) == (status_of(alone, ENTRY), ttl_ms(alone))
    twice = {**document, "credentialSubject": [document["credentialSubject"]] * 2}
    assert "status-unverified" == _code(status_of, twice, ENTRY)


@pytest.mark.parametrize("kind", [["BitstringStatusListEntry", "X"], [], [7], [["BitstringStatusListEntry"]], None])
def test_an_entry_of_several_types_is_not_taken_for_fine(kind: object) -> None:
    """G09."""
    assert "status-unverified" == _code(read_entry, {**entry_object(URL, 7, "revocation"), "type": kind})


def test_an_index_beyond_the_list_is_out_of_range() -> None:
    """G06."""
    assert "status-out-of-range" == _code(status_of, _list(), replace(ENTRY, index=ENTRIES))


def test_a_list_of_2021_is_read_by_an_entry_of_2021_alone() -> None:
    bits = Bits()
    bits.set(94, 1)
    entry = read_entry(
        {
            "type": "StatusList2021Entry",
            "statusPurpose": "revocation",
            "statusListIndex": 94,
            "statusListCredential": URL,
        }
    )
    subject = {"type": "StatusList2021", "statusPurpose": "revocation", "encodedList": encode(bits)[1:] + "=="}
    document = {"id": URL, "type": ["VerifiableCredential", "StatusList2021Credential"], "credentialSubject": subject}
    assert 1 == status_of(document, entry)
    assert "status-unverified" == _code(status_of, document, ENTRY)
    noise = hashlib.shake_256(b"list").digest(ENTRIES // 8)
    packed = base64.b64encode(gzip.compress(noise, mtime=0)).decode()
    assert not {"+", "/"}.isdisjoint(packed), "else this shows nothing"
    plain = {**document, "credentialSubject": {**subject, "encodedList": packed}}
    assert [noise[11] >> 7 - bit & 1 for bit in range(8)] == [
        status_of(plain, replace(entry, index=88 + bit)) for bit in range(8)
    ]


def test_a_list_says_how_long_it_may_be_kept() -> None:
    assert DEFAULT_TTL_MS == ttl_ms(_list())
    assert 7 == ttl_ms({"credentialSubject": {"ttl": 7}})
    for bad in (-1, "7", True, None):
        assert DEFAULT_TTL_MS == ttl_ms({"credentialSubject": {"ttl": bad}})
    assert DEFAULT_TTL_MS == ttl_ms({})


def test_a_list_is_written_as_the_specification_says() -> None:
    document = _list()
    assert ["https://www.w3.org/ns/credentials/v2"] == document["@context"]
    assert ("2026-05-31T12:00:00Z", "2026-06-01T12:00:00Z") == (document["validFrom"], document["validUntil"])
    assert f"{URL}#list" == document["credentialSubject"]["id"]
    assert decode_base64url(document["credentialSubject"]["encodedList"][1:], max_chars=9_999)[:2] == b"\x1f\x8b"
