"""BBS signatures: what was signed holds, every part that was changed does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs import bbs_signatures as bbs
from proofs.bbs_signatures import BBSError
from proofs.bbs_signer import BBSSigner

SECRET = bbs.key_from(b"a key for tests, at least 32 bytes long")
PUBLIC = bbs.public_of(SECRET)
MESSAGES = [b"zero", b"one", b"", b"three", b"four"]
SHOWN = [0, 2, 3]
# The point whose x is 0 lies on the curve and outside the subgroup.
OUTSIDE = b"\x80" + bytes(47)
IDENTITY = b"\xc0" + bytes(47)


@cache
def signature() -> bytes:
    return bbs.sign(SECRET, PUBLIC, b"header", MESSAGES)


@cache
def proof() -> bytes:
    return bbs.prove(PUBLIC, signature(), b"header", b"presentation", MESSAGES, SHOWN)


def holds(
    made: bytes,
    header: bytes = b"header",
    presentation: bytes = b"presentation",
    shown: list[bytes] | None = None,
    places: list[int] | None = None,
) -> bool:
    places = SHOWN if places is None else places
    return bbs.proof_holds(PUBLIC, made, header, presentation, shown or [MESSAGES[at] for at in SHOWN], places)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=6), st.data())
def test_whatever_is_shown_of_whatever_was_signed_holds(messages: list[bytes], data: st.DataObject) -> None:
    places = [place for place in range(len(messages)) if data.draw(st.booleans())]
    signed = bbs.sign(SECRET, PUBLIC, b"", messages)
    assert bbs.signature_holds(PUBLIC, signed, b"", messages)
    made = bbs.prove(PUBLIC, signed, b"", b"", messages, places)
    assert len(messages) == bbs.messages_in(made, len(places))
    assert bbs.proof_holds(PUBLIC, made, b"", b"", [messages[place] for place in places], places)


def test_two_proofs_of_one_signature_share_nothing() -> None:
    """threats.md: what is shown twice cannot be linked by the bytes of the proof."""
    other = bbs.prove(PUBLIC, signature(), b"header", b"presentation", MESSAGES, SHOWN)
    assert holds(proof())
    assert holds(other)
    pieces = [{made[at : at + 16] for at in range(len(made) - 15)} for made in (proof(), other, signature())]
    assert pieces[0].isdisjoint(pieces[1] | pieces[2])
    assert pieces[1].isdisjoint(pieces[2])


CHANGED: dict[str, Callable[[], bool]] = {
    "another header": lambda: holds(proof(), header=b"headers"),
    "no header": lambda: holds(proof(), header=b""),
    "another presentation header": lambda: holds(proof(), presentation=b"presentatiom"),
    "no presentation header": lambda: holds(proof(), presentation=b""),
    "a message changed": lambda: holds(proof(), shown=[b"zero", b"", b"thre3"]),
    "messages traded": lambda: holds(proof(), shown=[b"", b"zero", b"three"]),
    "another place": lambda: holds(proof(), places=[0, 1, 3]),
    "another number of messages": lambda: holds(proof() + bytes(31) + b"\1"),
    "a message less": lambda: holds(proof()[:-32]),
    "all zeroes but one": lambda: holds(proof()[:144] + (bytes(31) + b"\1") * 6),
    "two points traded": lambda: holds(proof()[48:96] + proof()[:48] + proof()[96:]),
    "the key's own points": lambda: bbs.proof_holds(
        bbs.public_of(SECRET + 1), proof(), b"header", b"presentation", [MESSAGES[at] for at in SHOWN], SHOWN
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_what_was_changed_does_not_hold(case: str) -> None:
    assert holds(proof())
    assert CHANGED[case]() is False


@pytest.mark.parametrize("at", range(9))
def test_no_part_of_a_proof_can_be_changed_by_one_bit(at: int) -> None:
    """Three points, three answers, two hidden messages, the challenge."""
    end = (at + 1) * 48 if at < 3 else 144 + (at - 2) * 32
    changed = bytearray(proof())
    changed[end - 1] ^= 1
    try:
        assert holds(bytes(changed)) is False
    except BBSError:
        assert at < 3, "half of all numbers are no coordinate of a point"


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("point", [IDENTITY, b"\xe0" + bytes(47), IDENTITY[:-1] + b"\1", OUTSIDE, bytes(48)])
def test_no_point_is_nothing_or_outside_the_subgroup(at: int, point: bytes) -> None:
    made = proof()[: at * 48] + point + proof()[at * 48 + 48 :]
    with pytest.raises(BBSError):
        holds(made)


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("number", [0, bbs.ORDER, 2**256 - 1])
def test_no_scalar_is_zero_or_beyond_the_order(at: int, number: int) -> None:
    start = 144 + at * 32
    made = proof()[:start] + number.to_bytes(32, "big") + proof()[start + 32 :]
    with pytest.raises(BBSError, match="scalar"):
        holds(made)


PLACES = [[0, 0, 2], [2, 0, 3], [0, 2, 5], [0, 2, 99], [-1, 0, 2]]


@pytest.mark.parametrize("places", PLACES)
def test_places_ascend_below_the_number_of_messages(places: list[int]) -> None:
    with pytest.raises(BBSError, match="place"):
        holds(proof(), places=places)
    with pytest.raises(BBSError, match="place"):
        bbs.prove(PUBLIC, signature(), b"header", b"", MESSAGES, places)


def test_as_many_messages_as_places() -> None:
    with pytest.raises(BBSError, match="as many"):
        holds(proof(), shown=[b"zero", b""])


@pytest.mark.parametrize("size", [0, 143, 144, 271, 273, 303])
def test_a_proof_of_another_length_is_none(size: int) -> None:
    with pytest.raises(BBSError, match="length"):
        holds((proof() * 2)[:size])


@pytest.mark.parametrize(
    "made",
    [
        b"",
        bytes(79),
        IDENTITY + bytes(31) + b"\1",
        OUTSIDE + bytes(31) + b"\1",
        bbs.sign(SECRET, PUBLIC, b"", [])[:48] + bytes(32),
        bbs.sign(SECRET, PUBLIC, b"", [])[:48] + bbs.ORDER.to_bytes(32, "big"),
    ],
)
def test_a_signature_that_is_none_is_refused(made: bytes) -> None:
    with pytest.raises(BBSError):
        bbs.signature_holds(PUBLIC, made, b"", [])
    with pytest.raises(BBSError):
        bbs.prove(PUBLIC, made, b"", b"", [], [])


def test_key_material_is_long_enough() -> None:
    with pytest.raises(BBSError, match="32 bytes"):
        bbs.key_from(bytes(31))
    assert bbs.key_from(bytes(32)) != bbs.key_from(bytes(32), b"another")


def test_random_scalars_are_below_the_order_and_differ() -> None:
    found = bbs.random_scalars(20)
    assert 20 == len(set(found))
    assert all(0 <= one < bbs.ORDER for one in found)


def test_a_signer_tells_its_name_and_keeps_its_key() -> None:
    signer = BBSSigner(SECRET, verification_method="did:web:x.example#bbs")
    assert "BBSSigner('did:web:x.example#bbs')" == repr(signer)
    assert str(SECRET) not in repr(signer)
    assert BBSSigner.generate().public_key != BBSSigner.generate().public_key
    assert not hasattr(signer, "sign"), "what signs anything could be made to sign something else"
