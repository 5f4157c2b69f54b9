"""How fast credentials are signed and verified: ours, the raw operations and peers, in one run.

Run by `make bench`. Trust the ratios. Each figure is the least processor time of many short rounds,
taken in turn with the others, so that other work on the machine falls on all alike. The document is
an Open Badge of 3 kB with 86 quads and 10 blank nodes; verifying begins with its bytes, compact as
our issuer and `JSON.stringify` write them.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from openvc.keys import Ed25519SigningKey
from openvc.proof.data_integrity import DataIntegrityProofSuite
from pyld import jsonld as pyld

from keys import did_key
from proofs import ecdsa_sd_2023, vc_jose
from proofs.plan import Plan
from proofs.plan_issuing import BulkIssuer
from schemas import strict_json
from tests.support import linked_data as ld
from tests.support.node import CONTEXTS, Judge

ROUNDS = 40
SLOW_ROUNDS = 3
Work = Callable[[], object]


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


def our_works() -> dict[str, Work]:
    """Return issuing and verifying with our suites."""
    works: dict[str, Work] = {}
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019"):
        signer = ld.ecdsa_signer() if suite.startswith("ecdsa") else ld.ed25519_signer()
        unsigned = ld.full_badge(ld.controller(signer))
        raw = orjson.dumps(ld.sign(unsigned, signer, suite))
        works[f"{suite} issue"] = lambda u=unsigned, s=signer, n=suite: ld.sign(u, s, n)  # type: ignore[misc]
        works[f"{suite} verify"] = lambda r=raw: ld.check(strict_json.loads(r))  # type: ignore[misc]
    works["eddsa-rdfc-2022 bulk"] = bulk_work()
    return works | other_reading_works() | token_works() | selective_works()


def other_reading_works() -> dict[str, Work]:
    """Return verifying where less is remembered or read fast: new proof options, JSON with blanks."""
    signer = ld.ed25519_signer()
    signed = ld.sign(ld.full_badge(ld.controller(signer)), signer)
    compact, spaced = orjson.dumps(signed), json.dumps(signed, ensure_ascii=False).encode()

    def new_options() -> object:
        ld.converter()._digests.clear()
        return ld.check(strict_json.loads(compact))

    return {
        "eddsa-rdfc new options verify": new_options,
        "eddsa-rdfc with blanks verify": lambda: ld.check(strict_json.loads(spaced)),
    }


def token_works() -> dict[str, Work]:
    """Return issuing and verifying as a token (`vc+jwt`, EdDSA)."""
    signer = ld.ed25519_signer()
    unsigned = ld.full_badge(ld.controller(signer))
    token = vc_jose.sign_credential(unsigned, signer=signer)
    return {
        "vc+jwt EdDSA issue": lambda: vc_jose.sign_credential(unsigned, signer=signer),
        "vc+jwt EdDSA verify": lambda: vc_jose.check_jwt(token, find_key=did_key.find, now=ld.NOW),
    }


def bulk_work() -> Work:
    """Return issuing one of many similar badges."""
    signer = ld.ed25519_signer()
    slots = [("id",), ("credentialSubject", "id"), ("credentialSubject", "identifier", 0, "identityHash")]
    plan = Plan(ld.converter(), ld.full_badge(ld.controller(signer)), slots)
    bulk = BulkIssuer(plan, signer=signer, created=ld.NOW, converter=ld.converter())
    count = iter(range(10**9))

    def issue() -> object:
        number = next(count)
        return bulk.issue([f"urn:uuid:a{number}", f"urn:uuid:b{number}", f"Ève {number}"])

    return issue


def selective_works() -> dict[str, Work]:
    """Return the three acts of ecdsa-sd-2023."""
    signer = ld.ecdsa_signer()
    unsigned = ld.full_badge(ld.controller(signer))

    def base() -> Any:
        return ecdsa_sd_2023.add_base_proof(
            unsigned, signer=signer, created=ld.NOW, converter=ld.converter(), mandatory=["/issuer", "/validFrom"]
        )

    signed = base()

    def derive() -> Any:
        return ecdsa_sd_2023.derive(signed, selective=["/credentialSubject/result"], converter=ld.converter())

    raw = json.dumps(derive()).encode()
    return {
        "ecdsa-sd-2023 base": base,
        "ecdsa-sd-2023 derive": derive,
        "ecdsa-sd-2023 verify": lambda: ld.check(strict_json.loads(raw)),
    }


def peer_works() -> dict[str, Work]:
    """Return the same with PyLD used naively, and with openvc-core."""
    contexts = {url: dict(ld.loader().load(url)) for url in ld.loader().urls()}
    key = Ed25519SigningKey.generate("key-1")
    signer = ld.ed25519_signer()
    method = signer.verification_method
    unsigned = ld.full_badge(ld.controller(signer))
    suite = DataIntegrityProofSuite()
    theirs = suite.add_proof(unsigned, signing_key=key, verification_method=method, extra_contexts=contexts)
    jwk: Any = key.public_jwk() if callable(getattr(key, "public_jwk", None)) else key.public_jwk
    ours = ld.sign(unsigned, signer)
    return {
        "openvc-core issue": lambda: suite.add_proof(
            unsigned, signing_key=key, verification_method=method, extra_contexts=contexts
        ),
        "openvc-core verify": lambda: suite.verify(theirs, public_key_jwk=jwk, now=ld.NOW, extra_contexts=contexts),
        "PyLD naive issue": lambda: signer.sign(naive_data(unsigned, ours["proof"], contexts)),
        "PyLD naive verify": lambda: naive_verify(ours, contexts),
    }


def naive_data(document: dict[str, Any], proof: dict[str, Any], contexts: dict[str, Any]) -> bytes:
    """Return the bytes to sign, as most Python projects compute them."""

    def load(url: str, _options: Any) -> Any:
        return {"contextUrl": None, "documentUrl": url, "document": contexts[url]}

    options = {name: value for name, value in proof.items() if name != "proofValue"}
    digests = b""
    for part in ({"@context": document["@context"], **options}, document):
        settings = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
        digests += hashlib.sha256(pyld.normalize(part, settings).encode()).digest()
    return digests


def naive_verify(signed: dict[str, Any], contexts: dict[str, Any]) -> None:
    """Verify the same way."""
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    key = did_key.find(signed["proof"]["verificationMethod"], "assertionMethod").key
    assert isinstance(key, ed25519.Ed25519PublicKey)
    from keys.multibase import decode_multibase

    key.verify(decode_multibase(signed["proof"]["proofValue"]), naive_data(unsigned, signed["proof"], contexts))


def node_figures() -> dict[str, float]:
    """Return what @digitalbazaar/vc takes for the same document, or nothing when Node.js is absent."""
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    document = {name: value for name, value in ld.full_badge("").items() if name != "credentialStatus"}
    answer = judge.ask(
        "bench", document=document, kind="Ed25519", suite="eddsa-rdfc-2022", rounds=60, now="2026-05-31T12:00:00Z"
    )
    judge.close()
    return {"@digitalbazaar/vc issue": answer["issue"], "@digitalbazaar/vc verify": answer["verify"]}


def report(best: dict[str, float]) -> None:
    """Print each figure beside the raw operation it stands on."""
    print(f"{'':31}{'ms':>9}  ratio to the raw operation; of issuing also without the check of the signature")
    for name, value in best.items():
        family = "P-256" if name.startswith(("ecdsa", "P-256")) else "Ed25519"
        sign, verify = best[f"{family} sign"], best[f"{family} verify"]
        line = f"{name:31}{value:9.4f}  {value / (verify if name.endswith('verify') else sign):9.2f}"
        ours = name.startswith(("eddsa", "ecdsa-rdfc", "vc+jwt")) and not name.endswith("verify")
        print(f"{line}{(value - verify) / sign:9.2f}" if ours else line)
    print("\ntimes faster than")
    for peer in ("@digitalbazaar/vc", "openvc-core", "PyLD naive"):
        if f"{peer} issue" in best:
            faster = [best[f"{peer} {act}"] / best[f"eddsa-rdfc-2022 {act}"] for act in ("issue", "verify")]
            bulk = best[f"{peer} issue"] / best["eddsa-rdfc-2022 bulk"]
            print(f"{peer:31}{faster[0]:9.0f} issue {faster[1]:9.0f} verify {bulk:9.0f} bulk")


def verify_for(seconds: float, start: Any, rates: Any) -> None:
    """Put how many badges this process verifies in a second of its processor time, once all processes are ready."""
    work = our_works()["eddsa-rdfc-2022 verify"]
    work()
    start.wait()
    done, begin = 0, time.process_time()
    while time.process_time() < begin + seconds:
        work()
        done += 1
    rates.put(done / (time.process_time() - begin))


def verified_by(processes: int, seconds: float = 1.5) -> float:
    """Return how many badges so many processes at once verify in a second of processor time of each."""
    context = multiprocessing.get_context("spawn")
    start, rates = context.Barrier(processes), context.Queue()
    workers = [context.Process(target=verify_for, args=(seconds, start, rates)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    total: float = sum(rates.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    return total


def memory_growth(badges: int) -> float:
    """Return by how many megabytes the process grows while it issues and verifies `badges` different badges."""
    bulk = bulk_work()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(badges):
        ld.check(bulk())  # type: ignore[arg-type]
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> None:
    """Measure and print."""
    best = least_ms(raw_works() | our_works(), ROUNDS, 10)
    grown = memory_growth(10_000)
    best |= least_ms(peer_works(), SLOW_ROUNDS, 3) | node_figures()
    report(best)
    print(f"\nmemory grew by {grown:.1f} MB over 10,000 different badges, issued and verified")
    one, two = (max(verified_by(processes) for _ in range(2)) for processes in (1, 2))
    print(
        f"verified in a second of processor time of each: {one:.0f} by one process, {two:.0f} by two ({two / one:.2f} times)"
    )


if __name__ == "__main__":
    main()
