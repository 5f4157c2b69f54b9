"""Keys that peers sign with: the same secret in our hands and in theirs."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.did_document import PublishedKey, build_document, fragment_of
from keys.local_signer import LocalSigner, PrivateKey
from tests.support.peer_site import PeerSite


def secret_of(key: PrivateKey) -> str:
    """Return the 32 bytes of an Ed25519 seed or a P-256 scalar in hex, as libraries in JavaScript take them."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.private_bytes_raw().hex()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32).hex()


def published(site: PeerSite, *keys: PrivateKey, path: str = "t/uni") -> tuple[LocalSigner, ...]:
    """Publish keys as an institution does, at a did:web of the site; return their signers."""
    did = site.did(*path.split("/"))
    entries = [PublishedKey(fragment_of(key.public_key()), key.public_key()) for key in keys]
    site.publish(f"/{path}/did.json", did_document(did, *keys))
    pairs = zip(keys, entries, strict=True)
    return tuple(LocalSigner(key, verification_method=f"{did}#{entry.fragment}") for key, entry in pairs)


def did_document(did: str, *keys: PrivateKey) -> dict[str, Any]:
    """Return the document that an institution with these keys publishes; they may also authenticate."""
    purposes = ("assertionMethod", "authentication")
    return build_document(
        did, [PublishedKey(fragment_of(key.public_key()), key.public_key(), purposes) for key in keys]
    )
