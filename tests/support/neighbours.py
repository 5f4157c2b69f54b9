"""Issuer and holder side by side with the real verifier; pages of plain bytes, which are quick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from accounts.models import Base as AccountsBase
from holder.desk import HolderDesk
from holder.models import Base
from schemas.delivery import CredentialForm, Delivery
from services.clock import StoppedClock
from services.database import Database
from services.mail import MemoryMailer
from tests.support.awards import make_award
from tests.support.holders import BASE_URL, House, Judge
from tests.support.issuing import House as IssuerHouse
from tests.support.issuing import open_house, verify_plain
from tests.support.people import SECRET, make_accounts

DELIVER = "deliver-credential"


@dataclass(slots=True)
class Neighbours:
    """An issuer, and holders who receive what it issues."""

    issuer: IssuerHouse
    house: House

    def issue(self, kind: str = "badge", **changes: object) -> Delivery:
        """Issue an award, deliver it as the worker does, and return what was delivered."""
        issued = self.issuer.desk.issue(make_award(kind, **changes), "boreale", actor="test")
        found = None
        while job := self.issuer.jobs.claim([DELIVER], lease=timedelta(minutes=1)):
            delivery = Delivery.from_json(job.payload)
            self.house.desk.receive(delivery)
            self.issuer.jobs.done(job)
            found = delivery if delivery.document_id == issued.document_id else found
        assert found is not None
        return found


def make_neighbours(
    folder: Path,
    *,
    base_url: str = BASE_URL,
    bind: Callable[[str, str], Sequence[CredentialForm]] | None = None,
    clock: StoppedClock | None = None,
) -> Neighbours:
    """Return both roles on fresh SQLite files with one clock."""
    issuer = open_house(folder, **({"clock": clock} if clock else {}))
    stopped = issuer.clock
    assert isinstance(stopped, StoppedClock)
    accounts = make_accounts(folder, clock=stopped)
    database = Database(f"sqlite:///{folder / 'holder.sqlite'}")
    for base in (AccountsBase, Base):
        base.metadata.create_all(database.engine)
    mailer = MemoryMailer()
    desk = HolderDesk(
        database=database,
        clock=stopped,
        people=accounts.people,
        secret=SECRET,
        verify=verify_plain,
        evidence=issuer.evidence,
        mailer=mailer,
        base_url=base_url,
        bind=bind or issuer.desk.bind,
        printed=issuer.desk.printed,
    )
    return Neighbours(issuer, House(desk, accounts, database, stopped, Judge(), mailer, {}, []))
