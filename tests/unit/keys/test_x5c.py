"""A chain in a token's header counts only down from a trusted root, for the issuer it names."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from keys.certificates import DevelopmentCA
from keys.x5c import key_of_chain, x5c_of
from schemas.problems import ProblemError

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
DID = "did:web:registrar.parchemin.example:t:uni"
AUTHORITY = DevelopmentCA.create(now=NOW)
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
CHAIN = AUTHORITY.seal_certificate(KEY, organisation="Uni", did=DID, now=NOW)
ROOTS = (AUTHORITY.root,)


def _list(authority: DevelopmentCA = AUTHORITY, at: datetime = NOW) -> bytes:
    return authority.crl(now=at).public_bytes(Encoding.DER)


CRLS = (_list(),)


def _code(x5c: object, *, issuer: str = DID, roots: Any = ROOTS, now: datetime = NOW, answers: Any = CRLS) -> str:
    with pytest.raises(ProblemError) as caught:
        key_of_chain(x5c, issuer=issuer, roots=roots, now=now, answers=answers)
    return caught.value.problem.code


def test_a_chain_to_a_trusted_root_gives_the_key_of_the_issuer_it_names() -> None:
    found = key_of_chain(x5c_of(CHAIN), issuer=DID, roots=ROOTS, now=NOW, answers=CRLS)
    assert (KEY, DID, f"{DID}#x5c") == (found.key, found.controller, found.id)
    assert 1 == len(x5c_of(CHAIN))
    assert 1 == len(x5c_of([AUTHORITY.root]))


def test_a_chain_that_nobody_trusts_proves_nothing() -> None:
    """C03: an attacker brings a root along."""
    stranger = DevelopmentCA.create(now=NOW)
    forged = stranger.seal_certificate(KEY, organisation="Uni", did=DID, now=NOW)
    both = [*x5c_of(forged), *x5c_of([stranger.root])]
    assert "certificate-untrusted" == _code(x5c_of(forged))
    assert "certificate-untrusted" == _code(both)
    assert "certificate-untrusted" == _code(x5c_of(CHAIN), roots=())


@pytest.mark.parametrize("days", [-1, 731])
def test_a_chain_counts_while_it_is_in_force(days: int) -> None:
    assert "certificate-untrusted" == _code(x5c_of(CHAIN), now=NOW + timedelta(days=days))


@pytest.mark.parametrize("issuer", ["did:web:other.example", "https://registrar.parchemin.example", "", "x"])
def test_a_certificate_of_somebody_else_is_not_the_issuers(issuer: str) -> None:
    """B06."""
    assert "not-by-issuer" == _code(x5c_of(CHAIN), issuer=issuer)


def _leaf(*extensions: x509.ExtensionType, curve: ec.EllipticCurve | None = None) -> list[str]:
    """Return a chain of one certificate that the authority signed, with these extensions."""
    key = ec.generate_private_key(curve or ec.SECP256R1()).public_key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "leaf")])
    issuer = AUTHORITY.root.subject
    builder = x509.CertificateBuilder(issuer, name, key, x509.random_serial_number(), NOW, NOW + timedelta(days=9))
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(AUTHORITY._key.public_key())
    for extension in (authority_key, *extensions):
        builder = builder.add_extension(extension, critical=False)
    made = builder.sign(AUTHORITY._key, hashes.SHA256())
    return x5c_of([made])


def test_an_https_issuer_is_named_by_its_host() -> None:
    """SD-JWT VC section 3.5."""
    chain = _leaf(x509.SubjectAlternativeName([x509.DNSName("registrar.example")]))
    found = key_of_chain(chain, issuer="https://registrar.example/t/uni", roots=ROOTS, now=NOW)
    assert "https://registrar.example/t/uni" == found.controller
    assert "not-by-issuer" == _code(chain, issuer="https://registrar.example.evil/")
    assert "not-by-issuer" == _code(chain, issuer="http://registrar.example/")


def test_a_certificate_that_names_nobody_is_nobodys() -> None:
    assert "not-by-issuer" == _code(_leaf())


def test_a_key_of_a_kind_that_is_not_used_is_refused() -> None:
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(DID)])
    assert "certificate-untrusted" == _code(_leaf(names, curve=ec.SECP256K1()))


@pytest.mark.parametrize(
    "x5c",
    [
        None,
        [],
        "x",
        {},
        [7],
        [""],
        ["AAAA"],
        ["A" * 20_000],
        ["é"],
        [AUTHORITY.root.public_bytes(Encoding.PEM).decode()],
        x5c_of(CHAIN) * 7,
    ],
)
def test_what_is_no_chain_is_refused(x5c: object) -> None:
    assert "not-parsable" == _code(x5c)


def test_a_chain_of_three_leads_to_the_root() -> None:
    root_key, middle_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root = _signed(root_key, "root", "root", root_key, x509.BasicConstraints(ca=True, path_length=1))
    middle = _signed(middle_key, "middle", "root", root_key, x509.BasicConstraints(ca=True, path_length=0))
    leaf = _signed(leaf_key, "leaf", "middle", middle_key, NAMES)
    chain = x5c_of([leaf, middle, root])
    assert 2 == len(chain)
    assert leaf_key.public_key() == key_of_chain(chain, issuer=DID, roots=[root], now=NOW).key
    assert "certificate-untrusted" == _code(x5c_of([leaf]), roots=[root])
    assert "certificate-revoked" == _code(chain, roots=[root], answers=[_crl_of(middle, middle_key, leaf)])
    assert "certificate-revoked" == _code(chain, roots=[root], answers=[_crl_of(root, root_key, middle)])
    forged = _crl_of(middle, leaf_key, leaf)
    assert leaf_key.public_key() == key_of_chain(chain, issuer=DID, roots=[root], now=NOW, answers=[forged]).key


NAMES = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(DID)])


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _signed(
    key: ec.EllipticCurvePrivateKey, name: str, issuer: str | x509.Name, by: Any, *extensions: x509.ExtensionType
) -> x509.Certificate:
    """Return a certificate of any name and extensions; an authority's says what authorities say."""
    above = _name(issuer) if isinstance(issuer, str) else issuer
    builder = x509.CertificateBuilder(
        above, _name(name), key.public_key(), x509.random_serial_number(), NOW, NOW + timedelta(days=9)
    )
    own: list[x509.ExtensionType] = [x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), *extensions]
    if any(isinstance(extension, x509.BasicConstraints) for extension in extensions):
        own += [x509.SubjectKeyIdentifier.from_public_key(key.public_key()), _usage(key_cert_sign=True, crl_sign=True)]
    for extension in own:
        builder = builder.add_extension(
            extension, critical=isinstance(extension, x509.BasicConstraints | x509.KeyUsage)
        )
    return builder.sign(by, hashes.SHA256())


