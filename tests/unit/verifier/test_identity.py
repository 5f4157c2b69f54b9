"""Whose key signed, and does anybody vouch for them (threats.md B06, F08)?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from keys.multibase import encode_multikey
from schemas.report import Verdict
from tests.support.issuer_simulator import NOW, OB, V2, SimulatedIssuer, World, urn
from tests.support.reports import answers, codes
from verifier.verification import verify


@pytest.fixture
def world() -> World:
    return World()


def test_a_key_of_somebody_else_does_not_sign_for_the_issuer(world: World) -> None:
    issuer, stranger = world.issuer(), world.stranger()
    raw = stranger.signed(issuer.badge())
    report = verify(raw, world.evidence())
    assert {"binding": "not-by-issuer"} == codes(report)
    assert ("yes", "yes", "no") == answers(report)
    assert Verdict.FAILED is report.verdict


def test_a_stranger_cannot_add_a_signature_to_a_genuine_document(world: World) -> None:
    issuer, stranger = world.issuer(), world.stranger()
    signed = issuer.proved(issuer.badge())
    report = verify(stranger.signed(signed), world.evidence())
    assert {"binding": "not-by-issuer"} == codes(report)


def test_a_document_may_be_countersigned_by_an_issuer_that_is_known(world: World) -> None:
    issuer, partner = world.issuer("a"), world.issuer("b")
    signed = issuer.proved(issuer.badge())
    assert Verdict.VERIFIED is verify(partner.signed(signed), world.evidence()).verdict


def test_known_issuers_do_not_sign_for_each_other(world: World) -> None:
    issuer, partner = world.issuer("a"), world.issuer("b")
    assert {"binding": "not-by-issuer"} == codes(verify(partner.signed(issuer.badge()), world.evidence()))


@pytest.mark.parametrize("name", ["Example University", [{"@value": "Example University", "@language": "en"}], None])
def test_the_name_an_issuer_gives_itself_is_told_as_its_claim(world: World, name: Any) -> None:
    stranger = world.stranger()
    issuer: dict[str, Any] = {"id": stranger.did, "type": ["Profile"]}
    if name:
        issuer["name"] = name
    context = [V2] if isinstance(name, list) else [V2, OB]
    document = stranger.badge(issuer=issuer)
    if isinstance(name, list):
        issuer.pop("type")
        document = {
            "@context": context,
            "type": ["VerifiableCredential"],
            "issuer": issuer,
            "credentialSubject": {"id": urn()},
        }
    report = verify(stranger.signed(document), world.evidence())
    assert {"issuer": "issuer-unknown"} == codes(report)
    assert ("Example University" if name else None) == report.identity.facts.get("name")


def test_an_issuer_named_by_its_id_alone_is_found(world: World) -> None:
    issuer = world.issuer()
    document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "credentialSubject": {"id": urn()},
    }
    report = verify(issuer.signed(document), world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert None is report.document_id


@pytest.mark.parametrize(
    ("changes", "code", "identity"),
    [
        ({"until": NOW}, None, "yes"),
        ({"until": NOW - timedelta(minutes=1)}, "issuer-withdrawn", "no"),
        ({"since": NOW}, "issuer-unknown", "unknown"),
        ({"since": NOW - timedelta(minutes=1)}, None, "yes"),
        ({"successor": "did:web:other.example"}, None, "yes"),
    ],
)
def test_an_issuer_is_believed_for_what_it_signed_while_it_was_recognised(
    world: World, changes: Mapping[str, Any], code: str | None, identity: str
) -> None:
    """The badge is signed one minute before NOW."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    world.trust(issuer.did, **changes)
    report = verify(raw, world.evidence())
    assert code == codes(report).get("issuer")
    assert identity == report.identity.answer.value


def test_whoever_takes_a_domain_over_is_not_the_issuer_whose_keys_are_listed(world: World) -> None:
    """F08: the did:web document is theirs, and so is the date that they write; the keys on the list are not."""
    issuer = world.issuer()
    genuine, listed = issuer.signed(issuer.badge()), encode_multikey(issuer.signer.public_key)
    thief = SimulatedIssuer(world, issuer.did, "thief")
    thief.publish()
    early = thief.signed(thief.badge(), created=NOW - timedelta(days=1))
    world.trust(issuer.did, until=NOW)
    assert {} == codes(verify(early, world.evidence())), "nothing but a listed key tells them apart"
    world.trust(issuer.did, until=NOW, keys=(listed,))
    report = verify(early, world.evidence())
    assert ({"issuer": "issuer-unknown"}, "unknown") == (codes(report), report.identity.answer.value)
    issuer.publish()
    assert {} == codes(verify(genuine, world.evidence()))
