"""The command line `parchemin`: joins the commands of every role.

Exit codes: 0 done, 1 the answer is no, 2 could not check, 3 could not run. A command builds only the
parts it asks for: `parchemin verify` opens no database.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.table import Table

from app.checks import Severity, findings, require_production_or_development
from app.config import Settings, describe
from keys.key_files import KeyFileError
from schemas.problems import KEY_STORE_UNAVAILABLE, ProblemError
from services import log

if TYPE_CHECKING:
    from app.wiring import Parts, VerifierParts
    from verifier.worker import Workers

COULD_NOT_RUN: Final = 3
# The modules that bring commands; each has `commands`, a sequence of click commands.
ROLES: Final = (
    "verifier.commands",
    "verifier.pdf_commands",
    "issuer.commands",
    "issuer.documents.commands",
    "holder.commands",
    "app.key_commands",
    "app.seal_pdf_commands",
    "app.conformance",
)


class Workbench:
    """What a command may ask for, built when it is asked for: click carries it as `ctx.obj`."""

    @cached_property
    def settings(self) -> Settings:
        """The settings in force; the start is refused when they are half secured."""
        settings = Settings.from_environment()
        require_production_or_development(settings)
        log.configure(settings.log_level)
        return settings

    @cached_property
    def parts(self) -> Parts:
        """Every part, with databases brought up to date."""
        wiring = import_module("app.wiring")
        parts: Parts = wiring.make_parts(self.settings, wiring.Choices(public=False))
        return parts

    @cached_property
    def verifier_parts(self) -> VerifierParts:
        """What a verifier needs, without any database; it has no secrets, so nothing is refused."""
        wiring = import_module("app.wiring")
        parts: VerifierParts = wiring.make_verifier_parts(Settings.from_environment(), wiring.Choices(public=False))
        return parts

    @property
    def verifier(self) -> Any:
        """The verifier's desk."""
        return self.verifier_parts.verifier

    def line_workers(self, count: int) -> Workers:
        """Return processes that verify lines; they start when they are needed."""
        module = import_module("app.line_worker")
        workers: Workers = import_module("verifier.worker").Workers(module.TARGET, count=count)
        return workers

    def issuing_workers(self, count: int) -> Workers:
        """Return processes that issue; the databases are brought up to date before they start."""
        self.parts.jobs.counts()
        module = import_module("app.batch_worker")
        memory_bytes: int = import_module("issuer.awards.sharing_out").MEMORY_BYTES
        workers: Workers = import_module("verifier.worker").Workers(
            module.TARGET, count=count, memory_bytes=memory_bytes
        )
        return workers

    @property
    def issuer(self) -> Any:
        """The issuer's desk."""
        return self.parts.issuer

    @cached_property
    def renewer(self) -> Any:
        """What renews the long-term evidence of sealed PDFs."""
        return import_module("app.renewing").make_renewer(self.parts)

    @property
    def holder(self) -> Any:
        """The holder's desk."""
        return self.parts.holder


