"""Threats A: terms, types and ids that no context defines."""

from __future__ import annotations

import copy
from typing import Any, Final

from tests.support.hostile_set.codes import SHAPE
from tests.support.hostile_set.documents import badge, changed, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, present, secure
from tests.support.hostile_set.world import Rows, World

PLACES_OF_TERMS: Final[Rows] = [
    ("top", ()),
    ("subject", ("credentialSubject",)),
    ("achievement", ("credentialSubject", "achievement")),
    ("issuer", ("issuer",)),
    ("criteria", ("credentialSubject", "achievement", "criteria")),
]


def misnamed() -> Rows:
    return [
        ("unknown type", {"type": ["VerifiableCredential", "OpenBadgeCredential", "MadeUpCredential"]}),
        ("relative type", {"type": ["VerifiableCredential", "OpenBadgeCredential", "./Degree"]}),
        ("relative id", {"id": "badges/1"}),
        ("id without scheme", {"id": "badge"}),
        ("empty id", {"id": ""}),
        ("blank key", {"": "x"}),
        ("note keyword", {"@note": "honours"}),
        ("comment keyword", {"@comment": ["honours"]}),
        ("__proto__", {"__proto__": {"degree": "PhD"}}),
        ("constructor", {"constructor": "x"}),
        ("toString", {"toString": "x"}),
        ("blank predicate", {"_:b0": "x"}),
        ("key with blank", {"na me": "x"}),
        ("cased id", {"ID": urn()}),
        ("cased type", {"Type": "x"}),
        ("@id", {"@id": urn()}),
        ("@type", {"@type": ["VerifiableCredential"]}),
    ]


def undefined(world: World) -> None:
    key = Key()
    base = badge(key.did)
    world.yes("A01", "twin", secure(base, key))
    undefined_everywhere(world, key, base)
    for kind in ("P-256", "P-384"):
        signer = Key(kind)
        document = badge(signer.did)
        world.yes("A01", f"{kind} twin", secure(document, signer, "ecdsa-rdfc-2019"))
        document["medal"] = "gold"
        world.no("A01", f"{kind} unknown term", secure(document, signer, "ecdsa-rdfc-2019"), SHAPE)
    misnamed_everywhere(world, key, base)
    presented = present(key, secure(base, key))
    world.yes("A01", "presentation twin", presented)
    world.no("A01", "unknown term in presentation", present(key, secure(base, key), document={"motto": "x"}), SHAPE)


def undefined_everywhere(world: World, key: Key, base: Json) -> None:
    for name, path in PLACES_OF_TERMS:
        for what, value in (
            ("text", "gold"),
            ("object", {"id": urn(), "name": "x"}),
            ("empty object", {}),
            ("list", ["a"]),
            ("false", False),
            ("empty list", []),
        ):
            for term in ("honours", "grade") if what == "text" else ("honours",):
                document = copy.deepcopy(base)
                holder: Any = document
                for step in path:
                    holder = holder[step]
                holder[term] = value
                world.no("A01", f"{term} as {what} in {name}", secure(document, key), SHAPE)


def misnamed_everywhere(world: World, key: Key, base: Json) -> None:
    for name, change in misnamed():
        world.no("A02" if "__" not in name else "A28", name, secure({**base, **change}, key), SHAPE)
    inside = changed(base, "credentialSubject", "id", value="learner/7")
    world.no("A02", "relative id of subject", secure(inside, key), SHAPE)
    inside = changed(base, "credentialSubject", "achievement", "id", value="x")
    world.no("A02", "relative id of achievement", secure(inside, key), SHAPE)
    inside = changed(base, "credentialSubject", "achievement", "type", value=["Achievement", "Trophy"])
    world.no("A02", "unknown type of achievement", secure(inside, key), SHAPE)
    inside = changed(base, "credentialSubject", "__proto__", value={"x": "y"})
    world.no("A28", "__proto__ in subject", secure(inside, key), SHAPE)
