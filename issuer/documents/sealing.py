"""One PDF that carries its own credential, each proving the other (R100).

    base = maker.base(award, institution=…, document_id=…, verify_url=…)
    credential = …  # names SHA-256(base) in relatedResource, and is signed
    pdf = maker.seal(base, credential, award=award, institution=…)

BASE stays a prefix of the sealed file. Between the two steps nothing may change: keep BASE, or make
everything anew (each BASE has its own salt, so its digest never comes back).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cryptography import x509

from issuer.documents.typesetting import Typesetter
from issuer.institutions.profile import Institution
from keys.store import KeyStore, Purpose
from proofs.pades_sealing import Sealer, ValidationMaterial
from proofs.pdf_attachment import attach
from schemas.awards import Award
from services.timestamps import Timestamper

MaterialFor = Callable[[x509.Certificate], ValidationMaterial]
"""Gives what proves that a seal certificate is in force; kept fresh in the background, never fetched here."""


class DocumentMaker:
    """Makes sealed documents; one a process (its typesetter works for one thread at a time)."""

    def __init__(
        self,
        *,
        typesetter: Typesetter,
        keys: KeyStore,
        timestamper: Timestamper,
        material: MaterialFor,
        now: Callable[[], datetime],
        development: bool,
    ) -> None:
        """Take the parts; `development` prints TEST across every page."""
        self._typesetter = typesetter
        self._keys = keys
        self._timestamper = timestamper
        self._material = material
        self._now = now
        self._development = development
        self._sealers: dict[x509.Certificate, Sealer] = {}

    def base(self, award: Award, *, institution: Institution, document_id: str, verify_url: str) -> bytes:
        """Return BASE; raise ProblemError(text-unprintable) with a pointer to each bad field."""
        return self._typesetter.pages(
            award,
            institution=institution,
            document_id=document_id,
            verify_url=verify_url,
            development=self._development,
            at=self._now(),
        )

    def seal(self, base: bytes, credential: bytes, *, award: Award, institution: Institution) -> bytes:
        """Return the sealed PDF with the credential inside.

        Raises ProblemError: awaiting-timestamp (try again later; nothing was released), and
        certificate-revoked or certificate-untrusted when the institution's own seal is no longer good.
        """
        description = self._typesetter.words("attachment", award.language)
        attached = attach(base, credential, description=description, at=self._now())
        stamp = self._typesetter.stamp(institution, award.language, award.kind)
        return self._sealer(institution).seal(attached, stamp=stamp)

    def _sealer(self, institution: Institution) -> Sealer:
        """Return the sealer of the institution's current certificate, made once."""
        signer = self._keys.signer(institution.did, Purpose.SEAL)
        certificate = signer.certificates[0]
        if certificate not in self._sealers:
            self._sealers[certificate] = Sealer(
                signer=signer,
                timestamper=self._timestamper,
                material=lambda: self._material(certificate),
                now=self._now,
            )
        return self._sealers[certificate]
