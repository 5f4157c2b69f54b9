"""did:webvh: a history that its host cannot rewrite."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from keys import did_webvh
from keys.did_webvh import WebVHResolver, log_address_of, read_log
from keys.resolver import Resolver, find_key
from keys.store import Algorithm
from keys.webvh_parameters import METHOD
from schemas.limits import Limits
from schemas.problems import ProblemError
from services.fetch import Fetched, FetchError, FetchFailedError, FetchForbiddenError, MappingFetcher
from services.patience import patience
from tests.support.signers import signer
from tests.support.webvh import NOW, Log, check, signed

FIRST, SECOND, ATTACKER = (signer(Algorithm.EDDSA, name) for name in ("first", "second", "attacker"))
SCID = "QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ"


def _document(log: Log) -> dict[str, Any]:
    method = {"id": f"{log.did}#k", "type": "Multikey", "controller": log.did, "publicKeyMultibase": log.key()}
    return {"id": log.did, "verificationMethod": [method], "assertionMethod": [f"{log.did}#k"]}


def _read(log: Log, did: str | None = None) -> Any:
    return read_log(log.raw(), did or log.did, check=check, now=NOW)


def _code(log: Log, did: str | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        _read(log, did)
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("domain.example", "https://domain.example/.well-known/did.jsonl"),
        ("domain.example%3A8443:dids:issuer", "https://domain.example:8443/dids/issuer/did.jsonl"),
    ],
)
def test_an_identifier_has_the_address_that_the_method_says(path: str, address: str) -> None:
    """did:webvh v1.0, section 3.4."""
    assert address == log_address_of(f"did:webvh:{SCID}:{path}")


@pytest.mark.parametrize(
    ("did", "code"),
    [
        (f"did:webvh:{SCID}", "did-invalid"),
        (f"did:webvh:{SCID}:", "did-invalid"),
        ("did:webvh:domain.example", "did-invalid"),
        ("did:webvh:Qm0:domain.example", "did-invalid"),
        ("did:web:domain.example", "did-invalid"),
        (f"did:webvh:{SCID}:localhost", "network-forbidden"),
        (f"did:webvh:{SCID}:127.0.0.1", "network-forbidden"),
        (f"did:webvh:{SCID}:a.example:..", "did-invalid"),
    ],
)
def test_another_text_has_no_address(did: str, code: str) -> None:
    """F01, F02."""
    with pytest.raises(ProblemError) as caught:
        log_address_of(did)
    assert code == caught.value.problem.code


def test_the_last_document_of_a_log_that_holds_is_found() -> None:
    log = Log(FIRST).add()
    log.add(state=_document(log))
    for kind in ("text/jsonl", "application/octet-stream"):
        answers = {log_address_of(log.did): Fetched("", 200, kind, log.raw())}
        resolver = Resolver(webvh=WebVHResolver(MappingFetcher(answers), check=check, now=lambda: NOW))
        assert FIRST.public_key == find_key(resolver, f"{log.did}#k", "assertionMethod").key


def test_keys_are_handed_on_by_the_one_before() -> None:
    log = Log(FIRST).add().add(parameters={"updateKeys": [Log(SECOND).key()]}).add(by=SECOND)
    assert log.did == _read(log)["id"]


def test_promised_keys_take_over() -> None:
    """Pre-rotation: the hash of the next key stands in the entry before."""
    log = Log(FIRST)
    log.add(parameters={"nextKeyHashes": [log.key_hash(SECOND)]})
    log.add(by=SECOND, parameters={"updateKeys": [log.key(SECOND)], "nextKeyHashes": []})
    assert log.did == _read(log)["id"]


def promised(log: Log, *keys: Any) -> dict[str, Any]:
    return {"nextKeyHashes": [log.key_hash(key) for key in keys]}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda log: log.add().add(by=ATTACKER),
        lambda log: log.add(by=ATTACKER),
        lambda log: log.add().add(by=SECOND, parameters={"updateKeys": [log.key(SECOND)]}),
        lambda log: log.add(parameters={"updateKeys": []}),
        lambda log: log.add(parameters={"updateKeys": "z6Mk"}),
        lambda log: log.add(parameters={"updateKeys": [7]}),
        lambda log: log.add(parameters={"nextKeyHashes": 7}),
        lambda log: log.add(parameters={"method": "did:webvh:0.5"}),
        lambda log: log.add(parameters={"scid": SCID}),
        lambda log: log.add().add(parameters={"scid": log.scid}),
        lambda log: log.add().add(parameters={"portable": True}),
        lambda log: log.add(parameters={"deactivated": True}).add(),
        lambda log: log.add(parameters={"method": None}),
        lambda log: log.add().add(parameters=[]),
        lambda log: log.add(versionTime="2026-05-31"),
        lambda log: log.add(versionTime="2026-05-31T12:06:00Z"),
        lambda log: log.add().add(versionTime="2026-05-01T00:00:00Z"),
        lambda log: log.add(state=None),
        lambda log: log.add(state={"id": "did:web:registrar.example"}),
        lambda log: log.add(state={"id": "did:webvh:{SCID}:other.example"}),
        lambda log: log.add(parameters={"nextKeyHashes": [SCID]}).add(by=SECOND),
        lambda log: log.add(versionTime="2026-05-01T02:00:00+02:00"),
        lambda log: log.add(versionTime="2026-05-01T00:00:00"),
        lambda log: log.add().add(versionTime="2026-05-22T12:00:00Z"),
        lambda log: log.add(parameters={"unknown": 1}),
        lambda log: log.add(parameters={"portable": "true"}),
        lambda log: log.add(parameters={"portable": None}),
        lambda log: log.add(parameters={"deactivated": 1}),
        lambda log: log.add().add(parameters={"deactivated": "true"}),
        lambda log: log.add(parameters={"ttl": -1}),
        lambda log: log.add(parameters={"ttl": True}),
        lambda log: log.add(parameters={"ttl": 2**31 + 1}),
        lambda log: log.add(parameters={"ttl": "60"}),
        lambda log: log.add(parameters={"watchers": "https://watcher.example"}),
        lambda log: log.add(parameters={"watchers": [7]}),
        lambda log: log.add(parameters={"witness": []}),
        lambda log: log.add(parameters={"updateKeys": None}),
        lambda log: log.add(parameters=promised(log, FIRST)).add(),
        lambda log: log.add(parameters=promised(log, FIRST)).add(parameters={"nextKeyHashes": []}),
        lambda log: log.add(parameters=promised(log, FIRST)).add(parameters={"updateKeys": [log.key()]}),
        lambda log: log.add(parameters=promised(log, FIRST)).add(
            by=SECOND, parameters={"updateKeys": [log.key(), log.key(SECOND)], "nextKeyHashes": []}
        ),
    ],
)
def test_an_entry_that_its_history_does_not_allow_is_refused(spoil: Any) -> None:
    log = Log(FIRST)
    spoil(log)
    assert "did-document-invalid" == _code(log)


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries[1]["state"].update(alsoKnownAs=["https://evil.example"]),
        lambda entries: entries[0]["parameters"].update(portable=True),
        lambda entries: entries.pop(0),
        lambda entries: entries.reverse(),
        lambda entries: entries.append(entries[1]),
        lambda entries: entries[1].update(versionId=entries[1]["versionId"].replace("2-", "3-")),
        lambda entries: entries[1].update(versionId="2-x"),
        lambda entries: entries[1].update(versionId=2),
        lambda entries: entries[0].update(parameters=[]),
        lambda entries: entries[0].update(huge=2**60),
        lambda entries: entries.insert(0, "text"),
    ],
)
def test_a_log_that_was_changed_is_refused(change: Any) -> None:
    log = Log(FIRST).add().add()
    change(log.entries)
    assert "did-document-invalid" == _code(log)


def test_a_log_whose_first_entry_is_another_one_is_refused() -> None:
    """The identifier itself is the hash: a thief of the host cannot begin anew under it."""
    mine, theirs = Log(FIRST).add(), Log(ATTACKER).add()
    entry = json.loads(json.dumps(theirs.entries[0]).replace(theirs.scid, mine.scid))
    del entry["proof"]
    entry["versionId"] = f"1-{did_webvh._hash({**entry, 'versionId': mine.scid})}"
    forged = Log(ATTACKER)
    forged.scid = mine.scid
    forged.entries = [signed(entry, ATTACKER)]
    with pytest.raises(ProblemError, match="hash of its first entry"):
        _read(forged, mine.did)


def test_a_proof_that_does_not_hold_is_told() -> None:
    log = Log(FIRST).add()
    log.entries[0]["proof"][0]["created"] = "2026-05-30T00:00:00Z"
    assert "tampered" == _code(log)
    del log.entries[0]["proof"]
    assert "proof-missing" == _code(log)


def test_an_identifier_may_move_if_its_log_says_so() -> None:
    log = moved({"portable": True})
    assert log.did == _read(log)["id"]
    assert log.did == _read(log.add().add(parameters={"portable": False}).add())["id"]
    log.path = "third.example"
    log.add(state={"id": log.did, "alsoKnownAs": [log.entries[0]["state"]["id"], log.entries[-1]["state"]["id"]]})
    assert "did-document-invalid" == _code(log)


@pytest.mark.parametrize(
    ("first", "state"),
    [
        ({}, {}),
        ({"portable": False}, {}),
        ({"portable": True}, {"alsoKnownAs": []}),
        ({"portable": True}, {"alsoKnownAs": ["did:web:registrar.example:t:uni"]}),
        ({"portable": True}, {"alsoKnownAs": "registrar"}),
    ],
)
def test_an_identifier_that_moves_says_where_it_was_and_that_it_might(
    first: dict[str, Any], state: dict[str, Any]
) -> None:
    """did:webvh v1.0, DID Portability."""
    assert "did-document-invalid" == _code(moved(first, **state))


def moved(first: dict[str, Any], **state: Any) -> Log:
    log = Log(FIRST).add(parameters=first)
    before, log.path = log.did, "elsewhere.example"
    return log.add(state={"id": log.did, "alsoKnownAs": [before], **state})


def test_whoever_asks_for_the_name_before_the_move_is_not_answered_with_another_document() -> None:
    log = moved({"portable": True})
    assert "did-document-invalid" == _code(log, log.entries[0]["state"]["id"])


def test_every_parameter_may_be_set_and_an_early_log_wrote_null_for_none() -> None:
    log = Log(FIRST).add(
        parameters={"portable": False, "ttl": 60, "watchers": ["https://watcher.example"], "witness": {}}
    )
    log.add(parameters={"ttl": 0, "deactivated": False, "method": METHOD, "updateKeys": [log.key()]})
    log.add(parameters={"ttl": None, "watchers": None, "witness": None, "nextKeyHashes": None})
    assert log.did == _read(log)["id"]


def test_a_proof_of_another_suite_signs_no_entry() -> None:
    """Version 1.0 permits exactly eddsa-jcs-2022: a signature that holds is not enough."""
    other = signer(Algorithm.ES256, "other")
    log = Log(FIRST).add(parameters={"updateKeys": [Log(FIRST).key(), Log(FIRST).key(other)]})
    assert log.did == _read(log)["id"]
    first = {name: value for name, value in log.entries[0].items() if name != "proof"}
    log.entries[0] = signed(first, other, "ecdsa-jcs-2019")
    assert "did-document-invalid" == _code(log)
    log.entries[0]["proof"] += signed(first, FIRST)["proof"]
    assert "did-document-invalid" == _code(log)


def test_an_identifier_that_was_given_up_is_said_to_be() -> None:
    """F08."""
    log = Log(FIRST).add().add(parameters={"deactivated": True, "updateKeys": []})
    assert "did-deactivated" == _code(log)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"{}\n" * 1_001])
def test_a_log_has_a_number_of_entries(raw: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        read_log(raw, f"did:webvh:{SCID}:a.example", check=check, now=NOW)
    assert "too-complex" == caught.value.problem.code


def test_an_entry_is_strict_json() -> None:
    for raw in (b"{", b'{"a":1,"a":2}', b"[]"):
        with pytest.raises(ProblemError, match="did-document-invalid"):
            read_log(raw, f"did:webvh:{SCID}:a.example", check=check, now=NOW)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (FetchForbiddenError("inside"), "network-forbidden"),
        (FetchFailedError("away"), "did-unresolved"),
        (Fetched("", 404, "text/plain", b""), "did-unresolved"),
        (Fetched("", 200, "text/html", b"<html>"), "did-document-invalid"),
        (Fetched("", 200, "text/jsonl", b" " * 100), "too-large"),
    ],
)
def test_what_could_not_be_had_is_told_from_what_is_wrong(answer: Fetched | FetchError, code: str) -> None:
    did = f"did:webvh:{SCID}:registrar.example"
    fetcher = MappingFetcher({log_address_of(did): answer})
    small = Limits(did_document_bytes=10)
    with pytest.raises(ProblemError) as caught:
        WebVHResolver(fetcher, check=check, now=lambda: NOW, limits=small).resolve(did)
    assert code == caught.value.problem.code


def test_honest_clocks_may_differ_a_little() -> None:
    soon = (NOW + timedelta(minutes=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert _read(log := Log(FIRST).add(versionTime=soon))["id"] == log.did


def test_a_log_is_read_as_long_as_whoever_asks_has_time() -> None:
    """Fifty long logs that are kept cost no waiting, and half a second of work each."""
    log = Log(FIRST).add()
    with patience(0.0):
        assert "did-unresolved" == _code(log)
    assert log.did == _read(log)["id"]
