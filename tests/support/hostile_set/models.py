"""Threats B: documents that the data model does not allow, and some that it does."""

from __future__ import annotations

import hashlib
from typing import Final

from tests.support.hostile_set.documents import EXAMPLES, V2, bare, plain, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.proven import refused
from tests.support.hostile_set.signing import secure, vc_jwt
from tests.support.hostile_set.suites import USUAL
from tests.support.hostile_set.world import Rows, World

WRONG_TYPES: Final[Rows] = [
    ("type missing", {"type": ["Other"]}),
    ("no type", {"type": None}),
    ("type empty", {"type": []}),
    ("type text", {"type": "Other"}),
    ("type number", {"type": 7}),
    ("type with null", {"type": ["VerifiableCredential", None]}),
    ("type object", {"type": {"id": "VerifiableCredential"}}),
]
WRONG_RELATED: Final[Rows] = [
    ("related without id", {"relatedResource": {"digestSRI": "sha256-x"}}),
    ("related without digest", {"relatedResource": {"id": "https://judge.example/x"}}),
    (
        "related twice",
        {
            "relatedResource": [
                {
                    "id": "https://judge.example/x",
                    "digestSRI": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                },
                {
                    "id": "https://judge.example/x",
                    "digestSRI": "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb",
                },
            ]
        },
    ),
    ("related text", {"relatedResource": "x"}),
]
RIGHT_NAMES: Final[Rows] = [
    (
        "name in languages",
        {"name": [{"@value": "Diplôme", "@language": "fr"}, {"@value": "Diploma", "@language": "en"}]},
    ),
    ("name with direction", {"name": {"@value": "דיפלומה", "@language": "he", "@direction": "rtl"}}),
    ("name as value", {"name": {"@value": "x"}}),
    ("description", {"description": {"@value": "d", "@language": "en-CA"}}),
]
RIGHT_SCHEMAS: Final[Rows] = [
    ("schema", {"credentialSchema": {"id": "https://judge.example/s.json", "type": "JsonSchema"}}),
    (
        "schemas",
        {
            "credentialSchema": [
                {"id": "https://judge.example/s.json", "type": "JsonSchema"},
                {"id": "https://judge.example/t", "type": "JsonSchemaCredential"},
            ]
        },
    ),
    (
        "related",
        {
            "relatedResource": [
                {
                    "id": "https://judge.example/x",
                    "digestSRI": "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb",
                }
            ]
        },
    ),
    (
        "related multibase",
        {
            "relatedResource": {
                "id": "https://judge.example/x",
                "digestMultibase": "uEiB-6hgIqBJ4AhhVfeJXqPh6Uh7CDsIG9FmPE5IEVQ_l_w",
                "mediaType": "image/png",
            }
        },
    ),
    ("id without dashes", {"id": "urn:x-judge:a.b:c"}),
]


def wrong_subjects() -> Rows:
    return [
        ("subject empty", {"credentialSubject": {}}),
        ("subject []", {"credentialSubject": []}),
        ("subject null", {"credentialSubject": "null"}),
        ("subject text", {"credentialSubject": "did:example:x"}),
        ("subject missing", {"credentialSubject": None}),
        ("subject number", {"credentialSubject": 7}),
        ("subject list of text", {"credentialSubject": ["did:example:x"]}),
        ("subject list with empty", {"credentialSubject": [{"id": urn()}, {}]}),
        ("subject id no URL", {"credentialSubject": {"id": "zoé", "name": "x"}}),
        ("subject id a list", {"credentialSubject": {"id": [urn()], "name": "x"}}),
    ]


def wrong_ids() -> Rows:
    return [
        ("id no URL", {"id": "badge 7"}),
        ("id number", {"id": 7}),
        ("id a list", {"id": [urn()]}),
        ("id object", {"id": {"id": urn()}}),
        ("id null", {"id": "null"}),
    ]


def wrong_schemas() -> Rows:
    return [
        ("schema without type", {"credentialSchema": {"id": "https://judge.example/s"}}),
        ("schema without id", {"credentialSchema": {"type": "JsonSchema"}}),
        ("schema id no URL", {"credentialSchema": {"id": "s", "type": "JsonSchema"}}),
        ("schema text", {"credentialSchema": "https://judge.example/s"}),
        ("schema empty", {"credentialSchema": {}}),
        ("terms without type", {"termsOfUse": {"id": urn()}}),
        ("terms text", {"termsOfUse": "x"}),
        ("evidence without type", {"evidence": {"id": urn()}}),
        ("evidence text", {"evidence": "x"}),
        ("evidence one of two", {"evidence": [{"type": "Evidence", "id": urn()}, {"id": urn()}]}),
        ("status without type", {"credentialStatus": {"id": urn(), "statusPurpose": "revocation"}}),
        ("status text", {"credentialStatus": "x"}),
        ("refresh without type", {"refreshService": {"id": "https://judge.example/r"}}),
        ("refresh text", {"refreshService": "x"}),
        ("method without type", {"confidenceMethod": {"id": urn()}}),
        ("render without type", {"renderMethod": {"id": urn()}}),
    ]


