"""Seals: B-LTA, certified, judged now and in years (R24, R100)."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.sign.general import SigningError

from keys.certificates import DevelopmentCA
from proofs.pades import PinnedSeal, Sealer, SealTrust, ValidationMaterial, check_seal
from proofs.pades_sealing import CMSSigner, TimestampAdapter
from proofs.pades_trust import SealFinding
from proofs.pdf_attachment import attach
from schemas.limits import Limits
from schemas.problems import ProblemError
from services.timestamps import LocalTimestamper, TimestampAuthority, TimestampUnavailableError
from tests.support.documents import INSTITUTION, transcript
from tests.support.pdf_pki import NOW, LoadedSigner, TestCA, new_key
from tests.support.sealed import SealWorld

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def world() -> SealWorld:
    return SealWorld()


@pytest.fixture(scope="module")
def sealed(world: SealWorld) -> bytes:
    return world.sealed(credential=b'{"id": "urn:uuid:1"}')


def code_of(pdf: bytes, trust: SealTrust, *, days: float = 0, limits: Limits | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        check_seal(pdf, trust=trust, now=NOW + timedelta(days=days), limits=limits or Limits())
    return caught.value.problem.code


def test_a_seal_says_who_and_when_and_what_it_covers(world: SealWorld, sealed: bytes) -> None:
    """R24: PAdES with long-term validation."""
    finding = check_seal(sealed, trust=world.trust, now=NOW)
    assert finding.level == "B-LTA"
    assert finding.signed_at == NOW
    assert finding.certificate == world.signer.certificates[0]
    assert dict(finding.attachments) == {"credential.json": b'{"id": "urn:uuid:1"}'}
    assert finding.archive_timestamp_at == NOW
    assert finding.archive_expires == world.timestamper.certificates[0].not_valid_after_utc
    assert "Bureau du registraire" in finding.subject


def test_base_is_a_prefix_of_the_sealed_file(world: SealWorld) -> None:
    """R100: the digest in the credential is that of the first revision."""
    base = world.base()
    sealed = world.maker.seal(base, b"{}", award=transcript(), institution=INSTITUTION)
    assert sealed.startswith(base)
    finding = check_seal(sealed, trust=world.trust, now=NOW)
    assert hashlib.sha256(base).digest() == finding.base_sha256


@pytest.mark.parametrize("kind", ["RSA-3072", "P-256"])
def test_a_seal_is_made_with_rsa_or_p_256(kind: str) -> None:
    world = SealWorld(kind=kind)
    assert check_seal(world.sealed(), trust=world.trust, now=NOW).level == "B-LTA"


def test_a_seal_may_be_invisible(world: SealWorld) -> None:
    pdf = attach(world.base(), b"{}", description="credential", at=NOW)
    sealer = Sealer(signer=world.signer, timestamper=world.timestamper, material=world.material, now=lambda: NOW)
    assert sealer.certificate == world.signer.certificates[0]
    assert check_seal(sealer.seal(pdf), trust=world.trust, now=NOW).level == "B-LTA"


@pytest.mark.parametrize("days", [1, 365, 800, 3200])
def test_a_seal_holds_after_its_certificate_has_expired(world: SealWorld, sealed: bytes, days: int) -> None:
    """R24, H10: the signature still validates after the certificate (two years) has expired."""
    assert check_seal(sealed, trust=world.trust, now=NOW + timedelta(days=days)).signed_at == NOW


def test_a_seal_that_was_not_renewed_ends_with_its_timestamp(world: SealWorld, sealed: bytes) -> None:
    assert code_of(sealed, world.trust, days=3300) == "timestamp-invalid"


def test_a_timestamp_of_the_future_is_not_believed(world: SealWorld, sealed: bytes) -> None:
    """H13."""
    assert code_of(sealed, world.trust, days=-0.5) == "timestamp-invalid"


def test_a_timestamp_of_an_unknown_authority_is_not_believed(world: SealWorld, sealed: bytes) -> None:
    """H13."""
    trust = dataclasses.replace(world.trust, timestamp_roots=(TestCA().root,))
    assert code_of(sealed, trust) == "timestamp-invalid"


def test_a_seal_under_an_unknown_root_is_not_believed(world: SealWorld, sealed: bytes) -> None:
    """H09: even when its certificate is pinned, its chain must hold."""
    assert code_of(sealed, dataclasses.replace(world.trust, roots=(TestCA().root,))) == "certificate-untrusted"


@pytest.mark.parametrize(
    ("since", "until"), [(NOW + HOUR, None), (NOW - 2 * HOUR, NOW - HOUR)], ids=["later", "no longer"]
)
def test_a_pin_holds_for_its_own_time(world: SealWorld, sealed: bytes, since: object, until: object) -> None:
    pin = PinnedSeal(world.signer.certificates[0], since, until)  # type: ignore[arg-type]
    assert code_of(sealed, dataclasses.replace(world.trust, pinned=(pin,))) == "certificate-untrusted"


@pytest.mark.parametrize(
    ("reason", "hours", "code"),
    [
        ("keyCompromise", -1, "certificate-revoked"),
        ("superseded", -1, "certificate-revoked"),
        ("keyCompromise", 1, None),
        ("superseded", 1, None),
    ],
)
def test_a_newer_list_tells_that_the_seal_was_revoked(
    world: SealWorld, sealed: bytes, reason: str, hours: int, code: str | None
) -> None:
    """H12: revoked before the timestamp fails, after it does not."""
    trust = _with_list(world, world.signer.certificates[0], reason, hours)
    if code is None:
        assert check_seal(sealed, trust=trust, now=NOW + timedelta(days=1)).signed_at == NOW
    else:
        assert code_of(sealed, trust, days=1) == code


def test_a_list_of_that_day_tells_that_the_seal_was_revoked(world: SealWorld, sealed: bytes) -> None:
    """H12: the list was at hand when the seal was made, and the thief did not put it in."""
    trust = _with_list(world, world.signer.certificates[0], "keyCompromise", -5, made=NOW)
    assert code_of(sealed, trust) == "certificate-revoked"


def test_a_compromise_dated_back_reaches_the_seal(world: SealWorld, sealed: bytes) -> None:
    """H12: reason keyCompromise with an earlier invalidity date."""
    trust = _with_list(world, world.signer.certificates[0], "keyCompromise", 5, invalid_since=-1)
    assert code_of(sealed, trust, days=1) == "certificate-revoked"


def test_a_stolen_timestamp_key_ends_what_it_alone_proves(world: SealWorld, sealed: bytes) -> None:
    trust = _with_list(world, world.timestamper.certificates[0], "keyCompromise", 5)
    assert code_of(sealed, trust, days=1) == "timestamp-invalid"


def test_a_superseded_timestamp_key_still_proves_what_it_stamped_before(world: SealWorld, sealed: bytes) -> None:
    trust = _with_list(world, world.timestamper.certificates[0], "superseded", 5)
    assert check_seal(sealed, trust=trust, now=NOW + timedelta(days=1)).signed_at == NOW


def test_a_revocation_list_of_somebody_else_says_nothing(world: SealWorld, sealed: bytes) -> None:
    other = TestCA()
    other.revoke(world.signer.certificates[0], NOW - HOUR)
    trust = dataclasses.replace(world.trust, crls=(other.crl().public_bytes(Encoding.DER),))
    assert check_seal(sealed, trust=trust, now=NOW).signed_at == NOW


def test_a_weak_key_is_refused(world: SealWorld) -> None:
    """H20."""
    weak = SealWorld(kind="RSA-1024", typesetter=world.typesetter)
    assert code_of(weak.sealed(), weak.trust) == "key-weak"


def test_a_file_that_is_too_large_is_not_read(world: SealWorld, sealed: bytes) -> None:
    """H18."""
    assert code_of(sealed, world.trust, limits=Limits(pdf_bytes=1000)) == "too-large"


def test_attached_files_that_unfold_to_too_much_are_refused(world: SealWorld) -> None:
    """H18: the attachment alone is larger than the whole file may be."""
    pdf = world.sealed(credential=b'{"x": "' + b"a" * 600_000 + b'"}')
    assert code_of(pdf, world.trust, limits=Limits(pdf_bytes=500_000)) == "pdf-changed"


def test_without_a_timestamp_nothing_is_released(world: SealWorld) -> None:
    class Unavailable:
        certificates = ()

        def stamp(self, digest: bytes) -> bytes:
            raise TimestampUnavailableError(f"nobody answers for {len(digest)} bytes")

    sealer = Sealer(signer=world.signer, timestamper=Unavailable(), material=world.material, now=lambda: NOW)
    with pytest.raises(ProblemError) as caught:
        sealer.seal(world.base())
    assert (caught.value.problem.code, caught.value.problem.outcome.value) == ("awaiting-timestamp", "indeterminate")


@pytest.mark.parametrize(("days", "code"), [(800, "certificate-untrusted"), (1, "awaiting-evidence")])
def test_an_expired_certificate_or_a_stale_list_seals_nothing(world: SealWorld, days: int, code: str) -> None:
    stale = ValidationMaterial((world.ca.root,), world.timestamper.certificates, ())
    material = world.material() if days > 1 else stale
    moment = NOW + timedelta(days=days)
    stamper = LocalTimestamper(TimestampAuthority(world.timestamper.authority.key, lambda: moment))
    sealer = Sealer(signer=world.signer, timestamper=stamper, material=lambda: material, now=lambda: moment)
    with pytest.raises(ProblemError) as caught:
        sealer.seal(world.base())
    assert caught.value.problem.code == code


def test_an_authority_that_is_not_in_force_seals_nothing(world: SealWorld) -> None:
    expired = LocalTimestamper(TimestampAuthority(world.ca.timestamping(days=-1), lambda: NOW))
    sealer = Sealer(signer=world.signer, timestamper=expired, material=world.material, now=lambda: NOW)
    with pytest.raises(ProblemError) as caught:
        sealer.seal(world.base())
    assert caught.value.problem.code == "timestamp-invalid"


def test_an_ocsp_answer_is_as_good_as_a_list(world: SealWorld) -> None:
    """R24: OCSP beside CRL; here without any list."""
    certificates = (world.signer.certificates[0], world.timestamper.certificates[0])
    answers = tuple(_ocsp(world, one) for one in certificates)
    material = ValidationMaterial((world.ca.root,), world.timestamper.certificates, ocsp_responses=answers)
    sealer = Sealer(signer=world.signer, timestamper=world.timestamper, material=lambda: material, now=lambda: NOW)
    sealed = sealer.seal(world.base())
    assert check_seal(sealed, trust=world.trust, now=NOW + timedelta(days=1000)).level == "B-LTA"


def test_a_stale_ocsp_answer_seals_nothing(world: SealWorld) -> None:
    """H14."""
    certificates = (world.signer.certificates[0], world.timestamper.certificates[0])
    answers = tuple(_ocsp(world, one, at=NOW - timedelta(days=30)) for one in certificates)
    material = ValidationMaterial((world.ca.root,), world.timestamper.certificates, ocsp_responses=answers)
    sealer = Sealer(signer=world.signer, timestamper=world.timestamper, material=lambda: material, now=lambda: NOW)
    with pytest.raises(ProblemError) as caught:
        sealer.seal(world.base())
    assert caught.value.problem.code == "awaiting-evidence"


def test_the_development_authority_seals() -> None:
    """The certificates of `keys.certificates` do what a seal needs."""
    ca = DevelopmentCA.create(now=NOW)
    keys = [new_key(), new_key()]
    seal = ca.seal_certificate(keys[0].public_key(), organisation="Université", did=INSTITUTION.did, now=NOW)
    stamping = ca.timestamp_certificate(keys[1].public_key(), now=NOW)
    stamper = LocalTimestamper(TimestampAuthority(LoadedSigner(keys[1], stamping), lambda: NOW))
    crl = ca.crl(now=NOW).public_bytes(Encoding.DER)
    material = ValidationMaterial((ca.root,), stamping, (crl,))
    signer = LoadedSigner(keys[0], seal)
    sealer = Sealer(signer=signer, timestamper=stamper, material=lambda: material, now=lambda: NOW)
    trust = SealTrust((ca.root,), (PinnedSeal(seal[0], NOW),), (ca.root,))
    sealed = sealer.seal(SealWorld().base())
    assert check_seal(sealed, trust=trust, now=NOW + timedelta(days=1200)).certificate == seal[0]


def test_a_revoked_certificate_seals_nothing() -> None:
    world = SealWorld()
    world.ca.revoke(world.signer.certificates[0], NOW - HOUR)
    with pytest.raises(ProblemError) as caught:
        world.sealed()
    assert caught.value.problem.code == "certificate-revoked"


def test_what_is_sealed_is_not_sealed_again(world: SealWorld, sealed: bytes) -> None:
    with pytest.raises(SigningError):
        world.maker._sealer(INSTITUTION).seal(sealed)


def test_a_seal_needs_a_certificate(world: SealWorld) -> None:
    bare = LoadedSigner(world.signer.key, ())
    with pytest.raises(ValueError, match="needs a certificate"):
        Sealer(signer=bare, timestamper=world.timestamper, material=world.material, now=lambda: NOW)


def test_seals_and_timestamps_use_sha_256_alone(world: SealWorld) -> None:
    signer, adapter = CMSSigner(world.signer), TimestampAdapter(world.timestamper)
    with pytest.raises(SigningError, match="seals use sha256"):
        asyncio.run(signer.async_sign_raw(b"x", "sha1"))
    with pytest.raises(SigningError, match="timestamps use sha256"):
        asyncio.run(adapter.async_timestamp(b"x", "sha1"))


@pytest.mark.parametrize(("kind", "size"), [("P-256", 72), ("RSA-2048", 256)])
def test_a_trial_signature_is_as_long_as_a_real_one_can_be(world: SealWorld, kind: str, size: int) -> None:
    signer = CMSSigner(world.ca.seal(kind))
    assert size == len(asyncio.run(signer.async_sign_raw(b"x", "sha256", dry_run=True)))
    assert len(asyncio.run(signer.async_sign_raw(b"x", "sha256"))) <= size


def test_trust_and_finding_travel_to_another_process_and_back(world: SealWorld, sealed: bytes) -> None:
    trust = dataclasses.replace(
        world.trust, crls=(b"crl",), pinned=(PinnedSeal(world.ca.root, NOW, NOW + HOUR), *world.trust.pinned)
    )
    assert trust == SealTrust.from_json(trust.to_json())
    finding = check_seal(sealed, trust=world.trust, now=NOW)
    assert finding == SealFinding.from_json(finding.to_json())


def _ocsp(world: SealWorld, certificate: x509.Certificate, at: datetime = NOW) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=world.ca.root,
        algorithm=hashes.SHA1(),  # noqa: S303 (RFC 5019 section 2.1.1: how a certificate is named, nothing more)
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=at - HOUR,
        next_update=at + timedelta(days=1),
        revocation_time=None,
        revocation_reason=None,
    )
    answer = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, world.ca.root)
    return answer.sign(world.ca.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _with_list(
    world: SealWorld,
    certificate: x509.Certificate,
    reason: str,
    hours: int,
    invalid_since: int | None = None,
    made: datetime = NOW + timedelta(days=1),
) -> SealTrust:
    """Return the trust with a later list that revokes a certificate, hours from the sealing."""
    moment = made
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(certificate.serial_number)
        .revocation_date(NOW + timedelta(hours=hours))
        .add_extension(x509.CRLReason(x509.ReasonFlags(reason)), critical=False)
    )
    if invalid_since is not None:
        entry = entry.add_extension(x509.InvalidityDate(NOW + timedelta(hours=invalid_since)), critical=False)
    revocations = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(world.ca.root.subject)
        .last_update(moment - HOUR)
        .next_update(moment + timedelta(days=7))
        .add_extension(x509.CRLNumber(2), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(world.ca.key.public_key()), critical=False)
        .add_revoked_certificate(entry.build())
        .sign(world.ca.key, hashes.SHA256())
    )
    return dataclasses.replace(world.trust, crls=(revocations.public_bytes(Encoding.DER),))
