"""X.509 for seals and timestamps: a development authority, and the chains of a real one.

    ca = DevelopmentCA.create(now=clock.now())
    chain = ca.seal_certificate(key, organisation="Université de l’Exemple", did=did, now=now)
    crl = ca.crl(now=now)

A seal's certificate lives three years at the most (R24). The root is always part of a chain: a
document sealed today is proved by the root it carries when nobody serves it any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keys.public_keys import KeyFormError, acceptable
from keys.store import PublicKey
from schemas import strict_json
from schemas.moments import moment, written
from schemas.problems import ProblemError
from services.files import PRIVATE, write_atomically

SEAL_DAYS_MAX: Final = 3 * 365
CRL_DAYS: Final = 7
CRL_URL: Final = "http://crl.parchemin.example/development.crl"
FORMAT: Final = "parchemin-development-ca/1"
DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""

_ROOT_DAYS: Final = 30 * 365
_SEAL_DAYS: Final = 2 * 365
_TIMESTAMP_DAYS: Final = 9 * 365
_SKEW: Final = timedelta(hours=1)
_Extensions = Sequence[tuple[x509.ExtensionType, bool]]


class CertificateError(ValueError):
    """A certificate, chain or authority file is not usable; the message says why."""


@dataclass(slots=True)
class DevelopmentCA:
    """A root made on the spot, for development and demonstrations; nobody else trusts it."""

    root: x509.Certificate
    _key: ec.EllipticCurvePrivateKey = field(repr=False)
    _revoked: dict[int, tuple[datetime, x509.ReasonFlags]] = field(default_factory=dict)

    @classmethod
    def create(cls, *, now: datetime, organisation: str = "parchemin (development)") -> DevelopmentCA:
        """Make a root of its own P-256 key, in force for thirty years."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("parchemin development root: trust nothing it signs", organisation)
        extensions: _Extensions = [
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (_usage(key_cert_sign=True, crl_sign=True), True),
        ]
        builder = _builder(name, name, key.public_key(), key.public_key(), now=now, days=_ROOT_DAYS)
        return cls(_signed(builder, extensions, key), key)

    @classmethod
    def open(cls, path: Path, passphrase: bytes, *, now: datetime) -> DevelopmentCA:
        """Return the authority in a file, made when missing; raise `CertificateError` for a broken file."""
        if path.exists():
            return cls._read(path, passphrase)
        authority = cls.create(now=now)
        authority.save(path, passphrase)
        return authority

    def save(self, path: Path, passphrase: bytes) -> None:
        """Write root, encrypted key and revocations in one step, readable by the owner alone."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))
        revoked = [
            {"serial": f"{serial:x}", "at": written(at), "reason": reason.value}
            for serial, (at, reason) in self._revoked.items()
        ]
        document = {"format": FORMAT, "root": pem_of([self.root]), "key": pem.decode("ascii"), "revoked": revoked}
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, orjson.dumps(document, option=orjson.OPT_INDENT_2), mode=PRIVATE)

    def seal_certificate(
        self, key: PublicKey, *, organisation: str, did: str, now: datetime, days: int = _SEAL_DAYS
    ) -> tuple[x509.Certificate, ...]:
        """Return the chain for a key that seals PDFs; the DID stands in it as a URI.

        `emailProtection` stands beside `documentSigning` since poppler asks for it.
        """
        if not 0 < days <= SEAL_DAYS_MAX:
            msg = f"a seal's certificate lives at most {SEAL_DAYS_MAX} days"
            raise CertificateError(msg)
        extensions: _Extensions = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_usage(digital_signature=True, content_commitment=True), True),
            (x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
            (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(did)]), False),
            (_distribution(), False),
        ]
        return self._issued(_name(f"{organisation}, sceau / seal", organisation), key, extensions, now=now, days=days)

    def timestamp_certificate(
        self, key: PublicKey, *, now: datetime, days: int = _TIMESTAMP_DAYS
    ) -> tuple[x509.Certificate, ...]:
        """Return the chain for a timestamp authority (RFC 3161 section 2.3: that use alone, critical)."""
        extensions: _Extensions = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_usage(digital_signature=True), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
            (_distribution(), False),
        ]
        name = _name("parchemin development timestamps", "parchemin (development)")
        return self._issued(name, key, extensions, now=now, days=days)

    def revoke(self, certificate: x509.Certificate, *, at: datetime, reason: str = "keyCompromise") -> None:
        """Put a certificate on every later CRL; the caller saves the authority."""
        self._revoked[certificate.serial_number] = (at, x509.ReasonFlags(reason))

    def crl(self, *, now: datetime) -> x509.CertificateRevocationList:
        """Return a fresh list of what was revoked, good for a week."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now - _SKEW)
            .next_update(now + timedelta(days=CRL_DAYS))
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        for serial, (at, reason) in self._revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
            builder = builder.add_revoked_certificate(
                entry.add_extension(x509.CRLReason(reason), critical=False).build()
            )
        return builder.sign(self._key, hashes.SHA256())

    def _issued(
        self, subject: x509.Name, key: PublicKey, extensions: _Extensions, *, now: datetime, days: int
    ) -> tuple[x509.Certificate, ...]:
        builder = _builder(subject, self.root.subject, key, self._key.public_key(), now=now, days=days)
        return (_signed(builder, extensions, self._key), self.root)

    @classmethod
    def _read(cls, path: Path, passphrase: bytes) -> DevelopmentCA:
        try:
            document = strict_json.loads(path.read_bytes())
            key = load_pem_private_key(document["key"].encode("ascii"), passphrase)
            root = x509.load_pem_x509_certificate(document["root"].encode("ascii"))
            revoked = {int(item["serial"], 16): _revocation(item) for item in document["revoked"]}
        except (ProblemError, KeyError, TypeError, ValueError, AttributeError, UnsupportedAlgorithm):
            msg = f"{path.name} is not a whole authority file, or not for this passphrase"
            raise CertificateError(msg) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != root.public_key():
            msg = f"{path.name} holds another root's key"
            raise CertificateError(msg)
        return cls(root, key, revoked)


