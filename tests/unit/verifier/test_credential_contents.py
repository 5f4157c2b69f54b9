"""What a credential says about other things: schemas and related files (VCDM 2.0 section 5.3)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from contexts.loader import pinned_files
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import World
from tests.support.reports import codes
from verifier.verification import verify


@pytest.fixture
def world() -> World:
    return World()


def with_schema(world: World, **entry: Any) -> Report:
    issuer = world.issuer()
    schema = {"id": "https://schemas.example/none.json", "type": "JsonSchema", **entry}
    return verify(issuer.signed(issuer.badge(credentialSchema=[schema])), world.evidence())


def test_a_schema_that_is_not_at_hand_changes_nothing(world: World) -> None:
    report = with_schema(world)
    assert {"schema": None} == codes(report)
    assert Verdict.VERIFIED is report.verdict


def test_a_schema_of_an_unknown_kind_changes_nothing(world: World) -> None:
    assert {"schema": None} == codes(with_schema(world, type="JsonSchemaCredential"))


def test_a_schema_that_we_have_is_not_followed(world: World) -> None:
    report = with_schema(world, id="https://parchemin.example/schemas/report/1.json")
    assert {"schema": "schema-mismatch"} == codes(report)
    assert ("no", Verdict.FAILED) == (report.integrity.answer.value, report.verdict)


def test_a_schema_that_we_have_is_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No schema of ours describes a credential that names a schema, so the judge is replaced."""
    judged: list[str] = []
    monkeypatch.setattr("verifier.contents.validate", lambda _, schema_id: judged.append(schema_id))
    report = with_schema(world)
    assert ["https://schemas.example/none.json"] == judged
    assert ({}, "follows 1 schema(s)") == (codes(report), report.checks[-1].note)


PAGES = b"%PDF-1.7 pages"


def multibase(raw: bytes, prefix: bytes = b"\x12\x20") -> str:
    return "u" + base64.urlsafe_b64encode(prefix + hashlib.sha256(raw).digest()).rstrip(b"=").decode()


def related(world: World, digests: Mapping[str, Any], supplied: Mapping[str, bytes] | None = None) -> Report:
    issuer = world.issuer()
    resource = {"id": "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001", **digests}
    raw = issuer.signed(issuer.badge(relatedResource=[resource]))
    evidence = world.evidence(supplied=supplied) if supplied is not None else world.evidence()
    return verify(raw, evidence)


FILE = {"urn:uuid:aaaaaaaa-0000-4000-8000-000000000001": PAGES}


def sri(algorithm: str, raw: bytes) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, raw).digest()).decode()}"


def test_a_related_file_that_was_not_supplied_changes_nothing(world: World) -> None:
    report = related(world, {"digestMultibase": multibase(PAGES)})
    assert {"related": None} == codes(report)
    assert Verdict.VERIFIED is report.verdict


@pytest.mark.parametrize(
    "digests",
    [
        {"digestMultibase": multibase(PAGES)},
        {"digestSRI": sri("sha384", PAGES)},
        {"digestSRI": sri("sha512", PAGES), "digestMultibase": multibase(PAGES)},
    ],
)
def test_a_related_file_is_compared(world: World, digests: Mapping[str, Any]) -> None:
    assert {} == codes(related(world, digests, FILE))
    report = related(world, digests, dict.fromkeys(FILE, PAGES + b"!"))
    assert {"related": "tampered"} == codes(report)
    assert Verdict.FAILED is report.verdict


@pytest.mark.parametrize("right", [True, False])
def test_a_context_that_is_read_here_is_compared_though_nobody_supplied_it(world: World, *, right: bool) -> None:
    """B25: whoever names the digest of a context means those words and no others."""
    address = "https://www.w3.org/ns/credentials/v2"
    raw = pinned_files()[address] if right else b"other words"
    report = related(world, {"id": address, "digestSRI": sri("sha384", raw)})
    assert ({} if right else {"related": "tampered"}) == codes(report)


@pytest.mark.parametrize(
    "digests",
    [
        {"digestSRI": "md5-AAAA"},
        {"digestSRI": "sha256-***"},
        {"digestMultibase": multibase(PAGES, b"\xd5\x10")},
        {"digestMultibase": "z???"},
        {"digestSRI": sri("sha256", b"other"), "digestMultibase": multibase(PAGES)},
    ],
)
def test_a_digest_that_is_none_or_differs_is_refused(world: World, digests: Mapping[str, Any]) -> None:
    assert codes(related(world, digests, FILE))["related"] in {"malformed", "tampered"}


# our own defects, and the cache
