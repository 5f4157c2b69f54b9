"""Threats B: issuers, dates and values of proofs that are misspelt or bent."""

from __future__ import annotations

from typing import Final

from tests.support.hostile_set.codes import BROKEN
from tests.support.hostile_set.documents import bare, changed, without
from tests.support.hostile_set.keys import Key, b58, b64, unb58
from tests.support.hostile_set.proven import refused, signed, with_suite
from tests.support.hostile_set.signing import Json, secure
from tests.support.hostile_set.suites import SUITES, USUAL
from tests.support.hostile_set.world import Rows, World


def odd_issuers(key: Key) -> Rows:
    return [
        ("blank inside", key.did + " x"),
        ("blank before", " " + key.did),
        ("newline", key.did + "\n"),
        ("capital scheme", "DID:" + key.did[4:]),
        ("capital method", "did:KEY:" + key.did[8:]),
        ("fragment", key.vm),
        ("http", "http://judge.example/issuer"),
        ("null", None),
        ("number", 7),
        ("empty", ""),
        ("object without id", {"name": "x"}),
        ("empty object", {}),
        ("id null", {"id": None, "name": "x"}),
        ("id number", {"id": 7}),
        ("relative", "issuer/7"),
        ("list", [key.did]),
        ("bare word", "université"),
        ("mailto", "mailto:a@judge.example"),
        ("javascript", "javascript:alert(1)"),
        ("data", "data:text/plain,x"),
    ]


def issuers(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        for name, issuer in odd_issuers(key):
            document = {**bare(key.did), "issuer": issuer}
            codes = "malformed not-by-issuer shape-not-allowed"
            proof_codes = codes + " tampered term-undefined not-parsable"
            refused(world, "B08", name, document, key, suite, codes=proof_codes, token=codes + " did-invalid")
        missing = without(bare(key.did), "issuer")
        world.no("B08", f"missing {suite}", secure(missing, key, suite), "malformed")


WRONG_MOMENTS: Final[Rows] = [
    "2099-01-01T00:00:00Z",
    "yesterday",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "",
    "2026-11-20",
    20261120,
    None,
    ["2026-11-20T10:00:00Z"],
    "2026-11-20T25:00:00Z",
    "20261120T100000Z",
    " 2026-11-20T10:00:00Z",
    "2026-11-20T10:00:00+15:00",
    "2026-11-20T10:00:61Z",
    "\uff12026-11-20T10:00:00Z",
]


def dates(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        base = with_suite(key.did, suite)
        for created in WRONG_MOMENTS:
            proof = secure(base, key, suite, created=created if created is not None else "2026-11-20T10:00:00Z")
            if created is None:
                proof = changed(proof, "proof", "created", value=None)
            world.no(
                "B09",
                f"created {created!r} {kind} {suite}",
                proof,
                "out-of-range malformed tampered shape-not-allowed term-undefined",
            )
        for expires in ("2026-11-01T00:00:00Z", "soon", "", 7, "2026-02-30T00:00:00Z"):
            world.no(
                "B09",
                f"expires {expires!r} {kind} {suite}",
                secure(base, key, suite, expires=expires),
                "proof-expired malformed shape-not-allowed term-undefined",
            )
        expiry_and_creation(world, kind, suite, key, base)


def expiry_and_creation(world: World, kind: str, suite: str, key: Key, base: Json) -> None:
    lasting = secure(base, key, suite, expires="2036-01-01T00:00:00Z")
    if suite != "Ed25519Signature2020":
        world.yes("B09", f"twin with expires {kind} {suite}", lasting)
    over = secure(base, key, suite, expires="2026-11-01T00:00:00Z")
    world.no(
        "B09",
        f"expires removed {kind} {suite}",
        changed(over, "proof", value=without(over["proof"], "expires")),
        "tampered term-undefined",
    )
    world.no(
        "B09",
        f"expires later {kind} {suite}",
        changed(over, "proof", "expires", value="2036-01-01T00:00:00Z"),
        "tampered term-undefined",
    )
    for created in (
        "2026-11-20T10:00:00",
        "2026-11-20T10:00:00.123Z",
        "2026-11-20T05:00:00-05:00",
        "2026-11-20T24:00:00Z",
        None,
    ):
        world.yes("B09", f"twin created {created!r} {kind} {suite}", secure(base, key, suite, created=created))


def flipped_values(raw: bytes, flipped: bytes) -> Rows:
    return [
        ("bit flip", "z" + b58(flipped)),
        ("last bit", "z" + b58(raw[:-1] + bytes([raw[-1] ^ 1]))),
        ("truncated", "z" + b58(raw[:-1])),
        ("half", "z" + b58(raw[:32])),
        ("longer", "z" + b58(raw + b"\0")),
        ("leading zero", "z" + b58(b"\0" + raw)),
    ]


def respelled_values(value: str, raw: bytes) -> Rows:
    return [
        ("extra 1", "z1" + value[1:]),
        ("base64url", "u" + b64(raw)),
        ("hex", "f" + raw.hex()),
        ("base64", "m" + b64(raw)),
        ("base58flickr", "Z" + value[1:]),
        ("no prefix", value[1:]),
        ("bad character", value[:-1] + "0"),
        ("letter l", value[:-2] + "l" + value[-1]),
        ("blank", value + " "),
        ("blank before", " " + value),
        ("newline", value + "\n"),
    ]


def odd_values(value: str, raw: bytes) -> Rows:
    return [
        ("empty", ""),
        ("prefix alone", "z"),
        ("null", None),
        ("zero", "z" + "1" * 64),
        ("zero bytes", "z" + b58(bytes(64))),
        ("number", 7),
        ("list", [value]),
        ("object", {"@value": value}),
        ("twice", value + value[1:]),
        ("unicode", value[:-1] + "\uff11"),
        ("reversed", "z" + b58(raw[::-1])),
    ]


def values(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        good = signed(key, suite)
        value = good["proof"]["proofValue"]
        raw = unb58(value[1:])
        flipped = bytes([raw[0] ^ 1]) + raw[1:]
        for name, other in [*flipped_values(raw, flipped), *respelled_values(value, raw), *odd_values(value, raw)]:
            world.no("B10", f"{name} {kind} {suite}", changed(good, "proof", "proofValue", value=other), BROKEN)
        world.no(
            "B10",
            f"missing {kind} {suite}",
            changed(good, "proof", value=without(good["proof"], "proofValue")),
            BROKEN,
        )
        world.no(
            "B10",
            f"as jws {kind} {suite}",
            changed(good, "proof", "proofValue", rename="jws"),
            BROKEN + " term-undefined",
        )
        for size in (201, 200_000):
            world.no(
                "B11",
                f"{size} characters {kind} {suite}",
                changed(good, "proof", "proofValue", value="z" + "2" * size),
                BROKEN + " too-large too-complex",
            )
