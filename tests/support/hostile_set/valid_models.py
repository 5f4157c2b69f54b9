"""Credentials and transcripts that nothing is wrong with, in every shape that the data models allow."""

from __future__ import annotations

from typing import Any, Final

from tests.support.hostile_set.documents import ED2020, achievement, badge, bare, graded, old, plain, record, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.proven import signed_everywhere, with_suite
from tests.support.hostile_set.signing import Json, present, prove, secure, vc_jwt
from tests.support.hostile_set.status_lists import entry, status_list
from tests.support.hostile_set.suites import SUITES, WIDE
from tests.support.hostile_set.world import Rows, World


def records(world: World) -> None:
    for kind, suite in WIDE:
        key, other = Key(kind), Key(kind)
        learner = urn()

        def course(by: Key = key, learner: str = learner, suite: str = suite, **changes: Any) -> Json:
            document = graded(by.did, **changes)
            document["credentialSubject"]["id"] = learner
            return secure(document, by, suite)

        for size in (1, 2, 5, 30):
            world.yes(
                "VALID",
                f"record of {size} {kind} {suite}",
                secure(record(key.did, *[course() for _ in range(size)]), key, suite),
            )
        url = status_list(world, key, suite=suite)
        world.yes(
            "VALID",
            f"record with lists {kind} {suite}",
            secure(
                record(
                    key.did,
                    course(credentialStatus=entry(url, 3)),
                    course(credentialStatus=entry(url, 4)),
                    credentialStatus=entry(url, 5),
                ),
                key,
                suite,
            ),
        )
        world.yes(
            "VALID",
            f"record of two institutions {kind} {suite}",
            secure(record(key.did, course(), course(other)), key, suite),
        )
        records_shown(world, course, kind, suite, key, other)


def records_shown(world: World, course: Any, kind: str, suite: str, key: Key, other: Key) -> None:
    partial = record(key.did, course(), course())
    partial["partial"] = True
    world.yes("VALID", f"record that says it is partial {kind} {suite}", secure(partial, key, suite))
    with_achievements = record(key.did, course())
    with_achievements["credentialSubject"]["achievement"] = [achievement(), achievement()]
    world.yes("VALID", f"record with achievements {kind} {suite}", secure(with_achievements, key, suite))
    whole = secure(record(key.did, course(), course()), key, suite)
    world.yes("VALID", f"record shown {kind} {suite}", present(key, whole, suite=suite))
    world.yes(
        "VALID",
        f"record and badge shown {kind} {suite}",
        present(key, whole, secure(badge(other.did), other, suite), suite=suite),
    )


PLAIN_MODELS: Final[Rows] = [
    ("plain", lambda key: plain(key.did)),
    ("nothing but an id", lambda key: bare(key.did, name=None, validFrom=None, credentialSubject={"id": urn()})),
    ("no id anywhere", lambda key: bare(key.did, id=None, credentialSubject={"name": "x"})),
    (
        "issuer with names",
        lambda key: bare(
            {"id": key.did, "name": [{"@value": "U", "@language": "fr"}, {"@value": "V", "@language": "en"}]}
        ),
    ),
    ("direction without language", lambda key: bare(key.did, name={"@value": "x", "@direction": "ltr"})),
    ("language of three parts", lambda key: bare(key.did, name={"@value": "x", "@language": "zh-Hant-TW"})),
]
NESTED_MODELS: Final[Rows] = [
    (
        "nested",
        lambda key: plain(
            key.did,
            credentialSubject={
                "id": urn(),
                "degree": {"type": "ExampleBachelorDegree", "name": "BSc", "of": {"field": {"name": "maths"}}},
            },
        ),
    ),
    (
        "numbers",
        lambda key: plain(
            key.did,
            credentialSubject={
                "id": urn(),
                "a": 1,
                "b": 2.5,
                "c": True,
                "d": 0,
                "e": -7,
                "g": 0.000001,
                "h": False,
            },
        ),
    ),
    ("lists", lambda key: plain(key.did, credentialSubject={"id": urn(), "a": ["x", "y", 1, True, {"b": "c"}]})),
    ("empty list", lambda key: plain(key.did, evidence=[])),
    ("long text", lambda key: bare(key.did, description="é" * 100_000)),
    (
        "many members",
        lambda key: plain(key.did, credentialSubject={"id": urn(), **{f"m{at}": f"v{at}" for at in range(1_000)}}),
    ),
    ("30 levels", lambda key: plain(key.did, credentialSubject=_deep(30))),
    (
        "two of one schema",
        lambda key: bare(
            key.did,
            credentialSchema=[{"id": f"https://judge.example/{at}", "type": "JsonSchema"} for at in range(2)],
        ),
    ),
]
ADDRESSES: Final[Rows] = [
    ("urn issuer of an envelope", lambda key: bare(key.did, id="urn:example:1")),
    ("http id", lambda key: bare(key.did, id="http://judge.example/1")),
    ("id with a query", lambda key: bare(key.did, id="https://judge.example/1?a=b&c=d#e")),
    ("international address", lambda key: bare(key.did, id="https://judge.example/%C3%A9")),
    ("terms", lambda key: plain(key.did, termsOfUse=[{"type": "X", "id": urn()}, {"type": "Y"}])),
    (
        "render",
        lambda key: plain(
            key.did,
            renderMethod={"type": "SvgRenderingTemplate2023", "id": "https://judge.example/t.svg", "name": "x"},
        ),
    ),
    (
        "valid moment in another zone",
        lambda key: bare(key.did, validFrom="2026-01-01T00:00:00.000-05:00", validUntil="2036-01-01T00:00:00+14:00"),
    ),
]


