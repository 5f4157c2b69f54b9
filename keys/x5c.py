"""A key by its certificate chain in a token's header (`x5c`, RFC 7515 section 4.1.6).

    method = key_of_chain(header["x5c"], issuer=claims["iss"], roots=roots, now=now)

A chain in a header proves nothing by itself: it must lead to a root that the caller trusts, and
its first certificate must name the issuer, as a URI (`did:web:…`, `https://…`) or as the host of
an https issuer (SD-JWT VC, section 3.5). Nobody is asked whether a certificate was revoked: its
life is short, and the status of the credential is what an institution takes back.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from keys.public_keys import KeyFormError, acceptable
from keys.verification_method import VerificationMethod
from schemas.problems import CERTIFICATE_UNTRUSTED, NOT_BY_ISSUER, NOT_PARSABLE, ProblemError

_CERTIFICATES: Final = 6
_CHARS: Final = 16_384


def key_of_chain(x5c: object, *, issuer: str, roots: Sequence[x509.Certificate], now: datetime) -> VerificationMethod:
    """Return the key of the first certificate, for assertions by `issuer`.

    Raises `ProblemError`: `NOT_PARSABLE`, `CERTIFICATE_UNTRUSTED` (no chain to one of `roots` in
    force at `now`), `NOT_BY_ISSUER` (the certificate names somebody else), `KEY_WEAK`.
    """
    leaf, *others = _certificates(x5c)
    _check_chain(leaf, others, roots, now)
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


def _check_chain(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], now: datetime
) -> None:
    """Verify the path (RFC 5280 section 6); what the leaf may be used for is its own root's rule."""
    if not roots:
        raise ProblemError(CERTIFICATE_UNTRUSTED.about("no root is trusted for tokens"))
    builder = PolicyBuilder().store(Store(list(roots))).time(now)
    policies = {
        "ca_policy": ExtensionPolicy.webpki_defaults_ca(),
        "ee_policy": ExtensionPolicy.permit_all(),
    }
    try:
        builder.extension_policies(**policies).build_client_verifier().verify(leaf, list(others))
    except VerificationError:
        raise ProblemError(CERTIFICATE_UNTRUSTED.about("the certificate leads to no root that is trusted")) from None


def _names(leaf: x509.Certificate, issuer: str) -> bool:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    if issuer in names.get_values_for_type(x509.UniformResourceIdentifier):
        return True
    parts = urlsplit(issuer)
    return parts.scheme == "https" and parts.hostname in names.get_values_for_type(x509.DNSName)
