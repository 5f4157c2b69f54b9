"""Threats C: tokens that parsers read differently, encrypted or too large."""

from __future__ import annotations

import json

from tests.support.hostile_set.codes import FORGED, PARSE
from tests.support.hostile_set.documents import badge
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import Json, compact, token, vc_jwt
from tests.support.hostile_set.tokens import head_of
from tests.support.hostile_set.world import Rows, World


def spelling(world: World) -> None:
    for kind in ("P-256", "Ed25519", "RSA"):
        key = Key(kind)
        good = vc_jwt(badge(key.did), key)
        parts = good.split(".")
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for at, name in enumerate(("header", "payload", "signature")):
            part = parts[at]

            def with_part(text: str, at: int = at, parts: list[str] = parts) -> str:
                return ".".join([*parts[:at], text, *parts[at + 1 :]])

            ways = [
                ("padding", part + "=" * (-len(part) % 4 or 4)),
                ("blank", part + " "),
                ("newline inside", part[:4] + "\n" + part[4:]),
                ("standard alphabet", part[:3] + "+" + part[4:]),
                ("one more A", part + "A"),
                ("tab", "\t" + part),
                ("full width", part[:-1] + "\uff21"),
            ]
            if len(part) % 4:
                ways.append(("unused bits", part[:-1] + alphabet[alphabet.index(part[-1]) ^ 1]))
            for what, text in ways:
                world.no("C07", f"{what} in {name} {kind}", with_part(text), PARSE + " " + FORGED)
        world.yes("C07", f"twin with newline {kind}", good + "\n", doors=("verify",))
        world.no("C07", f"blank before {kind}", " " + good, PARSE, doors=("verify",))
        world.no("C07", f"two newlines {kind}", good + "\n\n", PARSE, doors=("verify",))
        world.no("C07", f"quoted {kind}", json.dumps(good).encode(), PARSE, doors=("verify",))
        world.no("C07", f"Bearer {kind}", "Bearer " + good, PARSE, doors=("verify",))
        world.no(
            "C07", f"in UTF-16 {kind}", good.encode("utf-16"), PARSE, doors=("verify",), media_type="application/vc+jwt"
        )


def duplicates_and_payloads(raw: bytes, head: bytes) -> Rows:
    return [
        ("duplicate alg", b'{"alg":"none",' + head[1:], raw),
        ("duplicate kid", b'{"kid":"x",' + head[1:], raw),
        ("duplicate alg by escape", b'{"\\u0061lg":"none",' + head[1:], raw),
        ("duplicate claim", head, b'{"issuer":"did:example:x",' + raw[1:]),
        ("duplicate claim by escape", head, b'{"issu\\u0065r":"did:example:x",' + raw[1:]),
        ("payload array", head, b"[" + raw + b"]"),
        ("payload text", head, b'"x"'),
        ("payload null", head, b"null"),
        ("payload number", head, b"7"),
        ("payload empty", head, b""),
        ("payload invalid UTF-8", head, raw[:-1] + b',"description":"\xff"}'),
    ]


def odd_headers(raw: bytes, head: bytes) -> Rows:
    return [
        ("header invalid UTF-8", head[:-1] + b',"x":"\xff"}', raw),
        ("header array", b"[" + head + b"]", raw),
        ("header text", b'"x"', raw),
        ("header null", b"null", raw),
        ("header empty", b"", raw),
        ("header BOM", b"\xef\xbb\xbf" + head, raw),
        ("payload BOM", head, b"\xef\xbb\xbf" + raw),
        ("payload UTF-16", head, raw.decode().encode("utf-16")),
    ]


def odd_token_bytes(key: Key, document: Json, raw: bytes, head: bytes) -> Rows:
    return [
        ("trailing bytes", head, raw + b"x"),
        ("trailing in header", head + b"{}", raw),
        ("NaN", head, raw[:-1] + b',"x":NaN}'),
        ("lone surrogate", head, raw[:-1] + b',"description":"\\ud800"}'),
        ("deep", head, b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
        ("deep header", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, raw),
        ("big integer", head, raw[:-1] + b',"x":' + b"9" * 5000 + b"}"),
        ("nested token", {**head_of(key), "cty": "JWT"}, vc_jwt(document, key).encode()),
        ("comment", head, b"/**/" + raw),
        ("payload null member", head, raw[:-1] + b',"description":null}'),
    ]


def strange(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        raw, head = compact(document), compact(head_of(key))
        for name, header, payload in [
            *duplicates_and_payloads(raw, head),
            *odd_headers(raw, head),
            *odd_token_bytes(key, document, raw, head),
        ]:
            world.no(
                "C09", f"{name} {kind}", token(header, payload, key), PARSE + " too-complex too-large shape-not-allowed"
            )
        protected, body = b64(head), b64(raw)
        signature = b64(key.sign(f"{protected}.{body}".encode()))
        for name, form in (
            ("flattened", {"payload": body, "protected": protected, "signature": signature}),
            ("general", {"payload": body, "signatures": [{"protected": protected, "signature": signature}]}),
            ("unprotected", {"payload": body, "header": head_of(key), "signature": signature}),
        ):
            world.no("C09", f"{name} JSON serialisation {kind}", form, PARSE + " context-unknown")


def encrypted(world: World) -> None:
    from jwcrypto import jwe, jwk

    secret = jwk.JWK.generate(kty="oct", size=256)
    inner = vc_jwt(badge(Key().did), Key())
    for name, header in (
        ("plain", {"alg": "dir", "enc": "A256GCM"}),
        ("zip bomb", {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}),
    ):
        made = jwe.JWE((inner * (200 if "zip" in name else 1)).encode(), json.dumps(header))
        made.add_recipient(secret)
        world.no("C12", f"JWE {name}", made.serialize(compact=True), "not-parsable malformed")
        world.no("C12", f"JWE {name} as JSON", json.loads(made.serialize()), PARSE + " context-unknown")
    slow = b64(compact({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AAAA"}))
    world.no("C12", "p2c 10^9", f"{slow}.AAAA.AAAA.AAAA.AAAA", "not-parsable")
    world.no("C12", "p2c 10^9 in three parts", f"{slow}.AAAA.AAAA", PARSE)
    key = Key("P-256")
    world.no("C12", "zip in a JWS", vc_jwt(badge(key.did), key, header={"zip": "DEF"}), "not-parsable")
    world.no("C12", "enc in a JWS", vc_jwt(badge(key.did), key, header={"enc": "A128GCM"}), "not-parsable")


def large(world: World) -> None:
    key = Key("P-256")
    head, body, signature = vc_jwt(badge(key.did), key).split(".")
    for size in (400_000, 1_000_000, 3_000_000):
        world.no("C13", f"header of {size}", f"{'A' * size}.{body}.{signature}", "too-large")
        world.no("C13", f"signature of {size}", f"{head}.{body}.{'A' * size}", "too-large")
        world.no("C13", f"payload of {size}", f"{head}.{'A' * size}.{signature}", "too-large")
    world.no(
        "C13",
        "400 kB kid",
        vc_jwt(badge(key.did), key, header={"kid": "did:key:z" + "6" * 200_000}),
        "too-large did-invalid malformed",
    )
    world.yes("C13", "twin of 150 kB", vc_jwt(badge(key.did, description="x" * 150_000), key))
