"""The life of a key: prepared, current, previous, retired, or known to be compromised (R84, M09).

    records = rotation.activate(records, new.id, at=now)

- A *prepared* key is published but signs nothing: a key is used only after the published document
  was fetched back and matched (threats.md X22).
- One key of a controller and purpose is *current* and signs.
- A *previous* or *retired* key signs nothing more; what it signed keeps verifying.
- A *compromised* key is not believed from a moment on; what was signed before still is.

Everything here is a pure function from records to records; a key store writes what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from keys.did_document import PublishedKey
from keys.store import PublicKey, Purpose

_PUBLISHED: Final = {
    Purpose.CREDENTIAL: ("assertionMethod", "authentication"),
    Purpose.JOSE: ("assertionMethod", "authentication"),
    Purpose.STATUS: ("assertionMethod",),
}


class KeyState(StrEnum):
    """Where a key stands in its life."""

    PREPARED = "prepared"
    CURRENT = "current"
    PREVIOUS = "previous"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class RotationError(ValueError):
    """The key cannot take that step, or is not there."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is known about one key without its private half."""

    id: str
    """Its fragment: the thumbprint of the key."""
    controller: str
    purpose: Purpose
    verification_method: str
    public_key: PublicKey
    state: KeyState
    created_at: datetime
    activated_at: datetime | None = None
    retired_at: datetime | None = None
    compromised_since: datetime | None = None


def current(records: Iterable[KeyRecord], controller: str, purpose: Purpose) -> KeyRecord | None:
    """Return the key that signs; of two (a crash between two writes) the one activated last."""
    mine = [
        record
        for record in records
        if (record.controller, record.purpose, record.state) == (controller, purpose, KeyState.CURRENT)
    ]
    return max(mine, key=lambda record: (record.activated_at or record.created_at, record.id), default=None)


def activate(records: Sequence[KeyRecord], key_id: str, *, at: datetime) -> tuple[KeyRecord, ...]:
    """Return the changed records, the new current key first, then those it makes previous.

    The order is the order to write them in: a crash between two writes leaves a key that signs.
    Raises `RotationError` unless the key is prepared or already current.
    """
    chosen = by_id(records, key_id)
    if chosen.state not in {KeyState.PREPARED, KeyState.CURRENT}:
        raise RotationError(f"a {chosen.state.value} key does not become current")
    others = [
        replace(record, state=KeyState.PREVIOUS, retired_at=at)
        for record in records
        if record.id != key_id
        and (record.controller, record.purpose, record.state) == (chosen.controller, chosen.purpose, KeyState.CURRENT)
    ]
    return (replace(chosen, state=KeyState.CURRENT, activated_at=at), *others)


def retire(records: Sequence[KeyRecord], key_id: str, *, at: datetime) -> KeyRecord:
    """Return the key as retired: its private half can be destroyed, what it signed keeps verifying."""
    record = by_id(records, key_id)
    if record.state is KeyState.COMPROMISED:
        raise RotationError("a compromised key stays compromised")
    return replace(record, state=KeyState.RETIRED, retired_at=record.retired_at or at)


def compromise(records: Sequence[KeyRecord], key_id: str, *, since: datetime) -> KeyRecord:
    """Return the key as not to be believed from `since` on; an earlier moment stays."""
    record = by_id(records, key_id)
    known = record.compromised_since
    return replace(record, state=KeyState.COMPROMISED, compromised_since=min(known, since) if known else since)


def published(records: Iterable[KeyRecord], controller: str) -> tuple[PublishedKey, ...]:
    """Return the keys for the controller's DID document, newest first.

    Keys of seals and timestamps have certificates and stay out. Every other key stays as long as
    something that it signed is to verify: prepared, previous and retired ones too.
    """
    mine = [record for record in records if record.controller == controller and record.purpose in _PUBLISHED]
    mine.sort(key=lambda record: (record.created_at, record.id), reverse=True)
    return tuple(
        PublishedKey(record.id, record.public_key, _PUBLISHED[record.purpose], record.compromised_since)
        for record in mine
    )


def by_id(records: Iterable[KeyRecord], key_id: str) -> KeyRecord:
    """Return the record of a key, or raise `RotationError`."""
    for record in records:
        if record.id == key_id:
            return record
    raise RotationError(f"there is no key {key_id}")
