"""Threats C: claims beside the credential, and badges as tokens."""

from __future__ import annotations

from tests.support.hostile_set.codes import FORGED, PARSE
from tests.support.hostile_set.documents import V1, V2, badge, merged, old, urn, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, token, vc_jwt
from tests.support.hostile_set.tokens import KINDS, old_claims
from tests.support.hostile_set.world import Rows, World


def times(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        for name, claims, codes in (
            ("exp past", {"exp": 1_700_000_000}, "proof-expired expired malformed"),
            ("exp text", {"exp": "2036-01-01T00:00:00Z"}, "malformed"),
            ("exp null", {"exp": None}, "malformed shape-not-allowed"),
            ("exp list", {"exp": [2_000_000_000]}, "malformed"),
            ("exp true", {"exp": True}, "malformed"),
            ("exp negative", {"exp": -5}, "malformed proof-expired"),
            ("exp 1e300", {"exp": 1e300}, "malformed"),
            ("exp number text", {"exp": "2000000000"}, "malformed"),
            ("exp float past", {"exp": 1.5}, "proof-expired expired malformed"),
            ("nbf future", {"nbf": 4_000_000_000}, "out-of-range not-yet-valid malformed"),
            ("nbf text", {"nbf": "now"}, "malformed"),
            ("nbf null", {"nbf": None}, "malformed shape-not-allowed"),
            ("iat future", {"iat": 4_000_000_000}, "out-of-range"),
            ("iat text", {"iat": "1"}, "malformed"),
            ("iat null", {"iat": None}, "malformed shape-not-allowed"),
            ("iat milliseconds", {"iat": 1_790_000_000_000}, "malformed out-of-range"),
            ("iat object", {"iat": {}}, "malformed"),
        ):
            world.no("C10", f"{name} {kind}", vc_jwt(document, key, **claims), codes)
        world.yes("C10", f"twin {kind}", vc_jwt(document, key, exp=2_200_000_000, iat=1_790_000_000.5))
        gone = badge(key.did, validUntil="2026-05-31T00:00:00Z")
        world.no("C10", f"expired by validUntil {kind}", vc_jwt(gone, key), "expired")
        world.no("C10", f"expired by both {kind}", vc_jwt(gone, key, exp=1_780_185_600), "expired proof-expired")
        world.no("C10", f"expired, exp later {kind}", vc_jwt(gone, key, exp=2_200_000_000), "expired malformed")


def claims_of_others(document: Json, subject: Json, key: Key, other: Key) -> Rows:
    return [
        ("iss", {"iss": other.did}, "malformed not-by-issuer"),
        ("iss list", {"iss": [key.did]}, "malformed not-by-issuer"),
        ("iss null", {"iss": None}, "malformed shape-not-allowed not-by-issuer"),
        ("iss empty", {"iss": ""}, "malformed not-by-issuer"),
        ("jti", {"jti": urn()}, "malformed"),
        ("jti number", {"jti": 7}, "malformed"),
        ("sub", {"sub": urn()}, "malformed"),
        ("sub list", {"sub": [subject]}, "malformed"),
        ("vc too", {"vc": document}, "malformed"),
        ("vp too", {"vp": {}}, "malformed"),
        ("vc null", {"vc": None}, "malformed shape-not-allowed"),
        ("aud object", {"aud": {}}, "malformed"),
    ]


def claims(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key, other = Key(kind), Key(kind)
        document = badge(key.did, validUntil="2036-01-01T00:00:00Z")
        subject = document["credentialSubject"]["id"]
        for name, claims, codes in claims_of_others(document, subject, key, other):
            world.no("C11", f"{name} {kind}", vc_jwt(document, key, **claims), codes)
        world.no(
            "C11",
            f"exp before validUntil, past {kind}",
            vc_jwt(document, key, exp=1_780_000_000),
            "proof-expired malformed expired",
        )
        world.yes(
            "C11",
            f"twin {kind}",
            vc_jwt(document, key, iss=key.did, jti=document["id"], sub=subject, exp=2_082_758_400),
        )
        issuers_of_another(world, kind, document, key, other)


def issuers_of_another(world: World, kind: str, document: Json, key: Key, other: Key) -> None:
    world.no(
        "C11",
        f"issuer removed, iss alone {kind}",
        vc_jwt(without(document, "issuer"), key, iss=key.did),
        "malformed",
    )
    world.no(
        "C11",
        f"issuer of another, iss ours {kind}",
        vc_jwt(badge(other.did), key, iss=key.did),
        "malformed not-by-issuer",
    )
    world.no("C11", f"issuer of another {kind}", vc_jwt(badge(other.did), key), "not-by-issuer")
    world.no(
        "C11",
        f"proof inside {kind}",
        vc_jwt({**document, "proof": {}}, key),
        PARSE + " proof-missing shape-not-allowed",
    )


def claims_apart(inside: Json, key: Key) -> Rows:
    return [
        ("jti", {"jti": urn()}),
        ("sub", {"sub": urn()}),
        ("nbf", {"nbf": 1_700_000_000}),
        ("exp without date", {"exp": 1_780_000_000}),
        ("exp past", {"exp": 1_780_000_000, "vc": {**inside, "expirationDate": "2026-05-28T20:26:40Z"}}),
        ("no iss", {"iss": None}),
        ("vc text", {"vc": "x"}),
        ("vc list", {"vc": [inside]}),
        ("vc null", {"vc": {}}),
        ("vp too", {"vp": {}}),
        ("@context beside", {"@context": [V2]}),
        ("V2 inside", {"vc": badge(key.did)}),
        ("iss null in vc", {"vc": {**inside, "issuer": None}}),
    ]


def old_tokens(world: World) -> None:
    for kind in KINDS:
        key, other = Key(kind), Key(kind)
        inside = old(key.did, **{"@context": [V1]})
        head = {"alg": key.alg, "typ": "JWT", "kid": key.vm}
        world.yes("C11", f"VCDM 1.1 twin {kind}", token(head, old_claims(inside), key))
        short = {n: v for n, v in inside.items() if n not in {"issuer", "issuanceDate", "id"}}
        world.yes("C11", f"VCDM 1.1 claims alone {kind}", token(head, old_claims(inside, vc=short), key))
        world.yes(
            "C11",
            f"VCDM 1.1 no typ {kind}",
            token(without(head, "typ"), old_claims(inside), key),
        )
        world.no(
            "C11",
            f"VCDM 1.1 iss of another {kind}",
            token(head, old_claims(inside, iss=other.did), key),
            "malformed not-by-issuer",
        )
        for name, changes in claims_apart(inside, key):
            world.no(
                "C11",
                f"VCDM 1.1 {name} {kind}",
                token(head, old_claims(inside, **changes), key),
                "malformed expired proof-expired shape-not-allowed not-parsable not-by-issuer context-unknown",
            )


def badges(world: World) -> None:
    for kind in ("P-256", "RSA"):
        key = Key(kind)
        document = badge(key.did, validUntil="2036-01-01T00:00:00Z")
        claims = {
            "iss": key.did,
            "sub": document["credentialSubject"]["id"],
            "nbf": 1_767_225_600,
            "jti": document["id"],
            "exp": 2_082_758_400,
        }
        head = {"alg": key.alg, "typ": "JWT", "kid": key.vm, "jwk": key.jwk}
        world.yes("C11", f"badge twin {kind}", token(head, {**document, **claims}, key))
        for name, changes in (
            ("no sub", {"sub": None}),
            ("no nbf", {"nbf": None}),
            ("no jti", {"jti": None}),
            ("no iss", {"iss": None}),
            ("exp other", {"exp": 2_082_758_401}),
            ("nbf other", {"nbf": 1_767_225_601}),
            ("sub other", {"sub": urn()}),
            ("jti other", {"jti": urn()}),
            ("no exp", {"exp": None}),
        ):
            world.no(
                "C11", f"badge {name} {kind}", token(head, merged({**document, **claims}, changes), key), "malformed"
            )
        world.no(
            "C03",
            f"badge with another's jwk {kind}",
            token({**head, "jwk": Key(kind).jwk}, {**document, **claims}, key),
            FORGED + " key-weak",
        )
        kidless = token(without(head, "kid"), {**document, **claims}, key)
        world.any("C04", f"badge without kid {kind}", kidless)
