"""Credentials, keys and a converter for tests of the proof core."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from contexts.loader import BundledLoader
from keys import did_key
from keys.local_signer import LocalSigner
from proofs.integrity import add_proof, check_proofs
from proofs.jsonld import Converter

NOW = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"


@cache
def loader() -> BundledLoader:
    return BundledLoader.open()


@cache
def converter() -> Converter:
    return Converter(loader())


def ed25519_signer() -> LocalSigner:
    key = ed25519.Ed25519PrivateKey.generate()
    return LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))


def ecdsa_signer(curve: ec.EllipticCurve | None = None) -> LocalSigner:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    return LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))


def controller(signer: LocalSigner) -> str:
    return signer.verification_method.partition("#")[0]


def badge(issuer: str, /, **changes: Any) -> dict[str, Any]:
    """Return an unsigned Open Badge as our own issuer writes it."""
    return {
        "@context": [V2, OPEN_BADGES],
        "id": "urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b01",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Université de l'Érable"},
        "validFrom": "2026-05-31T12:00:00Z",
        "validUntil": "2031-05-31T12:00:00Z",
        "name": "Hydrologie nordique",
        "credentialSubject": {
            "id": "urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b02",
            "type": ["AchievementSubject"],
            "creditsEarned": 3.5,
            "achievement": {
                "id": "urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b03",
                "type": ["Achievement"],
                "name": "Hydrologie nordique",
                "description": "Ce cours traite de l’eau « en milieu nordique ».",
                "criteria": {
                    "id": "urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b04",
                    "narrative": 'Réussir l\'examen.\nPuis le "terrain".',
                },
                "tag": ["eau", "nord"],
            },
            "result": [
                {
                    "id": "urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b05",
                    "type": ["Result"],
                    "value": "A+",
                }
            ],
        },
        "credentialStatus": {
            "id": "https://registrar.parchemin.example/status/1#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": "https://registrar.parchemin.example/status/1",
        },
    } | changes


def sign(document: Mapping[str, Any], signer: LocalSigner, suite: str = "eddsa-rdfc-2022", **options: Any) -> Any:
    """Return `document` signed at `NOW`."""
    return add_proof(
        document,
        signer=signer,
        cryptosuite=suite,
        created=options.pop("created", NOW),
        converter=converter(),
        **options,
    )


def check(document: Mapping[str, Any], **options: Any) -> Any:
    """Check the proofs of `document` at `NOW`; keys are did:key."""
    return check_proofs(
        document,
        find_key=options.pop("find_key", did_key.find),
        converter=converter(),
        now=options.pop("now", NOW),
        **options,
    )


def full_badge(issuer: str) -> dict[str, Any]:
    """Return an unsigned Open Badge of about 3 kB, 80 quads and 11 blank nodes, as others write them."""
    achievement = {
        "id": "https://registrar.parchemin.example/achievements/hydrologie",
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": "Hydrologie nordique",
        "description": "Ce cours traite de l’eau « en milieu nordique », de la glace et du pergélisol.",
        "humanCode": "GEO-3105",
        "fieldOfStudy": "Géographie",
        "inLanguage": "fr",
        "creditsAvailable": 3.5,
        "criteria": {"narrative": 'Réussir l\'examen final et le stage de "terrain".'},
        "creator": {"type": ["Profile"], "name": "Département de géographie"},
        "image": {"id": "https://registrar.parchemin.example/images/badge.png", "type": "Image"},
        "tag": ["eau", "glace", "nord"],
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": f"Compétence {number}",
                "targetUrl": f"https://competences.example/{number}",
                "targetType": "CTDL",
                "targetFramework": "Cadre québécois",
            }
            for number in range(3)
        ],
        "resultDescription": [
            {
                "id": "urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b10",
                "type": ["ResultDescription"],
                "name": "Note",
                "resultType": "LetterGrade",
            }
        ],
    }
    full = badge(issuer, description="Badge décerné au terme du cours.")
    full["issuer"] |= {
        "url": "https://universite.example",
        "email": "registraire@universite.example",
        "description": "Une université du Nord",
        "address": {"type": ["Address"], "addressCountry": "Canada", "addressLocality": "Sept-Îles"},
    }
    full["credentialSubject"] |= {
        "achievement": achievement,
        "activityStartDate": "2026-01-10T00:00:00Z",
        "activityEndDate": "2026-05-01T00:00:00Z",
        "identifier": [
            {
                "type": ["IdentityObject"],
                "identityHash": "Ève Tremblay-Côté",
                "identityType": "name",
                "hashed": False,
            }
        ],
        "result": [
            {
                "type": ["Result"],
                "resultDescription": "urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b10",
                "value": "A+",
            },
            {"type": ["Result"], "value": "Distinction"},
        ],
    }
    full["evidence"] = [
        {"type": ["Evidence"], "name": "Rapport de stage", "narrative": "Trois semaines à Schefferville."},
        {"id": "https://universite.example/preuves/2", "type": ["Evidence"], "name": "Affiche"},
    ]
    return full
