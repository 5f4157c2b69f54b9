"""Judge a timestamp token as it comes in (RFC 3161 section 2.4.2, last part), before it is built in.

    HTTPTimestamper(addresses, accept=TokenJudge(roots, certificates, clock.now))

An authority that signs with a certificate that has ended, for another use or under a strange root,
or that is wrong about the time, is passed over, so that the next one is asked. Whether a
certificate was revoked is judged when the token is used, with the evidence that is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import cms
from cryptography import x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from proofs.pades_running import wait_for
from proofs.pades_sealing import asn1
from services.timestamps import TimestampUnavailableError

TOLERANCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TokenJudge:
    """Says whether a token is one that we would believe."""

    roots: Sequence[x509.Certificate]
    certificates: Sequence[x509.Certificate]
    now: Callable[[], datetime]

    def __call__(self, token: bytes, digest: bytes) -> None:
        """Raise `TimestampUnavailableError` when the token would not be believed."""
        now = self.now()
        context = ValidationContext(
            trust_roots=[asn1(one) for one in self.roots],
            other_certs=[asn1(one) for one in self.certificates],
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=now,
        )
        signed = cms.ContentInfo.load(token)["content"]
        try:
            found = wait_for(validate_tst_signed_data(signed, context, lambda _algorithm: digest))
        except (PathError, ValidationError, SignatureValidationError, ValueError, TypeError, KeyError) as error:
            raise TimestampUnavailableError("the authority's signature could not be judged") from error
        if not (found.get("intact") and found.get("valid")):
            raise TimestampUnavailableError("the authority's signature does not hold")
        if found.get("trust_problem_indic") is not None or found.get("validation_path") is None:
            raise TimestampUnavailableError("the authority's certificate is not in force, or not known")
        if abs(found["timestamp"] - now) > TOLERANCE:
            raise TimestampUnavailableError("the authority's clock is wrong")
