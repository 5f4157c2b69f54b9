"""Is a certificate revoked, by a list or an OCSP answer, and does that reach back to a moment (RFC 5280 section 5)?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509

from keys.revocation_answers import Answer, AnswerError, read_crl, read_ocsp

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
    certificate: x509.Certificate,
    crls: Iterable[bytes],
    issuers: Sequence[x509.Certificate],
    moments: Moments,
    ocsp_responses: Iterable[bytes] = (),
) -> bool:
    """Say whether a list or an answer of its issuer revokes the certificate for this use.

    Revoked for a harmless reason (superseded, say), what was made before stays good. Otherwise the
    key may have been stolen: what is not proven to have existed before is not believed.
    """
    for answer in _answers(certificate, crls, ocsp_responses, issuers):
        since = answer.revoked_at
        if since is not None and since <= (moments.used if answer.reason in _LATER_ONLY else moments.proven):
            return True
    return False


def _answers(
    certificate: x509.Certificate,
    crls: Iterable[bytes],
    ocsp_responses: Iterable[bytes],
    issuers: Sequence[x509.Certificate],
) -> Iterator[Answer]:
    """Return what its issuer says of the certificate; what is of others, or not signed, says nothing."""
    mine = [issuer for issuer in issuers if issuer.subject == certificate.issuer]
    for read, several in ((read_crl, tuple(crls)), (read_ocsp, tuple(ocsp_responses))):
        for der in several:
            for issuer in mine:
                try:
                    yield read(der, certificate=certificate, issuer=issuer)
                except AnswerError:
                    continue
