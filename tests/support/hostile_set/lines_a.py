"""Threats A: JSON and JSON-LD."""

# The tables hold values of every type, as an attacker does, and functions that look at a part of what they get.
# mypy: disable-error-code="assignment,arg-type,attr-defined,var-annotated"
# ruff: noqa: ARG005

from __future__ import annotations

import copy
import json
from typing import Any, Final

from tests.support.hostile_set.documents import (
    EXAMPLES,
    V1,
    V2,
    badge,
    bare,
    graded,
    plain,
    record,
    urn,
    without,
)
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, compact, present, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World

SHAPE = "shape-not-allowed context-unknown term-undefined malformed not-parsable"
PAST = "2026-05-31T00:00:00Z"


def changed(document: Json, *path: Any, value: Any = ..., rename: str | None = None) -> Json:
    """Return a copy in which the member at `path` has another value or key."""
    found = copy.deepcopy(document)
    holder: Any = found
    for step in path[:-1]:
        holder = holder[step]
    if rename is not None:
        holder[rename] = holder.pop(path[-1])
    if value is not ...:
        holder[rename or path[-1]] = value
    return found


def make(world: World) -> None:
    for part in (
        _undefined,
        _contexts,
        _hidden_dates,
        _hidden_status,
        _shapes,
        _repeated,
        _parsing,
        _numbers,
        _texts,
        _big,
        _display,
    ):
        part(world)


PLACES_OF_TERMS: Final[Rows] = [
    ("top", ()),
    ("subject", ("credentialSubject",)),
    ("achievement", ("credentialSubject", "achievement")),
    ("issuer", ("issuer",)),
    ("criteria", ("credentialSubject", "achievement", "criteria")),
]


def misnamed() -> Rows:
    return [
        ("unknown type", {"type": ["VerifiableCredential", "OpenBadgeCredential", "MadeUpCredential"]}),
        ("relative type", {"type": ["VerifiableCredential", "OpenBadgeCredential", "./Degree"]}),
        ("relative id", {"id": "badges/1"}),
        ("id without scheme", {"id": "badge"}),
        ("empty id", {"id": ""}),
        ("blank key", {"": "x"}),
        ("note keyword", {"@note": "honours"}),
        ("comment keyword", {"@comment": ["honours"]}),
        ("__proto__", {"__proto__": {"degree": "PhD"}}),
        ("constructor", {"constructor": "x"}),
        ("toString", {"toString": "x"}),
        ("blank predicate", {"_:b0": "x"}),
        ("key with blank", {"na me": "x"}),
        ("cased id", {"ID": urn()}),
        ("cased type", {"Type": "x"}),
        ("@id", {"@id": urn()}),
        ("@type", {"@type": ["VerifiableCredential"]}),
    ]


def _undefined(world: World) -> None:
    key = Key()
    base = badge(key.did)
    world.yes("A01", "twin", secure(base, key))
    undefined_everywhere(world, key, base)
    for kind in ("P-256", "P-384"):
        signer = Key(kind)
        document = badge(signer.did)
        world.yes("A01", f"{kind} twin", secure(document, signer, "ecdsa-rdfc-2019"))
        document["medal"] = "gold"
        world.no("A01", f"{kind} unknown term", secure(document, signer, "ecdsa-rdfc-2019"), SHAPE)
    misnamed_everywhere(world, key, base)
    presented = present(key, secure(base, key))
    world.yes("A01", "presentation twin", presented)
    world.no("A01", "unknown term in presentation", present(key, secure(base, key), document={"motto": "x"}), SHAPE)


def undefined_everywhere(world: World, key: Key, base: Json) -> None:
    places: list[tuple[str, tuple[Any, ...]]] = PLACES_OF_TERMS
    for name, path in places:
        for what, value in (
            ("text", "gold"),
            ("object", {"id": urn(), "name": "x"}),
            ("empty object", {}),
            ("list", ["a"]),
            ("false", False),
            ("empty list", []),
        ):
            for term in ("honours", "grade") if what == "text" else ("honours",):
                document = copy.deepcopy(base)
                holder: Any = document
                for step in path:
                    holder = holder[step]
                holder[term] = value
                world.no("A01", f"{term} as {what} in {name}", secure(document, key), SHAPE)


