"""Revocation lists: only the issuer's own count, and a reason decides how far back they reach (RFC 5280)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from proofs.pades_revocation import Moments, is_revoked
from tests.support.pdf_pki import NOW, TestCA

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def ca() -> TestCA:
    return TestCA()


def test_what_is_no_list_revokes_nothing(ca: TestCA) -> None:
    assert not is_revoked(ca.seal().certificates[0], [b"junk", b"\x30\x00"], [ca.root], Moments(NOW, NOW))


def test_without_a_reason_the_key_may_have_been_stolen(ca: TestCA) -> None:
    certificate = ca.seal().certificates[0]
    entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(NOW).build()
    revocations = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.root.subject)
        .last_update(NOW)
        .next_update(NOW + HOUR)
        .add_revoked_certificate(entry)
        .sign(ca.key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    found = [
        is_revoked(certificate, [revocations], [ca.root], Moments(NOW - HOUR, proven)) for proven in (NOW - HOUR, NOW)
    ]
    assert found == [False, True]


def test_an_issuer_whose_key_cannot_sign_lists_revokes_nothing(ca: TestCA) -> None:
    certificate = ca.seal().certificates[0]
    ca.revoke(certificate, NOW - HOUR)
    key = ed25519.Ed25519PrivateKey.generate()
    namesake = (
        x509.CertificateBuilder()
        .subject_name(ca.root.subject)
        .issuer_name(ca.root.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + HOUR)
        .sign(key, None)
    )
    revocations = ca.crl().public_bytes(Encoding.DER)
    assert not is_revoked(certificate, [revocations], [namesake], Moments(NOW, NOW))
    assert is_revoked(certificate, [revocations], [namesake, ca.root], Moments(NOW, NOW))
