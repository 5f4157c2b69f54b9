"""Threats E: what was asked, who answers, with which proof."""

from __future__ import annotations

from typing import Final

from tests.support.hostile_set.documents import badge, bare, changed, urn, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, present, prove, secure
from tests.support.hostile_set.suites import PRESENTED
from tests.support.hostile_set.world import Rows, World

ASKED: Json = {"challenge": "c-7f3a", "domain": "https://asker.example"}
OTHER_CHALLENGES: Final[Rows] = [
    ("challenge wrong", {"challenge": "c-other"}, "challenge-wrong"),
    ("challenge missing", {"challenge": None}, "challenge-wrong"),
    ("challenge prefix", {"challenge": "c-7f3"}, "challenge-wrong"),
    ("challenge suffix", {"challenge": "c-7f3ab"}, "challenge-wrong"),
    ("challenge array", {"challenge": ["c-7f3a"]}, "challenge-wrong malformed"),
    ("challenge case", {"challenge": "C-7F3A"}, "challenge-wrong"),
    ("challenge blank", {"challenge": "c-7f3a "}, "challenge-wrong"),
    ("challenge number", {"challenge": 7}, "challenge-wrong malformed"),
    ("challenge empty", {"challenge": ""}, "challenge-wrong malformed"),
]
OTHER_DOMAINS: Final[Rows] = [
    ("domain wrong", {"domain": "https://evil.example"}, "domain-wrong"),
    ("domain missing", {"domain": None}, "domain-wrong"),
    ("domain prefix", {"domain": "https://asker.exampl"}, "domain-wrong"),
    ("domain suffix", {"domain": "https://asker.example.evil"}, "domain-wrong"),
    ("domain array without it", {"domain": ["https://a.example"]}, "domain-wrong"),
    ("domain array with another", {"domain": ["https://asker.example", "https://other.example"]}, "domain-wrong"),
    ("domain empty array", {"domain": []}, "domain-wrong malformed"),
    ("domain case", {"domain": "https://ASKER.example"}, "domain-wrong"),
    ("domain slash", {"domain": "https://asker.example/"}, "domain-wrong"),
    ("domain number", {"domain": 7}, "domain-wrong malformed"),
    ("domain object", {"domain": {"id": "https://asker.example"}}, "domain-wrong malformed"),
]


def asked(world: World) -> None:
    for kind, suite in PRESENTED:
        key = Key(kind)
        inside = secure(badge(key.did), key, suite)
        world.yes("E01", f"twin {kind} {suite}", present(key, inside, suite=suite, **ASKED), **ASKED)
        world.yes(
            "E01",
            f"twin, domain in a list {kind} {suite}",
            present(key, inside, suite=suite, **{**ASKED, "domain": ["https://asker.example"]}),
            **ASKED,
        )
        world.yes("E01", f"twin, nothing asked {kind} {suite}", present(key, inside, suite=suite, **ASKED))
        for name, change, codes in [*OTHER_CHALLENGES, *OTHER_DOMAINS]:
            world.no(
                "E01",
                f"{name} {kind} {suite}",
                present(key, inside, suite=suite, **{**ASKED, **change}),
                codes + " shape-not-allowed term-undefined",
                **ASKED,
            )
        for name, value in (("challenge", "c-other"), ("domain", "https://evil.example")):
            made = present(key, inside, suite=suite, **{**ASKED, name: value})
            world.no(
                "E01",
                f"{name} edited {kind} {suite}",
                changed(made, "proof", name, value=ASKED[name]),
                "tampered",
                **ASKED,
            )


