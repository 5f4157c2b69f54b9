"""Tokens with disclosures whose issuer is named by a certificate: the trust list says whose roots count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keys.certificates import DevelopmentCA
from keys.x5c import x5c_of
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import NOW, SimulatedIssuer, World
from tests.support.signers import raw_token
from verifier.verification import verify


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


@pytest.fixture
def authority(world: World, issuer: SimulatedIssuer) -> DevelopmentCA:
    """Return an authority whose root the trust list names for the issuer."""
    authority = DevelopmentCA.create(now=NOW)
    world.trust(issuer.did, seal_roots=(authority.root,))
    return authority


def token(by: SimulatedIssuer, chain: Sequence[x509.Certificate], *, iss: str = "", **header: Any) -> bytes:
    """Return a token with a chain, that says it is of `iss`."""
    whole = {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": x5c_of(chain), **header}
    claims = {"vct": "https://example.org/degree", "iss": iss or by.did, "degree": "BSc"}
    return (raw_token(whole, claims, by.jose_signer) + "~").encode()


def chain_of(by: SimulatedIssuer, authority: DevelopmentCA, did: str = "") -> Sequence[x509.Certificate]:
    key = by.jose_key.public_key()
    return authority.seal_certificate(key, organisation="Uni", did=did or by.did, now=NOW)


def asked(raw: bytes, world: World, *lists: DevelopmentCA) -> Report:
    crls = tuple(authority.crl(now=NOW).public_bytes(Encoding.DER) for authority in lists)
    return verify(raw, world.evidence(revocations=lambda: crls))


def codes(report: Report) -> dict[str, str]:
    return {check.id: check.problem.code for check in report.checks if check.problem}


def test_a_certificate_under_a_root_of_the_issuer_is_believed(
    world: World, issuer: SimulatedIssuer, authority: DevelopmentCA
) -> None:
    report = asked(token(issuer, chain_of(issuer, authority)), world, authority)
    assert (Verdict.VERIFIED, {}) == (report.verdict, codes(report))
    assert issuer.did == report.identity.facts["did"]


def test_whether_it_was_revoked_has_three_answers(
    world: World, issuer: SimulatedIssuer, authority: DevelopmentCA
) -> None:
    chain = chain_of(issuer, authority)
    raw = token(issuer, chain)
    assert Verdict.VERIFIED is asked(raw, world, authority).verdict
    unknown = asked(raw, world)
    assert ({"signature": "proof-uncheckable"}, Verdict.NOT_FULLY_CHECKED) == (codes(unknown), unknown.verdict)
    authority.revoke(chain[0], at=NOW)
    revoked = asked(raw, world, authority)
    assert ({"signature": "certificate-revoked"}, Verdict.FAILED) == (codes(revoked), revoked.verdict)


def test_roots_count_for_their_own_issuer_alone(
    world: World, issuer: SimulatedIssuer, authority: DevelopmentCA
) -> None:
    """B06: whoever has a certificate under a listed root is not every issuer on the list."""
    other = world.issuer("other")
    raw = token(issuer, chain_of(issuer, authority, other.did), iss=other.did)
    assert {"signature": "proof-uncheckable"} == codes(asked(raw, world, authority))
    others = DevelopmentCA.create(now=NOW)
    world.trust(other.did, seal_roots=(others.root,))
    assert {"signature": "certificate-untrusted"} == codes(asked(raw, world, authority, others))
    own = token(issuer, chain_of(issuer, others, other.did), iss=other.did)
    assert Verdict.VERIFIED is asked(own, world, others).verdict, "whose key a listed root says is another's"


def test_a_chain_of_an_issuer_that_nobody_vouches_for_could_not_be_checked(world: World) -> None:
    stranger, authority = world.stranger(), DevelopmentCA.create(now=NOW)
    report = asked(token(stranger, chain_of(stranger, authority)), world, authority)
    assert ({"signature": "proof-uncheckable"}, Verdict.NOT_FULLY_CHECKED) == (codes(report), report.verdict)


def test_the_key_that_kid_names_is_asked_before_a_certificate(
    world: World, issuer: SimulatedIssuer, authority: DevelopmentCA
) -> None:
    """C03: a chain beside a name proves nothing."""
    thief = world.stranger()
    raw = token(thief, chain_of(thief, authority, issuer.did), iss=issuer.did, kid=f"{issuer.did}#key-2")
    assert {"signature": "tampered"} == codes(asked(raw, world, authority))


def test_a_certificate_names_an_issuer_and_no_holder(
    world: World, issuer: SimulatedIssuer, authority: DevelopmentCA
) -> None:
    raw = token(issuer, chain_of(issuer, authority), typ="vp+sd-jwt")
    assert {"signature": "not-by-issuer"} == codes(asked(raw, world, authority))
