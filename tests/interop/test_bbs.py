"""bbs-2023 both ways with the package of Digital Bazaar: base here and shown there, and the reverse."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from keys import did_key
from schemas.problems import ProblemError
from tests.support import bbs
from tests.support import linked_data as ld
from tests.support.node import CONTEXTS, Judge

pytestmark = pytest.mark.interop

MANDATORY = ["/issuer", "/validFrom"]
SELECTIVE = ["/credentialSubject/achievement/name", "/credentialSubject/result/0"]


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    yield judge
    judge.close()


def ask(judge: Judge, op: str, document: Any, issuer: str, **message: Any) -> Any:
    return judge.ask(op, document=document, dids={issuer: did_key.document(issuer)}, **message)


def holds_in_both(judge: Judge, shown: Any, issuer: str) -> None:
    """Assert that what is shown verifies in both, and a changed value in neither."""
    assert "bbs-2023" == bbs.check(shown)[0].cryptosuite
    assert {"verified": True} == ask(judge, "verifyProof", shown, issuer, suites=["bbs-2023"])
    altered = copy.deepcopy(shown)
    altered["credentialSubject"]["achievement"]["name"] = "Autre"
    assert not ask(judge, "verifyProof", altered, issuer, suites=["bbs-2023"])["verified"]
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(altered)


def badge(issuer: str) -> dict[str, Any]:
    """Return a small badge: each statement takes that implementation some 10 ms."""
    return {key: value for key, value in ld.badge(issuer).items() if key != "credentialStatus"}


def alike(ours: Any, theirs: Any) -> None:
    """Assert that two derived documents are the same but for what is random."""
    assert bbs.parts(theirs)[1:] == bbs.parts(ours)[1:]
    assert len(bbs.parts(theirs)[0]) == len(bbs.parts(ours)[0])
    assert {**theirs, "proof": None} == {**ours, "proof": None}


def test_what_we_sign_is_shown_and_verified_there(judge: Judge) -> None:
    base = bbs.base(badge(bbs.issuer()), mandatory=MANDATORY, created=ld.NOW)
    theirs = ask(judge, "derive", base, bbs.issuer(), suite="bbs-2023", selectivePointers=SELECTIVE)["document"]
    ours = bbs.shown(base, *SELECTIVE)
    alike(ours, theirs)
    holds_in_both(judge, ours, bbs.issuer())
    assert 1 == len(bbs.check(theirs))


def test_what_is_signed_there_is_shown_and_verified_here(judge: Judge) -> None:
    issuer = judge.ask("key", kind="Bls12381G2")["controller"]
    asked = {"suite": "bbs-2023", "controller": issuer, "mandatoryPointers": MANDATORY}
    base = ask(judge, "sign", badge(issuer), issuer, created="2026-05-31T12:00:00Z", **asked)["document"]
    theirs = ask(judge, "derive", base, issuer, suite="bbs-2023", selectivePointers=SELECTIVE)["document"]
    ours = bbs.shown(base, *SELECTIVE)
    alike(ours, theirs)
    holds_in_both(judge, theirs, issuer)
    assert {"verified": True} == ask(judge, "verifyProof", ours, issuer, suites=["bbs-2023"])


def test_neither_takes_a_base_proof_for_a_derived_one(judge: Judge) -> None:
    base = bbs.base(badge(bbs.issuer()), mandatory=MANDATORY)
    assert not ask(judge, "verifyProof", base, bbs.issuer(), suites=["bbs-2023"])["verified"]
    with pytest.raises(ProblemError, match="tampered"):
        bbs.check(base)
    shown = bbs.shown(base, *SELECTIVE)
    answer = ask(judge, "derive", shown, bbs.issuer(), suite="bbs-2023", selectivePointers=SELECTIVE)
    assert "document" not in answer
    with pytest.raises(ProblemError, match="malformed"):
        bbs.shown(shown, *SELECTIVE)
