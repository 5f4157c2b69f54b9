"""Hash and check what people type in secret: passwords (R3) and PINs (R48)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas.problems import MALFORMED, FieldError, ProblemError

LEAST_CHARS: Final = 14
MOST_CHARS: Final = 256
"""Hashing is never asked to read more than a person would type."""

_MISSING: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("a digit", str.isdigit),
    ("an upper-case letter", str.isupper),
    ("a lower-case letter", str.islower),
    ("a special character", lambda char: not char.isalnum() and not char.isspace()),
)


def make_hasher() -> PasswordHasher:
    """Return argon2id with 19 MiB, two passes and one lane."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Hasher:
    """Hashes secrets with argon2id and compares them; a missing hash costs the same (I02, J04)."""

    def __init__(self) -> None:
        """Make the hash that stands in for people who do not exist."""
        self._argon2 = make_hasher()
        self._nobody = self._argon2.hash("nobody has this password")

    def hash(self, secret: str) -> str:
        """Return the encoded argon2id hash; the text is brought to NFKC first."""
        return self._argon2.hash(_normal(secret))

    def matches(self, encoded: str | None, secret: str) -> bool:
        """Compare; without a hash or with too long a secret do the same work and answer no."""
        too_long = len(secret) > MOST_CHARS
        typed = b"" if too_long else _normal(secret)
        try:
            self._argon2.verify(encoded or self._nobody, typed)
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None and not too_long


def require_good_password(password: str) -> None:
    """Raise MALFORMED unless it has 14 characters and one of each sort (R3); the detail never repeats it."""
    problems = (
        [] if LEAST_CHARS <= len(password) <= MOST_CHARS else [f"between {LEAST_CHARS} and {MOST_CHARS} characters"]
    )
    problems += [name for name, test in _MISSING if not any(test(char) for char in password)]
    if problems:
        error = FieldError("/password", MALFORMED.code, "needs " + ", ".join(problems))
        raise ProblemError(MALFORMED.about("the password is not strong enough", errors=(error,)))


def _normal(secret: str) -> bytes:
    return unicodedata.normalize("NFKC", secret).encode("utf-8", "surrogatepass")
