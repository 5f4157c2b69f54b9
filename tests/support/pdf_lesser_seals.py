"""Seals of others, and seals that are less than the rule asks for."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from asn1crypto import crl
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from proofs.pades_sealing import TimestampAdapter, asn1
from proofs.pdf_base import FIELD_NAME
from services.timestamps import LocalTimestamper, Timestamper
from tests.support.documents import INSTITUTION
from tests.support.pdf_pki import NOW, LoadedSigner, PrivateKey, TestCA, name_of, new_key
from tests.support.pdf_scene import Attack, Scene
from tests.support.sealed import SealWorld


def resealed_by_attacker(scene: Scene) -> bytes:
    """Strip the seal and seal the same pages and credential with a certificate of the same name."""
    other = SealWorld(ca=scene.attacker, typesetter=scene.world.typesetter)
    return other.maker._sealer(INSTITUTION).seal(scene.attached)


def other_leaf_of_the_root(scene: Scene) -> bytes:
    """Seal with a certificate under the same root that no issuer has pinned."""
    other = SealWorld(ca=scene.world.ca, typesetter=scene.world.typesetter)
    return other.maker._sealer(INSTITUTION).seal(scene.attached)


@dataclass(frozen=True)
class Lesser:
    """A seal as pyHanko makes it when it is told to do less, or with other parts; without validation data."""

    certify: bool = True
    permit: MDPPerm = MDPPerm.NO_CHANGES
    stamped: bool = True
    digest: str = "sha256"
    signer: Callable[[Scene], LoadedSigner] = lambda scene: scene.world.signer
    timestamper: Callable[[Scene], Timestamper] = lambda scene: scene.world.timestamper
    source: Attack = lambda scene: scene.attached
    is_pinned: bool = True

    def __call__(self, scene: Scene) -> bytes:
        """Return the sealed file."""
        key = self.signer(scene)
        if self.is_pinned:
            scene.pinned.append(key.certificates[0])
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm=self.digest,
            subfilter=SigSeedSubFilter.PADES,
            certify=self.certify,
            docmdp_permissions=self.permit,
        )
        stamper = TimestampAdapter(self.timestamper(scene)) if self.stamped and self.digest == "sha256" else None
        signer = signers.PdfSigner(metadata, pyhanko_signer(key), timestamper=stamper)
        writer = IncrementalPdfFileWriter(io.BytesIO(self.source(scene)))
        return asyncio.run(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=16384)).getvalue()


def pyhanko_signer(key: LoadedSigner) -> signers.Signer:
    """Return pyHanko's own signer, which takes any digest."""
    der = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple([asn1(one) for one in key.certificates[1:]])
    return signers.SimpleSigner(asn1(key.certificates[0]), PrivateKeyInfo.load(der), store)


@dataclass(frozen=True)
class Archived:
    """A lesser seal with revocation lists and an archive timestamp over it."""

    seal: Attack = field(default_factory=Lesser)
    lists: Callable[[Scene], bytes] = lambda scene: scene.world.ca.crl().public_bytes(Encoding.DER)
    timestamper: Callable[[Scene], Timestamper] = lambda scene: scene.world.timestamper

    def __call__(self, scene: Scene) -> bytes:
        """Return the archived file."""
        stamper = self.timestamper(scene)
        writer = IncrementalPdfFileWriter(io.BytesIO(self.seal(scene)), strict=False)
        chain = [scene.world.ca.root, scene.attacker.root, *stamper.certificates]
        lists = [crl.CertificateList.load(self.lists(scene))]
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=[asn1(one) for one in chain], crls=lists)
        out = signers.PdfTimeStamper(TimestampAdapter(stamper)).async_timestamp_pdf(writer, "sha256")
        return asyncio.run(out).getvalue()


@dataclass
class LyingAuthority:
    """An authority of the right root that stamps something else than it was asked to."""

    honest: LocalTimestamper

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        return self.honest.certificates

    def stamp(self, digest: bytes) -> bytes:
        return self.honest.stamp(hashlib.sha256(digest).digest())


def expired(scene: Scene) -> LoadedSigner:
    """Return a seal whose certificate ended half a day ago."""
    return scene.world.ca.seal(days=-0.5)  # type: ignore[arg-type]  # a part of a day


def weak(scene: Scene) -> LoadedSigner:
    return scene.world.ca.seal("RSA-1024")


def strange(scene: Scene) -> Timestamper:
    return scene.attacker.timestamper()


def lying(scene: Scene) -> Timestamper:
    return LyingAuthority(scene.world.timestamper)


def ahead(scene: Scene) -> Timestamper:
    return scene.world.ca.timestamper(NOW + timedelta(days=30))


def misused(scene: Scene) -> Timestamper:
    return scene.world.ca.timestamper(key=scene.world.ca.seal())


def list_of_another(scene: Scene) -> bytes:
    return scene.attacker.crl().public_bytes(Encoding.DER)


def old_list(scene: Scene) -> bytes:
    return scene.world.ca.crl(NOW - timedelta(days=100)).public_bytes(Encoding.DER)


def stolen_key_told(moment: float, reason: str = "keyCompromise") -> Callable[[Scene], tuple[bytes, ...]]:
    """Return a newer list that revokes the institution's seal, so many hours from NOW."""

    def lists(scene: Scene) -> tuple[bytes, ...]:
        then = TestCA(now=NOW + timedelta(days=1), key=scene.world.ca.key)
        then.root = scene.world.ca.root
        then.revoke(scene.world.signer.certificates[0], NOW + timedelta(hours=moment), reason)
        return (then.crl().public_bytes(Encoding.DER),)

    return lists


def sealed_by(scene: Scene, certificate: x509.Certificate, key: PrivateKey, *chain: x509.Certificate) -> bytes:
    """Return the pages and credential of the institution, sealed under a certificate that is not its own."""
    signer = LoadedSigner(key, (certificate, *chain))
    return Archived(Lesser(signer=lambda _: signer, is_pinned=False))(scene)


def self_signed(scene: Scene) -> bytes:
    """H09: a certificate that its holder signed, in the institution's name."""
    key = new_key()
    name = name_of("Bureau du registraire")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=300))
        .sign(key, hashes.SHA256())
    )
    return sealed_by(scene, certificate, key)


def authority_as_signer(scene: Scene) -> bytes:
    """H09: the root's own certificate (CA:TRUE) as a seal."""
    return sealed_by(scene, scene.world.ca.root, scene.world.ca.key)


def timestamp_key_as_signer(scene: Scene) -> bytes:
    """H09: a certificate of the right root, made for timestamps."""
    other = scene.world.ca.timestamping()
    return sealed_by(scene, other.certificates[0], other.key, scene.world.ca.root)


def stranger(scene: Scene) -> bytes:
    """Seal a PDF of somebody else, rightly, with a certificate that nobody vouches for."""
    ca, key = scene.attacker, new_key()
    usages = scene.attacker.seal().certificates[0].extensions
    wanted = [(one.value, one.critical) for one in usages if one.oid.dotted_string in {"2.5.29.15", "2.5.29.37"}]
    subject = name_of("Sealing", "Some Other Company Inc.")
    certificate = ca._certificate(subject, key.public_key(), days=300, extensions=wanted)
    other = SealWorld(ca=ca, typesetter=scene.world.typesetter)
    other.signer = LoadedSigner(key, (certificate, ca.root))
    other.maker._keys.seal = other.signer  # type: ignore[attr-defined]
    return other.maker._sealer(INSTITUTION).seal(scene.base)
