"""On both databases: what must happen once happens once, and no text breaks a query."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from holder.exchanges import store as exchanges
from holder.models import DocumentRow, EventRow, ExchangeRow
from schemas.problems import ProblemError
from schemas.shares import ShareRequest
from tests.support.databases import ENGINES, database_url
from tests.support.holders import House, make_delivery, make_house
from tests.support.people import GOOD_PASSWORD

PIN = "314159"


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with database_url(request.param, tmp_path) as url:
        house = make_house(tmp_path, url=url)
        yield house
        house.database.close()
        house.accounts.people._database.close()


def test_fifty_wrong_pins_at_once_are_five_tries_and_one_pause(house: House) -> None:
    """threats.md I04."""
    zoe, delivery = house.learner(), house.deliver()
    request = ShareRequest(request_key="k" * 16, documents=(delivery.document_id,), name="x", pin=PIN)
    made = house.desk.shares.create(zoe.id, request)

    def refused(n: int) -> str:
        with pytest.raises(ProblemError) as caught:
            house.desk.opening.enter(made.token or "", f"{n:06d}", client=f"10.0.0.{n}")
        return caught.value.problem.code

    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(refused, range(50)))
    assert (4, 46) == (codes.count("check-what-you-typed"), codes.count("too-many-attempts"))
    events = [event.event.value for event in house.desk.shares.history(zoe.id, made.share.id)]
    assert (5, 1) == (events.count("wrong-pin"), events.count("paused"))


def test_one_delivery_taken_in_by_many_workers_is_one_document(house: House) -> None:
    """R82: a worker that lost the race tries again and changes nothing."""

    def receive(_n: int) -> None:
        for _ in range(3):
            try:
                house.desk.receive(make_delivery())
            except Exception:  # noqa: S112 (the ledger would give the job back)
                continue
            return
        pytest.fail("a delivery never got in")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(receive, range(12)))
    with house.database.reading() as session:
        rows = [session.scalar(select(func.count()).select_from(table)) for table in (DocumentRow, EventRow)]
    assert [1, 1] == rows


def test_a_challenge_is_consumed_by_one_of_twenty(house: House) -> None:
    """threats.md E02."""
    zoe, delivery = house.learner(), house.deliver()
    desk = house.desk
    offered = desk.exchanging.offered(desk.exchanging.offer(desk.vault.get(zoe.id, delivery.document_id)))
    with house.database.session() as session:
        exchanges.set_challenge(session, offered.exchange_id, "d" * 64)

    def consume(_n: int) -> bool:
        with house.database.session() as session:
            return exchanges.consume_challenge(session, offered.exchange_id, "d" * 64)

    with ThreadPoolExecutor(10) as pool:
        assert 1 == list(pool.map(consume, range(20))).count(True)
    with house.database.reading() as session:
        assert session.get_one(ExchangeRow, offered.exchange_id).challenge_digest is None


def test_one_form_sent_many_times_at_once_makes_one_share(house: House) -> None:
    zoe, delivery = house.learner(), house.deliver()
    request = ShareRequest(request_key="k" * 16, documents=(delivery.document_id,), name="x", pin=PIN)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _n: house.desk.shares.create(zoe.id, request), range(8)))
    assert 1 == len({one.share.id for one in made})
    assert 1 == sum(one.token is not None for one in made)


def test_an_invitation_is_accepted_once(house: House) -> None:
    people = house.accounts.people
    people.register("zoe@example.org", given_name="Zoé", family_name="", language="fr")
    token = people.invite("zoe@example.org")

    def accept(_n: int) -> bool:
        try:
            people.accept(token, GOOD_PASSWORD)
        except ProblemError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert 1 == list(pool.map(accept, range(6))).count(True)


def test_an_address_registered_by_many_is_one_person(house: House) -> None:
    def register(n: int) -> str:
        return house.accounts.people.register("z@example.org", given_name=f"n{n}", family_name="", language="fr").id

    with ThreadPoolExecutor(8) as pool:
        assert 1 == len(set(pool.map(register, range(16))))


def test_parallel_sign_ins_cannot_outrun_their_count(house: House) -> None:
    """threats.md J04."""
    house.learner()

    def attempt(_n: int) -> str:
        with pytest.raises(ProblemError) as caught:
            house.accounts.people.check_password("zoe@example.org", "wrong", client="10.0.0.1")
        return caught.value.problem.code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(attempt, range(16)))
    assert 10 == codes.count("check-what-you-typed")


@pytest.mark.parametrize("text", ["", "\x00", "a\x00b", "\ud800", "é" * 5_000, "' OR 1=1 --", "%", "urn:uuid:\x00"])
def test_no_text_breaks_a_query(house: House, text: str) -> None:
    """Whatever is typed or put into an address finds nothing and breaks nothing."""
    zoe, desk, people = house.learner(), house.desk, house.accounts.people
    asks = {
        "not-found": (
            lambda: desk.vault.get(zoe.id, text),
            lambda: desk.exchanging.offered(text),
            lambda: people.invited(text),
            lambda: desk.printed(text),
        ),
        "share-not-found": (lambda: desk.shares.get(zoe.id, text), lambda: desk.opening.enter(text, text)),
        "check-what-you-typed": (lambda: people.check_password(text, text, client=text),),
    }
    for code, questions in asks.items():
        for ask in questions:
            with pytest.raises(ProblemError) as caught:
                ask()
            assert code == caught.value.problem.code
    assert people.by_email(text) is None
    assert house.accounts.sessions.person_of(text) is None
