"""Is this key, with these certificates, one that a PDF may be sealed with? Each refusal has its code.

    chain = fit_chain(certificates, public_key, now=clock.now())

- the key: RSA of 3,072 bits or more, or P-256 (no reader of PDFs takes Ed25519);
- the chain: the key's own certificate, each signed by the next, a root that signed itself at its end;
- all are in force, and the key's own lives three years at the most (R24);
- the key's own is an end certificate for signing, whose extended use, if it names any, is documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.certificates import DOCUMENT_SIGNING, SEAL_DAYS_MAX, CertificateError, chain_within, check_in_force
from keys.local_signer import RSA_BITS, PrivateKey
from keys.public_keys import KeyFormError, acceptable
from keys.store import PublicKey
from schemas.problems import (
    CERTIFICATE_MISMATCHED,
    CERTIFICATE_NOT_IN_FORCE,
    CERTIFICATE_UNFIT,
    KEY_UNFIT,
    KEY_WEAK,
    NOT_PARSABLE,
    ProblemError,
)

_PEM: Final = b"-----BEGIN"
_LEAP_DAYS: Final = 2
_FOR_DOCUMENTS: Final = frozenset(
    {
        DOCUMENT_SIGNING,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        x509.ObjectIdentifier("1.2.840.113583.1.1.5"),  # Adobe: authentic documents
        x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft: document signing
    }
)


def read_seal_file(data: bytes, passphrase: bytes | None) -> tuple[PrivateKey | None, tuple[x509.Certificate, ...]]:
    """Return the key, if there is one, and the certificates in a PEM or PKCS #12 file, in any order.

    Raises ProblemError: not-parsable, key-unfit, key-weak.
    """
    try:
        if _PEM in data:
            certificates = tuple(x509.load_pem_x509_certificates(data)) if b"BEGIN CERTIFICATE" in data else ()
            key = load_pem_private_key(data, passphrase) if b"PRIVATE KEY" in data else None
        else:
            key, own, others = pkcs12.load_key_and_certificates(data, passphrase)
            certificates = tuple(one for one in (own, *others) if one is not None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        told = "no key and certificates (PEM, PKCS #12), or not for this passphrase"
        raise ProblemError(NOT_PARSABLE.about(told)) from error
    if key is not None:
        require_kind(key.public_key())
    return key, certificates  # type: ignore[return-value]  # `require_kind` let no other kind through


def require_kind(key: object) -> PublicKey:
    """Return the public half of a seal key; raise ProblemError: key-unfit, key-weak."""
    try:
        public = acceptable(key)
    except KeyFormError as error:
        raise ProblemError(KEY_UNFIT.about(type(key).__name__)) from error
    if isinstance(public, rsa.RSAPublicKey):
        if public.key_size < RSA_BITS:
            raise ProblemError(KEY_WEAK.about(f"an RSA key of {public.key_size} bits: seals need {RSA_BITS}"))
        return public
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        raise ProblemError(KEY_UNFIT.about(type(public).__name__.removeprefix("_")))
    return public


def fit_chain(
    certificates: Sequence[x509.Certificate], public: PublicKey, *, now: datetime
) -> tuple[x509.Certificate, ...]:
    """Return the chain of a seal key, its own certificate first; raise ProblemError when it will not do."""
    require_kind(public)
    own = next((one for one in certificates if _is_of(one, public)), None)
    if own is None:
        raise ProblemError(CERTIFICATE_MISMATCHED.about("no certificate of this key"))
    chain = chain_within(own, certificates)
    if chain[-1].issuer != chain[-1].subject or not _signed_itself(chain[-1]):
        name = chain[-1].issuer.rfc4514_string()
        raise ProblemError(CERTIFICATE_MISMATCHED.about(f"the chain does not reach its root: {name}"))
    for one in chain:
        try:
            check_in_force(one, now=now)
        except CertificateError as error:
            raise ProblemError(CERTIFICATE_NOT_IN_FORCE.about(str(error))) from error
    require_use(own)
    return chain


def require_use(certificate: x509.Certificate) -> None:
    """Raise ProblemError(certificate-unfit) unless a certificate may seal documents."""
    wrong = next((told for told, holds in _demands(certificate) if not holds), None)
    if wrong is not None:
        raise ProblemError(CERTIFICATE_UNFIT.about(wrong))


def _demands(certificate: x509.Certificate) -> list[tuple[str, bool]]:
    found = {type(one.value): one.value for one in certificate.extensions}
    basic = found.get(x509.BasicConstraints)
    usage = found.get(x509.KeyUsage)
    extended = found.get(x509.ExtendedKeyUsage)
    lives = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    return [
        ("it is an authority's own", not (isinstance(basic, x509.BasicConstraints) and basic.ca)),
        ("its key may not sign", not isinstance(usage, x509.KeyUsage) or _may_sign(usage)),
        (
            "its key is for other uses than documents",
            not isinstance(extended, x509.ExtendedKeyUsage) or not _FOR_DOCUMENTS.isdisjoint(extended),
        ),
        ("it is signed with SHA-1", not isinstance(certificate.signature_hash_algorithm, hashes.SHA1)),
        ("it lives longer than three years", lives <= timedelta(days=SEAL_DAYS_MAX + _LEAP_DAYS)),
    ]


def _may_sign(usage: x509.KeyUsage) -> bool:
    return usage.digital_signature or usage.content_commitment


def _is_of(certificate: x509.Certificate, public: PublicKey) -> bool:
    try:
        return certificate.public_key() == public
    except (ValueError, UnsupportedAlgorithm):
        return False


def _signed_itself(root: x509.Certificate) -> bool:
    try:
        root.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
