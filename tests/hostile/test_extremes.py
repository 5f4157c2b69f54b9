"""Values at the far end of what a format can say: each gets an answer, in words too, and never a defect.

The issuer itself signs them here, so nothing stands between them and the checks. Those that mean
something (an end of validity that is "never") are the valid twins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from proofs.bitstring_status_list import ttl_ms
from schemas.report import Verdict
from services.clock import StoppedClock
from tests.support.issuer_simulator import NOW, SimulatedIssuer, World, dumped
from tests.support.web import StandInParts, verifier_app
from verifier.desk import VerifierDesk
from verifier.status import CachedStatusSource
from verifier.verification import verify
from verifier.wording import sentences

VERIFIED, OVER, FAILED = Verdict.VERIFIED, Verdict.WAS_VALID, Verdict.FAILED
Case = Callable[[SimulatedIssuer], bytes]


def dated(**dates: Any) -> Case:
    return lambda issuer: issuer.signed(issuer.badge(**dates))


def in_proof(**members: Any) -> Case:
    def make(issuer: SimulatedIssuer) -> bytes:
        signed = issuer.proved(issuer.badge())
        return dumped({**signed, "proof": {**signed["proof"], **members}})

    return make


def key_revoked(moment: str) -> Case:
    def make(issuer: SimulatedIssuer) -> bytes:
        method, other = issuer.did_document()["verificationMethod"]
        issuer.publish(verificationMethod=[{**method, "revoked": moment}, other])
        return issuer.signed(issuer.badge())

    return make


def kept_for(ttl: Any) -> Case:
    def make(issuer: SimulatedIssuer) -> bytes:
        document = issuer.badge(index=3)
        listed = issuer.unsigned_list("revocation")
        listed["credentialSubject"]["ttl"] = ttl
        issuer.publish_list("revocation", listed)
        return issuer.signed(document)

    return make


EXTREMES: Mapping[str, tuple[Case, Verdict]] = {
    "B09 proof over before the calendar begins": (in_proof(expires="0001-01-01T00:00:00+14:00"), FAILED),
    "B09 proof made after the calendar ends": (in_proof(created="9999-12-31T23:59:59-14:00"), FAILED),
    "B18 nonce that leaves no statement": (in_proof(nonce=[]), FAILED),
    "B23 no end, as people write it": (dated(validUntil="9999-12-31T23:59:59Z"), VERIFIED),
    "B23 no end, written in Montréal": (dated(validUntil="9999-12-31T23:59:59-05:00"), VERIFIED),
    "B23 from the first moment": (dated(validFrom="0001-01-01T00:00:00Z"), VERIFIED),
    "B23 from before the first moment": (dated(validFrom="0001-01-01T00:00:00+14:00"), VERIFIED),
    "B23 over before the calendar begins": (
        dated(validFrom="0001-01-01T00:00:00Z", validUntil="0001-01-01T00:00:00+14:00"),
        OVER,
    ),
    "B23 begins when the calendar ends": (
        dated(validFrom="9999-12-31T23:59:59-14:00", validUntil="9999-12-31T23:59:59-14:00"),
        FAILED,
    ),
    "F07 key withdrawn when the calendar ends": (key_revoked("9999-12-31T23:59:59-05:00"), VERIFIED),
    "F07 key withdrawn before the calendar begins": (key_revoked("0001-01-01T00:00:00+05:00"), FAILED),
    "G05 list to be kept for 285,000 years": (kept_for(2**53 - 1), VERIFIED),
    "G05 list to be kept for no time": (kept_for(0), VERIFIED),
}


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("case", EXTREMES)
def test_the_far_end_of_the_scale_has_an_answer(world: World, case: str) -> None:
    """R63: also in words, in both languages."""
    make, verdict = EXTREMES[case]
    report = verify(make(world.issuer()), world.evidence())
    assert verdict is report.verdict
    assert "internal" not in {check.problem.code for check in report.checks if check.problem}
    for language in ("en", "fr"):
        assert sentences(report, language).headline


def test_the_far_end_of_the_scale_is_answered_over_http(world: World) -> None:
    client = verifier_app(StandInParts(verifier=VerifierDesk(world.evidence))).test_client()
    issuer = world.issuer()
    for make, verdict in EXTREMES.values():
        answer = client.post("/v1/verify", data=make(issuer), content_type="application/vc")
        assert (200, verdict.value) == (answer.status_code, answer.get_json()["verdict"])
        issuer.publish()


@pytest.mark.parametrize("ttl", [b"9007199254740991", b"9" * 300, b"-1", b'"x"', b"null"])
def test_a_cache_believes_no_time_to_live_that_no_calendar_holds(ttl: bytes) -> None:
    """F14: the text is not verified when it is put away."""
    raw = b'{"credentialSubject":{"ttl":' + ttl + b"}}"
    source = CachedStatusSource(lambda _url: raw, clock=StoppedClock(NOW))
    assert (raw, NOW) == (source.fetch("https://x.example/1").raw, source.fetch("https://x.example/1").fetched_at)


def test_a_time_to_live_is_at_most_a_year() -> None:
    assert 366 * 86_400_000 == ttl_ms({"credentialSubject": {"ttl": 10**15}})
