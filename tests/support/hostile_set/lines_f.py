"""Threats F: identifiers and what is fetched."""

# The tables hold values of every type, as an attacker does, and functions that look at a part of what they get.
# mypy: disable-error-code="assignment,arg-type,attr-defined,var-annotated"
# ruff: noqa: ARG005

from __future__ import annotations

import gzip
from typing import Any, Final

from tests.support.hostile_set.documents import badge, bare, without
from tests.support.hostile_set.keys import Key, b58, b64
from tests.support.hostile_set.signing import Json, compact, sd_jwt, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World, did_document

FORBIDDEN = "network-forbidden did-invalid malformed did-unresolved"
BAD = "did-document-invalid did-unresolved too-large too-complex not-parsable"


def make(world: World) -> None:
    for part in (
        _places,
        _spellings,
        _hops,
        _documents,
        _contents,
        _rotated,
        _deactivated,
        _did_keys,
        _schemes,
        _twins,
    ):
        part(world)


def _everywhere(world: World, line: str, name: str, did: str, codes: str, *, fragment: str = "key-1") -> None:
    """Ask about a document of `did` in each form."""
    key = Key("P-256")
    key.as_web(did, fragment)
    world.not_yes(line, f"{name} rdfc", secure(badge(did), key, "ecdsa-rdfc-2019"), codes)
    world.not_yes(line, f"{name} jcs", secure(badge(did), key, "ecdsa-jcs-2019"), codes)
    world.not_yes(line, f"{name} token", vc_jwt(badge(did), key), codes)
    world.not_yes(line, f"{name} sd-jwt", sd_jwt({"iss": did, "vct": "x", "iat": 1_790_000_000}, key), codes)


PLACES_WITHIN: Final[Rows] = [
    "127.0.0.1",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "0.0.0.0",
    "127.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "::1",
    "%5B::1%5D",
    "%3A%3A1",
    "%3A%3Affff%3A127.0.0.1",
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "127.0.0.1%3A8000",
    "localhost%3A8000",
    "localhost%3A8000:path",
    "metadata.google.internal",
    "printer.local",
    "intranet",
    "foo.localhost",
    "1.1.1.1",
    "0",
    "127.0.0.1.",
    "[::1]",
    "127.0.0.1:path",
    "0.0.0.0%3A80",
    "fe80%3A%3A1",
    "192.0.2.1",
    "255.255.255.255",
    "224.0.0.1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
]


def _places(world: World) -> None:
    for host in PLACES_WITHIN:
        _everywhere(world, "F01", host, f"did:web:{host}", FORBIDDEN)


def hosts_with_more(host: str) -> Rows:
    return [
        ("user", f"user@{host}"),
        ("user encoded", f"user%40{host}"),
        ("slash encoded", f"{host}%2Fevil"),
        ("slash", f"{host}/evil"),
        ("dots", f"{host}:..:x"),
        ("dots encoded", f"{host}:%2E%2E:x"),
        ("nul", f"{host}%00"),
        ("CRLF", f"{host}%0D%0Ax"),
        ("raw newline", f"{host}\nx"),
        ("hash", f"{host}%23x"),
        ("IDN", "université.judge.example"),
        ("punycode capital", host.upper()),
        ("100,000 characters", "a" * 100_000 + ".judge.example"),
        ("long label", "a" * 70 + ".judge.example"),
        ("empty", ""),
        ("empty path", f"{host}:"),
        ("empty segment", f"{host}::x"),
    ]


def odd_hosts(host: str) -> Rows:
    return [
        ("port 0", f"{host}%3A0"),
        ("port 99999", f"{host}%3A99999"),
        ("port 22", f"{host}%3A22"),
        ("port word", f"{host}%3Aabc"),
        ("query", f"{host}?x=1"),
        ("final dot", f"{host}."),
        ("two dots", host.replace(".", "..", 1)),
        ("blank", f"{host} "),
        ("backslash", f"{host}\\x"),
        ("percent", f"{host}%"),
        ("double encoded", f"{host}%253A443"),
        ("underscore", "_dmarc.judge.example"),
        ("dash", "-x.judge.example"),
        ("zero width", host[:3] + "\u200b" + host[3:]),
        ("full width", host.replace("e", "\uff45", 1)),
        ("semicolon", f"{host};x"),
        ("comma", f"{host},x"),
        ("star", f"*.{host}"),
    ]


