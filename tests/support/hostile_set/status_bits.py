"""Threats G: what single bits say, and several entries."""

from __future__ import annotations

from tests.support.hostile_set.documents import STATUS_2021, V1, badge, old, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import secure, token, vc_jwt
from tests.support.hostile_set.status_lists import LENGTH, encoded, entry, status_list
from tests.support.hostile_set.suites import WIDE
from tests.support.hostile_set.world import World


def bits(world: World) -> None:
    for kind, suite in WIDE:
        key = Key(kind)
        url = status_list(world, key, revoked=[0, 1000, LENGTH - 1], suite=suite)
        held = status_list(world, key, revoked=[5], purpose="suspension", suite=suite)
        for index in (0, 1000, LENGTH - 1):
            world.no(
                "G01",
                f"revoked at {index} {kind} {suite}",
                secure(badge(key.did, credentialStatus=entry(url, index)), key, suite),
                "revoked",
            )
        for index in (1, 7, 8, 999, 1001, 1007, 992, LENGTH - 2):
            world.yes(
                "G02",
                f"neighbour {index} {kind} {suite}",
                secure(badge(key.did, credentialStatus=entry(url, index)), key, suite),
            )
        world.no(
            "G01",
            f"suspended {kind} {suite}",
            secure(badge(key.did, credentialStatus=entry(held, 5, purpose="suspension")), key, suite),
            "suspended",
        )
        world.no(
            "G01",
            f"revoked, as token {kind} {suite}",
            vc_jwt(badge(key.did, credentialStatus=entry(url, 0)), key),
            "revoked",
        )
        world.yes(
            "G02", f"neighbour, as token {kind} {suite}", vc_jwt(badge(key.did, credentialStatus=entry(url, 1)), key)
        )


def several(world: World) -> None:
    key = Key()
    revoked, held = status_list(world, key, revoked=[3]), status_list(world, key, revoked=[9], purpose="suspension")
    good, bad = entry(revoked, 4), entry(revoked, 3)
    fine, paused = entry(held, 4, purpose="suspension"), entry(held, 9, purpose="suspension")
    lost = entry(f"https://{world.host()}/gone", 4)
    for name, entries, codes in (
        ("second revoked", [fine, bad], "revoked"),
        ("first revoked", [bad, fine], "revoked"),
        ("second suspended", [good, paused], "suspended"),
        ("both", [paused, bad], "revoked"),
        ("third", [good, fine, {**bad, "id": urn()}], "revoked"),
        ("revoked and unreachable", [lost, bad], "revoked"),
    ):
        world.no("G01", f"several: {name}", secure(badge(key.did, credentialStatus=entries), key), codes)
    world.yes("G01", "several: twin", secure(badge(key.did, credentialStatus=[good, fine]), key))
    world.unknown(
        "G08",
        "one of two lists unreachable",
        secure(badge(key.did, credentialStatus=[good, lost]), key),
        "status-unreachable",
    )
    signed = secure(badge(key.did, credentialStatus=[fine, bad]), key)
    world.no("G01", "entries turned round", {**signed, "credentialStatus": [bad, fine]}, "revoked")
    world.no("G01", "one entry cut", {**signed, "credentialStatus": [fine]}, "tampered")
    world.no("G01", "one entry cut, no array", {**signed, "credentialStatus": fine}, "tampered")
    double = status_list(world, key, revoked=[3], purpose=["revocation", "suspension"])
    world.yes("G02", "a list of two purposes", secure(badge(key.did, credentialStatus=entry(double, 4)), key))
    world.no(
        "G01",
        "a list of two purposes, revoked",
        secure(badge(key.did, credentialStatus=entry(double, 3)), key),
        "revoked",
    )


def sizes(world: World) -> None:
    key = Key()
    messages = [{"status": hex(at), "message": f"m{at}"} for at in range(4)]
    url = status_list(world, key, values={5: 2}, size=2, purpose="message")
    more = {"purpose": "message", "statusSize": 2, "statusMessage": messages}
    world.yes("G02", "messages, not set", secure(badge(key.did, credentialStatus=entry(url, 6, **more)), key))
    world.yes("G02", "messages, set", secure(badge(key.did, credentialStatus=entry(url, 5, **more)), key))
    world.yes(
        "G02",
        "messages with reference",
        secure(
            badge(key.did, credentialStatus=entry(url, 5, **more, statusReference="https://judge.example/messages")),
            key,
        ),
    )
    world.not_yes(
        "G09",
        "messages missing one",
        secure(badge(key.did, credentialStatus=entry(url, 5, **{**more, "statusMessage": messages[:3]})), key),
    )
    for size in (0, -1, 17, 1.5, "2", True, 10**9):
        world.not_yes(
            "G06",
            f"statusSize {size!r}",
            secure(badge(key.did, credentialStatus=entry(url, 5, **{**more, "statusSize": size})), key),
        )
    eight_bits(world, key)


def eight_bits(world: World, key: Key) -> None:
    wide = status_list(world, key, values={5: 1}, size=8)
    wide_messages = [{"status": hex(at), "message": f"m{at}"} for at in range(256)]
    world.no(
        "G01",
        "eight bits revoked",
        secure(badge(key.did, credentialStatus=entry(wide, 5, statusSize=8, statusMessage=wide_messages)), key),
        "revoked",
    )
    world.yes(
        "G02",
        "eight bits fine",
        secure(badge(key.did, credentialStatus=entry(wide, 6, statusSize=8, statusMessage=wide_messages)), key),
    )


def old_lists(world: World) -> None:
    key = Key()
    url = f"https://{world.host()}/old"
    subject = {
        "id": f"{url}#list",
        "type": "StatusList2021",
        "statusPurpose": "revocation",
        "encodedList": encoded([6])[1:],
    }
    document = old(
        key.did,
        **{"@context": [V1, STATUS_2021, "https://w3id.org/security/data-integrity/v2"]},
        id=url,
        type=["VerifiableCredential", "StatusList2021Credential"],
        credentialSubject=subject,
    )
    world.publish(url, secure(document, key))
    for index, answer in ((5, "yes"), (6, "no"), ("5", "yes"), ("6", "no")):
        status = {
            "id": f"{url}#{index}",
            "type": "StatusList2021Entry",
            "statusPurpose": "revocation",
            "statusListIndex": index,
            "statusListCredential": url,
        }
        holder = old(
            key.did,
            **{"@context": [V1, STATUS_2021, "https://w3id.org/security/data-integrity/v2"]},
            credentialStatus=status,
        )
        world.add("G01", f"StatusList2021 {index!r}", secure(holder, key), answer, "revoked" if answer == "no" else "")


def tokens(world: World) -> None:
    """VCDM 1.1 as a token, with a list."""
    key = Key("P-256")
    url = status_list(world, key, revoked=[6])
    for index, answer in ((5, "yes"), (6, "no")):
        inside = old(key.did, **{"@context": [V1]}, credentialStatus=entry(url, index))
        claims = {
            "iss": key.did,
            "jti": inside["id"],
            "sub": inside["credentialSubject"]["id"],
            "nbf": 1767225600,
            "vc": inside,
        }
        world.add(
            "G01",
            f"VCDM 1.1 token {index}",
            token({"alg": "ES256", "typ": "JWT", "kid": key.vm}, claims, key),
            answer,
            "revoked" if answer == "no" else "",
        )
