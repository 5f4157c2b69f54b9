"""Threats F: identifiers of each method, misspelt and right."""

from __future__ import annotations

from tests.support.hostile_set.documents import badge
from tests.support.hostile_set.keys import Key, b58, b64
from tests.support.hostile_set.signing import secure, vc_jwt
from tests.support.hostile_set.world import Rows, World, did_document


def wrong_multikeys(key: Key, p256: Key) -> Rows:
    return [
        ("short", "z6Mk"),
        ("long", key.multikey + "1111"),
        ("bad codec", "z" + b58(b"\x99\x01" + key.raw)),
        ("off curve", "z" + b58(b"\x80\x24\x02" + b"\xff" * 32)),
        ("empty", ""),
        ("base64", "u" + b64(b"\xed\x01" + key.raw)),
        ("no multibase", key.multikey[1:]),
        ("one byte less", "z" + b58(b"\xed\x01" + key.raw[:-1])),
        ("one byte more", "z" + b58(b"\xed\x01" + key.raw + b"\0")),
        ("uncompressed", "z" + b58(b"\x80\x24" + b"\x04" + bytes(64))),
        ("x25519", "z" + b58(b"\xec\x01" + key.raw)),
        ("secp256k1", Key("secp256k1").multikey),
        ("bad character", key.multikey[:-1] + "0"),
        ("huge", "z" + "6" * 100_000),
        ("leading 1", "z1" + key.multikey[1:]),
        ("hex", "f" + (b"\xed\x01" + key.raw).hex()),
        ("codec without key", "z" + b58(b"\xed\x01")),
        ("codec as one byte", "z" + b58(b"\xed" + key.raw)),
        ("zero point", "z" + b58(b"\x80\x24" + bytes(33))),
        ("P-256 with P-384's codec", "z" + b58(b"\x81\x24" + p256.raw)),
        ("blank", key.multikey + " "),
    ]


def other_methods(world: World, key: Key) -> Rows:
    return [
        ("method unknown", "did:madeup:x"),
        ("did:example", "did:example:123"),
        ("did:ion", "did:ion:x"),
        ("no method", "did:x"),
        ("capital", "DID:KEY:" + key.multikey),
        ("did:jwk empty", "did:jwk:"),
        ("did:jwk text", "did:jwk:" + b64(b"hello")),
        ("did:jwk list", "did:jwk:" + b64(b"[]")),
        ("did:jwk duplicate", "did:jwk:" + b64(b'{"kty":"OKP","kty":"EC"}')),
        ("did:webvh", f"did:webvh:QmX:{world.host()}"),
    ]


def did_keys(world: World) -> None:
    key = Key()
    p256 = Key("P-256")
    for name, text in wrong_multikeys(key, p256):
        signer = Key()
        signer.did, signer.vm = f"did:key:{text}", f"did:key:{text}#{text}"
        world.no(
            "F10",
            f"{name} rdfc",
            secure(badge(signer.did), signer),
            "did-invalid malformed key-weak suite-unsupported tampered term-undefined shape-not-allowed too-large",
        )
        world.no(
            "F10",
            f"{name} token",
            vc_jwt(badge(signer.did), signer),
            "did-invalid malformed key-weak suite-unsupported tampered too-large not-by-issuer",
        )
    for name, did in other_methods(world, key):
        signer = Key()
        signer.did, signer.vm = did, did + "#0"
        world.not_yes("F10", f"{name} rdfc", secure(badge(did), signer))
        world.not_yes("F10", f"{name} token", vc_jwt(badge(did), signer))


def twins(world: World) -> None:
    for kind, suite in (
        ("Ed25519", "eddsa-rdfc-2022"),
        ("P-256", "ecdsa-rdfc-2019"),
        ("P-384", "ecdsa-jcs-2019"),
        ("Ed25519", "eddsa-jcs-2022"),
    ):
        for form in ("Multikey", "JsonWebKey", "JsonWebKey2020"):
            for path in ("", "/t/uni", "/a/b/c"):
                key = world.web(Key(kind), form=form, path=path)
                world.yes("F06", f"twin {form} {path} {suite}", secure(badge(key.did), key, suite))
        for media in (
            "application/did+json",
            "application/did+ld+json",
            "application/ld+json",
            "application/json; charset=utf-8",
            "application/did",
            "application/JSON",
        ):
            key = world.web(Key(kind), content_type=media)
            world.yes("F05", f"twin as {media} {suite}", secure(badge(key.did), key, suite))
        right_documents(world, kind, suite)


def right_documents(world: World, kind: str, suite: str) -> None:
    key = world.web(
        Key(kind),
        document={
            "alsoKnownAs": ["https://judge.example"],
            "service": [{"id": "#s", "type": "X", "serviceEndpoint": "https://judge.example"}],
            "controller": None,
        },
    )
    world.yes("F06", f"twin with services {suite}", secure(badge(key.did), key, suite))
    key = Key(kind).as_jwk()
    world.yes("F10", f"twin did:jwk {suite}", secure(badge(key.did), key, suite))
    host = world.host()
    key = Key(kind)
    key.as_web(f"did:web:{host}%3A8443")
    world.publish(f"https://{host}:8443/.well-known/did.json", did_document(key))
    world.yes("F02", f"twin with port {suite}", secure(badge(key.did), key, suite))
    embedded = Key(kind)
    place = world.place(embedded)
    world.publish(
        place,
        {"@context": ["https://www.w3.org/ns/did/v1"], "id": embedded.did, "assertionMethod": [embedded.method()]},
    )
    world.yes("F06", f"twin embedded {suite}", secure(badge(embedded.did), embedded, suite))
