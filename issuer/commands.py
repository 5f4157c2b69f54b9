"""The issuer on the command line: institution, issue, batch, revoke, suspend, restore, status, audit, api-key.

Exit codes: 0 done, 1 something was refused, 3 could not run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from issuer.audit import BrokenLogError
from issuer.awards.batch import RowOutcome, RowResult, issue_rows, patiently, try_rows
from issuer.awards.intake import Row, count_lines, read_awards
from issuer.awards.mapping import MappingProfile, load_profile
from issuer.awards.sharing_out import issue_in_processes
from issuer.desk import IssuerDesk
from issuer.institutions.api_clients import SCOPES
from issuer.institutions.files import read_institution_file
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.problems import Problem, ProblemError
from verifier.worker import Workers

REFUSED: Final = 1
_ACTOR: Final = "command line"


class Bench(Protocol):
    """What the command line carries along (`ctx.obj`)."""

    @property
    def issuer(self) -> IssuerDesk:
        """Return the issuer's desk, built when it is asked for."""
        ...

    def issuing_workers(self, count: int) -> Workers:
        """Return processes that issue."""
        ...


_institution = click.option(
    "--institution", "-i", default="", help="The institution's slug; needed when there are several."
)
_actor = click.option("--actor", default=_ACTOR, show_default=True, help="Who does this, for the audit log.")


@click.group()
def institution() -> None:
    """Institutions: create, list."""


@institution.command("create")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_actor
@click.pass_context
def create(context: click.Context, file: Path, actor: str) -> None:
    """Create the institution that FILE (JSON) describes, and its keys."""
    desk = _desk(context)
    read = _or_refuse(context, lambda: read_institution_file(file, did_of=desk.did_of))
    made = _or_refuse(context, lambda: desk.create_institution(read.institution, actor=actor, purposes=read.purposes))
    click.echo(f"{made.slug} {made.did}")


@institution.command("list")
@click.pass_context
def list_institutions(context: click.Context) -> None:
    """List the institutions."""
    for found in _desk(context).institutions():
        click.echo(f"{found.slug} {found.did} {found.names.within('fr')} / {found.names.within('en')}")


@click.command()
@click.argument("file", type=click.File("rb"))
@_institution
@_actor
@click.pass_context
def issue(context: click.Context, file: BinaryIO, institution: str, actor: str) -> None:
    """Issue the award in FILE (JSON); - is standard input."""
    desk = _desk(context)
    award = _or_refuse(context, lambda: load_award(strict_json.loads(file.read())))
    slug = _slug(context, institution)
    issued = _or_refuse(context, lambda: desk.issue(award, slug, actor))
    click.echo(f"{issued.document_id} {'issued' if issued.is_new else 'was issued before'}")


