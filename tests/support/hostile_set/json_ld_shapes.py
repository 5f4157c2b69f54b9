"""Threats A: graphs, aliases, indexes, directions, blank nodes and repeated values."""

from __future__ import annotations

from tests.support.hostile_set.codes import SHAPE
from tests.support.hostile_set.documents import badge, bare, changed, graded, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World


def several_issuers(key: Key, other: Key) -> Rows:
    return [
        ("array", [key.did, other.did]),
        ("array of one", [key.did]),
        ("array of objects", [{"id": key.did}, {"id": other.did}]),
        ("id array", {"id": [key.did, other.did], "type": ["Profile"]}),
        ("@id", {"@id": key.did, "type": ["Profile"]}),
        ("id and @id", {"id": other.did, "@id": key.did, "type": ["Profile"]}),
        ("@set", {"@set": [key.did]}),
    ]


def shapes(world: World) -> None:
    key = Key()
    base = badge(key.did)
    signed = secure(base, key)
    kinds = without(signed, "type")
    types_and_graphs(world, base, signed, kinds)
    issuers_twice(world, key, base, signed)
    indexes_and_directions(world, key, signed)
    blank_ids(world, key, base)


def types_and_graphs(world: World, base: Json, signed: Json, kinds: Json) -> None:
    world.no("A12", "types split", {**kinds, "type": ["VerifiableCredential"], "@type": ["OpenBadgeCredential"]}, SHAPE)
    world.no("A12", "@type alone", {**kinds, "@type": signed["type"]}, SHAPE)
    world.no(
        "A12", "type under IRI", {**kinds, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": signed["type"]}, SHAPE
    )
    world.no(
        "A12",
        "all in @graph",
        {"@context": signed["@context"], "@graph": [without(signed, "@context")]},
        SHAPE,
    )
    world.no(
        "A12",
        "all in @graph, proof outside",
        {
            "@context": signed["@context"],
            "@graph": [without(base, "@context")],
            "proof": signed["proof"],
        },
        SHAPE + " proof-missing",
    )
    for member, iri in (
        ("credentialSubject", "https://www.w3.org/2018/credentials#credentialSubject"),
        ("proof", "https://w3id.org/security#proof"),
        ("issuer", "https://www.w3.org/2018/credentials#issuer"),
    ):
        world.no(
            "A12",
            f"{member} under full IRI",
            {(iri if n == member else n): v for n, v in signed.items()},
            SHAPE + " proof-missing",
        )


def issuers_twice(world: World, key: Key, base: Json, signed: Json) -> None:
    other = Key()
    world.no(
        "A13",
        "second issuer under IRI",
        {**signed, "https://www.w3.org/2018/credentials#issuer": {"id": other.did}},
        SHAPE,
    )
    for name, issuer in several_issuers(key, other):
        document = {**base, "issuer": issuer}
        world.no("A13", f"issuer {name}", {**document, "proof": signed["proof"]}, SHAPE + " tampered")
        world.no("A13", f"issuer {name} by jcs", secure(document, key, "eddsa-jcs-2022"), SHAPE)
        world.no("A13", f"issuer {name} as token", vc_jwt(document, key), SHAPE)


def indexes_and_directions(world: World, key: Key, signed: Json) -> None:
    world.no(
        "A14",
        "@index in a value",
        changed(signed, "name", value={"@value": signed["name"], "@index": "gold medal"}),
        SHAPE,
    )
    world.no("A14", "@index in a node", changed(signed, "credentialSubject", "@index", value="gold medal"), SHAPE)
    hebrew = bare(key.did, name={"@value": "דיפלומה 7", "@language": "he"})
    done = secure(hebrew, key)
    world.yes("A15", "twin", done)
    world.no(
        "A15", "direction added", changed(done, "name", "@direction", value="ltr"), "term-undefined tampered malformed"
    )
    world.yes("A15", "twin signed with direction", secure(changed(hebrew, "name", "@direction", value="rtl"), key))
    both = secure(changed(hebrew, "name", "@direction", value="rtl"), key)
    world.no("A15", "direction turned", changed(both, "name", "@direction", value="ltr"), "tampered")
    world.no(
        "A15", "direction removed", changed(both, "name", value={"@value": "דיפלומה 7", "@language": "he"}), "tampered"
    )


def blank_ids(world: World, key: Key, base: Json) -> None:
    blank = {**base, "id": "_:b1"}
    world.no("A17", "blank id", secure(blank, key), SHAPE)
    cut = changed(base, "credentialSubject", "achievement", "id", value="_:b0")
    world.no("A17", "blank id inside", secure(cut, key), SHAPE)
    cut = {
        **changed(base, "credentialSubject", value={"id": "_:b0"}),
        "evidence": [{"id": "_:b0", "type": ["Evidence"]}],
    }
    world.no("A17", "tree cut again", secure(cut, key), SHAPE)


def repeated(world: World) -> None:
    key = Key()
    base = graded(key.did)
    signed = secure(base, key)
    world.yes("A16", "twin", signed)
    results = signed["credentialSubject"]["result"]
    descriptions = signed["credentialSubject"]["achievement"]["resultDescription"]
    for name, document in (
        ("result twice", changed(signed, "credentialSubject", "result", value=[*results, results[0]])),
        (
            "description twice",
            changed(
                signed, "credentialSubject", "achievement", "resultDescription", value=[*descriptions, descriptions[0]]
            ),
        ),
        ("nested array", changed(signed, "credentialSubject", "result", value=[results])),
        ("null member", changed(signed, "credentialSubject", "result", value=[*results, None])),
        ("null value", changed(signed, "description", value=None)),
        ("type twice", changed(signed, "type", value=[*signed["type"], "OpenBadgeCredential"])),
        ("empty list inside", changed(signed, "credentialSubject", "achievement", "tag", value=[[]])),
        ("subject in two arrays", changed(signed, "credentialSubject", value=[[signed["credentialSubject"]]])),
        ("subject twice", changed(signed, "credentialSubject", value=[signed["credentialSubject"]] * 2)),
    ):
        world.no("A16", name, document, SHAPE + " tampered")
    tagged = changed(base, "credentialSubject", "achievement", "tag", value=["a", "b"])
    done = secure(tagged, key)
    world.yes("A16", "tags twin", done)
    world.no("A16", "tag twice", changed(done, "credentialSubject", "achievement", "tag", value=["a", "b", "a"]), SHAPE)
