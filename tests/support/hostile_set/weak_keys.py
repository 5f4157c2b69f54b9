"""Threats C: keys too weak or malformed to trust."""

from __future__ import annotations

from tests.support.hostile_set.documents import badge, without
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import Json, compact, token, vc_jwt
from tests.support.hostile_set.world import Rows, World


def weak_jwks(key: Key) -> Rows:
    return [
        ("off the curve", {**key.jwk, "y": key.jwk["x"]}),
        ("zero", {**key.jwk, "x": b64(bytes(32)), "y": b64(bytes(32))}),
        ("short", {**key.jwk, "x": b64(bytes(31))}),
        ("another curve's name", {**key.jwk, "crv": "P-384"}),
        ("private", {**key.jwk, "d": b64(bytes(32))}),
        ("for encryption", {**key.jwk, "use": "enc"}),
        ("other alg", {**key.jwk, "alg": "ES384"}),
        ("secp256k1", Key("secp256k1").jwk),
        ("oct", {"kty": "oct", "k": "AAAA"}),
        ("padded", {**key.jwk, "x": key.jwk["x"] + "="}),
        ("RSA 512", {"kty": "RSA", "n": b64(b"\xc1" * 64), "e": "AQAB"}),
        ("RSA e=1", {"kty": "RSA", "n": b64(b"\xc1" * 256), "e": "AQ"}),
        ("no kty", without(key.jwk, "kty")),
        ("key_ops", {**key.jwk, "key_ops": ["sign"]}),
    ]


def weak(world: World) -> None:
    for name, bits, exponent in (("RSA 1024", 1024, 65537), ("RSA e=3", 2048, 3)):
        key = Key("RSA", bits=bits, exponent=exponent)
        for naming in ("key", "jwk", "web"):
            if naming == "jwk":
                key.as_jwk()
            elif naming == "web":
                world.web(key, form="JsonWebKey")
            world.no(
                "C15", f"{name} did:{naming}", vc_jwt(badge(key.did), key), "key-weak did-invalid did-document-invalid"
            )
    key = Key("P-256")
    for name, jwk in weak_jwks(key):
        weak_jwk(world, key, name, jwk)
    for length in (16, 33, 0):
        did = "did:jwk:" + b64(compact({"kty": "OKP", "crv": "Ed25519", "x": b64(bytes(length))}))
        world.no(
            "C15",
            f"Ed25519 of {length} bytes",
            token({"alg": "EdDSA", "kid": did + "#0", "typ": "vc+jwt"}, badge(did), Key()),
            "key-weak did-invalid",
        )


def weak_jwk(world: World, key: Key, name: str, jwk: Json) -> None:
    did = "did:jwk:" + b64(compact(jwk))
    document = badge(did)
    world.no(
        "C15",
        f"did:jwk {name}",
        token({"alg": "ES256", "kid": did + "#0", "typ": "vc+jwt"}, document, key),
        "key-weak did-invalid",
    )
    host = world.host()
    web = f"did:web:{host}"
    method = {"id": web + "#k", "type": "JsonWebKey", "controller": web, "publicKeyJwk": jwk}
    world.publish(
        f"https://{host}/.well-known/did.json",
        {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": web,
            "verificationMethod": [method],
            "assertionMethod": [web + "#k"],
        },
    )
    world.no(
        "C15",
        f"did:web {name}",
        token({"alg": "ES256", "kid": web + "#k", "typ": "vc+jwt"}, badge(web), key),
        "key-weak did-document-invalid",
    )
