"""Threats D: disclosures and their digests."""

from __future__ import annotations

from typing import Any

from tests.support.hostile_set.codes import DISCLOSED
from tests.support.hostile_set.documents import merged
from tests.support.hostile_set.keys import Key, b64, unb64
from tests.support.hostile_set.signing import Json, compact, digest_of, disclosure, sd_jwt
from tests.support.hostile_set.world import Rows, World

VCT = "https://judge.example/vct/transcript"


def claims_of(key: Key, **changes: Any) -> Json:
    return merged({"iss": key.did, "vct": VCT, "iat": 1_790_000_000}, changes)


def twins(world: World) -> None:
    for kind in ("P-256", "Ed25519", "P-384", "P-521", "RSA"):
        for naming in ("key", "jwk", "web"):
            key = world.named(kind, naming, form="JsonWebKey")
            one, two = disclosure("degree", "BSc"), disclosure("grade", "A")
            claims = claims_of(key, _sd=[digest_of(one), digest_of(two)], _sd_alg="sha-256")
            world.yes("D01", f"twin {kind} did:{naming}", sd_jwt(claims, key, (one, two)))
            world.yes("D01", f"twin one shown {kind} did:{naming}", sd_jwt(claims, key, (two,)))
            world.yes("D01", f"twin none shown {kind} did:{naming}", sd_jwt(claims, key))
    key = Key("P-256")
    recursive_twins(world, key)
    for name in ("sha-384", "sha-512"):
        one = disclosure("degree", "BSc")
        world.yes("D05", f"twin {name}", sd_jwt(claims_of(key, _sd=[digest_of(one, name)], _sd_alg=name), key, (one,)))
    world.yes("D01", "twin without disclosures", sd_jwt(claims_of(key, degree="BSc"), key))
    spaced = b64(b'["x1234567890123456789012",  "degree",\n "BSc"]')
    world.yes(
        "D01", "twin with blanks in the disclosure", sd_jwt(claims_of(key, _sd=[digest_of(spaced)]), key, (spaced,))
    )
    odd = disclosure("", "x")
    world.yes("D03", "twin with an empty name", sd_jwt(claims_of(key, _sd=[digest_of(odd)]), key, (odd,)))
    for value in (None, [], {}, 0, False, [1, 2], {"a": None}):
        one = disclosure("thing", value)
        world.yes("D01", f"twin value {value!r}", sd_jwt(claims_of(key, _sd=[digest_of(one)]), key, (one,)))


def recursive_twins(world: World, key: Key) -> None:
    course = disclosure({"code": "MAT1", "grade": "A"})
    hidden = disclosure("grade", "B")
    nested = disclosure("term", {"name": "A2025", "_sd": [digest_of(hidden)]})
    claims = claims_of(
        key,
        courses=[{"...": digest_of(course)}, {"...": digest_of("decoy")}, "x"],
        _sd=[digest_of(nested), digest_of("decoy 2")],
    )
    for name, shown in (
        ("all", (course, nested, hidden)),
        ("element", (course,)),
        ("outer", (nested,)),
        ("outer and inner", (hidden, nested)),
    ):
        world.yes("D01", f"twin recursive {name}", sd_jwt(claims, key, shown))
    world.no("D01", "inner without outer", sd_jwt(claims, key, (hidden,)), DISCLOSED)


def disclosures(world: World) -> None:
    key = Key("P-256")
    one, two = disclosure("degree", "BSc"), disclosure("grade", "A")
    claims = claims_of(key, _sd=[digest_of(one), digest_of(two)], _sd_alg="sha-256")
    changed = b64(unb64(one).replace(b"BSc", b"PhD"))
    for name, shown in (
        ("changed", (changed, two)),
        ("unsigned extra", (one, two, disclosure("honours", "summa"))),
        ("only an unsigned one", (disclosure("honours", "summa"),)),
        ("same twice", (one, one)),
        ("padded", (one + "=",)),
        ("encoded anew", (b64(unb64(one).replace(b",", b", ")),)),
        ("one more bit", (one[:-1] + chr(ord(one[-1]) + 1),)),
        ("blank", (one + " ",)),
        ("standard alphabet", (one[:-2] + "+/",)),
        ("salt changed", (b64(b'["' + bytes([unb64(one)[2] ^ 1]) + unb64(one)[3:]),)),
        ("not base64", ("!!!!",)),
        ("name changed", (b64(unb64(one).replace(b"degree", b"honour")),)),
    ):
        world.no("D01", name, sd_jwt(claims, key, shown), DISCLOSED)


def digests_twice(one: str, digest: str, element: str) -> Rows:
    return [
        ("twice in _sd", {"_sd": [digest, digest]}, (one,)),
        ("twice, not shown", {"_sd": [digest, digest]}, ()),
        ("at two levels", {"_sd": [digest], "term": {"_sd": [digest]}}, (one,)),
        ("in _sd and in an array", {"_sd": [digest], "list": [{"...": digest}]}, (one,)),
        ("twice in an array", {"list": [{"...": digest_of(element)}, {"...": digest_of(element)}]}, (element,)),
    ]


