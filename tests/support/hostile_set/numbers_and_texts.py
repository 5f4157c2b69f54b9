"""Threats A: numbers, texts, names and literals."""

from __future__ import annotations

import json
from typing import Final

from tests.support.hostile_set.documents import V2, badge, bare, changed, urn
from tests.support.hostile_set.keys import Key
from tests.support.hostile_set.signing import compact, secure, vc_jwt
from tests.support.hostile_set.world import Rows, World

OTHER_NUMBERS: Final[Rows] = [
    ("2^53", b"9007199254740992"),
    ("2^53+1", b"9007199254740993"),
    ("too many digits", b"3.00000000000000000000001"),
    ("one more digit", b"3.0000000000000001"),
    ("-0", b"-0"),
    ("-0.0", b"-0.0"),
    ("4", b"4"),
    ("true", b"true"),
    ("1e308", b"1e308"),
    ("1e-400", b"1e-400"),
]


def numbers(world: World) -> None:
    key = Key()

    def with_credits(value: bytes) -> bytes:
        document = badge(key.did)
        document["credentialSubject"]["achievement"]["creditsAvailable"] = json.loads(value)
        return compact(secure(document, key))

    for text in (
        b"3",
        b"1.5",
        b"0",
        b"-2",
        b"0.1",
        b"100",
        b"9007199254740991",
        b"1e2",
        b"1.0",
        b"1E+2",
        b"12345678.25",
    ):
        world.yes("A21", f"credits {text.decode()}", with_credits(text))
        raw = with_credits(text).replace(
            b'"creditsAvailable":' + compact(json.loads(text)), b'"creditsAvailable":' + text
        )
        world.yes("A21", f"credits written {text.decode()}", raw)
    raw = with_credits(b"3")
    marker = b'"creditsAvailable":3'
    for name, text in OTHER_NUMBERS:
        world.no(
            "A21",
            f"3 becomes {name}",
            raw.replace(marker, b'"creditsAvailable":' + text),
            "malformed tampered not-parsable shape-not-allowed",
        )
    top = with_credits(b"9007199254740991").replace(b"9007199254740991", b"9007199254740993")
    world.no("A21", "2^53-1 becomes 2^53+1", top, "malformed")


NAMES_OF_PEOPLE: Final[Rows] = [
    "Zoé Œuvray",
    "𝒵oé 🎓",
    "זואי",
    "a\u0301e\u0301",
    "\uff01\U00010000",
    "\u200bx\u200d",
    "a\tb",
    'quote " and \\',
    "\u2028line\u2029",
    "\ufffd",
    "\ue000",
    "e\u0301 é",
    "\u202eabc",
    "",
]


def texts(world: World) -> None:
    key = Key()
    for at, text in enumerate(NAMES_OF_PEOPLE):
        document = bare(key.did, name=text or None)
        document["credentialSubject"]["name"] = text or "x"
        world.yes("A23", f"text {at}", secure(document, key))
        world.yes("A23", f"text {at} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.yes("A23", f"text {at} as token", vc_jwt(document, key))
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        signed = secure(bare(key.did, name="Zo\u00e9"), key, suite)
        world.yes("A23", f"NFC twin {suite}", signed)
        world.no("A23", f"NFC to NFD {suite}", {**signed, "name": "Zoe\u0301"}, "tampered")
        signed = secure(bare(key.did, name="Zoe\u0301"), key, suite)
        world.yes("A23", f"NFD twin {suite}", signed)
        world.no("A23", f"NFD to NFC {suite}", {**signed, "name": "Zo\u00e9"}, "tampered")
        world.no("A30", f"homoglyph later {suite}", {**signed, "name": "Z\u043ee\u0301"}, "tampered")
    for text in ("a\u0001b", "a\u007fb", "a\u0008\u000c\u001fb"):
        document = bare(key.did, name=text)
        world.yes("A24", f"control {text!a} by jcs", secure(document, key, "eddsa-jcs-2022"))
        world.yes("A24", f"control {text!a} as token", vc_jwt(document, key))
        world.yes("A24", f"control {text!a} by rdfc", secure(document, key))


def display(world: World) -> None:
    key = Key()
    for at, name in enumerate(("Univеrsité", "Université\u202e", "Uni\u200bversité", "\u2066x\u2069")):
        document = badge({"id": key.did, "type": ["Profile"], "name": name})
        world.yes("A30", f"name {at}", secure(document, key))
    literal = {
        "@context": [V2],
        "id": urn(),
        "type": ["VerifiableCredential"],
        "issuer": key.did,
        "credentialSubject": {"id": urn()},
        "credentialSchema": {"id": "https://schemas.judge.example/1", "type": "JsonSchemaCredential"},
    }
    world.yes("A31", "a schema nobody fetches", secure(literal, key))
    data = [("b", 1), ("a", 2.5), ("\uff01", "x"), ("\U00010000", "y"), ("é", [1, 2, {"z": None, "y": True}])]
    schema = {
        **literal,
        "credentialSchema": {"id": "https://schemas.judge.example/2", "type": "JsonSchema", "jsonSchema": dict(data)},
    }
    signed = secure(schema, key)
    world.yes("A31", "@json literal", signed)
    turned = changed(signed, "credentialSchema", "jsonSchema", value=dict(reversed(data)))
    world.yes("A31", "@json literal, keys in another order", turned)
    world.no(
        "A31", "@json literal changed", changed(signed, "credentialSchema", "jsonSchema", "a", value=2.6), "tampered"
    )
    world.no(
        "A31", "@json literal with more", changed(signed, "credentialSchema", "jsonSchema", "c", value=None), "tampered"
    )
