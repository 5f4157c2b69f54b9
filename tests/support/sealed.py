"""Sealed documents for tests, made by the real maker with a throw-away authority."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from issuer.documents.sealing import DocumentMaker
from issuer.documents.typesetting import Typesetter
from keys.store import Purpose, Signer
from proofs.pades import PinnedSeal, SealTrust, ValidationMaterial
from schemas.awards import Award
from services.timestamps import LocalTimestamper
from tests.support.documents import DOCUMENT_ID, INSTITUTION, VERIFY_URL, transcript
from tests.support.pdf_pki import NOW, LoadedSigner, TestCA


@dataclass
class OneKeyStore:
    """A key store with one seal."""

    seal: LoadedSigner

    def signer(self, controller: str, purpose: Purpose) -> Signer:
        if (controller, purpose) != (INSTITUTION.did, Purpose.SEAL):
            raise LookupError(controller)
        return self.seal


@dataclass
class SealWorld:
    """An institution with its authority: makes documents and says whom to trust."""

    ca: TestCA = field(default_factory=TestCA)
    kind: str = "P-256"
    development: bool = False
    typesetter: Typesetter = field(default_factory=Typesetter)
    signer: LoadedSigner = field(init=False)
    timestamper: LocalTimestamper = field(init=False)
    maker: DocumentMaker = field(init=False)

    def __post_init__(self) -> None:
        self.signer = self.ca.seal(self.kind)
        self.timestamper = self.ca.timestamper()
        self.maker = DocumentMaker(
            typesetter=self.typesetter,
            keys=OneKeyStore(self.signer),
            timestamper=self.timestamper,
            material=lambda _: self.material(),
            now=lambda: self.ca.now,
            development=self.development,
        )

    def material(self) -> ValidationMaterial:
        crl = self.ca.crl().public_bytes(Encoding.DER)
        return ValidationMaterial((self.ca.root,), self.timestamper.certificates, (crl,))

    @property
    def trust(self) -> SealTrust:
        pin = PinnedSeal(self.signer.certificates[0], NOW - timedelta(days=1))
        return SealTrust((self.ca.root,), (pin,), (self.ca.root,))

    def base(self, award: Award | None = None) -> bytes:
        return self.maker.base(
            award or transcript(), institution=INSTITUTION, document_id=DOCUMENT_ID, verify_url=VERIFY_URL
        )

    def sealed(self, award: Award | None = None, credential: bytes | None = None) -> bytes:
        award = award or transcript()
        base = self.base(award)
        inside = credential or json.dumps({"digest": hashlib.sha256(base).hexdigest()}).encode()
        return self.maker.seal(base, inside, award=award, institution=INSTITUTION)
