"""Every attack on a sealed PDF is refused with its code, and what harms nothing passes (H01-H22, R62)."""

from __future__ import annotations

import dataclasses
import io

import pikepdf
import pytest

from proofs.pades import SealFinding, check_seal
from proofs.pdf_base import BaseNotAcceptedError, SealPlace, finish_base
from schemas.problems import ProblemError
from tests.shared import ROOT
from tests.support.pdf_attacks import ATTACKS, DAMAGED, HARMLESS, UPDATES, Expected, Scene, table
from tests.support.pdf_pki import NOW
from tests.support.pdf_shadows import SHADOWS


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


def judged(expected: Expected, scene: Scene) -> SealFinding:
    pdf = expected.make(scene)
    trust = dataclasses.replace(scene.trust, crls=expected.lists(scene))
    return check_seal(pdf, trust=trust, now=expected.at)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_its_code(name: str, scene: Scene) -> None:
    """R62: anything changed after signing fails, and the report says so."""
    expected = ATTACKS[name]
    with pytest.raises(ProblemError) as caught:
        judged(expected, scene)
    problem = caught.value.problem
    assert (expected.code, expected.outcome) == (problem.code, problem.outcome.value), problem.detail


@pytest.mark.parametrize("name", [*UPDATES, *DAMAGED])
def test_an_attack_changes_something(name: str, scene: Scene) -> None:
    attacked = ATTACKS[name].make(scene)
    assert attacked != scene.sealed


@pytest.mark.parametrize("name", SHADOWS)
def test_a_shadow_waits_in_a_genuine_file(name: str, scene: Scene) -> None:
    """H03: what is refused is the spring, so the prepared file must have been accepted."""
    sealed = SHADOWS[name].sealed(scene)
    assert check_seal(sealed, trust=scene.trust, now=NOW).level == "B-LTA"


@pytest.mark.parametrize("name", SHADOWS)
def test_a_shadow_is_not_sealed_by_us(name: str, scene: Scene) -> None:
    """H03: our sealer seals only pages that it made: whatever was prepared is refused before."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(scene.attached)) as pdf:
        SHADOWS[name].prepare(pdf)
        pdf.save(out)
    with pytest.raises(BaseNotAcceptedError):
        finish_base(out.getvalue(), SealPlace("seal"))


@pytest.mark.parametrize("name", HARMLESS)
def test_what_harms_nothing_passes(name: str, scene: Scene) -> None:
    finding = judged(HARMLESS[name], scene)
    assert finding.level == "B-LTA"
    assert finding.base_sha256 == check_seal(scene.sealed, trust=scene.world.trust, now=NOW).base_sha256


def test_the_page_about_attacks_says_what_the_tests_prove() -> None:
    page = (ROOT / "docs" / "reference" / "pdf-attacks.md").read_text(encoding="utf-8")
    assert table() in page
