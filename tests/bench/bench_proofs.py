"""How fast credentials are signed and verified: ours, the raw operations and peers, in one run.

Run by `make bench`. Trust the ratios. Each figure is the least processor time of many short rounds,
taken in turn with the others, so that other work on the machine falls on all alike. The document is
an Open Badge of 3 kB with 86 quads and 10 blank nodes, and each one issued or verified is another:
other ids, names, marks and dates, as an institution's badges differ. Verifying begins with the
bytes, compact as our issuer and `JSON.stringify` write them. Issuing is measured with and without the
check of the signature that was just made: that check is one raw verification more, by intent.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys import did_key
from keys.local_signer import LocalSigner
from keys.multibase import decode_multibase
from proofs import cbor, ecdsa_sd_2023, vc_jose
from proofs.integrity import add_proof, check_proofs
from proofs.jsonld import Converter
from proofs.plan import Plan
from proofs.plan_issuing import BulkIssuer
from proofs.sd_jwt import Concealed
from proofs.sd_jwt_vc import check_sd_jwt_vc, issue
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from tests.bench import peers
from tests.support import linked_data as ld

Work = Callable[[], object]
UNCHECKED: Final = ", unchecked"
ROUNDS = 40
SLOW_ROUNDS = 3
BADGES = 8
SLOTS = [("id",), ("credentialSubject", "id"), ("credentialSubject", "identifier", 0, "identityHash")]
VCT = "https://registrar.parchemin.example/types/transcript"
CLAIMS = {"degree": "Baccalauréat", "field": "Géographie", "average": "3,7", "credits": 90}
TARGETS: Final = (
    (f"eddsa-rdfc-2022 issue{UNCHECKED}", 6.0),
    (f"eddsa-rdfc-2022 bulk issue{UNCHECKED}", 3.5),
    ("eddsa-rdfc-2022 verify", 3.0),
    (f"eddsa-jcs-2022 issue{UNCHECKED}", 2.0),
    ("eddsa-jcs-2022 verify", 1.6),
    (f"vc+jwt EdDSA issue{UNCHECKED}", 2.0),
    ("vc+jwt EdDSA verify", 1.6),
)
FASTER: Final = (
    ("@digitalbazaar eddsa-rdfc-2022", 25, 15),
    ("openvc-core", 80, 80),
    ("openbadgeslib", 80, 80),
    ("openbadgeslib, proof alone", 0, 0),
    ("PyLD naive", 0, 0),
)


def believing(kind: type[Any], **answers: object) -> Any:
    """Return a public key that finds every signature right: with it, issuing is measured without its check."""
    members = {name: answers.get(name, lambda *_: None) for name in kind.__abstractmethods__}
    return type("Believing", (kind,), members)()


class Unchecked:
    """A signer whose signatures are let go without a check."""

    def __init__(self, signer: LocalSigner) -> None:
        self.sign, self.algorithm, self.certificates = signer.sign, signer.algorithm, ()
        self.verification_method = signer.verification_method
        curve = isinstance(signer.public_key, ec.EllipticCurvePublicKey)
        self.public_key = (
            believing(ec.EllipticCurvePublicKey, curve=ec.SECP256R1()) if curve else believing(ed25519.Ed25519PublicKey)
        )


class WholeConverter(Converter):
    """A converter that remembers no shapes: what a document costs whose like was never seen."""

    def encoded(self, document: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> bytes:
        """Return the canonical N-Quads by the whole algorithm."""
        return self.whole(document, hash_name=hash_name, limits=limits)


def least_ms(works: dict[str, Work], rounds: int, calls: int) -> dict[str, float]:
    """Return for each work the least processor time of one call, in milliseconds."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            work()
            start = time.process_time_ns()
            for _ in range(calls):
                work()
            best[name] = min(best[name], (time.process_time_ns() - start) / calls / 1e6)
    return best


