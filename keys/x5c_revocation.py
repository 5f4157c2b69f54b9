"""Was a certificate in a token's header revoked? Answered from the lists at hand; none is fetched.

    check_revocation([leaf, intermediate, root], crls, now)      # or ProblemError

Specification: RFC 5280, sections 5 and 6.3.3, for complete lists by the certificate's own authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from cryptography import x509

from schemas.problems import CERTIFICATE_REVOKED, PROOF_UNCHECKABLE, ProblemError


def check_revocation(chain: Sequence[x509.Certificate], crls: Sequence[bytes], now: datetime) -> None:
    """Raise CERTIFICATE_REVOKED for a certificate that its authority's list names, root aside.

    PROOF_UNCHECKABLE for one whose list should be there and is not, or is over. A revocation counts
    whenever it was: a token's own word for when it was signed is no evidence.
    """
    for certificate, issuer in pairwise(chain):
        key: Any = issuer.public_key()  # of a kind that signs: the path was verified
        lists = [crl for crl in _readable(crls) if crl.issuer == issuer.subject and crl.is_signature_valid(key)]
        if any(crl.get_revoked_certificate_by_serial_number(certificate.serial_number) for crl in lists):
            raise ProblemError(CERTIFICATE_REVOKED.about("its authority's list names it"))
        if any(_is_in_force(crl, now) for crl in lists):
            continue
        if lists or _promises_a_list(certificate):
            raise ProblemError(
                PROOF_UNCHECKABLE.about("no list of its authority says whether a certificate is revoked")
            )


def _readable(crls: Sequence[bytes]) -> Iterable[x509.CertificateRevocationList]:
    """Yield the lists that can be read and that speak of everything their authority issued."""
    for der in crls:
        try:
            crl = x509.load_der_x509_crl(der)
            critical = any(extension.critical for extension in crl.extensions)
        except ValueError:
            continue
        if not critical:
            yield crl


def _is_in_force(crl: x509.CertificateRevocationList, now: datetime) -> bool:
    ends = crl.next_update_utc or datetime.max.replace(tzinfo=UTC)
    return crl.last_update_utc <= now < ends


def _promises_a_list(certificate: x509.Certificate) -> bool:
    try:
        certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    except x509.ExtensionNotFound:
        return False
    return True
