"""What an authority hands over for a seal: kept when it will do, refused with a code when not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import csr, pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.certificate_requests import request_certificate
from keys.certificates import DevelopmentCA, pem_of
from keys.local_signer import LocalSigner
from keys.seal_certificates import fit_chain, read_seal_file, require_kind, require_use
from schemas.problems import ProblemError
from tests.support.pdf_pki import TestCA, name_of

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
DID = "did:web:registrar.example:t:uni"
P256 = ec.generate_private_key(ec.SECP256R1())
AUTHORITY = DevelopmentCA.create(now=NOW)
CHAIN = AUTHORITY.seal_certificate(P256.public_key(), organisation="Uni", did=DID, now=NOW)


def code_of(work: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        work()
    return caught.value.problem.code


def pem_key(key: Any, phrase: bytes = b"") -> bytes:
    secured = BestAvailableEncryption(phrase) if phrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secured)


def test_pem_and_pkcs_12_are_read_in_any_order() -> None:
    text = pem_of((CHAIN[1], CHAIN[0])).encode()
    bundle = pkcs12.serialize_key_and_certificates(
        b"seal", P256, CHAIN[0], [CHAIN[1]], BestAvailableEncryption(b"phrase")
    )
    for data, phrase in (
        (pem_key(P256) + text, None),
        (text + pem_key(P256, b"phrase"), b"phrase"),
        (bundle, b"phrase"),
    ):
        key, certificates = read_seal_file(data, phrase)
        assert key is not None
        assert CHAIN == fit_chain(certificates, key.public_key(), now=NOW)
    assert (None, (CHAIN[1], CHAIN[0])) == read_seal_file(text, None)
    key, certificates = read_seal_file(pem_key(P256), None)
    assert (P256.public_key(), ()) == (key.public_key() if key else None, certificates)


@pytest.mark.parametrize(
    ("data", "phrase"),
    [
        (b"nothing", None),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", None),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", None),
        (pem_key(P256, b"phrase"), b"another"),
        (pem_key(P256, b"phrase"), None),
    ],
    ids=["junk", "certificate", "key", "wrong-passphrase", "no-passphrase"],
)
def test_what_cannot_be_opened_is_told(data: bytes, phrase: bytes | None) -> None:
    assert "not-parsable" == code_of(lambda: read_seal_file(data, phrase))


def test_keys_that_no_reader_takes_or_that_are_weak_are_refused() -> None:
    for kind, key in (
        ("key-unfit", ed25519.Ed25519PrivateKey.generate()),
        ("key-unfit", ec.generate_private_key(ec.SECP384R1())),
        ("key-unfit", dsa.generate_private_key(2048)),
        ("key-weak", rsa.generate_private_key(65_537, 2048)),
    ):
        assert kind == code_of(lambda key=key: read_seal_file(pem_key(key), None)), kind
    assert require_kind(rsa.generate_private_key(65_537, 3072).public_key())


def test_certificates_that_do_not_belong_together_are_refused() -> None:
    public, other = P256.public_key(), DevelopmentCA.create(now=NOW)
    strangers = other.seal_certificate(public, organisation="Uni", did=DID, now=NOW)
    for certificates in ((), CHAIN[1:], CHAIN[:1], (CHAIN[0], strangers[1])):
        assert "certificate-mismatched" == code_of(lambda found=certificates: fit_chain(found, public, now=NOW))
    mine = ec.generate_private_key(ec.SECP256R1()).public_key()
    assert "certificate-mismatched" == code_of(lambda: fit_chain(CHAIN, mine, now=NOW))


def test_a_certificate_of_an_unknown_kind_of_key_is_passed_over() -> None:
    kind = bytes.fromhex("06072a8648ce3d0201")
    odd = x509.load_der_x509_certificate(CHAIN[0].public_bytes(Encoding.DER).replace(kind, kind[:-1] + b"\x09"))
    assert CHAIN == fit_chain((odd, *CHAIN), P256.public_key(), now=NOW)


def test_a_root_that_another_key_signed_is_refused() -> None:
    ca, impostor = TestCA(), ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _made(ca, key, [])
    root = _builder(ca.root.subject, ca.root.subject, ca.key.public_key()).sign(impostor, hashes.SHA256())
    assert "certificate-mismatched" == code_of(lambda: fit_chain((leaf, root), key.public_key(), now=NOW))


def test_certificates_out_of_their_time_are_refused() -> None:
    for moment in (NOW - timedelta(days=2), NOW + timedelta(days=1000)):
        found = code_of(lambda at=moment: fit_chain(CHAIN, P256.public_key(), now=at))
        assert "certificate-not-in-force" == found


def _builder(subject: x509.Name, issuer: x509.Name, public: Any, days: int = 700) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days))
    )


def _made(ca: TestCA, key: Any, extensions: list[tuple[Any, bool]], days: int = 700) -> x509.Certificate:
    builder = _builder(name_of("Sceau"), ca.root.subject, key.public_key(), days)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(ca.key, hashes.SHA256())


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(sign, sign, True, False, False, False, False, False, False)


@pytest.mark.parametrize(
    ("extensions", "days", "why"),
    [
        ([(x509.BasicConstraints(ca=True, path_length=None), True)], 700, "authority"),
        ([(_usage(sign=False), True)], 700, "may not sign"),
        ([(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)], 700, "other uses"),
        ([], 4 * 365, "three years"),
    ],
    ids=["authority", "key-usage", "extended-key-usage", "too-long"],
)
def test_a_certificate_for_other_uses_is_refused(extensions: Any, days: int, why: str) -> None:
    ca = TestCA()
    leaf = _made(ca, P256, extensions, days)
    with pytest.raises(ProblemError) as caught:
        fit_chain((leaf, ca.root), P256.public_key(), now=NOW)
    assert "certificate-unfit" == caught.value.problem.code
    assert why in caught.value.problem.detail


def test_a_certificate_that_names_no_use_or_that_of_documents_will_do() -> None:
    ca = TestCA()
    adobe = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.2.840.113583.1.1.5")])
    for extensions in ([], [(_usage(sign=True), True), (adobe, False)]):
        require_use(_made(ca, P256, extensions))


@pytest.mark.parametrize("make", [lambda: P256, lambda: rsa.generate_private_key(65_537, 3072)], ids=["p256", "rsa"])
def test_a_request_for_a_certificate_is_signed_by_its_key_and_names_the_did(make: Any) -> None:
    key = make()
    signer = LocalSigner(key, verification_method=f"{DID}#x")
    text = request_certificate(signer, organisation="Université", did=DID)
    request = x509.load_pem_x509_csr(text)
    assert request.is_signature_valid
    assert key.public_key() == request.public_key()
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [DID] == names.get_values_for_type(x509.UniformResourceIdentifier)
    assert "v1" == csr.CertificationRequest.load(pem.unarmor(text)[2])["certification_request_info"]["version"].native
