"""Whom we vouch for: issuers, since when, until when, with the certificates of their seals (R88).

    trust = parse(raw, check=check)          # check: raises unless the list's own proof holds
    trust.entry_for("did:web:registrar.example:t:boreale")

The list is a JSON document `parchemin-trust-list/1` with a proof. Whoever opens it says how the
proof is checked, since this room knows keys and not proofs. Entries never change by themselves: whoever
takes a domain over takes over its did:web too, and may sign with an early date. So an entry may name the
issuer's keys, and no other key counts then (threats.md F08).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keys.did import split_did
from keys.multibase import decode_multikey
from schemas import strict_json
from schemas.moments import written
from schemas.problems import MALFORMED, ProblemError
from services.files import write_atomically

FORMAT: Final = "parchemin-trust-list/1"
Check = Callable[[Mapping[str, Any]], None]
"""Raises `ProblemError` unless the proof of the list is by whom we accept lists from."""


@dataclass(frozen=True, slots=True)
class PinnedCertificate:
    """A seal certificate that is the issuer's own, for what it sealed from `since` until before `until`."""

    certificate: x509.Certificate
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """One issuer; `names` is keyed by `fr` and `en`; `successor` is the DID that took over its records (R110).

    `countersigners`: by the type of a credential, the DIDs that have to sign it too (threats.md B21).
    `keys`: the Multikeys that sign for the issuer, all that it ever had; empty where its DID alone says which.
    """

    did: str
    names: Mapping[str, str]
    since: datetime
    until: datetime | None = None
    successor: str | None = None
    seal_roots: tuple[x509.Certificate, ...] = ()
    seal_certificates: tuple[PinnedCertificate, ...] = ()
    timestamp_roots: tuple[x509.Certificate, ...] = ()
    countersigners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrustList:
    """The issuers that one registry vouches for; looked up by DID, in constant time."""

    registry_names: Mapping[str, str]
    entries: tuple[TrustEntry, ...] = ()
    by_did: Mapping[str, TrustEntry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the entries; raise ValueError when a DID stands twice."""
        index = {entry.did: entry for entry in self.entries}
        if len(index) != len(self.entries):
            msg = "an issuer stands twice in the trust list"
            raise ValueError(msg)
        object.__setattr__(self, "by_did", index)

    def entry_for(self, did: str) -> TrustEntry | None:
        """Return what is known about an issuer, or None when nobody vouches for it."""
        return self.by_did.get(did)


def to_json(trust: TrustList, *, issued_at: datetime) -> dict[str, Any]:
    """Return the list as a JSON document without proof."""
    return {
        "format": FORMAT,
        "registry": dict(trust.registry_names),
        "issued_at": written(issued_at),
        "issuers": [_entry_to_json(entry) for entry in trust.entries],
    }


def parse(raw: bytes, *, check: Check) -> TrustList:
    """Return a signed list; raise `ProblemError` when its proof does not hold or it is malformed."""
    document = strict_json.loads(raw)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ProblemError(MALFORMED.about("this is not a trust list"))
    check(document)
    try:
        entries = tuple(_entry_from_json(entry) for entry in document["issuers"])
        return TrustList(_names(document["registry"]), entries)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProblemError(MALFORMED.about("the trust list lacks something or says it wrongly")) from error


def read(path: Path, *, check: Check) -> TrustList:
    """Return the list in a file; raise `ProblemError` as `parse`, OSError when there is none."""
    return parse(path.read_bytes(), check=check)


def write(path: Path, raw: bytes) -> None:
    """Replace the file in one step: readers see the old list or the new one (X20)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, raw)


def _entry_to_json(entry: TrustEntry) -> dict[str, Any]:
    pinned = [
        {"certificate": _pem(pin.certificate), "since": written(pin.since), "until": _text_or_none(pin.until)}
        for pin in entry.seal_certificates
    ]
    also = {kind: list(dids) for kind, dids in entry.countersigners.items()}
    return {
        "did": entry.did,
        "names": dict(entry.names),
        "since": written(entry.since),
        "until": _text_or_none(entry.until),
        "successor": entry.successor,
        "seal_roots": [_pem(root) for root in entry.seal_roots],
        "seal_certificates": pinned,
        "timestamp_roots": [_pem(root) for root in entry.timestamp_roots],
        **({"countersigners": also} if also else {}),
        **({"keys": list(entry.keys)} if entry.keys else {}),
    }


def _entry_from_json(value: Mapping[str, Any]) -> TrustEntry:
    split_did(value["did"])
    successor = value.get("successor")
    if successor is not None:
        split_did(successor)
    pinned = tuple(
        PinnedCertificate(_certificate(pin["certificate"]), _moment(pin["since"]), _moment_or_none(pin.get("until")))
        for pin in value.get("seal_certificates", ())
    )
    return TrustEntry(
        did=value["did"],
        names=_names(value["names"]),
        since=_moment(value["since"]),
        until=_moment_or_none(value.get("until")),
        successor=successor,
        seal_roots=tuple(_certificate(pem) for pem in value.get("seal_roots", ())),
        seal_certificates=pinned,
        timestamp_roots=tuple(_certificate(pem) for pem in value.get("timestamp_roots", ())),
        countersigners=_countersigners(value.get("countersigners", {})),
        keys=_keys(value.get("keys", [])),
    )


def _countersigners(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict) or not all(isinstance(dids, list) for dids in value.values()):
        raise TypeError
    for dids in value.values():
        for did in dids:
            split_did(did)
    return {kind: tuple(dids) for kind, dids in value.items()}


def _keys(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    for multikey in value:
        decode_multikey(multikey)
    return tuple(value)


def _names(value: Mapping[str, Any]) -> dict[str, str]:
    names = {language: value[language] for language in ("fr", "en") if language in value}
    if not names or not all(isinstance(name, str) and name for name in names.values()):
        raise ValueError
    return names


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode("ascii"))


def _text_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else written(moment)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
