"""How old an answer about status may be: out of reach, last known, time to live, older than one seen before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.problems import NETWORK_FORBIDDEN, TOO_LARGE, Outcome, ProblemError, ProblemType
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import HOST, NOW, SimulatedIssuer, World
from verifier.evidence import ListMemory, StatusListReceived
from verifier.verification import verify
from verifier.wording import sentences


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


def code(report: Report) -> str | None:
    return next((check.problem.code for check in report.checks if check.id == "status" and check.problem), None)


def other_checks_passed(report: Report) -> bool:
    return all(check.outcome is Outcome.PASSED for check in report.checks if check.id != "status")


def test_a_list_out_of_reach_is_a_doubt_with_the_last_known_answer(issuer: SimulatedIssuer, world: World) -> None:
    """G08, R63."""
    raw = issuer.signed(issuer.badge(index=4))
    verify(raw, world.evidence())
    world.now = NOW + timedelta(hours=30)
    world.status.unreachable.add(issuer.list_url("revocation"))
    report = verify(raw, world.evidence())
    assert ("status-unreachable", Verdict.NOT_FULLY_CHECKED) == (code(report), report.verdict)
    assert (
        "We could not reach the issuer's list; last known answer: in force at November 22, 2026, 14:05 UTC."
        == sentences(report, "en").lines[1].sentence
    )


def test_the_gravest_last_known_answer_is_told(issuer: SimulatedIssuer, world: World) -> None:
    entries = [issuer.entry(5, "revocation"), issuer.entry(6, "suspension")]
    raw = issuer.signed(issuer.badge(credentialStatus=entries))
    issuer.set_bit(6, "suspension")
    verify(raw, world.evidence())
    world.status.unreachable |= {issuer.list_url("revocation"), issuer.list_url("suspension")}
    report = verify(raw, world.evidence())
    assert "suspended" == report.status.facts["last_known"]


def test_a_last_known_list_that_cannot_be_believed_is_not_told(issuer: SimulatedIssuer, world: World) -> None:
    raw = issuer.signed(issuer.badge(index=4))
    url = issuer.list_url("revocation")
    world.status.last_known[url] = StatusListReceived(b"<html>", NOW)
    world.status.unreachable.add(url)
    report = verify(raw, world.evidence())
    assert "status-unreachable" == code(report)
    assert "last_known" not in report.status.facts


class Refusing:
    """A source that refuses with a problem."""

    def __init__(self, problem: ProblemType) -> None:
        self.problem = problem

    def fetch(self, list_url: str) -> StatusListReceived:
        raise ProblemError(self.problem.about(list_url))


@pytest.mark.parametrize(
    ("problem", "expected"), [(NETWORK_FORBIDDEN, "network-forbidden"), (TOO_LARGE, "status-unreachable")]
)
def test_an_address_that_may_not_be_asked_is_a_doubt_about_the_status_alone(
    issuer: SimulatedIssuer, world: World, problem: ProblemType, expected: str
) -> None:
    """F11: and never a failure of the document."""
    report = verify(issuer.signed(issuer.badge(index=4)), world.evidence(status=Refusing(problem)))
    assert expected == code(report)
    assert ("yes", "unknown", "yes") == (
        report.integrity.answer.value,
        report.status.answer.value,
        report.identity.answer.value,
    )


# old lists


def test_a_list_kept_beyond_its_time_to_live_is_stale(issuer: SimulatedIssuer, world: World) -> None:
    """G05, X12: five minutes unless the list says otherwise."""
    raw = issuer.signed(issuer.badge(index=4))
    received = world.status.fetch(issuer.list_url("revocation"))

    class Kept:
        def fetch(self, _: str) -> StatusListReceived:
            return received

    for age, expected in ((timedelta(minutes=5), None), (timedelta(minutes=5, seconds=1), "status-stale")):
        world.now = NOW + age
        assert expected == code(verify(raw, world.evidence(status=Kept())))


@pytest.mark.parametrize(("minutes", "expected"), [(1, None), (10, "status-unverified")])
def test_a_list_signed_while_we_are_at_work_is_in_force(
    issuer: SimulatedIssuer, world: World, minutes: int, expected: str | None
) -> None:
    """K08: clocks may differ by five minutes; a list whose proof is of the future is not believed."""
    raw = issuer.signed(issuer.badge(index=5))
    world.now = NOW + timedelta(minutes=minutes)
    issuer.set_bit(6)
    assert expected == code(verify(raw, world.evidence().as_of(NOW)))


def test_a_list_older_than_one_seen_before_is_not_believed(issuer: SimulatedIssuer, world: World) -> None:
    """G05, X16: putting an old list back does not un-revoke."""
    raw = issuer.signed(issuer.badge(index=4))
    memory = ListMemory()
    old = world.status.lists[issuer.list_url("revocation")]
    assert Verdict.VERIFIED is verify(raw, world.evidence(list_memory=memory)).verdict
    world.now = NOW + timedelta(minutes=10)
    issuer.revoke(4)
    assert "revoked" == code(verify(raw, world.evidence(list_memory=memory)))
    world.status.lists[issuer.list_url("revocation")] = old
    assert "status-stale" == code(verify(raw, world.evidence(list_memory=memory)))
    assert None is code(verify(raw, world.evidence())), "without a memory nothing can be noticed"


def test_nobody_can_make_another_s_list_look_old(issuer: SimulatedIssuer, world: World) -> None:
    """A stranger's list that bears the address of ours is refused before its date is remembered."""
    raw = issuer.signed(issuer.badge(index=4))
    memory = ListMemory()
    assert Verdict.VERIFIED is verify(raw, world.evidence(list_memory=memory)).verdict
    world.now = NOW + timedelta(minutes=10)
    stranger = world.stranger()
    own = stranger.signed(stranger.badge(index=1))
    document = stranger.unsigned_list("revocation", id=issuer.list_url("revocation"))
    world.status.lists[stranger.list_url("revocation")] = stranger.signed(document)
    assert "status-unverified" == code(verify(own, world.evidence(list_memory=memory)))
    assert Verdict.VERIFIED is verify(raw, world.evidence(list_memory=memory)).verdict


def test_the_memory_of_lists_is_bounded() -> None:
    memory = ListMemory(size=2)
    for number in range(3):
        assert NOW == memory.newest(f"https://{HOST}/{number}", NOW)
    assert NOW - timedelta(1) == memory.newest(f"https://{HOST}/0", NOW - timedelta(1)), "the oldest was forgotten"
    assert NOW == memory.newest(f"https://{HOST}/2", NOW - timedelta(1))


def test_a_list_without_dates_is_believed_for_its_time_to_live(issuer: SimulatedIssuer, world: World) -> None:
    raw = issuer.signed(issuer.badge(index=4))
    document = {
        key: value
        for key, value in issuer.unsigned_list("revocation").items()
        if key not in {"validFrom", "validUntil"}
    }
    issuer.publish_list("revocation", document)
    assert Verdict.VERIFIED is verify(raw, world.evidence(list_memory=ListMemory())).verdict
