"""Threats E: presentations."""

# The tables hold values of every type, as an attacker does, and functions that look at a part of what they get.
# mypy: disable-error-code="assignment,arg-type,attr-defined,var-annotated"

from __future__ import annotations

import copy
from typing import Any, Final

from tests.support.hostile_set.documents import V1, V2, badge, bare, old, record, urn, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.lines_a import changed
from tests.support.hostile_set.lines_c import envelope
from tests.support.hostile_set.lines_g import entry, status_list
from tests.support.hostile_set.signing import Json, present, prove, secure, vc_jwt
from tests.support.hostile_set.suites import PRESENTED, USUAL
from tests.support.hostile_set.world import Rows, World

ASKED: Json = {"challenge": "c-7f3a", "domain": "https://asker.example"}


def make(world: World) -> None:
    for part in (_asked, _proofs, _holders, _credentials, _hidden, _shapes, _records):
        part(world)


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
    ("domain empty array", {"domain": []}, "domain-wrong malformed"),
    ("domain case", {"domain": "https://ASKER.example"}, "domain-wrong"),
    ("domain slash", {"domain": "https://asker.example/"}, "domain-wrong"),
    ("domain number", {"domain": 7}, "domain-wrong malformed"),
    ("domain object", {"domain": {"id": "https://asker.example"}}, "domain-wrong malformed"),
]


def _asked(world: World) -> None:
    for kind, suite in PRESENTED:
        key = Key(kind)
        inside = secure(badge(key.did), key, suite)
        world.yes("E01", f"twin {kind} {suite}", present(key, inside, suite=suite, **ASKED), **ASKED)
        world.yes(
            "E01",
            f"twin, domain in a list {kind} {suite}",
            present(
                key, inside, suite=suite, **{**ASKED, "domain": ["https://asker.example", "https://other.example"]}
            ),
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


def _proofs(world: World) -> None:
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


def _holders(world: World) -> None:
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


def _credentials(world: World) -> None:
    for kind, suite in PRESENTED[:4]:
        key, other = Key(kind), Key(kind)
        one, two = secure(badge(key.did), key, suite), secure(badge(other.did), other, suite)
        both = present(key, one, two, suite=suite)
        world.yes("E06", f"twin of two {kind} {suite}", both)
        for name, document, codes in credentials_wrong(key, other, suite, one, two):
            world.no("E06", f"{name} {kind} {suite}", document, codes)
        lists_of_presented(world, kind, suite, key, one)
        envelopes_presented(world, kind, suite, key, other, one)


def lists_of_presented(world: World, kind: str, suite: str, key: Key, one: Any) -> None:
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


def envelopes_presented(world: World, kind: str, suite: str, key: Key, other: Key, one: Any) -> None:
    jwt = vc_jwt(badge(key.did), key)
    world.yes("E06", f"twin with an envelope {kind} {suite}", present(key, one, envelope(jwt), suite=suite))
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


def hidden_credentials(key: Key, suite: str, one: Any, shown: Json, iri: str) -> Rows:
    return [
        ("under full IRI", {(iri if n == "verifiableCredential" else n): v for n, v in shown.items()}),
        ("second under full IRI", {**shown, iri: [one]}),
        ("nested presentation", present(key, shown, suite=suite)),
    ]


def odd_credentials(key: Key, suite: str, one: Any, shown: Json) -> Rows:
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


def _hidden(world: World) -> None:
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


def _shapes(world: World) -> None:
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


def courses_wrong(suite: str, courses: list[Json], good: Json, bad: Json, key: Key) -> Rows:
    return [
        ("a course tampered before", secure(record(key.did, courses[0], bad), key, suite), "tampered"),
        (
            "a course tampered after",
            changed(good, "credentialSubject", "verifiableCredential", 1, value=bad),
            "tampered",
        ),
        (
            "a course removed",
            changed(good, "credentialSubject", "verifiableCredential", value=courses[:2]),
            "tampered",
        ),
        (
            "a course unsigned",
            secure(record(key.did, courses[0], without(courses[1], "proof")), key, suite),
            "proof-missing",
        ),
        (
            "a course expired",
            secure(
                record(key.did, courses[0], secure(badge(key.did, validUntil="2026-05-31T00:00:00Z"), key, suite)),
                key,
                suite,
            ),
            "expired",
        ),
    ]


def courses_bent(suite: str, courses: list[Json], good: Json, key: Key, other: Key) -> Rows:
    return [
        (
            "a course by a stranger",
            secure(record(key.did, courses[0], secure(badge(key.did), other, suite)), key, suite),
            "not-by-issuer",
        ),
        (
            "courses swapped proofs",
            secure(record(key.did, {**courses[0], "proof": courses[1]["proof"]}), key, suite),
            "tampered",
        ),
        (
            "an inline context in a course",
            secure(
                record(
                    key.did,
                    {**courses[0], "@context": [*courses[0]["@context"], {"name": "https://evil.example/n"}]},
                ),
                key,
                suite,
            ),
            "context-unknown shape-not-allowed tampered",
        ),
        (
            "a course twice",
            changed(good, "credentialSubject", "verifiableCredential", value=[*courses, courses[0]]),
            "shape-not-allowed tampered malformed",
        ),
    ]


def _records(world: World) -> None:
    """CLR 2.0: children are signed credentials of their own."""
    for kind, suite in PRESENTED:
        key, other = Key(kind), Key(kind)
        courses = [secure(badge(key.did), key, suite) for _ in range(3)]
        good = secure(record(key.did, *courses), key, suite)
        world.yes("E06", f"record twin {kind} {suite}", good)
        world.yes("E06", f"record in a presentation {kind} {suite}", present(key, good, suite=suite))
        world.yes(
            "E06",
            f"record with another's course {kind} {suite}",
            secure(record(key.did, *courses[:2], secure(badge(other.did), other, suite)), key, suite),
        )
        bad = changed(courses[1], "name", value="Doctorat")
        for name, document, codes in [
            *courses_wrong(suite, courses, good, bad, key),
            *courses_bent(suite, courses, good, key, other),
        ]:
            world.no("E06", f"record: {name} {kind} {suite}", document, codes)
        stray = record(key.did, *courses)
        stray["credentialSubject"]["association"][0]["targetId"] = urn()
        world.no("E06", f"record: association to nowhere {kind} {suite}", secure(stray, key, suite), "malformed")
