"""An institution whose DID document, status lists and registries stand on a site that peers can ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from keys import did_key
from keys.did_document import SUFFIX_2020
from keys.local_signer import LocalSigner
from proofs import jws
from tests.support.issuer_simulator import SimulatedIssuer, World
from tests.support.peer_keys import published
from tests.support.peer_site import PeerSite

ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"


class SiteIssuer(SimulatedIssuer):
    """A did:web on https://localhost, or a did:key, with status lists on the site."""

    def __init__(self, world: World, site: PeerSite, slug: str, *, method: str = "web") -> None:
        key = ed25519.Ed25519PrivateKey.generate()
        did = site.did("t", slug) if method == "web" else did_key.did_for(key.public_key())
        super().__init__(world, did, slug, key=key)
        self.site = site
        if method == "web":
            self.signer, self.jose_signer = published(site, self.key, self.jose_key, path=f"t/{slug}")
            world.documents[did] = json.loads(site.pages[f"/t/{slug}/did.json"][1])
            self.signer_2020 = LocalSigner(key, verification_method=self.signer.verification_method + SUFFIX_2020)
        else:
            self.signer = LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))
            self.signer_2020 = self.signer

    def list_url(self, purpose: str) -> str:
        return f"{self.site.origin}/status/{self.slug}-{purpose}"

    def publish_list(self, purpose: str, document: Mapping[str, Any] | None = None) -> None:
        super().publish_list(purpose, document)
        raw = self.world.status.lists[self.list_url(purpose)]
        self.site.publish(f"/status/{self.slug}-{purpose}", raw, "application/vc")

    def proof_set(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document with two proofs: eddsa-rdfc-2022 and Ed25519Signature2020."""
        with_context = {**document, "@context": [*document["@context"], ED25519_2020]}
        return self.proved(self.proved(with_context), cryptosuite="Ed25519Signature2020", signer=self.signer_2020)


def registry(site: PeerSite, *dids: str, path: str = "/registry.json") -> dict[str, str]:
    """Publish a registry in the form of the DCC; return it as a verifier is told of it."""
    entries = {did: {"name": "Université du Nord", "url": "https://nord.example", "location": "QC"} for did in dids}
    address = site.publish(path, {"meta": {"created": "2026-01-01"}, "registry": entries})
    return {"name": "Registre d’essai", "type": "dcc-legacy", "url": address}


def federation(site: PeerSite, by: LocalSigner, did: str) -> dict[str, str]:
    """Publish an OpenID Federation trust anchor that knows one issuer; return it as a verifier is told of it."""

    def statement(subject: str, metadata: Mapping[str, Any]) -> str:
        claims = {"iss": site.origin, "sub": subject, "metadata": {"federation_entity": metadata}}
        return jws.sign({"typ": "entity-statement+jwt"}, json.dumps(claims).encode(), signer=by)

    kind = "application/entity-statement+jwt"
    anchor = {"organization_name": "Fédération d’essai", "federation_fetch_endpoint": f"{site.origin}/fetch"}
    subject = {"organization_name": "Université du Nord", "homepage_uri": "https://nord.example"}
    site.publish(f"/fetch?sub={did}", statement(did, subject), kind)
    address = site.publish("/.well-known/openid-federation", statement(site.origin, anchor), kind)
    return {"name": "Fédération d’essai", "type": "oidf", "trustAnchorEC": address}