def misnamed_everywhere(world: World, key: Key, base: Json) -> None:
    variants: list[tuple[str, Json]] = misnamed()
    for name, change in variants:
        world.no("A02" if "__" not in name else "A28", name, secure({**base, **change}, key), SHAPE)
    inside = changed(base, "credentialSubject", "id", value="learner/7")
    world.no("A02", "relative id of subject", secure(inside, key), SHAPE)
    inside = changed(base, "credentialSubject", "achievement", "id", value="x")
    world.no("A02", "relative id of achievement", secure(inside, key), SHAPE)
    inside = changed(base, "credentialSubject", "achievement", "type", value=["Achievement", "Trophy"])
    world.no("A02", "unknown type of achievement", secure(inside, key), SHAPE)
    inside = changed(base, "credentialSubject", "__proto__", value={"x": "y"})
    world.no("A28", "__proto__ in subject", secure(inside, key), SHAPE)


INLINE_CONTEXTS: Final[Rows] = [
    ("A03", "term mapped to null", {"degree": None}),
    ("A05", "vocab", {"@vocab": "https://evil.example/#"}),
    ("A06", "issuer redefined", {"issuer": "https://evil.example/#issuer"}),
    ("A06", "name redefined", {"name": "https://evil.example/#name"}),
    ("A07", "meanings swapped", {"alumniOf": f"{EXAMPLES}#degree", "degree": f"{EXAMPLES}#alumniOf"}),
    ("A07", "alias", {"ablauf": "https://www.w3.org/2018/credentials#validUntil"}),
    ("A08", "look-alike copy", {"@protected": True, "id": "@id", "type": "@type"}),
    ("A08", "language", {"@language": "fr"}),
    ("A08", "base", {"@base": "https://evil.example/"}),
    ("A09", "import from loopback", {"@import": "http://127.0.0.1:9/c.jsonld"}),
    ("A03", "empty inline", {}),
]


def context_lists() -> Rows:
    return [
        ("http base", ["http://www.w3.org/ns/credentials/v2", EXAMPLES]),
        ("wrong order", [EXAMPLES, V2]),
        ("missing", None),
        ("null", "null"),
        ("empty list", []),
        ("unknown", [V2, "https://evil.example/v1"]),
        ("trailing slash", [V2 + "/", EXAMPLES]),
        ("with fragment", [V2, EXAMPLES + "#"]),
        ("with query", [V2, EXAMPLES + "?x"]),
        ("capital host", [V2.replace("www.w3.org", "WWW.W3.ORG"), EXAMPLES]),
        ("data", [V2, "data:application/ld+json,%7B%22@context%22:%7B%7D%7D"]),
        ("file", [V2, "file:///etc/passwd"]),
        ("loopback", [V2, "http://127.0.0.1:9/context"]),
        ("metadata address", [V2, "https://169.254.169.254/latest/meta-data"]),
        ("relative", [V2, "context.json"]),
        ("blank around", [V2, EXAMPLES + " "]),
        ("nested list", [V2, [EXAMPLES]]),
        ("null member", [V2, None]),
        ("number", [V2, 7]),
        ("twice", [V2, EXAMPLES, V2]),
        ("both versions", [V2, V1]),
        ("object alone", {"@vocab": "https://evil.example/"}),
    ]


def _contexts(world: World) -> None:
    key = Key()
    base = plain(key.did)
    world.yes("A03", "twin", secure(base, key))
    inline: list[tuple[str, str, Any]] = INLINE_CONTEXTS
    for line, name, context in inline:
        document = {**base, "@context": [*base["@context"], context]}
        for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
            try:
                signed = secure(document, key, suite)
            except Exception:
                signed = {**document, "proof": secure(base, key, suite)["proof"]}
            world.no(line, f"{name} {suite}", signed, SHAPE)
        world.no(line, f"{name} as token", vc_jwt(document, key), SHAPE)
        rewritten = {**secure(base, key), "@context": [*base["@context"], context]}
        world.no(line, f"{name} added later", rewritten, SHAPE)
    lists: list[tuple[str, Any]] = context_lists()
    signed = secure(base, key)
    other_context_lists(world, key, lists, signed)
    scoped_contexts(world, key, signed)


