"""Threats A: an end of validity or a status that is there for RDF and not for JSON, or the other way round."""

from __future__ import annotations

import copy
from typing import Any

from tests.support.hostile_set.codes import SHAPE
from tests.support.hostile_set.documents import badge, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, secure, vc_jwt
from tests.support.hostile_set.status_lists import entry, status_list
from tests.support.hostile_set.world import Rows, World

PAST = "2026-05-31T00:00:00Z"
HIDDEN_UNTIL: list[tuple[str, Any]] = [
    (
        "full IRI",
        lambda _: {
            "https://www.w3.org/2018/credentials#validUntil": {
                "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                "@value": PAST,
            }
        },
    ),
    ("full IRI text", lambda _: {"https://www.w3.org/2018/credentials#validUntil": PAST}),
    ("CURIE", lambda _: {"cred:validUntil": PAST}),
    ("@nest", lambda _: {"@nest": {"validUntil": PAST}}),
    ("@included", lambda d: {"@included": [{"id": d["id"], "validUntil": PAST}]}),
    ("@graph", lambda d: {"@graph": [{"id": d["id"], "validUntil": PAST}]}),
    ("value object", lambda _: {"validUntil": {"@value": PAST, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}),
    ("plain value object", lambda _: {"validUntil": {"@value": PAST}}),
    ("array", lambda _: {"validUntil": [PAST]}),
    ("array of value object", lambda _: {"validUntil": [{"@value": PAST}]}),
    ("@set", lambda _: {"validUntil": {"@set": [PAST]}}),
    ("@list", lambda _: {"validUntil": {"@list": [PAST]}}),
    ("two values", lambda _: {"validUntil": [PAST, "2099-01-01T00:00:00Z"]}),
]


def hidden_dates(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-rdfc-2019")):
        key = Key(kind)
        base = badge(key.did, validUntil=PAST)
        signed = secure(base, key, suite)
        world.no("A10", f"plainly expired {suite}", signed, "expired")
        world.yes("A10", f"twin {suite}", secure({**base, "validUntil": "2036-05-31T00:00:00Z"}, key, suite))
        for name, hide in HIDDEN_UNTIL:
            document = without(signed, "validUntil")
            world.no("A10", f"{name} {suite}", {**document, **hide(document)}, SHAPE + " expired")
        through = without(copy.deepcopy(signed), "validUntil")
        through["issuer"]["issued"] = {"id": through["id"], "validUntil": PAST}
        world.no("A10", f"via issuer node {suite}", through, SHAPE + " expired tampered")
        through = without(copy.deepcopy(signed), "validUntil")
        through["credentialSubject"]["achievement"]["related"] = [{"id": through["id"], "validUntil": PAST}]
        world.no("A10", f"via another node {suite}", through, SHAPE + " expired tampered")
        sneaky = without(copy.deepcopy(signed), "validUntil")
        sneaky["evidence"] = [{"id": sneaky["id"], "type": ["Evidence"], "validUntil": PAST}]
        world.no("A10", f"via evidence of the same id {suite}", sneaky, SHAPE + " expired tampered")
    key = Key()
    for name, hide in HIDDEN_UNTIL:
        document = badge(key.did)
        document |= hide(document)
        world.no("A10", f"{name} as token", vc_jwt(document, key), SHAPE + " expired")
        world.no("A10", f"{name} by jcs", secure(document, key, "eddsa-jcs-2022"), SHAPE + " expired")


def hidden_entries(status: Json, iri: str) -> Rows:
    return [
        ("full IRI", {iri: status}),
        ("CURIE", {"cred:credentialStatus": status}),
        ("@nest", {"@nest": {"credentialStatus": status}}),
        ("@reverse", {"@reverse": {"credentialStatus": status}}),
        ("id only", {"credentialStatus": {"id": status["id"]}}),
        ("id only and @included", {"credentialStatus": {"id": status["id"]}, "@included": [status]}),
        (
            "id only, told elsewhere",
            {"credentialStatus": {"id": status["id"]}, "evidence": [status | {"type": ["Evidence"]}]},
        ),
        ("@set", {"credentialStatus": {"@set": [status]}}),
        ("nested array", {"credentialStatus": [[status]]}),
        ("@list", {"credentialStatus": {"@list": [status]}}),
        ("@graph", {"credentialStatus": {"@graph": [status]}}),
    ]


def reshaped_entries(url: str, status: Json) -> Rows:
    return [
        ("text", {"credentialStatus": status["id"]}),
        ("null", {"credentialStatus": None}),
        ("empty object", {"credentialStatus": {}}),
        ("removed", {}),
        ("type as @type", {"credentialStatus": {("@type" if n == "type" else n): v for n, v in status.items()}}),
        (
            "index under IRI",
            {
                "credentialStatus": {
                    ("https://www.w3.org/ns/credentials/status#statusListIndex" if n == "statusListIndex" else n): v
                    for n, v in status.items()
                }
            },
        ),
        ("index in an array", {"credentialStatus": {**status, "statusListIndex": ["7"]}}),
        ("index as value object", {"credentialStatus": {**status, "statusListIndex": {"@value": "7"}}}),
        ("list as object", {"credentialStatus": {**status, "statusListCredential": {"id": url}}}),
        ("purpose in an array", {"credentialStatus": {**status, "statusPurpose": ["revocation"]}}),
    ]


def hidden_status(world: World) -> None:
    key = Key()
    url = status_list(world, key, revoked=[7])
    base = badge(key.did, credentialStatus=entry(url, 7))
    signed = secure(base, key)
    world.no("A11", "plainly revoked", signed, "revoked")
    world.yes("A11", "twin", secure({**base, "credentialStatus": entry(url, 8)}, key))
    status = signed["credentialStatus"]
    iri = "https://www.w3.org/2018/credentials#credentialStatus"
    rest = without(signed, "credentialStatus")
    for name, change in [*hidden_entries(status, iri), *reshaped_entries(url, status)]:
        world.not_yes("A11", name, {**rest, **change})
        if name not in {"removed", "array"}:
            world.not_yes(
                "A11",
                f"{name} by jcs",
                secure({**without(rest, "proof"), **change}, key, "eddsa-jcs-2022"),
            )
            world.not_yes("A11", f"{name} as token", vc_jwt({**without(rest, "proof"), **change}, key))
