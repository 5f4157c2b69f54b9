"""An issuer in memory, with real keys and real proofs, and the little world around it.

    world = World()
    issuer = world.issuer("registrar")
    raw = issuer.signed(issuer.badge())
    report = verify(raw, world.evidence())
    issuer.revoke(7)                         # say what changed in the world, then look again

Nothing here decides anything: each proof is made by `proofs`, each list by its module.
"""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from contexts.loader import BundledLoader
from keys import did_key
from keys.local_signer import LocalSigner
from keys.multibase import encode_multikey
from keys.resolver import MappingResolver
from keys.trust import TrustEntry, TrustList
from proofs import bitstring_status_list as lists
from proofs.integrity import add_proof
from proofs.jsonld import Converter
from proofs.vc_jose import sign_open_badge
from schemas.problems import STATUS_UNREACHABLE
from verifier.evidence import Evidence, StatusListReceived, StatusUnreachableError

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
HOST = "registrar.parchemin.example"


@cache
def converter() -> Converter:
    """Return the converter of the bundled contexts, made once."""
    return Converter(BundledLoader.open())


def urn() -> str:
    """Return a new urn:uuid."""
    return f"urn:uuid:{uuid.uuid4()}"


def stamp(moment: datetime) -> str:
    """Return a moment as credentials write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumped(document: Any) -> bytes:
    """Return a document as it travels."""
    return json.dumps(document, ensure_ascii=False).encode()


class SimulatedStatusSource:
    """Serves the lists it was given; an address can be made unreachable."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lists: dict[str, bytes] = {}
        self.last_known: dict[str, StatusListReceived] = {}
        self.unreachable: set[str] = set()
        self.asked: list[str] = []

    def fetch(self, list_url: str) -> StatusListReceived:
        self.asked.append(list_url)
        if list_url in self.unreachable or list_url not in self.lists:
            raise StatusUnreachableError(STATUS_UNREACHABLE.about("no answer"), self.last_known.get(list_url))
        received = StatusListReceived(self.lists[list_url], self.world.now)
        self.last_known[list_url] = received
        return received


class BrokenStatusSource:
    """A part with a defect."""

    def fetch(self, list_url: str) -> Any:
        raise ZeroDivisionError(list_url)


@dataclass
class World:
    """What a verifier can look at: DID documents, a trust list, status lists, a clock."""

    now: datetime = NOW
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    trusted: list[TrustEntry] = field(default_factory=list)
    status: SimulatedStatusSource = field(init=False)

    def __post_init__(self) -> None:
        self.status = SimulatedStatusSource(self)

    def issuer(self, slug: str = "udem", *, trusted: bool = True) -> SimulatedIssuer:
        """Open an institution; its DID document is published and the trust list names it."""
        issuer = SimulatedIssuer(self, f"did:web:{HOST}:t:{slug}", slug)
        issuer.publish()
        if trusted:
            self.trust(issuer.did)
        return issuer

    def stranger(self) -> SimulatedIssuer:
        """Return somebody with a did:key and no reputation."""
        key = ed25519.Ed25519PrivateKey.generate()
        issuer = SimulatedIssuer(self, did_key.did_for(key.public_key()), "stranger", key=key)
        issuer.signer = LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))
        return issuer

    def trust(self, did: str, **changes: Any) -> None:
        """Name an issuer in the trust list, in place of an earlier entry."""
        self.trusted = [entry for entry in self.trusted if entry.did != did]
        values: dict[str, Any] = {
            "did": did,
            "names": {"fr": "Université de l'Exemple", "en": "Example University"},
            "since": datetime(2024, 9, 1, tzinfo=UTC),
            "until": None,
            "successor": None,
            "seal_roots": (),
            "seal_certificates": (),
            "timestamp_roots": (),
        }
        self.trusted.append(TrustEntry(**{**values, **changes}))

    def evidence(self, **changes: Any) -> Evidence:
        """Return the evidence as it stands now."""
        values: dict[str, Any] = {
            "resolver": MappingResolver(self.documents),
            "trust": TrustList(
                registry_names={"fr": "le Registre d'essai", "en": "the Test Registry"}, entries=tuple(self.trusted)
            ),
            "status": self.status,
            "converter": converter(),
            "now": self.now,
        }
        return Evidence(**{**values, **changes})


