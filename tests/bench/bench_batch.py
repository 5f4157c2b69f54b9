"""How many documents `parchemin batch` issues a second, by number of processes, and in what memory.

Run by `make bench`. Everything that issuing does, through the command line, on SQLite; the start of
its processes is taken away by timing a short file first. Memory is that of the largest process: of
the command itself while it only judges rows (`--dry-run`), and of any process while it issues.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.shared import ROOT
from tests.support.awards import award_json
from tests.support.demonstration import environment

FEW, MANY = 8, 80


def parchemin(settings: Mapping[str, str], *words: str) -> tuple[float, float, float]:
    """Run a command to its end; return its seconds by the clock and of processors, and the MB of its largest process."""
    start = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-m", "app", *words], cwd=ROOT, env=dict(settings), stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(running.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"failed: {words}")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def file_of(folder: Path, count: int, name: str) -> str:
    """Write a file of so many badges."""
    path = folder / f"{name}-{count}.jsonl"
    rows = (json.dumps(award_json("badge", external_id=f"{name}-{number}")) for number in range(count))
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = {**environment(), "PARCHEMIN_DEVELOPMENT": "1", "PARCHEMIN_VAR": str(folder / "var")}
        parchemin(settings, "institution", "create", str(ROOT / "examples" / "institution.json"))
        for jobs in ("1", "2"):
            few = parchemin(settings, "batch", file_of(folder, FEW, f"few{jobs}"), "--jobs", jobs)
            many = parchemin(settings, "batch", file_of(folder, MANY, f"many{jobs}"), "--jobs", jobs)
            clock, processor = ((MANY - FEW) / (large - small) for small, large in zip(few[:2], many[:2], strict=True))
            print(
                f"batch --jobs {jobs}: {clock:5.2f} documents a second, {processor:5.2f} a processor second; "
                f"{few[2]:.0f} MB for {FEW} rows, {many[2]:.0f} MB for {MANY}"
            )
        for count in (1_000, 10_000):
            *_, memory = parchemin(settings, "batch", file_of(folder, count, "dry"), "--dry-run")
            print(f"batch --dry-run of {count} rows: {memory:.0f} MB")


if __name__ == "__main__":
    main()
