"""A public key that was found, and what it may be used for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from keys.store import VerificationKey


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A public key with its DID URL (Controlled Identifiers 1.0, section 2.2)."""

    id: str
    """The absolute DID URL of the key, fragment included."""
    controller: str
    """The DID that controls the key; equal to the DID of `id`."""
    key: VerificationKey
    """The key itself; weak keys never come this far."""
    purposes: frozenset[str]
    """The verification relationships that list it, such as `assertionMethod`."""
    valid_from: datetime | None = None
    """Signatures made before are not believed; None: no lower bound is known."""
    revoked_from: datetime | None = None
    """Signatures made at or after are not believed (`revoked` or `expires`); None: in force."""
