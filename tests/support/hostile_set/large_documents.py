"""Threats A: documents made to cost memory or time."""

from __future__ import annotations

from typing import Any

from tests.support.hostile_set.documents import bare, graded, plain, record, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, compact, present, secure
from tests.support.hostile_set.world import World


def poison(branching: int, depth: int) -> Any:
    """Return a tree of identical blank nodes."""
    if depth == 0:
        return {"type": "Evidence"}
    return {"type": "Evidence", "evidence": [poison(branching, depth - 1) for _ in range(branching)]}


def clique(size: int) -> list[Json]:
    return [{"type": "Evidence", "relatedTo": [{"type": "Evidence"} for _ in range(size)]} for _ in range(size)]


def big(world: World) -> None:
    key = Key()
    base = plain(key.did)
    limits = "too-complex too-large shape-not-allowed malformed tampered term-undefined"
    proof = secure(base, key)["proof"]
    trees_and_cliques(world, base, limits, proof)
    inside = [{**base, "id": urn(), "evidence": poison(2, 7), "proof": proof} for _ in range(40)]
    held = present(key, secure(base, key))
    world.no("A25", "40 poisoned credentials in a presentation", {**held, "verifiableCredential": inside}, limits)
    signed_around = present(key, *[{**bare(key.did), "proof": proof} for _ in range(2)])
    world.no("A25", "two bad ones around", signed_around, "tampered")
    large_members(world, key, limits, proof)
    tree = record(key.did, *[secure(graded(key.did, 1), key) for _ in range(12)])
    world.yes("A25", "twin: a transcript of 12 courses", secure(tree, key))


def trees_and_cliques(world: World, base: Json, limits: str, proof: Json) -> None:
    for branching, depth in ((2, 8), (2, 10), (3, 6), (4, 5), (6, 4), (6, 30 // 6)):
        for member in ("evidence", "credentialSubject", "termsOfUse"):
            world.no(
                "A25",
                f"tree {branching}x{depth} in {member}",
                {**base, member: poison(branching, depth), "proof": proof},
                limits,
            )
    for size in (10, 30):
        world.no("A25", f"clique {size}", {**base, "evidence": clique(size), "proof": proof}, limits)
        linked = [
            {
                "type": "Evidence",
                "name": "x",
                "relatedTo": [{"type": "Evidence", "step": {"name": "y"}} for _ in range(size)],
            }
            for _ in range(size)
        ]
        world.no("A25", f"deeper clique {size}", {**base, "evidence": linked, "proof": proof}, limits)
    world.no("A25", "tree in proof", {**base, "proof": {**proof, "evidence": poison(3, 6)}}, limits)
    chain: Any = {"name": "x"}
    for _ in range(30):
        chain = {"a": [chain, {"name": "x"}]}
    world.no(
        "A25", "chains of equals", {**base, "credentialSubject": {"id": urn(), "a": chain}, "proof": proof}, limits
    )
    many = [{"a": {"b": {"c": {"d": f"{at % 2}"}}}} for at in range(400)]
    world.no("A25", "400 alike", {**base, "credentialSubject": {"id": urn(), "a": many}, "proof": proof}, limits)
    ring = [{"a": {"b": {"a": {"b": {"a": {"name": "x"}}}}}, "b": {"a": {"b": {"name": "x"}}}} for _ in range(60)]
    world.no(
        "A25", "60 alike with branches", {**base, "credentialSubject": {"id": urn(), "a": ring}, "proof": proof}, limits
    )


def large_members(world: World, key: Key, limits: str, proof: Json) -> None:
    small = graded(key.did)
    result = small["credentialSubject"]["result"][0]
    body = compact({**small, "proof": proof})
    more = b",".join([compact(result)] * 20_000)
    world.no("A26", "20,000 results", body.replace(b'"result":[', b'"result":[' + more + b","), "too-complex too-large")
    world.no(
        "A26",
        "12,000 short results",
        {
            **small,
            "credentialSubject": {
                **small["credentialSubject"],
                "result": [{"type": ["Result"], "value": str(at)} for at in range(12_000)],
            },
            "proof": proof,
        },
        limits,
    )
    world.no("A26", "3 MB text", {**small, "description": "x" * 3_000_000, "proof": proof}, "too-large")
    world.no("A26", "900 kB text", {**small, "description": "x" * 900_000, "proof": proof}, "too-large")
    world.no("A26", "900 kB key", {**small, "x" * 900_000: "y", "proof": proof}, "too-large")
    world.yes("A26", "twin of 200 kB", secure({**small, "description": "x" * 200_000}, key))
    world.yes("A26", "twin of 100 results", secure(graded(key.did, 100), key))
    world.yes("A26", "twin of 300 results", secure(graded(key.did, 300), key))