def _spellings(world: World) -> None:
    good = world.web(Key("P-256"))
    host = good.did[8:]
    for name, rest in [*hosts_with_more(host), *odd_hosts(host)]:
        _everywhere(world, "F02", name, f"did:web:{rest}", "")


PLACES_OF_REDIRECTS: Final[Rows] = [
    ("loopback", "https://127.0.0.1/did.json"),
    ("http", "http://h.judge.example/did.json"),
    ("metadata", "https://169.254.169.254/"),
    ("v6", "https://[::1]/"),
    ("file", "file:///etc/passwd"),
    ("data", "data:application/json,{}"),
    ("protocol-relative loopback", "//127.0.0.1/x"),
    ("user", "https://a@127.0.0.1/"),
    ("decimal", "https://2130706433/"),
    ("port", "https://h.judge.example:25/"),
    ("nothing", ""),
    ("blank", " "),
    ("ftp", "ftp://h.judge.example/x"),
]


def asked(world: World, name: str, line: str, publish: Any) -> None:
    key = Key()
    place = world.place(key)
    publish(place, key)
    world.not_yes(line, name, secure(badge(key.did), key), FORBIDDEN + " did-document-invalid")


def chain(world: World, length: int, url: str, key: Key) -> None:
    for at in range(length):
        there = f"https://{world.host()}/{at}"
        world.publish(url, location=there)
        url = there
    world.publish(url, did_document(key))


def _hops(world: World) -> None:
    for name, place in PLACES_OF_REDIRECTS:
        asked(world, f"redirect to {name}", "F04", lambda url, key, place=place: world.publish(url, location=place))
    asked(world, "redirect loop", "F04", lambda url, key: world.publish(url, location=url))

    asked(world, "20 redirects", "F04", lambda url, key: chain(world, 20, url, key))
    asked(world, "4 redirects", "F04", lambda url, key: chain(world, 4, url, key))
    key = Key()
    place = world.place(key)
    chain(world, 2, place, key)
    world.yes("F04", "twin: 2 redirects to public https", secure(badge(key.did), key))
    victim = world.web(Key())
    thief = Key()
    place = world.place(thief)
    world.publish(place, location=f"https://{victim.did[8:]}/.well-known/did.json")
    world.not_yes("F14", "redirected to the victim's document", secure(badge(thief.did), thief), "did-document-invalid")
    world.yes("F14", "the victim's own afterwards", secure(badge(victim.did), victim))


def _documents(world: World) -> None:
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
        ("id of another", lambda d, k: {"id": "did:web:other.judge.example"}),
        ("no id", lambda d, k: {"id": None}),
        ("id capital", lambda d, k: {"id": k.did.upper()}),
        ("id with slash", lambda d, k: {"id": k.did + "/"}),
        ("id list", lambda d, k: {"id": [k.did]}),
        (
            "key controlled by another",
            lambda d, k: {"verificationMethod": [{**k.method(), "controller": other.did}]},
        ),
        (
            "no controller",
            lambda d, k: {"verificationMethod": [without(k.method(), "controller")]},
        ),
        ("controller list", lambda d, k: {"verificationMethod": [{**k.method(), "controller": [k.did]}]}),
        ("relative key id", lambda d, k: {"verificationMethod": [{**k.method(), "id": "#key-1"}]}),
        ("relative reference", lambda d, k: {"assertionMethod": ["#key-1"]}),
    ]


def keys_twice(other: Key) -> Rows:
    return [
        (
            "same id twice",
            lambda d, k: {"verificationMethod": [k.method(), {**k.method(), "publicKeyMultibase": other.multikey}]},
        ),
        (
            "same id twice, other first",
            lambda d, k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": other.multikey}, k.method()]},
        ),
        (
            "embedded and listed",
            lambda d, k: {"assertionMethod": [{**k.method(), "publicKeyMultibase": other.multikey}]},
        ),
        (
            "key id of another DID",
            lambda d, k: {"verificationMethod": [{**k.method(), "id": other.vm}], "assertionMethod": [other.vm]},
        ),
    ]


