"""Status lists under attack (threats.md G), as far as their form goes.

The lines of the table stand in `tests/unit/proofs/test_bitstring_status_list.py`; who signed a list
and when is asked in `tests/unit/verifier/test_status_check.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs.bitstring_status_list import ENTRIES, Bits, decode, encode, read_entries, status_of
from schemas.problems import ProblemError

URL = "https://registrar.parchemin.example/status/1"


def _marked() -> Bits:
    bits = Bits()
    for index in range(0, ENTRIES, 997):
        bits.set(index, 1)
    return bits


TEXT = encode(_marked())


def test_no_character_of_a_list_can_be_exchanged_unnoticed() -> None:
    """G07: gzip carries a checksum; a list that still unpacks is the same list."""
    for at in range(0, len(TEXT), 7):
        other = "A" if TEXT[at] != "A" else "B"
        try:
            found = decode(TEXT[:at] + other + TEXT[at + 1 :])
        except ProblemError:
            continue
        assert bytes(_marked()) == bytes(found)


def test_no_part_of_a_list_is_a_list() -> None:
    for length in range(0, len(TEXT), 5):
        with pytest.raises(ProblemError):
            decode(TEXT[:length])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=5,
)
MEMBERS = st.sampled_from(
    [
        "type",
        "statusPurpose",
        "statusListIndex",
        "statusListCredential",
        "statusSize",
        "statusMessage",
        "statusReference",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(MEMBERS, JSON, max_size=3))
def test_any_entry_ends_in_an_answer(changes: dict[str, Any]) -> None:
    """G06, G09: an entry is read or refused, never skipped and never another exception."""
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "997",
        "statusListCredential": URL,
        **changes,
    }
    try:
        (read,) = read_entries({"credentialStatus": entry})
    except ProblemError:
        return
    assert read.list_url.startswith("https://")


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "type", "credentialSubject"]), JSON, max_size=2))
def test_any_list_document_ends_in_an_answer(changes: dict[str, Any]) -> None:
    """G03, G04."""
    subject = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": TEXT}
    document = {
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "credentialSubject": subject,
        **changes,
    }
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "997",
        "statusListCredential": URL,
    }
    (read,) = read_entries({"credentialStatus": entry})
    try:
        value = status_of(document, read)
    except ProblemError:
        return
    assert 1 == value
