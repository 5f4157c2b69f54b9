"""The holder's parts on a throw-away database, with a verifier that believes what it is told to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from accounts.desk import AccountsDesk
from accounts.models import Base as AccountsBase
from accounts.store import Person
from holder.desk import HolderDesk
from holder.models import Base
from schemas.delivery import CredentialForm, Delivery
from schemas.problems import CATALOGUE, Outcome, Part
from schemas.report import CheckResult, Report
from schemas.shares import PrintedDocument
from services.clock import StoppedClock
from services.database import Database
from services.mail import MemoryMailer
from tests.support.people import NOW, SECRET, join, make_accounts
from verifier.evidence import Evidence

DID = "did:web:registrar.parchemin.example:t:uni"
BASE_URL = "http://127.0.0.1:8000"


@dataclass(slots=True)
class Judge:
    """Stands in for the verifier: says yes, but for documents that hold a marked text."""

    now: datetime = NOW
    troubles: dict[bytes, str] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    did: str = DID

    def __call__(self, raw: bytes, evidence: Evidence, *, media_type: str | None = None) -> Report:
        """Return a report whose checks fail with the code of each trouble found in the bytes."""
        del evidence, media_type
        self.asked.append(raw)
        codes = [code for mark, code in self.troubles.items() if mark in raw]
        checks = [
            CheckResult(part.value, Outcome.PASSED, part) for part in (Part.INTEGRITY, Part.STATUS, Part.IDENTITY)
        ]
        for code in codes:
            entry = CATALOGUE[code]
            checks.append(CheckResult(code, entry.outcome, entry.part, entry.about()))
        facts = {Part.IDENTITY: {"did": self.did, "name": "Université du Nord"}}
        return Report("pdf", None, hashlib.sha256(raw).hexdigest(), self.now, tuple(checks), facts)


@dataclass(slots=True)
class House:
    """Everything a test of the holder needs."""

    desk: HolderDesk
    accounts: AccountsDesk
    database: Database
    clock: StoppedClock
    judge: Judge
    mailer: MemoryMailer
    printed: dict[str, PrintedDocument]
    bound: list[tuple[str, str]]

    def learner(self, email: str = "zoe@example.org", name: str = "Zoé") -> Person:
        """Return a learner who registered."""
        return join(self.accounts, email, name=name)

    def deliver(self, number: int = 1, **changes: Any) -> Delivery:
        """Receive a document and return its delivery."""
        delivery = make_delivery(number, **changes)
        self.desk.receive(delivery)
        return delivery


def make_house(
    folder: Path, *, bind: Callable[[str, str], Sequence[CredentialForm]] | None = None, url: str = ""
) -> House:
    """Return the holder's desk on a fresh SQLite file, or at `url`."""
    clock = StoppedClock(NOW)
    accounts = make_accounts(folder, clock=clock, url=url)
    database = Database(url or f"sqlite:///{folder / 'holder.sqlite'}")
    for base in (AccountsBase, Base):
        base.metadata.create_all(database.engine)
    judge, mailer = Judge(), MemoryMailer()
    printed: dict[str, PrintedDocument] = {}
    bound: list[tuple[str, str]] = []

    def sign_again(document_id: str, holder: str) -> Sequence[CredentialForm]:
        bound.append((document_id, holder))
        return [CredentialForm("ldp_vc", "application/vc", f'{{"bound":"{holder}"}}')]

    nothing = cast("Any", None)
    desk = HolderDesk(
        database=database,
        clock=clock,
        people=accounts.people,
        secret=SECRET,
        verify=judge,
        evidence=lambda: Evidence(nothing, nothing, nothing, nothing, NOW),
        mailer=mailer,
        base_url=BASE_URL,
        bind=bind or sign_again,
        printed=printed.get,
        attempts=5,
        pause=timedelta(hours=1),
    )
    return House(desk, accounts, database, clock, judge, mailer, printed, bound)


def make_delivery(number: int = 1, **changes: Any) -> Delivery:
    """Return a message as the issuer sends it, with stand-in documents."""
    values: dict[str, Any] = {
        "document_id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "kind": "diploma",
        "language": "fr",
        "titles": {"fr": f"Baccalauréat {number}", "en": f"Bachelor {number}"},
        "institution_did": DID,
        "institution_names": {"fr": "Université du Nord", "en": "Northern University"},
        "institution_contact": "registraire@example.org",
        "learner_given_name": "Zoé",
        "learner_family_name": "Tremblay",
        "learner_email": "zoe@example.org",
        "learner_student_id": "20260001",
        "issued_on": "2026-05-30",
        "forms": (CredentialForm("ldp_vc", "application/vc", f'{{"name":"document {number}"}}'),),
        "pdf": b"%PDF-1.7 document " + str(number).encode(),
    }
    return Delivery(**{**values, **changes})
