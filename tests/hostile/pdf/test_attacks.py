"""Every attack on a sealed PDF is refused with its code, and what harms nothing passes (H01-H22, R62)."""

from __future__ import annotations

import pytest

from proofs.pades import check_seal
from schemas.problems import ProblemError
from tests.shared import ROOT
from tests.support.pdf_attacks import ATTACKS, HARMLESS, Scene, table
from tests.support.pdf_pki import NOW


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_its_code(name: str, scene: Scene) -> None:
    """R62: anything changed after signing fails, and the report says so."""
    expected = ATTACKS[name]
    attacked = expected.make(scene)
    assert attacked != scene.sealed
    with pytest.raises(ProblemError) as caught:
        check_seal(attacked, trust=scene.world.trust, now=NOW)
    problem = caught.value.problem
    assert (expected.code, expected.outcome) == (problem.code, problem.outcome.value), problem.detail


@pytest.mark.parametrize("name", HARMLESS)
def test_what_harms_nothing_passes(name: str, scene: Scene) -> None:
    finding = check_seal(HARMLESS[name](scene), trust=scene.world.trust, now=NOW)
    assert finding.level == "B-LTA"
    assert finding.base_sha256 == check_seal(scene.sealed, trust=scene.world.trust, now=NOW).base_sha256


def test_the_page_about_attacks_says_what_the_tests_prove() -> None:
    page = (ROOT / "docs" / "reference" / "pdf-attacks.md").read_text(encoding="utf-8")
    assert table() in page
