"""What authorities say of their certificates: read strictly, kept, the newest never pushed out by an older one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.revocation_answers import Answer, AnswerError, addresses, ask_ocsp, read_crl, read_ocsp
from keys.revocation_store import CRL, OCSP, RevocationStore
from schemas.problems import ProblemError
from tests.support.pdf_pki import NOW, TestCA, name_of, new_key

CA = TestCA()
SEAL = CA.seal().certificates[0]
OTHER = CA.seal(common="Autre").certificates[0]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def _crl(ca: TestCA = CA, at: Any = NOW) -> bytes:
    return ca.crl(at).public_bytes(Encoding.DER)


def _ocsp(
    certificate: x509.Certificate = SEAL,
    *,
    signer: Any = None,
    key: Any = None,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    until: Any = NOW + HOUR,
    at: Any = NOW,
    holding: tuple[x509.Certificate, ...] = (),
) -> bytes:
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=CA.root,
        algorithm=hashes.SHA1(),  # noqa: S303
        cert_status=status,
        this_update=at,
        next_update=until,
        revocation_time=at - DAY if revoked else None,
        revocation_reason=x509.ReasonFlags.superseded if revoked else None,
    )
    if holding:
        builder = builder.certificates(list(holding))
    responder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer or CA.root)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return responder.sign(key or CA.key, digest).public_bytes(Encoding.DER)


def _crl_of(answer: bytes, certificate: x509.Certificate = SEAL, issuer: x509.Certificate = CA.root) -> Answer:
    return read_crl(answer, certificate=certificate, issuer=issuer)


def _ocsp_of(answer: bytes, certificate: x509.Certificate = SEAL, issuer: x509.Certificate = CA.root) -> Answer:
    return read_ocsp(answer, certificate=certificate, issuer=issuer)


def _delegate(*, uses: tuple[x509.ObjectIdentifier, ...] | None, ca: TestCA = CA) -> tuple[Any, x509.Certificate]:
    key = new_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of("Réponses"))
        .issuer_name(ca.root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    if uses is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(uses)), critical=False)
    return key, builder.sign(ca.key, hashes.SHA256())


def test_the_addresses_of_a_certificate_are_those_of_its_lists_and_responders() -> None:
    assert (("http://ca.example/crl",), ("http://ca.example/ocsp",)) == addresses(SEAL)
    assert ((), ()) == addresses(CA.root)


def test_a_list_is_read_in_both_encodings() -> None:
    made = CA.crl()
    found = _crl_of(made.public_bytes(Encoding.DER))
    assert found == _crl_of(made.public_bytes(Encoding.PEM))
    assert (None, True, False) == (found.revoked_at, found.is_current(NOW), found.is_current(NOW + 8 * DAY))
    assert (False, True) == (found.is_due(NOW + 3 * DAY), found.is_due(NOW + 4 * DAY))


def test_a_list_of_another_or_of_nobody_is_none() -> None:
    impostor = TestCA()
    for answer, issuer in ((_crl(impostor), CA.root), (b"junk", CA.root), (b"-----BEGIN X509 CRL-----\n", CA.root)):
        with pytest.raises(AnswerError):
            _crl_of(answer, issuer=issuer)
    stranger = x509.CertificateRevocationListBuilder().issuer_name(name_of("Autre")).last_update(NOW)
    named = stranger.next_update(NOW + DAY).sign(CA.key, hashes.SHA256()).public_bytes(Encoding.DER)
    with pytest.raises(AnswerError, match="another authority"):
        _crl_of(named)


def test_the_reason_and_the_moment_of_a_revocation_are_read() -> None:
    ca = TestCA()
    seal = ca.seal().certificates[0]
    ca.revoke(seal, NOW - HOUR, "superseded")
    found = read_crl(_crl(ca), certificate=seal, issuer=ca.root)
    assert (NOW - HOUR, x509.ReasonFlags.superseded) == (found.revoked_at, found.reason)
    entry = x509.RevokedCertificateBuilder().serial_number(seal.serial_number).revocation_date(NOW)
    entry = entry.add_extension(x509.InvalidityDate((NOW - DAY).replace(tzinfo=None)), critical=False)
    builder = x509.CertificateRevocationListBuilder().issuer_name(ca.root.subject).last_update(NOW)
    whole = builder.next_update(NOW + DAY).add_revoked_certificate(entry.build()).sign(ca.key, hashes.SHA256())
    found = read_crl(whole.public_bytes(Encoding.DER), certificate=seal, issuer=ca.root)
    assert (NOW - DAY, x509.ReasonFlags.unspecified) == (found.revoked_at, found.reason)


def _part(
    *extensions: x509.ExtensionType, revoked: x509.Certificate | None = None, reason: x509.ReasonFlags | None = None
) -> bytes:
    """Return a list with critical extensions, which say of what it speaks."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(CA.root.subject).last_update(NOW)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    if revoked is not None:
        entry = x509.RevokedCertificateBuilder().serial_number(revoked.serial_number).revocation_date(NOW)
        entry = entry.add_extension(x509.CRLReason(reason), critical=False) if reason else entry
        builder = builder.add_revoked_certificate(entry.build())
    return builder.next_update(NOW + DAY).sign(CA.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _scope(address: str = "", **says: Any) -> x509.IssuingDistributionPoint:
    names = (
        "only_contains_user_certs only_contains_ca_certs only_some_reasons indirect_crl only_contains_attribute_certs"
    )
    flags: dict[str, Any] = {name: None if name == "only_some_reasons" else False for name in names.split()}
    at = [x509.UniformResourceIdentifier(address)] if address else None
    return x509.IssuingDistributionPoint(full_name=at, relative_name=None, **{**flags, **says})


@pytest.mark.parametrize(
    "scope", [_scope(only_contains_user_certs=True), _scope("http://ca.example/crl")], ids=["users", "address"]
)
def test_a_list_of_the_part_that_a_certificate_belongs_to_speaks_of_it(scope: x509.IssuingDistributionPoint) -> None:
    """RFC 5280 section 6.3.3 (b): authorities with many certificates publish lists of parts."""
    assert None is _crl_of(_part(scope)).revoked_at


@pytest.mark.parametrize(
    "extension",
    [
        _scope(only_contains_ca_certs=True),
        _scope("http://ca.example/another"),
        _scope(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})),
        _scope(indirect_crl=True),
        _scope(only_contains_attribute_certs=True),
        x509.DeltaCRLIndicator(1),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    ],
    ids=["authorities", "elsewhere", "reasons", "indirect", "attributes", "changes", "unknown"],
)
def test_a_list_of_another_part_does_not_show_that_a_certificate_is_in_force(extension: x509.ExtensionType) -> None:
    """What it names is revoked all the same."""
    with pytest.raises(AnswerError, match="not about all"):
        _crl_of(_part(extension))
    assert NOW == _crl_of(_part(extension, revoked=SEAL)).revoked_at


