"""Programs that act for an institution: their keys are shown once and kept as hashes (K07)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from issuer.institutions import store
from issuer.institutions.models import ApiClientRow
from schemas.problems import NOT_ALLOWED, NOT_FOUND, SIGN_IN_NEEDED, ProblemError
from services.clock import Clock
from services.database import Database

SCOPES: Final = ("issue", "status", "read")
_MARK: Final = "pk"
_MAX_KEY_CHARS: Final = 120
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A program that was recognised by its key."""

    prefix: str
    institution: str
    name: str
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """Return its name in the audit log."""
        return f"api:{self.prefix}"


class ApiClients:
    """Makes, recognises and revokes API keys."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Take the parts."""
        self._database = database
        self._clock = clock

    def create(self, institution: str, name: str, scopes: tuple[str, ...] = SCOPES) -> str:
        """Return a new key `pk_<prefix>_<secret>`, never to be seen again; 256 random bits.

        Raises NOT_FOUND for an unknown institution, ValueError for an unknown scope.
        """
        if not set(scopes) <= set(SCOPES):
            msg = f"a scope is one of {', '.join(SCOPES)}"
            raise ValueError(msg)
        prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        with self._database.session() as session:
            owner = store.by_slug(session, institution)
            if owner is None:
                raise ProblemError(NOT_FOUND.about("there is no such institution"))
            row = ApiClientRow(
                prefix=prefix,
                institution_id=owner.id,
                name=name,
                secret_sha256=_digest(secret),
                scopes=list(scopes),
                created_at=self._clock.now(),
            )
            store.add(session, row)
        return f"{_MARK}_{prefix}_{secret}"

    def recognise(self, key: str) -> ApiClient:
        """Return the program of a key; raise SIGN_IN_NEEDED, alike whatever is wrong with it."""
        mark, _, rest = key[:_MAX_KEY_CHARS].partition("_")
        prefix, _, secret = rest.partition("_")
        with self._database.reading() as session:
            row = store.api_client(session, prefix)
            owner = store.by_id(session, row.institution_id) if row else None
        expected = row.secret_sha256 if row else _digest("")
        matches = hmac.compare_digest(expected, _digest(secret))
        if not matches or mark != _MARK or row is None or owner is None or row.revoked_at is not None:
            raise ProblemError(SIGN_IN_NEEDED.about("the API key is not one of ours"))
        return ApiClient(prefix, owner.slug, row.name, frozenset(row.scopes))

    def authorised(self, header: str, scope: str) -> ApiClient:
        """Return the program that an `Authorization` header names, if its key is for `scope`.

        Raises SIGN_IN_NEEDED, or NOT_ALLOWED when the key is not for this (K07).
        """
        if header[: len(_BEARER)].lower() != _BEARER:
            raise ProblemError(SIGN_IN_NEEDED.about("send the API key as Authorization: Bearer"))
        client = self.recognise(header[len(_BEARER) :].strip())
        if scope not in client.scopes:
            raise ProblemError(NOT_ALLOWED.about(f"the API key has no scope {scope}"))
        return client

    def revoke(self, prefix: str) -> None:
        """Let a key open nothing from now on."""
        with self._database.session() as session:
            store.revoke_api_client(session, prefix, self._clock.now())


def _digest(secret: str) -> str:
    # A secret of 256 random bits needs no slow hash: nobody can guess it from this one.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