@click.command()
@click.argument("file", type=click.File("rb"))
@_institution
@click.option("--mapping", type=click.File("rb"), help="Mapping profile (JSON) of a CSV file's columns.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and issue nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print each row's result as a line of JSON.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that issue.")
@_actor
@click.pass_context
def batch(
    context: click.Context,
    file: BinaryIO,
    institution: str,
    mapping: BinaryIO | None,
    jobs: int,
    actor: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Issue each row of FILE (CSV, JSON lines or JSON); a second run issues nothing twice."""
    desk, slug = _desk(context), _slug(context, institution)
    profile = (
        _or_refuse(context, lambda: load_profile(strict_json.loads(mapping.read()))) if mapping else MappingProfile()
    )
    raw = file.read()
    rows: Iterator[Row] = _or_refuse(context, lambda: read_awards(raw, profile=profile))
    if dry_run:
        results = try_rows(rows, lambda award: desk.known(award, slug))
    else:
        results = _issued(context.obj, rows, slug, actor, jobs)
    counts: Counter[RowOutcome] = Counter()
    with _progress() as progress:
        task = progress.add_task("dry run" if dry_run else "issuing", total=count_lines(raw))
        for result in results:
            counts[result.outcome] += 1
            progress.advance(task)
            _tell(progress, result, as_json=as_json)
    click.echo(", ".join(f"{counts[outcome]} {outcome}" for outcome in RowOutcome if counts[outcome]), err=as_json)
    context.exit(REFUSED if counts[RowOutcome.REFUSED] else 0)


def _issued(bench: Bench, rows: Iterator[Row], slug: str, actor: str, jobs: int) -> Iterator[RowResult]:
    """Yield what became of each row, issued in this process or in several."""
    desk = bench.issuer
    if jobs == 1:
        yield from patiently(rows, lambda some: issue_rows(some, lambda award: desk.issue(award, slug, actor)))
        return
    with closing(bench.issuing_workers(jobs)) as workers:
        yield from patiently(rows, partial(issue_in_processes, workers=workers, slug=slug, actor=actor, jobs=jobs))


def _status_command(name: str, text: str, done: str, known: str) -> click.Command:
    """Return the command that changes a document's status by the method of the desk of its name."""

    @click.command(name, help=text)
    @click.argument("document_id")
    @click.option("--reason", required=True, help="Why; the learner's institution keeps it.")
    @_actor
    @click.pass_context
    def change(context: click.Context, document_id: str, reason: str, actor: str) -> None:
        act: Callable[[str, str, str], bool] = getattr(_desk(context), name)
        click.echo(done if _or_refuse(context, lambda: act(document_id, reason, actor)) else known)

    return change


revoke: Final = _status_command("revoke", "Revoke a document for good.", "revoked", "was revoked before")
suspend: Final = _status_command(
    "suspend", "Suspend a document until it is restored.", "suspended", "was suspended before"
)
restore: Final = _status_command("restore", "End a suspension.", "restored", "was not suspended")


@click.group()
def status() -> None:
    """Status lists: publish."""


@status.command("publish")
@click.pass_context
def publish(context: click.Context) -> None:
    """Sign every status list that changed or is half expired."""
    click.echo(f"{_desk(context).publish_status_lists()} signed")


@click.command("verify-log")
@click.pass_context
def verify_log(context: click.Context) -> None:
    """Check the audit log line by line."""
    try:
        click.echo(f"{_desk(context).verify_audit_log()} lines, none changed")
    except BrokenLogError as error:
        click.echo(str(error), err=True)
        context.exit(REFUSED)


@click.group("api-key")
def api_key() -> None:
    """Keys of programs: create, revoke."""


@api_key.command("create")
@_institution
@click.option("--name", required=True, help="What the program is.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=SCOPES, show_default=True)
@click.pass_context
def create_key(context: click.Context, institution: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and show it, once."""
    clients, slug = _desk(context).api_clients, _slug(context, institution)
    click.echo(_or_refuse(context, lambda: clients.create(slug, name, scopes)))


@api_key.command("revoke")
@click.argument("prefix")
@click.pass_context
def revoke_key(context: click.Context, prefix: str) -> None:
    """Let the key that begins with pk_PREFIX_ open nothing any more."""
    _desk(context).api_clients.revoke(prefix)
    click.echo("revoked")


commands: Final = (institution, issue, batch, revoke, suspend, restore, status, verify_log, api_key)


def _desk(context: click.Context) -> IssuerDesk:
    bench: Bench = context.obj
    return bench.issuer


def _slug(context: click.Context, given: str) -> str:
    """Return the institution that was named, or the only one there is."""
    if given:
        return given
    slugs = [found.slug for found in _desk(context).institutions()]
    if len(slugs) != 1:
        raise click.UsageError("name the institution: --institution SLUG")
    return slugs[0]


def _or_refuse(context: click.Context, act: Any) -> Any:
    """Return what `act` returns; tell its problem and leave with exit code 1."""
    try:
        return act()
    except ProblemError as error:
        click.echo(_sentence(error.problem), err=True)
        for each in error.problem.errors:
            click.echo(f"  {each.pointer}: {each.code}: {each.detail}", err=True)
        context.exit(REFUSED)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True
    )


def _tell(progress: Progress, result: RowResult, *, as_json: bool) -> None:
    if as_json:
        told = {
            "line": result.line,
            "external_id": result.external_id,
            "outcome": result.outcome.value,
            "document_id": result.document_id,
            "problem": result.problem.to_json() if result.problem else None,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    elif result.problem is not None:
        progress.console.print(
            f"line {result.line}: {_sentence(result.problem)}", markup=False, highlight=False, soft_wrap=True
        )
        for each in result.problem.errors:
            progress.console.print(f"  {each.pointer}: {each.code}", markup=False, highlight=False, soft_wrap=True)


def _sentence(problem: Problem) -> str:
    return f"{problem.code}: {problem.title} {problem.detail}".strip()
