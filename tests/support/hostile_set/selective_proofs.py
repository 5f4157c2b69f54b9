"""Threats B: ecdsa-sd-2023."""

from __future__ import annotations

from tests.support.hostile_set.codes import BROKEN
from tests.support.hostile_set.documents import changed, graded, without
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import Json
from tests.support.hostile_set.world import Rows, World


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


def changed_sd_values(base: Json, shown: Json, value: str) -> Rows:
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


def selective(world: World) -> None:
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
