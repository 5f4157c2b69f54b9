"""One PDF that carries its own credential, each proving the other (R100).

    base = maker.base(award, institution=…, document_id=…, verify_url=…)
    credential = …  # names SHA-256(base) in relatedResource, and is signed
    pdf = maker.seal(base, credential, award=award, institution=…)

BASE stays a prefix of the sealed file. Between the two steps nothing may change: keep BASE, or make
everything anew (each BASE has its own salt, so its digest never comes back).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from cryptography import x509

from issuer.documents.typesetting import Typesetter
from issuer.institutions.profile import Institution
from keys.store import KeyNotFoundError, KeyStore, Purpose, Signer
from proofs.pades_sealing import Sealer, ValidationMaterial
from proofs.pdf_attachment import attach
from schemas.awards import Award
from schemas.problems import AWAITING_TIMESTAMP, KEY_STORE_UNAVAILABLE, ProblemError
from services.timestamps import Timestamper, TimestampUnavailableError

_SAMPLE_BYTES: Final = 32
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

        Raises ProblemError: awaiting-timestamp, awaiting-evidence and key-store-unavailable (try again
        later; nothing was released), certificate-revoked or certificate-untrusted when the
        institution's own seal is no longer good.
        """
        description = self._typesetter.words("attachment", award.language)
        attached = attach(base, credential, description=description, at=self._now())
        stamp = self._typesetter.stamp(institution, award.language, award.kind)
        return self._sealer(institution).seal(attached, stamp=stamp)

    def require_ready(self, institution: Institution) -> None:
        """Raise what `seal` would raise now for want of a key, of a timestamp or of evidence."""
        self._material(self._signer(institution).certificates[0])
        try:
            self._timestamper.stamp(secrets.token_bytes(_SAMPLE_BYTES))
        except TimestampUnavailableError as error:
            raise ProblemError(AWAITING_TIMESTAMP.about()) from error

    def _signer(self, institution: Institution) -> Signer:
        try:
            return self._keys.signer(institution.did, Purpose.SEAL)
        except KeyNotFoundError as error:
            raise ProblemError(KEY_STORE_UNAVAILABLE.about("the institution has no key for its seal")) from error

    def _sealer(self, institution: Institution) -> Sealer:
        """Return the sealer of the institution's current certificate, made once."""
        signer = self._signer(institution)
        certificate = signer.certificates[0]
        if certificate not in self._sealers:
            self._sealers[certificate] = Sealer(
                signer=signer,
                timestamper=self._timestamper,
                material=lambda: self._material(certificate),
                now=self._now,
            )
        return self._sealers[certificate]
