"""How fast documents are made and judged: typeset, attach, seal (B-LTA), verify; figures and ratios.

Run by `make bench`. Trust the ratios: they are taken in one run on one machine. The raw operation
is one P-256 signature, and the share of each step in a document is printed beside its time.
"""

from __future__ import annotations

import logging
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from proofs.pades import check_seal
from proofs.pades_renewal import renew
from proofs.pdf_attachment import attach
from schemas.awards import Award, Kind, Language
from tests.support.documents import INSTITUTION, award_of, transcript
from tests.support.pdf_attacks import credential_naming
from tests.support.pdf_pki import NOW
from tests.support.sealed import SealWorld

ROUNDS = 15
BATCH = 60


def median_ms(work: Callable[[int], object], rounds: int = ROUNDS) -> float:
    """Return the median processor time of one call, in milliseconds, after one call to warm up."""
    work(-1)
    times = []
    for at in range(rounds):
        start = time.process_time()
        work(at)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def made(world: SealWorld, award: Award) -> bytes:
    """Make one document: pages, a stand-in of a credential of realistic size, attachment, seal."""
    base = world.base(award)
    credential = repr(credential_naming(base) | {"padding": "x" * 6000}).encode()
    return world.maker.seal(base, credential, award=award, institution=INSTITUTION)


def raw_ms(world: SealWorld) -> float:
    """Return the time of one bare signature."""
    return median_ms(lambda _: world.signer.sign(b"x" * 1000))


def steps(world: SealWorld, award: Award) -> dict[str, float]:
    """Return the time of each step for one award."""
    base = world.base(award)
    attached = attach(base, b"x" * 6000, description="credential", at=NOW)
    stamp = world.typesetter.stamp(INSTITUTION, award.language, award.kind)
    sealer = world.maker._sealer(INSTITUTION)
    sealed = made(world, award)
    material, trust = world.material(), world.trust
    return {
        "typeset": median_ms(lambda _: world.base(award)),
        "attach": median_ms(lambda _: attach(base, b"x" * 6000, description="credential", at=NOW)),
        "seal B-LTA": median_ms(lambda _: sealer.seal(attached, stamp=stamp)),
        "verify": median_ms(lambda _: check_seal(sealed, trust=trust, now=NOW)),
        "renew": median_ms(lambda _: renew(sealed, timestamper=world.timestamper, material=material, now=NOW)),
    }


def batch(count: int) -> tuple[float, float, float]:
    """Make `count` documents of all kinds; return wall and processor seconds, and by how many MB memory grew."""
    logging.disable(logging.CRITICAL)
    world = SealWorld()
    awards = [award_of(kind, language) for kind in Kind for language in (Language.FRENCH, Language.ENGLISH)]
    for award in awards:
        made(world, award)
    before = _memory()
    start, cpu = time.perf_counter(), time.process_time()
    for at in range(count):
        made(world, awards[at % len(awards)])
    return time.perf_counter() - start, time.process_time() - cpu, _memory() - before


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the tables."""
    logging.disable(logging.CRITICAL)
    for kind in ("P-256", "RSA-3072"):
        world = SealWorld(kind=kind)
        raw = raw_ms(world)
        print(f"\nseal {kind}: one raw signature {raw:.2f} ms")
        print(f"{'document':24}{'KB':>6}" + "".join(f"{name:>13}" for name in steps(world, award_of(Kind.BADGE))))
        cases: dict[str, Award] = {
            "transcript, 8 courses": transcript(courses=8),
            "transcript, 40 courses": transcript(courses=40),
            "diploma": award_of(Kind.DIPLOMA),
            "badge": award_of(Kind.BADGE),
        }
        for name, award in cases.items():
            size = len(made(world, award)) / 1024
            print(f"{name:24}{size:6.0f}" + "".join(f"{value:10.1f} ms" for value in steps(world, award).values()))
    for processes in (1, 2):
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            done = pool.map(batch, [BATCH // processes] * processes)
        rate = sum(BATCH // processes / seconds for seconds, _, _ in done)
        a_core = BATCH / sum(cpu for _, cpu, _ in done)
        growth = max(grown for _, _, grown in done)
        print(f"\n{processes} process(es), all kinds: {rate:.1f} documents/s on the clock,", end=" ")
        print(f"{a_core:.1f} a processor second; memory +{growth:.0f} MB over {BATCH // processes} documents each")


if __name__ == "__main__":
    main()
