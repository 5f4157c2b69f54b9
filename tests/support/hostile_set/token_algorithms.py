"""Threats C: no algorithm, algorithms of others, signatures that were changed."""

from __future__ import annotations

import hmac

from tests.support.hostile_set.codes import FORGED, PARSE
from tests.support.hostile_set.documents import badge
from tests.support.hostile_set.keys import ORDERS, Key, b64, unb64
from tests.support.hostile_set.signing import Json, compact, token, vc_jwt
from tests.support.hostile_set.tokens import KINDS, head_of
from tests.support.hostile_set.world import Rows, World


def twins(world: World) -> None:
    for kind in KINDS:
        for naming in ("key", "jwk", "web"):
            key = world.named(kind, naming, form="JsonWebKey")
            world.yes("C06", f"twin {kind} did:{naming}", vc_jwt(badge(key.did), key))
            world.yes("C06", f"twin {kind} did:{naming}, no cty", vc_jwt(badge(key.did), key, header={"cty": None}))
    key = Key("P-256")
    for name, header in (
        ("typ with application", {"typ": "application/vc+jwt"}),
        ("no typ", {"typ": None}),
        ("capitals in typ", {"typ": "VC+JWT"}),
        ("iss in header", {"iss": key.did}),
        ("own jwk", {"jwk": key.jwk}),
        ("unknown member", {"x": 1}),
    ):
        world.yes("C06", f"twin {name}", vc_jwt(badge(key.did), key, header=header))
    for name, claims in (
        ("iat", {"iat": 1_790_000_000}),
        ("iss", {"iss": key.did}),
        ("all", {"iss": key.did, "iat": 1_790_000_000, "nbf": 1_767_225_600}),
    ):
        world.yes("C06", f"twin with {name}", vc_jwt(badge(key.did), key, **claims))
    eddsa = Key()
    world.yes("C06", "twin alg Ed25519", vc_jwt(badge(eddsa.did), eddsa, header={"alg": "Ed25519"}))


def none(world: World) -> None:
    for kind in ("P-256", "Ed25519"):
        key = Key(kind)
        document = badge(key.did)
        for alg in ("none", "None", "nOnE", "NONE", "", "none ", None, ["none"], 0, "nоne"):
            header = {**head_of(key), "alg": alg}
            world.no("C01", f"{alg!r} without signature {kind}", token(header, document, None), FORGED)
            world.no("C01", f"{alg!r} with signature {kind}", token(header, document, key), FORGED)
        world.no("C01", f"no alg {kind}", token(head_of(key, alg=None), document, key), FORGED)


def mac(world: World) -> None:
    for kind in KINDS:
        key = Key(kind)
        document = badge(key.did)
        for name, secret in (
            ("raw", key.raw),
            ("multibase", key.multikey.encode()),
            ("JWK", compact(key.jwk)),
            ("PEM", key.pem),
            ("empty", b""),
            ("did", key.did.encode()),
            ("vm", key.vm.encode()),
            ("null", b"null"),
            ("PEM without newline", key.pem.strip()),
        ):
            for alg, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
                signed = f"{b64(compact(head_of(key, alg=alg)))}.{b64(compact(document))}"
                world.no(
                    "C02",
                    f"{alg} keyed with {name} {kind}",
                    f"{signed}.{b64(hmac.new(secret, signed.encode(), digest).digest())}",
                    FORGED,
                )


def changed_tokens(good: str, document: Json, key: Key, other: Key) -> Rows:
    head, body, signature = good.split(".")
    raw = unb64(signature)
    tall = b64(compact({**document, "name": "Doctorat"}))
    return [
        ("payload", f"{head}.{tall}.{signature}"),
        ("header", f"{b64(compact(head_of(key, x=1)))}.{body}.{signature}"),
        ("kid changed", f"{b64(compact(head_of(key, kid=other.vm)))}.{body}.{signature}"),
        ("typ changed", f"{b64(compact(head_of(key, typ='vp+jwt')))}.{body}.{signature}"),
        ("signature removed", f"{head}.{body}."),
        ("two parts", f"{head}.{body}"),
        ("four parts", f"{good}.{signature}"),
        ("longer", f"{head}.{body}.{b64(raw + bytes(1))}"),
        ("shorter", f"{head}.{body}.{b64(raw[:-1])}"),
        ("zero", f"{head}.{body}.{b64(bytes(len(raw)))}"),
        ("flipped", f"{head}.{body}.{b64(bytes([raw[0] ^ 1]) + raw[1:])}"),
        ("of another", vc_jwt(document, other, header={"kid": key.vm})),
        ("empty header", f".{body}.{signature}"),
        ("empty payload", f"{head}..{signature}"),
    ]


def changed(world: World) -> None:
    for kind in KINDS:
        key, other = Key(kind), Key(kind)
        document = badge(key.did)
        good = vc_jwt(document, key)
        head, body, signature = good.split(".")
        raw = unb64(signature)
        cases: list[tuple[str, str]] = changed_tokens(good, document, key, other)
        if kind in {"P-256", "P-384", "P-521"}:
            from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

            half = len(raw) // 2
            r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
            cases.append(("DER", f"{head}.{body}.{b64(encode_dss_signature(r, s))}"))
            cases.append(("leading zeros", f"{head}.{body}.{b64(bytes(1) + raw[:half] + bytes(1) + raw[half:])}"))
        if kind == "P-256":
            n = ORDERS["P-256"]
            for name, value in (("r=s=1", (1, 1)), ("r=n", (n, s)), ("s=n", (r, n))):
                cases.append((name, f"{head}.{body}.{b64(b''.join(part.to_bytes(32, 'big') for part in value))}"))
            world.yes("B15", "high s as token", f"{head}.{body}.{b64(key.high_s(raw))}")
        if kind == "Ed25519":
            s = int.from_bytes(raw[32:], "little") + ORDERS["Ed25519"]
            cases.append(("S+L", f"{head}.{body}.{b64(raw[:32] + s.to_bytes(32, 'little'))}"))
        for alg in ("ES256", "ES384", "ES512", "EdDSA", "RS256", "PS256", "ES256K", "RS1", "HS256", "Ed448"):
            if alg != key.alg:
                world.not_yes("C06", f"{kind} key says {alg}", token(head_of(key, alg=alg), document, key), FORGED)
        for name, text in cases:
            world.no("C06", f"{name} {kind}", text, PARSE + " purpose-wrong " + FORGED)