def test_a_list_of_users_does_not_speak_of_an_authority() -> None:
    with pytest.raises(AnswerError, match="not about all"):
        _crl_of(_part(_scope(only_contains_user_certs=True)), CA.root)


def test_a_change_that_takes_a_certificate_off_the_list_revokes_nothing() -> None:
    """RFC 5280 section 5.3.1: `removeFromCRL` stands in lists of changes alone."""
    lifted = _part(x509.DeltaCRLIndicator(1), revoked=SEAL, reason=x509.ReasonFlags.remove_from_crl)
    with pytest.raises(AnswerError, match="not about all"):
        _crl_of(lifted)


def test_an_answer_counts_while_the_certificate_of_its_responder_does() -> None:
    """A responder whose time is over, or has not come, cannot keep a certificate alive."""
    key, delegate = _delegate(uses=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    long = _ocsp_of(_ocsp(signer=delegate, key=key, holding=(delegate,), until=NOW + 9 * DAY))
    assert NOW + DAY == long.ends_at
    with pytest.raises(AnswerError, match="not signed"):
        _ocsp_of(_ocsp(signer=delegate, key=key, holding=(delegate,), at=NOW - 2 * DAY, until=NOW + HOUR))


def test_an_answer_of_the_authority_or_of_its_responder_is_believed() -> None:
    assert (None, NOW + HOUR) == (_ocsp_of(_ocsp()).revoked_at, _ocsp_of(_ocsp()).ends_at)
    key, delegate = _delegate(uses=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    assert _ocsp_of(_ocsp(signer=delegate, key=key, holding=(delegate,))).is_current(NOW)
    revoked = _ocsp_of(_ocsp(status=ocsp.OCSPCertStatus.REVOKED))
    assert (NOW - DAY, x509.ReasonFlags.superseded) == (revoked.revoked_at, revoked.reason)
    assert NOW + HOUR == _ocsp_of(_ocsp(until=None)).ends_at


def test_an_rsa_authority_answers_too() -> None:
    ca = TestCA(key=rsa.generate_private_key(65_537, 2048))
    seal = ca.seal().certificates[0]
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=seal,
        issuer=ca.root,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW + HOUR,
        revocation_time=None,
        revocation_reason=None,
    )
    responder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, ca.root)
    answer = responder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.DER)
    assert read_ocsp(answer, certificate=seal, issuer=ca.root).is_current(NOW)


