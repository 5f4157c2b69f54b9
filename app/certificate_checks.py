"""Whether the certificates of seals and timestamps can be used, and for how long (X30).

Nobody hears of a certificate's end until documents cannot be sealed any more: so it is told three
times before, 90, 30 and 7 days. Keys are looked at, not opened: no passphrase is needed for those
in VAR. Another's timestamp authority shows its certificate only in its answers: it is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from app.config import Settings
from keys.certificates import CertificateError, check_in_force, days_left
from keys.file_store import KeyFileError, read_keys
from keys.public_keys import acceptable
from keys.rotation import KeyRecord, KeyState
from keys.seal_certificates import fit_chain, read_seal_file, require_kind, require_use
from keys.store import Purpose
from schemas.problems import ProblemError

WARNED_DAYS: Final = (7, 30, 90)
_WITH_CERTIFICATE: Final = frozenset({Purpose.SEAL, Purpose.TIMESTAMP})
_TO_BE_USED: Final = frozenset({KeyState.CURRENT, KeyState.PREPARED})


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing about a certificate; a fatal one stops the start in production. `id` never changes meaning."""

    id: str
    text: str
    is_fatal: bool = True


def flaws(settings: Settings, *, now: datetime) -> tuple[Flaw, ...]:
    """Return what is wrong, or soon will be, with certificates in VAR and in the file of PARCHEMIN_SEAL_KEY."""
    return (*_in_var(settings.var / "keys", now), *_in_file(settings, now))


def _in_var(folder: Path, now: datetime) -> Iterator[Flaw]:
    try:
        found = read_keys(folder)
    except (KeyFileError, OSError) as error:
        yield Flaw("key-file-broken", f"A key file in VAR cannot be used: {error}.")
        return
    for record, chain in found:
        if record.purpose in _WITH_CERTIFICATE and record.state in _TO_BE_USED:
            yield from _of_key(record, chain, now)


def _of_key(record: KeyRecord, chain: Sequence[x509.Certificate], now: datetime) -> Iterator[Flaw]:
    name = f"The {record.purpose.value} key {record.id}"
    if not chain and record.state is KeyState.PREPARED:
        yield Flaw("certificate-awaited", f"{name} has no certificate yet.", is_fatal=False)
    elif not chain:
        yield Flaw("certificate-missing", f"{name} has no certificate.")
    elif chain[0].public_key() != record.public_key or not _is_linked(chain):
        yield Flaw("certificate-mismatched", f"{name} has a certificate of another key, or a chain that is broken.")
    else:
        yield from _dates(name, chain, now)
        yield from _uses(record, name, chain)


def _uses(record: KeyRecord, name: str, chain: Sequence[x509.Certificate]) -> Iterator[Flaw]:
    """Judge whether a seal's key and certificate are of a kind that seals."""
    if record.purpose is not Purpose.SEAL:
        return
    try:
        require_kind(record.public_key)
        require_use(chain[0])
    except ProblemError as error:
        yield Flaw(error.problem.code, f"{name}: {error.problem.detail}.")


def _is_linked(chain: Sequence[x509.Certificate]) -> bool:
    """Is each certificate signed by the next, and the last by itself?"""
    try:
        for certificate, issuer in zip(chain, (*chain[1:], chain[-1]), strict=True):
            certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _dates(name: str, chain: Sequence[x509.Certificate], now: datetime) -> Iterator[Flaw]:
    first = min(chain, key=lambda certificate: certificate.not_valid_after_utc)
    end = f"{first.not_valid_after_utc:%Y-%m-%d}"
    try:
        for certificate in chain:
            check_in_force(certificate, now=now)
    except CertificateError:
        ended = first.not_valid_after_utc < now
        yield Flaw(
            "certificate-expired" if ended else "certificate-not-yet",
            f"{name}: its chain of certificates ended on {end}."
            if ended
            else f"{name}: its chain is not in force yet.",
        )
        return
    left = days_left(first, now=now)
    due = next((days for days in WARNED_DAYS if left < days), None)
    if due is not None:
        text = f"{name}: its chain of certificates ends on {end}, in {left} days."
        yield Flaw(f"certificate-ends-{due}", text, is_fatal=False)


def _in_file(settings: Settings, now: datetime) -> Iterator[Flaw]:
    """Judge the file that a seal key is taken from, as it will be when it is taken."""
    if not settings.seal_key:
        return
    try:
        key, certificates = read_seal_file(Path(settings.seal_key).read_bytes(), settings.passphrase.encode() or None)
    except (OSError, ProblemError):
        key, certificates = None, ()
    if key is None or not certificates:
        yield Flaw("seal-key-unreadable", "The file that PARCHEMIN_SEAL_KEY names holds no key and chain to be opened.")
        return
    dated = list(_dates("The file of PARCHEMIN_SEAL_KEY", certificates, now))
    yield from dated
    if any(flaw.is_fatal for flaw in dated):
        return
    try:
        fit_chain(certificates, acceptable(key.public_key()), now=now)
    except ProblemError as error:
        yield Flaw(error.problem.code, f"The file of PARCHEMIN_SEAL_KEY: {error.problem.detail}.")
