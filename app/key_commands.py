"""`parchemin keys` and `parchemin trust`: the keys of an institution, and whom this process vouches for.

Exit codes: 0 done, 1 the key cannot take that step, 3 could not run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from app.config import Settings
from app.trusting import open_trust_list
from contexts.loader import BundledLoader
from issuer.audit import AuditLog
from issuer.institutions.profile import Institution
from keys.rotation import KeyRecord, KeyState, RotationError
from keys.store import Purpose
from keys.trust import TrustEntry, TrustList
from schemas.moments import moment, written
from schemas.problems import NOT_FOUND, ProblemError
from services.files import write_atomically

if TYPE_CHECKING:
    from app.wiring import Parts

_REFUSED: Final = 1
_PURPOSES: Final = [purpose.value for purpose in (Purpose.CREDENTIAL, Purpose.JOSE, Purpose.STATUS, Purpose.SEAL)]
_ACTOR: Final = "command line"

_institution = click.option("--institution", "-i", "slug", default="", help="Its slug; needed when there are several.")
_actor = click.option("--actor", default=_ACTOR, show_default=True, help="Who does this, for the audit log.")
_NEW_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_key_id: Final = {"ignore_unknown_options": True}  # the id of a key, a thumbprint, may begin with a hyphen
_purpose = click.argument("purpose", type=click.Choice(_PURPOSES))


@click.group()
def keys() -> None:
    """Keys of an institution: list, create, rotate, retire, compromise; its seal: request-seal, import-seal."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a key a line as JSON.")
@click.pass_context
def list_keys(context: click.Context, *, as_json: bool) -> None:
    """Show every key: whose, for what, where in its life, and when its certificate ends."""
    parts: Parts = context.obj.parts
    rows = [_row(record, parts) for record in parts.certifying.records()]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    shown = ("id", "controller", "purpose", "state", "since", "ends")
    _print_table([shown, *(tuple(row[name] or "-" for name in shown) for row in rows)])


@keys.command("create")
@_purpose
@_institution
@click.option("--rsa", "rsa_key", is_flag=True, help="Make an RSA-3072 key; for seals and tokens (jose).")
@_actor
@click.pass_context
def create(context: click.Context, purpose: str, slug: str, actor: str, *, rsa_key: bool) -> None:
    """Make a key that is published and signs nothing yet; `keys rotate` lets it sign."""
    if rsa_key and purpose not in {Purpose.SEAL, Purpose.JOSE}:
        raise click.UsageError("--rsa is for seals and tokens (jose)")
    parts, institution = institution_of(context, slug)
    trust = _trust_list(parts.settings)
    certifying = parts.certifying
    record = _step(context, lambda: certifying.prepare(institution, Purpose(purpose), trust=trust, rsa_key=rsa_key))
    _tell(parts, record, act="key-create", actor=actor)


@keys.command("rotate")
@_purpose
@_institution
@_actor
@click.pass_context
def rotate(context: click.Context, purpose: str, slug: str, actor: str) -> None:
    """Sign with the key that was created, or a new one, from now on; old signatures keep verifying."""
    _, institution = institution_of(context, slug)
    _rotate(context, institution, Purpose(purpose), actor)


@keys.command("request-seal")
@_institution
@click.option("--rsa", "rsa_key", is_flag=True, help="Make an RSA-3072 key instead of one on P-256.")
@click.option("--out", type=_NEW_FILE, help="Write the request here instead of printing it.")
@_actor
@click.pass_context
def request_seal(context: click.Context, slug: str, out: Path | None, actor: str, *, rsa_key: bool) -> None:
    """Make a seal key where keys are kept, and a request (PKCS #10) for its certificate.

    The authority's answer goes to `keys import-seal`; then `keys rotate seal`.
    """
    parts, institution = institution_of(context, slug)
    record, request = parts.certifying.request_seal(institution, rsa_key=rsa_key)
    _tell(parts, record, act="key-create", actor=actor, err=out is None)
    if out is None:
        click.echo(request.decode("ascii"), nl=False)
    else:
        write_atomically(out, request)


@keys.command("import-seal")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_institution
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="What opens FILE's key."
)
@_actor
@click.pass_context
def import_seal(context: click.Context, file: Path, slug: str, passphrase_file: Path | None, actor: str) -> None:
    """Keep the seal's chain, or key and chain, of FILE (PEM or PKCS #12); `keys rotate seal` lets it seal.

    Without a passphrase file PARCHEMIN_PASSPHRASE opens the key.
    """
    parts, institution = institution_of(context, slug)
    phrase = passphrase_file.read_bytes().rstrip(b"\r\n") if passphrase_file else parts.settings.passphrase.encode()
    trust = _trust_list(parts.settings)
    try:
        record = parts.certifying.import_seal(institution, file.read_bytes(), phrase or None, trust=trust)
    except ProblemError as error:
        problem = error.problem
        _refuse(context, f"{problem.code}: {problem.title} {problem.detail}".rstrip())
    _tell(parts, record, act="key-certificate", actor=actor)


@keys.command("retire", context_settings=_key_id)
@click.argument("key")
@_actor
@click.pass_context
def retire(context: click.Context, key: str, actor: str) -> None:
    """Let KEY (its id) sign nothing more; what it signed keeps verifying."""
    parts: Parts = context.obj.parts
    _tell(parts, _step(context, lambda: parts.certifying.retire(key)), act="key-retire", actor=actor)


