"""Many at once on a real PostgreSQL: one document, every revocation counted, no place twice (K02, K13, X09)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from issuer.credentials.models import StatusEntryRow, StatusListRow
from services.jobs import JobState
from tests.support.awards import make_award
from tests.support.databases import database_url
from tests.support.issuing import House, open_house

pytestmark = pytest.mark.integration


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with database_url("postgresql", tmp_path) as url:
        house = open_house(tmp_path, url)
        yield house
        house.database.close()


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the acts together and return what they returned or raised."""
    results: list[Any] = [None] * len(acts)

    def run(at: int) -> None:
        try:
            results[at] = acts[at]()
        except Exception as error:
            results[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_award_many_times_at_once_is_one_document(house: House) -> None:
    award = make_award("badge")
    results = at_once([lambda: house.desk.issue(award, "boreale", "test")] * 12)
    assert [] == [result for result in results if isinstance(result, Exception)]
    assert (1, 1) == (len({result.document_id for result in results}), sum(result.is_new for result in results))
    assert 1 == house.jobs.counts()[JobState.WAITING]


def test_many_awards_at_once_get_places_of_their_own_and_can_be_revoked_at_once(house: House) -> None:
    awards = [make_award("badge", external_id=str(number)) for number in range(8)]
    issued = at_once([lambda award=award: house.desk.issue(award, "boreale", "test") for award in awards])  # type: ignore[misc]
    assert [] == [result for result in issued if isinstance(result, Exception)]
    with house.database.reading() as session:
        entries = session.scalars(select(StatusEntryRow)).all()
        used = sum(row.used for row in session.scalars(select(StatusListRow)))
    assert 16 == len(entries) == len({(entry.list_id, entry.place) for entry in entries}) == used
    documents = [result.document_id for result in issued] * 2
    revoked = at_once([lambda d=d: house.desk.revoke(d, "Erreur.", "test") for d in documents])  # type: ignore[misc]
    assert [] == [result for result in revoked if isinstance(result, Exception)]
    assert 8 == sum(revoked)
    for document in documents:
        assert "revoked" == house.verify(house.desk.forms(document)[0].body).status.code
    assert 1 + 8 + 8 == house.desk.verify_audit_log()
