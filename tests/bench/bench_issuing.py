"""How many documents a second are issued whole: `python tests/bench/bench_issuing.py`.

Everything that issuing does, on SQLite with synchronous=FULL: reserve, typeset, draft, sign every
form (a transcript signs each course twice), attach, seal B-LTA, verify every form and the PDF from
their bytes, store. Beside it the same without anything but the sealed PDF is in bench_documents.py.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.config import Settings
from app.demo import EXAMPLES, SLUG, environment
from app.wiring import Choices, Parts, make_parts
from issuer.awards.intake import read_awards
from issuer.institutions.files import read_institution_file
from schemas.awards import Award
from services import log

ROUNDS = 12


def awards(name: str) -> list[Award]:
    """Return the first awards of an example file."""
    rows = list(read_awards((EXAMPLES / name).read_bytes()))[: ROUNDS + 1]
    return [row.award for row in rows if row.award is not None]


def measure(parts: Parts, kind: str, chosen: list[Award]) -> None:
    """Issue one to warm up, then the others; print documents a second on the clock and of the processor."""
    parts.issuer.issue(chosen[0], SLUG, "bench")
    clock, processor = time.perf_counter(), time.process_time()
    for award in chosen[1:]:
        parts.issuer.issue(award, SLUG, "bench")
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    count = len(chosen) - 1
    print(f"{kind:<34} {count / clock:6.1f} a second on the clock, {count / processor:6.1f} a processor second")


def main() -> None:
    """Measure diplomas and transcripts."""
    with tempfile.TemporaryDirectory() as folder:
        log.configure("ERROR")
        settings = Settings.read(environment(Path(folder), "127.0.0.1:8000"))
        parts = make_parts(settings, Choices(public=False))
        read = read_institution_file(EXAMPLES / "institution.json", did_of=parts.issuer.did_of)
        parts.issuer.create_institution(read.institution, actor="bench", purposes=read.purposes)
        measure(parts, "diplomas", awards("convocation.csv"))
        measure(parts, "transcripts of 8 to 40 courses", awards("transcripts.jsonl"))


if __name__ == "__main__":
    main()
