"""Threats E: what a presentation holds, and its shape."""

from __future__ import annotations

import copy
from typing import Final

from tests.support.hostile_set.documents import V1, V2, badge, bare, changed, old, urn, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, present, secure, vc_jwt
from tests.support.hostile_set.status_lists import entry, status_list
from tests.support.hostile_set.suites import PRESENTED, USUAL
from tests.support.hostile_set.tokens import envelope
from tests.support.hostile_set.world import Rows, World


def credentials_wrong(key: Key, other: Key, suite: str, one: Json, two: Json) -> Rows:
    shown, both = present(key, one, suite=suite), present(key, one, two, suite=suite)
    tampered = changed(one, "name", value="Doctorat")
    expired = secure(badge(key.did, validUntil="2026-05-31T00:00:00Z"), key, suite)
    stranger = secure(badge(key.did), other, suite)
    return [
        ("swapped", {**shown, "verifiableCredential": [two]}, "tampered"),
        ("added", {**shown, "verifiableCredential": [one, two]}, "tampered"),
        ("removed", {**both, "verifiableCredential": [one]}, "tampered"),
        ("tampered after", {**shown, "verifiableCredential": [tampered]}, "tampered"),
        ("tampered before", present(key, tampered, suite=suite), "tampered"),
        ("one of two bad", present(key, two, tampered, suite=suite), "tampered"),
        ("expired", present(key, expired, suite=suite), "expired"),
        ("unsigned", present(key, without(one, "proof"), suite=suite), "proof-missing"),
        ("in the victim's name", present(other, stranger, suite=suite), "not-by-issuer"),
        ("proof of another", present(key, {**one, "proof": two["proof"]}, suite=suite), "tampered not-by-issuer"),
    ]


def credentials(world: World) -> None:
    for kind, suite in PRESENTED[:4]:
        key, other = Key(kind), Key(kind)
        one, two = secure(badge(key.did), key, suite), secure(badge(other.did), other, suite)
        both = present(key, one, two, suite=suite)
        world.yes("E06", f"twin of two {kind} {suite}", both)
        world.yes("E06", f"twin, one twice {kind} {suite}", present(key, one, one, suite=suite))
        equal = {**one, "proof": [one["proof"], one["proof"]]}
        world.yes("E06", f"twin with equal proofs {kind} {suite}", present(key, equal, suite=suite))
        for name, document, codes in credentials_wrong(key, other, suite, one, two):
            world.no("E06", f"{name} {kind} {suite}", document, codes)
        lists_of_presented(world, kind, suite, key, one)
        envelopes_presented(world, kind, suite, key, other, one)


def lists_of_presented(world: World, kind: str, suite: str, key: Key, one: Json) -> None:
    lost = secure(badge(key.did, credentialStatus=entry(f"https://{world.host()}/gone", 4)), key, suite)
    world.unknown(
        "E06", f"status unreachable {kind} {suite}", present(key, one, lost, suite=suite), "status-unreachable"
    )
    url = status_list(world, key, revoked=[4], suite=suite)
    world.no(
        "E06",
        f"revoked {kind} {suite}",
        present(key, one, secure(badge(key.did, credentialStatus=entry(url, 4)), key, suite), suite=suite),
        "revoked",
    )
    world.yes(
        "E06",
        f"twin with a list {kind} {suite}",
        present(key, one, secure(badge(key.did, credentialStatus=entry(url, 5)), key, suite), suite=suite),
    )


def envelopes_presented(world: World, kind: str, suite: str, key: Key, other: Key, one: Json) -> None:
    jwt = vc_jwt(badge(key.did), key)
    for form, context in (("a list", [V2]), ("a text", V2)):
        enveloped = envelope(jwt) | {"@context": context}
        world.yes(
            "E06", f"twin with an envelope, context {form} {kind} {suite}", present(key, one, enveloped, suite=suite)
        )
    bad = vc_jwt(badge(key.did), other, header={"kid": key.vm})
    world.no("E06", f"envelope forged {kind} {suite}", present(key, one, envelope(bad), suite=suite), "tampered")
    world.no(
        "E06",
        f"envelope with claims beside {kind} {suite}",
        present(key, envelope(jwt, name="x"), suite=suite),
        "malformed shape-not-allowed",
    )
    older = secure(old(key.did), key, suite)
    world.yes("E06", f"twin with VCDM 1.1 inside {kind} {suite}", present(key, older, one, suite=suite))
    of_old = present(
        key, older, suite=suite, document={"@context": [V1, "https://w3id.org/security/data-integrity/v2"]}
    )
    world.yes("E06", f"twin, VCDM 1.1 around {kind} {suite}", of_old)


