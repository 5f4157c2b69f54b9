"""Is a certificate on a revocation list, and does that reach back to a moment (RFC 5280 section 5)?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_LATER_ONLY: Final = frozenset(
    {
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)


@dataclass(frozen=True, slots=True)
class Moments:
    """When a certificate was used, and when that use is proven to have existed."""

    used: datetime
    proven: datetime


def is_revoked(
    certificate: x509.Certificate, crls: Iterable[bytes], issuers: Sequence[x509.Certificate], moments: Moments
) -> bool:
    """Say whether a list of its issuer revokes the certificate for this use.

    Revoked for a harmless reason (superseded, say), what was made before stays good. Otherwise the
    key may have been stolen: what is not proven to have existed before is not believed.
    """
    for der in crls:
        entry = _entry(certificate, der, issuers)
        if entry is None:
            continue
        since = _since(entry)
        if since <= (moments.used if _reason(entry) in _LATER_ONLY else moments.proven):
            return True
    return False


def _entry(
    certificate: x509.Certificate, der: bytes, issuers: Sequence[x509.Certificate]
) -> x509.RevokedCertificate | None:
    """Return the certificate's entry on a list that its issuer signed."""
    try:
        revocations = x509.load_der_x509_crl(der)
        signed = any(_signed_by(revocations, issuer) for issuer in issuers if issuer.subject == certificate.issuer)
    except (ValueError, InvalidSignature, UnsupportedAlgorithm):
        return None
    return revocations.get_revoked_certificate_by_serial_number(certificate.serial_number) if signed else None


def _signed_by(revocations: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return False
    return revocations.issuer == issuer.subject and revocations.is_signature_valid(key)


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return x509.ReasonFlags.unspecified


def _since(entry: x509.RevokedCertificate) -> datetime:
    """Return the invalidity date when one is given, otherwise the date of revocation (RFC 5280 section 5.3.2)."""
    try:
        return entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc
