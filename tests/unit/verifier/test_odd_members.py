"""Whatever a key signs, no check stumbles over it: a report never says `internal`."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.issuer_simulator import V1, World
from verifier.telling import said
from verifier.verification import examine

WORLD = World()
ISSUER = WORLD.issuer()
ODD: tuple[Any, ...] = ("x", 7, [], {}, [7], [{}], ["x", {"type": {}}], {"id": ["x"], "type": [{}]})
"""Values of kinds that no data model expects, nested as deep as checks look."""


def badge() -> dict[str, Any]:
    """Return a badge with each member that a check or a page reads."""
    return ISSUER.badge(
        index=3,
        relatedResource=[{"id": "https://uni.example/a.pdf", "digestSRI": "sha256-x"}],
        credentialSchema=[{"id": "https://uni.example/schema.json", "type": "JsonSchema"}],
        evidence=[{"id": "https://uni.example/a.pdf", "type": ["Evidence"]}],
        description="A badge.",
        image={"id": "https://uni.example/a.png", "type": "Image"},
        nbf=1,
        exp=2**40,
    )


def older() -> dict[str, Any]:
    """Return a badge of VCDM 1.1, whose own members are not those of 2.0."""
    kept = {name: value for name, value in badge().items() if name not in ("validFrom", "validUntil")}
    del kept["credentialStatus"]
    return {**kept, "@context": [V1], "issuanceDate": "2026-01-01T00:00:00Z"}


def record() -> dict[str, Any]:
    made = ISSUER.transcript(1)
    made["credentialSubject"]["association"] = [
        {"type": "Association", "associationType": "isChildOf", "sourceId": "urn:uuid:1", "targetId": "urn:uuid:2"}
    ]
    return made


def places(value: Any, *, depth: int, below: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value that is not the context, down to `depth` steps."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        if step != "@context" and len(below) < depth:
            yield (*below, step)
            yield from places(item, depth=depth, below=(*below, step))


def put(document: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    item: Any = changed
    for step in path[:-1]:
        item = item[step]
    item[path[-1]] = value
    return changed


@pytest.mark.parametrize("make", [badge, older, record])
def test_no_value_of_another_kind_makes_a_check_stumble(make: Any) -> None:
    """eddsa-jcs-2022 signs the JSON as it stands, so the checks meet every value that the gate lets through."""
    document, stumbled = make(), []
    for path in places(document, depth=3):
        for value in ODD:
            raw = ISSUER.signed(put(document, path, value), cryptosuite="eddsa-jcs-2022")
            examined = examine(raw, WORLD.evidence())
            said(examined)
            reports = (examined.report, *examined.report.items)
            if any(check.problem and check.problem.code == "internal" for one in reports for check in one.checks):
                stumbled.append((path, value))
    assert [] == stumbled
