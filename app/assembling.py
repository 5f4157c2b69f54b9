"""Puts every role together in one process.

issuer and holder still meet by messages only: the ledger carries `deliver-credential`, and
`bind-credential` and the printed codes are calls that a split process turns into requests.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from accounts.desk import AccountsDesk
from accounts.desk import make_desk as make_accounts
from app import migrations
from app.certifying import Certifying
from app.config import Settings
from app.evidence_keeping import EvidenceKeeper
from app.judging import Judging, make_fetcher, make_resolver, remote_lists
from app.key_stores import open_key_store
from app.trusting import open_trust_list
from app.wiring import Choices, Parts, guarded
from contexts.loader import BundledLoader
from holder.desk import HolderDesk
from issuer.audit import AuditLog
from issuer.desk import IssuerDesk
from issuer.documents.sealing import DocumentMaker
from issuer.documents.typesetting import Typesetter
from issuer.tables import JOBS
from keys.key_files import RecordedKeyStore
from proofs.jsonld import Converter
from schemas.problems import DID_UNRESOLVED, NOT_FOUND, ProblemError
from services.clock import Clock, SystemClock
from services.database import Database
from services.jobs import JobQueue
from services.jobs_database import DatabaseJobQueue
from services.mail import FolderMailer, Mailer, SMTPMailer
from services.revocation_fetch import RevocationDoor
from verifier.desk import VerifierDesk
from verifier.evidence import ListMemory
from verifier.proof_cache import ProofCache
from verifier.status import LocalStatusSource
from verifier.verification import verify

_STATUS: Final = "/status/"


class OwnPublications:
    """What this process publishes itself: read, not fetched, since it cannot ask itself over https.

    The desk comes later: it verifies what it signs, so it needs what is made from this.
    """

    def __init__(self, public_url: str) -> None:
        """Answer for addresses under `public_url`, once `desk` is set."""
        self._lists = public_url.rstrip("/") + _STATUS
        self.desk: IssuerDesk | None = None

    @property
    def lists(self) -> str:
        """Return what the addresses of our status lists begin with."""
        return self._lists

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the DID document of an institution of ours; raise DID_UNRESOLVED for any other."""
        slug = did.rpartition(":t:")[2]
        if self.desk is None or did != self.desk.did_of(slug):
            raise ProblemError(DID_UNRESOLVED.about("not one of ours"))
        try:
            return self.desk.did_document(slug)
        except ProblemError as error:
            raise ProblemError(DID_UNRESOLVED.about("no institution of ours has this name")) from error

    def read_list(self, url: str) -> bytes | None:
        """Return a status list of ours, or None."""
        if self.desk is None:
            return None
        try:
            return self.desk.status_list(url.removeprefix(self._lists))
        except ProblemError as error:
            if error.problem.code == NOT_FOUND.code:
                return None
            raise


def assemble(settings: Settings, choices: Choices) -> Parts:
    """Return every part; the databases are brought up to date first."""
    migrations.upgrade(settings)
    clock = choices.clock or SystemClock()
    loader = BundledLoader.open()
    own = OwnPublications(settings.public_url)
    inside = _judging(settings, choices, clock, loader, own)
    public = guarded(inside, loader, warm=choices.warm) if choices.public else inside
    keys = open_key_store(settings)
    certifying = Certifying(settings=settings, clock=clock, keys=keys, converter=inside.converter)
    database = Database(settings.issuer_database_url)
    jobs = DatabaseJobQueue(database, JOBS, clock)
    issuer = _issuer(settings, choices, database=database, jobs=jobs, keys=keys, certifying=certifying, judging=inside)
    own.desk = issuer
    people = Database(settings.holder_database_url)
    accounts = make_accounts(
        database=people,
        clock=clock,
        secret=settings.secret_key.encode(),
        attempts=settings.sign_in_attempts,
        hours=settings.session_hours,
        doors=choices.doors if settings.development else {},
    )
    return Parts(
        settings=settings,
        clock=clock,
        verifier=VerifierDesk(public.evidence),
        certifying=certifying,
        evidence=EvidenceKeeper(
            store=certifying.evidence,
            fetcher=choices.revocation or RevocationDoor(limits=settings.limits),
            chains=certifying.watched,
            clock=clock,
        ),
        jobs=jobs,
        issuer=issuer,
        holder=_holder(settings, choices, database=people, accounts=accounts, issuer=issuer, judging=inside),
        accounts=accounts,
        ready={
            "contexts": BundledLoader.open,
            "trust-list": inside.trust,
            "issuer-database": jobs.counts,
            "holder-database": lambda: accounts.people.by_id("nobody"),
        },
    )


