"""Threats B: documents changed after they were signed, proofs moved or taken away."""

from __future__ import annotations

from tests.support.hostile_set.codes import BROKEN
from tests.support.hostile_set.documents import ED2020, V2, changed, graded, urn, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.proven import signed
from tests.support.hostile_set.signing import Json, present
from tests.support.hostile_set.suites import SUITES
from tests.support.hostile_set.world import Rows, World


def changed_claims(kind: str, good: Json, subject: Json) -> Rows:
    return [
        ("claim", changed(good, "credentialSubject", "achievement", "name", value="Doctorat")),
        ("subject", changed(good, "credentialSubject", "id", value=urn())),
        (
            "subject removed",
            changed(good, "credentialSubject", value=without(subject, "id")),
        ),
        ("issuer", changed(good, "issuer", "id", value=Key(kind).did)),
        ("issuer name", changed(good, "issuer", "name", value="Autre")),
    ]


def changed_members(good: Json) -> Rows:
    return [
        ("validFrom", changed(good, "validFrom", value="2026-01-01T00:00:01Z")),
        ("validFrom respelled", changed(good, "validFrom", value="2026-01-01T00:00:00+00:00")),
        ("validUntil added", {**good, "validUntil": "2036-01-01T00:00:00Z"}),
        ("type removed", {**good, "type": ["VerifiableCredential"]}),
        ("type added", {**good, "type": [*good["type"], "EndorsementCredential"]}),
        ("id", {**good, "id": urn()}),
        ("id removed", without(good, "id")),
        ("name removed", without(good, "name")),
    ]


def changed_results(good: Json, subject: Json) -> Rows:
    return [
        ("grade", changed(good, "credentialSubject", "result", 0, "value", value="99")),
        (
            "ids swapped",
            changed(changed(good, "id", value=subject["id"]), "credentialSubject", "id", value=good["id"]),
        ),
        ("result removed", changed(good, "credentialSubject", "result", value=subject["result"][:1])),
        (
            "results swapped",
            changed(
                changed(good, "credentialSubject", "result", 0, "value", value=subject["result"][1]["value"]),
                "credentialSubject",
                "result",
                1,
                "value",
                value=subject["result"][0]["value"],
            ),
        ),
        ("description added", {**good, "description": "cum laude"}),
        ("text with blank", {**good, "name": good["name"] + " "}),
        ("text as object", {**good, "name": {"@value": good["name"], "@language": "fr"}}),
        ("created", changed(good, "proof", "created", value="2026-11-20T10:00:01Z")),
        (
            "created removed",
            changed(good, "proof", value=without(good["proof"], "created")),
        ),
    ]


def changes(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        good = signed(key, suite, graded)
        world.yes("B01", f"twin {kind} {suite}", good)
        subject = good["credentialSubject"]
        ways: list[tuple[str, Json]] = [
            *changed_claims(kind, good, subject),
            *changed_members(good),
            *changed_results(good, subject),
        ]
        for name, document in ways:
            world.no("B01", f"{name} {kind} {suite}", document, BROKEN + " not-by-issuer")
        if "-jcs-" not in suite:
            world.yes(
                "B01",
                f"results turned round {kind} {suite}",
                changed(good, "credentialSubject", "result", value=subject["result"][::-1]),
            )
        else:
            world.no(
                "B01",
                f"results turned round {kind} {suite}",
                changed(good, "credentialSubject", "result", value=subject["result"][::-1]),
                "tampered",
            )
        world.yes("B01", f"keys turned round {kind} {suite}", dict(reversed(good.items())))


def swapped(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        one, two = signed(key, suite), signed(key, suite)
        world.no("B02", f"proof of another {kind} {suite}", {**one, "proof": two["proof"]}, "tampered")
        shown = present(
            key, one, suite=suite, document={"@context": [V2, ED2020]} if suite == "Ed25519Signature2020" else None
        )
        world.yes("B02", f"presentation twin {kind} {suite}", shown)
        world.no(
            "B02",
            f"presentation's proof on a credential {kind} {suite}",
            {**one, "proof": shown["proof"]},
            "tampered purpose-wrong",
        )
        world.no(
            "B02",
            f"credential's proof on a presentation {kind} {suite}",
            {**shown, "proof": one["proof"]},
            "tampered purpose-wrong",
        )


def missing(world: World) -> None:
    for kind, suite in SUITES[:3]:
        key = Key(kind)
        good = signed(key, suite)
        rest = without(good, "proof")
        world.no("B03", f"removed {suite}", rest, "proof-missing")
        for name, proof in (
            ("null", None),
            ("empty list", []),
            ("empty object", {}),
            ("text", "x"),
            ("number", 7),
            ("true", True),
            ("list in list", [[good["proof"]]]),
            ("list with null", [good["proof"], None]),
            ("list with empty", [good["proof"], {}]),
            ("list with text", [good["proof"], "x"]),
            ("id only", {"id": urn()}),
            ("@list", {"@list": [good["proof"]]}),
        ):
            world.no("B03", f"{name} {suite}", {**rest, "proof": proof}, BROKEN)
        shown = present(key, good, suite=suite)
        world.no("B03", f"presentation {suite}", without(shown, "proof"), "proof-missing")
        world.no("B03", f"credential inside {suite}", present(key, rest, suite=suite), "proof-missing")
        for name, proof in (("null", None), ("empty list", []), ("empty object", {})):
            world.no("B03", f"presentation {name} {suite}", {**shown, "proof": proof}, BROKEN)
