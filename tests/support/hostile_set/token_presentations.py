"""Threats E: presentations as tokens."""

from __future__ import annotations

from typing import Any, Final

from tests.support.hostile_set.documents import V1, V2, badge, merged, old
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, secure, token, vc_jwt
from tests.support.hostile_set.tokens import head_of, old_claims
from tests.support.hostile_set.world import Rows, World

OTHER_ANSWERS: Final[Rows] = [
    ("nonce other", {"nonce": "n-2"}, "challenge-wrong"),
    ("nonce missing", {"nonce": None}, "challenge-wrong"),
    ("nonce prefix", {"nonce": "n-"}, "challenge-wrong"),
    ("nonce list", {"nonce": ["n-1"]}, "challenge-wrong malformed"),
    ("aud other", {"aud": "https://asker.example.evil"}, "domain-wrong"),
    ("aud missing", {"aud": None}, "domain-wrong"),
    ("aud case", {"aud": "https://Asker.example"}, "domain-wrong"),
    ("aud two", {"aud": ["https://asker.example", "https://evil.example"]}, "domain-wrong"),
    ("exp past", {"exp": 1_790_000_001}, "proof-expired"),
]


def presentations(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key, other = Key(kind), Key(kind)
        inside = secure(badge(key.did), key, "eddsa-rdfc-2022" if kind == "Ed25519" else "ecdsa-rdfc-2019")
        body = {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": key.did,
            "verifiableCredential": [inside],
        }
        head = head_of(key, typ="vp+jwt", cty="vp")
        more = {"media_type": "application/vp+jwt"}
        answers_asked(world, kind, key, head, body)
        holders_of_another(world, kind, body, head, more, key, other)
        old_presentations(world, kind, key)


def answers_asked(world: World, kind: str, key: Key, head: Json, body: Json) -> None:
    asked = {"media_type": "application/vp+jwt", "challenge": "n-1", "domain": "https://asker.example"}
    answers = {"nonce": "n-1", "aud": "https://asker.example", "iat": 1_790_000_000}
    world.yes("E01", f"token twin {kind}", token(head, body, key), media_type="application/vp+jwt")
    world.yes("E01", f"token twin asked {kind}", token(head, {**body, **answers}, key), **asked)
    for name, changes, codes in OTHER_ANSWERS:
        world.no("E01", f"token {name} {kind}", token(head, merged({**body, **answers}, changes), key), codes, **asked)


def holders_of_another(world: World, kind: str, body: Any, head: Any, more: Any, key: Key, other: Key) -> None:
    world.no(
        "E04",
        f"token holder of another {kind}",
        token(head, {**body, "holder": other.did}, key),
        "not-by-issuer",
        **more,
    )
    world.no(
        "E04",
        f"token iss of another {kind}",
        token(head, {**body, "iss": other.did}, key),
        "malformed not-by-issuer",
        **more,
    )
    world.no(
        "E03",
        f"token typ of a credential {kind}",
        token({**head, "typ": "vc+jwt"}, body, key),
        "malformed not-parsable",
        media_type="application/vp+jwt",
    )
    world.no(
        "E07",
        f"bare token inside {kind}",
        token(head, {**body, "verifiableCredential": [vc_jwt(badge(key.did), key)]}, key),
        "malformed shape-not-allowed not-parsable",
        **more,
    )


def old_presentations(world: World, kind: str, key: Key) -> None:
    old_vp = {
        "@context": [V1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [
            token({"alg": key.alg, "typ": "JWT", "kid": key.vm}, old_claims(old(key.did, **{"@context": [V1]})), key)
        ],
    }
    world.any(
        "E07",
        f"VCDM 1.1 token with a token inside {kind}",
        token({"alg": key.alg, "typ": "JWT", "kid": key.vm}, {"iss": key.did, "vp": old_vp}, key),
    )
