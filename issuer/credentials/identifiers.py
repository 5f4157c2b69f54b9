"""Identifiers inside one document: unguessable, and the same again when it is drafted again."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Names the parts of one document after its `seed` (32 random bytes, never published)."""

    seed: bytes = field(repr=False)

    def at(self, place: str) -> str:
        """Return the `urn:uuid:` of the object at a place, for example `course/3/achievement`."""
        return uuid.UUID(bytes=self._digest("id", place)[:16], version=4).urn

    def salt(self, place: str) -> str:
        """Return 128 bits in hexadecimal that no other place has."""
        return self._digest("salt", place)[:16].hex()

    def _digest(self, use: str, place: str) -> bytes:
        return hmac.digest(self.seed, f"{use}:{place}".encode(), hashlib.sha256)


def token_status_list_url(list_url: str) -> str:
    """Return the address of a status list in its other form, a Token Status List."""
    return f"{list_url}/token"
