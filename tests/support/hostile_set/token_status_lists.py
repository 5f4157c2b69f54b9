"""Threats G: Token Status Lists."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, Final

from tests.support.hostile_set.documents import V1, badge, merged, old
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import sd_jwt, token
from tests.support.hostile_set.tokens import head_of, old_claims
from tests.support.hostile_set.world import Rows, World

ODD_INDEXES: Final[Rows] = [
    ("-1", -1),
    ("32768", 32_768),
    ("text", "8"),
    ("float", 8.5),
    ("huge", 10**20),
    ("true", True),
    ("null", None),
]
STATUS_MEMBERS: Final[Rows] = [
    ("empty", {}),
    ("text", "x"),
    ("list", []),
    ("unknown mechanism", {"other": {}}),
    ("null", None),
    ("no uri", {"status_list": {"idx": 1}}),
]


def token_list(
    world: World,
    key: Key,
    *,
    values: Any = None,
    url: str | None = None,
    header: Any = None,
    claims: Any = None,
    lst: Any = None,
    size: int = 1,
) -> str:
    """Publish a Token Status List (least significant bits first)."""
    url = url or f"https://{world.host()}/tokens"
    bits = bytearray(4096)
    for index, value in (values or {}).items():
        at = index * size
        bits[at >> 3] |= value << (at & 7)
    inside = {"bits": size, "lst": b64(zlib.compress(bytes(bits), 9)), **(lst or {})}
    payload = merged(
        {"sub": url, "iss": key.did, "iat": 1_763_000_000, "exp": 2_063_000_000, "ttl": 43_200, "status_list": inside},
        claims or {},
    )
    head = merged({"alg": key.alg, "kid": key.vm, "typ": "statuslist+jwt"}, header or {})
    return world.publish(url, token(head, payload, key).encode(), content_type="application/statuslist+jwt")


def asked_of(world: World, key: Key, line: str, name: str, answer: str, codes: str, uri: str, idx: Any = 8) -> None:
    claims = {
        "iss": key.did,
        "vct": "https://judge.example/t",
        "iat": 1_790_000_000,
        "status": {"status_list": {"uri": uri, "idx": idx}},
    }
    world.add(line, f"token list: {name}", sd_jwt(claims, key), answer, codes)


def token_lists(world: World) -> None:
    key, other = Key("P-256"), Key("P-256")

    url = token_list(world, key, values={7: 1, 15: 1})
    for idx in (0, 6, 8, 14, 16):
        asked_of(world, key, "G02", f"neighbour {idx}", "yes", "", url, idx)
    for idx in (7, 15):
        asked_of(world, key, "G01", f"invalid {idx}", "no", "revoked", url, idx)
    two = token_list(world, key, values={3: 2, 4: 1, 5: 3}, size=2)
    for idx, answer, code in (
        (2, "yes", ""),
        (3, "no", "suspended"),
        (4, "no", "revoked"),
        (5, "unknown", "status-unverified"),
    ):
        asked_of(world, key, "G01", f"two bits {idx}", answer, code, two, idx)
    for name, spelling in ODD_INDEXES:
        asked_of(world, key, "G06", f"index {name}", "not yes", "", url, spelling)
    for line, name, answer, codes, uri in bent_token_lists(world, key, other):
        asked_of(world, key, line, name, answer, codes, uri)
    for name, status in STATUS_MEMBERS:
        claims = {"iss": key.did, "vct": "https://judge.example/t", "status": status}
        world.not_yes("G09", f"token status {name}", sd_jwt(claims, key))


def other_forms(world: World) -> None:
    """The claim `status` in tokens that are no SD-JWT VC: it is that of the token, whatever is in it."""
    key = Key("P-256")
    url = token_list(world, key, values={7: 1})
    for name, make in FORMS.items():
        asked = {idx: make(key, {"status_list": {"uri": url, "idx": idx}}) for idx in (7, 8)}
        world.yes("G02", f"token list: neighbour in {name}", asked[8])
        world.no("G01", f"token list: invalid in {name}", asked[7], "revoked")
        for member, status in STATUS_MEMBERS:
            world.not_yes("G09", f"token status {member} in {name}", make(key, status))


def _in_badge(key: Key, status: Any) -> str:
    document = badge(key.did)
    said = {"iss": key.did, "sub": document["credentialSubject"]["id"], "nbf": 1_767_225_600, "jti": document["id"]}
    return token({"alg": key.alg, "typ": "JWT", "kid": key.vm}, {**document, **said, "status": status}, key)


FORMS: Final[dict[str, Callable[[Key, Any], str]]] = {
    "vc+jwt": lambda key, status: token(head_of(key), {**badge(key.did), "status": status}, key),
    "VCDM 1.1": lambda key, status: token(
        {"alg": key.alg, "typ": "JWT", "kid": key.vm},
        {**old_claims(old(key.did, **{"@context": [V1]})), "status": status},
        key,
    ),
    "a badge": _in_badge,
    "vc+sd-jwt": lambda key, status: (
        token(head_of(key, typ="vc+sd-jwt"), {**badge(key.did), "status": status}, key) + "~"
    ),
}


def bent_token_lists(world: World, key: Key, other: Key) -> Rows:
    return [
        ("G03", "of another issuer", "unknown", "status-unverified", token_list(world, other)),
        (
            "G04",
            "sub is another address",
            "unknown",
            "status-unverified",
            token_list(world, key, claims={"sub": "https://x.judge.example/l"}),
        ),
        ("G05", "expired", "unknown", "status-stale", token_list(world, key, claims={"exp": 1_763_000_100})),
        ("G05", "issued in the future", "unknown", "", token_list(world, key, claims={"iat": 2_000_000_000})),
        ("G03", "another typ", "unknown", "status-unverified", token_list(world, key, header={"typ": "JWT"})),
        ("G03", "alg none", "unknown", "status-unverified", token_list(world, key, header={"alg": "none"})),
        ("G07", "not zlib", "unknown", "", token_list(world, key, lst={"lst": b64(b"hello")})),
        ("G07", "bomb", "unknown", "", token_list(world, key, lst={"lst": b64(zlib.compress(bytes(100_000_000), 9))})),
        ("G07", "odd bits", "unknown", "", token_list(world, key, lst={"bits": 3})),
        ("G08", "host down", "unknown", "status-unreachable", f"https://{world.host()}/none"),
        ("F11", "loopback", "not yes", "network-forbidden", "https://127.0.0.1/list"),
        ("F11", "http", "not yes", "network-forbidden status-unverified malformed", "http://lists.judge.example/list"),
    ]
