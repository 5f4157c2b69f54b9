"""A chain in a token's header counts only down from a trusted root, for the issuer it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from keys.certificates import DevelopmentCA
from keys.x5c import key_of_chain, x5c_of
from schemas.problems import ProblemError

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
DID = "did:web:registrar.parchemin.example:t:uni"
AUTHORITY = DevelopmentCA.create(now=NOW)
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
CHAIN = AUTHORITY.seal_certificate(KEY, organisation="Uni", did=DID, now=NOW)
ROOTS = (AUTHORITY.root,)


def _code(x5c: object, *, issuer: str = DID, roots: Any = ROOTS, now: datetime = NOW) -> str:
    with pytest.raises(ProblemError) as caught:
        key_of_chain(x5c, issuer=issuer, roots=roots, now=now)
    return caught.value.problem.code


def test_a_chain_to_a_trusted_root_gives_the_key_of_the_issuer_it_names() -> None:
    found = key_of_chain(x5c_of(CHAIN), issuer=DID, roots=ROOTS, now=NOW)
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
