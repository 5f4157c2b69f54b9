"""A small certification authority for tests of seals: root, seal certificates, timestamp authority, CRL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from keys.store import Algorithm, PublicKey
from services.timestamps import LocalTimestamper, TimestampAuthority

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class LoadedSigner:
    """A `keys.store.Signer` over a key in memory."""

    key: PrivateKey
    certificates: Sequence[x509.Certificate]
    verification_method: str = "did:web:ubsa.example#seal"

    @property
    def algorithm(self) -> Algorithm:
        return Algorithm.RS256 if isinstance(self.key, rsa.RSAPrivateKey) else Algorithm.ES256

    @property
    def public_key(self) -> PublicKey:
        return self.key.public_key()

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def new_key(kind: str = "P-256") -> PrivateKey:
    if kind == "P-256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("RSA-")))


def name_of(common: str, organisation: str = "Université de la Baie-Sainte-Anne") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@dataclass
class TestCA:
    """A root that signs leaves and revocation lists; every date is relative to `now`."""

    __test__ = False

    now: datetime = NOW
    key: PrivateKey = field(default_factory=new_key)
    root: x509.Certificate = field(init=False)
    revoked: dict[int, tuple[datetime, x509.ReasonFlags]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self._certificate(
            name_of("Racine"), self.key.public_key(), days=365 * 40, extensions=_ca_extensions(), issuer=None
        )

    def seal(self, kind: str = "P-256", *, days: int = 730, common: str = "Bureau du registraire") -> LoadedSigner:
        key = new_key(kind)
        usages = [
            (x509.KeyUsage(True, True, False, False, False, False, False, False, False), True),
            (x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")]), False),
        ]
        certificate = self._certificate(name_of(common), key.public_key(), days=days, extensions=usages)
        return LoadedSigner(key, (certificate, self.root))

    def timestamping(self, kind: str = "P-256", *, days: int = 365 * 9) -> LoadedSigner:
        key = new_key(kind)
        usages = [
            (x509.KeyUsage(True, False, False, False, False, False, False, False, False), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
        ]
        certificate = self._certificate(name_of("Horodatage"), key.public_key(), days=days, extensions=usages)
        return LoadedSigner(key, (certificate, self.root))

    def timestamper(self, at: datetime | None = None, key: LoadedSigner | None = None) -> LocalTimestamper:
        return LocalTimestamper(TimestampAuthority(key or self.timestamping(), lambda: at or self.now))

    def revoke(self, certificate: x509.Certificate, at: datetime, reason: str = "keyCompromise") -> None:
        self.revoked[certificate.serial_number] = (at, x509.ReasonFlags(reason))

    def crl(self, at: datetime | None = None) -> x509.CertificateRevocationList:
        moment = at or self.now
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(moment - timedelta(minutes=1))
            .next_update(moment + timedelta(days=7))
            .add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        for serial, (when, reason) in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
            builder = builder.add_revoked_certificate(
                entry.add_extension(x509.CRLReason(reason), critical=False).build()
            )
        return builder.sign(self.key, hashes.SHA256())

    def _certificate(
        self,
        subject: x509.Name,
        key: PublicKey,
        *,
        days: int,
        extensions: Sequence[tuple[x509.ExtensionType, bool]],
        issuer: str | None = "root",
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if issuer is None else self.root.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=1))
            .not_valid_after(self.now + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if issuer is not None:
            for declared in _where_revocation_is_told():
                builder = builder.add_extension(declared, critical=False)
            builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self.key, hashes.SHA256())


def _where_revocation_is_told() -> list[x509.ExtensionType]:
    """Return addresses of a list and a responder, as every real certificate has them; nobody asks there."""
    crl, ocsp = (x509.UniformResourceIdentifier(f"http://ca.example/{name}") for name in ("crl", "ocsp"))
    point = x509.DistributionPoint([crl], None, None, None)
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)
    return [x509.CRLDistributionPoints([point]), x509.AuthorityInformationAccess([access])]


def _ca_extensions() -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=True, path_length=1), True),
        (x509.KeyUsage(False, False, False, False, False, True, True, False, False), True),
    ]
