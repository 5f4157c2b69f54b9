"""Proofs that held are remembered; everything else is asked again, and a defect stays in its check."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from schemas.report import Verdict
from tests.support.issuer_simulator import NOW, BrokenStatusSource, World, stamp
from tests.support.reports import answers, codes
from verifier.evidence import Evidence
from verifier.proof_cache import ProofCache
from verifier.verification import verify


@pytest.fixture
def world() -> World:
    return World()


def test_a_defect_of_ours_is_told_in_its_check_alone_and_logged_without_the_document(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer = world.issuer()
    report = verify(issuer.signed(issuer.badge(index=1)), world.evidence(status=BrokenStatusSource()))
    assert {"status": "internal"} == codes(report)
    assert ("yes", "unknown", "yes") == answers(report)
    assert Verdict.NOT_FULLY_CHECKED is report.verdict
    logged = capsys.readouterr()
    assert "ZeroDivisionError" in logged.out + logged.err
    assert "status/udem" not in logged.out + logged.err


class Counting(Converter):
    """A converter that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(BundledLoader.open())
        self.count = 0

    def canonical(self, *args: Any, **options: Any) -> str:
        self.count += 1
        return super().canonical(*args, **options)


def cached(world: World) -> tuple[Evidence, Counting]:
    counting = Counting()
    return world.evidence(proof_cache=ProofCache(4), converter=counting), counting


def test_a_proof_that_held_is_remembered_and_everything_else_is_asked_again(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(index=2))
    evidence, counting = cached(world)
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    before = counting.count
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    assert before == counting.count
    issuer.revoke(2)
    assert Verdict.FAILED is verify(raw, evidence).verdict
    late = replace(evidence, now=NOW + timedelta(days=400))
    assert "expired" == codes(verify(raw, late))["validity"]


def test_one_other_byte_is_another_document_for_the_cache(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    evidence, _ = cached(world)
    verify(raw, evidence)
    assert "tampered" == codes(verify(raw.replace(b"Atelier", b"Atelies", 1), evidence))["signature"]


def test_a_remembered_proof_does_not_outlive_its_key(world: World) -> None:
    """F07: a new key under the same name, or the key withdrawn."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    evidence, _ = cached(world)
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    good = issuer.did_document()["verificationMethod"]
    issuer.publish(verificationMethod=[{**good[0], "revoked": stamp(NOW - timedelta(days=1))}, good[1]])
    assert "key-compromised" == codes(verify(raw, evidence))["signature"]
    other = World().issuer()
    other_key = other.did_document()["verificationMethod"][0]["publicKeyMultibase"]
    issuer.publish(verificationMethod=[{**good[0], "publicKeyMultibase": other_key}, good[1]])
    assert "tampered" == codes(verify(raw, evidence))["signature"]


def test_a_remembered_proof_does_not_outlive_its_own_end(world: World) -> None:
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge(), expires=NOW + timedelta(hours=1))
    evidence, _ = cached(world)
    assert Verdict.VERIFIED is verify(raw, evidence).verdict
    late = replace(evidence, now=NOW + timedelta(hours=1))
    assert "proof-expired" == codes(verify(raw, late))["signature"]


def test_a_document_that_failed_is_not_remembered(world: World) -> None:
    issuer = world.issuer()
    evidence, _ = cached(world)
    verify(issuer.signed(issuer.badge()).replace(b"Atelier", b"Atelies", 1), evidence)
    assert 0 == len(evidence.proof_cache or ())


# any change
