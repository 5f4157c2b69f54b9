"""Threats D: SD-JWT."""

# The tables hold values of every type, as an attacker does, and functions that look at a part of what they get.
# mypy: disable-error-code="assignment,arg-type,attr-defined,var-annotated"

from __future__ import annotations

from typing import Any

from tests.support.hostile_set.documents import bare, merged, without
from tests.support.hostile_set.keys import Key, b64, unb64
from tests.support.hostile_set.signing import Json, compact, digest_of, disclosure, key_binding, sd_jwt, token
from tests.support.hostile_set.world import Rows, World

PARSE = "not-parsable malformed too-complex too-large"
VCT = "https://judge.example/vct/transcript"


def claims_of(key: Key, **changes: Any) -> Json:
    return merged({"iss": key.did, "vct": VCT, "iat": 1_790_000_000}, changes)


def make(world: World) -> None:
    for part in (
        _twins,
        _disclosures,
        _digests,
        _names,
        _forms,
        _hashes,
        _issuers,
        _tildes,
        _bindings,
        _withheld,
        _types,
        _model,
    ):
        part(world)


def _twins(world: World) -> None:
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
    world.no("D01", "inner without outer", sd_jwt(claims, key, (hidden,)), PARSE)


def _disclosures(world: World) -> None:
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
        world.no("D01", name, sd_jwt(claims, key, shown), PARSE)


def digests_twice(one: Any, digest: str, element: Any) -> Rows:
    return [
        ("twice in _sd", {"_sd": [digest, digest]}, (one,)),
        ("twice, not shown", {"_sd": [digest, digest]}, ()),
        ("at two levels", {"_sd": [digest], "term": {"_sd": [digest]}}, (one,)),
        ("in _sd and in an array", {"_sd": [digest], "list": [{"...": digest}]}, (one,)),
        ("twice in an array", {"list": [{"...": digest_of(element)}, {"...": digest_of(element)}]}, (element,)),
    ]


def odd_digests(one: Any, digest: str, element: Any) -> Rows:
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


def _digests(world: World) -> None:
    key = Key("P-256")
    one = disclosure("degree", "BSc")
    digest = digest_of(one)
    element = disclosure("x")
    for name, claims, shown in [*digests_twice(one, digest, element), *odd_digests(one, digest, element)]:
        made = claims_of(key, **claims)
        if made.get("_sd") == "null":
            made["_sd"] = None
        world.no("D02", name, sd_jwt(made, key, shown), PARSE)
    loop = disclosure("a", {"_sd": ["x"]})
    world.no(
        "D02",
        "digest in its own disclosure's sibling",
        sd_jwt(claims_of(key, _sd=[digest_of(loop)], b={"_sd": [digest_of(loop)]}), key, (loop,)),
        PARSE,
    )
    inner = disclosure("grade", "A")
    outer = disclosure("term", {"_sd": [digest_of(inner)]})
    world.no(
        "D02",
        "in a disclosure and outside",
        sd_jwt(claims_of(key, _sd=[digest_of(outer), digest_of(inner)]), key, (outer, inner)),
        PARSE,
    )


def _names(world: World) -> None:
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
        world.no("D03", name, sd_jwt(claims_of(key, _sd=[digest_of(one)]), key, (one,)), PARSE)
    one, two = disclosure("degree", "BSc"), disclosure("degree", "PhD")
    world.no(
        "D03", "two of one name", sd_jwt(claims_of(key, _sd=[digest_of(one), digest_of(two)]), key, (one, two)), PARSE
    )
    world.no(
        "D03", "beside a plain one", sd_jwt(claims_of(key, degree="BSc", _sd=[digest_of(two)]), key, (two,)), PARSE
    )
    duplicate = b64(b'["salt1234567890123456","a",{"b":1,"b":2}]')
    world.no(
        "D03",
        "duplicate key in the value",
        sd_jwt(claims_of(key, _sd=[digest_of(duplicate)]), key, (duplicate,)),
        PARSE,
    )


