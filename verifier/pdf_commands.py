"""`parchemin extract FILE`: take the credential out of a sealed PDF.

Exit codes: 0 done, 1 there is none or the PDF was changed, 3 could not run.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import BinaryIO, Final

import click

from proofs.pades import SealTrust, examine_seal
from proofs.pdf_attachment import CREDENTIAL_NAME
from schemas.limits import DEFAULT, Limits
from schemas.problems import ATTACHMENT_MISMATCH, ProblemError

_REFUSED: Final = 1
_NOBODY: Final = SealTrust((), (), ())
_ANY_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


def credential_in(raw: bytes, *, limits: Limits = DEFAULT) -> bytes:
    """Return the credential in the sealed revision, exactly as it was signed; whose seal it is is not asked.

    Raises ProblemError: pdf-changed and others when the seal is not untouched, pdf-not-sealed,
    attachment-mismatch when no credential is inside.
    """
    finding = examine_seal(raw, trust=_NOBODY, now=_ANY_TIME, limits=limits).finding
    if CREDENTIAL_NAME not in finding.attachments:
        raise ProblemError(ATTACHMENT_MISMATCH.about("no credential is inside"))
    return finding.attachments[CREDENTIAL_NAME]


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--output", "-o", type=click.File("wb"), default="-", help="Where to write it; - is standard output.")
@click.pass_context
def extract(context: click.Context, file: BinaryIO, output: BinaryIO) -> None:
    """Take the credential out of the sealed PDF FILE, byte for byte; - is standard input.

    It is not verified: give it to `parchemin verify`.
    """
    try:
        output.write(credential_in(file.read()))
    except ProblemError as error:
        click.echo(f"{error.problem.title} ({error.problem.code}) {error.problem.detail}", err=True)
        context.exit(_REFUSED)


commands: Final = (extract,)
