"""The verifier as the rest of the building asks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from schemas.report import Verdict
from tests.support.issuer_simulator import NOW, World
from verifier.desk import VerifierDesk
from verifier.document import Kind


def test_what_was_examined_comes_with_its_claims() -> None:
    world = World()
    issuer = world.issuer()
    document = issuer.badge()
    found = VerifierDesk(world.evidence).examine(issuer.signed(document))
    assert Verdict.VERIFIED is found.report.verdict
    assert found.document is not None
    assert document["id"] == found.document.claims["id"]


def test_a_desk_with_other_evidence_leaves_the_first_as_it_was() -> None:
    """What answers for a proof alone may look at more; whole verifications do not."""
    world = World()
    issuer = world.issuer()
    badge = issuer.proved(issuer.badge())
    desk = VerifierDesk(world.evidence)
    other = desk.changed(
        lambda evidence: replace(evidence, now=NOW + timedelta(days=3650)),
        for_proofs=lambda evidence: replace(evidence, limits=replace(evidence.limits, proofs=0)),
    )
    assert Verdict.VERIFIED is desk.verify_object(badge, Kind.CREDENTIAL).verdict
    assert Verdict.WAS_VALID is other.verify_object(badge, Kind.CREDENTIAL).verdict
    alone = other.verify_object(badge, Kind.CREDENTIAL, proof_only=True)
    assert "too-complex" == alone.integrity.code
