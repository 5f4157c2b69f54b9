"""The same status lists as Token Status Lists (IETF), for wallets and verifiers of SD-JWT VC.

A list stands beside its Bitstring twin, at the twin's address and `/token`. Nothing about it is
stored: it is signed from the register when it is asked for, and kept in memory while register and
key stay the same. It is a JWT, or a CWT for those who ask for that, and so the institution's key for
JWT signs it (ES256).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from issuer.credentials import store
from issuer.credentials.identifiers import token_status_list_url
from issuer.credentials.reserving import status_list_url
from issuer.institutions import store as institutions
from issuer.publishing.status_lists import ListParts
from keys.store import Purpose, Signer
from proofs.token_status_list import TokenStatuses, issue_list, issue_list_cwt
from schemas.problems import NOT_FOUND, ProblemError

_Versions = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Signed:
    """A list as it was signed, and the versions of the register's lists that it shows."""

    token: bytes
    key: str
    versions: _Versions
    until: datetime


class TokenStatusLists:
    """Publishes the register as Token Status Lists, one list at a time."""

    def __init__(self, parts: ListParts) -> None:
        """Take the parts."""
        self._database, self._clock, self._keys = parts.database, parts.clock, parts.keys
        self._register, self._public_url = parts.register, parts.public_url
        self._valid, self._ttl = parts.valid, parts.ttl
        self._lock = threading.Lock()
        self._signed: dict[tuple[str, bool], _Signed] = {}

    def current(self, list_id: str, *, cwt: bool = False) -> bytes:
        """Return the signed list as the register has it now, as a JWT or a CWT; raise NOT_FOUND."""
        now = self._clock.now()
        with self._lock:
            known = self._signed.get((list_id, cwt))
        with self._database.reading() as session:
            row = store.status_list(session, list_id)
            institution = institutions.by_id(session, row.institution_id) if row else None
            if row is None or institution is None:
                raise ProblemError(NOT_FOUND.about())
            versions = store.versions_beside(session, row)
            signer = self._keys.signer(institution.did, Purpose.JOSE)
            if (
                known is not None
                and (known.key, known.versions) == (signer.verification_method, versions)
                and now < known.until
            ):
                return known.token
            statuses = self._register.token_statuses(session, row)
        token = self._sign(list_id, signer, statuses, now, cwt=cwt)
        with self._lock:
            self._signed[list_id, cwt] = _Signed(token, signer.verification_method, versions, now + self._valid / 2)
        return token

    def _sign(self, list_id: str, signer: Signer, statuses: TokenStatuses, now: datetime, *, cwt: bool) -> bytes:
        token = (issue_list_cwt if cwt else issue_list)(
            statuses,
            uri=token_status_list_url(status_list_url(self._public_url, list_id)),
            signer=signer,
            issued_at=now,
            expires=now + self._valid,
            ttl=self._ttl,
        )
        return token if isinstance(token, bytes) else token.encode("ascii")
