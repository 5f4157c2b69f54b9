"""Tokens with disclosures: SD-JWT VC, and VCDM 2.0 credentials secured as SD-JWT (R92)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from proofs import jws, sd_jwt_vc, token_status_list
from proofs.sd_jwt import Concealed
from proofs.token_status_list import TokenStatuses
from schemas.problems import NETWORK_FORBIDDEN, TOO_LARGE, Outcome, ProblemError, ProblemType
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import HOST, NOW, SimulatedIssuer, World, stamp
from verifier.evidence import Expected, ListMemory, StatusListReceived
from verifier.verification import verify
from verifier.wording import sentences

LIST = f"https://{HOST}/status/tokens"
QUESTION = Expected(challenge="n-1", domain="https://employer.example")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


def seconds(at: Any) -> int:
    return int(at.timestamp())


def token(by: SimulatedIssuer, /, **changes: Any) -> str:
    """Return a degree whose grade may be withheld; None takes a claim away."""
    claims = {
        "iss": by.did,
        "iat": seconds(NOW) - 60,
        "nbf": seconds(NOW) - 60,
        "exp": seconds(NOW) + 3_600,
        "degree": "BSc",
        "grade": Concealed("A"),
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return sd_jwt_vc.issue(
        kept, vct="https://example.org/degree", signer=by.jose_signer, holder_key=by.key.public_key()
    )


def codes(report: Report) -> dict[str, str | None]:
    return {
        check.id: check.problem.code if check.problem else None
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    }


@pytest.mark.parametrize("ending", ["", "\n"])
def test_an_sd_jwt_vc_is_verified(world: World, issuer: SimulatedIssuer, ending: str) -> None:
    report = verify((token(issuer) + ending).encode(), world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert sentences(report, "en").lines[2].sentence.startswith("Issued by Example University")
    assert (NOW - timedelta(minutes=1)).isoformat() == report.integrity.facts["signed_at"]


def test_what_is_withheld_takes_nothing_away(world: World, issuer: SimulatedIssuer) -> None:
    shown = sd_jwt_vc.present(token(issuer), disclose=[], now=NOW)
    assert Verdict.VERIFIED is verify(shown.encode(), world.evidence()).verdict


def test_the_holder_answers_the_question_that_was_asked(world: World, issuer: SimulatedIssuer) -> None:
    shown = sd_jwt_vc.present(
        token(issuer),
        disclose=["/grade"],
        now=NOW,
        holder=issuer.signer,
        audience=str(QUESTION.domain),
        nonce=str(QUESTION.challenge),
    ).encode()
    assert Verdict.VERIFIED is verify(shown, world.evidence(expected=QUESTION)).verdict
    for expected, code in (
        (Expected("n-2", QUESTION.domain), "challenge-wrong"),
        (Expected(QUESTION.challenge, "https://other.example"), "domain-wrong"),
        (Expected(challenge="n-1"), "proof-uncheckable"),
    ):
        assert code == codes(verify(shown, world.evidence(expected=expected)))["signature"]
    unbound = token(issuer).encode()
    assert "holder-mismatch" == codes(verify(unbound, world.evidence(expected=QUESTION)))["signature"]


def test_a_changed_disclosure_is_found(world: World, issuer: SimulatedIssuer) -> None:
    """D01."""
    issued, disclosure, _ = token(issuer).split("~")
    for altered in (f"{issued}~{disclosure[:-2]}AA~", f"{issued}~{disclosure}~{disclosure}~", f"{issued}~~"):
        assert "signature" in codes(verify(altered.encode(), world.evidence()))


def test_dates_are_those_of_the_token(world: World, issuer: SimulatedIssuer) -> None:
    raw = token(issuer).encode()
    world.now = NOW + timedelta(hours=1)
    assert Verdict.WAS_VALID is verify(raw, world.evidence()).verdict
    later = token(issuer, nbf=seconds(NOW) + 7_200, exp=None).encode()
    assert "not-yet-valid" == codes(verify(later, world.evidence()))["validity"]
    endless = token(issuer, nbf=None, exp=None, iat=None).encode()
    report = verify(endless, world.evidence())
    assert (Verdict.VERIFIED, None) == (report.verdict, report.integrity.facts.get("signed_at"))


def test_claims_with_names_of_the_other_data_model_are_just_claims(world: World, issuer: SimulatedIssuer) -> None:
    victim = world.issuer("victim")
    raw = token(
        issuer,
        issuer={"id": victim.did},
        validUntil="soon",
        relatedResource=7,
        credentialSubject={"verifiableCredential": [7]},
    ).encode()
    report = verify(raw, world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert issuer.did == report.identity.facts["did"]


def test_a_token_in_the_name_of_another_is_found(world: World, issuer: SimulatedIssuer) -> None:
    """B06."""
    report = verify(token(world.issuer("other"), iss=issuer.did).encode(), world.evidence())
    assert {"binding": "not-by-issuer"} == codes(report)


# status


def publish(issuer: SimulatedIssuer, value: int, **changes: Any) -> None:
    statuses = TokenStatuses(64, bits=4)
    statuses[7] = value
    options = {"uri": LIST, "signer": issuer.jose_signer, "issued_at": NOW, "expires": NOW + timedelta(hours=1)}
    listed = token_status_list.issue_list(statuses, **{**options, **changes})
    issuer.world.status.lists[LIST] = listed.encode()


def with_status(issuer: SimulatedIssuer, **changes: Any) -> bytes:
    return token(issuer, status=token_status_list.entry_claim(LIST, 7), **changes).encode()


@pytest.mark.parametrize(
    ("value", "code", "verdict"),
    [
        (0, None, Verdict.VERIFIED),
        (1, "revoked", Verdict.FAILED),
        (2, "suspended", Verdict.FAILED),
        (3, "status-unverified", Verdict.NOT_FULLY_CHECKED),
    ],
)
def test_each_status_has_its_answer(
    world: World, issuer: SimulatedIssuer, value: int, code: str | None, verdict: Verdict
) -> None:
    publish(issuer, value)
    report = verify(with_status(issuer), world.evidence())
    assert (code, verdict) == (codes(report).get("status"), report.verdict)


def test_a_list_that_is_not_right_is_a_doubt(world: World, issuer: SimulatedIssuer) -> None:
    raw = with_status(issuer)
    assert {"status": "status-unreachable"} == codes(verify(raw, world.evidence()))
    for changes, code in (
        ({"signer": world.issuer("other").jose_signer}, "status-unverified"),
        ({"uri": f"{LIST}2"}, "status-unverified"),
        ({"expires": NOW}, "status-stale"),
    ):
        publish(issuer, 0, **changes)
        assert {"status": code} == codes(verify(raw, world.evidence())), changes
    publish(issuer, 0)
    beyond = token(issuer, status=token_status_list.entry_claim(LIST, 7_000)).encode()
    assert {"status": "status-out-of-range"} == codes(verify(beyond, world.evidence()))


def test_of_lists_of_two_kinds_the_worst_answer_counts(world: World, issuer: SimulatedIssuer) -> None:
    raw = with_status(issuer, credentialStatus=issuer.entry(3))
    assert {"status": "status-unreachable"} == codes(verify(raw, world.evidence()))
    publish(issuer, 0)
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    publish(issuer, 2)
    assert {"status": "suspended"} == codes(verify(raw, world.evidence()))
    issuer.revoke(3)
    assert {"status": "revoked"} == codes(verify(raw, world.evidence()))


def test_a_list_kept_longer_than_it_allows_is_a_doubt(world: World, issuer: SimulatedIssuer) -> None:
    """G05: a cache between may be slow to ask again."""
    publish(issuer, 0, ttl=timedelta(minutes=5))
    kept = StatusListReceived(issuer.world.status.lists[LIST], NOW - timedelta(minutes=5))

    class Keeping:
        def fetch(self, list_url: str) -> StatusListReceived:
            assert LIST == list_url
            return kept

    raw = with_status(issuer)
    assert Verdict.VERIFIED is verify(raw, world.evidence(status=Keeping())).verdict
    kept = StatusListReceived(kept.raw, NOW - timedelta(minutes=5, seconds=1))
    assert {"status": "status-stale"} == codes(verify(raw, world.evidence(status=Keeping())))


def test_an_older_list_in_the_place_of_a_newer_one_is_noticed(world: World, issuer: SimulatedIssuer) -> None:
    """X16."""
    memory, raw = ListMemory(), with_status(issuer)
    publish(issuer, 1)
    assert {"status": "revoked"} == codes(verify(raw, world.evidence(list_memory=memory)))
    publish(issuer, 0, issued_at=NOW - timedelta(minutes=1))
    assert {"status": "status-stale"} == codes(verify(raw, world.evidence(list_memory=memory)))


@pytest.mark.parametrize(
    ("problem", "code"), [(NETWORK_FORBIDDEN, "network-forbidden"), (TOO_LARGE, "status-unreachable")]
)
def test_an_address_that_gives_no_list_is_a_doubt(
    world: World, issuer: SimulatedIssuer, problem: ProblemType, code: str
) -> None:
    class Refusing:
        def fetch(self, list_url: str) -> StatusListReceived:
            raise ProblemError(problem.about(list_url))

    report = verify(with_status(issuer), world.evidence(status=Refusing()))
    assert ({"status": code}, Verdict.NOT_FULLY_CHECKED) == (codes(report), report.verdict)


# credentials of the VCDM


def secured(issuer: SimulatedIssuer, claims: dict[str, Any]) -> bytes:
    header = {"kid": issuer.jose_signer.verification_method, "typ": "vc+sd-jwt"}
    return (jws.sign(header, json.dumps(claims).encode(), signer=issuer.jose_signer) + "~").encode()


def test_a_credential_of_the_data_model_is_judged_as_one(world: World, issuer: SimulatedIssuer) -> None:
    raw = secured(issuer, issuer.badge(index=3))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    issuer.revoke(3)
    assert {"status": "revoked"} == codes(verify(raw, world.evidence()))
    assert "malformed" == codes(verify(secured(issuer, issuer.badge(issuer=7)), world.evidence()))["signature"]


def test_of_two_ends_the_earlier_counts(world: World, issuer: SimulatedIssuer) -> None:
    for changes in ({"exp": seconds(NOW) - 1}, {"validUntil": stamp(NOW - timedelta(seconds=1))}):
        raw = secured(issuer, {**issuer.badge(), "exp": seconds(NOW) + 60, **changes})
        assert {"validity": "expired"} == codes(verify(raw, world.evidence()))
