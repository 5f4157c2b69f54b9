"""The development authority, and the chains of a real one."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.certificates import (
    DOCUMENT_SIGNING,
    CertificateError,
    DevelopmentCA,
    check_in_force,
    days_left,
    pem_of,
    read_chain,
)

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
DID = "did:web:registrar.parchemin.example:t:uni"
NAME = "Université de l’Exemple à Sainte-Anne-de-la-Très-Longue-Rivière-du-Nord et des Environs"
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
PASSPHRASE = b"correct horse battery"


@pytest.fixture(scope="module")
def authority() -> DevelopmentCA:
    return DevelopmentCA.create(now=NOW)


def _seal(authority: DevelopmentCA, days: int = 730) -> tuple[x509.Certificate, ...]:
    return authority.seal_certificate(KEY, organisation=NAME, did=DID, now=NOW, days=days)


def test_a_seal_certificate_says_what_it_is_for(authority: DevelopmentCA) -> None:
    """R24; RFC 9336; the DID stands in it."""
    leaf, root = _seal(authority)
    extensions = leaf.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert authority.root == root
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    assert [DID] == names.get_values_for_type(x509.UniformResourceIdentifier)
    assert DOCUMENT_SIGNING in extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    leaf.verify_directly_issued_by(root)


def test_a_seal_certificate_lives_three_years_at_the_most(authority: DevelopmentCA) -> None:
    """R24."""
    assert 3 * 365 == days_left(_seal(authority, 3 * 365)[0], now=NOW)
    for days in (0, -1, 3 * 365 + 1):
        with pytest.raises(CertificateError):
            _seal(authority, days)


def test_a_seal_may_have_an_rsa_key(authority: DevelopmentCA) -> None:
    key = rsa.generate_private_key(65537, 3072).public_key()
    leaf, _ = authority.seal_certificate(key, organisation="Uni", did=DID, now=NOW)
    assert key == leaf.public_key()


def test_a_timestamp_certificate_is_for_timestamps_alone(authority: DevelopmentCA) -> None:
    """RFC 3161 section 2.3."""
    leaf, _ = authority.timestamp_certificate(KEY, now=NOW)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert [ExtendedKeyUsageOID.TIME_STAMPING] == list(usage.value)


def test_the_list_of_revocations_is_fresh_and_signed(authority: DevelopmentCA) -> None:
    leaf, root = _seal(authority)
    assert authority.crl(now=NOW).get_revoked_certificate_by_serial_number(leaf.serial_number) is None
    authority.revoke(leaf, at=NOW)
    crl = authority.crl(now=NOW + timedelta(hours=1))
    entry = crl.get_revoked_certificate_by_serial_number(leaf.serial_number)
    assert entry is not None
    assert NOW == entry.revocation_date_utc
    assert x509.ReasonFlags.key_compromise == entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert crl.is_signature_valid(root.public_key())  # type: ignore[arg-type]
    assert crl.next_update_utc == NOW + timedelta(hours=1, days=7)


def test_openssl_accepts_the_chain_and_notices_the_revocation(tmp_path: Path) -> None:
    authority = DevelopmentCA.create(now=datetime.fromtimestamp(int(NOW.timestamp()), UTC))
    leaf, root = _seal(authority)
    paths = {name: tmp_path / name for name in ("root.pem", "leaf.pem", "crl.pem")}
    paths["root.pem"].write_text(pem_of([root]))
    paths["leaf.pem"].write_text(pem_of([leaf]))

    def verify() -> subprocess.CompletedProcess[str]:
        paths["crl.pem"].write_bytes(authority.crl(now=NOW).public_bytes(Encoding.PEM))
        options = ["-CAfile", paths["root.pem"], "-CRLfile", paths["crl.pem"], "-crl_check", "-x509_strict"]
        at = ["-attime", str(int(NOW.timestamp()) + 60)]
        command = ["openssl", "verify", *options, *at, paths["leaf.pem"]]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert 0 == verify().returncode
    authority.revoke(leaf, at=NOW)
    assert "certificate revoked" in verify().stderr


def test_the_authority_is_kept_in_one_file_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ca.json"
    first = DevelopmentCA.open(path, PASSPHRASE, now=NOW)
    first.revoke(_seal(first)[0], at=NOW)
    first.save(path, PASSPHRASE)
    again = DevelopmentCA.open(path, PASSPHRASE, now=NOW + timedelta(days=9))
    assert first.root == again.root
    assert 1 == len(list(again.crl(now=NOW)))
    assert 0o600 == path.stat().st_mode & 0o777
    assert "BEGIN ENCRYPTED PRIVATE KEY" in path.read_text()


def test_a_broken_authority_file_is_refused_by_name(tmp_path: Path) -> None:
    """X20."""
    path = tmp_path / "ca.json"
    DevelopmentCA.open(path, PASSPHRASE, now=NOW)
    whole = path.read_bytes()
    with pytest.raises(CertificateError, match=r"ca\.json"):
        DevelopmentCA.open(path, b"another passphrase", now=NOW)
    other = pem_of([DevelopmentCA.create(now=NOW).root]).replace("\n", "\\n")
    mine = whole[whole.index(b"-----BEGIN CERT") : whole.index(b"-----END CERT") + 27]
    for broken in (b"", b"{}", b"[]", whole[:-9], whole.replace(mine, other.encode())):
        path.write_bytes(broken)
        with pytest.raises(CertificateError, match=r"ca\.json"):
            DevelopmentCA.open(path, PASSPHRASE, now=NOW)


def test_a_chain_is_put_in_order(authority: DevelopmentCA) -> None:
    leaf, root = _seal(authority)
    stranger = DevelopmentCA.create(now=NOW).root
    assert (leaf, root) == read_chain(pem_of([root, stranger, leaf]).encode(), KEY, now=NOW)


def test_a_chain_that_proves_nothing_is_refused(authority: DevelopmentCA) -> None:
    leaf, root = _seal(authority)
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    lookalike = DevelopmentCA.create(now=NOW).root
    for pem, key, moment, reason in (
        (b"no certificates", KEY, NOW, "not PEM"),
        (pem_of([leaf, root]).encode(), other, NOW, "of this key"),
        (pem_of([leaf]).encode(), KEY, NOW, "before its root"),
        (pem_of([leaf, lookalike]).encode(), KEY, NOW, "before its root"),
        (pem_of([leaf, root]).encode(), KEY, NOW + timedelta(days=731), "not in force"),
        (pem_of([leaf, root]).encode(), KEY, NOW - timedelta(days=1), "not in force"),
    ):
        with pytest.raises(CertificateError, match=reason):
            read_chain(pem, key, now=moment)


def test_a_root_that_only_bears_the_name_is_refused(authority: DevelopmentCA) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    forged = authority.seal_certificate(key.public_key(), organisation="x", did=DID, now=NOW)[0]
    builder = x509.CertificateBuilder(forged.issuer, forged.issuer, key.public_key(), 7, NOW, NOW + timedelta(days=1))
    selfish = builder.sign(ec.generate_private_key(ec.SECP256R1()), forged.signature_hash_algorithm)  # type: ignore[arg-type]
    with pytest.raises(CertificateError, match="sign itself"):
        read_chain(pem_of([selfish]).encode(), key.public_key(), now=NOW)


def test_a_pool_may_hold_certificates_of_keys_that_are_not_used(authority: DevelopmentCA) -> None:
    weak = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 (weak on purpose)
    odd = ec.generate_private_key(ec.SECP256K1()).public_key()
    pool = [authority.seal_certificate(key, organisation="x", did=DID, now=NOW)[0] for key in (weak, odd)]
    leaf, root = _seal(authority)
    assert (leaf, root) == read_chain(pem_of([*pool, leaf, root]).encode(), KEY, now=NOW)


def test_the_days_that_are_left_are_counted(authority: DevelopmentCA) -> None:
    """X30."""
    leaf = _seal(authority, 30)[0]
    check_in_force(leaf, now=NOW)
    assert [30, 0, -1] == [days_left(leaf, now=NOW + timedelta(days=days)) for days in (0, 30, 31)]
