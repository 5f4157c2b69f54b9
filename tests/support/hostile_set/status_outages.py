"""Threats G: lists that do not come, come late or from elsewhere."""

from __future__ import annotations

from typing import Any, Final

from tests.support.hostile_set.codes import UNSURE
from tests.support.hostile_set.documents import badge, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import present, secure, vc_jwt
from tests.support.hostile_set.status_lists import encoded, entry, list_document, status_list
from tests.support.hostile_set.world import Rows, World

REDIRECTS: Final[Rows] = [
    ("loopback", "https://127.0.0.1/list"),
    ("http", "http://status.judge.example/list"),
    ("metadata", "https://169.254.169.254/x"),
    ("file", "file:///etc/passwd"),
]


def answered(
    world: World, key: Key, name: str, codes: str = "status-unreachable", body: Any = None, **answer: Any
) -> None:
    url = f"https://{world.host()}/list"
    if answer or body is not None:
        world.publish(url, body, **answer)
    world.unknown("G08", name, secure(badge(key.did, credentialStatus=entry(url, 4)), key), codes)
    world.unknown("G08", f"{name}, as token", vc_jwt(badge(key.did, credentialStatus=entry(url, 4)), key), codes)


def outages(world: World) -> None:
    key = Key()

    answered(world, key, "host down")
    for status in (404, 500, 503, 204, 301, 401):
        answered(world, key, f"status {status}", body=b"{}", status=status)
    answered(world, key, "60 s slow", body=b"{}", delay_s=60)
    answered(world, key, "4.5 s slow", UNSURE, body=b"{}", delay_s=4.5)
    answered(world, key, "HTML portal", UNSURE, body=b"<html>sign in</html>", content_type="text/html")
    answered(world, key, "empty", UNSURE, body=b"")
    answered(world, key, "200 MB", UNSURE + " too-large", stream_bytes=200_000_000)
    answered(world, key, "4 MB of zeros", UNSURE + " too-large", stream_bytes=4_000_000)
    answered(world, key, "null", UNSURE, body=b"null")
    answered(world, key, "list", UNSURE, body=b"[]")
    answered(world, key, "duplicate keys", UNSURE, body=b'{"id":1,"id":2}')
    answered(world, key, "deep", UNSURE + " too-large", body=b'{"a":' * 50_000)
    redirected_lists(world, key)
    slow_lists(world, key)


def redirected_lists(world: World, key: Key) -> None:
    url = f"https://{world.host()}/loop"
    world.publish(url, location=url)
    world.unknown(
        "G08", "redirect loop", secure(badge(key.did, credentialStatus=entry(url, 4)), key), "status-unreachable"
    )
    for name, place in REDIRECTS:
        url = f"https://{world.host()}/hop"
        world.publish(url, location=place)
        world.unknown(
            "F04",
            f"status redirected to {name}",
            secure(badge(key.did, credentialStatus=entry(url, 4)), key),
            "network-forbidden status-unreachable",
        )
    hops = [f"https://{world.host()}/hop{at}" for at in range(5)]
    target = status_list(world, key)
    for here, there in zip(hops, [*hops[1:], target], strict=True):
        world.publish(here, location=there)
    world.unknown("F04", "5 redirects", secure(badge(key.did, credentialStatus=entry(hops[0], 4)), key), UNSURE)


def slow_lists(world: World, key: Key) -> None:
    slow = [entry(f"https://{world.host()}/slow", 4, id=urn()) for _ in range(3)]
    for one in slow:
        world.publish(one["statusListCredential"], b"{}", delay_s=3)
    world.unknown("G08", "three lists of 3 s each", secure(badge(key.did, credentialStatus=slow), key), UNSURE)
    slower = world.web(Key(), delay_s=3)
    url = f"https://{world.host()}/slow"
    world.publish(url, secure(list_document(slower.did, url, encoded()), slower), delay_s=3)
    world.any("G05", "G08 slow issuer and slow list", secure(badge(slower.did, credentialStatus=entry(url, 4)), slower))
    many = [secure(badge(k.did), k) for k in (world.web(Key(), delay_s=2) for _ in range(6))]
    world.any("G05", "F05 a presentation of six slow issuers", present(key, *many), media_type="application/vc")
    quick = world.web(Key(), delay_s=0.3)
    url = f"https://{world.host()}/quick"
    world.publish(url, secure(list_document(quick.did, url, encoded()), quick), delay_s=0.5)
    world.yes("G08", "twin: slow but in time", secure(badge(quick.did, credentialStatus=entry(url, 4)), quick))
