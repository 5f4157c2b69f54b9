"""Revocation answers and timestamps of a real authority: fetched in the background, none asked for a document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp as asn1_ocsp
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key as load
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from app.config import Settings
from app.evidence_keeping import EvidenceKeeper
from app.wiring import Choices, Parts, make_parts
from app.worker import Worker
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.limits import Limits
from schemas.problems import ProblemError
from schemas.report import Verdict
from services.clock import StoppedClock
from services.revocation_fetch import RevocationDoor
from tests.shared import ROOT
from tests.support.authority_server import AuthorityServer
from tests.support.institutions import make_institution

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PASSPHRASE = "a passphrase of the tests"
pytestmark = pytest.mark.integration


@dataclass
class House:
    """An institution whose seal's certificate and timestamps come from an authority on loopback."""

    parts: Parts
    clock: StoppedClock
    authority: AuthorityServer
    count: int = 0

    def move(self, span: timedelta) -> None:
        self.clock.moment += span
        self.authority.move_to(self.clock.moment)

    def issue(self) -> bytes:
        self.count += 1
        data = strict_json.loads((ROOT / "examples" / "awards" / "badge.json").read_bytes())
        award = load_award({**data, "external_id": f"badge-{self.count}"})
        return self.parts.issuer.pdf(self.parts.issuer.issue(award, "boreale", "test").document_id)

    def refused(self) -> str:
        with pytest.raises(ProblemError) as caught:
            self.issue()
        return caught.value.problem.code

    def verdict(self, pdf: bytes) -> tuple[Verdict, list[str]]:
        report = self.parts.verifier.verify(pdf)
        return report.verdict, [check.problem.code for check in report.checks if check.problem]

    def counts(self) -> dict[str, int]:
        return dict(self.parts.issuer.counts("boreale"))


def seal_file(authority: AuthorityServer, name: str, folder: Path) -> Path:
    """Write a seal key, encrypted, with its chain, as an authority hands them over."""
    key = load(authority.key_pem(name), None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode()))
    path = folder / f"{name}.pem"
    path.write_bytes(pem + authority.pem([name, "root"]))
    return path


def _done(keeper: EvidenceKeeper) -> tuple[int, int]:
    done = keeper.beat()
    return done.fetched, done.failed


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    served = tmp_path / "authority"
    served.mkdir()
    with AuthorityServer(served, START) as authority:
        (tmp_path / "roots.pem").write_bytes(authority.pem(["root"]))
        clock = StoppedClock(START)
        settings = Settings(
            development=True,
            var=tmp_path / "var",
            passphrase=PASSPHRASE,
            secret_key="t" * 40,
            seal_key=str(seal_file(authority, "seal", tmp_path)),
            timestamp_addresses=("http://127.0.0.1:1/tsa", authority.tsa_address),
            timestamp_certificates=str(tmp_path / "roots.pem"),
            timestamp_seconds=60.0,
        )
        patient = Limits(fetch_connect_seconds=60, fetch_total_seconds=60)
        door = RevocationDoor(limits=patient, allowed=lambda _address: True)
        parts = make_parts(settings, Choices(public=False, clock=clock, revocation=door))
        parts.issuer.create_institution(make_institution(), actor="test")
        yield House(parts, clock, authority)


def test_documents_are_sealed_with_kept_answers_and_ask_for_none(house: House) -> None:
    """No network for a document but its timestamps; the answers stand in the file."""
    assert (4, 0) == _done(house.parts.evidence)
    asked = dict(house.authority.asked)
    assert {"crls", "ocsp", "tsa"} == set(asked)
    first, second = house.issue(), house.issue()
    for pdf in (first, second):
        assert (Verdict.VERIFIED, []) == house.verdict(pdf)
    asked_since = {kind: count - asked[kind] for kind, count in house.authority.asked.items()}
    assert (0, 0) == (asked_since["crls"], asked_since["ocsp"])
    assert 5 == asked_since["tsa"]  # two a document, and one sample to see whose they are
    store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(second)))
    told = [asn1_ocsp.OCSPResponse.load(one.get_object().data)["response_status"].native for one in store.ocsps]
    assert ["successful"] * 2 == told


