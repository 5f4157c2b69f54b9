"""A document on its way through the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from keys.verification_method import VerificationMethod
from schemas.problems import Part, Problem, ProblemError

NO_FACTS: Final[Mapping[str, str]] = MappingProxyType({})
_NO_CLAIMS: Final[Mapping[str, Any]] = MappingProxyType({})


class Form(StrEnum):
    """How a document is written; found by its content."""

    JSON = "json"
    TOKEN = "jwt"  # noqa: S105 (a name, no password)
    DISCLOSURES = "sd-jwt"
    COSE = "cose"
    PDF = "pdf"


class Kind(StrEnum):
    """What a document is, as reports name it."""

    CREDENTIAL = "credential"
    PRESENTATION = "presentation"
    PDF = "pdf"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Content:
    """A document that was read but not yet believed.

    `mapping` is the signed object of a Data Integrity document, `token` the compact JWS or the
    SD-JWT, `message` the COSE message of the other forms; one of the three is set. `raw` is what
    was received: an envelope around them has the form JSON, and says what is in it (`enveloped_as`,
    such as `dc+sd-jwt`).
    """

    raw: bytes
    form: Form
    kind: Kind
    mapping: Mapping[str, Any] | None = None
    token: str | None = None
    message: bytes | None = None
    enveloped_as: str | None = None

    @property
    def has_disclosures(self) -> bool:
        """Is it an SD-JWT, of which its holder may have withheld a part?"""
        return self.token is not None and "~" in self.token


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that held; `created` is None where the signer did not say."""

    method: VerificationMethod
    suite: str
    created: datetime | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose signatures held: only now its claims are read."""

    content: Content
    claims: Mapping[str, Any]
    signatures: tuple[Signature, ...]
    token_claims: Mapping[str, Any] = field(default_factory=lambda: _NO_CLAIMS)
    """All that a token or a COSE message claims, by the names of JWT, such as `status` and `cnf`."""

    @property
    def kind(self) -> Kind:
        """Return what it is."""
        return self.content.kind

    @property
    def id(self) -> str | None:
        """Return its id, when it has one: `jti` of an SD-JWT VC, `id` of all others."""
        identifier = self.claims.get("jti" if self.is_sd_jwt_vc else "id")
        return identifier if isinstance(identifier, str) else None

    @property
    def issuer(self) -> str | None:
        """Return the id of the issuer that it names: `iss` of an SD-JWT VC, `issuer` of all others."""
        return party_of(self.claims.get("iss" if self.is_sd_jwt_vc else "issuer"))

    @property
    def is_sd_jwt_vc(self) -> bool:
        """Is it an SD-JWT VC (with `vct`), and no credential of the VCDM?"""
        return self.content.has_disclosures and "vct" in self.claims

    @property
    def signed_at(self) -> datetime | None:
        """Return the latest moment that a signer named."""
        return max((signature.created for signature in self.signatures if signature.created), default=None)


def party_of(value: Any) -> str | None:
    """Return the id of an issuer or holder, written as a URL or as an object with an id."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Passed:
    """A check found nothing wrong; `facts` belong to its line of the verdict."""

    note: str
    evidence_at: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A check had nothing that it could look at, and nothing depends on it."""

    note: str


Answered = Passed | Skipped


class NotPassedError(ProblemError):
    """A check did not pass, and knows facts that the verdict's sentence tells."""

    def __init__(
        self,
        problem: Problem,
        *,
        facts: Mapping[str, str] = NO_FACTS,
        evidence_at: datetime | None = None,
    ) -> None:
        """Keep the problem with its facts and the moment of the evidence."""
        super().__init__(problem)
        self.facts = facts
        self.evidence_at = evidence_at


HOMES: Final[Mapping[str, Part]] = MappingProxyType(
    {
        "structure": Part.INTEGRITY,
        "signature": Part.INTEGRITY,
        "binding": Part.IDENTITY,
        "validity": Part.STATUS,
        "status": Part.STATUS,
        "issuer": Part.IDENTITY,
        "holder": Part.IDENTITY,
        "schema": Part.NONE,
        "related": Part.NONE,
        "contents": Part.NONE,
        "seal": Part.INTEGRITY,
        "agreement": Part.NONE,
    }
)
"""Each check and the line of the verdict that waits for it; a check of `Part.NONE` may be skipped."""
