"""A sealed transcript and an attacker: what attacks on PDFs start from (threats.md H)."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from proofs.pades import PinnedSeal, SealTrust
from proofs.pdf_attachment import attach
from tests.support.documents import INSTITUTION, transcript
from tests.support.pdf_pki import NOW, TestCA
from tests.support.sealed import SealWorld

Update = Callable[[IncrementalPdfFileWriter], None]


@dataclass
class Scene:
    """A sealed transcript, the world that sealed it, and an attacker with an authority of their own."""

    world: SealWorld = field(default_factory=SealWorld)
    attacker: TestCA = field(default_factory=TestCA)
    base: bytes = field(init=False)
    attached: bytes = field(init=False)
    sealed: bytes = field(init=False)
    pinned: list[x509.Certificate] = field(default_factory=list)
    """Further certificates that are the institution's own."""

    def __post_init__(self) -> None:
        award = transcript()
        self.base = self.world.base(award)
        credential = json.dumps(credential_naming(self.base)).encode()
        self.attached = attach(self.base, credential, description="credential", at=NOW)
        self.sealed = self.world.maker.seal(self.base, credential, award=award, institution=INSTITUTION)

    @property
    def trust(self) -> SealTrust:
        """Return the institution's trust, with the certificates pinned meanwhile."""
        known = self.world.trust
        more = tuple(PinnedSeal(one, NOW - timedelta(days=30)) for one in self.pinned)
        return SealTrust(known.roots, known.pinned + more, known.timestamp_roots)

    def updated(self, change: Update, pdf: bytes | None = None) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf or self.sealed), strict=False)
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def revision_ends(self) -> list[int]:
        return [found.end() for found in re.finditer(rb"%%EOF\n", self.sealed)]


Attack = Callable[[Scene], bytes]


@dataclass(frozen=True)
class Expected:
    """What must come of an attack."""

    make: Attack
    code: str
    outcome: str = "failed"
    at: datetime = NOW
    """When it is judged."""
    lists: Callable[[Scene], tuple[bytes, ...]] = lambda _: ()
    """Newer revocation lists than those in the file (DER)."""


def credential_naming(base: bytes, did: str = INSTITUTION.did) -> dict[str, object]:
    """Return as much of a credential as concerns its pages."""
    multihash = b"\x12\x20" + hashlib.sha256(base).digest()
    digest = "u" + base64.urlsafe_b64encode(multihash).rstrip(b"=").decode()
    pages = {"id": "urn:uuid:2", "mediaType": "application/pdf", "digestMultibase": digest}
    return {"id": "urn:uuid:1", "issuer": {"id": did}, "relatedResource": [pages]}
