"""The life of a key (R84, M09)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from keys import rotation
from keys.did_document import build_document, fragment_of
from keys.resolver import MappingResolver, find_key
from keys.rotation import KeyRecord, KeyState, RotationError
from keys.store import Purpose

DID = "did:web:registrar.parchemin.example:t:uni"
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)


def _record(state: KeyState, *, purpose: Purpose = Purpose.CREDENTIAL, days: int = 0) -> KeyRecord:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    name = fragment_of(key)
    created = NOW + timedelta(days=days)
    activated = created if state is not KeyState.PREPARED else None
    return KeyRecord(name, DID, purpose, f"{DID}#{name}", key, state, created, activated)


def test_a_prepared_key_takes_the_place_of_the_current_one() -> None:
    old, new, other = (
        _record(KeyState.CURRENT),
        _record(KeyState.PREPARED),
        _record(KeyState.CURRENT, purpose=Purpose.JOSE),
    )
    first, second = rotation.activate([old, new, other], new.id, at=NOW)
    assert (new.id, KeyState.CURRENT, NOW) == (first.id, first.state, first.activated_at)
    assert (old.id, KeyState.PREVIOUS, NOW) == (second.id, second.state, second.retired_at)


def test_a_crash_between_the_two_writes_leaves_the_new_key_signing() -> None:
    """X20, X21."""
    old, new = _record(KeyState.CURRENT), _record(KeyState.PREPARED)
    changed = rotation.activate([old, new], new.id, at=NOW + timedelta(days=1))[0]
    assert changed == rotation.current([old, changed], DID, Purpose.CREDENTIAL)
    assert rotation.current([old, changed], DID, Purpose.JOSE) is None


@pytest.mark.parametrize("state", [KeyState.PREVIOUS, KeyState.RETIRED, KeyState.COMPROMISED])
def test_a_key_that_was_put_away_does_not_come_back(state: KeyState) -> None:
    record = _record(state)
    with pytest.raises(RotationError, match=state.value):
        rotation.activate([record], record.id, at=NOW)


def test_a_key_that_is_not_there_cannot_move() -> None:
    with pytest.raises(RotationError, match="no key"):
        rotation.retire([], "nothing", at=NOW)


def test_a_retired_key_keeps_its_first_moment() -> None:
    record = replace(_record(KeyState.PREVIOUS), retired_at=NOW)
    assert NOW == rotation.retire([record], record.id, at=NOW + timedelta(days=9)).retired_at
    assert NOW == rotation.retire([_one := _record(KeyState.CURRENT)], _one.id, at=NOW).retired_at


def test_a_compromise_is_final_and_only_moves_back() -> None:
    record = rotation.compromise([_one := _record(KeyState.CURRENT)], _one.id, since=NOW)
    earlier, later = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert NOW == rotation.compromise([record], record.id, since=later).compromised_since
    assert earlier == rotation.compromise([record], record.id, since=earlier).compromised_since
    with pytest.raises(RotationError, match="compromised"):
        rotation.retire([record], record.id, at=NOW)


def test_every_key_that_signed_stays_in_the_published_document() -> None:
    """R84, F07: a rotated key verifies what it signed, a compromised one not from its date on."""
    states = [KeyState.PREPARED, KeyState.CURRENT, KeyState.PREVIOUS, KeyState.RETIRED]
    records = [_record(state, days=-place) for place, state in enumerate(states)]
    stolen = replace(_record(KeyState.COMPROMISED, days=-9), compromised_since=NOW)
    seal = _record(KeyState.CURRENT, purpose=Purpose.SEAL)
    elsewhere = replace(_record(KeyState.CURRENT), controller="did:web:other.example")
    document = build_document(DID, rotation.published([seal, elsewhere, stolen, *reversed(records)], DID))
    resolver = MappingResolver({DID: document})
    for record in records:
        assert find_key(resolver, record.verification_method, "assertionMethod").revoked_from is None
    assert NOW == find_key(resolver, stolen.verification_method, "assertionMethod").revoked_from
    named = [method["id"] for method in document["verificationMethod"] if method["type"] == "Multikey"]
    assert [record.verification_method for record in [*records, stolen]] == named
