"""What an authority says of its certificates: revocation lists (RFC 5280) and OCSP answers (RFC 6960).

    answer = read_ocsp(der, certificate=seal, issuer=root)
    answer.is_current(now), answer.revoked_at

An answer that its authority did not sign, or that is about something else, is none: `AnswerError`.
Whether it is in force is another question, since old answers prove what was so in their time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

SKEW: Final = timedelta(minutes=5)
"""How far an authority's clock may be before ours."""
_WITHOUT_END: Final = timedelta(hours=1)
"""How long an OCSP answer counts that says that there is always a newer one (RFC 6960 section 4.2.2.1)."""
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class AnswerError(ValueError):
    """This is no answer of that authority about that certificate; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A revocation list, or an OCSP answer about one certificate; times are aware, in UTC."""

    der: bytes
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified

    def is_current(self, now: datetime) -> bool:
        """Return whether it is in force."""
        return self.made_at - SKEW <= now < self.ends_at

    def is_due(self, now: datetime) -> bool:
        """Return whether a newer one is to be had: half of its time is over, or it has ended."""
        return now >= self.made_at + (self.ends_at - self.made_at) / 2


def addresses(certificate: x509.Certificate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return where a certificate says that lists and OCSP answers are had (RFC 5280 sections 4.2.1.13, 4.2.2.1)."""
    responders = [
        str(one.access_location.value)
        for extension in certificate.extensions
        if isinstance(extension.value, x509.AuthorityInformationAccess)
        for one in extension.value
        if one.access_method == AuthorityInformationAccessOID.OCSP
    ]
    return tuple(_by_http(_list_addresses(certificate))), tuple(_by_http(responders))


def _list_addresses(certificate: x509.Certificate) -> list[str]:
    return [
        str(name.value)
        for extension in certificate.extensions
        if isinstance(extension.value, x509.CRLDistributionPoints)
        for point in extension.value
        for name in point.full_name or []
    ]


def read_crl(der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate) -> Answer:
    """Return what a list (DER or PEM) says of a certificate; raise `AnswerError`."""
    try:
        found = x509.load_pem_x509_crl(der) if b"-----BEGIN" in der[:64] else x509.load_der_x509_crl(der)
        key = issuer.public_key()
        if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) or found.issuer != issuer.subject:
            raise AnswerError("the list is another authority's")
        if not found.is_signature_valid(key):
            raise AnswerError("the list is not signed by its authority")
        entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
        whole = found.public_bytes(Encoding.DER)
        ends = found.next_update_utc or found.last_update_utc  # without an end it is never in force, and still revokes
        if entry is not None and reason_of(entry) is not x509.ReasonFlags.remove_from_crl:
            return Answer(whole, found.last_update_utc, ends, revoked_since(entry), reason_of(entry))
        if not _speaks_of(found, certificate):
            raise AnswerError("the list is not about all certificates of this kind")
        return Answer(whole, found.last_update_utc, ends)
    except _UNREADABLE as error:
        raise error if isinstance(error, AnswerError) else AnswerError("not a revocation list") from error


def _speaks_of(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Would the list name this certificate, were it revoked (RFC 5280 sections 5.2.4, 5.2.5 and 6.3.3)?"""
    for extension in found.extensions:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            if not _covers(extension.value, certificate):
                return False
        elif extension.critical:
            return False
    return True


def _covers(part: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    if part.indirect_crl or part.only_some_reasons or part.only_contains_attribute_certs or part.relative_name:
        return False
    is_authority = _is_authority(certificate)
    if (part.only_contains_user_certs and is_authority) or (part.only_contains_ca_certs and not is_authority):
        return False
    named = [str(name.value) for name in part.full_name or []]
    return not named or not set(named).isdisjoint(_list_addresses(certificate))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def ask_ocsp(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return the question about a certificate (RFC 6960 section 4.1); SHA-1 names it, which every responder knows."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 (a name)
    return builder.build().public_bytes(Encoding.DER)


def read_ocsp(der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate) -> Answer:
    """Return what an OCSP answer says of a certificate; raise `AnswerError`, also for *unknown*."""
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise AnswerError(f"the responder refused ({response.response_status.name})")
        one = next((each for each in response.responses if _is_about(each, certificate, issuer)), None)
        if one is None:
            raise AnswerError("the answer is about another certificate")
        signer = _signer_of(response, issuer)
        if signer is None or one.this_update_utc < signer.not_valid_before_utc:
            raise AnswerError("the answer is not signed by its authority")
        if one.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            raise AnswerError("the responder does not know the certificate")
        ends = min(one.next_update_utc or one.this_update_utc + _WITHOUT_END, signer.not_valid_after_utc)
        reason = one.revocation_reason or x509.ReasonFlags.unspecified
        return Answer(der, one.this_update_utc, ends, one.revocation_time_utc, reason)
    except _UNREADABLE as error:
        raise error if isinstance(error, AnswerError) else AnswerError("not an OCSP answer") from error


def revoked_since(entry: x509.RevokedCertificate) -> datetime:
    """Return the invalidity date when one is given, otherwise the date of revocation (RFC 5280 section 5.3.2)."""
    try:
        return entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc


def reason_of(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    """Return why a certificate was revoked, unspecified when nothing is said."""
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return x509.ReasonFlags.unspecified


def _by_http(found: Iterable[str]) -> list[str]:
    return [address for address in dict.fromkeys(found) if address.startswith(("http://", "https://"))]


def _is_about(one: Any, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Compare the name of the certificate in the answer with the certificate itself (RFC 6960 section 4.1.1)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, one.hash_algorithm)
    asked = builder.build()
    return bool(
        (one.serial_number, one.issuer_key_hash, one.issuer_name_hash)
        == (asked.serial_number, asked.issuer_key_hash, asked.issuer_name_hash)
    )


def _signer_of(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate | None:
    """Return who signed it: the authority itself, or a responder that it named (RFC 6960 section 4.2.2.2)."""
    delegates = [one for one in response.certificates if _is_delegate(one, issuer)]
    return next((signer for signer in (issuer, *delegates) if _is_by(response, signer)), None)


def _is_delegate(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in uses


def _is_by(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, digest = signer.public_key(), response.signature_hash_algorithm
    if digest is None:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
