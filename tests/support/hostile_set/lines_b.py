"""Threats B: Data Integrity proofs."""

# The tables hold values of every type, as an attacker does, and functions that look at a part of what they get.
# mypy: disable-error-code="assignment,arg-type,attr-defined,var-annotated"

from __future__ import annotations

import copy
import hashlib
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.support.hostile_set.documents import (
    ED2020,
    EXAMPLES,
    V2,
    badge,
    bare,
    graded,
    old,
    plain,
    urn,
    without,
)
from tests.support.hostile_set.keys import ORDERS, Key, b58, b64, unb58
from tests.support.hostile_set.lines_a import changed
from tests.support.hostile_set.signing import Json, present, prove, secure, signing_input, suite_options, vc_jwt
from tests.support.hostile_set.suites import SUITES, USUAL
from tests.support.hostile_set.world import Rows, World, did_document

BROKEN = "tampered malformed proof-missing not-parsable suite-unsupported shape-not-allowed"
KEY = "did-invalid not-by-issuer malformed purpose-wrong did-unresolved did-document-invalid tampered network-forbidden key-weak"


def with_suite(issuer: Any, suite: str, make: Any = badge, **changes: Any) -> Json:
    """Return a document whose contexts define the proof of `suite`."""
    document = make(issuer, **changes)
    if suite == "Ed25519Signature2020":
        document["@context"] = [*document["@context"], ED2020]
    return dict(document)


def signed(key: Key, suite: str, make: Any = badge, **changes: Any) -> Json:
    return secure(with_suite(key.did, suite, make, **changes), key, suite)


def make(world: World) -> None:
    for part in (
        _changes,
        _swapped,
        _missing,
        _purposes,
        _relations,
        _controllers,
        _urls,
        _issuers,
        _dates,
        _values,
        _keys,
        _curves,
        _labels,
        _own_terms,
        _sets,
        _chains,
        _models,
        _periods,
        _related,
        _selective,
    ):
        part(world)


def changed_claims(kind: str, good: Json, subject: Json) -> Rows:
    return [
        ("claim", changed(good, "credentialSubject", "achievement", "name", value="Doctorat")),
        ("subject", changed(good, "credentialSubject", "id", value=urn())),
        (
            "subject removed",
            changed(good, "credentialSubject", value=without(subject, "id")),
        ),
        ("issuer", changed(good, "issuer", "id", value=Key(kind).did)),
        ("issuer name", changed(good, "issuer", "name", value="Autre")),
    ]


def changed_members(good: Json) -> Rows:
    return [
        ("validFrom", changed(good, "validFrom", value="2026-01-01T00:00:01Z")),
        ("validFrom respelled", changed(good, "validFrom", value="2026-01-01T00:00:00+00:00")),
        ("validUntil added", {**good, "validUntil": "2036-01-01T00:00:00Z"}),
        ("type removed", {**good, "type": ["VerifiableCredential"]}),
        ("type added", {**good, "type": [*good["type"], "EndorsementCredential"]}),
        ("id", {**good, "id": urn()}),
        ("id removed", without(good, "id")),
        ("name removed", without(good, "name")),
    ]


def changed_results(good: Json, subject: Json) -> Rows:
    return [
        ("grade", changed(good, "credentialSubject", "result", 0, "value", value="99")),
        (
            "ids swapped",
            changed(changed(good, "id", value=subject["id"]), "credentialSubject", "id", value=good["id"]),
        ),
        ("result removed", changed(good, "credentialSubject", "result", value=subject["result"][:1])),
        (
            "results swapped",
            changed(
                changed(good, "credentialSubject", "result", 0, "value", value=subject["result"][1]["value"]),
                "credentialSubject",
                "result",
                1,
                "value",
                value=subject["result"][0]["value"],
            ),
        ),
        ("description added", {**good, "description": "cum laude"}),
        ("text with blank", {**good, "name": good["name"] + " "}),
        ("text as object", {**good, "name": {"@value": good["name"], "@language": "fr"}}),
        ("created", changed(good, "proof", "created", value="2026-11-20T10:00:01Z")),
        (
            "created removed",
            changed(good, "proof", value=without(good["proof"], "created")),
        ),
    ]


