"""People on the command line: invite, add-staff, documents, sign-out; and `parchemin present`.

Exit codes: 0 done, 1 something was refused, 3 could not run. Links are printed for whoever runs
the service to hand over when mail does not reach somebody (R8, R14).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

import click

from accounts.desk import AccountsDesk
from accounts.store import Person
from holder.desk import HolderDesk
from holder.presenting.commands import present
from schemas.problems import NOT_FOUND, ProblemError

REFUSED: Final = 1
Answer = TypeVar("Answer")


class Parts(Protocol):
    """The parts that these commands need."""

    @property
    def accounts(self) -> AccountsDesk:
        """Return the desk of accounts."""
        ...

    @property
    def holder(self) -> HolderDesk:
        """Return the holder's desk."""
        ...


class Bench(Protocol):
    """What the command line carries along (`ctx.obj`)."""

    @property
    def parts(self) -> Parts:
        """Return every part, built when it is asked for."""
        ...


@click.group()
def people() -> None:
    """People who sign in: invite, add-staff, documents, sign-out."""


@people.command("invite")
@click.argument("email")
@click.pass_context
def invite(context: click.Context, email: str) -> None:
    """Print a fresh invitation link for EMAIL, an address that documents were delivered to."""
    parts = _parts(context)
    token = _or_refuse(context, lambda: parts.accounts.people.invite(email))
    click.echo(f"{parts.holder.base_url}/invitation/{token}")


@people.command("add-staff")
@click.argument("email")
@click.option("--institution", "-i", required=True, help="The institution's slug.")
@click.option("--given-name", required=True)
@click.option("--family-name", default="")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--role", default="administrator", show_default=True)
@click.pass_context
def add_staff(
    context: click.Context, email: str, institution: str, given_name: str, family_name: str, language: str, role: str
) -> None:
    """Make EMAIL staff of an institution and print an invitation link when they never signed in."""
    parts = _parts(context)
    register = parts.accounts.people.register
    person = _or_refuse(
        context, lambda: register(email, given_name=given_name, family_name=family_name, language=language)
    )
    parts.accounts.people.add_staff(person.id, institution, role)
    if parts.accounts.people.is_active(person.id):
        click.echo(f"{person.email} signs in as before")
    else:
        click.echo(f"{parts.holder.base_url}/invitation/{parts.accounts.people.invite(person.email)}")


@people.command("documents")
@click.argument("email")
@click.pass_context
def documents(context: click.Context, email: str) -> None:
    """List what EMAIL has received: id, kind and date, never what a document says (R36)."""
    parts = _parts(context)
    person = _or_refuse(context, lambda: _known(parts, email))
    for document in parts.holder.vault.all_of(person.id):
        click.echo(f"{document.id} {document.kind} {document.issued_on.isoformat()}")


@people.command("sign-out")
@click.argument("email")
@click.pass_context
def sign_out(context: click.Context, email: str) -> None:
    """End every session of EMAIL."""
    parts = _parts(context)
    person = _or_refuse(context, lambda: _known(parts, email))
    parts.accounts.sessions.end_all(person)
    click.echo("signed out everywhere")


commands = (people, present)


def _parts(context: click.Context) -> Parts:
    bench: Bench = context.obj
    return bench.parts


def _known(parts: Parts, email: str) -> Person:
    person = parts.accounts.people.by_email(email)
    if person is None:
        raise ProblemError(NOT_FOUND.about("nobody has this address"))
    return person


def _or_refuse(context: click.Context, act: Callable[[], Answer]) -> Answer:
    """Return what `act` returns; a problem is printed by its code and ends the command."""
    try:
        return act()
    except ProblemError as error:
        click.echo(str(error), err=True)
        context.exit(REFUSED)
        raise
