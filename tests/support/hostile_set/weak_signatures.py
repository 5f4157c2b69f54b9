"""Threats B: signatures and keys that a lax implementation takes."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.support.hostile_set.documents import changed
from tests.support.hostile_set.keys import ORDERS, Key, b58, unb58
from tests.support.hostile_set.proven import signed, with_suite
from tests.support.hostile_set.signing import Json, signing_input, suite_options
from tests.support.hostile_set.world import Rows, World, did_document


def keys(world: World) -> None:
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020"):
        key = Key()
        good = signed(key, suite)
        raw = unb58(good["proof"]["proofValue"][1:])
        for times in (1, 2, 8):
            s = int.from_bytes(raw[32:], "little") + times * ORDERS["Ed25519"]
            if s < 2**256:
                world.no(
                    "B12",
                    f"S+{times}L {suite}",
                    changed(good, "proof", "proofValue", value="z" + b58(raw[:32] + s.to_bytes(32, "little"))),
                    "tampered",
                )
        small_order_points(world, suite)
        small_order_in_did_web(world, suite)


def small_order_points(world: World, suite: str) -> None:
    p = 2**255 - 19
    order_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
    points = [
        0,
        1,
        p - 1,
        p,
        p + 1,
        order_8,
        p - order_8,
        2**255 | 1,
        2**255 | 0,
        2**255 | (p - 1),
        2**255 | order_8,
        2**255 | (p - order_8),
        p + 3,
        2**255 - 1,
    ]
    for at, point in enumerate(points):
        multikey = "z" + b58(b"\xed\x01" + point.to_bytes(32, "little"))
        weak = Key()
        weak.did, weak.vm = f"did:key:{multikey}", f"did:key:{multikey}#{multikey}"
        for r in (1, 0):
            universal = "z" + b58(r.to_bytes(32, "little") + bytes(32))
            document = with_suite(weak.did, suite)
            proof = _options(weak, suite, document)
            world.no(
                "B13",
                f"point {at} r {r} {suite}",
                {**document, "proof": {**proof, "proofValue": universal}},
                "key-weak did-invalid",
            )


def small_order_in_did_web(world: World, suite: str) -> None:
    web = Key()
    place = world.place(web)
    method = {**web.method(), "publicKeyMultibase": "z" + b58(b"\xed\x01" + (1).to_bytes(32, "little"))}
    world.publish(place, {**did_document(web), "verificationMethod": [method]})
    document = with_suite(web.did, suite)
    proof = _options(web, suite, document)
    world.no(
        "B13",
        f"small order in did:web {suite}",
        {**document, "proof": {**proof, "proofValue": "z" + b58((1).to_bytes(32, "little") + bytes(32))}},
        "key-weak did-document-invalid",
    )


KINDS_UNDER_LABELS: Final[Rows] = [
    ("secp256k1", "ecdsa-rdfc-2019"),
    ("secp256k1", "ecdsa-jcs-2019"),
    ("P-256", "eddsa-rdfc-2022"),
    ("P-384", "eddsa-jcs-2022"),
    ("Ed25519", "ecdsa-rdfc-2019"),
    ("Ed25519", "ecdsa-jcs-2019"),
    ("P-521", "ecdsa-rdfc-2019"),
    ("RSA", "eddsa-rdfc-2022"),
    ("RSA", "ecdsa-rdfc-2019"),
    ("P-256", "Ed25519Signature2020"),
]


def odd_pairs(n: Any, pair: Any, raw: bytes, r: Any, s: Any) -> Rows:
    return [
        ("r=s=0", pair(0, 0)),
        ("r=0", pair(0, s)),
        ("s=0", pair(r, 0)),
        ("r=n", pair(n, s)),
        ("s=n", pair(r, n)),
        ("r=s=n", pair(n, n)),
        ("r=s=1", pair(1, 1)),
        ("s+n", pair(r, s + n)),
        ("DER", encode_dss_signature(r, s)),
        ("extra byte", raw + b"\0"),
        ("leading byte", b"\0" + raw),
        ("halves swapped", raw[32:] + raw[:32]),
        ("all ones", b"\xff" * 64),
    ]


def curves(world: World) -> None:
    n = ORDERS["P-256"]
    for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        key = Key("P-256")
        good = signed(key, suite)
        raw = unb58(good["proof"]["proofValue"][1:])
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")

        def pair(a: int, b: int) -> bytes:
            return (a % 2**256).to_bytes(32, "big") + (b % 2**256).to_bytes(32, "big")

        for name, value in odd_pairs(n, pair, raw, r, s):
            world.no("B14", f"{name} {suite}", changed(good, "proof", "proofValue", value="z" + b58(value)), "tampered")
        world.yes(
            "B15", f"high s {suite}", changed(good, "proof", "proofValue", value="z" + b58(pair(r, max(s, n - s))))
        )
        world.yes(
            "B15", f"low s {suite}", changed(good, "proof", "proofValue", value="z" + b58(pair(r, min(s, n - s))))
        )
        wrong_hashes(world, suite, key)
    for kind, label in KINDS_UNDER_LABELS:
        key = Key(kind)
        world.not_yes("B16", f"{kind} under {label}", signed(key, label))


def wrong_hashes(world: World, suite: str, key: Key) -> None:
    for name, signer, digest, algorithm in (
        ("wrong hash SHA-384", key, hashlib.sha256, hashes.SHA384()),
        ("digests of SHA-384", key, hashlib.sha384, None),
        ("P-384 with SHA-256", Key("P-384"), hashlib.sha256, hashes.SHA256()),
    ):
        document = with_suite(signer.did, suite)
        options = _options(signer, suite, document)
        signature = signer.sign(signing_input(document, options, suite, digest), algorithm)
        proof = {**options, "proofValue": "z" + b58(signature)}
        world.no("B14", f"{name} {suite}", {**document, "proof": proof}, "tampered")


def _options(key: Key, suite: str, document: Json) -> Json:
    """Return the options of a proof by `key`, with the contexts where they are signed too."""
    return suite_options(key, suite) | ({"@context": document["@context"]} if "-jcs-" in suite else {})
