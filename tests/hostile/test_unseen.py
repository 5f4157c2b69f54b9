"""Documents with fresh keys that no case here has seen: no false accept, no false reject, no error, each in time.

A sample is asked in this process at every run; the whole set, of some 6,000, asks a real server.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest

from tests.support.hostile_set.judge import judge
from tests.support.hostile_set.running import inside, serving
from tests.support.hostile_set.sets import MAKERS, SAMPLE
from tests.support.hostile_set.world import World

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LEAST = 40
WHOLE = 5_000


class Stopped:
    """A clock that stands still, after every date that the set takes for past."""

    def now(self) -> datetime:
        return NOW


@pytest.mark.parametrize("table", SAMPLE)
def test_a_sample_of_unseen_documents_is_judged_rightly(table: str, tmp_path: Path) -> None:
    world = World(now=int(NOW.timestamp()))
    for make in SAMPLE[table]:
        make(world)
    findings, answers = judge(inside(world, tmp_path, Stopped()), world.cases, parallel=1, timed=False)
    assert [] == [str(found) for found in findings]
    assert len(answers) > LEAST


@pytest.mark.soak
@pytest.mark.integration
def test_the_whole_set_is_judged_rightly_by_a_server_and_in_time(tmp_path: Path) -> None:
    """Proof core: an unseen set of hostile documents; asked four at a time."""
    world = World()
    for make in chain.from_iterable(MAKERS.values()):
        make(world)
    with serving(world, tmp_path) as server:
        findings, answers = judge(server, world.cases)
    assert [] == [str(found) for found in findings]
    assert len(answers) > WHOLE