@keys.command("compromise", context_settings=_key_id)
@click.argument("key")
@click.option("--since", required=True, help="First moment it is not believed, such as 2026-11-20T08:00:00Z.")
@_actor
@click.pass_context
def compromise(context: click.Context, key: str, since: str, actor: str) -> None:
    """Let nobody believe KEY (its id) from a moment on; what it signed before still verifies.

    When it was the key that signs, a new one takes its place, and status lists are signed anew.
    """
    parts: Parts = context.obj.parts
    record = _record(parts, key)
    institution = _owner(parts, record)
    at = _moment(since, parts.clock.now())
    trust = _trust_list(parts.settings)
    changed = _step(context, lambda: parts.certifying.compromise(institution, key, since=at, trust=trust))
    _tell(parts, changed, act="key-compromise", actor=actor)
    if record.state is KeyState.CURRENT:
        _rotate(context, institution, record.purpose, actor)


def _rotate(context: click.Context, institution: Institution, purpose: Purpose, actor: str) -> None:
    parts: Parts = context.obj.parts
    trust = _trust_list(parts.settings)
    record = _step(context, lambda: parts.certifying.rotate(institution, purpose, trust=trust))
    if purpose is Purpose.STATUS:
        parts.issuer.lists.sign_anew(institution.did)
    _tell(parts, record, act="key-rotate", actor=actor)


def _tell(parts: Parts, record: KeyRecord, *, act: str, actor: str, err: bool = False) -> None:
    """Write an act into the audit log, and say what the key is now."""
    detail = {"purpose": record.purpose.value, "state": record.state.value}
    if record.compromised_since:
        detail["since"] = written(record.compromised_since)
    log = AuditLog(parts.settings.var / "audit.log", parts.clock)
    log.append(act=act, subject=record.verification_method, actor=actor, detail=detail)
    click.echo(f"{record.state.value} {record.purpose.value} {record.id} {record.verification_method}", err=err)


def _step(context: click.Context, work: Callable[[], KeyRecord]) -> KeyRecord:
    try:
        return work()
    except RotationError as error:
        _refuse(context, str(error))


def _refuse(context: click.Context, why: str) -> NoReturn:
    click.echo(f"refused: {why}", err=True)
    context.exit(_REFUSED)


def institution_of(context: click.Context, slug: str) -> tuple[Parts, Institution]:
    """Return the parts and the institution that is meant: the one named, or the only one."""
    parts: Parts = context.obj.parts
    if slug:
        return parts, parts.issuer.institution(slug)
    every = parts.issuer.institutions()
    if len(every) != 1:
        raise click.UsageError(f"say --institution: there are {len(every)}")
    return parts, every[0]


def _record(parts: Parts, key: str) -> KeyRecord:
    for record in parts.certifying.records():
        if record.id == key:
            return record
    raise ProblemError(NOT_FOUND.about("there is no such key"))


def _owner(parts: Parts, record: KeyRecord) -> Institution:
    for institution in parts.issuer.institutions():
        if institution.did == record.controller:
            return institution
    raise ProblemError(NOT_FOUND.about("this key is of no institution here"))


def _moment(text: str, now: datetime) -> datetime:
    try:
        at = moment(text, offset_required=True)
    except ValueError as error:
        raise click.UsageError(f"--since: {error}") from None
    if at > now:
        raise click.UsageError("--since: that is yet to come")
    return at


def _row(record: KeyRecord, parts: Parts) -> dict[str, str | None]:
    chain = parts.certifying.certificates(record.id)
    since = record.compromised_since or record.retired_at or record.activated_at or record.created_at
    return {
        "id": record.id,
        "controller": record.controller,
        "purpose": record.purpose.value,
        "state": record.state.value,
        "since": written(since),
        "ends": written(chain[0].not_valid_after_utc) if chain else None,
        "verification_method": record.verification_method,
    }


@click.group()
def trust() -> None:
    """Look at the signed trust list: list, show."""


@trust.command("list")
def list_trust() -> None:
    """Show whom the trust list in force vouches for."""
    found = _trust_list(Settings.from_environment())
    rows = [
        (
            entry.did,
            next(iter(entry.names.values()), "-"),
            written(entry.since),
            _maybe(entry.until) or "-",
            str(len(entry.seal_certificates)),
        )
        for entry in found.entries
    ]
    _print_table([("issuer", "name", "since", "until", "seals"), *rows])


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print columns, none ever cut off: identifiers are there to be copied."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@trust.command("show")
@click.argument("did")
def show_trust(did: str) -> None:
    """Show all that the trust list says of an issuer, as JSON."""
    entry = _trust_list(Settings.from_environment()).entry_for(did)
    if entry is None:
        raise ProblemError(NOT_FOUND.about("the trust list does not name this issuer"))
    click.echo(json.dumps(_entry(entry), ensure_ascii=False, indent=2))


def _trust_list(settings: Settings) -> TrustList:
    return open_trust_list(settings, BundledLoader.open())()


def _entry(entry: TrustEntry) -> dict[str, Any]:
    seals = [
        {**_certificate(pin.certificate), "since": written(pin.since), "until": _maybe(pin.until) or None}
        for pin in entry.seal_certificates
    ]
    return {
        "did": entry.did,
        "names": dict(entry.names),
        "since": written(entry.since),
        "until": _maybe(entry.until) or None,
        "successor": entry.successor,
        "seal_certificates": seals,
        "seal_roots": [_certificate(root) for root in entry.seal_roots],
        "timestamp_roots": [_certificate(root) for root in entry.timestamp_roots],
    }


def _certificate(certificate: x509.Certificate) -> dict[str, str]:
    return {
        "subject": certificate.subject.rfc4514_string(),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
        "ends": written(certificate.not_valid_after_utc),
    }


def _maybe(at: datetime | None) -> str:
    return written(at) if at else ""


commands: Final = (keys, trust)