def proofs(world: World) -> None:
    for kind, suite in PRESENTED:
        key = Key(kind)
        inside = secure(badge(key.did), key, suite)
        shown = present(key, inside, suite=suite)
        world.no("E03", f"unsigned {kind} {suite}", without(shown, "proof"), "proof-missing")
        world.no(
            "E03",
            f"assertionMethod {kind} {suite}",
            present(key, inside, suite=suite, proofPurpose="assertionMethod"),
            "purpose-wrong",
        )
        world.no(
            "E03",
            f"expired proof {kind} {suite}",
            present(key, inside, suite=suite, expires="2026-11-20T11:00:00Z"),
            "proof-expired",
        )
        world.no(
            "E03", f"credential's proof {kind} {suite}", {**shown, "proof": inside["proof"]}, "purpose-wrong tampered"
        )
        world.no(
            "E03",
            f"from the future {kind} {suite}",
            present(key, inside, suite=suite, created="2099-01-01T00:00:00Z"),
            "out-of-range",
        )
        right_presentations(world, kind, suite, key, inside)
        keys_for_assertion_alone(world, kind, suite, inside)


def right_presentations(world: World, kind: str, suite: str, key: Key, inside: Json) -> None:
    world.yes("E03", f"without a credential {kind} {suite}", present(key, suite=suite))
    world.yes("E03", f"with an id {kind} {suite}", present(key, inside, suite=suite, document={"id": urn()}))
    world.yes("E03", f"without a holder {kind} {suite}", present(key, inside, suite=suite, document={"holder": None}))
    world.yes(
        "E03",
        f"holder as object {kind} {suite}",
        present(key, inside, suite=suite, document={"holder": {"id": key.did}}),
    )
    world.yes(
        "E03",
        f"one credential, no list {kind} {suite}",
        present(key, suite=suite, document={"verifiableCredential": inside}),
    )
    for naming in ("jwk", "web"):
        other = world.named(kind, naming)
        world.yes("E03", f"by did:{naming} {kind} {suite}", present(other, inside, suite=suite))


def keys_for_assertion_alone(world: World, kind: str, suite: str, inside: Json) -> None:
    limited = Key(kind)
    place = world.place(limited)
    world.publish(
        place,
        {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": limited.did,
            "verificationMethod": [limited.method()],
            "assertionMethod": [limited.vm],
        },
    )
    world.no(
        "E03", f"key not for authentication {kind} {suite}", present(limited, inside, suite=suite), "purpose-wrong"
    )


def odd_holders(key: Key) -> Rows:
    return [
        ("text", "zoé"),
        ("number", 7),
        ("list", [key.did]),
        ("object without id", {"name": "x"}),
        ("fragment", key.vm),
        ("empty", ""),
    ]


def holders(world: World) -> None:
    for kind, suite in PRESENTED:
        key, other = Key(kind), Key(kind)
        inside = secure(badge(key.did), key, suite)
        world.no(
            "E04",
            f"holder of another {kind} {suite}",
            present(key, inside, suite=suite, document={"holder": other.did}),
            "not-by-issuer",
        )
        shown = present(key, inside, suite=suite)
        world.no("E04", f"holder edited {kind} {suite}", {**shown, "holder": other.did}, "tampered not-by-issuer")
        world.no("E04", f"holder removed {kind} {suite}", without(shown, "holder"), "tampered")
        for name, holder in odd_holders(key):
            world.no(
                "E04",
                f"holder {name} {kind} {suite}",
                present(key, inside, suite=suite, document={"holder": holder}),
                "malformed shape-not-allowed",
            )
        subjects_shown(world, kind, suite, key, other)
        two = prove(without(shown, "proof"), other, suite, proofPurpose="authentication")
        world.no(
            "E04",
            f"two holders sign {kind} {suite}",
            {**shown, "proof": [shown["proof"], two]},
            "not-by-issuer tampered",
        )


def subjects_shown(world: World, kind: str, suite: str, key: Key, other: Key) -> None:
    mine = badge(key.did)
    mine["credentialSubject"]["id"] = other.did
    stolen = secure(mine, key, suite)
    world.no("E05", f"stolen {kind} {suite}", present(key, stolen, suite=suite), "holder-mismatch", doors=("verify",))
    owned = badge(other.did)
    owned["credentialSubject"]["id"] = key.did
    world.yes("E05", f"own {kind} {suite}", present(key, secure(owned, other, suite), suite=suite))
    mine = bare(key.did)
    mine["credentialSubject"]["id"] = key.did
    world.yes("E05", f"own words {kind} {suite}", present(key, secure(mine, key, suite), suite=suite))