def odd_methods(other: Key) -> Rows:
    return [
        ("no methods", lambda d, k: {"verificationMethod": None}),
        ("methods object", lambda d, k: {"verificationMethod": k.method()}),
        ("methods text", lambda d, k: {"verificationMethod": ["x"]}),
        (
            "key without type",
            lambda d, k: {"verificationMethod": [without(k.method(), "type")]},
        ),
        ("unknown type", lambda d, k: {"verificationMethod": [{**k.method(), "type": "MadeUpKey"}]}),
        ("private key", lambda d, k: {"verificationMethod": [{**k.method(), "secretKeyMultibase": "z3u2"}]}),
        ("two keys in one", lambda d, k: {"verificationMethod": [{**k.method(), "publicKeyJwk": other.jwk}]}),
        (
            "bad multibase",
            lambda d, k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": "z" + "0" * 40}]},
        ),
        (
            "huge multibase",
            lambda d, k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": "z" + "2" * 60_000}]},
        ),
        ("number", lambda d, k: {"verificationMethod": [{**k.method(), "publicKeyMultibase": 7}]}),
        ("assertion text", lambda d, k: {"assertionMethod": k.vm}),
        ("assertion number", lambda d, k: {"assertionMethod": [7]}),
        (
            "500 keys",
            lambda d, k: {
                "verificationMethod": [k.method(), *[{**k.method(), "id": f"{k.did}#k{at}"} for at in range(500)]]
            },
        ),
    ]


def _contents(world: World) -> None:
    for kind, suite in (("Ed25519", "eddsa-rdfc-2022"), ("P-256", "ecdsa-rdfc-2019")):
        other = Key(kind)
        for name, change in [*wrong_ids(other), *keys_twice(other), *odd_methods(other)]:
            key = Key(kind)
            place = world.place(key)
            document = {**did_document(key), **change(None, key)}
            world.publish(place, {n: v for n, v in document.items() if v is not None})
            world.not_yes("F06", f"{name} {suite}", secure(badge(key.did), key, suite))
            world.not_yes("F06", f"{name} as token {kind}", vc_jwt(badge(key.did), key))


def _rotated(world: World) -> None:
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


def _deactivated(world: World) -> None:
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


def wrong_multikeys(key: Key, p256: Key) -> Rows:
    return [
        ("short", "z6Mk"),
        ("long", key.multikey + "1111"),
        ("bad codec", "z" + b58(b"\x99\x01" + key.raw)),
        ("off curve", "z" + b58(b"\x80\x24\x02" + b"\xff" * 32)),
        ("empty", ""),
        ("base64", "u" + b64(b"\xed\x01" + key.raw)),
        ("no multibase", key.multikey[1:]),
        ("one byte less", "z" + b58(b"\xed\x01" + key.raw[:-1])),
        ("one byte more", "z" + b58(b"\xed\x01" + key.raw + b"\0")),
        ("uncompressed", "z" + b58(b"\x80\x24" + b"\x04" + bytes(64))),
        ("x25519", "z" + b58(b"\xec\x01" + key.raw)),
        ("secp256k1", Key("secp256k1").multikey),
        ("bad character", key.multikey[:-1] + "0"),
        ("huge", "z" + "6" * 100_000),
        ("leading 1", "z1" + key.multikey[1:]),
        ("hex", "f" + (b"\xed\x01" + key.raw).hex()),
        ("codec without key", "z" + b58(b"\xed\x01")),
        ("codec as one byte", "z" + b58(b"\xed" + key.raw)),
        ("zero point", "z" + b58(b"\x80\x24" + bytes(33))),
        ("P-256 with P-384's codec", "z" + b58(b"\x81\x24" + p256.raw)),
        ("blank", key.multikey + " "),
    ]


def other_methods(world: World, key: Key) -> Rows:
    return [
        ("method unknown", "did:madeup:x"),
        ("did:example", "did:example:123"),
        ("did:ion", "did:ion:x"),
        ("no method", "did:x"),
        ("capital", "DID:KEY:" + key.multikey),
        ("did:jwk empty", "did:jwk:"),
        ("did:jwk text", "did:jwk:" + b64(b"hello")),
        ("did:jwk list", "did:jwk:" + b64(b"[]")),
        ("did:jwk duplicate", "did:jwk:" + b64(b'{"kty":"OKP","kty":"EC"}')),
        ("did:webvh", f"did:webvh:QmX:{world.host()}"),
    ]


