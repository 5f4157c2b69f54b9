"""Unsigned documents of every kind, with fresh ids."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from tests.support.hostile_set.signing import Json

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DI2 = "https://w3id.org/security/data-integrity/v2"
ED2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
STATUS_2021 = "https://w3id.org/vc/status-list/2021/v1"


def urn() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def merged(document: Json, changes: Json) -> Json:
    """Return a copy with `changes`; None removes a member."""
    found = {**copy.deepcopy(document), **changes}
    return {name: value for name, value in found.items() if value is not None}


def without(document: Json, member: str) -> Json:
    """Return a copy that lacks one member."""
    return {name: value for name, value in document.items() if name != member}


def changed(document: Json, *path: Any, value: Any = ..., rename: str | None = None) -> Json:
    """Return a copy in which the member at `path` has another value or key."""
    found = copy.deepcopy(document)
    holder: Any = found
    for step in path[:-1]:
        holder = holder[step]
    if rename is not None:
        holder[rename] = holder.pop(path[-1])
    if value is not ...:
        holder[rename or path[-1]] = value
    return found


def plain(issuer: Any, /, **changes: Any) -> Json:
    """Return a small VCDM 2.0 credential."""
    return merged(
        {
            "@context": [V2, EXAMPLES],
            "id": urn(),
            "type": ["VerifiableCredential", "AlumniCredential"],
            "issuer": issuer,
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": urn(), "alumniOf": "Baie-Sainte-Anne", "degree": "BSc"},
        },
        changes,
    )


def bare(issuer: Any, /, **changes: Any) -> Json:
    """Return a VCDM 2.0 credential with the base context alone."""
    return merged(
        {
            "@context": [V2],
            "id": urn(),
            "type": ["VerifiableCredential"],
            "issuer": issuer,
            "name": "Attestation",
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": urn(), "name": "Zoé"},
        },
        changes,
    )


def old(issuer: Any, /, **changes: Any) -> Json:
    """Return a VCDM 1.1 credential."""
    return merged(
        {
            "@context": [V1, DI2, ED2020],
            "id": urn(),
            "type": ["VerifiableCredential"],
            "issuer": issuer,
            "issuanceDate": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": urn()},
        },
        changes,
    )


def achievement(**changes: Any) -> Json:
    return merged(
        {
            "id": urn(),
            "type": ["Achievement"],
            "name": "Mentorat / Mentoring",
            "description": "A accompagné trois personnes.",
            "criteria": {"narrative": "Trente heures."},
        },
        changes,
    )


def badge(issuer: Any, /, **changes: Any) -> Json:
    """Return an Open Badge."""
    profile = issuer if isinstance(issuer, dict) else {"id": issuer, "type": ["Profile"], "name": "Université"}
    return merged(
        {
            "@context": [V2, OB],
            "id": urn(),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": profile,
            "validFrom": "2026-01-01T00:00:00Z",
            "name": "Mentorat",
            "credentialSubject": {"id": urn(), "type": ["AchievementSubject"], "achievement": achievement()},
        },
        changes,
    )


def graded(issuer: Any, /, results: int = 2, **changes: Any) -> Json:
    """Return an Open Badge with results and their descriptions."""
    described = [
        {"id": urn(), "type": ["ResultDescription"], "name": f"Examen {at}", "resultType": "LetterGrade"}
        for at in range(results)
    ]
    got = [
        {"type": ["Result"], "resultDescription": one["id"], "value": f"{80 + at}"} for at, one in enumerate(described)
    ]
    made = badge(issuer, **changes)
    made["credentialSubject"]["achievement"]["resultDescription"] = described
    made["credentialSubject"]["result"] = got
    return made


def record(issuer: Any, /, *children: Json, **changes: Any) -> Json:
    """Return a CLR of signed children, associated in a chain."""
    profile = issuer if isinstance(issuer, dict) else {"id": issuer, "type": ["Profile"], "name": "Université"}
    places = [child["credentialSubject"]["achievement"]["id"] for child in children]
    subject: Json = {"id": children[0]["credentialSubject"].get("id", urn()), "type": ["ClrSubject"]}
    subject["verifiableCredential"] = list(children)
    if len(places) > 1:
        subject["association"] = [
            {"type": ["Association"], "associationType": "isChildOf", "sourceId": first, "targetId": places[0]}
            for first in places[1:]
        ]
    return merged(
        {
            "@context": [V2, CLR, OB],
            "id": urn(),
            "type": ["VerifiableCredential", "ClrCredential"],
            "issuer": profile,
            "name": "Relevé / Transcript",
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": subject,
        },
        changes,
    )
