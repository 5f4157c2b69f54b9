"""Threats A: contexts written inline, swapped, unknown or scoped."""

from __future__ import annotations

import copy
from typing import Final

from tests.support.hostile_set.codes import SHAPE
from tests.support.hostile_set.documents import EXAMPLES, V1, V2, plain, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World

INLINE_CONTEXTS: Final[Rows] = [
    ("A03", "term mapped to null", {"degree": None}),
    ("A05", "vocab", {"@vocab": "https://evil.example/#"}),
    ("A06", "issuer redefined", {"issuer": "https://evil.example/#issuer"}),
    ("A06", "name redefined", {"name": "https://evil.example/#name"}),
    ("A07", "meanings swapped", {"alumniOf": f"{EXAMPLES}#degree", "degree": f"{EXAMPLES}#alumniOf"}),
    ("A07", "alias", {"ablauf": "https://www.w3.org/2018/credentials#validUntil"}),
    ("A08", "look-alike copy", {"@protected": True, "id": "@id", "type": "@type"}),
    ("A08", "language", {"@language": "fr"}),
    ("A08", "base", {"@base": "https://evil.example/"}),
    ("A09", "import from loopback", {"@import": "http://127.0.0.1:9/c.jsonld"}),
    ("A03", "empty inline", {}),
]


def context_lists() -> Rows:
    return [
        ("http base", ["http://www.w3.org/ns/credentials/v2", EXAMPLES]),
        ("wrong order", [EXAMPLES, V2]),
        ("missing", None),
        ("null", "null"),
        ("empty list", []),
        ("unknown", [V2, "https://evil.example/v1"]),
        ("trailing slash", [V2 + "/", EXAMPLES]),
        ("with fragment", [V2, EXAMPLES + "#"]),
        ("with query", [V2, EXAMPLES + "?x"]),
        ("capital host", [V2.replace("www.w3.org", "WWW.W3.ORG"), EXAMPLES]),
        ("data", [V2, "data:application/ld+json,%7B%22@context%22:%7B%7D%7D"]),
        ("file", [V2, "file:///etc/passwd"]),
        ("loopback", [V2, "http://127.0.0.1:9/context"]),
        ("metadata address", [V2, "https://169.254.169.254/latest/meta-data"]),
        ("relative", [V2, "context.json"]),
        ("blank around", [V2, EXAMPLES + " "]),
        ("nested list", [V2, [EXAMPLES]]),
        ("null member", [V2, None]),
        ("number", [V2, 7]),
        ("twice", [V2, EXAMPLES, V2]),
        ("both versions", [V2, V1]),
        ("object alone", {"@vocab": "https://evil.example/"}),
    ]


def contexts(world: World) -> None:
    key = Key()
    base = plain(key.did)
    world.yes("A03", "twin", secure(base, key))
    for line, name, context in INLINE_CONTEXTS:
        document = {**base, "@context": [*base["@context"], context]}
        for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
            try:
                signed = secure(document, key, suite)
            except Exception:
                signed = {**document, "proof": secure(base, key, suite)["proof"]}
            world.no(line, f"{name} {suite}", signed, SHAPE)
        world.no(line, f"{name} as token", vc_jwt(document, key), SHAPE)
        rewritten = {**secure(base, key), "@context": [*base["@context"], context]}
        world.no(line, f"{name} added later", rewritten, SHAPE)
    signed = secure(base, key)
    other_context_lists(world, key, signed)
    scoped_contexts(world, key, signed)


def other_context_lists(world: World, key: Key, signed: Json) -> None:
    for name, contexts in context_lists():
        document = without(signed, "@context")
        if contexts is not None:
            document = {"@context": None if contexts == "null" else contexts, **document}
        world.no("A08" if "loop" not in name and "metadata" not in name else "A09", f"context {name}", document, SHAPE)
        payload = without(document, "proof")
        if name not in {"unknown", "with query"}:  # a token is signed as it stands, whatever its vocabulary
            world.no("A08", f"context {name} as token", vc_jwt(payload, key), SHAPE)
            world.no("A08", f"context {name} by jcs", secure(payload, key, "eddsa-jcs-2022"), SHAPE + " tampered")
        else:
            world.yes("A08", f"context {name} as token", vc_jwt(payload, key))


def scoped_contexts(world: World, key: Key, signed: Json) -> None:
    for name, path in (("top", ()), ("subject", ("credentialSubject",))):
        for what, context in (
            ("null", None),
            ("same", V2),
            ("inline", {"degree": "https://evil.example/#d"}),
            ("empty", []),
        ):
            document = copy.deepcopy(signed)
            (document if not path else document["credentialSubject"])["@context"] = context
            if path:
                world.no("A04", f"{what} context in {name}", document, SHAPE)
                unsigned = without(document, "proof")
                world.no(
                    "A04", f"{what} context in {name}, signed so by jcs", secure(unsigned, key, "eddsa-jcs-2022"), SHAPE
                )
                world.no("A04", f"{what} context in {name}, as token", vc_jwt(unsigned, key), SHAPE)