def test_an_answer_that_is_about_another_or_signed_by_another_is_none() -> None:
    """H14."""
    stranger, answer = TestCA(), _ocsp()
    signature = ocsp.load_der_ocsp_response(answer).signature
    forged = answer.replace(signature, signature[:-1] + bytes([signature[-1] ^ 1]))
    cases = {
        "another certificate": _ocsp(OTHER),
        "not signed by its authority": forged,
        "does not know": _ocsp(status=ocsp.OCSPCertStatus.UNKNOWN),
        "refused": ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(
            Encoding.DER
        ),
        "not an OCSP answer": b"junk",
    }
    for why, given in cases.items():
        with pytest.raises(AnswerError, match=why):
            _ocsp_of(given)
    for uses, ca in (
        ((ExtendedKeyUsageOID.SERVER_AUTH,), CA),
        (None, CA),
        ((ExtendedKeyUsageOID.OCSP_SIGNING,), stranger),
    ):
        key, delegate = _delegate(uses=uses, ca=ca)
        with pytest.raises(AnswerError, match="not signed"):
            _ocsp_of(_ocsp(signer=delegate, key=key, holding=(delegate,)))


def _under_edwards() -> tuple[Any, x509.Certificate, x509.Certificate]:
    """Return an authority whose key no seal uses, and a certificate of it."""
    key = ed25519.Ed25519PrivateKey.generate()
    made = []
    for subject, public in ((CA.root.subject, key.public_key()), (name_of("Sceau"), new_key().public_key())):
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(CA.root.subject).public_key(public)
        builder = builder.serial_number(9 + len(made)).not_valid_before(NOW).not_valid_after(NOW + DAY)
        made.append(builder.sign(key, None))
    return key, made[0], made[1]


def test_an_authority_with_a_key_that_no_seal_uses_says_nothing_itself() -> None:
    key, root, leaf = _under_edwards()
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf,
        issuer=root,
        algorithm=hashes.SHA1(),  # noqa: S303
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW + HOUR,
        revocation_time=None,
        revocation_reason=None,
    )
    own = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, root).sign(key, None)
    with pytest.raises(AnswerError, match="not signed"):
        read_ocsp(own.public_bytes(Encoding.DER), certificate=leaf, issuer=root)
    stranger = CA.seal()
    by_other = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, stranger.certificates[0])
    answer = by_other.sign(stranger.key, hashes.SHA256()).public_bytes(Encoding.DER)
    with pytest.raises(AnswerError, match="not signed"):
        read_ocsp(answer, certificate=leaf, issuer=root)
    with pytest.raises(AnswerError, match="another authority"):
        _crl_of(_crl(), issuer=root)


def test_the_question_names_the_certificate() -> None:
    assert SEAL.serial_number == ocsp.load_der_ocsp_request(ask_ocsp(SEAL, CA.root)).serial_number


CHAIN = (SEAL, CA.root)


def _kept(folder: Path, *answers: tuple[str, Answer], placed: Path | None = None) -> RevocationStore:
    store = RevocationStore(folder / "revocation", placed=placed)
    for kind, answer in answers:
        store.keep(kind, answer, SEAL, CA.root)
    return store


