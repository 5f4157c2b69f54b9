"""Witnesses of a did:webvh: without enough of them a log that names them is not believed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keys import did_key
from keys.did_webvh import WebVHResolver, log_address_of, read_log
from keys.store import Algorithm
from keys.webvh_witnesses import FILE, MOST_PROOFS, read_witnesses
from schemas.problems import ProblemError
from services.fetch import Fetched, MappingFetcher
from tests.support.signers import signer
from tests.support.webvh import NOW, Log, check, signed

OWNER, *WATCHERS = (signer(Algorithm.EDDSA, name) for name in ("owner", "anna", "bela", "cleo"))
ANNA, BELA, CLEO = WATCHERS


def did(watcher: Any) -> str:
    return did_key.did_for(watcher.public_key)


def watched_by(threshold: int, *watchers: Any) -> dict[str, Any]:
    return {"witness": {"threshold": threshold, "witnesses": [{"id": did(watcher)} for watcher in watchers]}}


def approval(log: Log, number: int, *watchers: Any) -> dict[str, Any]:
    """Return what stands in the file: proofs over the version of an entry."""
    version = {"versionId": log.entries[number - 1]["versionId"]}
    proofs = []
    for watcher in watchers:
        known_as = did_key.verification_method_for(watcher.public_key)
        proofs += signed(version, _As(watcher, known_as))["proof"]
    return {**version, "proof": proofs}


class _As:
    """A signer under the name of its did:key."""

    def __init__(self, watcher: Any, method: str) -> None:
        self._watcher, self.verification_method = watcher, method

    def __getattr__(self, name: str) -> Any:
        return getattr(self._watcher, name)


def read(log: Log, *approvals: Any, raw: bytes | None = None) -> Any:
    given = raw if raw is not None else json.dumps(approvals).encode()
    return read_log(log.raw(), log.did, check=check, now=NOW, witnessed=lambda: given)


def code(log: Log, *approvals: Any, raw: bytes | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        read(log, *approvals, raw=raw)
    return caught.value.problem.code


def test_enough_witnesses_are_enough() -> None:
    """did:webvh v1.0, section 3.7.8: two of three, whichever."""
    log = Log(OWNER).add(parameters=watched_by(2, ANNA, BELA, CLEO))
    assert log.did == read(log, approval(log, 1, ANNA, CLEO))["id"]
    assert log.did == read(log, approval(log, 1, ANNA), approval(log, 1, BELA))["id"]
    assert "did-document-invalid" == code(log, approval(log, 1, ANNA))
    assert "did-document-invalid" == code(log, approval(log, 1, ANNA, ANNA))
    assert "did-document-invalid" == code(log)


def test_a_proof_over_a_later_version_approves_what_was_before() -> None:
    log = Log(OWNER).add(parameters=watched_by(1, ANNA)).add().add()
    assert log.did == read(log, approval(log, 3, ANNA))["id"]
    assert "did-document-invalid" == code(log, approval(log, 2, ANNA))


def test_a_proof_of_somebody_else_or_over_another_version_says_nothing() -> None:
    log = Log(OWNER).add(parameters=watched_by(1, ANNA))
    other = Log(OWNER).add(parameters=watched_by(1, ANNA)).add()
    assert "did-document-invalid" == code(log, approval(log, 1, BELA))
    assert "did-document-invalid" == code(log, approval(other, 2, ANNA))


def test_a_changed_proof_is_no_approval_and_spoils_no_other() -> None:
    log = Log(OWNER).add(parameters=watched_by(1, ANNA, BELA))
    false = approval(log, 1, ANNA)
    false["proof"][0]["created"] = "2026-01-01T00:00:00Z"
    assert "did-document-invalid" == code(log, false)
    assert log.did == read(log, false, approval(log, 1, BELA))["id"]


def test_whoever_watches_watches_over_the_entry_that_sends_them_away() -> None:
    """Else a thief with the owner's key alone would begin by sending the witnesses away."""
    log = (
        Log(OWNER)
        .add(parameters=watched_by(1, ANNA))
        .add(parameters=watched_by(1, BELA))
        .add(parameters={"witness": {}})
    )
    assert log.did == read(log, approval(log, 2, ANNA), approval(log, 3, BELA))["id"]
    assert "did-document-invalid" == code(log, approval(log, 1, ANNA), approval(log, 3, BELA))
    assert "did-document-invalid" == code(log, approval(log, 3, ANNA))


def test_a_log_that_names_nobody_asks_nobody() -> None:
    log = Log(OWNER).add(parameters={"witness": {}})
    assert log.did == read_log(log.raw(), log.did, check=check, now=NOW)["id"]


@pytest.mark.parametrize(
    "value",
    [
        [],
        7,
        {"threshold": 1},
        {"threshold": 1, "witnesses": []},
        {"threshold": 1, "witnesses": [{}]},
        {"threshold": 1, "witnesses": ["did:key:z6Mk"]},
        {"threshold": 1, "witnesses": [{"id": "did:web:example.org"}]},
        {"threshold": 0, "witnesses": [{"id": did(ANNA)}]},
        {"threshold": 2, "witnesses": [{"id": did(ANNA)}]},
        {"threshold": True, "witnesses": [{"id": did(ANNA)}]},
        {"threshold": 1, "witnesses": [{"id": did(ANNA)}] * 2},
        {"threshold": 1, "witnesses": [{"id": did(ANNA)}] * 51},
    ],
    ids=range(12),
)
def test_what_asks_for_no_witnesses_in_the_right_form_is_refused(value: Any) -> None:
    with pytest.raises(ProblemError, match="did-document-invalid"):
        read_witnesses(value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[7]",
        b'[{"versionId": 1, "proof": [{}]}]',
        b'[{"versionId": "1-x", "proof": 7}]',
        b'[{"a":1,"a":2}]',
    ],
    ids=range(6),
)
def test_a_file_of_something_else_approves_nothing(raw: bytes) -> None:
    log = Log(OWNER).add(parameters=watched_by(1, ANNA))
    assert "did-document-invalid" == code(log, raw=raw)


def test_the_number_of_proofs_is_bounded() -> None:
    log = Log(OWNER).add(parameters=watched_by(1, ANNA))
    many = [{"versionId": "1-x", "proof": [{}] * 50}] * (MOST_PROOFS // 50)
    assert "did-document-invalid" == code(log, *many)
    assert "too-complex" == code(log, *many, {"versionId": "1-x", "proof": {}})


def test_the_proofs_stand_beside_the_log_and_are_fetched_only_when_needed() -> None:
    log = Log(OWNER).add(parameters=watched_by(1, ANNA))
    address = log_address_of(log.did)
    there = Fetched("", 200, "application/json", json.dumps([approval(log, 1, ANNA)]).encode())
    pages = {address: Fetched("", 200, "text/jsonl", log.raw())}
    assert address.endswith("/did.jsonl")

    def resolve(more: dict[str, Fetched]) -> Any:
        return WebVHResolver(MappingFetcher({**pages, **more}), check=check, now=lambda: NOW).resolve(log.did)

    assert log.did == resolve({address.replace("did.jsonl", FILE): there})["id"]
    with pytest.raises(ProblemError, match="did-unresolved"):
        resolve({})
