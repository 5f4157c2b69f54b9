"""Threats B: several proofs, in sets and chains."""

from __future__ import annotations

import copy

from tests.support.hostile_set.codes import BROKEN
from tests.support.hostile_set.documents import badge, urn, without
from tests.support.hostile_set.keys import Key, b58
from tests.support.hostile_set.proven import with_suite
from tests.support.hostile_set.signing import Json, prove
from tests.support.hostile_set.world import Rows, World


def sets(world: World) -> None:
    one, two = Key(), Key()
    for name, seconds in (
        ("eddsa and Ed25519Signature2020", ("Ed25519Signature2020", one)),
        ("two of one suite", ("eddsa-rdfc-2022", one)),
        ("rdfc and jcs", ("eddsa-jcs-2022", one)),
    ):
        base = with_suite(one.did, "Ed25519Signature2020")
        first, second = prove(base, one), prove(base, seconds[1], seconds[0], created="2026-11-20T10:00:05Z")
        for order, proofs in (("", [first, second]), (" turned", [second, first])):
            forged_members(world, one, two, name, base, order, proofs)
    counted_proofs(world, one)


def forged_members(world: World, one: Key, two: Key, name: str, base: Json, order: str, proofs: list[Json]) -> None:
    world.yes("B19", f"{name}{order}", {**base, "proof": proofs})
    forged = copy.deepcopy(proofs)
    forged[1]["proofValue"] = "z" + b58(bytes(64))
    world.no("B19", f"{name}{order}, second forged", {**base, "proof": forged}, "tampered")
    forged = copy.deepcopy(proofs)
    forged[0]["created"] = "2026-11-20T10:00:09Z"
    world.no("B19", f"{name}{order}, first changed", {**base, "proof": forged}, "tampered")
    world.not_yes(
        "B19",
        f"{name}{order}, second of an unknown suite",
        {
            **base,
            "proof": [proofs[0], {**proofs[1], "type": "DataIntegrityProof", "cryptosuite": "madeup-2030"}],
        },
    )
    world.no(
        "B19",
        f"{name}{order}, second for authentication",
        {**base, "proof": [proofs[0], prove(base, one, proofPurpose="authentication")]},
        "purpose-wrong",
    )
    world.no(
        "B19",
        f"{name}{order}, second by a stranger",
        {**base, "proof": [proofs[0], prove(base, two)]},
        "not-by-issuer",
    )
    world.no("B19", f"{name}{order}, second is null", {**base, "proof": [proofs[0], None]}, BROKEN)


def counted_proofs(world: World, one: Key) -> None:
    base = badge(one.did)
    good = prove(base, one)
    world.no("B19", "1,000 proofs", {**base, "proof": [{**good, "id": urn()} for _ in range(1000)]}, "too-complex")
    world.yes("B19", "the same proof twice", {**base, "proof": [good, good]})
    eight = [prove(base, one, created=f"2026-11-20T10:00:0{at}Z") for at in range(9)]
    world.yes("B19", "eight proofs", {**base, "proof": eight[:8]})
    world.no("B19", "nine proofs", {**base, "proof": eight}, "too-complex")
    world.yes("B19", "one proof in a list", {**base, "proof": [good]})


def missing_links(key: Key, base: Json, suite: str, links: list[Json]) -> Rows:
    first, second, third, dangling, other = links
    own = urn()
    return [
        ("dangling", [dangling]),
        ("dangling beside a good one", [first, dangling]),
        (
            "array dangling",
            [first, prove({**base, "proof": [first]}, key, suite, previousProof=[first["id"], urn()])],
        ),
        ("self", [prove(base, key, suite, id=own, previousProof=own)]),
        ("first removed", [second]),
        ("first removed from three", [second, third]),
        ("middle removed", [first, third]),
        ("first changed", [{**first, "created": "2026-11-20T10:00:01Z"}, second]),
        ("first replaced", [{**other, "id": first["id"]}, second]),
    ]


def bent_links(first: Json, second: Json, other: Json) -> Rows:
    return [
        ("not an id", [first, {**second, "previousProof": "x"}]),
        ("number", [first, {**second, "previousProof": 7}]),
        ("empty list", [first, {**second, "previousProof": []}]),
        ("null", [first, {**second, "previousProof": None}]),
        ("object", [first, {**second, "previousProof": {"id": first["id"]}}]),
        ("twice in the list", [first, {**second, "previousProof": [first["id"]] * 2}]),
        ("removed from the second", [first, without(second, "previousProof")]),
        ("second named by the first", [{**first, "previousProof": second["id"]}, second]),
        ("two of one id", [first, {**other, "id": first["id"]}, second]),
    ]


def chains(world: World) -> None:
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        key = Key("P-256" if suite.startswith("ecdsa") else "Ed25519")
        base = badge(key.did)
        first = prove(base, key, suite, id=urn())
        second = prove({**base, "proof": [first]}, key, suite, previousProof=first["id"], id=urn())
        third = prove({**base, "proof": [second]}, key, suite, previousProof=second["id"])
        both = prove({**base, "proof": [first, second]}, key, suite, previousProof=[first["id"], second["id"]])
        world.yes("B20", f"chain of two {suite}", {**base, "proof": [first, second]})
        world.yes("B20", f"chain of three {suite}", {**base, "proof": [first, second, third]})
        world.yes("B20", f"both named {suite}", {**base, "proof": [first, second, both]})
        world.yes("B20", f"turned {suite}", {**base, "proof": [second, first]})
        dangling = prove(base, key, suite, previousProof=urn())
        other = prove(base, key, suite, id=urn(), created="2026-11-20T10:00:07Z")
        for name, proofs in [
            *missing_links(key, base, suite, [first, second, third, dangling, other]),
            *bent_links(first, second, other),
        ]:
            world.no("B20", f"{name} {suite}", {**base, "proof": proofs}, BROKEN)
        a, b = urn(), urn()
        cycle = [prove(base, key, suite, id=a, previousProof=b), prove(base, key, suite, id=b, previousProof=a)]
        world.no("B20", f"cycle {suite}", {**base, "proof": cycle}, "tampered")
