"""Make tokens that are shown once and kept only as keyed hashes (threats.md I01, I14).

    keeper = TokenKeeper(secret)
    token, digest = keeper.new("share")

Each token belongs to an audience: the digest of a share's token never matches a session's.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

TOKEN_BYTES: Final = 18
"""144 bits: more than the 128 that guessing needs to be hopeless, and 24 characters in a link."""

TOKEN_CHARS: Final = 24
_LEAST_SECRET_BYTES: Final = 16


class TokenKeeper:
    """Makes tokens and their digests with one secret of the service."""

    def __init__(self, secret: bytes) -> None:
        """Take the secret that keys every digest; raise `ValueError` when it is short."""
        if len(secret) < _LEAST_SECRET_BYTES:
            msg = f"the secret needs {_LEAST_SECRET_BYTES} bytes or more"
            raise ValueError(msg)
        self._key = hashlib.sha256(b"parchemin tokens\0" + secret).digest()

    def new(self, audience: str) -> tuple[str, str]:
        """Return a fresh token of 144 random bits (24 URL-safe characters) and its digest."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        return token, self.digest(audience, token)

    def digest(self, audience: str, token: str) -> str:
        """Return HMAC-SHA256 over audience and token as 64 hexadecimal digits; any text is accepted."""
        message = audience.encode() + b"\0" + token.encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()