def models(world: World) -> None:
    for name, make_document in [*PLAIN_MODELS, *NESTED_MODELS, *ADDRESSES]:
        signed_everywhere(world, name, make_document)
    for kind, suite in SUITES[:7]:
        key = Key(kind)
        for name, changes in (
            ("plain", {}),
            ("end", {"expirationDate": "2036-01-01T00:00:00Z"}),
            ("no offset", {"issuanceDate": "2026-01-01T00:00:00"}),
            ("fraction", {"issuanceDate": "2026-01-01T00:00:00.5Z"}),
            ("issuer object", {"issuer": {"id": key.did}}),
            ("two subjects", {"credentialSubject": [{"id": urn()}, {"id": urn()}]}),
        ):
            world.yes("VALID", f"VCDM 1.1 {name} {kind} {suite}", secure(old(key.did, **changes), key, suite))


def _deep(levels: int) -> Json:
    found: Json = {"name": "x"}
    for _ in range(levels):
        found = {"a": found}
    return {"id": urn(), **found}


def suites(world: World) -> None:
    for kind, suite in SUITES:
        for naming in ("key", "jwk", "web"):
            key = world.named(kind, naming)
            document = with_suite(key.did, suite)
            world.yes("VALID", f"did:{naming} {kind} {suite}", secure(document, key, suite))
            world.yes(
                "VALID",
                f"nonce did:{naming} {kind} {suite}",
                secure(document, key, suite, **({"nonce": "abc"} if suite != "Ed25519Signature2020" else {})),
            )
            with_id = {} if suite == "Ed25519Signature2020" else {"id": urn()}
            world.yes("VALID", f"proof id did:{naming} {kind} {suite}", secure(document, key, suite, **with_id))
            world.yes(
                "VALID",
                f"domain on a credential did:{naming} {kind} {suite}",
                secure(document, key, suite, domain="https://a.example", challenge="x"),
            )
    key = Key()
    base = badge(key.did)
    base["@context"] = [*base["@context"], ED2020]
    suites = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020")
    proofs = [prove(base, key, suite, created=f"2026-11-20T10:00:0{at}Z") for at, suite in enumerate(suites)]
    for order in ((0, 1, 2), (2, 1, 0), (1, 0), (2, 0), (1, 2)):
        world.yes("VALID", f"proof set {order}", {**base, "proof": [proofs[at] for at in order]})


def texts(world: World) -> None:
    key = Key()
    for at, text in enumerate(
        (
            "\U0001f393",
            "e\u0301",
            "\u05d0\u05d1",
            "\ufb01",
            "\uff01",
            "\U00010000\uff01",
            "\u200d\u200c",
            "a\u0000b",
            "\\u0041",
            "</script>",
            "'; DROP TABLE",
            "{{7*7}}",
            "%s%n",
            "\r\n",
            "\t",
            " ",
            "﷽" * 50,
            "\u2028",
            "\x7f",
            "null",
            "true",
        )
    ):
        for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
            world.yes("VALID", f"text {at} {suite}", secure(bare(key.did, description=text), key, suite))
            world.yes(
                "VALID",
                f"text as key {at} {suite}",
                secure(plain(key.did, credentialSubject={"id": urn(), "x": [text, "y"]}), key, suite),
            )
        world.yes("VALID", f"text {at} as token", vc_jwt(bare(key.did, description=text), key))
