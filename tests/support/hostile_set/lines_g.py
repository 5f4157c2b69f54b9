"""Threats G: status lists."""

# The tables hold values of every type, as an attacker does, and functions that look at a part of what they get.
# mypy: disable-error-code="assignment,arg-type,attr-defined,var-annotated"
# ruff: noqa: ARG005

from __future__ import annotations

import gzip
import zlib
from typing import Any, Final

from tests.support.hostile_set.documents import STATUS_2021, V1, V2, badge, bare, merged, old, urn
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import Json, sd_jwt, secure, token, vc_jwt
from tests.support.hostile_set.suites import WIDE
from tests.support.hostile_set.world import Rows, World

LENGTH = 131_072
UNSURE = "status-unverified status-unreachable status-stale status-list-length network-forbidden"


def encoded(revoked: Any = (), *, length: int = LENGTH, size: int = 1, values: Any = None) -> str:
    """Return `encodedList`."""
    bits = bytearray(length * size // 8)
    for index, value in {**dict.fromkeys(revoked, 1), **(values or {})}.items():
        for offset in range(size):
            if value >> (size - 1 - offset) & 1:
                place = index * size + offset
                bits[place >> 3] |= 0x80 >> (place & 7)
    return "u" + b64(gzip.compress(bytes(bits), mtime=0))


def list_document(issuer: Any, url: str, bits: str, *, purpose: Any = "revocation", **changes: Any) -> Json:
    subject = {"id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": bits}
    subject = merged(subject, changes.pop("subject", {}))
    return merged(
        {
            "@context": [V2],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": "2026-11-20T00:00:00Z",
            "validUntil": "2036-11-20T00:00:00Z",
            "credentialSubject": subject,
        },
        changes,
    )


def status_list(world: World, key: Key, *, revoked: Any = (), suite: str | None = None, **options: Any) -> str:
    """Publish a signed list and return its address."""
    url = f"https://{world.host()}/status/1"
    bits = encoded(revoked, **{name: options.pop(name) for name in ("length", "size", "values") if name in options})
    document = list_document(key.did, url, options.pop("bits", bits), **options)
    suite = suite or ("eddsa-rdfc-2022" if key.kind == "Ed25519" else "ecdsa-rdfc-2019")
    return world.publish(url, secure(document, key, suite), content_type="application/vc")


def entry(url: str, index: Any, *, purpose: Any = "revocation", **changes: Any) -> Json:
    return merged(
        {
            "id": f"{url}#{str(index).strip() or 'x'}".replace(" ", ""),
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": index if not isinstance(index, int) else str(index),
            "statusListCredential": url,
        },
        changes,
    )


def make(world: World) -> None:
    for part in (
        _bits,
        _several,
        _sizes,
        _foreign,
        _dates,
        _indexes,
        _bombs,
        _outages,
        _odd_entries,
        _old_lists,
        _tokens,
        _token_lists,
    ):
        part(world)


def _bits(world: World) -> None:
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


def _several(world: World) -> None:
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


def _sizes(world: World) -> None:
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
        ("a plain credential", "G03", lambda url: secure(badge(key.did), key)),
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
        ("a presentation", "G03", lambda url: {"@context": [V2], "type": ["VerifiablePresentation"]}),
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


def _foreign(world: World) -> None:
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


def right_lists(world: World, good: Any, key: Key) -> None:
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


def _dates(world: World) -> None:
    key = Key()
    for name, changes in (
        ("expired", {"validUntil": "2026-11-20T12:00:00Z"}),
        ("not yet valid", {"validFrom": "2027-01-01T00:00:00Z"}),
    ):
        url = status_list(world, key, **changes)
        world.unknown("G05", name, secure(badge(key.did, credentialStatus=entry(url, 4)), key), "status-stale")
    url = status_list(world, key, subject={"ttl": 300_000})
    world.yes("G05", "twin with ttl", secure(badge(key.did, credentialStatus=entry(url, 4)), key))
    for name, changes in (
        ("no dates", {"validFrom": None, "validUntil": None}),
        ("no end", {"validUntil": None}),
        ("offset", {"validUntil": "2036-01-01T00:00:00+05:30"}),
    ):
        url = status_list(world, key, **changes)
        world.yes("G05", f"twin: {name}", secure(badge(key.did, credentialStatus=entry(url, 4)), key))
    for ttl in (-5, "300", 1.5, 10**12):
        url = status_list(world, key, subject={"ttl": ttl})
        world.any("G05", f"ttl {ttl!r}", secure(badge(key.did, credentialStatus=entry(url, 4)), key))


INDEX_SPELLINGS: Final[Rows] = [
    "-1",
    "131072",
    "1" + "0" * 23,
    "0x10",
    "1e3",
    "7.0",
    " 7",
    "7 ",
    "\uff17",
    "1_0",
    "",
    "+7",
    "007",
    "16\n",
    "\u0667",
    "16\u200b",
    "NaN",
    "0b1",
    "1,000",
    "--7",
    "9" * 5000,
]


def _indexes(world: World) -> None:
    key = Key()
    url = status_list(world, key, revoked=[16])
    for index in INDEX_SPELLINGS:
        text = index if len(index) < 60 else index[:5] + "…"
        document = badge(key.did, credentialStatus=entry(url, index, id=urn()))
        world.not_yes(
            "G06",
            f"index {text!r}",
            secure(document, key),
            "status-out-of-range malformed status-unverified out-of-range term-undefined too-large shape-not-allowed",
        )
        world.not_yes("G06", f"index {text!r} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.not_yes("G06", f"index {text!r} as token", vc_jwt(document, key))
    for name, value in (("number", 16), ("float", 16.5), ("true", True), ("missing", None), ("list", ["16"])):
        document = badge(key.did, credentialStatus=entry(url, "16", id=urn()))
        document["credentialStatus"].pop("statusListIndex")
        if value is not None:
            document["credentialStatus"]["statusListIndex"] = value
        world.not_yes("G06", f"index {name}", secure(document, key))
        world.not_yes("G06", f"index {name} by jcs", secure(document, key, "eddsa-jcs-2022"))
    world.yes("G06", "twin", secure(badge(key.did, credentialStatus=entry(url, 15)), key))


def _bombs(world: World) -> None:
    key = Key()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush()
    whole = gzip.compress(bytes(LENGTH // 8))
    good = encoded()
    for name, bits in (
        ("512 MiB", "u" + b64(bomb)),
        ("truncated", "u" + b64(whole[:-9])),
        ("no checksum", "u" + b64(whole[:-8])),
        ("not gzip", "u" + b64(bytes(16384))),
        ("zlib", "u" + b64(zlib.compress(bytes(16384)))),
        ("no multibase", good[1:]),
        ("base58", "z" + good[1:]),
        ("base64 with padding", "u" + good[1:] + "="),
        ("standard base64", "m" + good[1:]),
        ("short", encoded(length=1024)),
        ("one byte short", "u" + b64(gzip.compress(bytes(16383)))),
        ("empty", "u"),
        ("nothing", ""),
        ("trailing bytes", "u" + b64(whole + b"x")),
        ("two members", "u" + b64(whole + whole)),
        ("flipped", "u" + b64(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])),
        ("number", 7),
        ("list", [good, good + "A"]),
    ):
        url = status_list(world, key, bits=bits)
        world.unknown("G07", name, secure(badge(key.did, credentialStatus=entry(url, 4)), key), UNSURE + " too-large")
    url = status_list(world, key, length=LENGTH * 8)
    world.yes("G07", "twin: a longer list", secure(badge(key.did, credentialStatus=entry(url, LENGTH * 8 - 1)), key))


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


def _outages(world: World) -> None:
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
    from tests.support.hostile_set.signing import present

    world.any("G05", "F05 a presentation of six slow issuers", present(key, *many), media_type="application/vc")
    quick = world.web(Key(), delay_s=0.3)
    url = f"https://{world.host()}/quick"
    world.publish(url, secure(list_document(quick.did, url, encoded()), quick), delay_s=0.5)
    world.yes("G08", "twin: slow but in time", secure(badge(quick.did, credentialStatus=entry(url, 4)), quick))


FORBIDDEN_PLACES: Final[Rows] = [
    ("file", "file:///etc/passwd"),
    ("ftp", "ftp://h.judge.example/x"),
    ("gopher", "gopher://h.judge.example/"),
    ("data", "data:application/json,{}"),
    ("http", "http://h.judge.example/list"),
    ("loopback", "https://127.0.0.1/x"),
    ("localhost", "https://localhost/x"),
    ("metadata", "https://169.254.169.254/x"),
    ("v6", "https://[::1]/x"),
    ("number", "https://2130706433/x"),
    ("user", "https://a:b@h.judge.example/x"),
    ("short v4", "https://127.1/x"),
    ("hex", "https://0x7f000001/x"),
    ("port", "https://h.judge.example:22/x"),
    ("private", "https://10.0.0.8/x"),
    ("nip", "https://[::ffff:127.0.0.1]/x"),
]


def entries_lacking(url: str) -> Rows:
    return [
        ("unknown type", {"type": "MadeUpStatusEntry"}),
        ("no type", {"type": None}),
        ("no URL", {"statusListCredential": None}),
        ("no purpose", {"statusPurpose": None}),
        ("unknown purpose", {"statusPurpose": "nuisance"}),
        ("empty URL", {"statusListCredential": ""}),
        ("relative URL", {"statusListCredential": "lists/1"}),
        ("URL as list", {"statusListCredential": [url]}),
        ("two types", {"type": ["BitstringStatusListEntry", "Other"]}),
        ("empty purpose", {"statusPurpose": ""}),
        ("old type", {"type": "RevocationList2020Status"}),
        ("1EdTech type", {"type": "1EdTechRevocationList"}),
    ]


def _odd_entries(world: World) -> None:
    key = Key()
    url = status_list(world, key)
    for name, changes in entries_lacking(url):
        document = bare(key.did, credentialStatus=entry(url, 4, **changes))
        world.not_yes("G09", name, secure(document, key))
        world.not_yes("G09", f"{name} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.not_yes("G09", f"{name} as token", vc_jwt(document, key))
    for name, place in FORBIDDEN_PLACES:
        world.not_yes(
            "F11",
            f"status at {name}",
            secure(bare(key.did, credentialStatus=entry(place, 4, id=urn())), key),
            "network-forbidden status-unreachable status-unverified malformed term-undefined",
        )
    loop = f"https://{world.host()}/self"
    itself = list_document(key.did, loop, encoded(), credentialStatus=entry(loop, 4))
    world.publish(loop, secure(itself, key))
    world.any("G05", "G10 list on itself", secure(badge(key.did, credentialStatus=entry(loop, 4)), key))
    first, second = f"https://{world.host()}/1", f"https://{world.host()}/2"
    for here, there in ((first, second), (second, first)):
        world.publish(here, secure(list_document(key.did, here, encoded(), credentialStatus=entry(there, 4)), key))
    world.any("G05", "G10 two lists on each other", secure(badge(key.did, credentialStatus=entry(first, 4)), key))


def _old_lists(world: World) -> None:
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


def _tokens(world: World) -> None:
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


def token_list(
    world: World,
    key: Key,
    *,
    values: Any = None,
    url: str | None = None,
    header: Any = None,
    claims: Any = None,
    lst: Any = None,
    size: int = 1,
) -> str:
    """Publish a Token Status List (least significant bits first)."""
    url = url or f"https://{world.host()}/tokens"
    bits = bytearray(4096)
    for index, value in (values or {}).items():
        at = index * size
        bits[at >> 3] |= value << (at & 7)
    inside = {"bits": size, "lst": b64(zlib.compress(bytes(bits), 9)), **(lst or {})}
    payload = merged(
        {"sub": url, "iss": key.did, "iat": 1_763_000_000, "exp": 2_063_000_000, "ttl": 43_200, "status_list": inside},
        claims or {},
    )
    head = merged({"alg": key.alg, "kid": key.vm, "typ": "statuslist+jwt"}, header or {})
    return world.publish(url, token(head, payload, key).encode(), content_type="application/statuslist+jwt")


def asked_of(world: World, key: Key, line: str, name: str, answer: str, codes: str, uri: str, idx: Any = 8) -> None:
    claims = {
        "iss": key.did,
        "vct": "https://judge.example/t",
        "iat": 1_790_000_000,
        "status": {"status_list": {"uri": uri, "idx": idx}},
    }
    world.add(line, f"token list: {name}", sd_jwt(claims, key), answer, codes)


def _token_lists(world: World) -> None:
    key, other = Key("P-256"), Key("P-256")

    url = token_list(world, key, values={7: 1, 15: 1})
    for idx in (0, 6, 8, 14, 16):
        asked_of(world, key, "G02", f"neighbour {idx}", "yes", "", url, idx)
    for idx in (7, 15):
        asked_of(world, key, "G01", f"invalid {idx}", "no", "revoked", url, idx)
    two = token_list(world, key, values={3: 2, 4: 1, 5: 3}, size=2)
    for idx, answer, code in (
        (2, "yes", ""),
        (3, "no", "suspended"),
        (4, "no", "revoked"),
        (5, "unknown", "status-unverified"),
    ):
        asked_of(world, key, "G01", f"two bits {idx}", answer, code, two, idx)
    for name, idx in (
        ("-1", -1),
        ("32768", 32_768),
        ("text", "8"),
        ("float", 8.5),
        ("huge", 10**20),
        ("true", True),
        ("null", None),
    ):
        asked_of(world, key, "G06", f"index {name}", "not yes", "", url, idx)
    for line, name, answer, codes, uri in bent_token_lists(world, key, other):
        asked_of(world, key, line, name, answer, codes, uri)
    for name, status in (
        ("empty", {}),
        ("text", "x"),
        ("list", []),
        ("unknown mechanism", {"other": {}}),
        ("null", None),
        ("no uri", {"status_list": {"idx": 1}}),
    ):
        claims = {"iss": key.did, "vct": "https://judge.example/t", "status": status}
        world.not_yes("G09", f"token status {name}", sd_jwt(claims, key))


def bent_token_lists(world: World, key: Key, other: Key) -> Rows:
    return [
        ("G03", "of another issuer", "unknown", "status-unverified", token_list(world, other)),
        (
            "G04",
            "sub is another address",
            "unknown",
            "status-unverified",
            token_list(world, key, claims={"sub": "https://x.judge.example/l"}),
        ),
        ("G05", "expired", "unknown", "status-stale", token_list(world, key, claims={"exp": 1_763_000_100})),
        ("G05", "issued in the future", "unknown", "", token_list(world, key, claims={"iat": 2_000_000_000})),
        ("G03", "another typ", "unknown", "status-unverified", token_list(world, key, header={"typ": "JWT"})),
        ("G03", "alg none", "unknown", "status-unverified", token_list(world, key, header={"alg": "none"})),
        ("G07", "not zlib", "unknown", "", token_list(world, key, lst={"lst": b64(b"hello")})),
        ("G07", "bomb", "unknown", "", token_list(world, key, lst={"lst": b64(zlib.compress(bytes(100_000_000), 9))})),
        ("G07", "odd bits", "unknown", "", token_list(world, key, lst={"bits": 3})),
        ("G08", "host down", "unknown", "status-unreachable", f"https://{world.host()}/none"),
        ("F11", "loopback", "not yes", "network-forbidden", "https://127.0.0.1/list"),
        ("F11", "http", "not yes", "network-forbidden status-unverified malformed", "http://lists.judge.example/list"),
    ]
