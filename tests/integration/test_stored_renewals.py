"""The worker renews stored PDFs before their evidence lapses, and keeps both (R24)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from app.config import Settings
from app.renewing import make_stored_renewals
from app.wiring import Choices, Parts, make_parts
from app.worker import Worker
from holder.vault import store as vault
from issuer.credentials.models import DocumentRow, RenewalRow
from issuer.documents.stored_renewals import Beat
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.report import Verdict
from services.clock import StoppedClock
from services.database import Database
from tests.shared import ROOT
from tests.support.institutions import make_institution

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
YEARS = timedelta(days=365)


def open_building(folder: Path, clock: StoppedClock, months: int = 12) -> Parts:
    settings = Settings(
        development=True, var=folder, passphrase="a passphrase of the tests", secret_key="t" * 40, renew_months=months
    )
    return make_parts(settings, Choices(public=False, clock=clock))


def test_a_stored_document_is_renewed_once_when_its_evidence_lapses_within_the_year(tmp_path: Path) -> None:
    clock = StoppedClock(START)
    parts = open_building(tmp_path, clock)
    parts.issuer.create_institution(make_institution(), actor="test")
    award = load_award(strict_json.loads((ROOT / "examples" / "awards" / "badge.json").read_bytes()))
    document = parts.issuer.issue(award, "boreale", "test").document_id
    original = parts.issuer.pdf(document)
    renewals = make_stored_renewals(parts)
    assert renewals is not None
    assert [Beat(noted=1), Beat()] == [renewals.beat(), renewals.beat()]
    clock.moment = START + 8.5 * YEARS
    later = open_building(tmp_path, clock)
    assert make_stored_renewals(open_building(tmp_path, clock, months=0)) is None
    Worker(parts).drain()
    renewals = make_stored_renewals(later)
    assert renewals is not None
    assert [Beat(renewed=1), Beat()] == [renewals.beat(), renewals.beat()]
    renewed = later.issuer.pdf(document)
    assert renewed.startswith(original)
    assert len(renewed) > len(original)
    assert Verdict.VERIFIED is later.verifier.verify(renewed).verdict
    with Database(later.settings.issuer_database_url).reading() as session:
        assert original == session.scalar(select(DocumentRow.pdf))
        assert [(0, None), (1, renewed)] == [
            (row.number, row.pdf) for row in session.scalars(select(RenewalRow).order_by(RenewalRow.number))
        ]
    _sees_one_document(later, original=original, renewed=renewed)


def _sees_one_document(parts: Parts, *, original: bytes, renewed: bytes) -> None:
    """The learner has one document, with the newest bytes; the first ones are kept."""
    person = parts.accounts.people.by_email("zoe.tremblay@etudiant.boreale.example")
    assert person is not None
    (document,) = parts.holder.vault.all_of(person.id)
    assert original == parts.holder.vault.pdf(document)
    worker = Worker(parts)
    assert worker.drain() == 1
    (document,) = parts.holder.vault.all_of(person.id)
    assert renewed == parts.holder.vault.pdf(document)
    assert ["renewed", "received"] == [event.event.value for event in parts.holder.vault.history(document)]
    with Database(parts.settings.holder_database_url).reading() as session:
        assert original == vault.first_pdf(session, document.id)
    assert (worker.drain(), worker.parked()) == (0, 0)


def test_a_document_that_cannot_be_renewed_is_told_and_waits_until_tomorrow(tmp_path: Path) -> None:
    clock = StoppedClock(START)
    parts = open_building(tmp_path, clock)
    parts.issuer.create_institution(make_institution(), actor="test")
    award = load_award(strict_json.loads((ROOT / "examples" / "awards" / "badge.json").read_bytes()))
    document = parts.issuer.issue(award, "boreale", "test").document_id
    with Database(parts.settings.issuer_database_url).session() as session:
        row = session.get(DocumentRow, document)
        assert row is not None
        row.pdf = b"%PDF-1.7 not sealed"
    renewals = make_stored_renewals(parts)
    assert renewals is not None
    assert [Beat(refused=1), Beat()] == [renewals.beat(), renewals.beat()]
    clock.moment += timedelta(days=2)
    assert Beat(refused=1) == renewals.beat()
