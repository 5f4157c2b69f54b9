"""The web application with stand-ins for its parts: reports are chosen by what the file says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import flask

from app.config import Settings
from app.factory import create_verifier_app
from app.translations.build import merged, write
from schemas.problems import EXPIRED, ISSUER_UNKNOWN, REVOKED, TAMPERED, Outcome, Part, Problem
from schemas.report import CheckResult, Report
from verifier.document import Content, Document, Form, Kind
from verifier.verification import Verified

AT = datetime(2026, 11, 21, 19, 5, tzinfo=UTC)
SAID: Mapping[str, Any] = {
    "issuer": {"name": "Université des Érables"},
    "validFrom": "2026-06-12T15:00:00Z",
    "credentialSubject": {
        "identifier": {"identityType": "name", "identityHash": "Zoé L’Écuyer", "hashed": False},
        "achievement": {"achievementType": "Badge", "name": "Mentorat <par> les pairs"},
        "creditsEarned": 4.5,
    },
}
_FACTS: Mapping[Part, Mapping[str, str]] = {
    Part.INTEGRITY: {"signed_at": "2026-06-12T15:00:00Z"},
    Part.STATUS: {"valid_from": "2026-06-12T15:00:00Z", "valid_until": "2026-10-31T00:00:00Z"},
    Part.IDENTITY: {
        "name": "Université des Érables",
        "name_en": "Maple University",
        "name_fr": "Université des Érables",
        "registry": "parchemin demonstration network",
        "registry_fr": "Réseau de démonstration parchemin",
        "since": "2019-09-01T00:00:00Z",
    },
}
_WRONG: Mapping[bytes, Problem] = {
    b"tampered": TAMPERED.about("signature of key 1"),
    b"revoked": REVOKED.about("bit 94217"),
    b"expired": EXPIRED.about("2026-10-31"),
    b"unknown": ISSUER_UNKNOWN.about("did:web:example.org"),
}


@dataclass(frozen=True, slots=True)
class ScriptedVerifier:
    """Finds wrong whatever problem the document names; all else is right. Remembers what it was given."""

    seen: list[bytes] = field(default_factory=list)

    def examine(self, raw: bytes) -> Verified:
        """Return the same report, about a document that says `SAID`."""
        report = self.verify(raw)
        content = Content(raw, Form.JSON, Kind.CREDENTIAL)
        return Verified(report, Document(content, SAID, ()))

    def verify(self, raw: bytes, **_: Any) -> Report:
        """Return a report whose only trouble is the one that `raw` names."""
        self.seen.append(raw)
        wrong = next((problem for word, problem in _WRONG.items() if word in raw), None)
        checks = tuple(_check(part, wrong) for part in (Part.INTEGRITY, Part.STATUS, Part.IDENTITY))
        return Report("credential", "urn:uuid:1", hashlib.sha256(raw).hexdigest(), AT, checks, _FACTS)


def _check(part: Part, wrong: Problem | None) -> CheckResult:
    if wrong is None or wrong.part is not part:
        return CheckResult(f"{part.value}-check", Outcome.PASSED, part, note="as it should be", evidence_at=AT)
    return CheckResult(f"{part.value}-check", wrong.outcome, part, wrong, evidence_at=AT)


@dataclass(frozen=True, slots=True)
class StandInParts:
    """What the factory asks of `Parts`, for the verifier alone."""

    verifier: Any = field(default_factory=ScriptedVerifier)
    ready: Mapping[str, Callable[[], object]] = field(default_factory=dict)


def verifier_app(parts: StandInParts | None = None, **settings: Any) -> flask.Flask:
    """Return the verifier's application in testing mode."""
    chosen = Settings(**{"development": True, "secret_key": "t" * 40, **settings})
    app = create_verifier_app(chosen, parts or StandInParts())  # type: ignore[arg-type]
    app.testing = True
    speak_french()
    return app


@cache
def speak_french() -> None:
    """Make the French catalogue of this tree, once a process; it appears whole, so processes may race."""
    write(merged())