def raw_works() -> dict[str, Work]:
    """Return the bare operations over 64 bytes."""
    edwards, curve = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    data, algorithm = bytes(64), ec.ECDSA(hashes.SHA256())
    one, two = edwards.sign(data), curve.sign(data, algorithm)
    edwards_public, curve_public = edwards.public_key(), curve.public_key()
    return {
        "Ed25519 sign": lambda: edwards.sign(data),
        "Ed25519 verify": lambda: edwards_public.verify(one, data),
        "P-256 sign": lambda: curve.sign(data, algorithm),
        "P-256 verify": lambda: curve_public.verify(two, data, algorithm),
    }


def badges(signer: LocalSigner) -> list[dict[str, Any]]:
    """Return unsigned badges of one shape that all differ."""
    found = []
    for number in range(BADGES):
        badge = ld.full_badge(ld.controller(signer))
        subject = badge["credentialSubject"]
        badge |= {
            "id": f"urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-{number:012x}",
            "validFrom": f"2026-05-{number % 28 + 1:02}T12:00:00Z",
        }
        subject["id"] = f"urn:uuid:7d3c6b1e-0d2e-4a0a-8f4e-{number:012x}"
        subject["identifier"][0]["identityHash"] = f"Ève Tremblay-Côté {number}"
        subject["result"][0]["value"] = f"A{number}"
        badge["credentialStatus"] |= {
            "statusListIndex": str(number),
            "id": f"https://registrar.parchemin.example/status/1#{number}",
        }
        found.append(badge)
    return found


def taking_turns(items: list[Any], act: Callable[[Any], object]) -> Work:
    """Return a work that does `act` with the next item at each call."""
    following = itertools.cycle(items)
    return lambda: act(next(following))


def integrity_works(suite: str, name: str, converter: Converter) -> dict[str, Work]:
    """Return issuing and verifying with one suite."""
    signer = ld.ecdsa_signer() if suite.startswith("ecdsa") else ld.ed25519_signer()

    def make(unsigned: Any, by: Any = signer) -> Any:
        return add_proof(unsigned, signer=by, cryptosuite=suite, created=ld.NOW, converter=converter)

    def check(raw: bytes) -> object:
        return check_proofs(strict_json.loads(raw), find_key=did_key.find, converter=converter, now=ld.NOW)

    unsigned = badges(signer)
    signed = [orjson.dumps(make(badge)) for badge in unsigned]
    return {
        f"{name} issue": taking_turns(unsigned, make),
        f"{name} issue{UNCHECKED}": taking_turns(unsigned, partial(make, by=Unchecked(signer))),
        f"{name} verify": taking_turns(signed, check),
    }


def our_works() -> dict[str, Work]:
    """Return issuing and verifying in all our ways."""
    works: dict[str, Work] = {}
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019"):
        works |= integrity_works(suite, suite, ld.converter())
    works |= integrity_works("eddsa-rdfc-2022", "eddsa-rdfc, new shape", WholeConverter(ld.loader()))
    signer = ld.ed25519_signer()
    works["eddsa-rdfc-2022 bulk issue"] = bulk_work(signer)
    works[f"eddsa-rdfc-2022 bulk issue{UNCHECKED}"] = bulk_work(Unchecked(signer))
    return works | other_reading_works() | token_works() | selective_works() | concealing_works()


def other_reading_works() -> dict[str, Work]:
    """Return verifying where less is remembered or read fast: new proof options, JSON with blanks."""
    signer = ld.ed25519_signer()
    signed = [ld.sign(badge, signer) for badge in badges(signer)]

    def new_options(raw: bytes) -> object:
        ld.converter()._digests.clear()
        return ld.check(strict_json.loads(raw))

    spaced = [json.dumps(document, ensure_ascii=False).encode() for document in signed]
    return {
        "eddsa-rdfc, new options verify": taking_turns([orjson.dumps(one) for one in signed], new_options),
        "eddsa-rdfc, with blanks verify": taking_turns(spaced, lambda raw: ld.check(strict_json.loads(raw))),
    }


