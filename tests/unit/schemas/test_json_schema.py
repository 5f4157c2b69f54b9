"""Documents are judged by the schemas we publish, and by nothing from the network."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from schemas.json_schema import SCHEMA_BASE, UnknownSchemaError, schema_bytes, schema_paths, validate
from schemas.problems import EXPIRED, Outcome, Part, ProblemError
from schemas.report import CheckResult, Report
from tests.support.awards import award_json


def test_each_schema_is_a_schema_and_stands_at_its_own_address() -> None:
    assert 8 <= len(schema_paths())
    for path in schema_paths():
        schema = json.loads(schema_bytes(path))
        assert SCHEMA_BASE + path == schema["$id"]
        Draft202012Validator.check_schema(schema)


def test_errors_name_the_place_and_never_the_value() -> None:
    document = award_json("badge", tags=["secret-tag", 3])
    with pytest.raises(ProblemError) as caught:
        validate(document, "award/badge.json")
    problem = caught.value.problem
    assert ("schema-mismatch", ["/tags/1"]) == (problem.code, [error.pointer for error in problem.errors])
    assert "secret-tag" not in json.dumps(problem.to_json())


def test_many_errors_are_told_up_to_a_bound() -> None:
    with pytest.raises(ProblemError) as caught:
        validate(award_json("badge", **{f"surprise{n}": n for n in range(5)}, tags=list(range(20))), "award/badge.json")
    assert 20 >= len(caught.value.problem.errors) > 1


@pytest.mark.parametrize("name", ["award/degree.json", "https://example.org/schema.json", "../../pyproject.toml"])
def test_a_schema_that_is_not_ours_is_not_looked_for(name: str) -> None:
    with pytest.raises(UnknownSchemaError):
        validate({}, name)
    with pytest.raises(UnknownSchemaError):
        schema_bytes(name)


def test_a_report_follows_its_published_schema() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    checks = (
        CheckResult("signature", Outcome.PASSED, Part.INTEGRITY, note="eddsa-rdfc-2022", evidence_at=at),
        CheckResult("validity", Outcome.FAILED, Part.STATUS, EXPIRED.about("2026-05-31")),
    )
    inner = Report("credential", "urn:uuid:1", "b" * 64, at, checks, {Part.STATUS: {"valid_until": "2026-05-31"}})
    document = Report("pdf", None, "a" * 64, at, checks, items=(inner,)).to_json()
    validate(document, "report/1.json")
    with pytest.raises(ProblemError):
        validate({**document, "verdict": "fine"}, "report/1.json")
    assert isinstance(document["items"], list)
    with pytest.raises(ProblemError):
        validate({**document, "items": [{**document["items"][0], "checks": None}]}, "report/1.json")