class SimulatedIssuer:
    """An institution: an Ed25519 key, a P-256 key, a list a purpose."""

    def __init__(self, world: World, did: str, slug: str, *, key: ed25519.Ed25519PrivateKey | None = None) -> None:
        self.world = world
        self.did = did
        self.slug = slug
        self.key = key or ed25519.Ed25519PrivateKey.generate()
        self.jose_key = ec.generate_private_key(ec.SECP256R1())
        self.signer = LocalSigner(self.key, verification_method=f"{did}#key-1")
        self.jose_signer = LocalSigner(self.jose_key, verification_method=f"{did}#key-2")
        self.bits: dict[str, lists.Bits] = {}

    # the world learns

    def did_document(self) -> dict[str, Any]:
        """Return the DID document: both keys may assert, the first may also authenticate."""
        methods = [
            {"id": url, "type": "Multikey", "controller": self.did, "publicKeyMultibase": encode_multikey(key)}
            for url, key in (
                (f"{self.did}#key-1", self.key.public_key()),
                (f"{self.did}#key-2", self.jose_key.public_key()),
            )
        ]
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.did,
            "verificationMethod": methods,
            "assertionMethod": [method["id"] for method in methods],
            "authentication": [f"{self.did}#key-1"],
        }

    def publish(self, **changes: Any) -> None:
        """Publish the DID document, with changes."""
        self.world.documents[self.did] = {**self.did_document(), **changes}

    def list_url(self, purpose: str) -> str:
        return f"https://{HOST}/status/{self.slug}-{purpose}"

    def entry(self, index: int, purpose: str = "revocation") -> dict[str, Any]:
        """Return a `credentialStatus` entry; its list is published with no bit set if it is new."""
        if purpose not in self.bits:
            self.bits[purpose] = lists.Bits()
            self.publish_list(purpose)
        return lists.entry_object(self.list_url(purpose), index, purpose)

    def unsigned_list(self, purpose: str, **changes: Any) -> dict[str, Any]:
        now = self.world.now
        document = lists.unsigned_list_credential(
            self.list_url(purpose),
            issuer=self.did,
            purpose=purpose,
            bits=self.bits[purpose],
            valid_from=now,
            valid_until=now + timedelta(hours=24),
        )
        return {**document, **changes}

    def publish_list(self, purpose: str, document: Mapping[str, Any] | None = None) -> None:
        """Sign a list and put it at its address."""
        signed = self.signed(document or self.unsigned_list(purpose))
        self.world.status.lists[self.list_url(purpose)] = signed

    def set_bit(self, index: int, purpose: str = "revocation", value: int = 1) -> None:
        """Set a bit and publish the list."""
        self.bits[purpose].set(index, value)
        self.publish_list(purpose)

    def revoke(self, index: int) -> None:
        self.set_bit(index, "revocation")

    # documents

    def badge(self, *, index: int | None = None, **changes: Any) -> dict[str, Any]:
        """Return an unsigned Open Badge; `index` gives it a place on the revocation list."""
        document: dict[str, Any] = {
            "@context": [V2, OB],
            "id": urn(),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": "Atelier de données / Data workshop",
            "issuer": {"id": self.did, "type": ["Profile"], "name": "Example University"},
            "validFrom": stamp(self.world.now - timedelta(days=30)),
            "validUntil": stamp(self.world.now + timedelta(days=365)),
            "credentialSubject": {
                "id": urn(),
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": urn(),
                    "type": ["Achievement"],
                    "name": "Atelier de données",
                    "description": "Nettoyer, décrire et publier un jeu de données.",
                    "criteria": {"id": urn(), "narrative": "Trois travaux réussis."},
                },
            },
        }
        if index is not None:
            document["credentialStatus"] = self.entry(index)
        return {key: value for key, value in {**document, **changes}.items() if value is not None}

    def transcript(self, courses: int = 2, *, index: int | None = None) -> dict[str, Any]:
        """Return an unsigned CLR whose children are signed, linked by associations."""
        children = [json.loads(self.signed(self.course(number, index=index))) for number in range(courses + 1)]
        ids = [child["credentialSubject"]["achievement"]["id"] for child in children]
        associations = [
            {"type": ["Association"], "associationType": "isChildOf", "sourceId": child, "targetId": ids[0]}
            for child in ids[1:]
        ]
        document = self.badge(index=index)
        subject = {
            "id": urn(),
            "type": ["ClrSubject"],
            "verifiableCredential": children,
            "association": associations,
        }
        return {
            **document,
            "@context": [V2, CLR, OB],
            "type": ["VerifiableCredential", "ClrCredential"],
            "credentialSubject": subject,
        }

    def course(self, number: int, *, index: int | None = None) -> dict[str, Any]:
        """Return an unsigned AchievementCredential about one course."""
        document = self.badge(index=index)
        document["type"] = ["VerifiableCredential", "AchievementCredential"]
        document["credentialSubject"]["achievement"]["name"] = f"Cours {number}"
        return document

    def presentation(self, *credentials: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """Return an unsigned presentation shown by this party."""
        document = {
            "@context": [V2],
            "id": urn(),
            "type": ["VerifiablePresentation"],
            "holder": self.did,
            "verifiableCredential": [dict(credential) for credential in credentials],
        }
        return {key: value for key, value in {**document, **changes}.items() if value is not None}

    # signing

    def signed(self, document: Mapping[str, Any], **options: Any) -> bytes:
        """Return the document with an eddsa-rdfc-2022 proof, as it travels."""
        return dumped(self.proved(document, **options))

    def proved(self, document: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """Return the document with a proof; `options` are those of `add_proof`."""
        values: dict[str, Any] = {
            "signer": self.signer,
            "cryptosuite": "eddsa-rdfc-2022",
            "created": self.world.now - timedelta(minutes=1),
            "converter": converter(),
        }
        return add_proof(copy.deepcopy(dict(document)), **{**values, **options})

    def presented(self, document: Mapping[str, Any], **options: Any) -> bytes:
        """Return a presentation signed for authentication."""
        return self.signed(document, **{"purpose": "authentication", **options})

    def badge_token(self, document: Mapping[str, Any] | None = None) -> bytes:
        """Return a badge as an ES256 VC-JWT by the rules of 1EdTech."""
        return sign_open_badge(document or self.badge(), signer=self.jose_signer).encode()
