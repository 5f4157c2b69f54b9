"""A key by its certificate chain in a token's header (`x5c`, RFC 7515 section 4.1.6).

    method = key_of_chain(header["x5c"], issuer=claims["iss"], roots=roots, now=now, answers=answers)

A chain in a header proves nothing by itself: it must lead to a root that the caller trusts for this
issuer, and its first certificate must name the issuer, as a URI (`did:web:…`, `https://…`) or as
the host of an https issuer, and be one that may sign.

Whether a certificate was revoked has three answers. A list or an OCSP answer of its authority at hand
that is in force says yes or no. A certificate that says where such a thing is had, or of which all
at hand is over, could not be checked. One that promises neither is short-lived by its authority's
choice and counts until it ends. Nothing is fetched.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from keys.public_keys import KeyFormError, acceptable
from keys.verification_method import VerificationMethod
from keys.x5c_revocation import check_revocation
from schemas.problems import CERTIFICATE_UNTRUSTED, NOT_BY_ISSUER, NOT_PARSABLE, ProblemError

_CERTIFICATES: Final = 6
_CHARS: Final = 16_384
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class ChainTrust:
    """Whom chains are believed from: roots by issuer, and the revocation lists and OCSP answers (DER) at hand.

    `roots_of` may raise `ProblemError` for an issuer of whom nothing is known.
    """

    roots_of: Callable[[str], Sequence[x509.Certificate]]
    answers: Callable[[], Sequence[bytes]] = tuple


def key_of_chain(
    x5c: object,
    *,
    issuer: str,
    roots: Sequence[x509.Certificate],
    now: datetime,
    answers: Sequence[bytes] = (),
) -> VerificationMethod:
    """Return the key of the first certificate, for assertions by `issuer`; `answers` are lists and OCSP answers.

    Raises `ProblemError`: `NOT_PARSABLE`, `CERTIFICATE_UNTRUSTED` (no chain to one of `roots` in
    force at `now`, or of a certificate that may not sign), `CERTIFICATE_REVOKED`,
    `PROOF_UNCHECKABLE` (whether it was revoked is not known), `NOT_BY_ISSUER` (the certificate
    names somebody else), `KEY_WEAK`.
    """
    leaf, *others = _certificates(x5c)
    chain = _checked_chain(leaf, others, roots, now)
    _check_use(leaf)
    check_revocation(chain, answers, now)
    if not _names(leaf, issuer):
        raise ProblemError(NOT_BY_ISSUER.about("the certificate does not name the issuer"))
    try:
        key = acceptable(leaf.public_key())
    except KeyFormError as error:
        raise ProblemError(CERTIFICATE_UNTRUSTED.about(str(error))) from None
    return VerificationMethod(f"{issuer}#x5c", issuer, key, frozenset({"assertionMethod"}))


def x5c_of(chain: Sequence[x509.Certificate]) -> list[str]:
    """Return a chain for a token's header: DER in base64, without the self-signed root."""
    needed = [item for item in chain if item.issuer != item.subject] or list(chain)
    return [base64.b64encode(item.public_bytes(Encoding.DER)).decode("ascii") for item in needed]


def _certificates(x5c: object) -> list[x509.Certificate]:
    if not isinstance(x5c, list) or not 0 < len(x5c) <= _CERTIFICATES:
        raise ProblemError(NOT_PARSABLE.about(f"x5c holds 1 to {_CERTIFICATES} certificates"))
    try:
        return [x509.load_der_x509_certificate(_der(text)) for text in x5c]
    except (ValueError, binascii.Error):
        raise ProblemError(NOT_PARSABLE.about("x5c holds something else than certificates")) from None


def _der(text: object) -> bytes:
    if not isinstance(text, str) or len(text) > _CHARS:
        raise ValueError
    return base64.b64decode(text, validate=True)


def _checked_chain(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], now: datetime
) -> list[x509.Certificate]:
    """Return the path to a root, verified (RFC 5280 section 6)."""
    if not roots:
        raise ProblemError(CERTIFICATE_UNTRUSTED.about("no root is trusted for tokens"))
    builder = PolicyBuilder().store(Store(list(roots))).time(now)
    policies = {
        "ca_policy": ExtensionPolicy.webpki_defaults_ca(),
        "ee_policy": ExtensionPolicy.permit_all(),
    }
    try:
        return builder.extension_policies(**policies).build_client_verifier().verify(leaf, list(others)).chain
    except (VerificationError, x509.UnsupportedGeneralNameType):
        raise ProblemError(CERTIFICATE_UNTRUSTED.about("the certificate leads to no root that is trusted")) from None


def _check_use(leaf: x509.Certificate) -> None:
    """Refuse an authority's certificate, and one whose key is not for signatures (RFC 5280 section 4.2.1)."""
    if _extension(leaf, x509.BasicConstraints, lambda found: found.ca):
        raise ProblemError(CERTIFICATE_UNTRUSTED.about("the certificate is that of an authority"))
    if _extension(leaf, x509.KeyUsage, lambda found: not found.digital_signature):
        raise ProblemError(CERTIFICATE_UNTRUSTED.about("the certificate is not for signatures"))


def _extension(certificate: x509.Certificate, kind: type[_Extension], says: Callable[[_Extension], bool]) -> bool:
    """Return what an extension says; False when there is none."""
    try:
        return says(certificate.extensions.get_extension_for_class(kind).value)
    except x509.ExtensionNotFound:
        return False


def _names(leaf: x509.Certificate, issuer: str) -> bool:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    if issuer in names.get_values_for_type(x509.UniformResourceIdentifier):
        return True
    parts = urlsplit(issuer)
    return parts.scheme == "https" and parts.hostname in names.get_values_for_type(x509.DNSName)
