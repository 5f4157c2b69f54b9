"""Status lists as issuers publish them, and entries that point into them."""

from __future__ import annotations

import gzip
from typing import Any

from tests.support.hostile_set.documents import V2, merged
from tests.support.hostile_set.keys import Key, b64
from tests.support.hostile_set.signing import Json, secure
from tests.support.hostile_set.world import World

LENGTH = 131_072


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
