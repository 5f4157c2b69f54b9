"""Chooses the parts: the one place that knows everybody, so that nobody else does.

    parts = make_parts(settings)                      # every role, databases up to date
    parts = make_verifier_parts(settings)             # the verifier alone: no database is imported

Tests change one part with `dataclasses.replace`, or bring their own in `Choices`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING

from app.config import Settings
from app.judging import Judging, make_fetcher, make_resolver, remote_lists
from app.trusting import open_trust_list
from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from services.clock import Clock, SystemClock
from services.fetch import Fetcher
from verifier.canonical_worker import TARGET as CANONICAL
from verifier.canonical_worker import GuardedConverter
from verifier.desk import VerifierDesk
from verifier.evidence import ListMemory
from verifier.pdf_worker import TARGET as SEALS
from verifier.pdf_worker import GuardedJudge
from verifier.proof_cache import ProofCache
from verifier.worker import Workers

if TYPE_CHECKING:
    from accounts.desk import AccountsDesk
    from app.certifying import Certifying
    from app.evidence_keeping import EvidenceKeeper
    from holder.desk import HolderDesk
    from issuer.desk import IssuerDesk
    from services.jobs import JobQueue
    from services.mail import Mailer
    from services.revocation_fetch import RevocationFetcher
    from services.timestamps import Timestamper


def _nothing(_step: str) -> None:
    """Hear the name of a step and do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Parts that a caller brings instead of the usual ones; None means the usual one.

    `step` hears the name of each step of issuing; `doors` opens the demo's doors in development.
    `public` says that strangers' documents are judged: then in workers that can be killed.
    """

    clock: Clock | None = None
    fetcher: Fetcher | None = None
    mailer: Mailer | None = None
    timestamper: Timestamper | None = None
    revocation: RevocationFetcher | None = None
    step: Callable[[str], None] = _nothing
    doors: Mapping[str, str] = field(default_factory=dict)
    public: bool = True
    warm: bool = False
    """Wait until those who work on strangers' bytes are ready: for a server, before it lets anybody in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierParts:
    """What the verifier is made of."""

    settings: Settings
    clock: Clock
    verifier: VerifierDesk
    ready: Mapping[str, Callable[[], object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the process is made of when it serves every role."""

    settings: Settings
    clock: Clock
    verifier: VerifierDesk
    certifying: Certifying
    evidence: EvidenceKeeper
    jobs: JobQueue
    issuer: IssuerDesk
    holder: HolderDesk
    accounts: AccountsDesk
    ready: Mapping[str, Callable[[], object]]


def make_verifier_parts(settings: Settings, choices: Choices | None = None) -> VerifierParts:
    """Return the parts of a verifier that keeps nothing and opens no database."""
    choices = choices or Choices()
    clock = choices.clock or SystemClock()
    loader = BundledLoader.open()
    fetcher = choices.fetcher or make_fetcher(settings)
    converter = Converter(loader)
    judging = Judging(
        settings=settings,
        clock=clock,
        converter=converter,
        resolver=make_resolver(fetcher, clock, converter, settings),
        status=remote_lists(fetcher, clock, settings),
        trust=open_trust_list(settings, loader),
        proof_cache=ProofCache(),
        list_memory=ListMemory(),
    )
    if choices.public:
        judging = guarded(judging, loader, warm=choices.warm)
    return VerifierParts(
        settings=settings,
        clock=clock,
        verifier=VerifierDesk(judging.evidence),
        ready={"contexts": BundledLoader.open, "trust-list": judging.trust},
    )


def make_parts(settings: Settings, choices: Choices | None = None) -> Parts:
    """Return every part; brings the databases up to date first."""
    parts: Parts = import_module("app.assembling").assemble(settings, choices or Choices())
    return parts


def guarded(judging: Judging, loader: BundledLoader, *, warm: bool = False) -> Judging:
    """Return the same judgement with a stranger's bytes worked on in processes that can be killed."""
    settings = judging.settings
    canonical = Workers(CANONICAL, count=settings.verify_workers)
    seals = Workers(SEALS, count=settings.verify_workers, memory_bytes=settings.limits.pdf_memory_bytes)
    for workers in (canonical, seals) if warm else ():
        workers.start()
    for workers in (canonical, seals) if warm else ():
        workers.warm()
    return replace(judging, converter=GuardedConverter(loader, canonical), seal_judge=GuardedJudge(seals))