def _usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names.split()})


def _crl_of(issuer: x509.Certificate, key: Any, *revoked: x509.Certificate, part: Any = None) -> bytes:
    builder = x509.CertificateRevocationListBuilder(issuer.subject, NOW, NOW + timedelta(days=1))
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder(certificate.serial_number, NOW - timedelta(hours=1)).build()
        builder = builder.add_revoked_certificate(entry)
    if part is not None:
        builder = builder.add_extension(part, critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_revoked_certificate_proves_nothing() -> None:
    authority = DevelopmentCA.create(now=NOW)
    chain = authority.seal_certificate(KEY, organisation="Uni", did=DID, now=NOW)
    roots = (authority.root,)
    assert KEY == key_of_chain(x5c_of(chain), issuer=DID, roots=roots, now=NOW, answers=[_list(authority)]).key
    authority.revoke(chain[0], at=NOW)
    assert "certificate-revoked" == _code(x5c_of(chain), roots=roots, answers=[_list(authority)])
    over = [_list(authority, NOW - timedelta(days=30))]
    assert "certificate-revoked" == _code(x5c_of(chain), roots=roots, answers=over), "what was revoked stays so"


def test_a_list_that_is_not_at_hand_or_over_is_a_doubt() -> None:
    promised = x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier("https://ca.example/crl")], None, None, None)]
    )
    with_promise, without = _leaf(NAMES, promised), _leaf(NAMES)
    lists: tuple[bytes, ...]
    for lists in ((), (b"no list",), (_list(DevelopmentCA.create(now=NOW)),)):
        assert "proof-uncheckable" == _code(with_promise, answers=lists)
        assert DID == key_of_chain(without, issuer=DID, roots=ROOTS, now=NOW, answers=lists).controller
    over, early = _list(at=NOW - timedelta(days=30)), _list(at=NOW + timedelta(days=30))
    for chain in (with_promise, without):
        assert "proof-uncheckable" == _code(chain, answers=(over,))
        assert "proof-uncheckable" == _code(chain, answers=(early,))
        assert DID == key_of_chain(chain, issuer=DID, roots=ROOTS, now=NOW, answers=(over, _list())).controller


