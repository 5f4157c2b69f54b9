"""What was decided stays decided, also when an older database is put back (X15, X16, M08)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.audit import BrokenLogError
from issuer.credentials.models import StatusEntryRow, StatusListRow
from issuer.credentials.revoking import Revoking
from tests.support.awards import make_award
from tests.support.issuing import House, open_house


def issue(house: House, number: int = 1) -> str:
    award = make_award("badge", external_id=f"badge-{number}")
    return house.desk.issue(award, "boreale", "registrar").document_id


def status_of(house: House, document_id: str) -> str | None:
    return house.verify(house.desk.forms(document_id)[0].body).status.code


def backup(house: House, folder: Path) -> None:
    house.database.close()
    shutil.copy(folder / "issuer.sqlite", folder / "backup")


def restore(folder: Path) -> House:
    for leftover in folder.glob("issuer.sqlite*"):
        leftover.unlink()
    shutil.copy(folder / "backup", folder / "issuer.sqlite")
    return open_house(folder)


def test_a_backup_that_is_put_back_does_not_take_revocations_back(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    revoked, suspended, restored = issue(house, 1), issue(house, 2), issue(house, 3)
    house.desk.suspend(restored, "Enquête.", "Aputik")
    backup(house, tmp_path)
    house.desk.revoke(revoked, "Fraude.", "Aputik")
    house.desk.suspend(suspended, "Enquête.", "Aputik")
    house.desk.restore(restored, "Close.", "Aputik")
    house.database.close()
    house = restore(tmp_path)
    assert [None, None, "suspended"] == [status_of(house, document) for document in (revoked, suspended, restored)]
    house.desk.resume(alone=True)
    assert ["revoked", "suspended", None] == [status_of(house, document) for document in (revoked, suspended, restored)]
    event = house.desk.document(revoked).events[-1]
    assert ("revoked", "Aputik", "Fraude.") == (event.happened, event.actor, event.reason)
    lines = house.desk.verify_audit_log()
    house.desk.resume(alone=True)
    assert (lines, 2) == (house.desk.verify_audit_log(), len(house.desk.document(revoked).events))


def test_after_a_backup_no_place_is_given_that_was_given_before(tmp_path: Path) -> None:
    """X15: the log knows a document that the database never heard of."""
    house = open_house(tmp_path)
    issue(house, 1)
    backup(house, tmp_path)
    lost = json.loads(house.desk.forms(issue(house, 2))[0].body)
    house.database.close()
    house = restore(tmp_path)
    house.desk.resume(alone=True)
    new = json.loads(house.desk.forms(issue(house, 3))[0].body)
    lists = [{entry["statusListCredential"] for entry in each["credentialStatus"]} for each in (lost, new)]
    assert set() == lists[0] & lists[1]
    with house.database.reading() as session:
        assert 4 == len(session.scalars(select(StatusListRow)).all())


def test_an_act_that_was_logged_and_not_done_is_done_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the log and the database."""

    class _KilledError(Exception):
        pass

    house = open_house(tmp_path)
    document_id = issue(house)
    with monkeypatch.context() as patch:
        patch.setattr("issuer.credentials.revoking.event_of", lambda *_, **__: (_ for _ in ()).throw(_KilledError()))
        with pytest.raises(_KilledError):
            house.desk.revoke(document_id, "Fraude.", "Aputik")
    assert Revoking.__module__ == "issuer.credentials.revoking"
    assert status_of(house, document_id) is None
    house.desk.resume()
    assert "revoked" == status_of(house, document_id)


def test_nothing_is_done_again_when_nothing_was_missed(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    document_id = issue(house)
    house.desk.suspend(document_id, "Enquête.", "Aputik")
    house.desk.resume()
    assert 2 == len(house.desk.document(document_id).events)
    issue(house, 2)
    with house.database.reading() as session:
        assert 2 == len(session.scalars(select(StatusListRow)).all())
        assert 4 == len(session.scalars(select(StatusEntryRow)).all())


def test_a_log_that_was_changed_stops_the_start_and_a_torn_line_does_not(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    issue(house)
    whole = house.audit.path.read_bytes()
    house.audit.path.write_bytes(whole + b'{"number":')
    assert 0 == house.desk.resume()
    house.audit.path.write_bytes(whole.replace(b"registrar", b"somebody."))
    with pytest.raises(BrokenLogError):
        house.desk.resume()
