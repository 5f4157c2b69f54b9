"""`parchemin present FILE`: show a part of a transcript or diploma, and nothing else of it.

Exit codes: 0 done, 1 something was refused, 3 could not run.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

import click

from contexts.loader import BundledLoader
from holder.presenting.disclosing import Answering, Part, parts_of, present_parts
from holder.presenting.selecting import pointers_of, present_selected, read_base
from keys import did_key
from keys.local_signer import LocalSigner, read_private_key
from keys.public_keys import KeyFormError
from proofs.jsonld import Converter
from schemas.limits import DEFAULT
from schemas.problems import HOLDER_MISMATCH, NOT_PARSABLE, TOO_LARGE, ProblemError
from services.clock import SystemClock

REFUSED: Final = 1


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--list", "listing", is_flag=True, help="List what can be disclosed, as paths; nothing is shown.")
@click.option(
    "--disclose",
    "paths",
    multiple=True,
    metavar="PATH",
    help="A part to show, with what holds it: /terms/0/courses/2. /** at the end shows all below. Repeatable.",
)
@click.option("--audience", default="", help="Whom a document that is bound to a key is shown to.")
@click.option("--nonce", default="", help="Their question, as they wrote it.")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The holder's private key (PEM), for a document that is bound to it.",
)
@click.pass_context
def present(
    context: click.Context,
    file: BinaryIO,
    paths: tuple[str, ...],
    audience: str,
    nonce: str,
    key_file: Path | None,
    *,
    listing: bool,
) -> None:
    """Show chosen parts of FILE; - is standard input.

    FILE is the SD-JWT form of a transcript or diploma, or a credential (JSON) with an ecdsa-sd-2023
    base proof, of which PATH is a JSON pointer: /credentialSubject/verifiableCredential/2.
    The presentation goes to standard output: `parchemin present … | parchemin verify -`.
    """
    if listing == bool(paths):
        msg = "either --list or --disclose"
        raise click.UsageError(msg)
    if bool(key_file) != bool(audience or nonce):
        msg = "--key, --audience and --nonce go together"
        raise click.UsageError(msg)
    try:
        raw = _raw(file)
        answering = Answering(audience, nonce, _signer(key_file)) if key_file else None
        click.echo(_selected(raw, paths, answering) if raw.startswith(b"{") else _disclosed(raw, paths, answering))
    except ProblemError as error:
        click.echo(str(error), err=True)
        context.exit(REFUSED)


commands: Final = (present,)


def _disclosed(raw: bytes, paths: tuple[str, ...], answering: Answering | None) -> str:
    """Return the parts of a token that are shown, or the list of what can be when no path is named."""
    try:
        token = raw.decode("ascii")
    except UnicodeDecodeError:
        raise ProblemError(NOT_PARSABLE.about("an SD-JWT is ASCII")) from None
    if not paths:
        return _listed(parts_of(token))
    return present_parts(token, paths, now=SystemClock().now(), answering=answering)


def _selected(raw: bytes, paths: tuple[str, ...], answering: Answering | None) -> str:
    """Do the same with a credential that was signed statement by statement."""
    if answering is not None:
        raise ProblemError(HOLDER_MISMATCH.about("this document is not bound to a key"))
    base = read_base(raw)
    if not paths:
        return _listed(pointers_of(base))
    return present_selected(base, paths, converter=Converter(BundledLoader.open()))


def _raw(file: BinaryIO) -> bytes:
    """Return what a file holds, without the line feed that editors add."""
    raw = file.read(DEFAULT.body_bytes + 1)
    if len(raw) > DEFAULT.body_bytes:
        raise ProblemError(TOO_LARGE.about("the file"))
    return raw.strip()


def _signer(key_file: Path) -> LocalSigner:
    """Return the holder's signer; an encrypted key asks for its passphrase."""
    pem = key_file.read_bytes()
    passphrase: bytes | None = None
    if b"ENCRYPTED" in pem:
        passphrase = click.prompt("Passphrase", hide_input=True, err=True).encode()
    try:
        key = read_private_key(pem, passphrase)
        return LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))
    except KeyFormError as error:
        raise click.FileError(str(key_file), str(error)) from None


def _listed(parts: tuple[Part, ...]) -> str:
    widest = max((len(part.path) for part in parts), default=0)
    return "\n".join(f"{part.path:<{widest}}  {part.says}" for part in parts)
