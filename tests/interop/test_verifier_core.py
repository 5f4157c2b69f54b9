"""The verifier of the Learner Credential Wallet judges our badges as we do.

It fetches did.json, status lists and registries over https and believes the real clock.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from schemas.report import Report
from tests.shared import shared
from tests.support.issuer_simulator import CLR, World, dumped, stamp
from tests.support.node import CONTEXTS, Judge
from tests.support.peer_issuer import SiteIssuer, federation, registry
from tests.support.peer_site import PeerSite
from verifier.verification import verify

pytestmark = pytest.mark.interop

OB_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
SIGNED = {"valid_signature": True, "expiration": True, "registered_issuer": True}
METHODS = ["web", "key"]
_numbers = count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerSite]:
    site = PeerSite(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


@pytest.fixture(scope="module")
def judge(site: PeerSite) -> Iterator[Judge]:
    judge = Judge("verifier_core.mjs", authority=site.authority)
    yield judge
    judge.close()


@pytest.fixture
def world() -> World:
    return World(now=datetime.now(UTC).replace(microsecond=0))  # the peer reads the real clock


def institution(world: World, site: PeerSite, method: str = "web", *, known: bool = True) -> SiteIssuer:
    """Return an issuer that the peer has not met: it remembers DID documents."""
    issuer = SiteIssuer(world, site, f"uni{next(_numbers)}", method=method)
    if known:
        world.trust(issuer.did)
    registry(site, *[entry.did for entry in world.trusted])
    return issuer


def theirs(judge: Judge, site: PeerSite, credential: Any, **more: Any) -> Any:
    known = {"name": "Registre d’essai", "type": "dcc-legacy", "url": f"{site.origin}/registry.json"}
    return judge.ask("credential", credential=credential, registries=[known], **more)


def ours(world: World, credential: Any) -> Report:
    return verify(dumped(credential), world.evidence())


def answers(report: Report) -> tuple[str, str, str]:
    """Return integrity, status and identity in one word each."""
    return report.integrity.answer.value, report.status.code or "yes", report.identity.answer.value


def one_list(issuer: SiteIssuer, **changes: Any) -> dict[str, Any]:
    return issuer.badge(index=7, **changes)


def two_lists(issuer: SiteIssuer) -> dict[str, Any]:
    return issuer.badge(credentialStatus=[issuer.entry(7), issuer.entry(9, "suspension")])


Case = tuple[Callable[[SiteIssuer], dict[str, Any]], dict[str, Any], tuple[str, str, str]]
CASES: dict[str, Case] = {
    "valid, no list": (lambda issuer: issuer.badge(), SIGNED, ("yes", "yes", "yes")),
    "valid, one list": (one_list, SIGNED | {"revocation_status": True}, ("yes", "yes", "yes")),
    "valid, two lists": (
        two_lists,
        SIGNED | {"revocation_status": True, "suspension_status": True},
        ("yes", "yes", "yes"),
    ),
    "expired": (
        lambda issuer: issuer.badge(validUntil=stamp(issuer.world.now - timedelta(days=1))),
        SIGNED | {"expiration": False},
        ("yes", "expired", "yes"),
    ),
}


@pytest.mark.parametrize("proofs", ["eddsa-rdfc-2022", "a proof set"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_it_says_what_we_say(judge: Judge, site: PeerSite, world: World, case: str, method: str, proofs: str) -> None:
    issuer = institution(world, site, method)
    make, steps, expected = CASES[case]
    credential = issuer.proof_set(make(issuer)) if proofs == "a proof set" else issuer.proved(make(issuer))
    answer = theirs(judge, site, credential)
    assert ([], steps) == (answer["errors"], answer["steps"]), answer
    assert expected == answers(ours(world, credential))


@pytest.mark.parametrize("method", METHODS)
def test_it_sees_a_revocation_and_a_suspension_and_that_a_suspension_was_lifted(
    judge: Judge, site: PeerSite, world: World, method: str
) -> None:
    issuer = institution(world, site, method)
    credential = issuer.proof_set(two_lists(issuer))
    issuer.set_bit(9, "suspension")
    assert SIGNED | {"revocation_status": True, "suspension_status": False} == theirs(judge, site, credential)["steps"]
    assert ("yes", "suspended", "yes") == answers(ours(world, credential))
    issuer.set_bit(9, "suspension", 0)
    assert SIGNED | {"revocation_status": True, "suspension_status": True} == theirs(judge, site, credential)["steps"]
    assert ("yes", "yes", "yes") == answers(ours(world, credential))
    issuer.revoke(7)
    assert SIGNED | {"revocation_status": False, "suspension_status": True} == theirs(judge, site, credential)["steps"]
    assert ("yes", "revoked", "yes") == answers(ours(world, credential))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("change", ["name", "validUntil", "credentialStatus"])
def test_it_refuses_what_was_changed(judge: Judge, site: PeerSite, world: World, change: str, method: str) -> None:
    issuer = institution(world, site, method)
    for signed in (issuer.proved(one_list(issuer)), issuer.proof_set(one_list(issuer))):
        altered = copy.deepcopy(signed)
        altered[change] = {
            "name": "Autre",
            "validUntil": stamp(world.now + timedelta(days=9_999)),
            "credentialStatus": issuer.entry(8),
        }[change]
        answer = theirs(judge, site, altered)
        assert (["invalid_signature"], {}) == (answer["errors"], answer["steps"])
        assert "tampered" == ours(world, altered).integrity.code


def test_one_good_proof_beside_a_bad_one_is_not_enough_for_us(judge: Judge, site: PeerSite, world: World) -> None:
    """Known difference: it takes a set as verified when one proof holds; VC Data Integrity 1.0, section 4.5: all."""
    issuer = institution(world, site)
    signed = issuer.proof_set(one_list(issuer))
    signed["proof"][1]["proofValue"] = issuer.proof_set(issuer.badge())["proof"][1]["proofValue"]
    answer = theirs(judge, site, signed)
    assert (True, []) == (answer["steps"].get("valid_signature"), answer["errors"])
    assert "tampered" == ours(world, signed).integrity.code


@pytest.mark.parametrize("method", METHODS)
def test_an_issuer_that_no_registry_names_is_unknown_to_both(
    judge: Judge, site: PeerSite, world: World, method: str
) -> None:
    issuer = institution(world, site, method, known=False)
    credential = issuer.proved(one_list(issuer))
    answer = theirs(judge, site, credential)
    assert ([], SIGNED | {"revocation_status": True, "registered_issuer": False}) == (
        answer["errors"],
        answer["steps"],
    )
    report = ours(world, credential)
    assert (("yes", "yes", "unknown"), "issuer-unknown") == (answers(report), report.identity.code)


def test_it_finds_our_issuer_in_both_forms_of_a_registry(judge: Judge, site: PeerSite, world: World) -> None:
    """interop.md, message 6: the list of the DCC, and OpenID Federation, where 404 means not known."""
    issuer, other = institution(world, site), institution(world, site, known=False)
    registries = [federation(site, issuer.jose_signer, issuer.did), registry(site, issuer.did)]
    answer = judge.ask("credential", credential=issuer.proved(issuer.badge()), registries=registries)
    assert ["Université du Nord"] * 2 == answer["issuers"]
    answer = judge.ask("credential", credential=other.proved(other.badge()), registries=registries)
    assert ([], [], SIGNED | {"registered_issuer": False}) == (
        answer["issuers"],
        answer["unchecked"],
        answer["steps"],
    )


def test_what_cannot_be_fetched_is_no_answer_for_both(judge: Judge, site: PeerSite, world: World) -> None:
    """Three answers: a list, a registry or a DID document that is away is not a no."""
    issuer = institution(world, site)
    credential = issuer.proved(one_list(issuer))
    address = issuer.list_url("revocation")
    del site.pages[address.removeprefix(site.origin)]
    world.status.unreachable.add(address)
    answer = theirs(judge, site, credential)
    assert SIGNED | {"revocation_status": "status_list_not_found"} == answer["steps"]
    assert ("yes", "status-unreachable", "yes") == answers(ours(world, credential))

    away = institution(world, site)
    credential = away.proved(away.badge())
    del site.pages[f"/t/{away.slug}/did.json"], world.documents[away.did]
    assert ["http_error_with_signature_check"] == theirs(judge, site, credential)["errors"]
    report = ours(world, credential)
    assert ("unknown", "did-unresolved") == (report.integrity.answer.value, report.integrity.code)


def test_a_list_signed_by_somebody_else_is_not_believed_by_us(judge: Judge, site: PeerSite, world: World) -> None:
    """Known difference: it asks its library not to compare the issuers (`verifyMatchingIssuers: false`)."""
    issuer, other = institution(world, site), institution(world, site)
    credential = issuer.proved(one_list(issuer))
    document = issuer.unsigned_list("revocation") | {"issuer": other.did}
    issuer.world.status.lists[issuer.list_url("revocation")] = other.signed(document)
    site.publish(f"/status/{issuer.slug}-revocation", other.signed(document), "application/vc")
    assert theirs(judge, site, credential)["steps"]["revocation_status"] is True
    assert ("yes", "status-unverified", "yes") == answers(ours(world, credential))


def test_the_list_that_it_believes_is_the_issuer_s_own(judge: Judge, site: PeerSite, world: World) -> None:
    issuer = institution(world, site)
    before = len(site.asked)
    theirs(judge, site, issuer.proved(one_list(issuer)))
    asked = site.asked[before:]
    assert {f"/t/{issuer.slug}/did.json", f"/status/{issuer.slug}-revocation", "/registry.json"} == set(asked)


def test_a_transcript_with_signed_parts_verifies_there_with_our_context_at_hand(
    judge: Judge, site: PeerSite, world: World
) -> None:
    """The context of CLR 2.0 is not among those it carries: it asks 1EdTech for it."""
    issuer = institution(world, site)
    transcript = issuer.proved(issuer.transcript())
    entry = next(e for e in json.loads((CONTEXTS / "manifest.json").read_text())["contexts"] if e["address"] == CLR)
    pages = {CLR: json.loads((CONTEXTS / entry["file"]).read_text())}
    answer = theirs(judge, site, transcript, pages=pages)
    assert ([], SIGNED) == (answer["errors"], answer["steps"])
    assert CLR in answer["asked"]
    for child in transcript["credentialSubject"]["verifiableCredential"]:
        assert SIGNED == theirs(judge, site, child)["steps"]
    transcript["credentialSubject"]["verifiableCredential"][1]["credentialSubject"]["achievement"]["name"] = "Autre"
    assert ["invalid_signature"] == theirs(judge, site, transcript, pages=pages)["errors"]
    assert "tampered" == ours(world, transcript).integrity.code


def test_our_badge_follows_the_schema_that_it_applies(judge: Judge, site: PeerSite, world: World) -> None:
    issuer = institution(world, site)
    schema = json.loads(shared("schemas", "ob_v3p0_achievementcredential_schema.json").read_text())
    answer = theirs(judge, site, issuer.proved(one_list(issuer)), pages={OB_SCHEMA: schema})
    assert [{"schema": OB_SCHEMA, "valid": True}] == answer["schemas"]


def test_it_verifies_our_presentation(judge: Judge, site: PeerSite, world: World) -> None:
    """Known difference: it asks presentations for the purpose assertionMethod, as LearnCard signs them."""
    issuer, holder = institution(world, site), world.stranger()
    badge = issuer.badge(index=7)
    badge["credentialSubject"]["id"] = holder.did
    known = [{"name": "R", "type": "dcc-legacy", "url": f"{site.origin}/registry.json"}]
    made = holder.proved(holder.presentation(issuer.proved(badge)), challenge="c-1")
    answer = judge.ask("presentation", presentation=made, challenge="c-1", registries=known)
    assert "valid" == answer["signature"], answer
    assert [SIGNED | {"revocation_status": True}] == [inside["steps"] for inside in answer["credentials"]]
    made["holder"] = issuer.did
    answer = judge.ask("presentation", presentation=made, challenge="c-1", registries=known)
    assert "invalid" == answer["signature"]
