"""People on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accounts.desk import AccountsDesk
from holder.commands import people
from holder.desk import HolderDesk
from tests.support.holders import House, make_house
from tests.support.people import GOOD_PASSWORD


@dataclass(frozen=True, slots=True)
class Parts:
    accounts: AccountsDesk
    holder: HolderDesk


@dataclass(frozen=True, slots=True)
class Bench:
    parts: Parts


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = make_house(tmp_path)
    yield house
    house.database.close()


def run(house: House, *arguments: str) -> Result:
    return CliRunner().invoke(people, list(arguments), obj=Bench(Parts(house.accounts, house.desk)))


def test_an_invitation_is_printed_for_whom_mail_does_not_reach(house: House) -> None:
    """R1, R8."""
    house.deliver()
    answer = run(house, "invite", "ZOE@example.org")
    assert 0 == answer.exit_code
    token = answer.output.strip().removeprefix("http://127.0.0.1:8000/invitation/")
    assert "zoe@example.org" == house.accounts.people.accept(token, GOOD_PASSWORD).email


def test_nobody_is_invited_who_was_sent_nothing(house: House) -> None:
    for command in (("invite", "nobody@example.org"), ("documents", "nobody@example.org"), ("sign-out", "x@y.z")):
        answer = run(house, *command)
        assert 1 == answer.exit_code
        assert "not-found" in answer.output


def test_staff_are_added_once_and_invited_until_they_signed_in(house: House) -> None:
    """R80."""
    command = ("add-staff", "r@example.org", "-i", "uni", "--given-name", "Aputik")
    link = run(house, *command).output.strip()
    house.accounts.people.accept(link.rpartition("/")[2], GOOD_PASSWORD)
    assert "r@example.org signs in as before\n" == run(house, *command).output
    assert [{"uni": ("administrator",)}] == [one.institutions for one in house.accounts.people.staff_of("uni")]
    assert 1 == run(house, "add-staff", "no address", "-i", "uni", "--given-name", "A").exit_code


def test_documents_are_listed_without_what_they_say(house: House) -> None:
    """R36."""
    delivery = house.deliver()
    answer = run(house, "documents", "zoe@example.org")
    assert f"{delivery.document_id} diploma 2026-05-30\n" == answer.output


def test_every_session_of_somebody_can_be_ended(house: House) -> None:
    """R16."""
    zoe = house.learner()
    token = house.accounts.sessions.start(zoe)
    assert 0 == run(house, "sign-out", "zoe@example.org").exit_code
    assert house.accounts.sessions.person_of(token) is None