def token_works() -> dict[str, Work]:
    """Return issuing and verifying as a token (`vc+jwt`)."""
    works: dict[str, Work] = {}
    for algorithm, signer in (("EdDSA", ld.ed25519_signer()), ("ES256", ld.ecdsa_signer())):
        unsigned = badges(signer)
        tokens = [vc_jose.sign_credential(badge, signer=signer) for badge in unsigned]
        for by, name in ((signer, ""), (Unchecked(signer), UNCHECKED)):
            make = partial(vc_jose.sign_credential, signer=by)
            works[f"vc+jwt {algorithm} issue{name}"] = taking_turns(unsigned, make)
        works[f"vc+jwt {algorithm} verify"] = taking_turns(
            tokens, partial(vc_jose.check_jwt, find_key=did_key.find, now=ld.NOW)
        )
    return works


def bulk_issuer(signer: Any) -> BulkIssuer:
    """Return an issuer of many similar badges."""
    plan = Plan(ld.converter(), ld.full_badge(signer.verification_method.partition("#")[0]), SLOTS)
    return BulkIssuer(plan, signer=signer, created=ld.NOW, converter=ld.converter())


def bulk_work(signer: Any) -> Work:
    """Return issuing one of many similar badges."""
    bulk, count = bulk_issuer(signer), itertools.count()
    return lambda: bulk.issue([f"urn:uuid:a{(number := next(count))}", f"urn:uuid:b{number}", f"Ève {number}"])


def selective_works() -> dict[str, Work]:
    """Return the three acts of ecdsa-sd-2023."""
    signer = ld.ecdsa_signer()
    unsigned = ld.full_badge(ld.controller(signer))

    def base() -> Any:
        return ecdsa_sd_2023.add_base_proof(
            unsigned, signer=signer, created=ld.NOW, converter=ld.converter(), mandatory=peers.ALWAYS
        )

    signed = base()

    def derive() -> Any:
        return ecdsa_sd_2023.derive(signed, selective=peers.SHOWN, converter=ld.converter())

    raw = orjson.dumps(derive())
    return {
        "ecdsa-sd-2023 base": base,
        "ecdsa-sd-2023 derive": derive,
        "ecdsa-sd-2023 verify": lambda: ld.check(strict_json.loads(raw)),
    }


def statements_signed() -> int:
    """Return how many signatures a base proof of the badge holds."""
    signer = ld.ecdsa_signer()
    signed = ecdsa_sd_2023.add_base_proof(
        ld.full_badge(ld.controller(signer)),
        signer=signer,
        created=ld.NOW,
        converter=ld.converter(),
        mandatory=peers.ALWAYS,
    )
    value = decode_base(signed["proof"]["proofValue"])
    return len(value[3]) + 1


def decode_base(text: str) -> Any:
    """Return what a base proof holds, after its three bytes of header."""
    return cbor.decode(decode_multibase(text, max_chars=100_000, bases="u")[3:])


def concealing_works() -> dict[str, Work]:
    """Return issuing an SD-JWT VC (ES256) with four disclosures, and verifying it with all of them."""
    signer = ld.ecdsa_signer()

    def make(by: Any = signer) -> str:
        claims = {"iss": ld.controller(signer), **{name: Concealed(value) for name, value in CLAIMS.items()}}
        return issue(claims, vct=VCT, signer=by)

    token = make()
    return {
        "SD-JWT VC ES256 issue": make,
        f"SD-JWT VC ES256 issue{UNCHECKED}": partial(make, Unchecked(signer)),
        "SD-JWT VC ES256 verify": lambda: check_sd_jwt_vc(token, find_key=did_key.find, now=ld.NOW),
    }


def ratio(name: str, best: dict[str, float]) -> float:
    """Return how many raw operations of its kind of key a work takes."""
    family = "P-256" if any(word in name for word in ("ecdsa", "P-256", "ES256", "@sd-jwt")) else "Ed25519"
    return best[name] / best[f"{family} {'verify' if name.endswith('verify') else 'sign'}"]


def report(best: dict[str, float]) -> None:
    """Print each figure beside the raw operation it stands on, then what was aimed at."""
    print(f"{'':46}{'ms':>9}{'ratio':>9}   to the raw operation")
    for name, value in best.items():
        print(f"{name:46}{value:9.4f}{ratio(name, best):9.2f}")
    print("\naimed at")
    for name, aim in TARGETS:
        judge(name, ratio(name, best), aim)
    count = statements_signed()
    judge(f"ecdsa-sd-2023 base, {count} signatures", best["ecdsa-sd-2023 base"] / (count * best["P-256 sign"]), 2)