def _changes(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        good = signed(key, suite, graded)
        world.yes("B01", f"twin {kind} {suite}", good)
        subject = good["credentialSubject"]
        ways: list[tuple[str, Json]] = [
            *changed_claims(kind, good, subject),
            *changed_members(good),
            *changed_results(good, subject),
        ]
        for name, document in ways:
            world.no("B01", f"{name} {kind} {suite}", document, BROKEN + " not-by-issuer")
        if "-jcs-" not in suite:
            world.yes(
                "B01",
                f"results turned round {kind} {suite}",
                changed(good, "credentialSubject", "result", value=subject["result"][::-1]),
            )
        else:
            world.no(
                "B01",
                f"results turned round {kind} {suite}",
                changed(good, "credentialSubject", "result", value=subject["result"][::-1]),
                "tampered",
            )
        world.yes("B01", f"keys turned round {kind} {suite}", dict(reversed(good.items())))


def _swapped(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        one, two = signed(key, suite), signed(key, suite)
        world.no("B02", f"proof of another {kind} {suite}", {**one, "proof": two["proof"]}, "tampered")
        shown = present(
            key, one, suite=suite, document={"@context": [V2, ED2020]} if suite == "Ed25519Signature2020" else None
        )
        world.yes("B02", f"presentation twin {kind} {suite}", shown)
        world.no(
            "B02",
            f"presentation's proof on a credential {kind} {suite}",
            {**one, "proof": shown["proof"]},
            "tampered purpose-wrong",
        )
        world.no(
            "B02",
            f"credential's proof on a presentation {kind} {suite}",
            {**shown, "proof": one["proof"]},
            "tampered purpose-wrong",
        )


def _missing(world: World) -> None:
    for kind, suite in SUITES[:3]:
        key = Key(kind)
        good = signed(key, suite)
        rest = without(good, "proof")
        world.no("B03", f"removed {suite}", rest, "proof-missing")
        for name, proof in (
            ("null", None),
            ("empty list", []),
            ("empty object", {}),
            ("text", "x"),
            ("number", 7),
            ("true", True),
            ("list in list", [[good["proof"]]]),
            ("list with null", [good["proof"], None]),
            ("list with empty", [good["proof"], {}]),
            ("list with text", [good["proof"], "x"]),
            ("id only", {"id": urn()}),
            ("@list", {"@list": [good["proof"]]}),
        ):
            world.no("B03", f"{name} {suite}", {**rest, "proof": proof}, BROKEN)
        shown = present(key, good, suite=suite)
        world.no("B03", f"presentation {suite}", without(shown, "proof"), "proof-missing")
        world.no("B03", f"credential inside {suite}", present(key, rest, suite=suite), "proof-missing")
        for name, proof in (("null", None), ("empty list", []), ("empty object", {})):
            world.no("B03", f"presentation {name} {suite}", {**shown, "proof": proof}, BROKEN)


def _purposes(world: World) -> None:
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


def _relations(world: World) -> None:
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


def _controllers(world: World) -> None:
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
            KEY,
        )
        world.no(
            "B06",
            f"did of another, fragment ours {suite}",
            secure(document, key, suite, verificationMethod=f"{other.did}#{key.multikey}"),
            KEY,
        )
        good = secure(document, key, suite)
        world.no("B06", f"key rewritten {suite}", changed(good, "proof", "verificationMethod", value=other.vm), KEY)
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


def _urls(world: World) -> None:
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


def odd_issuers(key: Key) -> Rows:
    return [
        ("blank inside", key.did + " x"),
        ("blank before", " " + key.did),
        ("newline", key.did + "\n"),
        ("capital scheme", "DID:" + key.did[4:]),
        ("capital method", "did:KEY:" + key.did[8:]),
        ("fragment", key.vm),
        ("http", "http://judge.example/issuer"),
        ("null", None),
        ("number", 7),
        ("empty", ""),
        ("object without id", {"name": "x"}),
        ("empty object", {}),
        ("id null", {"id": None, "name": "x"}),
        ("id number", {"id": 7}),
        ("relative", "issuer/7"),
        ("list", [key.did]),
        ("bare word", "université"),
        ("mailto", "mailto:a@judge.example"),
        ("javascript", "javascript:alert(1)"),
        ("data", "data:text/plain,x"),
    ]


def _issuers(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        for name, issuer in odd_issuers(key):
            document = {**bare(key.did), "issuer": issuer}
            world.no(
                "B08",
                f"{name} {suite}",
                secure(document, key, suite),
                "malformed not-by-issuer shape-not-allowed tampered term-undefined not-parsable",
            )
            if suite.endswith("jcs-2022"):
                world.no(
                    "B08",
                    f"{name} as token",
                    vc_jwt(document, key),
                    "malformed not-by-issuer shape-not-allowed did-invalid",
                )
        missing = without(bare(key.did), "issuer")
        world.no("B08", f"missing {suite}", secure(missing, key, suite), "malformed")


WRONG_MOMENTS: Final[Rows] = [
    "2099-01-01T00:00:00Z",
    "yesterday",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "",
    "2026-11-20",
    20261120,
    None,
    ["2026-11-20T10:00:00Z"],
    "2026-11-20T25:00:00Z",
    "20261120T100000Z",
    " 2026-11-20T10:00:00Z",
    "2026-11-20T10:00:00+15:00",
    "2026-11-20T10:00:61Z",
    "\uff12026-11-20T10:00:00Z",
]


def _dates(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        base = with_suite(key.did, suite)
        for created in WRONG_MOMENTS:
            proof = secure(base, key, suite, created=created if created is not None else "2026-11-20T10:00:00Z")
            if created is None:
                proof = changed(proof, "proof", "created", value=None)
            world.no(
                "B09",
                f"created {created!r} {kind} {suite}",
                proof,
                "out-of-range malformed tampered shape-not-allowed term-undefined",
            )
        for expires in ("2026-11-01T00:00:00Z", "soon", "", 7, "2026-02-30T00:00:00Z"):
            world.no(
                "B09",
                f"expires {expires!r} {kind} {suite}",
                secure(base, key, suite, expires=expires),
                "proof-expired malformed shape-not-allowed term-undefined",
            )
        expiry_and_creation(world, kind, suite, key, base)


def expiry_and_creation(world: World, kind: str, suite: str, key: Key, base: Json) -> None:
    lasting = secure(base, key, suite, expires="2036-01-01T00:00:00Z")
    if suite != "Ed25519Signature2020":
        world.yes("B09", f"twin with expires {kind} {suite}", lasting)
    over = secure(base, key, suite, expires="2026-11-01T00:00:00Z")
    world.no(
        "B09",
        f"expires removed {kind} {suite}",
        changed(over, "proof", value=without(over["proof"], "expires")),
        "tampered term-undefined",
    )
    world.no(
        "B09",
        f"expires later {kind} {suite}",
        changed(over, "proof", "expires", value="2036-01-01T00:00:00Z"),
        "tampered term-undefined",
    )
    for created in (
        "2026-11-20T10:00:00",
        "2026-11-20T10:00:00.123Z",
        "2026-11-20T05:00:00-05:00",
        "2026-11-20T24:00:00Z",
        None,
    ):
        world.yes("B09", f"twin created {created!r} {kind} {suite}", secure(base, key, suite, created=created))


def flipped_values(raw: bytes, flipped: Any) -> Rows:
    return [
        ("bit flip", "z" + b58(flipped)),
        ("last bit", "z" + b58(raw[:-1] + bytes([raw[-1] ^ 1]))),
        ("truncated", "z" + b58(raw[:-1])),
        ("half", "z" + b58(raw[:32])),
        ("longer", "z" + b58(raw + b"\0")),
        ("leading zero", "z" + b58(b"\0" + raw)),
    ]


def respelled_values(value: Any, raw: bytes) -> Rows:
    return [
        ("extra 1", "z1" + value[1:]),
        ("base64url", "u" + b64(raw)),
        ("hex", "f" + raw.hex()),
        ("base64", "m" + b64(raw)),
        ("base58flickr", "Z" + value[1:]),
        ("no prefix", value[1:]),
        ("bad character", value[:-1] + "0"),
        ("letter l", value[:-2] + "l" + value[-1]),
        ("blank", value + " "),
        ("blank before", " " + value),
        ("newline", value + "\n"),
    ]


def odd_values(value: Any, raw: bytes) -> Rows:
    return [
        ("empty", ""),
        ("prefix alone", "z"),
        ("null", None),
        ("zero", "z" + "1" * 64),
        ("zero bytes", "z" + b58(bytes(64))),
        ("number", 7),
        ("list", [value]),
        ("object", {"@value": value}),
        ("twice", value + value[1:]),
        ("unicode", value[:-1] + "\uff11"),
        ("reversed", "z" + b58(raw[::-1])),
    ]


def _values(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        good = signed(key, suite)
        value = good["proof"]["proofValue"]
        raw = unb58(value[1:])
        flipped = bytes([raw[0] ^ 1]) + raw[1:]
        for name, other in [*flipped_values(raw, flipped), *respelled_values(value, raw), *odd_values(value, raw)]:
            world.no("B10", f"{name} {kind} {suite}", changed(good, "proof", "proofValue", value=other), BROKEN)
        world.no(
            "B10",
            f"missing {kind} {suite}",
            changed(good, "proof", value=without(good["proof"], "proofValue")),
            BROKEN,
        )
        world.no(
            "B10",
            f"as jws {kind} {suite}",
            changed(good, "proof", "proofValue", rename="jws"),
            BROKEN + " term-undefined",
        )
        for size in (201, 200_000):
            world.no(
                "B11",
                f"{size} characters {kind} {suite}",
                changed(good, "proof", "proofValue", value="z" + "2" * size),
                BROKEN + " too-large too-complex",
            )


def _keys(world: World) -> None:
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020"):
        key = Key()
        good = signed(key, suite)
        raw = unb58(good["proof"]["proofValue"][1:])
        for times in (1, 2, 8):
            s = int.from_bytes(raw[32:], "little") + times * ORDERS["Ed25519"]
            if s < 2**256:
                world.no(
                    "B12",
                    f"S+{times}L {suite}",
                    changed(good, "proof", "proofValue", value="z" + b58(raw[:32] + s.to_bytes(32, "little"))),
                    "tampered",
                )
        small_order_points(world, suite)
        small_order_in_did_web(world, suite)


def small_order_points(world: World, suite: str) -> None:
    p = 2**255 - 19
    order_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
    points = [
        0,
        1,
        p - 1,
        p,
        p + 1,
        order_8,
        p - order_8,
        2**255 | 1,
        2**255 | 0,
        2**255 | (p - 1),
        2**255 | order_8,
        2**255 | (p - order_8),
        p + 3,
        2**255 - 1,
    ]
    for at, point in enumerate(points):
        multikey = "z" + b58(b"\xed\x01" + point.to_bytes(32, "little"))
        weak = Key()
        weak.did, weak.vm = f"did:key:{multikey}", f"did:key:{multikey}#{multikey}"
        for r in (1, 0):
            universal = "z" + b58(r.to_bytes(32, "little") + bytes(32))
            document = with_suite(weak.did, suite)
            proof = suite_options(weak, suite) | ({"@context": document["@context"]} if "-jcs-" in suite else {})
            world.no(
                "B13",
                f"point {at} r {r} {suite}",
                {**document, "proof": {**proof, "proofValue": universal}},
                "key-weak did-invalid",
            )


def small_order_in_did_web(world: World, suite: str) -> None:
    web = Key()
    place = world.place(web)
    method = {**web.method(), "publicKeyMultibase": "z" + b58(b"\xed\x01" + (1).to_bytes(32, "little"))}
    world.publish(place, {**did_document(web), "verificationMethod": [method]})
    document = with_suite(web.did, suite)
    proof = suite_options(web, suite) | ({"@context": document["@context"]} if "-jcs-" in suite else {})
    world.no(
        "B13",
        f"small order in did:web {suite}",
        {**document, "proof": {**proof, "proofValue": "z" + b58((1).to_bytes(32, "little") + bytes(32))}},
        "key-weak did-document-invalid",
    )


KINDS_UNDER_LABELS: Final[Rows] = [
    ("secp256k1", "ecdsa-rdfc-2019"),
    ("secp256k1", "ecdsa-jcs-2019"),
    ("P-256", "eddsa-rdfc-2022"),
    ("P-384", "eddsa-jcs-2022"),
    ("Ed25519", "ecdsa-rdfc-2019"),
    ("Ed25519", "ecdsa-jcs-2019"),
    ("P-521", "ecdsa-rdfc-2019"),
    ("RSA", "eddsa-rdfc-2022"),
    ("RSA", "ecdsa-rdfc-2019"),
    ("P-256", "Ed25519Signature2020"),
]


def odd_pairs(n: Any, pair: Any, raw: bytes, r: Any, s: Any) -> Rows:
    return [
        ("r=s=0", pair(0, 0)),
        ("r=0", pair(0, s)),
        ("s=0", pair(r, 0)),
        ("r=n", pair(n, s)),
        ("s=n", pair(r, n)),
        ("r=s=n", pair(n, n)),
        ("r=s=1", pair(1, 1)),
        ("s+n", pair(r, s + n)),
        ("DER", encode_dss_signature(r, s)),
        ("extra byte", raw + b"\0"),
        ("leading byte", b"\0" + raw),
        ("halves swapped", raw[32:] + raw[:32]),
        ("all ones", b"\xff" * 64),
    ]


def _curves(world: World) -> None:
    n = ORDERS["P-256"]
    for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        key = Key("P-256")
        good = signed(key, suite)
        raw = unb58(good["proof"]["proofValue"][1:])
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")

        def pair(a: int, b: int) -> bytes:
            return (a % 2**256).to_bytes(32, "big") + (b % 2**256).to_bytes(32, "big")

        for name, value in odd_pairs(n, pair, raw, r, s):
            world.no("B14", f"{name} {suite}", changed(good, "proof", "proofValue", value="z" + b58(value)), "tampered")
        world.yes(
            "B15", f"high s {suite}", changed(good, "proof", "proofValue", value="z" + b58(pair(r, max(s, n - s))))
        )
        world.yes(
            "B15", f"low s {suite}", changed(good, "proof", "proofValue", value="z" + b58(pair(r, min(s, n - s))))
        )
        wrong_hashes(world, suite, key)
    for kind, label in KINDS_UNDER_LABELS:
        key = Key(kind)
        world.not_yes("B16", f"{kind} under {label}", signed(key, label))


def wrong_hashes(world: World, suite: str, key: Key) -> None:
    document = with_suite(key.did, suite)
    options = suite_options(key, suite) | ({"@context": document["@context"]} if "-jcs-" in suite else {})
    data = signing_input(document, options, suite, hashlib.sha256)
    world.no(
        "B14",
        f"wrong hash SHA-384 {suite}",
        {**document, "proof": {**options, "proofValue": "z" + b58(key.sign(data, hashes.SHA384()))}},
        "tampered",
    )
    wide = signing_input(document, options, suite, hashlib.sha384)
    world.no(
        "B14",
        f"digests of SHA-384 {suite}",
        {**document, "proof": {**options, "proofValue": "z" + b58(key.sign(wide))}},
        "tampered",
    )
    large = Key("P-384")
    document = with_suite(large.did, suite)
    options = suite_options(large, suite) | ({"@context": document["@context"]} if "-jcs-" in suite else {})
    data = signing_input(document, options, suite, hashlib.sha256)
    world.no(
        "B14",
        f"P-384 with SHA-256 {suite}",
        {**document, "proof": {**options, "proofValue": "z" + b58(large.sign(data, hashes.SHA256()))}},
        "tampered",
    )


WRONG_PROOF_TYPES: Final[Rows] = [
    "Ed25519Signature2018",
    "JsonWebSignature2020",
    ["DataIntegrityProof"],
    "dataintegrityproof",
    "",
    None,
    7,
    "Proof",
    ["DataIntegrityProof", "Proof"],
    "https://w3id.org/security#DataIntegrityProof",
    "Ed25519Signature2020",
]


def wrong_suites(suite: str) -> Rows:
    return [
        "madeup-2030",
        None,
        [suite],
        suite.upper(),
        suite + " ",
        "",
        7,
        {"id": suite},
        suite.replace("rdfc", "X").replace("jcs", "rdfc").replace("X", "jcs"),
        "ecdsa-sd-2023",
        "bbs-2023",
        "eddsa-2022x",
    ]


def _labels(world: World) -> None:
    for kind, suite in SUITES[:4]:
        key = Key(kind)
        base = with_suite(key.did, suite)
        good = secure(base, key, suite)
        for label in wrong_suites(suite):
            proof = {n: v for n, v in {**good["proof"], "cryptosuite": label}.items() if v is not None}
            world.not_yes("B17", f"suite {label!r} {suite}", {**good, "proof": proof})
        for kind_of in WRONG_PROOF_TYPES:
            proof = {n: v for n, v in {**good["proof"], "type": kind_of}.items() if v is not None}
            world.not_yes("B17", f"type {kind_of!r} {suite}", {**good, "proof": proof})


TERMS_IN_PROOFS: Final[Rows] = [
    ("unknown term", {"signedBy": "the Queen"}),
    ("unknown object", {"extra": {"a": 1}}),
    ("full IRI", {"https://judge.example/x": "y"}),
    ("@index", {"@index": "x"}),
    ("name", {"honours": "x"}),
    ("@type", {"@type": "DataIntegrityProof"}),
    ("second value", {"https://w3id.org/security#proofValue": "zAAA"}),
]


def contexts_in_proofs(base: Json) -> Rows:
    return [
        ("inline", {"proofPurpose": "https://evil.example/p"}),
        ("null", None),
        ("other", ["https://www.w3.org/ns/credentials/v2", EXAMPLES]),
        ("vocab", [*base["@context"], {"@vocab": "https://evil.example/#"}]),
        ("empty", []),
        ("reversed", base["@context"][::-1]),
    ]


def _own_terms(world: World) -> None:
    for kind, suite in SUITES:
        key = Key(kind)
        base = with_suite(key.did, suite)
        for name, more in TERMS_IN_PROOFS:
            document = secure(base, key, suite, **more)
            if "-jcs-" in suite and name in {"unknown term", "unknown object", "name"}:
                world.yes("B18", f"twin: {name} signed {kind} {suite}", document)
                added = secure(base, key, suite)
                world.no(
                    "B18",
                    f"{name} added {kind} {suite}",
                    {**added, "proof": {**added["proof"], **more}},
                    "tampered term-undefined shape-not-allowed",
                )
            else:
                world.no(
                    "B18",
                    f"{name} {kind} {suite}",
                    document,
                    "term-undefined shape-not-allowed malformed suite-unsupported",
                )
        for name, context in contexts_in_proofs(base):
            document = secure(base, key, suite)
            document["proof"]["@context"] = context
            world.no("B18", f"context {name} {kind} {suite}", document, "shape-not-allowed context-unknown tampered")


def _sets(world: World) -> None:
    one, two = Key(), Key()
    for name, seconds in (
        ("eddsa and Ed25519Signature2020", ("Ed25519Signature2020", one)),
        ("two of one suite", ("eddsa-rdfc-2022", one)),
        ("rdfc and jcs", ("eddsa-jcs-2022", one)),
    ):
        base = with_suite(one.did, "Ed25519Signature2020")
        first, second = prove(base, one), prove(base, seconds[1], seconds[0], created="2026-11-20T10:00:05Z")
        for order, proofs in (("", [first, second]), (" turned", [second, first])):
            forged_members(world, one, two, name, base, order, proofs)
    counted_proofs(world, one)


def forged_members(world: World, one: Any, two: Any, name: str, base: Json, order: Any, proofs: list[Json]) -> None:
    world.yes("B19", f"{name}{order}", {**base, "proof": proofs})
    forged = copy.deepcopy(proofs)
    forged[1]["proofValue"] = "z" + b58(bytes(64))
    world.no("B19", f"{name}{order}, second forged", {**base, "proof": forged}, "tampered")
    forged = copy.deepcopy(proofs)
    forged[0]["created"] = "2026-11-20T10:00:09Z"
    world.no("B19", f"{name}{order}, first changed", {**base, "proof": forged}, "tampered")
    world.not_yes(
        "B19",
        f"{name}{order}, second of an unknown suite",
        {
            **base,
            "proof": [proofs[0], {**proofs[1], "type": "DataIntegrityProof", "cryptosuite": "madeup-2030"}],
        },
    )
    world.no(
        "B19",
        f"{name}{order}, second for authentication",
        {**base, "proof": [proofs[0], prove(base, one, proofPurpose="authentication")]},
        "purpose-wrong",
    )
    world.no(
        "B19",
        f"{name}{order}, second by a stranger",
        {**base, "proof": [proofs[0], prove(base, two)]},
        "not-by-issuer",
    )
    world.no("B19", f"{name}{order}, second is null", {**base, "proof": [proofs[0], None]}, BROKEN)


def counted_proofs(world: World, one: Any) -> None:
    base = badge(one.did)
    good = prove(base, one)
    world.no("B19", "1,000 proofs", {**base, "proof": [{**good, "id": urn()} for _ in range(1000)]}, "too-complex")
    world.yes("B19", "the same proof twice", {**base, "proof": [good, good]})
    eight = [prove(base, one, created=f"2026-11-20T10:00:0{at}Z") for at in range(9)]
    world.yes("B19", "eight proofs", {**base, "proof": eight[:8]})
    world.no("B19", "nine proofs", {**base, "proof": eight}, "too-complex")
    world.yes("B19", "one proof in a list", {**base, "proof": [good]})


def missing_links(key: Key, base: Json, suite: str, links: list[Json]) -> Rows:
    first, second, third, dangling, other = links
    own = urn()
    return [
        ("dangling", [dangling]),
        ("dangling beside a good one", [first, dangling]),
        (
            "array dangling",
            [first, prove({**base, "proof": [first]}, key, suite, previousProof=[first["id"], urn()])],
        ),
        ("self", [prove(base, key, suite, id=own, previousProof=own)]),
        ("first removed", [second]),
        ("first removed from three", [second, third]),
        ("middle removed", [first, third]),
        ("first changed", [{**first, "created": "2026-11-20T10:00:01Z"}, second]),
        ("first replaced", [{**other, "id": first["id"]}, second]),
    ]


def bent_links(first: Json, second: Json, other: Json) -> Rows:
    return [
        ("not an id", [first, {**second, "previousProof": "x"}]),
        ("number", [first, {**second, "previousProof": 7}]),
        ("empty list", [first, {**second, "previousProof": []}]),
        ("null", [first, {**second, "previousProof": None}]),
        ("object", [first, {**second, "previousProof": {"id": first["id"]}}]),
        ("twice in the list", [first, {**second, "previousProof": [first["id"]] * 2}]),
        ("removed from the second", [first, without(second, "previousProof")]),
        ("second named by the first", [{**first, "previousProof": second["id"]}, second]),
        ("two of one id", [first, {**other, "id": first["id"]}, second]),
    ]


def _chains(world: World) -> None:
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        key = Key("P-256" if suite.startswith("ecdsa") else "Ed25519")
        base = badge(key.did)
        first = prove(base, key, suite, id=urn())
        second = prove({**base, "proof": [first]}, key, suite, previousProof=first["id"], id=urn())
        third = prove({**base, "proof": [second]}, key, suite, previousProof=second["id"])
        both = prove({**base, "proof": [first, second]}, key, suite, previousProof=[first["id"], second["id"]])
        world.yes("B20", f"chain of two {suite}", {**base, "proof": [first, second]})
        world.yes("B20", f"chain of three {suite}", {**base, "proof": [first, second, third]})
        world.yes("B20", f"both named {suite}", {**base, "proof": [first, second, both]})
        world.yes("B20", f"turned {suite}", {**base, "proof": [second, first]})
        dangling = prove(base, key, suite, previousProof=urn())
        other = prove(base, key, suite, id=urn(), created="2026-11-20T10:00:07Z")
        for name, proofs in [
            *missing_links(key, base, suite, [first, second, third, dangling, other]),
            *bent_links(first, second, other),
        ]:
            world.no("B20", f"{name} {suite}", {**base, "proof": proofs}, BROKEN)
        a, b = urn(), urn()
        cycle = [prove(base, key, suite, id=a, previousProof=b), prove(base, key, suite, id=b, previousProof=a)]
        world.no("B20", f"cycle {suite}", {**base, "proof": cycle}, "tampered")


WRONG_TYPES: Final[Rows] = [
    ("type missing", {"type": ["Other"]}),
    ("no type", {"type": None}),
    ("type empty", {"type": []}),
    ("type text", {"type": "Other"}),
    ("type number", {"type": 7}),
    ("type with null", {"type": ["VerifiableCredential", None]}),
    ("type object", {"type": {"id": "VerifiableCredential"}}),
]

WRONG_RELATED: Final[Rows] = [
    ("related without id", {"relatedResource": {"digestSRI": "sha256-x"}}),
    ("related without digest", {"relatedResource": {"id": "https://judge.example/x"}}),
    (
        "related twice",
        {
            "relatedResource": [
                {
                    "id": "https://judge.example/x",
                    "digestSRI": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                },
                {
                    "id": "https://judge.example/x",
                    "digestSRI": "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb",
                },
            ]
        },
    ),
    ("related text", {"relatedResource": "x"}),
]

RIGHT_NAMES: Final[Rows] = [
    (
        "name in languages",
        {"name": [{"@value": "Diplôme", "@language": "fr"}, {"@value": "Diploma", "@language": "en"}]},
    ),
    ("name with direction", {"name": {"@value": "דיפלומה", "@language": "he", "@direction": "rtl"}}),
    ("name as value", {"name": {"@value": "x"}}),
    ("description", {"description": {"@value": "d", "@language": "en-CA"}}),
]

RIGHT_SCHEMAS: Final[Rows] = [
    ("schema", {"credentialSchema": {"id": "https://judge.example/s.json", "type": "JsonSchema"}}),
    (
        "schemas",
        {
            "credentialSchema": [
                {"id": "https://judge.example/s.json", "type": "JsonSchema"},
                {"id": "https://judge.example/t", "type": "JsonSchemaCredential"},
            ]
        },
    ),
    (
        "related",
        {
            "relatedResource": [
                {
                    "id": "https://judge.example/x",
                    "digestSRI": "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb",
                }
            ]
        },
    ),
    (
        "related multibase",
        {
            "relatedResource": {
                "id": "https://judge.example/x",
                "digestMultibase": "uEiB-6hgIqBJ4AhhVfeJXqPh6Uh7CDsIG9FmPE5IEVQ_l_w",
                "mediaType": "image/png",
            }
        },
    ),
    ("id without dashes", {"id": "urn:x-judge:a.b:c"}),
]


def wrong_subjects() -> Rows:
    return [
        ("subject empty", {"credentialSubject": {}}),
        ("subject []", {"credentialSubject": []}),
        ("subject null", {"credentialSubject": "null"}),
        ("subject text", {"credentialSubject": "did:example:x"}),
        ("subject missing", {"credentialSubject": None}),
        ("subject number", {"credentialSubject": 7}),
        ("subject list of text", {"credentialSubject": ["did:example:x"]}),
        ("subject list with empty", {"credentialSubject": [{"id": urn()}, {}]}),
        ("subject id no URL", {"credentialSubject": {"id": "zoé", "name": "x"}}),
        ("subject id a list", {"credentialSubject": {"id": [urn()], "name": "x"}}),
    ]


def wrong_ids() -> Rows:
    return [
        ("id no URL", {"id": "badge 7"}),
        ("id number", {"id": 7}),
        ("id a list", {"id": [urn()]}),
        ("id object", {"id": {"id": urn()}}),
        ("id null", {"id": "null"}),
    ]


def wrong_schemas() -> Rows:
    return [
        ("schema without type", {"credentialSchema": {"id": "https://judge.example/s"}}),
        ("schema without id", {"credentialSchema": {"type": "JsonSchema"}}),
        ("schema id no URL", {"credentialSchema": {"id": "s", "type": "JsonSchema"}}),
        ("schema text", {"credentialSchema": "https://judge.example/s"}),
        ("schema empty", {"credentialSchema": {}}),
        ("terms without type", {"termsOfUse": {"id": urn()}}),
        ("terms text", {"termsOfUse": "x"}),
        ("evidence without type", {"evidence": {"id": urn()}}),
        ("evidence text", {"evidence": "x"}),
        ("evidence one of two", {"evidence": [{"type": "Evidence", "id": urn()}, {"id": urn()}]}),
        ("status without type", {"credentialStatus": {"id": urn(), "statusPurpose": "revocation"}}),
        ("status text", {"credentialStatus": "x"}),
        ("refresh without type", {"refreshService": {"id": "https://judge.example/r"}}),
        ("refresh text", {"refreshService": "x"}),
        ("method without type", {"confidenceMethod": {"id": urn()}}),
        ("render without type", {"renderMethod": {"id": urn()}}),
    ]


def wrong_names(key: Key) -> Rows:
    return [
        ("name number", {"name": 7}),
        ("name object without value", {"name": {"@language": "fr"}}),
        ("name with bad language", {"name": {"@value": "x", "@language": "fr_CA!"}}),
        ("name with bad direction", {"name": {"@value": "x", "@direction": "up"}}),
        ("name with more", {"name": {"@value": "x", "@language": "fr", "url": "y"}}),
        ("name value number", {"name": {"@value": 7}}),
        ("description list of numbers", {"description": [1, 2]}),
        ("issuer name number", {"issuer": {"id": key.did, "name": 7}}),
    ]


def right_members(key: Key) -> Rows:
    return [
        ("type text alone", {"type": "VerifiableCredential"}),
        ("subject without id", {"credentialSubject": {"name": "Zoé"}}),
        ("several subjects", {"credentialSubject": [{"id": urn(), "name": "a"}, {"id": urn(), "name": "b"}]}),
        ("one subject in a list", {"credentialSubject": [{"id": urn(), "name": "a"}]}),
        ("issuer object", {"issuer": {"id": key.did, "name": "Université", "description": "x"}}),
        ("no id", {"id": None}),
        ("https id", {"id": "https://judge.example/c/1"}),
        ("did id", {"id": "did:example:123"}),
        ("no name", {"name": None}),
        ("no validFrom", {"validFrom": None}),
    ]


def right_extensions() -> Rows:
    return [
        ("terms", {"termsOfUse": {"type": "TrustFrameworkPolicy", "id": urn(), "profile": "x"}}),
        (
            "evidence",
            {
                "evidence": [
                    {"type": ["DocumentVerification"], "id": urn(), "verifier": "x"},
                    {"type": "Supporting", "verifier": "y"},
                ]
            },
        ),
        (
            "refresh",
            {
                "refreshService": {
                    "type": "VerifiableCredentialRefreshService2021",
                    "id": "https://judge.example/r",
                    "validFrom": "2026-01-01T00:00:00Z",
                }
            },
        ),
        ("confidence", {"confidenceMethod": {"type": "Method", "id": urn()}}),
    ]


def _models(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        refused_models(world, suite, key)
        for name, change in [*right_members(key), *RIGHT_NAMES, *RIGHT_SCHEMAS]:
            world.yes("B22", f"twin: {name} {suite}", secure(bare(key.did, **change), key, suite))
            if suite.endswith("jcs-2022"):
                world.yes("B22", f"twin: {name} as token", vc_jwt(bare(key.did, **change), key))
        typed = {"@context": [V2, EXAMPLES]}
        for name, change in right_extensions():
            world.yes("B22", f"twin: {name} {suite}", secure(bare(key.did, **typed, **change), key, suite))
        dates_of_the_old_model(world, suite, key)


def refused_models(world: World, suite: str, key: Key) -> None:
    for name, change in [
        *WRONG_TYPES,
        *wrong_subjects(),
        *wrong_ids(),
        *wrong_schemas(),
        *wrong_names(key),
        *WRONG_RELATED,
    ]:
        document = bare(key.did, **{n: (None if v is None else v) for n, v in change.items()})
        document = {n: (None if v == "null" else v) for n, v in document.items()}
        world.no(
            "B22",
            f"{name} {suite}",
            secure(document, key, suite),
            "malformed shape-not-allowed term-undefined tampered status-unverified",
        )
        if suite.endswith("jcs-2022"):
            world.no(
                "B22",
                f"{name} as token",
                vc_jwt(document, key),
                "malformed shape-not-allowed term-undefined not-parsable status-unverified",
            )


def dates_of_the_old_model(world: World, suite: str, key: Key) -> None:
    for name, change in (
        ("issuanceDate", {"issuanceDate": "2026-01-01T00:00:00Z"}),
        ("expirationDate", {"expirationDate": "2036-01-01T00:00:00Z"}),
        ("both", {"issuanceDate": "2026-01-01T00:00:00Z", "expirationDate": "2036-01-01T00:00:00Z"}),
    ):
        world.no("B24", f"{name} {suite}", secure(bare(key.did, **change), key, suite), "term-undefined")
        world.no("B24", f"{name} with examples {suite}", secure(plain(key.did, **change), key, suite), "term-undefined")
        if suite.endswith("jcs-2022"):
            world.no("B24", f"{name} as token", vc_jwt(bare(key.did, **change), key), "term-undefined")


OUTSIDE_ITS_PERIOD: Final[Rows] = [
    ("validUntil past", {"validUntil": "2026-05-31T00:00:00Z"}, "expired"),
    ("validUntil past with offset", {"validUntil": "2026-05-31T00:00:00-05:00"}, "expired"),
    ("validFrom future", {"validFrom": "2099-01-01T00:00:00Z"}, "not-yet-valid"),
    (
        "reversed",
        {"validFrom": "2026-06-01T00:00:00Z", "validUntil": "2026-05-31T00:00:00Z"},
        "malformed expired",
    ),
]

MISSPELT_MOMENTS: Final[Rows] = [
    ("malformed", {"validUntil": "tomorrow"}, "malformed"),
    ("date alone", {"validUntil": "2036-05-31"}, "malformed"),
    ("no offset", {"validUntil": "2036-05-31T00:00:00"}, "malformed"),
    (
        "two values",
        {"validUntil": ["2036-05-31T00:00:00Z", "2037-05-31T00:00:00Z"]},
        "malformed shape-not-allowed",
    ),
    ("number", {"validUntil": 2_000_000_000}, "malformed"),
    ("30 February", {"validUntil": "2036-02-30T00:00:00Z"}, "malformed"),
    ("29 February of no leap year", {"validUntil": "2037-02-29T00:00:00Z"}, "malformed"),
    ("month 13", {"validUntil": "2036-13-01T00:00:00Z"}, "malformed"),
    ("hour 25", {"validUntil": "2036-01-01T25:00:00Z"}, "malformed"),
    ("lower t", {"validUntil": "2036-01-01t00:00:00Z"}, "malformed"),
    ("lower z", {"validUntil": "2036-01-01T00:00:00z"}, "malformed"),
    ("blank", {"validUntil": "2036-01-01 00:00:00Z"}, "malformed"),
    ("empty", {"validUntil": ""}, "malformed"),
    ("null", {"validUntil": "null"}, "malformed shape-not-allowed"),
    ("true", {"validUntil": True}, "malformed"),
    ("year 0", {"validUntil": "0000-01-01T00:00:00Z"}, "malformed expired"),
    ("comma", {"validUntil": "2036-01-01T00:00:00,5Z"}, "malformed"),
    ("full width", {"validUntil": "\uff12\uff10\uff13\uff16-01-01T00:00:00Z"}, "malformed"),
    ("offset too far", {"validUntil": "2036-01-01T00:00:00+15:00"}, "malformed"),
    ("newline", {"validUntil": "2036-01-01T00:00:00Z\n"}, "malformed"),
    ("object", {"validUntil": {"@value": "2036-01-01T00:00:00Z"}}, "malformed shape-not-allowed"),
]

RIGHT_PERIODS: Final[Rows] = [
    ("fractions", {"validFrom": "2026-01-01T00:00:00.123456789Z"}),
    ("offset", {"validFrom": "2026-01-01T00:00:00+05:30"}),
    ("24:00", {"validUntil": "2036-12-31T24:00:00Z"}),
    ("far end", {"validUntil": "9999-12-31T23:59:59Z"}),
    ("negative offset", {"validUntil": "2036-01-01T00:00:00-14:00"}),
    ("same moment", {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2036-01-01T00:00:00.5Z"}),
    ("old", {"validFrom": "1970-01-01T00:00:00Z"}),
    ("before 1900", {"validFrom": "1867-07-01T00:00:00Z"}),
    ("leap day", {"validUntil": "2036-02-29T00:00:00Z"}),
    ("one digit fraction", {"validUntil": "2036-02-29T00:00:00.0Z"}),
]


def _periods(world: World) -> None:
    for kind, suite in USUAL:
        key = Key(kind)
        for name, change, codes in [*OUTSIDE_ITS_PERIOD, *MISSPELT_MOMENTS]:
            document = bare(key.did, **change)
            document = {n: (None if v == "null" else v) for n, v in document.items()}
            world.no("B23", f"{name} {suite}", secure(document, key, suite), codes)
            if suite.endswith("jcs-2022"):
                world.no("B23", f"{name} as token", vc_jwt(document, key), codes + " not-parsable shape-not-allowed")
        for name, change in RIGHT_PERIODS:
            world.yes("B23", f"twin {name} {suite}", secure(bare(key.did, **change), key, suite))
            if suite.endswith("jcs-2022"):
                world.yes("B23", f"twin {name} as token", vc_jwt(bare(key.did, **change), key))
    old_periods(world)


def old_periods(world: World) -> None:
    for kind, suite in SUITES[:7]:
        key = Key(kind)
        base = old(key.did)
        world.yes("B23", f"VCDM 1.1 twin {kind} {suite}", secure(base, key, suite))
        world.yes(
            "B23",
            f"VCDM 1.1 with end {kind} {suite}",
            secure({**base, "expirationDate": "2036-01-01T00:00:00Z"}, key, suite),
        )
        world.no(
            "B23",
            f"VCDM 1.1 expired {kind} {suite}",
            secure({**base, "expirationDate": "2026-05-01T00:00:00Z"}, key, suite),
            "expired",
        )
        world.no(
            "B23",
            f"VCDM 1.1 in the future {kind} {suite}",
            secure({**base, "issuanceDate": "2099-01-01T00:00:00Z"}, key, suite),
            "not-yet-valid",
        )
        world.no(
            "B22",
            f"VCDM 1.1 without issuanceDate {kind} {suite}",
            secure(without(base, "issuanceDate"), key, suite),
            "malformed",
        )
        world.no(
            "B24",
            f"VCDM 1.1 with validUntil {kind} {suite}",
            secure({**base, "validUntil": "2026-01-01T00:00:00Z"}, key, suite),
            "term-undefined malformed expired",
        )


def _related(world: World) -> None:
    key = Key()
    for name, digest in (
        ("not base64", "sha256-!!"),
        ("unknown hash", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("wrong length", "sha256-AAAA"),
        ("number", 7),
        ("empty", ""),
    ):
        document = bare(key.did, relatedResource={"id": "https://judge.example/x", "digestSRI": digest})
        world.any("B25", f"digest {name}", secure(document, key))
    own = bare(
        key.did,
        relatedResource={
            "id": V2,
            "digestSRI": "sha256-" + __import__("base64").b64encode(hashlib.sha256(b"another").digest()).decode(),
        },
    )
    world.no("B25", "digest of a known context is wrong", secure(own, key), "tampered")
    right = hashlib.sha256(
        (__import__("tests.shared", fromlist=["ROOT"]).ROOT / "contexts/w3c/credentials-v2.jsonld").read_bytes()
    ).digest()
    own = bare(
        key.did,
        relatedResource={
            "id": V2,
            "digestSRI": "sha256-" + __import__("base64").b64encode(right).decode(),
            "mediaType": "application/ld+json",
        },
    )
    world.yes("B25", "digest of a known context", secure(own, key))


def changed_disclosures(shown: Json) -> Rows:
    return [
        ("claim", changed(shown, "credentialSubject", "result", 0, "value", value="99")),
        ("issuer", changed(shown, "issuer", "id", value=Key("P-256").did)),
        ("validFrom", {**shown, "validFrom": "2025-01-01T00:00:00Z"}),
        (
            "removed",
            {**shown, "credentialSubject": without(shown["credentialSubject"], "result")},
        ),
        ("added", {**shown, "validUntil": "2036-01-01T00:00:00Z"}),
    ]


def changed_sd_values(base: Json, shown: Json, value: Any) -> Rows:
    return [
        ("cut", changed(shown, "proof", "proofValue", value=value[:-4])),
        (
            "bit",
            changed(shown, "proof", "proofValue", value=value[:40] + ("A" if value[40] != "A" else "B") + value[41:]),
        ),
        ("garbage", changed(shown, "proof", "proofValue", value="u2V0BhVhA")),
        ("deep cbor", changed(shown, "proof", "proofValue", value="u" + b64(b"\xd9\x5d\x01" + b"\x81" * 5000))),
        (
            "long cbor",
            changed(
                shown, "proof", "proofValue", value="u" + b64(b"\xd9\x5d\x01\x85\x5b\x7f\xff\xff\xff\xff\xff\xff\xff")
            ),
        ),
        ("base58", changed(shown, "proof", "proofValue", value="z" + value[1:])),
        ("huge", changed(shown, "proof", "proofValue", value="u" + "A" * 300_000)),
        ("base's proof", {**shown, "proof": base["proof"]}),
    ]


def _selective(world: World) -> None:
    """ecdsa-sd-2023: bases made and derived by the product, since only it signs in Python."""
    from datetime import UTC, datetime

    from contexts.loader import BundledLoader
    from keys.local_signer import LocalSigner
    from proofs import ecdsa_sd_2023
    from proofs.jsonld import Converter

    converter = Converter(BundledLoader.open())
    key = Key("P-256")
    signer = LocalSigner(key.private, verification_method=key.vm)
    base = ecdsa_sd_2023.add_base_proof(
        graded(key.did, 3),
        signer=signer,
        created=datetime(2026, 11, 20, tzinfo=UTC),
        converter=converter,
        mandatory=["/issuer", "/validFrom"],
    )
    world.no("B17", "sd base proof", base, "tampered suite-unsupported malformed")
    shown = ecdsa_sd_2023.derive(
        base, selective=["/credentialSubject/result/0", "/credentialSubject/id"], converter=converter
    )
    world.yes("B17", "sd derived", shown)
    value = shown["proof"]["proofValue"]
    for name, document in [*changed_disclosures(shown), *changed_sd_values(base, shown, value)]:
        world.no("B10", f"sd {name}", document, BROKEN + " not-by-issuer too-large")
    other = ecdsa_sd_2023.derive(base, selective=["/credentialSubject/result/1"], converter=converter)
    world.no("B02", "sd proof of another disclosure", {**shown, "proof": other["proof"]}, "tampered")
