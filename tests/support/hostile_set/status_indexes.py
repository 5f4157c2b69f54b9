"""Threats G: indexes and lists that do not decode, and entries that lack something."""

from __future__ import annotations

import gzip
import zlib
from typing import Final

from tests.support.hostile_set.codes import UNSURE
from tests.support.hostile_set.documents import badge, bare, urn
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import secure, vc_jwt
from tests.support.hostile_set.status_lists import LENGTH, encoded, entry, list_document, status_list
from tests.support.hostile_set.world import Rows, World

INDEX_SPELLINGS: Final[Rows] = [
    "-1",
    "131072",
    "1" + "0" * 23,
    "0x10",
    "1e3",
    "7.0",
    " 7",
    "7 ",
    "\uff17",
    "1_0",
    "",
    "+7",
    "007",
    "16\n",
    "\u0667",
    "16\u200b",
    "NaN",
    "0b1",
    "1,000",
    "--7",
    "9" * 5000,
]


def indexes(world: World) -> None:
    key = Key()
    url = status_list(world, key, revoked=[16])
    for index in INDEX_SPELLINGS:
        text = index if len(index) < 60 else index[:5] + "…"
        document = badge(key.did, credentialStatus=entry(url, index, id=urn()))
        world.not_yes(
            "G06",
            f"index {text!r}",
            secure(document, key),
            "status-out-of-range malformed status-unverified out-of-range term-undefined too-large shape-not-allowed",
        )
        world.not_yes("G06", f"index {text!r} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.not_yes("G06", f"index {text!r} as token", vc_jwt(document, key))
    for name, value in (("number", 16), ("float", 16.5), ("true", True), ("missing", None), ("list", ["16"])):
        document = badge(key.did, credentialStatus=entry(url, "16", id=urn()))
        document["credentialStatus"].pop("statusListIndex")
        if value is not None:
            document["credentialStatus"]["statusListIndex"] = value
        world.not_yes("G06", f"index {name}", secure(document, key))
        world.not_yes("G06", f"index {name} by jcs", secure(document, key, "eddsa-jcs-2022"))
    world.yes("G06", "twin", secure(badge(key.did, credentialStatus=entry(url, 15)), key))


def bombs(world: World) -> None:
    key = Key()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush()
    whole = gzip.compress(bytes(LENGTH // 8))
    good = encoded()
    for name, bits in (
        ("512 MiB", "u" + b64(bomb)),
        ("truncated", "u" + b64(whole[:-9])),
        ("no checksum", "u" + b64(whole[:-8])),
        ("not gzip", "u" + b64(bytes(16384))),
        ("zlib", "u" + b64(zlib.compress(bytes(16384)))),
        ("no multibase", good[1:]),
        ("base58", "z" + good[1:]),
        ("base64 with padding", "u" + good[1:] + "="),
        ("standard base64", "m" + good[1:]),
        ("short", encoded(length=1024)),
        ("one byte short", "u" + b64(gzip.compress(bytes(16383)))),
        ("empty", "u"),
        ("nothing", ""),
        ("trailing bytes", "u" + b64(whole + b"x")),
        ("two members", "u" + b64(whole + whole)),
        ("flipped", "u" + b64(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])),
        ("number", 7),
        ("list", [good, good + "A"]),
    ):
        url = status_list(world, key, bits=bits)
        world.unknown("G07", name, secure(badge(key.did, credentialStatus=entry(url, 4)), key), UNSURE + " too-large")
    url = status_list(world, key, length=LENGTH * 8)
    world.yes("G07", "twin: a longer list", secure(badge(key.did, credentialStatus=entry(url, LENGTH * 8 - 1)), key))


FORBIDDEN_PLACES: Final[Rows] = [
    ("file", "file:///etc/passwd"),
    ("ftp", "ftp://h.judge.example/x"),
    ("gopher", "gopher://h.judge.example/"),
    ("data", "data:application/json,{}"),
    ("http", "http://h.judge.example/list"),
    ("loopback", "https://127.0.0.1/x"),
    ("localhost", "https://localhost/x"),
    ("metadata", "https://169.254.169.254/x"),
    ("v6", "https://[::1]/x"),
    ("number", "https://2130706433/x"),
    ("user", "https://a:b@h.judge.example/x"),
    ("short v4", "https://127.1/x"),
    ("hex", "https://0x7f000001/x"),
    ("port", "https://h.judge.example:22/x"),
    ("private", "https://10.0.0.8/x"),
    ("nip", "https://[::ffff:127.0.0.1]/x"),
]


def entries_lacking(url: str) -> Rows:
    return [
        ("unknown type", {"type": "MadeUpStatusEntry"}),
        ("no type", {"type": None}),
        ("no URL", {"statusListCredential": None}),
        ("no purpose", {"statusPurpose": None}),
        ("unknown purpose", {"statusPurpose": "nuisance"}),
        ("empty URL", {"statusListCredential": ""}),
        ("relative URL", {"statusListCredential": "lists/1"}),
        ("URL as list", {"statusListCredential": [url]}),
        ("two types", {"type": ["BitstringStatusListEntry", "Other"]}),
        ("empty purpose", {"statusPurpose": ""}),
        ("old type", {"type": "RevocationList2020Status"}),
        ("1EdTech type", {"type": "1EdTechRevocationList"}),
    ]


def odd_entries(world: World) -> None:
    key = Key()
    url = status_list(world, key)
    for name, changes in entries_lacking(url):
        document = bare(key.did, credentialStatus=entry(url, 4, **changes))
        world.not_yes("G09", name, secure(document, key))
        world.not_yes("G09", f"{name} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.not_yes("G09", f"{name} as token", vc_jwt(document, key))
    for name, place in FORBIDDEN_PLACES:
        world.not_yes(
            "F11",
            f"status at {name}",
            secure(bare(key.did, credentialStatus=entry(place, 4, id=urn())), key),
            "network-forbidden status-unreachable status-unverified malformed term-undefined",
        )
    loop = f"https://{world.host()}/self"
    itself = list_document(key.did, loop, encoded(), credentialStatus=entry(loop, 4))
    world.publish(loop, secure(itself, key))
    world.any("G05", "G10 list on itself", secure(badge(key.did, credentialStatus=entry(loop, 4)), key))
    first, second = f"https://{world.host()}/1", f"https://{world.host()}/2"
    for here, there in ((first, second), (second, first)):
        world.publish(here, secure(list_document(key.did, here, encoded(), credentialStatus=entry(there, 4)), key))
    world.any("G05", "G10 two lists on each other", secure(badge(key.did, credentialStatus=entry(first, 4)), key))
