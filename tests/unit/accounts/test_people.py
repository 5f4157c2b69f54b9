"""Invitations, passwords and sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.desk import AccountsDesk
from schemas.problems import ProblemError
from services.clock import StoppedClock
from tests.support.people import GOOD_PASSWORD, NOW, join, make_accounts


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def accounts(tmp_path: Path, clock: StoppedClock) -> Iterator[AccountsDesk]:
    desk = make_accounts(tmp_path, clock=clock)
    yield desk
    desk.people._database.close()


def code_of(caught: pytest.ExceptionInfo[ProblemError]) -> str:
    return caught.value.problem.code


def test_an_invited_person_chooses_a_password_and_signs_in(accounts: AccountsDesk) -> None:
    """R1, R3."""
    join(accounts, "Zoe@Example.org")
    person = accounts.people.check_password(" ZOE@example.org ", GOOD_PASSWORD, client="127.0.0.1")
    assert (person.full_name, person.email) == ("Zoé Tremblay", "zoe@example.org")


def test_a_second_registration_of_an_address_changes_nothing(accounts: AccountsDesk) -> None:
    first = accounts.people.register("z@example.org", given_name="Zoé", family_name="", language="fr+en")
    second = accounts.people.register("Z@example.org", given_name="Mallory", family_name="X", language="en")
    assert first == second
    assert second.full_name == "Zoé"


def test_the_same_address_registered_by_many_at_once_is_one_person(accounts: AccountsDesk) -> None:
    def register(n: int) -> str:
        return accounts.people.register("z@example.org", given_name=f"n{n}", family_name="", language="fr").id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(register, range(16)))) == 1


def test_an_invitation_works_once(accounts: AccountsDesk) -> None:
    accounts.people.register("z@example.org", given_name="Zoé", family_name="", language="fr")
    token = accounts.people.invite("z@example.org")
    accounts.people.accept(token, GOOD_PASSWORD)
    with pytest.raises(ProblemError) as caught:
        accounts.people.accept(token, GOOD_PASSWORD)
    assert code_of(caught) == "not-found"


def test_using_one_invitation_ends_the_others(accounts: AccountsDesk) -> None:
    """R1: two documents delivered on one day send two letters, and either link works."""
    person = accounts.people.register("z@example.org", given_name="Zoé", family_name="", language="fr")
    first, second = accounts.people.invite("z@example.org"), accounts.people.invite("z@example.org")
    assert (False, "z@example.org") == (accounts.people.is_active(person.id), accounts.people.invited(first))
    accounts.people.accept(first, GOOD_PASSWORD)
    assert accounts.people.is_active(person.id)
    with pytest.raises(ProblemError):
        accounts.people.invited(second)


def test_an_invitation_ends(accounts: AccountsDesk, clock: StoppedClock) -> None:
    accounts.people.register("z@example.org", given_name="Zoé", family_name="", language="fr")
    token = accounts.people.invite("z@example.org")
    clock.moment += timedelta(days=30)
    with pytest.raises(ProblemError) as caught:
        accounts.people.invited(token)
    assert code_of(caught) == "not-found"


@pytest.mark.parametrize(
    "password", ["Court-1", "sans-majuscule-1842", "SANS-MINUSCULE-1842", "Sans-chiffre-aucun", "SansSpecial184212"]
)
def test_a_weak_password_is_refused_and_not_repeated(accounts: AccountsDesk, password: str) -> None:
    """R3."""
    accounts.people.register("z@example.org", given_name="Zoé", family_name="", language="fr")
    token = accounts.people.invite("z@example.org")
    with pytest.raises(ProblemError) as caught:
        accounts.people.accept(token, password)
    assert caught.value.problem.errors[0].pointer == "/password"
    assert password not in str(caught.value.problem.to_json())


def test_wrong_password_unknown_address_and_unconfirmed_address_are_answered_alike(accounts: AccountsDesk) -> None:
    """R8, threats.md J04."""
    join(accounts, "z@example.org")
    accounts.people.register("waiting@example.org", given_name="A", family_name="", language="fr")
    answers = []
    for email in ("z@example.org", "nobody@example.org", "waiting@example.org"):
        with pytest.raises(ProblemError) as caught:
            accounts.people.check_password(email, "wrong", client="127.0.0.1")
        answers.append(caught.value.problem)
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].code == "check-what-you-typed"


def test_the_right_password_is_not_heard_after_too_many_wrong_ones(tmp_path: Path, clock: StoppedClock) -> None:
    """R16: counted before anything is hashed."""
    accounts = make_accounts(tmp_path, clock=clock, attempts=3)
    join(accounts, "z@example.org")
    for _ in range(3):
        with pytest.raises(ProblemError):
            accounts.people.check_password("z@example.org", "wrong", client="10.0.0.1")
    with pytest.raises(ProblemError) as caught:
        accounts.people.check_password("z@example.org", GOOD_PASSWORD, client="10.0.0.2")
    assert (code_of(caught), caught.value.problem.retry_after) == ("rate-limited", 900)
    clock.moment += timedelta(minutes=15)
    assert accounts.people.check_password("z@example.org", GOOD_PASSWORD, client="10.0.0.1").email == "z@example.org"


def test_one_client_cannot_try_many_addresses(tmp_path: Path) -> None:
    accounts = make_accounts(tmp_path, attempts=1)
    codes = []
    for n in range(6):
        with pytest.raises(ProblemError) as caught:
            accounts.people.check_password(f"n{n}@example.org", "wrong", client="10.0.0.1")
        codes.append(code_of(caught))
    assert codes == ["check-what-you-typed"] * 5 + ["rate-limited"]


def test_parallel_attempts_cannot_outrun_the_count(tmp_path: Path) -> None:
    accounts = make_accounts(tmp_path, attempts=4)
    join(accounts, "z@example.org")

    def attempt(_n: int) -> str:
        with pytest.raises(ProblemError) as caught:
            accounts.people.check_password("z@example.org", "wrong", client="10.0.0.1")
        return code_of(caught)

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(attempt, range(16)))
    assert codes.count("check-what-you-typed") == 4


def test_a_new_password_ends_every_session(accounts: AccountsDesk) -> None:
    """threats.md J01."""
    person = join(accounts, "z@example.org")
    tokens = [accounts.sessions.start(person) for _ in range(2)]
    accounts.people.change_password(person, old=GOOD_PASSWORD, new="Autre-mot-2-passe!", client="127.0.0.1")
    assert [accounts.sessions.person_of(token) for token in tokens] == [None, None]
    with pytest.raises(ProblemError):
        accounts.people.check_password("z@example.org", GOOD_PASSWORD, client="127.0.0.1")


def test_only_our_languages_can_be_chosen(accounts: AccountsDesk) -> None:
    """R85."""
    person = join(accounts, "z@example.org")
    accounts.people.choose_language(person.id, "en")
    known = accounts.people.by_email("z@example.org")
    assert known is not None
    assert known.language == "en"
    with pytest.raises(ProblemError) as caught:
        accounts.people.choose_language(person.id, "../etc")
    assert caught.value.problem.errors[0].pointer == "/language"


@pytest.mark.parametrize("email", ["", "zoe", "@", "a@b@c", "z oe@example.org", "zoe@exam\nple.org", "x" * 70 + "@a.b"])
def test_what_is_not_an_address_is_refused(accounts: AccountsDesk, email: str) -> None:
    with pytest.raises(ProblemError) as caught:
        accounts.people.register(email, given_name="A", family_name="B", language="fr")
    assert caught.value.problem.errors[0].pointer == "/email"


def test_staff_belong_to_their_institution_alone(accounts: AccountsDesk) -> None:
    """R80."""
    person = join(accounts, "r@example.org")
    accounts.people.add_staff(person.id, "uni")
    accounts.people.add_staff(person.id, "uni")
    known = accounts.people.staff_of("uni")[0]
    assert known.institutions == {"uni": ("administrator",)}
    assert (known.is_staff_of("uni"), known.is_staff_of("college")) == (True, False)
    assert accounts.people.staff_of("college") == []
