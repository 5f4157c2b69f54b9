"""All that one verification waits for shares one bound, however it was asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from schemas.limits import DEFAULT
from schemas.problems import STATUS_UNREACHABLE, ProblemError
from schemas.report import Report
from services.patience import is_over, seconds_left
from tests.support.issuer_simulator import World
from verifier.document import Kind
from verifier.evidence import StatusListReceived
from verifier.verification import verify, verify_object

ENTRY = {
    "id": "https://lists.example/1#4",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "4",
    "statusListCredential": "https://lists.example/1",
}


class Watching:
    """A source of lists that notes how much time whoever asks has left."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def fetch(self, list_url: str) -> StatusListReceived:
        del list_url
        self.seen.append(seconds_left(60.0))
        raise ProblemError(STATUS_UNREACHABLE.about())


@pytest.mark.parametrize("as_object", [False, True])
def test_what_a_verification_waits_for_ends_with_it(*, as_object: bool) -> None:
    world, source = World(), Watching()
    raw = (issuer := world.issuer()).signed(issuer.badge(credentialStatus=ENTRY))
    evidence = replace(world.evidence(), status=source, limits=replace(DEFAULT, verification_seconds=0.0))
    report: Report = verify_object(json.loads(raw), Kind.CREDENTIAL, evidence) if as_object else verify(raw, evidence)
    assert [0.0] == source.seen
    assert "status-unreachable" in {check.problem.code for check in report.checks if check.problem}
    assert not is_over()
