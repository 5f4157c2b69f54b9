"""How many credentials a second `parchemin verify --jsonl` judges, by number of processes, and in what memory.

Run by `make bench`; `bench_lines.py 20000` takes so many lines. Each line is another credential, so nothing is remembered from line to line;
the time is that of the whole command, with the start of its processes given apart.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from issuer.throw_away import Wish, make_throw_away_issuer
from services.clock import SystemClock
from tests.shared import ROOT
from tests.support import linked_data as ld
from tests.support.demonstration import environment

LINES = 2_000


def stream(folder: Path, count: int) -> Path:
    """Write a file of so many badges, each signed for another learner."""
    issuer = make_throw_away_issuer(SystemClock().now, ld.converter())
    path = folder / f"{count}.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(
                json.dumps(issuer.issue(ld.badge("did:example:whoever") | {"id": f"urn:example:{number}"}, Wish()))
                + "\n"
            )
    return path


def seconds(path: Path, jobs: int) -> tuple[float, float]:
    """Return the time of the whole command, and the processor time of all its processes."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "app", "verify", "--jsonl", "--jobs", str(jobs), str(path)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=False)
    if len(done.stdout.splitlines()) != int(path.stem):
        sys.exit("a report is missing")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, used


def main() -> None:
    """Measure and print."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        few, many = stream(Path(folder), 100), stream(Path(folder), lines)
        for jobs in (1, 2):
            started, _ = seconds(few, jobs)
            elapsed, used = seconds(many, jobs)
            print(
                f"verify --jsonl --jobs {jobs}: {(lines - 100) / (elapsed - started):6.0f} badges/s, {elapsed:.1f} s in all "
                f"(start and 100 lines: {started:.1f} s), {used:.1f} s of processor time"
            )
    grown = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"the largest process held {grown:.0f} MB")


if __name__ == "__main__":
    main()
