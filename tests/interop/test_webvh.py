"""did:webvh both ways with didwebvh-ts: each verifies the histories that the other wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from keys.did_webvh import read_log
from keys.resolver import MappingResolver, Resolver, find_key
from keys.store import Algorithm
from proofs.integrity import check_proofs
from schemas.problems import ProblemError
from tests.support.linked_data import converter
from tests.support.node import Judge
from tests.support.signers import key_finder, signer
from tests.support.webvh import Log

pytestmark = pytest.mark.interop

NOW = datetime(2099, 1, 1, tzinfo=UTC)  # the peer writes the real time into its entries


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("webvh.mjs")
    yield judge
    judge.close()


def _check(entry: Mapping[str, Any]) -> frozenset[str]:
    findings = check_proofs(entry, find_key=key_finder(Resolver()), converter=converter(), now=NOW)
    return frozenset(finding.verification_method for finding in findings)


def _raw(log: list[Any]) -> bytes:
    return b"\n".join(json.dumps(entry).encode() for entry in log)


def test_we_verify_a_history_that_it_wrote(judge: Judge) -> None:
    made = judge.ask("history", address="registrar.example")
    assert 3 == len(made["log"])
    document = read_log(_raw(made["log"]), made["did"], check=_check, now=NOW)
    url = document["verificationMethod"][0]["id"]
    found = find_key(MappingResolver({made["did"]: document}), url, "authentication")
    assert made["did"] == found.controller


def test_we_refuse_its_history_once_it_was_altered(judge: Judge) -> None:
    made = judge.ask("history", address="registrar.example")
    for at in range(3):
        log = json.loads(json.dumps(made["log"]))
        log[at]["state"]["alsoKnownAs"] = ["https://evil.example"]
        with pytest.raises(ProblemError, match="did-document-invalid"):
            read_log(_raw(log), made["did"], check=_check, now=NOW)


def test_we_see_that_it_gave_an_identifier_up(judge: Judge) -> None:
    made = judge.ask("history", address="registrar.example", deactivate=True)
    with pytest.raises(ProblemError, match="did-deactivated"):
        read_log(_raw(made["log"]), made["did"], check=_check, now=NOW)


def test_it_verifies_a_history_that_we_wrote(judge: Judge) -> None:
    first, second = (signer(Algorithm.EDDSA, name) for name in ("first", "second"))
    log = Log(first)
    log.add(parameters={"nextKeyHashes": [log.key_hash(second)]})
    log.add(by=second, parameters={"updateKeys": [log.key(second)], "nextKeyHashes": []})
    answer = judge.ask("resolve", log=log.entries)
    assert (log.did, log.did) == (answer["did"], answer["document"]["id"])
    log.entries[1]["state"]["alsoKnownAs"] = ["https://evil.example"]
    assert judge.ask("resolve", log=log.entries).get("error")