def hidden_credentials(key: Key, suite: str, one: Json, shown: Json, iri: str) -> Rows:
    return [
        ("under full IRI", {(iri if n == "verifiableCredential" else n): v for n, v in shown.items()}),
        ("second under full IRI", {**shown, iri: [one]}),
        ("nested presentation", present(key, shown, suite=suite)),
    ]


def odd_credentials(key: Key, suite: str, one: Json, shown: Json) -> Rows:
    return [
        ("bare token", present(key, vc_jwt(badge(key.did), key), suite=suite)),
        ("url", present(key, "https://judge.example/c/1", suite=suite)),
        ("null", present(key, None, suite=suite)),
        ("number", present(key, 7, suite=suite)),
        ("empty object", present(key, {}, suite=suite)),
        ("list in list", present(key, [one], suite=suite)),
        ("@graph", {**shown, "verifiableCredential": {"@graph": [one]}}),
        ("@id", {**shown, "verifiableCredential": [{"@id": one["id"]}]}),
        ("id alone", present(key, {"id": one["id"]}, suite=suite)),
        ("without @context", present(key, without(one, "@context"), suite=suite)),
        (
            "inline context inside",
            present(key, {**one, "@context": [*one["@context"], {"@vocab": "https://evil.example/#"}]}, suite=suite),
        ),
        ("nested in a subject", {**shown, "holder": {"id": key.did, "verifiableCredential": [one]}}),
        ("same twice", {**shown, "verifiableCredential": [one, one]}),
    ]


def hidden(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-jcs-2019")):
        key = Key(kind)
        one = secure(badge(key.did), key, suite)
        shown = present(key, one, suite=suite)
        iri = "https://www.w3.org/2018/credentials#verifiableCredential"
        for name, document in [
            *hidden_credentials(key, suite, one, shown, iri),
            *odd_credentials(key, suite, one, shown),
        ]:
            world.no(
                "E07",
                f"{name} {suite}",
                document,
                "shape-not-allowed malformed tampered not-parsable context-unknown term-undefined proof-missing too-complex",
            )
        few = {**shown, "verifiableCredential": [{**copy.deepcopy(one), "id": urn()} for _ in range(60)]}
        world.no("E07", f"60 credentials {suite}", few, "too-complex too-large")
        many = {**shown, "verifiableCredential": [{"@context": [V2], "type": ["VerifiableCredential"]}] * 2000}
        world.no("E07", f"2,000 credentials {suite}", many, "too-complex too-large malformed")
    key = Key()
    world.yes("E07", "twin of 40 credentials", present(key, *[secure(bare(key.did), key) for _ in range(40)]))


ODD_SHAPES: Final[Rows] = [
    ("no type", {"type": None}),
    ("type of a credential", {"type": ["VerifiableCredential"]}),
    ("type empty", {"type": []}),
    ("both types", {"type": ["VerifiablePresentation", "VerifiableCredential"]}),
    ("id no URL", {"id": "x y"}),
    ("no context", {"@context": None}),
    ("context in another order", {"@context": ["https://www.w3.org/ns/credentials/examples/v2", V2]}),
    ("context on loopback", {"@context": [V2, "https://127.0.0.1/v1"]}),
    ("inline context", {"@context": [V2, {"x": "https://evil.example/x"}]}),
]


def shapes(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        one = secure(badge(key.did), key, suite)
        for name, change in ODD_SHAPES:
            document = present(key, one, suite=suite, document=change)
            world.no(
                "E07",
                f"{name} {suite}",
                document,
                "malformed shape-not-allowed context-unknown not-parsable term-undefined tampered purpose-wrong",
                media_type="application/vp",
            )
        world.no(
            "E07",
            f"a credential as a presentation {suite}",
            one,
            "malformed",
            media_type="application/vp",
            doors=("vc-api",),
        )
        world.no(
            "E07",
            f"a presentation as a credential {suite}",
            present(key, one, suite=suite),
            "malformed",
            media_type="application/vc",
            doors=("vc-api",),
        )
