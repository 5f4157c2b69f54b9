"""Threats G: lists that are not the issuer's, not this one or not of today."""

from __future__ import annotations

from tests.support.hostile_set.documents import V2, badge, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import secure, token, vc_jwt
from tests.support.hostile_set.status_lists import encoded, entry, list_document, status_list
from tests.support.hostile_set.world import Rows, World


def lists_by_others(key: Key, other: Key, good: str) -> Rows:
    return [
        ("list of another issuer", "G03", lambda url: secure(list_document(other.did, url, good), other)),
        ("list signed by another", "G03", lambda url: secure(list_document(key.did, url, good), other)),
        (
            "list of another purpose",
            "G03",
            lambda url: secure(list_document(key.did, url, good, purpose="suspension"), key),
        ),
        ("unsigned list", "G03", lambda url: list_document(key.did, url, good)),
        ("list with an empty proof", "G03", lambda url: {**list_document(key.did, url, good), "proof": []}),
        (
            "tampered list",
            "G03",
            lambda url: {
                **secure(list_document(key.did, url, encoded([4])), key),
                "credentialSubject": list_document(key.did, url, good)["credentialSubject"],
            },
        ),
    ]


def lists_of_wrong_shape(key: Key, good: str) -> Rows:
    return [
        (
            "list for authentication",
            "G03",
            lambda url: secure(list_document(key.did, url, good), key, proofPurpose="authentication"),
        ),
        (
            "list of the wrong type",
            "G03",
            lambda url: secure(list_document(key.did, url, good, type=["VerifiableCredential"]), key),
        ),
        (
            "subject of the wrong type",
            "G03",
            lambda url: secure(list_document(key.did, url, good, subject={"type": "BitstringStatusListEntry"}), key),
        ),
        (
            "no purpose",
            "G03",
            lambda url: secure(list_document(key.did, url, good, subject={"statusPurpose": None}), key),
        ),
        ("a plain credential", "G03", lambda _: secure(badge(key.did), key)),
        (
            "two subjects",
            "G03",
            lambda url: secure(
                {
                    **list_document(key.did, url, good),
                    "credentialSubject": [list_document(key.did, url, good)["credentialSubject"], {"id": urn()}],
                },
                key,
            ),
        ),
        ("a presentation", "G03", lambda _: {"@context": [V2], "type": ["VerifiablePresentation"]}),
    ]


def lists_of_another_name(key: Key, other: Key, good: str) -> Rows:
    return [
        ("another list of the issuer", "G04", lambda url: secure(list_document(key.did, url + "2", good), key)),
        ("list without id", "G04", lambda url: secure(list_document(key.did, url, good, id=None), key)),
        ("id with fragment", "G04", lambda url: secure(list_document(key.did, url, good, id=url + "#list"), key)),
        (
            "list as token by another key",
            "G03",
            lambda url: vc_jwt(list_document(key.did, url, good), other, header={"kid": key.vm}),
        ),
        (
            "list as token, alg none",
            "G03",
            lambda url: token({"alg": "none", "typ": "vc+jwt", "kid": key.vm}, list_document(key.did, url, good), None),
        ),
    ]


def foreign(world: World) -> None:
    key, other = Key(), Key()

    good = encoded()
    for name, line, made in [
        *lists_by_others(key, other, good),
        *lists_of_wrong_shape(key, good),
        *lists_of_another_name(key, other, good),
    ]:
        url = f"https://{world.host()}/list"
        world.publish(url, made(url), content_type="application/vc")
        status = entry(url, 4)
        world.unknown(line, name, secure(badge(key.did, credentialStatus=status), key), "status-unverified")
    right_lists(world, good, key)


def right_lists(world: World, good: str, key: Key) -> None:
    world.yes("G03", "twin", secure(badge(key.did, credentialStatus=entry(status_list(world, key), 4)), key))
    named = {"id": key.did, "name": "x"}
    url = f"https://{world.host()}/list"
    world.publish(url, secure(list_document(named, url, good), key))
    world.yes("G03", "twin, issuer as object", secure(badge(key.did, credentialStatus=entry(url, 4)), key))
    p256 = Key("P-256")
    url = f"https://{world.host()}/list"
    world.publish(
        url, vc_jwt(list_document(p256.did, url, encoded([5])), p256).encode(), content_type="application/vc+jwt"
    )
    world.yes(
        "G03", "twin, list as token", secure(badge(p256.did, credentialStatus=entry(url, 4)), p256, "ecdsa-rdfc-2019")
    )
    world.no(
        "G01",
        "revoked in a list as token",
        secure(badge(p256.did, credentialStatus=entry(url, 5)), p256, "ecdsa-rdfc-2019"),
        "revoked",
    )


def dates(world: World) -> None:
    key = Key()
    for name, changes in (
        ("expired", {"validUntil": "2026-11-20T12:00:00Z"}),
        ("not yet valid", {"validFrom": "2027-01-01T00:00:00Z"}),
    ):
        url = status_list(world, key, **changes)
        world.unknown("G05", name, secure(badge(key.did, credentialStatus=entry(url, 4)), key), "status-stale")
    url = status_list(world, key, subject={"ttl": 300_000})
    world.yes("G05", "twin with ttl", secure(badge(key.did, credentialStatus=entry(url, 4)), key))
    for name, lasting in (
        ("no dates", {"validFrom": None, "validUntil": None}),
        ("no end", {"validUntil": None}),
        ("offset", {"validUntil": "2036-01-01T00:00:00+05:30"}),
    ):
        url = status_list(world, key, **lasting)
        world.yes("G05", f"twin: {name}", secure(badge(key.did, credentialStatus=entry(url, 4)), key))
    for ttl in (-5, "300", 1.5, 10**12):
        url = status_list(world, key, subject={"ttl": ttl})
        world.any("G05", f"ttl {ttl!r}", secure(badge(key.did, credentialStatus=entry(url, 4)), key))
