"""openvc-core with our contexts, and with the world of the simulated issuer as its network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography import x509
from openvc import SigningKey, VerificationPolicy, VerificationResult, signing_key_from_jwk, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_jwk import DidJwkResolver
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from openvc.resolvers import default_status_list_resolver

from keys.jwk import public_key_to_jwk
from keys.local_signer import LocalSigner, PrivateKey
from keys.multibase import encode_base64url
from tests.support.issuer_simulator import World
from tests.support.node import CONTEXTS
from tests.support.peer_keys import secret_of


@cache
def contexts() -> Mapping[str, Any]:
    """Return our contexts by address: it carries that of VCDM 2.0 alone."""
    entries = json.loads((CONTEXTS / "manifest.json").read_text())["contexts"]
    return {entry["address"]: json.loads((CONTEXTS / entry["file"]).read_text()) for entry in entries}


def their_key(key: PrivateKey, by: LocalSigner) -> SigningKey:
    """Return a key of ours as it takes one, under the same name."""
    secret = encode_base64url(bytes.fromhex(secret_of(key)))
    return signing_key_from_jwk({**public_key_to_jwk(key.public_key()), "d": secret}, by.verification_method)


@dataclass
class OpenVC:
    """Verifies what the world knows; lists are fetched from the world and verified there."""

    world: World

    def resolver(self) -> DidResolverRegistry:
        return DidResolverRegistry([DidKeyResolver(), DidJwkResolver(), DidWebResolver(self._document)])

    def verify(
        self, credential: Any, *, roots: Sequence[x509.Certificate] | None = None, **policy: Any
    ) -> VerificationResult:
        """Verify under a policy; with `roots` a chain in the header is believed, in place of the DID."""
        return verify_credential(
            credential,
            x5c_trust_anchors=roots,
            policy=VerificationPolicy(**policy),
            resolver=self.resolver(),
            extra_contexts=contexts(),
            resolve_status_list=default_status_list_resolver(
                resolver=self.resolver(), extra_contexts=contexts(), fetch=self._list
            ),
        )

    def _document(self, url: str) -> dict[str, Any]:
        did = "did:web:" + url.removeprefix("https://").removesuffix("/did.json").replace("/", ":")
        return self.world.documents[did]

    def _list(self, url: str) -> str:
        return self.world.status.lists[url].decode()