def _forms(world: World) -> None:
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
        world.no("D04", name, sd_jwt(claims_of(key, _sd=[digest_of(one)]), key, (one,)), PARSE)
    member = disclosure("a", "b")
    world.no(
        "D04", "member in an array", sd_jwt(claims_of(key, list=[{"...": digest_of(member)}]), key, (member,)), PARSE
    )
    for name, text in (
        ("invalid UTF-8", b64(b'["s","a","\xff"]')),
        ("trailing", b64(b'["s","a","b"]x')),
        ("NaN", b64(b'["s","a",NaN]')),
        ("empty bytes", b64(b" ")),
        ("BOM", b64(b'\xef\xbb\xbf["s","a","b"]')),
    ):
        world.no("D04", name, sd_jwt(claims_of(key, _sd=[digest_of(text)]), key, (text,)), PARSE)


def _hashes(world: World) -> None:
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
        world.no("D05", f"{name!r}", sd_jwt(claims, key, (one,)), PARSE)
    nested = claims_of(key, term={"_sd": [digest_of(one)], "_sd_alg": "md5"})
    world.any("D05", "_sd_alg below the top", sd_jwt(nested, key, (one,)))


def _issuers(world: World) -> None:
    key, thief = Key("P-256"), Key("P-256")
    one = disclosure("degree", "PhD")
    good = claims_of(key, _sd=[digest_of(disclosure("degree", "BSc"))])
    forged = {**good, "_sd": [digest_of(one)]}
    issued = sd_jwt(good, key).split("~")[0].split(".")
    world.no("D06", "_sd forged", ".".join([issued[0], b64(compact(forged)), issued[2]]) + f"~{one}~", "tampered")
    world.no(
        "D06",
        "alg none",
        token({"alg": "none", "typ": "dc+sd-jwt", "kid": key.vm}, forged, None) + f"~{one}~",
        "tampered not-parsable",
    )
    world.no("D06", "by an attacker", sd_jwt(forged, thief, (one,), header={"kid": key.vm}), "tampered")
    world.no("D06", "attacker's kid", sd_jwt(forged, thief, (one,)), "not-by-issuer malformed")
    world.not_yes("D06", "attacker's jwk", sd_jwt(forged, thief, (one,), header={"kid": None, "jwk": thief.jwk}))
    world.not_yes("D06", "no kid", sd_jwt(forged, thief, (one,), header={"kid": None}))
    for typ in ("JWT", "vc+jwt", "kb+jwt", None, "example+sd-jwt", 7, "DC+SD-JWT ", "statuslist+jwt"):
        header = {"typ": typ} if typ is not None else {"typ": None}
        world.no("D06", f"typ {typ!r}", sd_jwt(good, key, header=header), PARSE + " suite-unsupported")
    for name, changes, codes in (
        ("exp past", {"exp": 1_790_000_001}, "expired proof-expired"),
        ("nbf future", {"nbf": 4_000_000_000}, "not-yet-valid out-of-range"),
        ("iat future", {"iat": 4_000_000_000}, "out-of-range"),
        ("exp text", {"exp": "x"}, "malformed"),
        ("no vct", {"vct": None}, "malformed"),
        ("vct number", {"vct": 7}, "malformed"),
        ("vct empty", {"vct": ""}, "malformed"),
        ("no iss", {"iss": None}, "not-by-issuer malformed"),
        ("iss number", {"iss": 7}, "malformed not-by-issuer"),
        ("iss of another", {"iss": thief.did}, "not-by-issuer malformed"),
        ("crit", {"iss": key.did}, "not-parsable"),
    ):
        header = {"crit": ["x"]} if name == "crit" else None
        world.no("D06", name, sd_jwt(claims_of(key, **changes), key, header=header), codes)


