"""Makes the set, asks a real server about it, and prints what was answered otherwise than it must be."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support.hostile_set.judge import judge
from tests.support.hostile_set.running import serving
from tests.support.hostile_set.sets import MAKERS
from tests.support.hostile_set.world import World


def main(chosen: list[str]) -> int:
    """Judge the tables named (all when none is); return how many answers were wrong, at most 1."""
    world = World()
    for name, parts in MAKERS.items():
        for make in parts if not chosen or name in chosen else ():
            make(world)
    with tempfile.TemporaryDirectory() as folder, serving(world, Path(folder)) as server:
        findings, answers = judge(server, world.cases)
    for found in findings:
        sys.stdout.write(f"{found}\n")
    slowest = max(answer.seconds for answer in answers)
    sys.stdout.write(
        f"{len(world.cases)} documents, {len(answers)} answers, {len(findings)} wrong, slowest {slowest:.2f} s\n"
    )
    return int(bool(findings))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