def test_answers_are_fetched_again_at_half_of_their_time_and_serve_to_their_end(house: House) -> None:
    """OCSP answers last ten minutes here, lists a week: a responder that is down leaves the list."""
    keeper = house.parts.evidence
    keeper.beat()
    house.move(4 * MINUTE)
    assert (0, 0) == _done(keeper)
    house.move(2 * MINUTE)
    assert 2 == keeper.beat().fetched
    house.authority.down.add("ocsp")
    house.move(6 * MINUTE)
    assert (0, 2) == _done(keeper)
    assert (0, 0) == _done(keeper)  # asked again in a few minutes only
    house.move(10 * MINUTE)
    assert (Verdict.VERIFIED, []) == house.verdict(house.issue())
    house.authority.down.clear()
    assert 2 == keeper.beat().fetched


def test_without_answers_a_document_waits_and_is_issued_once_they_are_there(house: House) -> None:
    """X11: never sealed without them; the worker fetches, issues and delivers, once."""
    house.authority.down.update({"ocsp", "crls"})
    worker = Worker(house.parts)
    worker.refresh()
    assert "awaiting-evidence" == house.refused()
    assert {"awaiting": 1} == house.counts()
    assert 0 == worker.issue_awaiting()
    assert 0 == worker.drain()
    house.authority.down.clear()
    house.move(10 * MINUTE)
    worker.refresh()
    assert (1, 0) == (worker.issue_awaiting(), worker.issue_awaiting())
    assert {"issued": 1} == house.counts()
    assert (1, 0) == (worker.drain(), worker.drain())


def test_while_no_authority_stamps_a_document_waits_and_is_issued_once_one_does(house: House) -> None:
    """X10: the ledger, the pages and the commands say so; delivered afterwards, exactly once."""
    worker = Worker(house.parts)
    worker.refresh()
    house.authority.down.add("tsa")
    assert "awaiting-timestamp" == house.refused()
    (document,) = house.parts.issuer.documents("boreale")
    assert "awaiting" == document.state
    with pytest.raises(ProblemError):
        house.parts.issuer.pdf(document.id)
    with pytest.raises(ProblemError):
        house.parts.issuer.forms(document.id)
    assert (0, 0) == (worker.issue_awaiting(), worker.drain())
    house.count -= 1
    assert "awaiting-timestamp" == house.refused()  # the same award again: still one document
    assert {"awaiting": 1} == house.counts()
    house.authority.down.clear()
    house.parts.certifying.timestamper()._door._failed.clear()  # ten seconds later
    assert (1, 0) == (worker.issue_awaiting(), worker.issue_awaiting())
    assert (1, 0) == (worker.drain(), worker.drain())
    assert (Verdict.VERIFIED, []) == house.verdict(house.parts.issuer.pdf(document.id))


def test_a_start_is_not_stopped_by_documents_that_wait(house: House) -> None:
    house.authority.down.add("tsa")
    Worker(house.parts).refresh()
    assert "awaiting-timestamp" == house.refused()
    assert 0 == house.parts.issuer.resume(alone=True)
    assert {"awaiting": 1} == house.counts()


def test_a_revoked_seal_signs_nothing_more_and_what_it_sealed_before_is_judged_by_the_date(house: House) -> None:
    """H12: revoked for a stolen key from after the seal: good; from before it: not."""
    house.parts.evidence.beat()
    before = house.issue()
    house.move(30 * MINUTE)
    house.authority.revoke("seal", START + 10 * MINUTE)
    house.parts.evidence.beat()
    assert "certificate-revoked" == house.refused()
    assert (Verdict.VERIFIED, []) == house.verdict(before)
    house.move(30 * MINUTE)
    house.authority.revoke("seal", START - 10 * MINUTE)
    house.parts.evidence.beat()
    verdict, codes = house.verdict(before)
    assert (Verdict.FAILED, ["certificate-revoked"]) == (verdict, codes)


def test_a_superseded_seal_keeps_what_it_sealed(house: House) -> None:
    house.parts.evidence.beat()
    before = house.issue()
    house.move(30 * MINUTE)
    house.authority.revoke("seal", START + MINUTE, "superseded")
    house.parts.evidence.beat()
    assert "certificate-revoked" == house.refused()
    assert (Verdict.VERIFIED, []) == house.verdict(before)
