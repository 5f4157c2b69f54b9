"""How fast bbs-2023 is: ours, the bare BBS operations, ecdsa-sd-2023 and a peer, in one run.

Run by `make bench`. Least processor milliseconds of many rounds; trust the ratios. The document is the
Open Badge of `bench_proofs.py`. The bare operations are those of 70 messages, 10 of them shown.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from proofs import bbs_signatures as core
from proofs import ecdsa_sd_2023
from tests.support import bbs
from tests.support import linked_data as ld
from tests.support.node import CONTEXTS, Judge

ROUNDS: Final = 20
PEER_ROUNDS: Final = 2
MESSAGES: Final = [f"message {number}".encode() for number in range(70)]
SHOWN: Final = list(range(0, 70, 7))
MANDATORY: Final = ["/issuer", "/validFrom"]
SELECTIVE: Final = ["/credentialSubject/achievement"]


def least(work: Callable[[], object]) -> float:
    """Return the least processor time of `work`, in milliseconds; once before it is measured."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1_000


def bare() -> dict[str, Callable[[], object]]:
    """Return the operations of draft-irtf-cfrg-bbs-signatures."""
    secret = core.key_from(bytes(range(32)))
    public = core.public_of(secret)
    signature = core.sign(secret, public, b"header", MESSAGES)
    shown = [MESSAGES[place] for place in SHOWN]
    proof = core.prove(public, signature, b"header", b"", MESSAGES, SHOWN)
    return {
        "BBS of 70 messages: sign": lambda: core.sign(secret, public, b"header", MESSAGES),
        "BBS of 70 messages: verify signature": lambda: core.signature_holds(public, signature, b"header", MESSAGES),
        "BBS of 70 messages: prove": lambda: core.prove(public, signature, b"header", b"", MESSAGES, SHOWN),
        "BBS of 70 messages: verify proof": lambda: core.proof_holds(public, proof, b"header", b"", shown, SHOWN),
    }


def suites() -> dict[str, Callable[[], object]]:
    """Return the acts of bbs-2023 and of ecdsa-sd-2023 on one badge."""
    signer = ld.ecdsa_signer()
    plain = ld.full_badge(ld.controller(signer))

    def other_base() -> dict[str, object]:
        return ecdsa_sd_2023.add_base_proof(
            plain, signer=signer, created=ld.NOW, converter=ld.converter(), mandatory=MANDATORY
        )

    base, other = bbs.base(mandatory=MANDATORY), other_base()
    shown = bbs.shown(base, *SELECTIVE)
    others = ecdsa_sd_2023.derive(other, selective=SELECTIVE, converter=ld.converter())
    return {
        "bbs-2023 base, checked": lambda: bbs.base(mandatory=MANDATORY),
        "bbs-2023 derive, checked": lambda: bbs.shown(base, *SELECTIVE),
        "bbs-2023 verify": lambda: bbs.check(shown),
        "ecdsa-sd-2023 base": other_base,
        "ecdsa-sd-2023 derive": lambda: ecdsa_sd_2023.derive(other, selective=SELECTIVE, converter=ld.converter()),
        "ecdsa-sd-2023 verify": lambda: ld.check(others),
    }


def peer() -> dict[str, float]:
    """Return what the package of Digital Bazaar needs for the same badge."""
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    plain = {key: value for key, value in ld.full_badge("did:example:x").items() if key != "credentialStatus"}
    answer = judge.ask(
        "bench",
        document=plain,
        kind="Bls12381G2",
        suite="bbs-2023",
        rounds=PEER_ROUNDS,
        now="2026-05-31T12:00:00Z",
        mandatoryPointers=MANDATORY,
        selectivePointers=SELECTIVE,
    )
    judge.close()
    return {"@digitalbazaar base": answer["issue"], "@digitalbazaar verify": answer["verify"]}


def main() -> None:
    """Print the figures."""
    best = {name: least(work) for name, work in (bare() | suites()).items()}
    for name, figure in (best | peer()).items():
        print(f"{name:40}{figure:9.2f} ms")


if __name__ == "__main__":
    main()
