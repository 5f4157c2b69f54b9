"""The key store of tests signs, and gives no key away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from keys import did_key
from keys.local_signer import LocalSigner, generate, read_private_key
from keys.memory_store import MemoryKeyStore
from keys.public_keys import KeyFormError
from keys.store import Algorithm, KeyNotFoundError, Purpose

DID = "did:web:registrar.parchemin.example:t:uni"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_created_key_is_found_under_its_controller_and_purpose(purpose: Purpose) -> None:
    store = MemoryKeyStore()
    created = store.create(DID, purpose)
    assert created is store.signer(DID, purpose)
    assert f"{DID}#key-{purpose.value}" == created.verification_method
    assert () == created.certificates


def test_a_key_of_a_did_key_gets_its_url() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    controller = did_key.did_for(key.public_key())
    signer = MemoryKeyStore().add(controller, Purpose.CREDENTIAL, key)
    assert did_key.verification_method_for(key.public_key()) == signer.verification_method


def test_a_missing_key_is_said_to_be_missing() -> None:
    store = MemoryKeyStore()
    store.create(DID, Purpose.JOSE)
    with pytest.raises(KeyNotFoundError):
        store.signer(DID, Purpose.CREDENTIAL)


@pytest.mark.parametrize(
    ("purpose", "key"),
    [
        (Purpose.CREDENTIAL, ec.generate_private_key(ec.SECP256R1())),
        (Purpose.JOSE, ed25519.Ed25519PrivateKey.generate()),
        (Purpose.SEAL, ed25519.Ed25519PrivateKey.generate()),
    ],
)
def test_a_key_of_the_wrong_kind_is_not_kept_for_a_purpose(
    purpose: Purpose, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
) -> None:
    with pytest.raises(KeyFormError):
        MemoryKeyStore().add(DID, purpose, key)


def test_ecdsa_signatures_are_raw_r_and_s_and_verify() -> None:
    for curve, algorithm, digest, size in (
        (ec.SECP256R1(), Algorithm.ES256, hashes.SHA256(), 64),
        (ec.SECP384R1(), Algorithm.ES384, hashes.SHA384(), 96),
        (ec.SECP521R1(), Algorithm.ES512, hashes.SHA512(), 132),
    ):
        key = ec.generate_private_key(curve)
        signer = LocalSigner(key, verification_method=f"{DID}#k")
        raw = signer.sign(b"data")
        assert (algorithm, size) == (signer.algorithm, len(raw))
        r, s = (int.from_bytes(half, "big") for half in (raw[: size // 2], raw[size // 2 :]))
        key.public_key().verify(encode_dss_signature(r, s), b"data", ec.ECDSA(digest))


def test_ed25519_and_rsa_signatures_verify() -> None:
    edwards, modulus = ed25519.Ed25519PrivateKey.generate(), generate(Purpose.SEAL, rsa_key=True)
    assert isinstance(modulus, rsa.RSAPrivateKey)
    assert 3072 == modulus.key_size
    signer = LocalSigner(edwards, verification_method=f"{DID}#k")
    edwards.public_key().verify(signer.sign(b"data"), b"data")
    signer = LocalSigner(modulus, verification_method=f"{DID}#k")
    assert Algorithm.RS256 == signer.algorithm
    modulus.public_key().verify(signer.sign(b"data"), b"data", padding.PKCS1v15(), hashes.SHA256())


def test_an_rsa_key_is_made_only_where_the_purpose_allows_it() -> None:
    assert isinstance(generate(Purpose.CREDENTIAL, rsa_key=True), ed25519.Ed25519PrivateKey)


def test_a_signer_shows_its_name_and_no_key() -> None:
    """M01."""
    signer = LocalSigner(ec.generate_private_key(ec.SECP256R1()), verification_method=f"{DID}#k")
    assert f"LocalSigner('{DID}#k', ES256)" == repr(signer)


def test_ten_thousand_ecdsa_signatures_repeat_no_r() -> None:
    """B27."""
    signer = LocalSigner(ec.generate_private_key(ec.SECP256R1()), verification_method=f"{DID}#k")
    assert 10_000 == len({signer.sign(b"the same")[:32] for _ in range(10_000)})


def test_a_certificate_of_another_key_is_not_taken() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody")])
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = x509.CertificateBuilder(name, name, other.public_key(), 1, start, start + timedelta(days=1)).sign(
        other, hashes.SHA256()
    )
    with pytest.raises(KeyFormError):
        LocalSigner(key, verification_method=f"{DID}#k", certificates=[certificate])
    assert (certificate,) == LocalSigner(other, verification_method=f"{DID}#k", certificates=[certificate]).certificates


def test_a_production_key_is_read_from_pem() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for encryption, passphrase in (
        (NoEncryption(), None),
        (BestAvailableEncryption(b"correct horse"), b"correct horse"),
    ):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
        assert key.public_key() == read_private_key(pem, passphrase).public_key()


def test_a_file_that_is_no_key_of_ours_is_refused() -> None:
    locked = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"correct horse")
    )
    odd = ec.generate_private_key(ec.SECP256K1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem, passphrase in ((locked, None), (locked, b"wrong"), (odd, None), (odd, b"not needed"), (b"text", None)):
        with pytest.raises(KeyFormError):
            read_private_key(pem, passphrase)
