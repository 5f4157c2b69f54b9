"""`parchemin demo`: the main job from nothing, in steps that can be killed and taken up again.

Its state is DIR/var; every step finds what an earlier run left and goes on from there, so nothing
is issued twice. What it shows is written into DIR by `app/demo_files.py`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app import demo_server
from app.config import Settings
from app.demo_files import DemoFiles
from app.serving import DOORS
from app.wiring import Choices, Parts, make_parts
from app.worker import Worker
from holder.sharing.opening import WrongPINError
from holder.sharing.shares import ShareState
from issuer.awards.intake import read_awards
from issuer.institutions.files import read_institution_file
from proofs import qr
from schemas.awards import Award, Kind
from schemas.report import Report
from schemas.shares import GateKind, ShareRequest
from services import log
from services.files import PRIVATE, write_atomically
from services.jobs import JobState
from verifier.wording import sentences

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
ACTOR: Final = "demo"
SLUG: Final = "boreale"
REQUEST_KEY: Final = "demo-transcript-and-diploma"
REVOKED: Final = Kind.ATTESTATION
ALTERED: Final = Kind.MICRO_CREDENTIAL
REASON: Final = "Délivrée par erreur / Issued by mistake"


@dataclass(slots=True)
class Demo:
    """The steps in their order; `documents` maps what a document is in the story to its id."""

    parts: Parts
    files: DemoFiles
    console: Console
    learners: int
    documents: dict[str, str] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)

    def tell_all(self) -> None:
        """Do everything; each step says what it does, and how long it took."""
        with self._step("take up what an earlier run left"):
            self.parts.issuer.resume(alone=True)
        with self._step("create the institution, its keys and certificates"):
            self._create_institution()
        self._issue()
        self._deliver()
        with self._step("share a transcript and a diploma, with a PIN"):
            is_new = self.files.read_share() is None
            link, pin = self._share()
        with self._step("verify as a stranger"):
            self._open_as_a_stranger(link, pin, is_new=is_new)
        with self._step("revoke one, change one byte of another, verify again"):
            self._revoke()
            self._alter()
        with self._step("write what was made"):
            self.files.write_publications(self.parts, SLUG)
            self.files.write_documents(self.parts, self.documents)
        with self._step("verify every file that was written"):
            self._verify_files()
        self.files.write_summary(self.reports, self.steps)

    @contextmanager
    def _step(self, name: str, *, count: int = 1) -> Iterator[None]:
        self.console.print(f"[bold]{name}[/]")
        started = time.perf_counter()
        yield
        seconds = round(time.perf_counter() - started, 3)
        self.steps.append({"step": name, "seconds": seconds, "count": count})

    def _create_institution(self) -> None:
        read = read_institution_file(EXAMPLES / "institution.json", did_of=self.parts.issuer.did_of)
        self.parts.issuer.create_institution(read.institution, actor=ACTOR, purposes=read.purposes)
        registrar = self.parts.accounts.people.register(
            DOORS["staff"], given_name="Geneviève", family_name="Lafrenière", language="fr"
        )
        self.parts.accounts.people.add_staff(registrar.id, SLUG)

    def _issue(self) -> None:
        """Issue one award of each kind and the convocation; the first learner's are those of the story."""
        singles = [_read_award(kind) for kind in Kind]
        diplomas = _read_awards("convocation.csv")[: self.learners]
        transcripts = _read_awards("transcripts.jsonl")[: self.learners]
        awards = [*singles, *diplomas, *transcripts]
        name = "issue the convocation"
        with self._step(name, count=len(awards)), self._bar(name, len(awards)) as advance:
            for award in awards:
                issued = self.parts.issuer.issue(award, SLUG, ACTOR)
                self._remember(award, issued.document_id)
                advance()

    def _remember(self, award: Award, document_id: str) -> None:
        """Keep the first of each kind by its kind, and the convocation's first two as shared."""
        self.documents.setdefault(award.kind.value, document_id)
        if award.kind in {Kind.DIPLOMA, Kind.TRANSCRIPT} and self.documents[award.kind.value] != document_id:
            self.documents.setdefault(f"shared-{award.kind.value}", document_id)

    def _deliver(self) -> None:
        name = "deliver to the learners"
        counts = self.parts.jobs.counts()
        waiting = counts[JobState.WAITING] + counts[JobState.LEASED]
        worker = Worker(self.parts)
        with self._step(name, count=waiting), self._bar(name, waiting) as advance:
            worker.drain(advance)
        if worker.parked():
            self.console.print(f"[red]{worker.parked()} deliveries failed[/]: see the log")

    @contextmanager
    def _bar(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=not self.console.is_terminal) as progress:
            task = progress.add_task(name, total=total)
            yield lambda: progress.advance(task)

    def _share(self) -> tuple[str, str]:
        """Return link and PIN of the share, made now or by an earlier run."""
        learner = self.parts.accounts.people.by_email(DOORS["learner"])
        if learner is None:
            raise RuntimeError("the demo's learner has no account: was nothing delivered?")
        shares = self.parts.holder.shares
        known = self.files.read_share()
        if known is not None:
            for share in shares.all_of(learner.id):
                if share.state is ShareState.PAUSED:  # somebody mistyped the PIN too often meanwhile
                    shares.resume(learner.id, share.id)
            return known
        request = ShareRequest(
            request_key=REQUEST_KEY,
            documents=(self.documents["shared-transcript"], self.documents["shared-diploma"]),
            name="Candidature / Application",
            purpose="Montrer la démo / Show the demo",
            reference="Poste 2026-118 / Position 2026-118",
            expires_on=(self.parts.clock.now() + timedelta(days=90)).date(),
            gate=GateKind.PIN,
        )
        created = shares.create(learner.id, request)
        if created.token is None or created.pin is None:  # an earlier run was killed before it wrote them down
            renewed = shares.new_link(learner.id, created.share.id)
            created = shares.new_pin(learner.id, created.share.id)
            token, pin = renewed.token, created.pin
        else:
            token, pin = created.token, created.pin
        link = self.parts.holder.share_link(str(token))
        self.files.write_share(link, str(pin))
        self.console.print(f"  link  {link}\n  PIN   {pin}", highlight=False)
        self.console.print(qr.terminal(link), highlight=False, markup=False)
        return link, str(pin)

    def _open_as_a_stranger(self, link: str, pin: str, *, is_new: bool) -> None:
        """Try a wrong PIN, then the right one, and look at what the share shows."""
        token = link.rpartition("/")[2]
        opening = self.parts.holder.opening
        wrong = "000000" if pin != "000000" else "111111"
        if is_new:  # each wrong PIN counts, and a demo may be run many times
            try:
                opening.enter(token, wrong)
            except WrongPINError as error:
                self._say(f"  a wrong PIN: {error.problem.title} ({error.attempts_left} attempts left)")
        visit = opening.enter(token, pin)
        opened = opening.inside(token, visit)
        if opened is None:
            raise RuntimeError("the share did not open for its own PIN")
        shown = [
            self.parts.holder.showing.show(self.parts.holder.vault.get(opened.person_id, identifier))
            for identifier in opened.documents
        ]
        opening.note_shown(opened, visit, tuple(one.report.verdict.value for one in shown))
        for one in shown:
            self._judged(f"{one.document.kind}.pdf", one.report)

    def _revoke(self) -> None:
        self.parts.issuer.revoke(self.documents[REVOKED.value], REASON, ACTOR)
        self.parts.issuer.publish_status_lists()
        body = self.files.lead_form(self.parts, self.documents[REVOKED.value])
        self._judged("revoked.json", self.parts.verifier.verify(body))

    def _alter(self) -> None:
        raw = self.files.write_altered(self.parts.issuer.pdf(self.documents[ALTERED.value]))
        self._judged("altered.pdf", self.parts.verifier.verify(raw))
        badge = self.files.lead_form(self.parts, self.documents[Kind.BADGE.value])
        self._judged("badge.json", self.parts.verifier.verify(badge))

    def _verify_files(self) -> None:
        """Verify what stands in the folder, from its bytes, and say it in a word each."""
        for name in self.files.documents():
            self.reports[name] = report = self.parts.verifier.verify(self.files.read(name))
            self._say(f"  {name} — {sentences(report, 'en').headline} / {sentences(report, 'fr').headline}")

    def _say(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def _judged(self, name: str, report: Report) -> None:
        self.reports[name] = report
        for words in (sentences(report, "en"), sentences(report, "fr")):
            self._say(f"  {name} — {words.headline}")
            for line in words.lines:
                self._say(f"    {line.title} — {line.word}. {line.sentence}")


def run(*, folder: Path, learners: int, serve: bool, bind: str) -> None:
    """Run the demo in `folder`, then serve what it made until the process is told to stop."""
    if serve:
        import_module("app.server").listening_place(bind)  # told now, not after a minute of work
    folder = folder.absolute()
    environ = environment(folder, bind)
    settings = Settings.read(environ)
    log.configure("WARNING")
    parts = make_parts(settings, Choices(public=False, doors=DOORS))
    console = Console()
    Demo(parts=parts, files=DemoFiles(folder), console=console, learners=learners).tell_all()
    console.print(f"everything is in {folder}", highlight=False)
    if serve:
        demo_server.serve(environ, bind=bind, console=console)


def environment(folder: Path, bind: str) -> dict[str, str]:
    """Return the settings of the demo as the environment of its processes; secrets stand in files."""
    var = folder / "var"
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = var / "secret-key"
    if not secret.exists():
        write_atomically(secret, secrets.token_urlsafe(48).encode(), mode=PRIVATE)
    return {
        "PARCHEMIN_DEVELOPMENT": "1",
        "PARCHEMIN_VAR": str(var),
        "PARCHEMIN_BASE_URL": f"http://{bind}",
        "PARCHEMIN_SECRET_KEY_FILE": str(secret),
    }


def _read_award(kind: Kind) -> Award:
    return _read_awards(f"awards/{kind.value}.json")[0]


def _read_awards(name: str) -> list[Award]:
    """Return the awards of an example file; a row that is not good is a defect of the examples."""
    awards = []
    for row in read_awards((EXAMPLES / name).read_bytes()):
        if row.award is None:
            raise RuntimeError(f"{name}, line {row.line}: {row.problem}")
        awards.append(row.award)
    return awards
