"""Was a certificate in a token's header revoked? Answered from what is at hand; nothing is fetched.

    check_revocation([leaf, intermediate, root], answers, now)      # or ProblemError

Specification: RFC 5280, sections 5 and 6.3.3, and RFC 6960, for answers by the certificate's own authority.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from keys.revocation_answers import Answer, AnswerError, read_crl, read_ocsp
from schemas.problems import CERTIFICATE_REVOKED, PROOF_UNCHECKABLE, ProblemError


def check_revocation(chain: Sequence[x509.Certificate], answers: Sequence[bytes], now: datetime) -> None:
    """Raise CERTIFICATE_REVOKED for a certificate that its authority revoked, root aside.

    `answers` are revocation lists and OCSP answers, in any order. PROOF_UNCHECKABLE for a certificate of which
    there should be an answer and is none in force. A revocation counts whenever it was: a token's own
    word for when it was signed is no evidence.
    """
    for certificate, issuer in pairwise(chain):
        said = list(_said(answers, certificate, issuer))
        if any(answer.revoked_at is not None for answer in said):
            raise ProblemError(CERTIFICATE_REVOKED.about("its authority says so"))
        if not any(answer.is_current(now) for answer in said) and (said or _promises_an_answer(certificate)):
            raise ProblemError(
                PROOF_UNCHECKABLE.about("no answer of its authority says whether a certificate is revoked")
            )


def _said(answers: Sequence[bytes], certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[Answer]:
    """Yield what the authority says of the certificate; what is of others, or not signed, says nothing."""
    for der in answers:
        for read in (read_crl, read_ocsp):
            try:
                yield read(der, certificate=certificate, issuer=issuer)
            except AnswerError:
                continue


def _promises_an_answer(certificate: x509.Certificate) -> bool:
    """Return whether it says where a list or a responder is, whatever way leads there."""
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.CRLDistributionPoints):
            return True
        if isinstance(extension.value, x509.AuthorityInformationAccess) and any(
            one.access_method == AuthorityInformationAccessOID.OCSP for one in extension.value
        ):
            return True
    return False
