"""Documents are judged by the schemas we publish, and by nothing from the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

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


def test_equal_items_are_found_without_comparing_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's list of 9,000 objects took four minutes: what compares pairs is not asked any more."""

    def compares(_items: object) -> bool:
        raise AssertionError

    monkeypatch.setattr("jsonschema._keywords.uniq", compares)
    many = [{"a": number} for number in range(300)]
    with pytest.raises(ProblemError) as caught:
        validate({"type": many}, "openbadges/achievement-credential.json")
    assert "`uniqueItems`" not in json.dumps(caught.value.problem.to_json())


@pytest.mark.parametrize(
    ("items", "differ"),
    [
        (["a", "b"], True),
        (["a", "a"], False),
        ([1, 1.0], False),
        ([1, True], True),
        ([0, False], True),
        ([1.5, 1], True),
        (["1", 1], True),
        ([{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}], False),
        ([[1, 2], [2, 1]], True),
        ([[], {}], True),
    ],
)
def test_items_differ_as_json_values_do(items: list[object], *, differ: bool) -> None:
    """JSON Schema, section 4.2.2: numbers are equal by their value, objects whatever their order."""
    with pytest.raises(ProblemError) as caught:
        validate({"type": items}, "openbadges/achievement-credential.json")
    told = [error.detail for error in caught.value.problem.errors if error.pointer == "/type"]
    assert differ == ("does not follow `uniqueItems`" not in told)


def test_no_pattern_of_ours_begins_anywhere() -> None:
    """A pattern without an anchor is tried at each place of a text: 250,000 characters take a quarter of an hour."""
    found = [pattern for path in schema_paths() for pattern in _patterns(json.loads(schema_bytes(path)))]
    assert 10 < len(found)
    assert [] == [pattern for pattern in found if not pattern.startswith("^") or ".*" in pattern]


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for inner in schema.values():
            yield from _patterns(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _patterns(inner)