def _tildes(world: World) -> None:
    key = Key("P-256")
    one, two = disclosure("degree", "BSc"), disclosure("grade", "A")
    claims = claims_of(key, _sd=[digest_of(one), digest_of(two)])
    good = sd_jwt(claims, key, (one, two))
    world.no("D07", "last tilde missing", good[:-1], PARSE + " holder-mismatch tampered")
    world.no("D07", "empty disclosure", sd_jwt(claims, key, (one, "", two)), PARSE)
    world.no("D07", "two tildes at the end", good + "~", PARSE)
    world.no("D07", "tilde before", "~" + good, PARSE, media_type="application/dc+sd-jwt")
    world.no("D07", "no tilde", good.split("~")[0], PARSE, media_type="application/dc+sd-jwt")
    world.no("D07", "20,000 unsigned", sd_jwt(claims, key, tuple(disclosure("x", at) for at in range(20_000))), PARSE)
    world.no("D07", "250 signed", _many(key, 250), PARSE)
    world.yes("D07", "twin of 150", _many(key, 150))
    made, inner = [], disclosure("leaf", "x")
    for _ in range(3000):
        made.append(inner)
        inner = disclosure("a", {"_sd": [digest_of(inner)]})
    world.no("D07", "3,000 nested", sd_jwt(claims_of(key, _sd=[digest_of(inner)]), key, (inner, *made)), PARSE)
    made, inner = [], disclosure("leaf", "x")
    for _ in range(150):
        made.append(inner)
        inner = disclosure("a", {"_sd": [digest_of(inner)]})
    world.no("D07", "150 nested", sd_jwt(claims_of(key, _sd=[digest_of(inner)]), key, (inner, *made)), PARSE)
    huge = disclosure("a", "x" * 500_000)
    world.no("D07", "disclosure of 500 kB", sd_jwt(claims_of(key, _sd=[digest_of(huge)]), key, (huge,)), PARSE)


def _many(key: Key, count: int) -> str:
    made = tuple(disclosure(f"c{at}", at) for at in range(count))
    return sd_jwt(claims_of(key, _sd=[digest_of(one) for one in made]), key, made)


def forged_bindings(shown: str, now: Any, usual: Json, other: Key, holder: Key, thief: Key) -> Rows:
    return [
        ("by another key", key_binding(shown, thief, **usual)),
        ("sd_hash of another", key_binding(shown, holder, **usual, sd_hash=digest_of(other))),
        ("no sd_hash", key_binding(shown, holder, **usual, sd_hash=None)),
        ("sd_hash number", key_binding(shown, holder, **usual, sd_hash=7)),
        ("typ JWT", key_binding(shown, holder, **usual, header={"typ": "JWT"})),
        ("no typ", key_binding(shown, holder, **usual, header={"typ": ""})),
        ("future iat", key_binding(shown, holder, **{**usual, "iat": now + 90_000})),
        ("iat text", key_binding(shown, holder, **{**usual, "iat": "x"})),
        ("no iat", key_binding(shown, holder, **{**usual, "iat": None})),
    ]


def odd_bindings(one: Any, shown: str, now: Any, usual: Json, holder: Key, thief: Key) -> Rows:
    return [
        ("attacker's jwk", key_binding(shown, thief, **usual, header={"jwk": thief.jwk})),
        (
            "alg none",
            shown
            + token(
                {"alg": "none", "typ": "kb+jwt"},
                {"iat": now, "aud": "x", "nonce": "y", "sd_hash": digest_of(shown)},
                None,
            ),
        ),
        ("crit", key_binding(shown, holder, **usual, header={"crit": ["x"]})),
        ("disclosure removed", key_binding(shown, holder, **usual).replace(f"~{one}~", "~")),
        ("garbage", shown + "x.y.z"),
    ]


def odd_confirmations(holder: Key) -> Rows:
    return [
        ("empty", {}),
        ("text", "x"),
        ("jwk off the curve", {"jwk": {**holder.jwk, "y": holder.jwk["x"]}}),
        ("jwk text", {"jwk": "x"}),
        ("private", {"jwk": {**holder.jwk, "d": "AA"}}),
        ("jwk null", {"jwk": None}),
        ("RSA 512", {"jwk": {"kty": "RSA", "n": b64(b"\xc1" * 64), "e": "AQAB"}}),
    ]


def _bindings(world: World) -> None:
    """Key binding: there is no door that asks a question of a bare token, so what nobody asked for must hold too."""
    key, holder, thief = Key("P-256"), Key("P-256"), Key("P-256")
    one = disclosure("degree", "BSc")
    claims = claims_of(key, _sd=[digest_of(one)], cnf={"jwk": holder.jwk})
    shown = sd_jwt(claims, key, (one,))
    now = world.now
    usual: Json = {"nonce": "n-1", "aud": "https://asker.example", "iat": now}
    world.yes("D09", "twin", key_binding(shown, holder, **usual))
    world.yes("D08", "twin without a binding", shown)
    other = sd_jwt(claims, key)
    for name, bound in [
        *forged_bindings(shown, now, usual, other, holder, thief),
        *odd_bindings(one, shown, now, usual, holder, thief),
    ]:
        world.no(
            "D09",
            name,
            bound,
            "tampered malformed not-parsable out-of-range holder-mismatch key-weak suite-unsupported",
        )
    bearer = sd_jwt(claims_of(key, _sd=[digest_of(one)]), key, (one,))
    world.no("D09", "no cnf", key_binding(bearer, holder, **usual), "holder-mismatch tampered malformed")
    for name, cnf in odd_confirmations(holder):
        made = sd_jwt(claims_of(key, cnf=cnf), key)
        world.not_yes("C15", f"cnf {name}", key_binding(made, holder, **usual))