class _Group(click.Group):
    """Finds the roles' commands by importing them late, so that `--help` of one is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        return sorted({*super().list_commands(ctx), *(str(command.name) for command in _role_commands())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of ours or of a role; a role is imported only when those before it lack the command."""
        found = super().get_command(ctx, cmd_name)
        return found or next((command for command in _role_commands() if command.name == cmd_name), None)

    def invoke(self, ctx: click.Context) -> Any:
        """Return what the command returns; where nobody reads on, click would end with 1, which is a verdict here."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_output()
            raise SystemExit(COULD_NOT_RUN) from None


def _role_commands() -> Iterator[click.Command]:
    for name in ROLES:
        yield from import_module(name).commands


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="parchemin")
@click.pass_context
def main_group(ctx: click.Context) -> None:
    """Issue, hold, share and verify academic credentials."""
    if ctx.obj is None:
        ctx.obj = Workbench()


@main_group.command()
@click.option("--once", is_flag=True, help="Do not serve afterwards.")
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-out"))
@click.option(
    "--learners", type=click.IntRange(1, 40), default=40, show_default=True, help="How many of the convocation."
)
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Where to serve afterwards.")
def demo(*, once: bool, folder: Path, learners: int, bind: str) -> None:
    """Issue a convocation, share, verify, revoke, alter, verify again; then serve it."""
    import_module("app.demo").run(folder=folder, learners=learners, serve=not once, bind=bind)


@main_group.command()
@click.argument("role", type=click.Choice(["all", "issuer", "holder", "verifier"]), default="all")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="HOST:PORT to listen on.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Server processes.")
@click.pass_obj
def serve(bench: Workbench, role: str, bind: str, workers: int) -> None:
    """Serve one role or all."""
    if bench.settings.development:
        click.echo("development mode: keys and timestamps are throw-away", err=True)
    entry = import_module("app.serving").ROLES[role]
    import_module("app.server").run(entry, bind=bind, workers=workers)


@main_group.command("vc-api")
@click.option("--tls", is_flag=True, help="Serve https, with a throw-away certificate.")
@click.option(
    "--bind", default="127.0.0.1:8443", show_default=True, help="HOST:PORT of this machine; port 0 takes any."
)
def vc_api(*, tls: bool, bind: str) -> None:
    """Serve the VC-API with throw-away keys to a conformance suite, and print the issuer ids it needs."""
    import_module("app.vc_api_server").run(Settings.from_environment(), bind=bind, tls=tls, told=click.echo)


@main_group.command()
@click.option("--once", is_flag=True, help="Stop when nothing is left to do.")
@click.pass_obj
def worker(bench: Workbench, *, once: bool) -> None:
    """Do the jobs that wait: deliver documents, renew status lists."""
    import_module("app.worker").run(bench.parts, once=once)


@main_group.command()
def check() -> None:
    """Show what is in force and what must not be so in production; exit 1 when something must not."""
    settings = Settings.from_environment()
    console = Console()
    table = Table("setting", "in force", box=None)
    for info in describe():
        name = info.name.removeprefix("PARCHEMIN_").lower()
        value = (
            getattr(settings, name)
            if hasattr(settings, name)
            else getattr(settings.limits, name.removeprefix("limit_"))
        )
        table.add_row(info.name, "(secret)" if info.secret and value else str(value))
    console.print(table)
    found = findings(settings)
    for finding in found:
        console.print(f"[bold]{finding.severity.value}[/] {finding.id}: {finding.text}", highlight=False)
    refused = any(finding.severity is Severity.REFUSED for finding in found)
    if refused and not settings.development:
        raise SystemExit(1)
    click.echo("development: nothing is refused" if refused else "good to start")


@main_group.group()
def db() -> None:
    """Bring the databases up to date, or back."""


@db.command("upgrade")
@click.pass_obj
def db_upgrade(bench: Workbench) -> None:
    """Bring every role's tables up to date."""
    import_module("app.migrations").upgrade(bench.settings)
    click.echo("up to date")


@db.command("downgrade")
@click.option("--yes", is_flag=True, help="Really remove every table and what is in it.")
@click.pass_obj
def db_downgrade(bench: Workbench, *, yes: bool) -> None:
    """Remove every role's tables."""
    if not yes:
        raise click.UsageError("this removes everything: say --yes")
    import_module("app.migrations").downgrade(bench.settings)


@db.command("check")
@click.pass_obj
def db_check(bench: Workbench) -> None:
    """Exit 1 when the tables differ from what the code expects."""
    differences = import_module("app.migrations").differences(bench.settings)
    for difference in differences:
        click.echo(difference)
    if differences:
        raise SystemExit(1)
    click.echo("no difference")


@main_group.group()
def contexts() -> None:
    """Look after the pinned JSON-LD contexts."""


@contexts.command("check")
def contexts_check() -> None:
    """Compare every pinned context with its digest."""
    loader = import_module("contexts.loader").BundledLoader.open()
    for url in loader.urls():
        click.echo(url)


def main() -> None:
    """Run the command line; problems are told in a line, never as a traceback."""
    try:
        code = main_group(standalone_mode=False)  # the code that a command exits with, if it says one
    except click.Abort:
        raise SystemExit(COULD_NOT_RUN) from None
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        click.echo(f"could not go on: {error.strerror or type(error).__name__}{place}", err=True)
        _drop_output()
        raise SystemExit(COULD_NOT_RUN) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(COULD_NOT_RUN) from None
    except ProblemError as error:
        _tell(error)
        raise SystemExit(COULD_NOT_RUN) from None
    except KeyFileError as error:
        _tell(ProblemError(KEY_STORE_UNAVAILABLE.about(str(error))))
        raise SystemExit(COULD_NOT_RUN) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _drop_output() -> None:
    """Let what is still held back go nowhere: written at the end it would fail once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(error: ProblemError) -> None:
    problem = error.problem
    click.echo(f"{problem.code}: {problem.title} {problem.detail}".rstrip(), err=True)
    for field in problem.errors:
        click.echo(f"  {field.pointer or '(the whole)'}: {field.code}: {field.detail}", err=True)


if __name__ == "__main__":
    main()