def wrong_names(key: Key) -> Rows:
    return [
        ("name number", {"name": 7}),
        ("name object without value", {"name": {"@language": "fr"}}),
        ("name with bad language", {"name": {"@value": "x", "@language": "fr_CA!"}}),
        ("name with bad direction", {"name": {"@value": "x", "@direction": "up"}}),
        ("name with more", {"name": {"@value": "x", "@language": "fr", "url": "y"}}),
        ("name value number", {"name": {"@value": 7}}),
        ("description list of numbers", {"description": [1, 2]}),
        ("issuer name number", {"issuer": {"id": key.did, "name": 7}}),
    ]


def right_members(key: Key) -> Rows:
    return [
        ("type text alone", {"type": "VerifiableCredential"}),
        ("subject without id", {"credentialSubject": {"name": "Zoé"}}),
        ("several subjects", {"credentialSubject": [{"id": urn(), "name": "a"}, {"id": urn(), "name": "b"}]}),
        ("one subject in a list", {"credentialSubject": [{"id": urn(), "name": "a"}]}),
        ("issuer object", {"issuer": {"id": key.did, "name": "Université", "description": "x"}}),
        ("no id", {"id": None}),
        ("https id", {"id": "https://judge.example/c/1"}),
        ("did id", {"id": "did:example:123"}),
        ("no name", {"name": None}),
        ("no validFrom", {"validFrom": None}),
    ]


def right_extensions() -> Rows:
    return [
        ("terms", {"termsOfUse": {"type": "TrustFrameworkPolicy", "id": urn(), "profile": "x"}}),
        (
            "evidence",
            {
                "evidence": [
                    {"type": ["DocumentVerification"], "id": urn(), "verifier": "x"},
                    {"type": "Supporting", "verifier": "y"},
                ]
            },
        ),
        (
            "refresh",
            {
                "refreshService": {
                    "type": "VerifiableCredentialRefreshService2021",
                    "id": "https://judge.example/r",
                    "validFrom": "2026-01-01T00:00:00Z",
                }
            },
        ),
        ("confidence", {"confidenceMethod": {"type": "Method", "id": urn()}}),
    ]


def models(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        refused_models(world, suite, key)
        for name, change in [*right_members(key), *RIGHT_NAMES, *RIGHT_SCHEMAS]:
            world.yes("B22", f"twin: {name} {suite}", secure(bare(key.did, **change), key, suite))
            if suite.endswith("jcs-2022"):
                world.yes("B22", f"twin: {name} as token", vc_jwt(bare(key.did, **change), key))
        typed = {"@context": [V2, EXAMPLES]}
        for name, change in right_extensions():
            world.yes("B22", f"twin: {name} {suite}", secure(bare(key.did, **typed, **change), key, suite))
        dates_of_the_old_model(world, suite, key)


def refused_models(world: World, suite: str, key: Key) -> None:
    for name, change in [
        *WRONG_TYPES,
        *wrong_subjects(),
        *wrong_ids(),
        *wrong_schemas(),
        *wrong_names(key),
        *WRONG_RELATED,
    ]:
        document = bare(key.did, **change)
        document = {n: (None if v == "null" else v) for n, v in document.items()}
        codes = "malformed shape-not-allowed term-undefined status-unverified"
        refused(world, "B22", name, document, key, suite, codes=codes + " tampered", token=codes + " not-parsable")


def dates_of_the_old_model(world: World, suite: str, key: Key) -> None:
    for name, change in (
        ("issuanceDate", {"issuanceDate": "2026-01-01T00:00:00Z"}),
        ("expirationDate", {"expirationDate": "2036-01-01T00:00:00Z"}),
        ("both", {"issuanceDate": "2026-01-01T00:00:00Z", "expirationDate": "2036-01-01T00:00:00Z"}),
    ):
        world.no("B24", f"{name} {suite}", secure(bare(key.did, **change), key, suite), "term-undefined")
        world.no("B24", f"{name} with examples {suite}", secure(plain(key.did, **change), key, suite), "term-undefined")
        if suite.endswith("jcs-2022"):
            world.no("B24", f"{name} as token", vc_jwt(bare(key.did, **change), key), "term-undefined")


def related(world: World) -> None:
    key = Key()
    for name, digest in (
        ("not base64", "sha256-!!"),
        ("unknown hash", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("wrong length", "sha256-AAAA"),
        ("number", 7),
        ("empty", ""),
    ):
        document = bare(key.did, relatedResource={"id": "https://judge.example/x", "digestSRI": digest})
        world.any("B25", f"digest {name}", secure(document, key))
    own = bare(
        key.did,
        relatedResource={
            "id": V2,
            "digestSRI": "sha256-" + __import__("base64").b64encode(hashlib.sha256(b"another").digest()).decode(),
        },
    )
    world.no("B25", "digest of a known context is wrong", secure(own, key), "tampered")
    right = hashlib.sha256(
        (__import__("tests.shared", fromlist=["ROOT"]).ROOT / "contexts/w3c/credentials-v2.jsonld").read_bytes()
    ).digest()
    own = bare(
        key.did,
        relatedResource={
            "id": V2,
            "digestSRI": "sha256-" + __import__("base64").b64encode(right).decode(),
            "mediaType": "application/ld+json",
        },
    )
    world.yes("B25", "digest of a known context", secure(own, key))
