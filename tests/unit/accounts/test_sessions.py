"""Sessions, tokens and demo doors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from accounts.sessions import acting_as, current_person, require_person
from accounts.tokens import TokenKeeper
from schemas.problems import ProblemError
from services.clock import StoppedClock
from tests.support.people import NOW, SECRET, join, make_accounts


def test_a_session_knows_its_person_until_it_ends(tmp_path: Path) -> None:
    clock = StoppedClock(NOW)
    accounts = make_accounts(tmp_path, clock=clock)
    person = join(accounts, "z@example.org")
    token = accounts.sessions.start(person)
    assert accounts.sessions.person_of(token) == person
    clock.moment += timedelta(hours=8)
    assert accounts.sessions.person_of(token) is None


def test_signing_in_ends_the_session_that_was_there(tmp_path: Path) -> None:
    """threats.md J01: a session cannot be fixed before sign-in."""
    accounts = make_accounts(tmp_path)
    person = join(accounts, "z@example.org")
    old = accounts.sessions.start(person)
    new = accounts.sessions.start(person, instead_of=old)
    assert old != new
    assert accounts.sessions.person_of(old) is None
    assert accounts.sessions.person_of(new) == person


def test_signing_out_everywhere_leaves_others_signed_in(tmp_path: Path) -> None:
    """R16."""
    accounts = make_accounts(tmp_path)
    zoe, ali = join(accounts, "z@example.org"), join(accounts, "a@example.org", name="Ali")
    hers, his = accounts.sessions.start(zoe), accounts.sessions.start(ali)
    accounts.sessions.end_all(zoe)
    assert accounts.sessions.person_of(hers) is None
    assert accounts.sessions.person_of(his) == ali
    accounts.sessions.end(his)
    assert accounts.sessions.person_of(his) is None


def test_the_database_never_holds_a_token(tmp_path: Path) -> None:
    """R53."""
    accounts = make_accounts(tmp_path)
    token = accounts.sessions.start(join(accounts, "z@example.org"))
    with accounts.sessions._database.reading() as session:
        rows = session.execute(text("SELECT digest FROM account_sessions")).scalars().all()
    assert len(rows) == 1
    assert token not in rows
    assert b"" == (tmp_path / "holder.sqlite").read_bytes().partition(token.encode())[1]


def test_a_token_of_one_audience_is_nothing_to_another() -> None:
    """threats.md I14."""
    keeper = TokenKeeper(SECRET)
    token, digest = keeper.new("share")
    assert digest == keeper.digest("share", token)
    assert digest != keeper.digest("session", token)
    assert digest != TokenKeeper(SECRET + b"!").digest("share", token)


def test_tokens_are_long_and_never_repeat() -> None:
    """R53: 144 random bits."""
    keeper = TokenKeeper(SECRET)
    tokens = {keeper.new("share")[0] for _ in range(5_000)}
    assert len(tokens) == 5_000
    assert {len(token) for token in tokens} == {24}


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        TokenKeeper(b"short")


def test_a_stranger_is_asked_to_sign_in(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        require_person()
    assert caught.value.problem.code == "sign-in-needed"
    person = join(make_accounts(tmp_path), "z@example.org")
    with acting_as(person):
        assert require_person() == person
    assert current_person() is None


def test_demo_doors_open_only_where_they_are(tmp_path: Path) -> None:
    accounts = make_accounts(tmp_path)
    zoe = join(accounts, "zoe@example.org")
    assert accounts.behind_door("learner") == zoe
    for closed in (replace(accounts, doors={}), replace(accounts, doors={"learner": "nobody@example.org"})):
        with pytest.raises(ProblemError) as caught:
            closed.behind_door("learner")
        assert caught.value.problem.code == "not-found"
