"""Revoke, suspend, restore: with reason and actor, once, and only by whom it belongs to (R27, K01, K13)."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.credentials.models import StatusListRow
from schemas.problems import ProblemError
from schemas.report import Verdict
from services.clock import StoppedClock
from tests.support.awards import make_award
from tests.support.issuing import NOW, House, open_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(tmp_path, slugs=("boreale", "australe"), clock=StoppedClock(NOW))


def issue(house: House, number: int = 1) -> str:
    award = make_award("badge", external_id=f"badge-{number}")
    return house.desk.issue(award, "boreale", "registrar").document_id


def status_of(house: House, document_id: str) -> str | None:
    return house.verify(house.desk.forms(document_id)[0].body).status.code


def test_a_document_is_suspended_restored_and_revoked(house: House) -> None:
    document_id, neighbour = issue(house), issue(house, 2)
    assert house.desk.suspend(document_id, "Enquête.", "Aputik")
    assert "suspended" == status_of(house, document_id)
    assert house.desk.restore(document_id, "Enquête close.", "Aputik")
    assert status_of(house, document_id) is None
    assert house.desk.revoke(document_id, "Obtenu par fraude.", "Aputik")
    assert "revoked" == status_of(house, document_id)
    assert Verdict.VERIFIED is house.verify(house.desk.forms(neighbour)[0].body).verdict
    assert ["issued", "suspended", "restored", "revoked"] == [
        e.happened for e in house.desk.document(document_id).events
    ]
    assert ("Aputik", "Obtenu par fraude.") == (
        house.desk.document(document_id).events[-1].actor,
        house.desk.document(document_id).events[-1].reason,
    )


def test_each_form_and_each_course_is_revoked_with_its_document(house: House) -> None:
    document_id = house.desk.issue(make_award("transcript"), "boreale", "registrar").document_id
    house.desk.revoke(document_id, "Erreur.", "registrar")
    transcript = json.loads(house.desk.forms(document_id)[0].body)
    for child in transcript["credentialSubject"]["verifiableCredential"]:
        assert "revoked" == house.verify(json.dumps(child)).status.code
    for form in house.desk.forms(document_id):
        assert "revoked" == house.verify(form.body, form.media_type).status.code


def test_doing_it_twice_changes_nothing(house: House) -> None:
    document_id = issue(house)
    assert [True, False] == [house.desk.revoke(document_id, "Erreur.", "registrar") for _ in range(2)]
    assert [False] == [house.desk.restore(issue(house, 2), "Rien.", "registrar")]
    assert 2 == len(house.desk.document(document_id).events)


def test_a_revocation_is_never_taken_back(house: House) -> None:
    """G12"""
    document_id = issue(house)
    house.desk.suspend(document_id, "Enquête.", "registrar")
    house.desk.revoke(document_id, "Erreur.", "registrar")
    for act in (house.desk.restore, house.desk.suspend):
        with pytest.raises(ProblemError) as caught:
            act(document_id, "Oups.", "registrar")
        assert "not-allowed" == caught.value.problem.code
    assert "revoked" == status_of(house, document_id)


def test_another_institution_cannot_touch_it_nor_learn_that_it_is_there(house: House) -> None:
    """K01"""
    document_id = issue(house)
    for act in (house.desk.revoke, house.desk.suspend, house.desk.restore):
        with pytest.raises(ProblemError) as caught:
            act(document_id, "Non.", "intruder", institution="australe")
        with pytest.raises(ProblemError) as unknown:
            act("urn:uuid:00000000-0000-4000-8000-000000000000", "Non.", "intruder", institution="australe")
        assert caught.value.problem == unknown.value.problem
        assert "not-found" == caught.value.problem.code
    with pytest.raises(ProblemError):
        house.desk.document(document_id, institution="australe")
    assert () == house.desk.documents("australe")
    assert status_of(house, document_id) is None
    assert house.desk.revoke(document_id, "Oui.", "registrar", institution="boreale")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\x00b", "\ud800"])
def test_a_reason_is_needed(house: House, reason: str) -> None:
    document_id = issue(house)
    with pytest.raises(ProblemError) as caught:
        house.desk.revoke(document_id, reason, "registrar")
    assert ("malformed", "/reason") == (caught.value.problem.code, caught.value.problem.errors[0].pointer)
    assert status_of(house, document_id) is None


def test_without_the_audit_log_nothing_is_revoked(house: House) -> None:
    """M04"""
    document_id = issue(house)
    log = house.audit.path.read_bytes()
    house.audit.path.unlink()
    house.audit.path.mkdir()
    with pytest.raises(ProblemError) as caught:
        house.desk.revoke(document_id, "Erreur.", "registrar")
    assert "busy" == caught.value.problem.code
    assert status_of(house, document_id) is None
    house.audit.path.rmdir()
    house.audit.path.write_bytes(log)
    assert house.desk.revoke(document_id, "Erreur.", "registrar")


def test_many_at_once_are_all_revoked_and_the_version_counts_each(house: House) -> None:
    """K13: nothing lost while the list is being signed."""
    documents = [issue(house, number) for number in range(12)]
    before = _version(house)
    stop = threading.Event()

    def keep_signing() -> None:
        while not stop.is_set():
            house.desk.publish_status_lists()

    signing = threading.Thread(target=keep_signing)
    revoking = [
        threading.Thread(target=lambda d=document: house.desk.revoke(d, "Erreur.", "registrar"))  # type: ignore[misc]
        for document in documents
    ]
    for thread in (signing, *revoking):
        thread.start()
    for thread in revoking:
        thread.join()
    stop.set()
    signing.join()
    assert ["revoked"] * 12 == [status_of(house, document) for document in documents]
    assert before + 12 == _version(house)
    assert 1 + 12 + 12 <= house.desk.verify_audit_log()


def _version(house: House) -> int:
    from sqlalchemy import select

    with house.database.reading() as session:
        query = select(StatusListRow.version).where(StatusListRow.purpose == "revocation")
        return session.scalars(query).one()


def test_a_list_is_signed_anew_when_it_changed_or_is_half_expired_and_not_otherwise(house: House) -> None:
    document_id = issue(house)
    url = json.loads(house.desk.forms(document_id)[0].body)["credentialStatus"][0]["statusListCredential"]
    list_id = url.rsplit("/", 1)[1]
    first = house.desk.status_list(list_id)
    clock = house.clock
    assert isinstance(clock, StoppedClock)
    clock.moment += timedelta(hours=12)
    assert (first, 0) == (house.desk.status_list(list_id), house.desk.publish_status_lists())
    clock.moment += timedelta(seconds=1)
    assert (2, 0) == (house.desk.publish_status_lists(), house.desk.publish_status_lists())
    second = json.loads(house.desk.status_list(list_id))
    assert json.loads(first)["validFrom"] < second["validFrom"]
    assert (300_000, "revocation") == (second["credentialSubject"]["ttl"], second["credentialSubject"]["statusPurpose"])
    house.desk.revoke(document_id, "Erreur.", "registrar")
    assert 1 == house.desk.publish_status_lists()
    assert second["credentialSubject"] != json.loads(house.desk.status_list(list_id))["credentialSubject"]
    with pytest.raises(ProblemError):
        house.desk.status_list("nothing")


def test_the_list_of_an_institution_is_verified_as_its_own(house: House) -> None:
    document_id = issue(house)
    url = json.loads(house.desk.forms(document_id)[0].body)["credentialStatus"][0]["statusListCredential"]
    report = house.verify(house.desk.status_list(url.rsplit("/", 1)[1]))
    assert "yes" == report.integrity.answer.value
