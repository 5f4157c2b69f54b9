"""Parts of the verifier that a whole verification does not reach from outside."""

from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

import pytest

from schemas.problems import ProblemError
from schemas.report import Verdict
from tests.support.issuer_simulator import World
from verifier.contents import listed, related
from verifier.dates import moment
from verifier.document import Content, Document, Form, Kind
from verifier.proof_cache import ProofCache
from verifier.verification import verify
from verifier.worker import main


def document(claims: Mapping[str, Any]) -> Document:
    return Document(Content(b"", Form.JSON, Kind.CREDENTIAL), claims, ())


def test_the_cache_forgets_the_least_recently_used() -> None:
    cache = ProofCache(2)
    for name in (b"a", b"b"):
        cache.put(name, ())
    assert () == cache.get(b"a")
    cache.put(b"c", ())
    assert (2, None, ()) == (len(cache), cache.get(b"b"), cache.get(b"a"))


def test_a_date_that_is_none_is_malformed() -> None:
    assert datetime(2026, 1, 2, tzinfo=UTC) == moment({"validFrom": "2026-01-02T00:00:00"}, "issuanceDate", "validFrom")
    assert None is moment({}, "validFrom")
    with pytest.raises(ProblemError, match="malformed: validFrom"):
        moment({"validFrom": "2026-02-30T00:00:00Z"}, "validFrom")


def test_a_related_file_without_a_digest_proves_nothing() -> None:
    evidence = World().evidence(supplied={"urn:x:1": b""})
    with pytest.raises(ProblemError, match="no digest"):
        related(document({"relatedResource": {"id": "urn:x:1"}}), evidence)


@pytest.mark.parametrize(("value", "expected"), [(None, []), ([1], [1]), (1, [1]), ({}, [{}])])
def test_one_or_several_are_read_as_a_list(value: Any, expected: list[Any]) -> None:
    assert expected == listed(value)


def test_a_registry_without_a_name_still_vouches() -> None:
    world = World()
    issuer = world.issuer()
    world.trust(issuer.did, names={})
    evidence = world.evidence()
    report = verify(issuer.signed(issuer.badge()), replace(evidence, trust=replace(evidence.trust, registry_names={})))
    assert Verdict.VERIFIED is report.verdict
    assert "Example University" == report.identity.facts["name"]


def test_a_worker_answers_until_its_line_closes() -> None:
    ours, theirs = socket.socketpair()
    unlimited = str(resource.RLIM_INFINITY)
    target = "verifier.canonical_worker:make_handler"
    worker = threading.Thread(target=main, args=([target, unlimited, str(theirs.detach())],))
    worker.start()
    line = Connection(ours.detach())
    assert "ready" == line.recv()
    line.send(("not", "a question"))
    assert ("defect", "ValueError") == line.recv()
    line.close()
    worker.join(10)
    assert not worker.is_alive()
