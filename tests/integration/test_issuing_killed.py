"""Kill -9 at each step of issuing: nothing lost, nothing doubled, no place given twice (X02, I1-I6)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.credentials.models import DocumentRow, IntentRow, StatusEntryRow
from schemas.report import Verdict
from services.jobs import JobState
from tests.support.awards import make_award
from tests.support.databases import database_url
from tests.support.issuing import House, open_house

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("reserved", "drafted", "intent-stored", "linted", "audited", "signed", "verified", "stored")

pytestmark = pytest.mark.integration


CASES = [("sqlite", step) for step in STEPS] + [("postgresql", step) for step in ("reserved", "audited", "verified")]


def killed_at(step: str, url: str, folder: Path) -> None:
    command = [sys.executable, "-m", "tests.support.issuing_child", url, str(folder), step]
    ended = subprocess.run(command, cwd=ROOT, check=False, timeout=60, capture_output=True)
    assert -9 == ended.returncode, ended.stderr.decode()


def require_one_whole_document(house: House) -> None:
    """I1, I2, I4, I5: one document, whole, delivered once, every place used once, the log unbroken."""
    with house.database.reading() as session:
        (row,) = session.scalars(select(DocumentRow)).all()
        entries = session.scalars(select(StatusEntryRow)).all()
        intents = {intent.id: intent.state for intent in session.scalars(select(IntentRow))}
    assert "issued" == row.state
    assert 1 == house.jobs.counts()[JobState.WAITING]
    assert 1 == list(intents.values()).count("done")
    assert "open" not in intents.values()
    for entry in entries:
        assert entry.is_burnt is (intents[entry.intent_id] == "cancelled")
    assert 2 == sum(not entry.is_burnt for entry in entries)
    for form in house.desk.forms(row.id):
        assert Verdict.VERIFIED is house.verify(form.body, form.media_type).verdict
    house.desk.verify_audit_log()


@pytest.mark.parametrize(("engine", "step"), CASES)
def test_killed_after_a_step_the_document_is_issued_once_at_restart(engine: str, step: str, tmp_path: Path) -> None:
    """X02; the award is sent again by the client as well, and before or after `resume` it is the same."""
    with database_url(engine, tmp_path) as url:
        killed_at(step, url, tmp_path)
        house = open_house(tmp_path, url)
        assert (0 if step == "stored" else 1) == house.desk.resume(alone=True)
        issued = house.desk.issue(make_award("badge"), "boreale", "again")
        assert not issued.is_new
        require_one_whole_document(house)
        house.database.close()


@pytest.mark.soak
def test_killed_again_and_again_at_different_steps_it_is_still_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'issuer.sqlite'}"
    for step in ("signed", "reserved", "verified"):
        killed_at(step, url, tmp_path)
        house = open_house(tmp_path, url)
        with house.database.session() as session:
            for intent in session.scalars(select(IntentRow).where(IntentRow.state == "open")):
                intent.lease_until = house.clock.now()
        house.database.close()
    house = open_house(tmp_path, url)
    assert house.desk.issue(make_award("badge"), "boreale", "again").is_new
    require_one_whole_document(house)
    with house.database.reading() as session:
        assert 8 == len(session.scalars(select(StatusEntryRow)).all())
    house.database.close()
