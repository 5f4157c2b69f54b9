"""The status register: a random place on a list for each purpose, given once and never again.

131,072 places a list (Bitstring Status List section 6.1), drawn at random so that neither the
order nor the number of documents shows (threats.md G11). A list that is three quarters full is
left as it is and a new one begun. The bits are never stored: they are read from the entries, so
that a list always says what the register says.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from issuer.credentials import store
from issuer.credentials.models import StatusEntryRow, StatusListRow
from proofs import token_status_list
from proofs.bitstring_status_list import Bits
from proofs.token_status_list import TokenStatuses
from schemas.problems import LIST_FULL, ProblemError
from services.clock import Clock

ENTRIES: Final = 131_072
REVOCATION: Final = "revocation"
SUSPENSION: Final = "suspension"
PURPOSES: Final = (REVOCATION, SUSPENSION)
TOKEN_BITS: Final = 2
_DRAWS: Final = 200


class StatusRegister:
    """Gives out places and sets them."""

    def __init__(self, *, clock: Clock, entries: int = ENTRIES) -> None:
        """Make lists of `entries` places (fewer only in tests)."""
        self._clock = clock
        self._entries = entries

    def reserve(
        self, session: Session, *, institution_id: str, purposes: Sequence[str], document_id: str, intent_id: str
    ) -> tuple[StatusEntryRow, ...]:
        """Give one place for each purpose; raise LIST_FULL when none can be drawn."""
        return tuple(
            self._place(session, self._open_list(session, institution_id, purpose), document_id, intent_id)
            for purpose in purposes
        )

    def set(self, session: Session, document_id: str, purpose: str, *, value: bool) -> bool:
        """Set or clear a document's entry; return False when it had that value already.

        The list's version grows with each change. Raises `LookupError` when the document has no
        entry for the purpose.
        """
        entry = store.entry_of(session, document_id, purpose)
        if entry is None:
            raise LookupError(purpose)
        if entry.is_set is value:
            return False
        entry.is_set = value
        store.grow_version(session, entry.list_id)
        return True

    def burn(self, session: Session, intent_id: str) -> None:
        """Mark the places of a cancelled try: they are never given again."""
        for entry in store.entries_of_intent(session, intent_id):
            entry.is_burnt = True

    def bits(self, session: Session, status_list: StatusListRow) -> Bits:
        """Return the list as the register has it now."""
        bits = Bits(status_list.size)
        for place in store.set_places(session, status_list.id):
            bits.set(place, 1)
        return bits

    def token_statuses(self, session: Session, status_list: StatusListRow) -> TokenStatuses:
        """Return the same places as a Token Status List: 0 valid, 1 revoked, 2 suspended.

        One place says everything about its document: also what is set on its other lists.
        """
        statuses = TokenStatuses(status_list.size, bits=TOKEN_BITS)
        for place, purpose in store.set_together(session, status_list.id):
            if purpose == REVOCATION:
                statuses[place] = token_status_list.INVALID
            elif not statuses[place]:
                statuses[place] = token_status_list.SUSPENDED
        return statuses

    def _open_list(self, session: Session, institution_id: str, purpose: str) -> StatusListRow:
        found = store.open_list(session, institution_id, purpose, below=self._entries * 3 // 4)
        if found is not None:
            return found
        row = StatusListRow(
            id=str(uuid.uuid4()),
            institution_id=institution_id,
            purpose=purpose,
            size=self._entries,
            used=0,
            version=1,
            signed_version=0,
            created_at=self._clock.now(),
        )
        session.add(row)
        session.flush()
        return row

    def _place(self, session: Session, status_list: StatusListRow, document_id: str, intent_id: str) -> StatusEntryRow:
        for _ in range(_DRAWS):
            row = StatusEntryRow(
                list_id=status_list.id,
                place=secrets.randbelow(status_list.size),
                intent_id=intent_id,
                document_id=document_id,
                purpose=status_list.purpose,
                is_set=False,
                is_burnt=False,
            )
            if store.take_place(session, row):
                return row
        raise ProblemError(LIST_FULL.about())
