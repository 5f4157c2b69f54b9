"""Threats E: transcripts (CLR 2.0), whose courses are signed credentials of their own."""

from __future__ import annotations

from tests.support.hostile_set.documents import badge, changed, record, urn, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, present, secure
from tests.support.hostile_set.suites import PRESENTED
from tests.support.hostile_set.world import Rows, World


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


def records(world: World) -> None:
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
