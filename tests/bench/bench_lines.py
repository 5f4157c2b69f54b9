"""How many credentials a second `parchemin verify --jsonl` judges, by number of processes, and in what memory.

Run by `make bench`. Each line is another credential, so nothing is remembered from line to line;
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


def seconds(path: Path, jobs: int) -> float:
    """Return the time of the whole command."""
    start = time.monotonic()
    command = [sys.executable, "-m", "app", "verify", "--jsonl", "--jobs", str(jobs), str(path)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=False)
    if len(done.stdout.splitlines()) != int(path.stem):
        sys.exit("a report is missing")
    return time.monotonic() - start


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = stream(Path(folder), 100), stream(Path(folder), LINES)
        for jobs in (1, 2):
            started = seconds(few, jobs)
            rate = (LINES - 100) / (seconds(many, jobs) - started)
            print(f"verify --jsonl --jobs {jobs}: {rate:6.0f} badges/s (start and 100 lines: {started:.1f} s)")
    grown = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"the largest process held {grown:.0f} MB")


if __name__ == "__main__":
    main()
