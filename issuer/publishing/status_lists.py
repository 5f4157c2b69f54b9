"""Signed status lists at their public addresses, signed anew when changed or half expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from issuer.credentials import store
from issuer.credentials.models import StatusListRow
from issuer.credentials.reserving import status_list_url
from issuer.credentials.signing import credential_text
from issuer.credentials.status_register import StatusRegister
from issuer.institutions import store as institutions
from keys.store import KeyStore, Purpose
from proofs.bitstring_status_list import unsigned_list_credential
from proofs.integrity import add_proof
from proofs.jsonld import Converter
from schemas.problems import NOT_FOUND, ProblemError
from services.clock import Clock
from services.database import Database

VALID: Final = timedelta(hours=24)
TTL: Final = timedelta(minutes=5)
_CRYPTOSUITE: Final = "eddsa-rdfc-2022"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParts:
    """What lists are signed with: a list is valid for `valid`, and a verifier may keep it for `ttl`."""

    database: Database
    clock: Clock
    keys: KeyStore
    register: StatusRegister
    public_url: str
    valid: timedelta = VALID
    ttl: timedelta = TTL


class StatusLists:
    """Publishes the register, one list at a time."""

    def __init__(self, parts: ListParts, converter: Converter) -> None:
        """Take the parts."""
        self._database, self._clock, self._keys = parts.database, parts.clock, parts.keys
        self._register, self._converter = parts.register, converter
        self._public_url, self._valid, self._ttl = parts.public_url, parts.valid, parts.ttl

    def current(self, list_id: str) -> bytes:
        """Return the signed list as the register has it now; raise NOT_FOUND."""
        with self._database.reading() as session:
            row = store.status_list(session, list_id)
        if row is None:
            raise ProblemError(NOT_FOUND.about())
        if row.signed is not None and not self._is_due(row):
            return row.signed
        return self._sign(list_id)

    def ids(self) -> tuple[str, ...]:
        """Return the id of every list, as it stands in its address."""
        with self._database.reading() as session:
            return tuple(row.id for row in store.status_lists(session))

    def publish(self) -> int:
        """Sign every list that changed or is half expired; return how many: the worker's beat (G13)."""
        with self._database.reading() as session:
            due = [row.id for row in store.status_lists(session) if self._is_due(row)]
        for list_id in due:
            self._sign(list_id)
        return len(due)

    def sign_anew(self, did: str) -> int:
        """Sign every list of an institution with its key of today; return how many.

        For a key that was compromised: what it signed from a moment on is believed no more.
        """
        with self._database.reading() as session:
            rows = store.status_lists(session)
            owners = {row.id: institutions.by_id(session, row.institution_id) for row in rows}
        mine = [list_id for list_id, owner in owners.items() if owner is not None and owner.did == did]
        for list_id in mine:
            self._sign(list_id)
        return len(mine)

    def _is_due(self, row: StatusListRow) -> bool:
        if row.signed_version < row.version or row.valid_until is None:
            return True
        return self._clock.now() > row.valid_until - self._valid / 2

    def _sign(self, list_id: str) -> bytes:
        """Sign the register's bits; a version older than the one published is never put in its place."""
        now = self._clock.now()
        with self._database.reading() as session:
            row = store.status_list(session, list_id)
            institution = institutions.by_id(session, row.institution_id) if row else None
            if row is None or institution is None:
                raise ProblemError(NOT_FOUND.about())
            version, issuer = row.version, institution.did
            unsigned = unsigned_list_credential(
                status_list_url(self._public_url, list_id),
                issuer=issuer,
                purpose=row.purpose,
                bits=self._register.bits(session, row),
                valid_from=now,
                valid_until=now + self._valid,
                ttl=int(self._ttl.total_seconds() * 1000),
            )
        signer = self._keys.signer(issuer, Purpose.STATUS)
        signed = add_proof(unsigned, signer=signer, cryptosuite=_CRYPTOSUITE, created=now, converter=self._converter)
        raw = credential_text(signed).encode()
        with self._database.session() as session:
            values = {"signed": raw, "signed_at": now, "valid_until": now + self._valid}
            store.keep_signed(session, list_id, version=version, **values)
        return raw
