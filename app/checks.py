"""`parchemin check`: what is in force, and what must not be so in production.

Each finding has an id that scripts may rely on. In development findings are only told; otherwise
any *refused* finding stops the start.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.certificate_checks import flaws
from app.config import INSECURE_SECRET, Settings
from app.key_stores import PKCS11, open_key_store
from app.timestamping import read_pool
from proofs import experimental
from schemas.problems import SETTING_INVALID, ProblemError
from services.clock import SystemClock

SECRET_CHARS: Final = 32


class Severity(StrEnum):
    """Whether a finding stops the start."""

    REFUSED = "refused"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; `id` never changes meaning."""

    id: str
    severity: Severity
    text: str


def _secret_key(settings: Settings) -> Iterator[Finding]:
    if settings.secret_key == INSECURE_SECRET:
        yield Finding(
            "secret-key-default", Severity.REFUSED, "PARCHEMIN_SECRET_KEY is the default that everybody knows."
        )
    elif len(settings.secret_key) < SECRET_CHARS:
        yield Finding(
            "secret-key-short", Severity.REFUSED, f"PARCHEMIN_SECRET_KEY has fewer than {SECRET_CHARS} characters."
        )


def _addresses(settings: Settings) -> Iterator[Finding]:
    if urlsplit(settings.base_url).scheme != "https":
        yield Finding(
            "base-url-http", Severity.REFUSED, "PARCHEMIN_BASE_URL is not https: links and sessions could be read."
        )
    if urlsplit(settings.public_url).scheme != "https":
        yield Finding("public-url-http", Severity.REFUSED, "PARCHEMIN_PUBLIC_URL is not https: did:web needs it.")
    if (urlsplit(settings.public_url).hostname or "").endswith(".example"):
        yield Finding(
            "public-url-example", Severity.REFUSED, "PARCHEMIN_PUBLIC_URL is the example: nobody can resolve it."
        )


def _parts(settings: Settings) -> Iterator[Finding]:
    if not settings.timestamp_addresses:
        yield Finding(
            "timestamper-test", Severity.REFUSED, "No timestamp authority is named: the throw-away one proves nothing."
        )
    elif len(settings.timestamp_addresses) == 1:
        yield Finding(
            "timestamper-single", Severity.WARNING, "One timestamp authority is named: name a second for its bad days."
        )
    if settings.timestamp_addresses:
        yield from _timestamp_roots(settings)
    if settings.fetch_fixtures:
        yield Finding("fetch-fixtures", Severity.REFUSED, "PARCHEMIN_FETCH_FIXTURES answers the network from a file.")
    yield from _experiments(settings)
    if not settings.smtp_host:
        yield Finding("mailer-folder", Severity.REFUSED, "No mail server is named: letters stay in a folder.")
    if not settings.issuer_database or not settings.holder_database:
        yield Finding(
            "database-sqlite", Severity.WARNING, "SQLite serves one machine: name a PostgreSQL database for more."
        )


def _experiments(settings: Settings) -> Iterator[Finding]:
    for name in settings.experimental_suites:
        text = f"PARCHEMIN_EXPERIMENTAL_SUITES lets in {name}, which nobody audited."
        if not experimental.is_available(name):
            text = f"PARCHEMIN_EXPERIMENTAL_SUITES names {name}, whose library is not installed: it stays unsupported."
        yield Finding("suite-experimental", Severity.WARNING, text)


def _timestamp_roots(settings: Settings) -> Iterator[Finding]:
    try:
        roots = [one for one in read_pool(settings) if one.issuer == one.subject]
    except ProblemError:
        roots = []
    if not roots:
        yield Finding(
            "timestamper-roots",
            Severity.REFUSED,
            "PARCHEMIN_TIMESTAMP_CERTIFICATES names no root of the timestamp authorities: none would be believed.",
        )


def _secrets_on_disk(settings: Settings) -> Iterator[Finding]:
    if not settings.passphrase and settings.key_store != PKCS11:
        yield Finding(
            "passphrase-beside-keys",
            Severity.REFUSED,
            "PARCHEMIN_PASSPHRASE is not set: the one in VAR lies beside the keys.",
        )
    for path in _private_files(settings.var):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(
                "secret-file-open", Severity.REFUSED, f"{path.name} in VAR can be read by others than its owner."
            )


def _private_files(var: Path) -> list[Path]:
    keys = var / "keys"
    found = (
        [path for path in keys.rglob("*") if path.is_file() and path.suffix in {".pem", ".key", ".json"}]
        if keys.is_dir()
        else []
    )
    passphrase = var / "passphrase"
    return [*found, passphrase] if passphrase.is_file() else found


def _keys_in_hardware(settings: Settings) -> Iterator[Finding]:
    """Open the token as the process will, and look for each key that is to sign."""
    if settings.key_store != PKCS11:
        return
    try:
        store = open_key_store(settings)
        for record in store.lost():
            text = f"The {record.purpose.value} key {record.id} is not in the token."
            yield Finding("key-not-in-token", Severity.REFUSED, text)
    except ProblemError as error:
        yield Finding("token-unusable", Severity.REFUSED, f"The token cannot be used: {error.problem.detail}.")


CHECKS: Final[tuple[Callable[[Settings], Iterator[Finding]], ...]] = (
    _secret_key,
    _addresses,
    _parts,
    _secrets_on_disk,
    _keys_in_hardware,
)


def findings(settings: Settings, *, now: datetime | None = None) -> tuple[Finding, ...]:
    """Return everything that is not as it should be in production; certificates are judged at `now`."""
    at = now or SystemClock().now()
    own = (finding for check in CHECKS for finding in check(settings))
    return (*own, *_certificates(settings, at))


def _certificates(settings: Settings, now: datetime) -> Iterator[Finding]:
    for flaw in flaws(settings, now=now):
        yield Finding(flaw.id, Severity.REFUSED if flaw.is_fatal else Severity.WARNING, flaw.text)


def require_production_or_development(settings: Settings) -> None:
    """Raise SETTING_INVALID naming the refused findings, unless PARCHEMIN_DEVELOPMENT says so."""
    refused = [finding for finding in findings(settings) if finding.severity is Severity.REFUSED]
    if refused and not settings.development:
        ids = ", ".join(finding.id for finding in refused)
        raise ProblemError(SETTING_INVALID.about(f"the start is refused: {ids}; `parchemin check` says more"))