def read_chain(pem: bytes, key: PublicKey, *, now: datetime) -> tuple[x509.Certificate, ...]:
    """Return the chain of a production key from PEM: its own certificate first, the root last.

    Certificates may stand in any order. Raises `CertificateError` unless one is the key's, each is
    signed by the next, the last is self-signed, and all are in force at `now`.
    """
    try:
        pool = x509.load_pem_x509_certificates(pem)
    except ValueError:
        msg = "not PEM certificates"
        raise CertificateError(msg) from None
    chain = [certificate for certificate in pool if _is_of(certificate, key)][:1]
    if not chain:
        msg = "no certificate of this key"
        raise CertificateError(msg)
    chain = list(chain_within(chain[0], pool))
    if chain[-1].issuer != chain[-1].subject:
        msg = f"the chain ends before its root: no certificate of {chain[-1].issuer.rfc4514_string()}"
        raise CertificateError(msg)
    if not _signed_by(chain[-1], chain[-1]):
        msg = "the root did not sign itself"
        raise CertificateError(msg)
    for certificate in chain:
        check_in_force(certificate, now=now)
    return tuple(chain)


def chain_within(certificate: x509.Certificate, pool: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return a certificate, the one of the pool that signed it, and so on, as far as the pool reaches."""
    chain = [certificate]
    while chain[-1].issuer != chain[-1].subject:
        issuers = [candidate for candidate in pool if candidate not in chain and _signed_by(chain[-1], candidate)]
        if not issuers:
            break
        chain.append(issuers[0])
    return tuple(chain)


def check_in_force(certificate: x509.Certificate, *, now: datetime) -> None:
    """Raise `CertificateError` when a certificate is not yet, or no longer, in force."""
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        msg = f"the certificate {certificate.subject.rfc4514_string()} is not in force"
        raise CertificateError(msg)


def days_left(certificate: x509.Certificate, *, now: datetime) -> int:
    """Return the whole days until a certificate ends; negative when it has (X30)."""
    return (certificate.not_valid_after_utc - now).days


def pem_of(certificates: Sequence[x509.Certificate]) -> str:
    """Return certificates as PEM, one after the other."""
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in certificates)


def _revocation(item: Any) -> tuple[datetime, x509.ReasonFlags]:
    return moment(item["at"]), x509.ReasonFlags(item["reason"])


def _is_of(certificate: x509.Certificate, key: PublicKey) -> bool:
    try:
        return acceptable(certificate.public_key()) == key
    except (KeyFormError, ProblemError):
        return False


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _distribution() -> x509.CRLDistributionPoints:
    address = [x509.UniformResourceIdentifier(CRL_URL)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(address, None, None, None)])


def _name(common: str, organisation: str) -> x509.Name:
    """Return a name within the bounds of X.520, 64 of each, counted in bytes to be safe."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(organisation)),
            x509.NameAttribute(NameOID.COMMON_NAME, _short(common)),
        ]
    )


def _short(text: str) -> str:
    return text.encode()[:64].decode(errors="ignore").rstrip()


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, issuer_key: PublicKey, *, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _signed(
    builder: x509.CertificateBuilder, extensions: _Extensions, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key, hashes.SHA256())
