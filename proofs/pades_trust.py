"""Whom a seal is believed from, and what a seal was found to say: plain values."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PinnedSeal:
    """A seal certificate that belongs to an issuer, for what it sealed from `since` until before `until`."""

    certificate: x509.Certificate
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealTrust:
    """Roots and pinned certificates; `crls` and `ocsp_responses` (DER) are newer than those in the files, if any."""

    roots: tuple[x509.Certificate, ...]
    pinned: tuple[PinnedSeal, ...]
    timestamp_roots: tuple[x509.Certificate, ...]
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()

    def pin_of(self, certificate: x509.Certificate) -> PinnedSeal | None:
        """Return the pin of exactly this certificate, if there is one."""
        return next((pin for pin in self.pinned if pin.certificate == certificate), None)

    def to_json(self) -> dict[str, Any]:
        """Return it for another process."""
        return {
            "roots": [_der64(one) for one in self.roots],
            "pinned": [
                [_der64(pin.certificate), pin.since.isoformat(), pin.until.isoformat() if pin.until else None]
                for pin in self.pinned
            ],
            "timestamp_roots": [_der64(one) for one in self.timestamp_roots],
            "crls": [_text64(one) for one in self.crls],
            "ocsp_responses": [_text64(one) for one in self.ocsp_responses],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SealTrust:
        """Read what `to_json` wrote."""
        return cls(
            roots=tuple(_certificate(one) for one in value["roots"]),
            pinned=tuple(
                PinnedSeal(_certificate(one), datetime.fromisoformat(since), _moment(until))
                for one, since, until in value["pinned"]
            ),
            timestamp_roots=tuple(_certificate(one) for one in value["timestamp_roots"]),
            crls=tuple(base64.b64decode(one) for one in value["crls"]),
            ocsp_responses=tuple(base64.b64decode(one) for one in value["ocsp_responses"]),
        )


@dataclass(frozen=True, slots=True)
class SealFinding:
    """What a seal says. Times are aware, in UTC."""

    certificate: x509.Certificate
    """Whose seal it is."""
    signed_at: datetime
    """When, attested by the signature timestamp; only claimed when the seal is not trusted."""
    base_sha256: bytes
    """SHA-256 of the first revision (BASE), to compare with what the credential names."""
    sealed_sha256: bytes
    """SHA-256 of the file up to the end of the sealed revision."""
    attachments: Mapping[str, bytes] = field(default_factory=lambda: _NO_FILES)
    """The files inside the sealed revision, by name."""
    level: str = "B-B"
    """The PAdES level reached: B-B, B-T or B-LTA."""
    archive_timestamp_at: datetime | None = None
    """When the last document timestamp was made."""
    archive_expires: datetime | None = None
    """When its certificate ends: before that, the file is to be renewed."""

    @property
    def subject(self) -> str:
        """Return the certificate's subject (RFC 4514)."""
        return self.certificate.subject.rfc4514_string()

    def to_json(self) -> dict[str, Any]:
        """Return it for another process."""
        return {
            "certificate": _der64(self.certificate),
            "signed_at": self.signed_at.isoformat(),
            "base_sha256": self.base_sha256.hex(),
            "sealed_sha256": self.sealed_sha256.hex(),
            "attachments": {name: _text64(content) for name, content in self.attachments.items()},
            "level": self.level,
            "archive_timestamp_at": _iso(self.archive_timestamp_at),
            "archive_expires": _iso(self.archive_expires),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SealFinding:
        """Read what `to_json` wrote."""
        return cls(
            certificate=_certificate(value["certificate"]),
            signed_at=datetime.fromisoformat(value["signed_at"]),
            base_sha256=bytes.fromhex(value["base_sha256"]),
            sealed_sha256=bytes.fromhex(value["sealed_sha256"]),
            attachments={name: base64.b64decode(text) for name, text in value["attachments"].items()},
            level=value["level"],
            archive_timestamp_at=_moment(value["archive_timestamp_at"]),
            archive_expires=_moment(value["archive_expires"]),
        )


def _der64(certificate: x509.Certificate) -> str:
    return _text64(certificate.public_bytes(Encoding.DER))


def _text64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _certificate(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
