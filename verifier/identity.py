"""The checks `binding` and `issuer`: whose key signed, and does anybody vouch for them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keys.multibase import encode_multikey
from keys.trust import TrustEntry
from schemas.problems import ISSUER_UNKNOWN, ISSUER_WITHDRAWN, NOT_BY_ISSUER
from verifier.dates import period_of
from verifier.document import Document, NotPassedError, Passed, Signature
from verifier.evidence import Evidence
from verifier.reading import types_of


def binding(document: Document, evidence: Evidence) -> Passed:
    """Make sure that the issuer named in the document is the one whose key signed (threats.md B06).

    Another signer is accepted beside the issuer only when the trust list knows it (a countersigned
    diploma). Those who must sign documents of its type too stand there as well (B21).
    """
    issuer = document.issuer
    signers = {signer_of(signature) for signature in document.signatures}
    others = signers - {issuer}
    if issuer not in signers or not all(evidence.trust.entry_for(other) for other in others):
        facts = {"name": claimed_name(document.claims)}
        raise NotPassedError(NOT_BY_ISSUER.about("a key of somebody else signed"), facts=facts)
    entry = evidence.trust.entry_for(issuer)
    if entry and not _required(entry, document) <= signers:
        facts = {"name": claimed_name(document.claims)}
        raise NotPassedError(NOT_BY_ISSUER.about("somebody who has to sign such a document too did not"), facts=facts)
    return Passed("signed by the issuer's own key" + "; countersigned" * bool(others), evidence.now)


def _required(entry: TrustEntry, document: Document) -> set[str]:
    """Return who has to sign beside the issuer, by the types of the document."""
    return {did for kind in types_of(document.claims) for did in entry.countersigners.get(kind, ())}


def issuer(document: Document, evidence: Evidence) -> Passed:
    """Ask the trust list about the issuer, at the time when it signed (R88, threats.md F08)."""
    did = document.issuer or ""
    entry = evidence.trust.entry_for(did)
    claimed = {"did": did, "name": claimed_name(document.claims)}
    if entry is None:
        raise NotPassedError(ISSUER_UNKNOWN.about(did), facts=claimed, evidence_at=evidence.now)
    facts = claimed | _recognition(entry, evidence.trust.registry_names)
    if not _has_listed_key(entry, document):
        problem = ISSUER_UNKNOWN.about("signed by a key that the registry does not know as the issuer's")
        raise NotPassedError(problem, facts=claimed, evidence_at=evidence.now)
    signed_at = document.signed_at or period_of(document)[0] or evidence.now
    if signed_at < entry.since:
        problem = ISSUER_UNKNOWN.about(f"recognised since {entry.since.isoformat()}, signed before")
        raise NotPassedError(problem, facts=claimed, evidence_at=evidence.now)
    if entry.until is not None and signed_at >= entry.until:
        problem = ISSUER_WITHDRAWN.about(f"recognised until {entry.until.isoformat()}")
        raise NotPassedError(problem, facts=facts, evidence_at=evidence.now)
    note = f"recognised; succeeded by {entry.successor}" if entry.successor else "recognised"
    return Passed(note, evidence.now, facts)


def _has_listed_key(entry: TrustEntry, document: Document) -> bool:
    """Return whether each signature of the issuer is by a key that the registry names, if it names any (F08)."""
    own = [signature.method.key for signature in document.signatures if signer_of(signature) == entry.did]
    return not entry.keys or all(encode_multikey(key) in entry.keys for key in own)


def claimed_name(claims: Mapping[str, Any]) -> str:
    """Return the name that the issuer gives itself; a language object gives its first text."""
    issuer_object = claims.get("issuer")
    name = issuer_object.get("name") if isinstance(issuer_object, Mapping) else None
    if isinstance(name, list) and name:
        name = name[0]
    if isinstance(name, Mapping):
        name = name.get("@value")
    return name if isinstance(name, str) else ""


def signer_of(signature: Signature) -> str:
    """Return the DID whose key signed."""
    return signature.method.id.partition("#")[0]


def _recognition(entry: TrustEntry, registry_names: Mapping[str, str]) -> dict[str, str]:
    facts = {"since": entry.since.isoformat()}
    facts |= {f"name_{language}": name for language, name in entry.names.items()}
    facts |= {f"registry_{language}": name for language, name in registry_names.items()}
    for fact in ("name", "registry"):
        names = entry.names if fact == "name" else registry_names
        if names:
            facts[fact] = next(iter(names.values()))
    return facts
