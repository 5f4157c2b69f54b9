"""An issuer for tests: real keys, proofs, lists and verifier; pages of plain bytes, which are quick."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from contexts.loader import BundledLoader
from issuer.audit import AuditLog
from issuer.desk import IssuerDesk
from issuer.institutions.profile import Institution
from issuer.models import JOBS, Base
from keys.did_document import PublishedKey, fragment_of
from keys.memory_store import MemoryKeyStore
from keys.store import Purpose
from keys.trust import TrustEntry, TrustList
from proofs.jsonld import Converter
from schemas.awards import Award
from schemas.problems import STATUS_UNREACHABLE, ProblemError
from schemas.report import Report
from services.clock import Clock, StoppedClock
from services.database import Database
from services.jobs_database import DatabaseJobQueue
from tests.support.institutions import make_institution
from verifier.evidence import Evidence, StatusListReceived
from verifier.verification import verify

NOW = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
PUBLIC_URL = "https://registrar.parchemin.example"
BASE_URL = "http://127.0.0.1:8000"
_PLAIN = b"plain pages\n"
_CONVERTER: list[Converter] = []


def converter() -> Converter:
    """Return the one converter of the test process (it keeps what it learnt of the contexts)."""
    if not _CONVERTER:
        _CONVERTER.append(Converter(BundledLoader.open()))
    return _CONVERTER[0]


class PlainPages:
    """Stands in for the typesetter and the seal: salt, then the credential after a mark."""

    def base(self, award: Award, *, institution: Institution, document_id: str, verify_url: str) -> bytes:
        return _PLAIN + f"{document_id} {award.kind} {institution.slug} {verify_url} {secrets.token_hex(16)}\n".encode()

    def seal(self, base: bytes, credential: bytes, *, award: Award, institution: Institution) -> bytes:  # noqa: ARG002 (the interface)
        return base + b"--attachment--\n" + credential


def verify_plain(raw: bytes, evidence: Evidence, *, media_type: str | None = None) -> Report:
    """Verify for real; of plain pages, the credential attached to them."""
    if media_type != "application/pdf":
        return verify(raw, evidence, media_type=media_type)
    base, _, credential = raw.partition(b"--attachment--\n")
    report = verify(credential, evidence, media_type="application/vc")
    digest = hashlib.sha256(base).digest()
    assert __import__("base64").urlsafe_b64encode(b"\x12\x20" + digest).rstrip(b"=") in credential
    return report


@dataclass
class OwnLists:
    """A status source that asks the issuer in this process, as the demo does."""

    desk: Callable[[], IssuerDesk]
    clock: Clock
    is_down: bool = False

    def fetch(self, list_url: str) -> StatusListReceived:
        prefix = f"{PUBLIC_URL}/status/"
        if self.is_down or not list_url.startswith(prefix):
            raise ProblemError(STATUS_UNREACHABLE.about())
        return StatusListReceived(self.desk().status_list(list_url.removeprefix(prefix)), self.clock.now())


@dataclass
class OwnDocuments:
    """Resolves the DIDs of the issuer in this process."""

    desk: Callable[[], IssuerDesk]

    def resolve(self, did: str) -> Mapping[str, Any]:
        return self.desk().did_document(did.rsplit(":", 1)[1])


@dataclass
class Keys:
    """Keys that are the same in every process of a test."""

    store: MemoryKeyStore = field(default_factory=MemoryKeyStore)
    published: dict[str, list[PublishedKey]] = field(default_factory=dict)

    def create(self, institution: Institution) -> None:
        if institution.did in self.published:
            return
        keys = self.published.setdefault(institution.did, [])
        for purpose in (Purpose.CREDENTIAL, Purpose.STATUS, Purpose.JOSE):
            seed = hashlib.sha256(f"{institution.did} {purpose} test key".encode()).digest()
            key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
            if purpose is Purpose.JOSE:
                key = ec.derive_private_key(int.from_bytes(seed) >> 8, ec.SECP256R1())
            else:
                key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
            name = fragment_of(key.public_key())
            self.store.add(institution.did, purpose, key, verification_method=f"{institution.did}#{name}")
            keys.append(PublishedKey(name, key.public_key()))

    def of(self, did: str) -> Sequence[PublishedKey]:
        return self.published[did]


class House:
    """An issuer's desk with everything around it in one folder; `open_house` makes the tables."""

    def __init__(
        self,
        folder: Path,
        url: str,
        *,
        clock: Clock | None = None,
        documents: Any = None,
        check: Any = verify_plain,
        step: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.clock = clock or StoppedClock(NOW)
        self.database = Database(url)
        self.keys = Keys()
        self.jobs = DatabaseJobQueue(self.database, JOBS, self.clock)
        self.audit = AuditLog(folder / "audit" / "issuer.jsonl", self.clock)
        self.lists = OwnLists(lambda: self.desk, self.clock)
        self.trusted: list[TrustEntry] = []
        self.desk = IssuerDesk(
            database=self.database,
            keys=self.keys.store,
            clock=self.clock,
            jobs=self.jobs,
            evidence=self.evidence,
            verify=check,
            documents=documents or PlainPages(),
            converter=converter(),
            audit=self.audit,
            published_keys=self.keys.of,
            create_keys=self._create_keys,
            public_url=PUBLIC_URL,
            base_url=BASE_URL,
            step=step,
        )

    def evidence(self) -> Evidence:
        trust = TrustList({"fr": "Registre d’essai", "en": "Test registry"}, tuple(self.trusted))
        return Evidence(OwnDocuments(lambda: self.desk), trust, self.lists, converter(), self.clock.now())

    def verify(self, raw: bytes | str, media_type: str | None = None) -> Report:
        data = raw.encode() if isinstance(raw, str) else raw
        return verify(data, self.evidence(), media_type=media_type)

    def _create_keys(self, institution: Institution) -> None:
        self.keys.create(institution)
        if institution.did not in {entry.did for entry in self.trusted}:
            names = {"fr": institution.names.fr or "", "en": institution.names.en or ""}
            self.trusted.append(TrustEntry(institution.did, names, datetime(2020, 1, 1, tzinfo=UTC)))


def open_house(folder: Path, url: str | None = None, *, slugs: Sequence[str] = ("boreale",), **changes: Any) -> House:
    """Return an issuer with its tables and institutions; again in the same folder, it is the same issuer."""
    house = House(folder, url or f"sqlite:///{folder / 'issuer.sqlite'}", **changes)
    Base.metadata.create_all(house.database.engine)
    for slug in slugs:
        house.desk.create_institution(make_institution(slug), actor="test")
    return house
