"""Threats B: purposes, relations, controllers and addresses of keys."""

from __future__ import annotations

from tests.support.hostile_set.codes import NOT_ITS_KEY
from tests.support.hostile_set.documents import changed, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.proven import signed, with_suite
from tests.support.hostile_set.signing import secure
from tests.support.hostile_set.suites import SUITES, USUAL
from tests.support.hostile_set.world import World, did_document


def purposes(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        base = with_suite(key.did, suite)
        for purpose in (
            "authentication",
            "keyAgreement",
            "capabilityInvocation",
            "madeUp",
            ["assertionMethod"],
            ["assertionMethod", "authentication"],
            "https://w3id.org/security#assertionMethod",
            "",
            None,
            7,
            {"id": "assertionMethod"},
        ):
            world.no(
                "B04",
                f"{purpose!r} {kind} {suite}",
                secure(base, key, suite, proofPurpose=purpose),
                "purpose-wrong malformed tampered term-undefined shape-not-allowed",
            )


def relations(world: World) -> None:
    for kind, suite in SUITES[:4]:
        for name, lists, answer in (
            ("keyAgreement alone", {"assertionMethod": None, "authentication": None, "keyAgreement": True}, "no"),
            ("authentication alone", {"assertionMethod": None}, "no"),
            ("nothing", {"assertionMethod": [], "authentication": []}, "no"),
            ("other key listed", {"assertionMethod": ["did:web:other.judge.example#key-1"]}, "no"),
            ("twin", {}, "yes"),
        ):
            key = Key(kind)
            place = world.place(key)
            document = {**did_document(key), **{n: ([key.vm] if v is True else v) for n, v in lists.items()}}
            world.publish(place, {n: v for n, v in document.items() if v is not None})
            world.add(
                "B05",
                f"{name} {suite}",
                signed(key, suite),
                answer,
                "purpose-wrong did-document-invalid" if answer == "no" else "",
            )


def controllers(world: World) -> None:
    for kind, suite in SUITES[:4]:
        key, other = Key(kind), Key(kind)
        document = with_suite(key.did, suite)
        world.no("B06", f"signed by another {suite}", secure(document, other, suite), "not-by-issuer")
        claimed = secure(document, other, suite, verificationMethod=key.vm)
        world.no("B06", f"another's signature under the key {suite}", claimed, "tampered")
        world.no(
            "B06",
            f"fragment of another key {suite}",
            secure(document, other, suite, verificationMethod=f"{key.did}#{other.multikey}"),
            NOT_ITS_KEY,
        )
        world.no(
            "B06",
            f"did of another, fragment ours {suite}",
            secure(document, key, suite, verificationMethod=f"{other.did}#{key.multikey}"),
            NOT_ITS_KEY,
        )
        good = secure(document, key, suite)
        world.no(
            "B06", f"key rewritten {suite}", changed(good, "proof", "verificationMethod", value=other.vm), NOT_ITS_KEY
        )
        world.no(
            "B06",
            f"issuer and key rewritten {suite}",
            changed(changed(good, "proof", "verificationMethod", value=other.vm), "issuer", "id", value=other.did),
            "tampered",
        )
        stolen_keys(world, kind, suite)


def stolen_keys(world: World, kind: str, suite: str) -> None:
    owner, thief = Key(kind), Key(kind)
    place = world.place(owner)
    thief.as_web(f"did:web:{world.host()}", "stolen")
    world.publish(
        f"https://{thief.did[8:]}/.well-known/did.json",
        {**did_document(thief), "verificationMethod": [{**thief.method(), "controller": owner.did}]},
    )
    world.publish(place, did_document(owner))
    world.no(
        "B06",
        f"key that says it is another's {suite}",
        secure(with_suite(owner.did, suite), thief, suite),
        "not-by-issuer did-document-invalid",
    )


def urls(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        document = with_suite(key.did, suite)
        inline = {"id": key.vm, "type": "Multikey", "controller": key.did, "publicKeyMultibase": key.multikey}
        for name, method in (
            ("object with key", inline),
            ("object with id", {"id": key.vm}),
            ("data URL", f"data:application/json,{key.multikey}"),
            ("relative", f"#{key.multikey}"),
            ("array", [key.vm]),
            ("no fragment", key.did),
            ("empty fragment", f"{key.did}#"),
            ("two fragments", f"{key.vm}#x"),
            ("query", f"{key.did}?x#{key.multikey}"),
            ("path", f"{key.did}/x#{key.multikey}"),
            ("null", None),
            ("number", 7),
            ("empty", ""),
            ("https", f"https://{world.host()}/key#1"),
            ("capital method", key.vm.replace("did:key", "did:KEY")),
            ("capital scheme", key.vm.replace("did:", "DID:")),
            ("blank", key.vm + " "),
            ("newline", key.vm + "\n"),
            ("encoded", key.vm.replace("#", "%23")),
            ("did only", "did:"),
            ("urn", urn()),
            ("unknown method", "did:madeup:x#y"),
        ):
            world.not_yes("B07", f"{name} {suite}", secure(document, key, suite, verificationMethod=method))