def test_an_ocsp_answer_is_preferred_and_a_list_stands_in_when_it_has_ended(tmp_path: Path) -> None:
    store = _kept(tmp_path, (OCSP, _ocsp_of(_ocsp())), (CRL, _crl_of(_crl())))
    found = store.evidence([CHAIN], now=NOW)
    later = store.evidence([CHAIN], now=NOW + 2 * HOUR)
    assert (0, 1) == (len(found.crls), len(found.ocsp_responses))
    assert (1, 0) == (len(later.crls), len(later.ocsp_responses))


def test_nothing_in_force_is_told_only_of_a_chain_that_is_needed(tmp_path: Path) -> None:
    store = _kept(tmp_path)
    assert ((), ()) == (store.evidence([CHAIN], now=NOW).crls, store.evidence([CHAIN], now=NOW).ocsp_responses)
    with pytest.raises(ProblemError) as caught:
        store.evidence([CHAIN], now=NOW, required=[CHAIN])
    assert "awaiting-evidence" == caught.value.problem.code
    assert () == store.evidence([], now=NOW, required=[CHAIN]).crls


def test_an_answer_that_revokes_counts_first(tmp_path: Path) -> None:
    """A responder may be behind its own list, or the other way round."""
    seal = CA.seal(common="Révoqué").certificates[0]
    CA.revoke(seal, NOW - HOUR)
    store = RevocationStore(tmp_path / "revocation")
    revoking = read_crl(_crl(), certificate=seal, issuer=CA.root)
    good = read_ocsp(_ocsp(seal), certificate=seal, issuer=CA.root)
    assert (None, True) == (good.revoked_at, store.keep(OCSP, good, seal, CA.root))
    assert ((), (good.der,)) == _both(store, seal)
    store.keep(CRL, revoking, seal, CA.root)
    assert ((revoking.der,), ()) == _both(store, seal)


def _both(store: RevocationStore, seal: x509.Certificate) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    found = store.evidence([(seal, CA.root)], now=NOW)
    return found.crls, found.ocsp_responses


def test_an_older_answer_takes_no_newer_ones_place(tmp_path: Path) -> None:
    """Somebody who replays an old list lets a revoked certificate live again."""
    store, new, old = _kept(tmp_path), _crl_of(_crl(at=NOW)), _crl_of(_crl(at=NOW - DAY))
    assert (True, False) == (store.keep(CRL, new, SEAL, CA.root), store.keep(CRL, old, SEAL, CA.root))
    assert new == store.answer(CRL, SEAL, CA.root)


def test_lists_that_an_operator_put_there_count_and_junk_does_not(tmp_path: Path) -> None:
    placed = tmp_path / "crls"
    placed.mkdir()
    (placed / "a.crl").write_bytes(b"junk")
    (placed / "b.crl").write_bytes(CA.crl().public_bytes(Encoding.PEM))
    (placed / "c.crl").write_bytes(_crl(TestCA()))
    store = _kept(tmp_path, placed=placed)
    assert 1 == len(store.evidence([CHAIN], now=NOW, required=[CHAIN]).crls)
    (placed / "d.ocsp").write_bytes(_ocsp())
    assert (2, 1) == (len(store.known().crls), len(store.known().ocsp_responses))


def test_what_is_known_is_every_answer_there_is(tmp_path: Path) -> None:
    store = _kept(tmp_path, (OCSP, _ocsp_of(_ocsp())), (CRL, _crl_of(_crl())))
    assert (1, 1) == (len(store.known().crls), len(store.known().ocsp_responses))
    for path in (tmp_path / "revocation").iterdir():
        path.write_bytes(b"damaged")
    assert None is store.answer(CRL, SEAL, CA.root)


def test_certificates_without_points_share_the_list_of_their_authority(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(name_of("x")).issuer_name(CA.root.subject)
    plain = (
        builder.public_key(key.public_key())
        .serial_number(4)
        .not_valid_before(NOW)
        .not_valid_after(NOW + DAY)
        .sign(CA.key, hashes.SHA256())
    )
    store = RevocationStore(tmp_path)
    store.keep(CRL, _crl_of(_crl(), plain), plain, CA.root)
    assert store.answer(CRL, plain, CA.root) is not None
    assert store.answer(CRL, SEAL, CA.root) is None
