"""Threats F: where identifiers and documents send a verifier."""

from __future__ import annotations

from typing import Any, Final

from tests.support.hostile_set.codes import FORBIDDEN
from tests.support.hostile_set.documents import badge, bare
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import sd_jwt, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World, did_document


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


def places(world: World) -> None:
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


def spellings(world: World) -> None:
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


def asked_after(world: World, name: str, line: str, publish: Any) -> None:
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


def hops(world: World) -> None:
    for name, place in PLACES_OF_REDIRECTS:
        asked_after(world, f"redirect to {name}", "F04", lambda url, _, place=place: world.publish(url, location=place))
    asked_after(world, "redirect loop", "F04", lambda url, _: world.publish(url, location=url))

    asked_after(world, "20 redirects", "F04", lambda url, key: chain(world, 20, url, key))
    asked_after(world, "4 redirects", "F04", lambda url, key: chain(world, 4, url, key))
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


def schemes(world: World) -> None:
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