def other_context_lists(world: World, key: Key, lists: Any, signed: Json) -> None:
    for name, contexts in lists:
        document = without(signed, "@context")
        if contexts is not None:
            document = {"@context": None if contexts == "null" else contexts, **document}
        world.no("A08" if "loop" not in name and "metadata" not in name else "A09", f"context {name}", document, SHAPE)
        payload = without(document, "proof")
        if name not in {"unknown", "with query"}:  # a token is signed as it stands, whatever its vocabulary
            world.no("A08", f"context {name} as token", vc_jwt(payload, key), SHAPE)
            world.no("A08", f"context {name} by jcs", secure(payload, key, "eddsa-jcs-2022"), SHAPE + " tampered")
        else:
            world.yes("A08", f"context {name} as token", vc_jwt(payload, key))


def scoped_contexts(world: World, key: Key, signed: Json) -> None:
    for name, path in (("top", ()), ("subject", ("credentialSubject",))):
        for what, context in (
            ("null", None),
            ("same", V2),
            ("inline", {"degree": "https://evil.example/#d"}),
            ("empty", []),
        ):
            document = copy.deepcopy(signed)
            (document if not path else document["credentialSubject"])["@context"] = context
            if path:
                world.no("A04", f"{what} context in {name}", document, SHAPE)
                unsigned = without(document, "proof")
                world.no(
                    "A04", f"{what} context in {name}, signed so by jcs", secure(unsigned, key, "eddsa-jcs-2022"), SHAPE
                )
                world.no("A04", f"{what} context in {name}, as token", vc_jwt(unsigned, key), SHAPE)