def odd_digests(one: str, digest: str, element: str) -> Rows:
    return [
        ("_sd text", {"_sd": digest}, (one,)),
        ("_sd object", {"_sd": {"0": digest}}, (one,)),
        ("_sd with number", {"_sd": [digest, 7]}, (one,)),
        ("_sd with null", {"_sd": [digest, None]}, (one,)),
        ("_sd nested", {"_sd": [[digest]]}, (one,)),
        ("_sd null", {"_sd": "null"}, ()),
        ("element with more", {"list": [{"...": digest_of(element), "x": 1}]}, (element,)),
        ("element number", {"list": [{"...": 7}]}, ()),
        ("element outside an array", {"term": {"...": digest_of(element)}}, (element,)),
    ]


def digests(world: World) -> None:
    key = Key("P-256")
    one = disclosure("degree", "BSc")
    digest = digest_of(one)
    element = disclosure("x")
    for name, claims, shown in [*digests_twice(one, digest, element), *odd_digests(one, digest, element)]:
        made = claims_of(key, **claims)
        if made.get("_sd") == "null":
            made["_sd"] = None
        world.no("D02", name, sd_jwt(made, key, shown), DISCLOSED)
    loop = disclosure("a", {"_sd": ["x"]})
    world.no(
        "D02",
        "digest in its own disclosure's sibling",
        sd_jwt(claims_of(key, _sd=[digest_of(loop)], b={"_sd": [digest_of(loop)]}), key, (loop,)),
        DISCLOSED,
    )
    inner = disclosure("grade", "A")
    outer = disclosure("term", {"_sd": [digest_of(inner)]})
    world.no(
        "D02",
        "in a disclosure and outside",
        sd_jwt(claims_of(key, _sd=[digest_of(outer), digest_of(inner)]), key, (outer, inner)),
        DISCLOSED,
    )


def names(world: World) -> None:
    key = Key("P-256")
    for name, content in (
        ("_sd", ("_sd", [])),
        ("...", ("...", "x")),
        ("number", (7, "x")),
        ("null", (None, "x")),
        ("list", (["a"], "x")),
        ("already present", ("vct", "x")),
        ("already present, iss", ("iss", "did:example:x")),
        ("object", ({}, "x")),
        ("true", (True, "x")),
        ("_sd inside the value", ("a", {"_sd": "x"})),
        ("... inside the value", ("a", {"...": "x"})),
    ):
        one = disclosure(*content)
        world.no("D03", name, sd_jwt(claims_of(key, _sd=[digest_of(one)]), key, (one,)), DISCLOSED)
    one, two = disclosure("degree", "BSc"), disclosure("degree", "PhD")
    world.no(
        "D03",
        "two of one name",
        sd_jwt(claims_of(key, _sd=[digest_of(one), digest_of(two)]), key, (one, two)),
        DISCLOSED,
    )
    world.no(
        "D03", "beside a plain one", sd_jwt(claims_of(key, degree="BSc", _sd=[digest_of(two)]), key, (two,)), DISCLOSED
    )
    duplicate = b64(b'["salt1234567890123456","a",{"b":1,"b":2}]')
    world.no(
        "D03",
        "duplicate key in the value",
        sd_jwt(claims_of(key, _sd=[digest_of(duplicate)]), key, (duplicate,)),
        DISCLOSED,
    )


def forms(world: World) -> None:
    key = Key("P-256")
    for name, raw in (
        ("one", ["s"]),
        ("two as member", ["salt123456789012", "x"]),
        ("four", ["s", "a", "b", "c"]),
        ("none", []),
        ("object", {"salt": "s", "name": "a", "value": "b"}),
        ("text", "x"),
        ("null", None),
        ("salt number", [7, "a", "b"]),
        ("salt null", [None, "a", "b"]),
        ("number", 7),
    ):
        one = b64(compact(raw))
        world.no("D04", name, sd_jwt(claims_of(key, _sd=[digest_of(one)]), key, (one,)), DISCLOSED)
    member = disclosure("a", "b")
    world.no(
        "D04",
        "member in an array",
        sd_jwt(claims_of(key, list=[{"...": digest_of(member)}]), key, (member,)),
        DISCLOSED,
    )
    for name, text in (
        ("invalid UTF-8", b64(b'["s","a","\xff"]')),
        ("trailing", b64(b'["s","a","b"]x')),
        ("NaN", b64(b'["s","a",NaN]')),
        ("empty bytes", b64(b" ")),
        ("BOM", b64(b'\xef\xbb\xbf["s","a","b"]')),
    ):
        world.no("D04", name, sd_jwt(claims_of(key, _sd=[digest_of(text)]), key, (text,)), DISCLOSED)


def hashes(world: World) -> None:
    import base64
    import hashlib

    key = Key("P-256")
    one = disclosure("degree", "BSc")
    for name in (
        "md5",
        "sha-1",
        "sha-256-32",
        "none",
        "",
        "sha-256 ",
        "SHA-256",
        "sha256",
        None,
        7,
        ["sha-256"],
        "sha3-256",
        "shake-128",
    ):
        how = {"md5": "md5", "sha-1": "sha1"}.get(str(name), "sha256")
        made = base64.urlsafe_b64encode(hashlib.new(how, one.encode()).digest()).rstrip(b"=").decode()
        claims = {**claims_of(key, _sd=[made]), "_sd_alg": name}
        world.no("D05", f"{name!r}", sd_jwt(claims, key, (one,)), DISCLOSED)
    nested = claims_of(key, term={"_sd": [digest_of(one)], "_sd_alg": "md5"})
    world.any("D05", "_sd_alg below the top", sd_jwt(nested, key, (one,)))
