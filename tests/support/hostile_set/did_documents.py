"""Threats F: documents of identifiers, their contents and their changes."""

from __future__ import annotations

import gzip

from tests.support.hostile_set.codes import BAD
from tests.support.hostile_set.documents import badge, without
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import Json, compact, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World, did_document


def documents(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-jcs-2019")):
        for name, answer in (
            ("200 MB", {"stream_bytes": 200_000_000}),
            ("70 kB", {"body": compact({"id": "x", "pad": "x" * 70_000})}),
            ("60 s slow", {"body": b"{}", "delay_s": 60}),
            ("gzip bomb", {"body": gzip.compress(bytes(10_000_000))}),
            ("wrong type", {"own": True, "content_type": "text/plain"}),
            ("HTML", {"body": b"<html></html>", "content_type": "text/html"}),
            ("octets", {"own": True, "content_type": "application/octet-stream"}),
            ("image", {"own": True, "content_type": "image/png"}),
            ("not JSON", {"body": b"hello"}),
            ("empty", {"body": b""}),
            ("null", {"body": b"null"}),
            ("list", {"body": b"[]"}),
            ("text", {"body": b'"x"'}),
            ("NaN", {"body": b'{"a":NaN}'}),
            ("deep", {"body": b'{"a":' * 10_000}),
            ("BOM", {"own": True, "prefix": b"\xef\xbb\xbf"}),
            ("duplicate keys", {"own": True, "duplicate": True}),
            ("404", {"own": True, "status": 404}),
            ("500", {"own": True, "status": 500}),
            ("201", {"own": True, "status": 201}),
            ("204", {"body": b"", "status": 204}),
            ("absent", None),
            ("UTF-16", {"own": True, "codec": "utf-16"}),
            ("invalid UTF-8", {"body": b'{"id":"\xff"}'}),
        ):
            key = Key(kind)
            place = world.place(key)
            url = place
            if answer is not None:
                _publish(world, url, did_document(key), dict(answer))
            world.not_yes("F05", f"{name} {suite}", secure(badge(key.did), key, suite), BAD + " network-forbidden")
            world.not_yes("F05", f"{name} as token {kind}", vc_jwt(badge(key.did), key))


def _publish(world: World, url: str, own: Json, answer: Json) -> None:
    body = answer.pop("body", None)
    if answer.pop("own", False):
        body = compact(own)
        body = answer.pop("prefix", b"") + body
        if answer.pop("duplicate", False):
            body = b'{"id":"did:web:x",' + body[1:]
        if codec := answer.pop("codec", ""):
            body = body.decode().encode(codec)
    world.publish(url, body, **answer)


def wrong_ids(other: Key) -> Rows:
    return [
        ("id of another", lambda _: {"id": "did:web:other.judge.example"}),
        ("no id", lambda _: {"id": None}),
        ("id capital", lambda k: {"id": k.did.upper()}),
        ("id with slash", lambda k: {"id": k.did + "/"}),
        ("id list", lambda k: {"id": [k.did]}),
        (
            "key controlled by another",
            lambda k: {"verificationMethod": [{**k.method(), "controller": other.did}]},
        ),
        (
            "no controller",
            lambda k: {"verificationMethod": [without(k.method(), "controller")]},
        ),
        ("controller list", lambda k: {"verificationMethod": [{**k.method(), "controller": [k.did]}]}),
        ("relative key id", lambda k: {"verificationMethod": [{**k.method(), "id": "#key-1"}]}),
        ("relative reference", lambda _: {"assertionMethod": ["#key-1"]}),
    ]


def keys_twice(other: Key) -> Rows:
    return [
        (
            "same id twice",
            lambda k: {"verificationMethod": [k.method(), {**k.method(), "publicKeyMultibase": other.multikey}]},
        ),
        (
            "same id twice, other first",
            lambda k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": other.multikey}, k.method()]},
        ),
        (
            "embedded and listed",
            lambda k: {"assertionMethod": [{**k.method(), "publicKeyMultibase": other.multikey}]},
        ),
        (
            "key id of another DID",
            lambda k: {"verificationMethod": [{**k.method(), "id": other.vm}], "assertionMethod": [other.vm]},
        ),
    ]


def odd_methods(other: Key) -> Rows:
    return [
        ("no methods", lambda _: {"verificationMethod": None}),
        ("methods object", lambda k: {"verificationMethod": k.method()}),
        ("methods text", lambda _: {"verificationMethod": ["x"]}),
        (
            "key without type",
            lambda k: {"verificationMethod": [without(k.method(), "type")]},
        ),
        ("unknown type", lambda k: {"verificationMethod": [{**k.method(), "type": "MadeUpKey"}]}),
        ("private key", lambda k: {"verificationMethod": [{**k.method(), "secretKeyMultibase": "z3u2"}]}),
        ("two keys in one", lambda k: {"verificationMethod": [{**k.method(), "publicKeyJwk": other.jwk}]}),
        (
            "bad multibase",
            lambda k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": "z" + "0" * 40}]},
        ),
        (
            "huge multibase",
            lambda k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": "z" + "2" * 60_000}]},
        ),
        ("number", lambda k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": 7}]}),
        ("assertion text", lambda k: {"assertionMethod": k.vm}),
        ("assertion number", lambda _: {"assertionMethod": [7]}),
        (
            "500 keys",
            lambda k: {
                "verificationMethod": [k.method(), *[{**k.method(), "id": f"{k.did}#k{at}"} for at in range(500)]]
            },
        ),
    ]


def contents(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-rdfc-2019")):
        other = Key(kind)
        for name, change in [*wrong_ids(other), *keys_twice(other), *odd_methods(other)]:
            key = Key(kind)
            place = world.place(key)
            document = {**did_document(key), **change(key)}
            world.publish(place, {n: v for n, v in document.items() if v is not None})
            world.not_yes("F06", f"{name} {suite}", secure(badge(key.did), key, suite))
            world.not_yes("F06", f"{name} as token {kind}", vc_jwt(badge(key.did), key))


def rotated(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-rdfc-2019")):
        for name, change, answer, codes in (
            ("removed from assertionMethod", {"assertionMethod": []}, "no", "purpose-wrong"),
            ("revoked before", {"revoked": "2026-11-01T00:00:00Z"}, "no", "key-compromised"),
            ("revoked after", {"revoked": "2026-11-21T00:00:00Z"}, "yes", ""),
            ("revoked in the future", {"revoked": "2036-11-21T00:00:00Z"}, "yes", ""),
            ("revoked at that moment", {"revoked": "2026-11-20T10:00:00Z"}, "no", "key-compromised"),
            ("expired before", {"expires": "2026-11-01T00:00:00Z"}, "no", "key-compromised"),
            ("expires later", {"expires": "2036-11-01T00:00:00Z"}, "yes", ""),
            ("revoked malformed", {"revoked": "yes"}, "no", "did-document-invalid"),
            ("revoked null", {"revoked": None}, "no", "did-document-invalid"),
            ("revoked true", {"revoked": True}, "no", "did-document-invalid"),
        ):
            key = Key(kind)
            place = world.place(key)
            document = did_document(key)
            if "assertionMethod" in change:
                document |= change
            else:
                document["verificationMethod"][0] |= change
            world.publish(place, document)
            world.add("F07", f"{name} {suite}", secure(badge(key.did), key, suite), answer, codes)
        key, newer = Key(kind), Key(kind)
        place = world.place(key, "old")
        newer.as_web(key.did, "new")
        world.publish(
            place,
            {
                **did_document(newer),
                "verificationMethod": [newer.method(), key.method()],
                "assertionMethod": [newer.vm, key.vm],
            },
        )
        world.yes("F07", f"twin: rotated, both listed {suite}", secure(badge(key.did), key, suite))


def deactivated(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-rdfc-2019")):
        key = world.web(Key(kind), document={"deactivated": True})
        world.no("F08", f"deactivated {suite}", secure(badge(key.did), key, suite), "did-deactivated")
        world.no("F08", f"deactivated, as token {kind}", vc_jwt(badge(key.did), key), "did-deactivated")
        again, former = Key(kind), Key(kind)
        world.web(again)
        former.as_web(again.did)
        world.no("F08", f"registered anew by another {suite}", secure(badge(former.did), former, suite), "tampered")
    host = world.host()
    victim, tenant = Key(), Key()
    victim.as_web(f"did:web:{host}:utoronto")
    tenant.as_web(f"did:web:{host}:u-toronto")
    for one in (victim, tenant):
        world.publish(f"https://{host}/{one.did.rpartition(':')[2]}/did.json", did_document(one))
    world.no("F09", "another tenant's key", secure(badge(victim.did), tenant), "not-by-issuer")
    world.no("F09", "the host for its tenant", secure(badge(f"did:web:{host}"), tenant), "not-by-issuer did-unresolved")
    world.yes("F09", "twin", secure(badge(victim.did), victim))