def judge(name: str, found: float, aim: float) -> None:
    """Print whether an aim was reached."""
    print(f"{name:46}{found:9.2f}   at most {aim:g}: {'reached' if found <= aim else 'MISSED'}")


def compare(best: dict[str, float]) -> None:
    """Print how many times faster ours is than each peer, and what was aimed at; peers check no signature they made."""
    print(f"\ntimes faster than{'':18}{'issue':>9}{'unchecked':>11}{'aim':>5}{'verify':>9}{'aim':>5}{'bulk':>9}")
    for peer, issuing, verifying in FASTER:
        acts = ("issue", f"issue{UNCHECKED}", "bulk issue")
        made, unchecked, bulk = (best[f"{peer} issue"] / best[f"eddsa-rdfc-2022 {act}"] for act in acts)
        judged = best[f"{peer} verify"] / best["eddsa-rdfc-2022 verify"]
        print(f"{peer:35}{made:9.0f}{unchecked:11.0f}{issuing:5}{judged:9.0f}{verifying:5}{bulk:9.0f}")
    for ours, theirs in (
        ("ecdsa-rdfc-2019", "@digitalbazaar ecdsa-rdfc-2019"),
        ("ecdsa-sd-2023", "@digitalbazaar ecdsa-sd-2023"),
        ("vc+jwt EdDSA", "jose vc+jwt EdDSA"),
        ("vc+jwt ES256", "jose vc+jwt ES256"),
        ("SD-JWT VC ES256", "@sd-jwt"),
    ):
        act = "base" if ours == "ecdsa-sd-2023" else "issue"
        made, judged = (best[f"{theirs} {word}"] / best[f"{ours} {word}"] for word in (act, "verify"))
        free = best.get(f"{ours} {act}{UNCHECKED}")
        without = f"{best[f'{theirs} {act}'] / free:11.1f}" if free else " " * 11
        print(f"{theirs:35}{made:9.1f}{without}{'':5}{judged:9.1f}")


def work_for(act: str, seconds: float, start: Any, rates: Any) -> None:
    """Put how often this process does `act` in a second of its processor time, once all processes are ready."""
    work = integrity_works("eddsa-rdfc-2022", "", ld.converter())[f" {act}"]
    for _ in range(10):
        work()
    start.wait()
    done, begin = 0, time.process_time()
    while time.process_time() < begin + seconds:
        work()
        done += 1
    rates.put(done / (time.process_time() - begin))


def done_by(processes: int, act: str, seconds: float = 1.5) -> float:
    """Return how many badges so many processes at once issue or verify in a second of processor time of each."""
    context = multiprocessing.get_context("spawn")
    start, rates = context.Barrier(processes), context.Queue()
    workers = [context.Process(target=work_for, args=(act, seconds, start, rates)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    total: float = sum(rates.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    return total


def memory_growth(count: int) -> float:
    """Return by how many megabytes the process grows while it issues and verifies `count` different badges."""
    bulk = bulk_work(ld.ed25519_signer())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(count):
        ld.check(bulk())  # type: ignore[arg-type]
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> None:
    """Measure and print."""
    best = least_ms(raw_works() | our_works(), ROUNDS, 10)
    grown = memory_growth(10_000)
    best |= least_ms(peers.in_python(), SLOW_ROUNDS, 3)
    best |= peers.in_node({"iss": "https://x.example", **CLAIMS}, {"_sd": list(CLAIMS)}, VCT)
    report(best)
    compare(best)
    print(f"\nmemory grew by {grown:.1f} MB over 10,000 different badges, issued and verified")
    for act in ("issue", "verify"):
        one, two = (max(done_by(processes, act) for _ in range(2)) for processes in (1, 2))
        print(
            f"{act} in a second of processor time of each: {one:.0f} by one process, {two:.0f} by two ({two / one:.2f} times)"
        )


if __name__ == "__main__":
    main()