def _judging(
    settings: Settings, choices: Choices, clock: Clock, loader: BundledLoader, own: OwnPublications
) -> Judging:
    """Return what verifications share: our own publications are read, others' fetched."""
    fetcher = choices.fetcher or make_fetcher(settings)
    converter = Converter(loader)
    remote = remote_lists(fetcher, clock, settings)
    return Judging(
        settings=settings,
        clock=clock,
        converter=converter,
        resolver=make_resolver(fetcher, clock, converter, settings, own=own),
        status=LocalStatusSource(own.lists, own.read_list, clock=clock, otherwise=remote),
        trust=open_trust_list(settings, loader),
        proof_cache=ProofCache(),
        list_memory=ListMemory(),
    )


def _issuer(
    settings: Settings,
    choices: Choices,
    *,
    database: Database,
    jobs: JobQueue,
    keys: RecordedKeyStore,
    certifying: Certifying,
    judging: Judging,
) -> IssuerDesk:
    timestamper = choices.timestamper or certifying.timestamper()
    documents = DocumentMaker(
        typesetter=Typesetter(),
        keys=keys,
        timestamper=timestamper,
        material=lambda certificate: certifying.material(certificate, timestamper),
        now=judging.clock.now,
        development=settings.development,
    )
    return IssuerDesk(
        database=database,
        keys=keys,
        clock=judging.clock,
        jobs=jobs,
        evidence=judging.evidence,
        verify=verify,
        documents=documents,
        converter=judging.converter,
        audit=AuditLog(settings.var / "audit.log", judging.clock),
        published_keys=certifying.published_keys,
        create_keys=lambda institution: certifying.create_keys(institution, trust=judging.trust()),
        public_url=settings.public_url,
        base_url=settings.base_url,
        status_valid=timedelta(hours=settings.status_hours),
        status_ttl=timedelta(seconds=settings.status_ttl_seconds),
        older_proof=settings.older_proof,
        step=choices.step,
    )


def _holder(
    settings: Settings,
    choices: Choices,
    *,
    database: Database,
    accounts: AccountsDesk,
    issuer: IssuerDesk,
    judging: Judging,
) -> HolderDesk:
    return HolderDesk(
        database=database,
        clock=judging.clock,
        people=accounts.people,
        secret=settings.secret_key.encode(),
        verify=verify,
        evidence=judging.evidence,
        mailer=choices.mailer or make_mailer(settings, judging.clock),
        base_url=settings.base_url,
        bind=issuer.bind,
        printed=issuer.printed,
        attempts=settings.pin_attempts,
        pause=timedelta(minutes=settings.pin_pause_minutes),
        exchange_life=timedelta(minutes=settings.exchange_minutes),
        zone=settings.time_zone,
    )


def make_mailer(settings: Settings, clock: Clock) -> Mailer:
    """Return the mail server of the settings, or the folder VAR/mail."""
    if not settings.smtp_host:
        return FolderMailer(settings.var / "mail", sender=settings.mail_from, clock=clock)
    tls = ssl.create_default_context()
    return SMTPMailer(settings.smtp_host, settings.smtp_port, sender=settings.mail_from, clock=clock, tls=tls)
