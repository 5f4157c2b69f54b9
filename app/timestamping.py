"""Asks the timestamp authorities of the settings, and knows their certificates.

Their roots come from a file, since nobody else can say whom to trust. The certificates that they
sign with come in their answers and change every few years: those seen are kept under VAR, so that
evidence about them can be fetched before a document needs it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.config import Settings
from keys.certificates import chain_within, pem_of
from proofs.timestamp_tokens import TokenJudge
from schemas.problems import SETTING_INVALID, ProblemError
from services.clock import Clock
from services.files import write_atomically
from services.timestamps import HTTPTimestamper, TimestampUnavailableError, token_certificates

_SAMPLE_BYTES: Final = 32


class AuthorityTimestamper:
    """A `Timestamper` over the addresses of the settings, judged before an answer is taken."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Take the settings; raise ProblemError(setting-invalid) for a file that holds no certificates."""
        self._pool = read_pool(settings)
        self._folder = settings.var / "authorities"
        roots = tuple(one for one in self._pool if one.issuer == one.subject)
        self._door = HTTPTimestamper(
            settings.timestamp_addresses,
            timeout=settings.timestamp_seconds,
            accept=TokenJudge(roots, self._pool, clock.now),
        )

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Return the certificates of the file, and those that were seen in answers."""
        return tuple(dict.fromkeys((*self._pool, *self._seen())))

    def stamp(self, digest: bytes) -> bytes:
        """Return the token (DER) for a SHA-256 digest; raise `TimestampUnavailableError`."""
        return self._door.stamp(digest)

    def look(self) -> dict[str, str]:
        """Ask every authority for a sample and keep its certificates; return what failed, by address."""
        failed = {}
        for address in self._door.addresses:
            try:
                token = self._door.ask(address, secrets.token_bytes(_SAMPLE_BYTES))
                self._keep(token_certificates(token))
            except (TimestampUnavailableError, ValueError) as error:
                failed[address] = str(error)
        return failed

    def _keep(self, certificates: Sequence[x509.Certificate]) -> None:
        """Keep the chain of a signer's certificate; older ones stay, for what they stamped."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{certificates[0].fingerprint(hashes.SHA256()).hex()[:40]}.pem"
        if not path.exists():
            write_atomically(path, pem_of(certificates).encode())

    def _seen(self) -> Iterable[x509.Certificate]:
        for path in sorted(self._folder.glob("*.pem")):
            yield from x509.load_pem_x509_certificates(path.read_bytes())


def read_pool(settings: Settings) -> tuple[x509.Certificate, ...]:
    """Return the certificates of PARCHEMIN_TIMESTAMP_CERTIFICATES; raise ProblemError(setting-invalid)."""
    if not settings.timestamp_certificates:
        return ()
    try:
        return tuple(x509.load_pem_x509_certificates(Path(settings.timestamp_certificates).read_bytes()))
    except (OSError, ValueError) as error:
        told = "PARCHEMIN_TIMESTAMP_CERTIFICATES names no file of certificates"
        raise ProblemError(SETTING_INVALID.about(told)) from error


def chains_of_authorities(
    certificates: Sequence[x509.Certificate], now: datetime
) -> tuple[tuple[x509.Certificate, ...], ...]:
    """Return the chain of each certificate that signs timestamps and has not ended."""
    living = (one for one in certificates if _stamps(one) and now <= one.not_valid_after_utc)
    return tuple(chain_within(one, certificates) for one in living)


def _stamps(certificate: x509.Certificate) -> bool:
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in uses