def _did_keys(world: World) -> None:
    key = Key()
    p256 = Key("P-256")
    for name, text in wrong_multikeys(key, p256):
        signer = Key()
        signer.did, signer.vm = f"did:key:{text}", f"did:key:{text}#{text}"
        world.no(
            "F10",
            f"{name} rdfc",
            secure(badge(signer.did), signer),
            "did-invalid malformed key-weak suite-unsupported tampered term-undefined shape-not-allowed too-large",
        )
        world.no(
            "F10",
            f"{name} token",
            vc_jwt(badge(signer.did), signer),
            "did-invalid malformed key-weak suite-unsupported tampered too-large not-by-issuer",
        )
    for name, did in other_methods(world, key):
        signer = Key()
        signer.did, signer.vm = did, did + "#0"
        world.not_yes("F10", f"{name} rdfc", secure(badge(did), signer))
        world.not_yes("F10", f"{name} token", vc_jwt(badge(did), signer))


def _schemes(world: World) -> None:
    """Images, evidence, schemas and terms are never fetched: documents that name such places are accepted or refused, quickly."""
    key = Key()
    for place in (
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1:70/x",
        "data:text/plain,x",
        "http://127.0.0.1:9/x",
        "https://127.0.0.1:9/x",
        "https://169.254.169.254/latest",
    ):
        for name, change in (
            ("schema", {"credentialSchema": {"id": place, "type": "JsonSchema"}}),
            ("terms", {"termsOfUse": {"id": place, "type": "X"}}),
            ("evidence", {"evidence": {"id": place, "type": "Evidence"}}),
            ("refresh", {"refreshService": {"id": place, "type": "X"}}),
            (
                "related",
                {"relatedResource": {"id": place, "digestSRI": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}},
            ),
            ("id", {"id": place}),
        ):
            contexts = {
                "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
            }
            world.any("F11", f"{name} at {place}", secure(bare(key.did, **contexts, **change), key))
        image = badge(key.did)
        image["credentialSubject"]["achievement"]["image"] = {"id": place, "type": "Image"}
        world.any("F11", f"image at {place}", secure(image, key))


def _twins(world: World) -> None:
    for kind, suite in (
        ("Ed25519", "eddsa-rdfc-2022"),
        ("P-256", "ecdsa-rdfc-2019"),
        ("P-384", "ecdsa-jcs-2019"),
        ("Ed25519", "eddsa-jcs-2022"),
    ):
        for form in ("Multikey", "JsonWebKey", "JsonWebKey2020"):
            for path in ("", "/t/uni", "/a/b/c"):
                key = world.web(Key(kind), form=form, path=path)
                world.yes("F06", f"twin {form} {path} {suite}", secure(badge(key.did), key, suite))
        for media in (
            "application/did+json",
            "application/did+ld+json",
            "application/ld+json",
            "application/json; charset=utf-8",
            "application/did",
            "application/JSON",
        ):
            key = world.web(Key(kind), content_type=media)
            world.yes("F05", f"twin as {media} {suite}", secure(badge(key.did), key, suite))
        right_documents(world, kind, suite)


def right_documents(world: World, kind: str, suite: str) -> None:
    key = world.web(
        Key(kind),
        document={
            "alsoKnownAs": ["https://judge.example"],
            "service": [{"id": "#s", "type": "X", "serviceEndpoint": "https://judge.example"}],
            "controller": None,
        },
    )
    world.yes("F06", f"twin with services {suite}", secure(badge(key.did), key, suite))
    key = Key(kind).as_jwk()
    world.yes("F10", f"twin did:jwk {suite}", secure(badge(key.did), key, suite))
    host = world.host()
    key = Key(kind)
    key.as_web(f"did:web:{host}%3A8443")
    world.publish(f"https://{host}:8443/.well-known/did.json", did_document(key))
    world.yes("F02", f"twin with port {suite}", secure(badge(key.did), key, suite))
    embedded = Key(kind)
    place = world.place(embedded)
    world.publish(
        place,
        {"@context": ["https://www.w3.org/ns/did/v1"], "id": embedded.did, "assertionMethod": [embedded.method()]},
    )
    world.yes("F06", f"twin embedded {suite}", secure(badge(embedded.did), embedded, suite))
