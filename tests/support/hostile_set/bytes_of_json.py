"""Threats A: bytes that parsers read differently."""

from __future__ import annotations

import json
from typing import Final

from tests.support.hostile_set.documents import badge
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, compact, present, secure
from tests.support.hostile_set.world import Rows, World

DUPLICATE_MEMBERS: Final[Rows] = [
    ("issuer", b'"issuer":"did:example:evil",'),
    ("issuer by escape", b'"issu\\u0065r":"did:example:evil",'),
    ("proof", b'"proof":{},'),
    ("validUntil", b'"validUntil":"2099-01-01T00:00:00Z","validUntil":"2098-01-01T00:00:00Z",'),
    ("same value", b'"name":"Mentorat",'),
    ("@context", b'"@context":[],'),
]
NUMBER_SPELLINGS: Final[Rows] = [
    ("5,000 digits", b"9" * 5000),
    ("1e400", b"1e400"),
    ("NaN", b"NaN"),
    ("-Infinity", b"-Infinity"),
    ("Infinity", b"Infinity"),
    ("-1e400", b"-1e400"),
    ("leading zero", b"01"),
    ("plus", b"+1"),
    ("hex", b"0x10"),
    ("point", b"1."),
    ("bare point", b".5"),
    ("minus", b"-"),
]
BROKEN_TEXTS: Final[Rows] = [
    ("lone surrogate", b'"\\ud800"'),
    ("lone low surrogate", b'"\\udc00x"'),
    ("reversed pair", b'"\\udc00\\ud800"'),
    ("invalid UTF-8", b'"\xff"'),
    ("overlong slash", b'"\xc0\xaf"'),
    ("overlong nul", b'"\xc0\x80"'),
    ("encoded surrogate", b'"\xed\xa0\x80"'),
    ("beyond Unicode", b'"\xf4\x90\x80\x80"'),
    ("cut off sequence", b'"\xe2\x82"'),
    ("raw control", b'"a\x01b"'),
    ("raw newline", b'"a\nb"'),
    ("bad escape", b'"\\x41"'),
    ("short escape", b'"\\u12"'),
    ("raw nul", b'"a\x00b"'),
]


def odd_bodies(raw: bytes, text: str) -> Rows:
    return [
        ("empty", b""),
        ("list", b"[]"),
        ("null", b"null"),
        ("text", b"hello"),
        ("JSON text", b'"x"'),
        ("number", b"7"),
        ("blank", b" \n"),
        ("trailing bytes", raw + b"x"),
        ("trailing object", raw + b"{}"),
        ("trailing nul", raw + b"\0"),
        ("comment", b"/* */" + raw),
        ("comment inside", raw[:-1] + b"/*x*/}"),
        ("trailing comma", raw[:-1] + b",}"),
        ("in a list", b"[" + raw + b"]"),
        ("as text", json.dumps(text).encode()),
        ("single quotes", text.replace('"', "'").encode()),
        ("cut off", raw[:-20]),
        ("empty object", b"{}"),
        ("html", b"<html><body>hello</body></html>"),
        ("xml", b"<?xml version='1.0'?><a/>"),
    ]


def parsing(world: World) -> None:
    key = Key()
    signed = secure(badge(key.did), key)
    raw = compact(signed)
    world.yes("A18", "twin", raw)
    world.yes("A18", "twin with blanks", json.dumps(signed, indent=3).encode())
    world.yes("A18", "twin all escaped", json.dumps(signed, ensure_ascii=True).encode())
    duplicates(world, key, signed, raw)
    depths(world, raw)
    for name, number in NUMBER_SPELLINGS:
        world.no("A20", name, raw[:-1] + b',"credits":' + number + b"}", "not-parsable malformed")
    for name, text in BROKEN_TEXTS:
        world.no("A22", name, raw[:-1] + b',"description":' + text + b"}", "not-parsable")
    text = raw.decode()
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"):
        world.no("A22", codec, text.encode(codec), "not-parsable")
    for name, body in odd_bodies(raw, text):
        world.no("A27", name, body, "not-parsable context-unknown malformed proof-missing")
    for name, kind in (
        ("html", "text/html"),
        ("xml", "application/xml"),
        ("form", "application/x-www-form-urlencoded"),
        ("none", "x"),
    ):
        world.no(
            "A27", f"media type {name}", raw, "unsupported-media-type not-parsable", media_type=kind, doors=("verify",)
        )


def duplicates(world: World, key: Key, signed: Json, raw: bytes) -> None:
    for name, extra in DUPLICATE_MEMBERS:
        world.no("A18", f"duplicate {name}", b"{" + extra + raw[1:], "not-parsable")
        world.no("A18", f"duplicate {name} at the end", raw[:-1] + b"," + extra[:-1] + b"}", "not-parsable")
    world.no(
        "A18",
        "duplicate in proof",
        raw.replace(b'"proofPurpose":', b'"proofPurpose":"authentication","proofPurpose":'),
        "not-parsable",
    )
    world.no(
        "A18",
        "duplicate in subject",
        raw.replace(b'"achievement":', b'"\\u0061chievement":{},"achievement":', 1),
        "not-parsable",
    )
    wrapped = compact(present(key, signed))
    world.no(
        "A18",
        "duplicate holder of a presentation",
        b'{"holder":"did:example:x",' + wrapped[1:],
        "not-parsable",
        media_type="application/vp",
    )


def depths(world: World, raw: bytes) -> None:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    limits = "too-complex too-large not-parsable"
    world.no("A19", "100,000 objects deep", deep, limits)
    world.no("A19", "100,000 arrays deep", b"[" * 100_000 + b"]" * 100_000, limits)
    world.no("A19", "100,000 deep and open", b'{"a":[' * 100_000, limits)
    world.no("A19", "5,000 deep in a member", raw[:-1] + b',"x":' + b'{"a":' * 5000 + b"1" + b"}" * 5001, limits)
    world.no(
        "A19",
        "60 deep in a known member",
        raw[:-1] + b',"evidence":' + b'{"type":"Evidence","evidence":' * 60 + b"{}" + b"}" * 61,
        limits + " shape-not-allowed term-undefined",
    )
