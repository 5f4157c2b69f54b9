"""Renewed PDFs: verified, kept beside the first, shown in its place; nobody is written to (R24)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from holder.models import RenewalRow
from holder.vault import store
from schemas.delivery import Delivery, RenewedPDF
from schemas.problems import ProblemError
from tests.support.holders import DID, House, make_delivery, make_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = make_house(tmp_path)
    yield house
    house.database.close()


def renewal_of(delivery: Delivery, number: int = 1, more: bytes = b" and newer evidence") -> RenewedPDF:
    return RenewedPDF(delivery.document_id, DID, number, delivery.pdf + more * number)


def shown(house: House) -> bytes:
    person = house.accounts.people.by_email("zoe@example.org")
    assert person is not None
    (document,) = house.desk.vault.all_of(person.id)
    return house.desk.vault.pdf(document)


def count(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(RenewalRow)) or 0


def test_the_newest_bytes_are_shown_and_the_first_are_kept(house: House) -> None:
    delivery = house.deliver()
    letters = len(house.mailer.letters)
    first, second = renewal_of(delivery), renewal_of(delivery, 2)
    assert house.desk.receive_renewal(second)
    assert house.desk.receive_renewal(first)
    assert second.pdf == shown(house)
    with house.database.reading() as session:
        assert delivery.pdf == store.first_pdf(session, delivery.document_id)
    assert letters == len(house.mailer.letters)


def test_a_message_comes_through_as_it_was_sent(house: House) -> None:
    message = renewal_of(house.deliver())
    assert message == RenewedPDF.from_json(message.to_json())


def test_a_second_delivery_changes_nothing(house: House) -> None:
    message = renewal_of(house.deliver())
    assert [True, False, False] == [house.desk.receive_renewal(message) for _ in range(3)]
    assert count(house) == 1


def test_many_deliveries_at_once_keep_it_once(house: House) -> None:
    message = renewal_of(house.deliver())
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: house.desk.receive_renewal(message), range(8)))
    assert (answers.count(True), count(house)) == (1, 1)


def test_a_document_that_is_not_there_any_more_is_no_fault(house: House) -> None:
    """R94: its learner deleted the account."""
    assert not house.desk.receive_renewal(renewal_of(make_delivery()))
    assert count(house) == 0


def test_other_bytes_under_the_same_number_are_refused(house: House) -> None:
    message = renewal_of(house.deliver())
    house.desk.receive_renewal(message)
    with pytest.raises(ProblemError) as caught:
        house.desk.receive_renewal(replace(message, pdf=message.pdf + b"!"))
    assert caught.value.problem.code == "conflict"
    assert message.pdf == shown(house)


@pytest.mark.parametrize("change", [{"pdf": b"%PDF-1.7 another file"}, {"institution_did": "did:web:other.example"}])
def test_what_is_no_renewal_of_the_file_is_refused(house: House, change: dict[str, object]) -> None:
    delivery = house.deliver()
    with pytest.raises(ProblemError) as caught:
        house.desk.receive_renewal(replace(renewal_of(delivery), **change))  # type: ignore[arg-type]
    assert caught.value.problem.code == "conflict"
    assert delivery.pdf == shown(house)


@pytest.mark.parametrize("code", ["pdf-changed", "timestamp-invalid", "issuer-unknown"])
def test_a_renewed_file_that_is_not_genuine_is_not_kept(house: House, code: str) -> None:
    delivery = house.deliver()
    house.judge.troubles[b"newer evidence"] = code
    with pytest.raises(ProblemError) as caught:
        house.desk.receive_renewal(renewal_of(delivery))
    assert code == caught.value.problem.code
    assert delivery.pdf == shown(house)
