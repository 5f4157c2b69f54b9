"""`parchemin seal-pdf`: seal pages by hand, with a key here or one elsewhere that sees only a digest.

Exit codes: 0 done, 1 refused, 2 the document waits for an authority, 3 could not run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from cryptography import x509

from app.key_commands import institution_of
from keys.public_keys import acceptable
from keys.seal_certificates import fit_chain, read_seal_file
from proofs import pades_waiting
from proofs.pades_deferred import finish, prepare
from proofs.pades_sealing import Sealer
from proofs.pdf_attachment import attach
from proofs.pdf_base import BaseNotAcceptedError, SealPlace, digest_of, finish_base
from proofs.pdf_sealable import require_sealable
from schemas.problems import (
    AWAITING_EVIDENCE,
    AWAITING_TIMESTAMP,
    CERTIFICATE_MISMATCHED,
    PDF_NOT_SEALABLE,
    ProblemError,
)
from services.files import write_atomically

if TYPE_CHECKING:
    from app.wiring import Parts

_REFUSED: Final = 1
_WAITS: Final = 2
_LABEL: Final = "Sceau / Seal"
_ATTACHED: Final = "Justificatif vérifiable / Verifiable credential"
_IN: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUT: Final = click.Path(path_type=Path, dir_okay=False)
_FOLDER: Final = click.Path(path_type=Path, file_okay=False)

_file = click.argument("file", type=_IN)
_out = click.option("--out", "-o", required=True, type=_OUT, help="Where the result is written.")
_credential = click.option("--credential", type=_IN, help="A credential to attach; it names the digest of `base`.")


class _OrFile(click.Group):
    """Takes `seal-pdf FILE` for `seal-pdf file FILE`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the step that is named first, otherwise the one that seals a file."""
        known = not args or args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["file", *args])


@click.group("seal-pdf", cls=_OrFile)
def seal_pdf() -> None:
    """Seal typeset pages (FILE), now or with a key elsewhere: file, base, prepare, complete.

    Only pages in which nothing can hide are sealed: tagged, of one revision, without forms, layers,
    scripts, annotations or attachments. The seal has no picture, and is of level B-LTA.
    """


@seal_pdf.command("base")
@_file
@_out
@click.pass_context
def base(context: click.Context, file: Path, out: Path) -> None:
    """Make the first revision of FILE, with the place of the seal; print its SHA-256 for a credential to name."""

    def work() -> None:
        made = _base_of(file.read_bytes())
        write_atomically(out, made)
        click.echo(digest_of(made).hex())

    _told(context, work)


@seal_pdf.command("file")
@_file
@_out
@_credential
@click.option("--institution", "-i", "slug", default="", help="Whose seal; needed when there are several.")
@click.pass_context
def seal_file(context: click.Context, file: Path, out: Path, credential: Path | None, slug: str) -> None:
    """Seal FILE with the institution's key."""
    parts, institution = institution_of(context, slug)

    def work() -> None:
        pages = _pages(parts, file, credential)
        certifying = parts.certifying
        signer, timestamper = certifying.signer(institution), certifying.timestamper()
        parts.evidence.beat()
        sealer = Sealer(
            signer=signer,
            timestamper=timestamper,
            material=lambda: certifying.material_of(signer.certificates, timestamper),
            now=parts.clock.now,
        )
        write_atomically(out, sealer.seal(pages))

    _told(context, work)


@seal_pdf.command("prepare")
@_file
@click.option("--chain", required=True, type=_IN, help="PEM file with the certificates of the key that is elsewhere.")
@click.option("--out", "-o", "folder", required=True, type=_FOLDER, help="Folder for what waits.")
@_credential
@click.pass_context
def prepare_file(context: click.Context, file: Path, chain: Path, folder: Path, credential: Path | None) -> None:
    """Make all of the seal of FILE but the signature; print the SHA-256 digest to be signed."""
    parts: Parts = context.obj.parts

    def work() -> None:
        certificates = _chain_in(parts, chain)
        timestamper = parts.certifying.timestamper()
        parts.evidence.beat(certificates)
        waiting = prepare(
            _pages(parts, file, credential),
            chain=certificates,
            timestamper=timestamper,
            material=parts.certifying.material_of(certificates, timestamper),
            now=parts.clock.now(),
        )
        pades_waiting.write(waiting, folder)
        click.echo(waiting.digest.hex())

    _told(context, work)


@seal_pdf.command("complete")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("signature", type=_IN)
@_out
@click.pass_context
def complete(context: click.Context, folder: Path, signature: Path, out: Path) -> None:
    """Seal what waits in FOLDER with SIGNATURE: bare (PKCS#1, r and s, DER), in base64, or a CMS."""
    parts: Parts = context.obj.parts

    def work() -> None:
        waiting = pades_waiting.read(folder)
        timestamper = parts.certifying.timestamper()
        parts.evidence.beat(waiting.chain)
        sealed = finish(
            waiting,
            pades_waiting.signature_in(signature.read_bytes(), waiting),
            timestamper=timestamper,
            material=parts.certifying.material_of(waiting.chain, timestamper),
            now=parts.clock.now(),
        )
        write_atomically(out, sealed)

    _told(context, work)


def _told(context: click.Context, work: Callable[[], None]) -> None:
    """Do the work; a problem is told in a line, and its kind is the exit code."""
    try:
        work()
    except ProblemError as error:
        problem = error.problem
        click.echo(f"{problem.code}: {problem.title} {problem.detail}".rstrip(), err=True)
        context.exit(_WAITS if problem.code in {AWAITING_EVIDENCE.code, AWAITING_TIMESTAMP.code} else _REFUSED)


def _pages(parts: Parts, file: Path, credential: Path | None) -> bytes:
    """Return the pages with the place of the seal, and the credential attached."""
    made = _base_of(file.read_bytes())
    if credential is None:
        return made
    return attach(made, credential.read_bytes(), description=_ATTACHED, at=parts.clock.now())


def _base_of(pdf: bytes) -> bytes:
    """Return BASE: the file itself when it is one, made of it when it is fresh from a typesetter."""
    if require_sealable(pdf):
        return pdf
    try:
        return finish_base(pdf, SealPlace(_LABEL))
    except BaseNotAcceptedError as error:
        raise ProblemError(PDF_NOT_SEALABLE.about(str(error))) from error


def _chain_in(parts: Parts, path: Path) -> tuple[x509.Certificate, ...]:
    """Return the chain of a file: the one certificate that signed no other, and those above it."""
    _, certificates = read_seal_file(path.read_bytes(), None)
    issuers = {one.issuer for one in certificates}
    own = next((one for one in certificates if one.subject not in issuers), None)
    if own is None:
        raise ProblemError(CERTIFICATE_MISMATCHED.about("the file holds no certificate of an end key"))
    return fit_chain(certificates, acceptable(own.public_key()), now=parts.clock.now())


commands: Final = (seal_pdf,)
"""Found by `app/cli.py`."""