def _withheld(world: World) -> None:
    key = Key("P-256")
    for name, value in (
        ("iss", key.did),
        ("exp", 2_000_000_000),
        ("nbf", 1_700_000_000),
        ("cnf", {"jwk": key.jwk}),
        ("status", {"status_list": {"idx": 1, "uri": "https://judge.example/l"}}),
        ("vct", VCT),
        ("vct#integrity", "sha256-x"),
    ):
        one = disclosure(name, value)
        claims = claims_of(key, **({name: None} if name in {"iss", "vct"} else {}), _sd=[digest_of(one)])
        world.no("D10", f"{name} disclosed", sd_jwt(claims, key, (one,)), "malformed not-by-issuer not-parsable")
    expired = disclosure("exp", 1_790_000_001)
    world.any("D10", "exp withheld", sd_jwt(claims_of(key, _sd=[digest_of(expired)]), key))


def _types(world: World) -> None:
    key = Key("P-256")
    for name, vct in (
        ("loopback", "https://127.0.0.1:9/vct"),
        ("http loopback", "http://127.0.0.1:9/vct"),
        ("file", "file:///etc/passwd"),
        ("urn", "urn:judge:transcript"),
        ("bare", "Transcript"),
        ("unreachable", f"https://{world.host()}/vct"),
    ):
        world.yes("D12", f"vct {name} is never fetched", sd_jwt(claims_of(key, vct=vct), key))
    here, there = f"https://{world.host()}/a", f"https://{world.host()}/b"
    world.publish(here, {"vct": here, "extends": there})
    world.publish(there, {"vct": there, "extends": here})
    world.any("D12", "circular extends", sd_jwt(claims_of(key, vct=here), key))
    world.any(
        "D12",
        "integrity wrong",
        sd_jwt(
            claims_of(key, vct=here, **{"vct#integrity": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}),
            key,
        ),
    )


def _model(world: World) -> None:
    """VCDM 2.0 as SD-JWT."""
    key = Key("P-256")
    document = bare(key.did)
    world.yes("D01", "VCDM twin", sd_jwt(document, key, header={"typ": "vc+sd-jwt"}))
    one = disclosure("name", "Zoé")
    subject = {"id": document["credentialSubject"]["id"], "_sd": [digest_of(one)]}
    world.yes(
        "D01",
        "VCDM twin with a disclosure",
        sd_jwt({**document, "credentialSubject": subject}, key, (one,), header={"typ": "vc+sd-jwt"}),
    )
    world.no(
        "D06",
        "VCDM of another",
        sd_jwt(bare(Key("P-256").did), key, header={"typ": "vc+sd-jwt"}),
        "not-by-issuer malformed",
    )
    world.no(
        "D06",
        "VCDM expired",
        sd_jwt({**document, "validUntil": "2026-05-31T00:00:00Z"}, key, header={"typ": "vc+sd-jwt"}),
        "expired",
    )
    vcdm_bent(world, key, document)


def vcdm_bent(world: World, key: Key, document: Json) -> None:
    until = disclosure("validUntil", "2026-05-31T00:00:00Z")
    world.not_yes(
        "D10",
        "VCDM validUntil disclosed",
        sd_jwt({**document, "_sd": [digest_of(until)]}, key, (until,), header={"typ": "vc+sd-jwt"}),
    )
    world.no("D06", "VCDM with vct", sd_jwt({**document, "vct": VCT}, key, header={"typ": "vc+sd-jwt"}), "malformed")
    world.no(
        "D06",
        "VCDM without subject",
        sd_jwt(without(document, "credentialSubject"), key, header={"typ": "vc+sd-jwt"}),
        "malformed",
    )
