"""Threats B: suites, types and members of proofs that nobody defined."""

from __future__ import annotations

from typing import Final

from tests.support.hostile_set.documents import EXAMPLES
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.proven import with_suite
from tests.support.hostile_set.signing import Json, secure
from tests.support.hostile_set.suites import SUITES
from tests.support.hostile_set.world import Rows, World

WRONG_PROOF_TYPES: Final[Rows] = [
    "Ed25519Signature2018",
    "JsonWebSignature2020",
    ["DataIntegrityProof"],
    "dataintegrityproof",
    "",
    None,
    7,
    "Proof",
    ["DataIntegrityProof", "Proof"],
    "https://w3id.org/security#DataIntegrityProof",
    "Ed25519Signature2020",
]


def wrong_suites(suite: str) -> Rows:
    return [
        "madeup-2030",
        None,
        [suite],
        suite.upper(),
        suite + " ",
        "",
        7,
        {"id": suite},
        suite.replace("rdfc", "X").replace("jcs", "rdfc").replace("X", "jcs"),
        "ecdsa-sd-2023",
        "bbs-2023",
        "eddsa-2022x",
    ]


def labels(world: World) -> None:
    for kind, suite in SUITES[:4]:
        key = Key(kind)
        base = with_suite(key.did, suite)
        good = secure(base, key, suite)
        for label in wrong_suites(suite):
            proof = {n: v for n, v in {**good["proof"], "cryptosuite": label}.items() if v is not None}
            world.not_yes("B17", f"suite {label!r} {suite}", {**good, "proof": proof})
        for kind_of in WRONG_PROOF_TYPES:
            proof = {n: v for n, v in {**good["proof"], "type": kind_of}.items() if v is not None}
            world.not_yes("B17", f"type {kind_of!r} {suite}", {**good, "proof": proof})


TERMS_IN_PROOFS: Final[Rows] = [
    ("unknown term", {"signedBy": "the Queen"}),
    ("unknown object", {"extra": {"a": 1}}),
    ("full IRI", {"https://judge.example/x": "y"}),
    ("@index", {"@index": "x"}),
    ("name", {"honours": "x"}),
    ("@type", {"@type": "DataIntegrityProof"}),
    ("second value", {"https://w3id.org/security#proofValue": "zAAA"}),
]


def contexts_in_proofs(base: Json) -> Rows:
    return [
        ("inline", {"proofPurpose": "https://evil.example/p"}),
        ("null", None),
        ("other", ["https://www.w3.org/ns/credentials/v2", EXAMPLES]),
        ("vocab", [*base["@context"], {"@vocab": "https://evil.example/#"}]),
        ("empty", []),
        ("reversed", base["@context"][::-1]),
    ]


def own_terms(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        base = with_suite(key.did, suite)
        for name, more in TERMS_IN_PROOFS:
            document = secure(base, key, suite, **more)
            if "-jcs-" in suite and name in {"unknown term", "unknown object", "name"}:
                world.yes("B18", f"twin: {name} signed {kind} {suite}", document)
                added = secure(base, key, suite)
                world.no(
                    "B18",
                    f"{name} added {kind} {suite}",
                    {**added, "proof": {**added["proof"], **more}},
                    "tampered term-undefined shape-not-allowed",
                )
            else:
                world.no(
                    "B18",
                    f"{name} {kind} {suite}",
                    document,
                    "term-undefined shape-not-allowed malformed suite-unsupported",
                )
        for name, context in contexts_in_proofs(base):
            document = secure(base, key, suite)
            document["proof"]["@context"] = context
            world.no("B18", f"context {name} {kind} {suite}", document, "shape-not-allowed context-unknown tampered")
