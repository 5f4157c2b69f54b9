"""Hashing what people type in secret."""

from __future__ import annotations

import pytest

from accounts.passwords import Hasher, require_good_password
from schemas.problems import ProblemError

HASHER = Hasher()


def test_a_secret_matches_its_own_hash_alone() -> None:
    encoded = HASHER.hash("314159")
    assert (True, False, False) == (
        HASHER.matches(encoded, "314159"),
        HASHER.matches(encoded, "314158"),
        HASHER.matches(None, "314159"),
    )


def test_two_hashes_of_one_secret_differ_and_are_argon2id() -> None:
    """threats.md I05."""
    first, second = HASHER.hash("314159"), HASHER.hash("314159")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_letters_written_another_way_match() -> None:
    """A telephone may send é as one character or as two."""
    assert HASHER.matches(HASHER.hash("Érable-rouge-1842"), "E\u0301rable-rouge-1842")


@pytest.mark.parametrize("typed", ["", "\ud800", "\x00", "x" * 100_000])
def test_whatever_is_typed_is_an_answer_and_no_error(typed: str) -> None:
    assert not HASHER.matches(HASHER.hash("314159"), typed)
    assert not HASHER.matches(None, typed)


def test_a_damaged_hash_matches_nothing() -> None:
    assert not HASHER.matches("$argon2id$damaged", "314159")


def test_a_password_of_fourteen_with_one_of_each_sort_is_good() -> None:
    """R3."""
    require_good_password("Aaaaaaaaaaa-1a")
    with pytest.raises(ProblemError):
        require_good_password("Aaaaaaaaaa-1a")
    with pytest.raises(ProblemError):
        require_good_password("Aa1-" * 100)
