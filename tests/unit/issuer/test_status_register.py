"""Places on status lists are random, given once, and never given again (G11, K13)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from issuer.credentials.models import StatusEntryRow, StatusListRow
from issuer.credentials.status_register import StatusRegister
from schemas.problems import ProblemError
from services.clock import StoppedClock
from tests.support.awards import make_award
from tests.support.issuing import NOW, House, open_house

BINS = 32


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(tmp_path)


def reserve(house: House, number: int, *, entries: int = 131_072) -> list[tuple[str, int]]:
    """Reserve places for many documents of one document row, which is enough for the register."""
    issued = house.desk.issue(make_award("badge"), "boreale", "test")
    register = StatusRegister(clock=house.clock, entries=entries)
    with house.database.session() as session:
        institution = session.scalars(select(StatusListRow.institution_id)).first() or ""
        entry = session.scalars(select(StatusEntryRow).where(StatusEntryRow.document_id == issued.document_id)).first()
        assert entry is not None
        rows = [
            row
            for _ in range(number)
            for row in register.reserve(
                session,
                institution_id=institution,
                purposes=("revocation",),
                document_id=issued.document_id,
                intent_id=entry.intent_id,
            )
        ]
        return [(row.list_id, row.place) for row in rows]


def test_places_are_drawn_evenly_and_say_nothing_about_the_order(house: House) -> None:
    """A chi-square test over 32 parts of the list: at 31 degrees of freedom 70 is exceeded once in 15,000 runs."""
    places = [place for _, place in reserve(house, 1_600)]
    counts = Counter(place * BINS // 131_072 for place in places)
    expected = len(places) / BINS
    assert sum((counts[part] - expected) ** 2 / expected for part in range(BINS)) < 70
    rising = sum(first < second for first, second in pairwise(places))
    assert 0.4 < rising / (len(places) - 1) < 0.6
    assert len(set(places)) == len(places)


def test_a_full_list_is_followed_by_a_new_one(tmp_path: Path) -> None:
    places = reserve(open_house(tmp_path), 60, entries=32)
    lists = Counter(list_id for list_id, _ in places)
    assert len(set(places)) == len(places)
    assert 3 == len(lists)
    assert max(lists.values()) <= 24


def test_a_place_is_never_given_to_two_documents_even_by_hand(house: House) -> None:
    (list_id, place), *_ = reserve(house, 1)
    with house.database.reading() as session:
        row = session.get(StatusEntryRow, (list_id, place))
        assert row is not None
        copy = {column.key: getattr(row, column.key) for column in StatusEntryRow.__table__.columns}
    with pytest.raises(IntegrityError), house.database.session() as session:
        session.add(StatusEntryRow(**copy))


def test_when_no_place_can_be_drawn_it_says_so(house: House) -> None:
    reserve(house, 1)
    with house.database.session() as session:
        session.execute(update(StatusListRow).values(size=1))
        list_id = session.scalars(select(StatusListRow.id).where(StatusListRow.purpose == "revocation")).one()
        taken = session.scalars(select(StatusEntryRow).where(StatusEntryRow.list_id == list_id)).first()
        assert taken is not None
        session.execute(
            update(StatusEntryRow)
            .where(StatusEntryRow.list_id == list_id, StatusEntryRow.place == taken.place)
            .values(place=0)
        )
    with pytest.raises(ProblemError) as caught:
        reserve(house, 1)
    assert "list-full" == caught.value.problem.code


def test_a_revocation_list_and_a_suspension_list_give_different_places(house: House) -> None:
    house.desk.issue(make_award("badge"), "boreale", "test")
    with house.database.reading() as session:
        entries = session.scalars(select(StatusEntryRow)).all()
        lists = {row.id: row.purpose for row in session.scalars(select(StatusListRow))}
    assert {"revocation", "suspension"} == {lists[entry.list_id] for entry in entries}
    assert all(lists[entry.list_id] == entry.purpose for entry in entries)


def test_each_institution_has_its_own_lists(tmp_path: Path) -> None:
    house = open_house(tmp_path, slugs=("boreale", "australe"), clock=StoppedClock(NOW))
    for slug in ("boreale", "australe"):
        house.desk.issue(make_award("badge"), slug, "test")
    with house.database.reading() as session:
        assert 4 == len({row.id for row in session.scalars(select(StatusListRow))})