HIDDEN_UNTIL: list[tuple[str, Any]] = [
    (
        "full IRI",
        lambda d: {
            "https://www.w3.org/2018/credentials#validUntil": {
                "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                "@value": PAST,
            }
        },
    ),
    ("full IRI text", lambda d: {"https://www.w3.org/2018/credentials#validUntil": PAST}),
    ("CURIE", lambda d: {"cred:validUntil": PAST}),
    ("@nest", lambda d: {"@nest": {"validUntil": PAST}}),
    ("@included", lambda d: {"@included": [{"id": d["id"], "validUntil": PAST}]}),
    ("@graph", lambda d: {"@graph": [{"id": d["id"], "validUntil": PAST}]}),
    ("value object", lambda d: {"validUntil": {"@value": PAST, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}),
    ("plain value object", lambda d: {"validUntil": {"@value": PAST}}),
    ("array", lambda d: {"validUntil": [PAST]}),
    ("array of value object", lambda d: {"validUntil": [{"@value": PAST}]}),
    ("@set", lambda d: {"validUntil": {"@set": [PAST]}}),
    ("@list", lambda d: {"validUntil": {"@list": [PAST]}}),
    ("two values", lambda d: {"validUntil": [PAST, "2099-01-01T00:00:00Z"]}),
]


def _hidden_dates(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-rdfc-2019")):
        key = Key(kind)
        base = badge(key.did, validUntil=PAST)
        signed = secure(base, key, suite)
        world.no("A10", f"plainly expired {suite}", signed, "expired")
        world.yes("A10", f"twin {suite}", secure({**base, "validUntil": "2036-05-31T00:00:00Z"}, key, suite))
        for name, hide in HIDDEN_UNTIL:
            document = without(signed, "validUntil")
            world.no("A10", f"{name} {suite}", {**document, **hide(document)}, SHAPE + " expired")
        through = without(copy.deepcopy(signed), "validUntil")
        through["issuer"]["issued"] = {"id": through["id"], "validUntil": PAST}
        world.no("A10", f"via issuer node {suite}", through, SHAPE + " expired tampered")
        through = without(copy.deepcopy(signed), "validUntil")
        through["credentialSubject"]["achievement"]["related"] = [{"id": through["id"], "validUntil": PAST}]
        world.no("A10", f"via another node {suite}", through, SHAPE + " expired tampered")
        sneaky = without(copy.deepcopy(signed), "validUntil")
        sneaky["evidence"] = [{"id": sneaky["id"], "type": ["Evidence"], "validUntil": PAST}]
        world.no("A10", f"via evidence of the same id {suite}", sneaky, SHAPE + " expired tampered")
    key = Key()
    for name, hide in HIDDEN_UNTIL:
        document = badge(key.did)
        document |= hide(document)
        world.no("A10", f"{name} as token", vc_jwt(document, key), SHAPE + " expired")
        world.no("A10", f"{name} by jcs", secure(document, key, "eddsa-jcs-2022"), SHAPE + " expired")


def hidden_entries(status: Json, iri: str) -> Rows:
    return [
        ("full IRI", {iri: status}),
        ("CURIE", {"cred:credentialStatus": status}),
        ("@nest", {"@nest": {"credentialStatus": status}}),
        ("@reverse", {"@reverse": {"credentialStatus": status}}),
        ("id only", {"credentialStatus": {"id": status["id"]}}),
        ("id only and @included", {"credentialStatus": {"id": status["id"]}, "@included": [status]}),
        (
            "id only, told elsewhere",
            {"credentialStatus": {"id": status["id"]}, "evidence": [status | {"type": ["Evidence"]}]},
        ),
        ("@set", {"credentialStatus": {"@set": [status]}}),
        ("nested array", {"credentialStatus": [[status]]}),
        ("@list", {"credentialStatus": {"@list": [status]}}),
        ("@graph", {"credentialStatus": {"@graph": [status]}}),
    ]


def reshaped_entries(url: str, status: Json) -> Rows:
    return [
        ("text", {"credentialStatus": status["id"]}),
        ("null", {"credentialStatus": None}),
        ("empty object", {"credentialStatus": {}}),
        ("removed", {}),
        ("type as @type", {"credentialStatus": {("@type" if n == "type" else n): v for n, v in status.items()}}),
        (
            "index under IRI",
            {
                "credentialStatus": {
                    ("https://www.w3.org/ns/credentials/status#statusListIndex" if n == "statusListIndex" else n): v
                    for n, v in status.items()
                }
            },
        ),
        ("index in an array", {"credentialStatus": {**status, "statusListIndex": ["7"]}}),
        ("index as value object", {"credentialStatus": {**status, "statusListIndex": {"@value": "7"}}}),
        ("list as object", {"credentialStatus": {**status, "statusListCredential": {"id": url}}}),
        ("purpose in an array", {"credentialStatus": {**status, "statusPurpose": ["revocation"]}}),
    ]


def _hidden_status(world: World) -> None:
    from tests.support.hostile_set.lines_g import entry, status_list

    key = Key()
    url = status_list(world, key, revoked=[7])
    base = badge(key.did, credentialStatus=entry(url, 7))
    signed = secure(base, key)
    world.no("A11", "plainly revoked", signed, "revoked")
    world.yes("A11", "twin", secure({**base, "credentialStatus": entry(url, 8)}, key))
    status = signed["credentialStatus"]
    iri = "https://www.w3.org/2018/credentials#credentialStatus"
    rest = without(signed, "credentialStatus")
    ways: list[tuple[str, Json]] = [*hidden_entries(status, iri), *reshaped_entries(url, status)]
    for name, change in ways:
        world.not_yes("A11", name, {**rest, **change})
        if name not in {"removed", "array"}:
            world.not_yes(
                "A11",
                f"{name} by jcs",
                secure({**without(rest, "proof"), **change}, key, "eddsa-jcs-2022"),
            )
            world.not_yes("A11", f"{name} as token", vc_jwt({**without(rest, "proof"), **change}, key))


def several_issuers(key: Key, other: Key) -> Rows:
    return [
        ("array", [key.did, other.did]),
        ("array of one", [key.did]),
        ("array of objects", [{"id": key.did}, {"id": other.did}]),
        ("id array", {"id": [key.did, other.did], "type": ["Profile"]}),
        ("@id", {"@id": key.did, "type": ["Profile"]}),
        ("id and @id", {"id": other.did, "@id": key.did, "type": ["Profile"]}),
        ("@set", {"@set": [key.did]}),
    ]


def _shapes(world: World) -> None:
    key = Key()
    base = badge(key.did)
    signed = secure(base, key)
    kinds = without(signed, "type")
    types_and_graphs(world, base, signed, kinds)
    issuers_twice(world, key, base, signed)
    indexes_and_directions(world, key, signed)
    blank_ids(world, key, base)


def types_and_graphs(world: World, base: Json, signed: Json, kinds: Json) -> None:
    world.no("A12", "types split", {**kinds, "type": ["VerifiableCredential"], "@type": ["OpenBadgeCredential"]}, SHAPE)
    world.no("A12", "@type alone", {**kinds, "@type": signed["type"]}, SHAPE)
    world.no(
        "A12", "type under IRI", {**kinds, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": signed["type"]}, SHAPE
    )
    world.no(
        "A12",
        "all in @graph",
        {"@context": signed["@context"], "@graph": [without(signed, "@context")]},
        SHAPE,
    )
    world.no(
        "A12",
        "all in @graph, proof outside",
        {
            "@context": signed["@context"],
            "@graph": [without(base, "@context")],
            "proof": signed["proof"],
        },
        SHAPE + " proof-missing",
    )
    for member, iri in (
        ("credentialSubject", "https://www.w3.org/2018/credentials#credentialSubject"),
        ("proof", "https://w3id.org/security#proof"),
        ("issuer", "https://www.w3.org/2018/credentials#issuer"),
    ):
        world.no(
            "A12",
            f"{member} under full IRI",
            {(iri if n == member else n): v for n, v in signed.items()},
            SHAPE + " proof-missing",
        )


def issuers_twice(world: World, key: Key, base: Json, signed: Json) -> None:
    other = Key()
    world.no(
        "A13",
        "second issuer under IRI",
        {**signed, "https://www.w3.org/2018/credentials#issuer": {"id": other.did}},
        SHAPE,
    )
    for name, issuer in several_issuers(key, other):
        document = {**base, "issuer": issuer}
        world.no("A13", f"issuer {name}", {**document, "proof": signed["proof"]}, SHAPE + " tampered")
        world.no("A13", f"issuer {name} by jcs", secure(document, key, "eddsa-jcs-2022"), SHAPE)
        world.no("A13", f"issuer {name} as token", vc_jwt(document, key), SHAPE)


def indexes_and_directions(world: World, key: Key, signed: Json) -> None:
    world.no(
        "A14",
        "@index in a value",
        changed(signed, "name", value={"@value": signed["name"], "@index": "gold medal"}),
        SHAPE,
    )
    world.no("A14", "@index in a node", changed(signed, "credentialSubject", "@index", value="gold medal"), SHAPE)
    hebrew = bare(key.did, name={"@value": "דיפלומה 7", "@language": "he"})
    done = secure(hebrew, key)
    world.yes("A15", "twin", done)
    world.no(
        "A15", "direction added", changed(done, "name", "@direction", value="ltr"), "term-undefined tampered malformed"
    )
    world.yes("A15", "twin signed with direction", secure(changed(hebrew, "name", "@direction", value="rtl"), key))
    both = secure(changed(hebrew, "name", "@direction", value="rtl"), key)
    world.no("A15", "direction turned", changed(both, "name", "@direction", value="ltr"), "tampered")
    world.no(
        "A15", "direction removed", changed(both, "name", value={"@value": "דיפלומה 7", "@language": "he"}), "tampered"
    )


def blank_ids(world: World, key: Key, base: Json) -> None:
    blank = {**base, "id": "_:b1"}
    world.no("A17", "blank id", secure(blank, key), SHAPE)
    cut = changed(base, "credentialSubject", "achievement", "id", value="_:b0")
    world.no("A17", "blank id inside", secure(cut, key), SHAPE)
    cut = {
        **changed(base, "credentialSubject", value={"id": "_:b0"}),
        "evidence": [{"id": "_:b0", "type": ["Evidence"]}],
    }
    world.no("A17", "tree cut again", secure(cut, key), SHAPE)


def _repeated(world: World) -> None:
    key = Key()
    base = graded(key.did)
    signed = secure(base, key)
    world.yes("A16", "twin", signed)
    results = signed["credentialSubject"]["result"]
    descriptions = signed["credentialSubject"]["achievement"]["resultDescription"]
    for name, document in (
        ("result twice", changed(signed, "credentialSubject", "result", value=[*results, results[0]])),
        (
            "description twice",
            changed(
                signed, "credentialSubject", "achievement", "resultDescription", value=[*descriptions, descriptions[0]]
            ),
        ),
        ("nested array", changed(signed, "credentialSubject", "result", value=[results])),
        ("null member", changed(signed, "credentialSubject", "result", value=[*results, None])),
        ("null value", changed(signed, "description", value=None)),
        ("type twice", changed(signed, "type", value=[*signed["type"], "OpenBadgeCredential"])),
        ("empty list inside", changed(signed, "credentialSubject", "achievement", "tag", value=[[]])),
        ("subject in two arrays", changed(signed, "credentialSubject", value=[[signed["credentialSubject"]]])),
        ("subject twice", changed(signed, "credentialSubject", value=[signed["credentialSubject"]] * 2)),
    ):
        world.no("A16", name, document, SHAPE + " tampered")
    tagged = changed(base, "credentialSubject", "achievement", "tag", value=["a", "b"])
    done = secure(tagged, key)
    world.yes("A16", "tags twin", done)
    world.no("A16", "tag twice", changed(done, "credentialSubject", "achievement", "tag", value=["a", "b", "a"]), SHAPE)


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


def odd_bodies(raw: bytes, text: Any) -> Rows:
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


def _parsing(world: World) -> None:
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


OTHER_NUMBERS: Final[Rows] = [
    ("2^53", b"9007199254740992"),
    ("2^53+1", b"9007199254740993"),
    ("too many digits", b"3.00000000000000000000001"),
    ("one more digit", b"3.0000000000000001"),
    ("-0", b"-0"),
    ("-0.0", b"-0.0"),
    ("4", b"4"),
    ("true", b"true"),
    ("1e308", b"1e308"),
    ("1e-400", b"1e-400"),
]


def _numbers(world: World) -> None:
    key = Key()

    def with_credits(value: bytes) -> bytes:
        document = badge(key.did)
        document["credentialSubject"]["achievement"]["creditsAvailable"] = json.loads(value)
        return compact(secure(document, key))

    for text in (
        b"3",
        b"1.5",
        b"0",
        b"-2",
        b"0.1",
        b"100",
        b"9007199254740991",
        b"1e2",
        b"1.0",
        b"1E+2",
        b"12345678.25",
    ):
        world.yes("A21", f"credits {text.decode()}", with_credits(text))
        raw = with_credits(text).replace(
            b'"creditsAvailable":' + compact(json.loads(text)), b'"creditsAvailable":' + text
        )
        world.yes("A21", f"credits written {text.decode()}", raw)
    raw = with_credits(b"3")
    marker = b'"creditsAvailable":3'
    for name, text in OTHER_NUMBERS:
        world.no(
            "A21",
            f"3 becomes {name}",
            raw.replace(marker, b'"creditsAvailable":' + text),
            "malformed tampered not-parsable shape-not-allowed",
        )
    top = with_credits(b"9007199254740991").replace(b"9007199254740991", b"9007199254740993")
    world.no("A21", "2^53-1 becomes 2^53+1", top, "malformed")


NAMES_OF_PEOPLE: Final[Rows] = [
    "Zoé Œuvray",
    "𝒵oé 🎓",
    "זואי",
    "a\u0301e\u0301",
    "\uff01\U00010000",
    "\u200bx\u200d",
    "a\tb",
    'quote " and \\',
    "\u2028line\u2029",
    "\ufffd",
    "\ue000",
    "e\u0301 é",
    "\u202eabc",
    "",
]


def _texts(world: World) -> None:
    key = Key()
    for at, text in enumerate(NAMES_OF_PEOPLE):
        document = bare(key.did, name=text or None)
        document["credentialSubject"]["name"] = text or "x"
        world.yes("A23", f"text {at}", secure(document, key))
        world.yes("A23", f"text {at} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.yes("A23", f"text {at} as token", vc_jwt(document, key))
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        signed = secure(bare(key.did, name="Zo\u00e9"), key, suite)
        world.yes("A23", f"NFC twin {suite}", signed)
        world.no("A23", f"NFC to NFD {suite}", {**signed, "name": "Zoe\u0301"}, "tampered")
        signed = secure(bare(key.did, name="Zoe\u0301"), key, suite)
        world.yes("A23", f"NFD twin {suite}", signed)
        world.no("A23", f"NFD to NFC {suite}", {**signed, "name": "Zo\u00e9"}, "tampered")
        world.no("A30", f"homoglyph later {suite}", {**signed, "name": "Z\u043ee\u0301"}, "tampered")
    for text in ("a\u0001b", "a\u007fb", "a\u0008\u000c\u001fb"):
        document = bare(key.did, name=text)
        world.yes("A24", f"control {text!a} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.yes("A24", f"control {text!a} as token", vc_jwt(document, key))
        world.yes("A24", f"control {text!a} by rdfc", secure(document, key))


def poison(branching: int, depth: int) -> Any:
    """Return a tree of identical blank nodes."""
    if depth == 0:
        return {"type": "Evidence"}
    return {"type": "Evidence", "evidence": [poison(branching, depth - 1) for _ in range(branching)]}


def clique(size: int) -> list[Json]:
    return [{"type": "Evidence", "relatedTo": [{"type": "Evidence"} for _ in range(size)]} for _ in range(size)]


def _big(world: World) -> None:
    key = Key()
    base = plain(key.did)
    limits = "too-complex too-large shape-not-allowed malformed tampered term-undefined"
    proof = secure(base, key)["proof"]
    trees_and_cliques(world, base, limits, proof)
    inside = [{**base, "id": urn(), "evidence": poison(2, 7), "proof": proof} for _ in range(40)]
    held = present(key, secure(base, key))
    world.no("A25", "40 poisoned credentials in a presentation", {**held, "verifiableCredential": inside}, limits)
    signed_around = present(key, *[{**bare(key.did), "proof": proof} for _ in range(2)])
    world.no("A25", "two bad ones around", signed_around, "tampered")
    large_members(world, key, limits, proof)
    tree = record(key.did, *[secure(graded(key.did, 1), key) for _ in range(12)])
    world.yes("A25", "twin: a transcript of 12 courses", secure(tree, key))


def trees_and_cliques(world: World, base: Json, limits: Any, proof: Json) -> None:
    for branching, depth in ((2, 8), (2, 10), (3, 6), (4, 5), (6, 4), (6, 30 // 6)):
        for member in ("evidence", "credentialSubject", "termsOfUse"):
            world.no(
                "A25",
                f"tree {branching}x{depth} in {member}",
                {**base, member: poison(branching, depth), "proof": proof},
                limits,
            )
    for size in (10, 30):
        world.no("A25", f"clique {size}", {**base, "evidence": clique(size), "proof": proof}, limits)
        linked = [
            {
                "type": "Evidence",
                "name": "x",
                "relatedTo": [{"type": "Evidence", "step": {"name": "y"}} for _ in range(size)],
            }
            for _ in range(size)
        ]
        world.no("A25", f"deeper clique {size}", {**base, "evidence": linked, "proof": proof}, limits)
    world.no("A25", "tree in proof", {**base, "proof": {**proof, "evidence": poison(3, 6)}}, limits)
    chain: Any = {"name": "x"}
    for _ in range(30):
        chain = {"a": [chain, {"name": "x"}]}
    world.no(
        "A25", "chains of equals", {**base, "credentialSubject": {"id": urn(), "a": chain}, "proof": proof}, limits
    )
    many = [{"a": {"b": {"c": {"d": f"{at % 2}"}}}} for at in range(400)]
    world.no("A25", "400 alike", {**base, "credentialSubject": {"id": urn(), "a": many}, "proof": proof}, limits)
    ring = [{"a": {"b": {"a": {"b": {"a": {"name": "x"}}}}}, "b": {"a": {"b": {"name": "x"}}}} for _ in range(60)]
    world.no(
        "A25", "60 alike with branches", {**base, "credentialSubject": {"id": urn(), "a": ring}, "proof": proof}, limits
    )


def large_members(world: World, key: Key, limits: Any, proof: Json) -> None:
    small = graded(key.did)
    result = small["credentialSubject"]["result"][0]
    body = compact({**small, "proof": proof})
    more = b",".join([compact(result)] * 20_000)
    world.no("A26", "20,000 results", body.replace(b'"result":[', b'"result":[' + more + b","), "too-complex too-large")
    world.no(
        "A26",
        "12,000 short results",
        {
            **small,
            "credentialSubject": {
                **small["credentialSubject"],
                "result": [{"type": ["Result"], "value": str(at)} for at in range(12_000)],
            },
            "proof": proof,
        },
        limits,
    )
    world.no("A26", "3 MB text", {**small, "description": "x" * 3_000_000, "proof": proof}, "too-large")
    world.no("A26", "900 kB text", {**small, "description": "x" * 900_000, "proof": proof}, "too-large")
    world.no("A26", "900 kB key", {**small, "x" * 900_000: "y", "proof": proof}, "too-large")
    world.yes("A26", "twin of 200 kB", secure({**small, "description": "x" * 200_000}, key))
    world.yes("A26", "twin of 100 results", secure(graded(key.did, 100), key))
    world.yes("A26", "twin of 300 results", secure(graded(key.did, 300), key))


def _display(world: World) -> None:
    key = Key()
    for at, name in enumerate(("Univеrsité", "Université\u202e", "Uni\u200bversité", "\u2066x\u2069")):
        document = badge({"id": key.did, "type": ["Profile"], "name": name})
        world.yes("A30", f"name {at}", secure(document, key))
    literal = {
        "@context": [V2],
        "id": urn(),
        "type": ["VerifiableCredential"],
        "issuer": key.did,
        "credentialSubject": {"id": urn()},
        "credentialSchema": {"id": "https://schemas.judge.example/1", "type": "JsonSchemaCredential"},
    }
    world.yes("A31", "a schema nobody fetches", secure(literal, key))
    data = [("b", 1), ("a", 2.5), ("\uff01", "x"), ("\U00010000", "y"), ("é", [1, 2, {"z": None, "y": True}])]
    schema = {
        **literal,
        "credentialSchema": {"id": "https://schemas.judge.example/2", "type": "JsonSchema", "jsonSchema": dict(data)},
    }
    signed = secure(schema, key)
    world.yes("A31", "@json literal", signed)
    turned = changed(signed, "credentialSchema", "jsonSchema", value=dict(reversed(data)))
    world.yes("A31", "@json literal, keys in another order", turned)
    world.no(
        "A31", "@json literal changed", changed(signed, "credentialSchema", "jsonSchema", "a", value=2.6), "tampered"
    )
    world.no(
        "A31", "@json literal with more", changed(signed, "credentialSchema", "jsonSchema", "c", value=None), "tampered"
    )