def test_a_list_of_a_part_says_nothing_about_the_whole() -> None:
    """RFC 5280 section 5.2.5: a critical extension says that the list is not complete."""
    part = x509.IssuingDistributionPoint(None, None, False, True, None, False, False)
    lists = [_crl_of(AUTHORITY.root, AUTHORITY._key, part=part)]
    assert DID == key_of_chain(_leaf(NAMES), issuer=DID, roots=ROOTS, now=NOW, answers=lists).controller
    whole = [_crl_of(AUTHORITY.root, AUTHORITY._key, AUTHORITY.root)]
    assert DID == key_of_chain(_leaf(NAMES), issuer=DID, roots=ROOTS, now=NOW, answers=whole).controller


def _answer(chain: list[str], by: DevelopmentCA = AUTHORITY, *, at: datetime = NOW, revoked: bool = False) -> bytes:
    """Return an OCSP answer of an authority about the first certificate of a chain; it ends in an hour."""
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=x509.load_der_x509_certificate(base64.b64decode(chain[0])),
        issuer=AUTHORITY.root,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=at,
        next_update=at + timedelta(hours=1),
        revocation_time=at if revoked else None,
        revocation_reason=None,
    )
    responder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.root)
    return responder.sign(by._key, hashes.SHA256()).public_bytes(Encoding.DER)


def _with_responder(method: x509.ObjectIdentifier = AuthorityInformationAccessOID.OCSP) -> list[str]:
    place = x509.AccessDescription(method, x509.UniformResourceIdentifier("http://ca.example/"))
    return _leaf(NAMES, x509.AuthorityInformationAccess([place]))


def test_an_answer_of_the_authoritys_responder_says_yes_or_no() -> None:
    """RFC 6960; the same three answers as by a list."""
    for chain in (_with_responder(), x5c_of(CHAIN)):
        assert DID == key_of_chain(chain, issuer=DID, roots=ROOTS, now=NOW, answers=[_answer(chain)]).controller
        assert "certificate-revoked" == _code(chain, answers=[_answer(chain, revoked=True)])
        assert "certificate-revoked" == _code(chain, answers=[*CRLS, _answer(chain), _answer(chain, revoked=True)])
        for answers in ((), [_answer(_leaf(NAMES))], [_answer(chain, DevelopmentCA.create(now=NOW))], [b"junk"]):
            assert "proof-uncheckable" == _code(chain, answers=answers)
        for at in (NOW - timedelta(days=2), NOW + timedelta(days=2)):
            assert "proof-uncheckable" == _code(chain, answers=[_answer(chain, at=at)])
            both = [_answer(chain, at=at), *CRLS]
            assert DID == key_of_chain(chain, issuer=DID, roots=ROOTS, now=NOW, answers=both).controller


def test_only_a_responder_is_a_promise_of_answers() -> None:
    chain = _with_responder(AuthorityInformationAccessOID.CA_ISSUERS)
    assert DID == key_of_chain(chain, issuer=DID, roots=ROOTS, now=NOW).controller


def test_a_name_of_a_kind_that_is_not_read_is_no_crash() -> None:
    """`[3] x400Address` in the subject's names: readable DER, and nothing that the path builder knows."""
    odd = x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, bytes.fromhex("3004a3020500"))
    assert "certificate-untrusted" == _code(_leaf(odd))


@pytest.mark.parametrize(
    "extension", [x509.BasicConstraints(ca=True, path_length=0), _usage(key_agreement=True)], ids=["ca", "usage"]
)
def test_a_certificate_that_may_not_sign_proves_nothing(extension: x509.ExtensionType) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = _signed(key, "leaf", AUTHORITY.root.subject, AUTHORITY._key, NAMES, extension)
    assert "certificate-untrusted" == _code(x5c_of([made]))
    good = _signed(key, "leaf", AUTHORITY.root.subject, AUTHORITY._key, NAMES, _usage(digital_signature=True))
    assert key.public_key() == key_of_chain(x5c_of([good]), issuer=DID, roots=ROOTS, now=NOW, answers=CRLS).key
