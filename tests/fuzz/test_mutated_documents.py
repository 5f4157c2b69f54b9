"""Genuine documents, changed at random: no defect of ours, and never a wrong yes (threats.md A31, B01).

A mutated document may still be verified only when it says the very same statements: one value
written as a list of one, for example. `make soak` runs it for long.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.json_schema import validate
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import World, converter, dumped
from tests.support.pyld_canonical import by_pyld
from verifier.verification import verify
from verifier.wording import as_text, sentences

WORLD = World()
ISSUER, HOLDER = WORLD.issuer(), WORLD.stranger()
SUBSTITUTES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 2**53 + 1, "", "x", "did:key:z", "https://x", "_:b", "2026-13-01T00:00:00Z", "\u202e",
    [], ["x"], [[1]], [None], {}, {"id": "x"}, {"@id": "x"}, {"@value": "x"}, {"": ""}, {"@context": {}}, "z" * 300,
)  # fmt: skip
KEYS = (
    "@id", "@type", "@context", "@graph", "@nest", "@included", "@list", "id", "type", "proof", "holder", "issuer",
    "name", "validUntil", "validFrom", "credentialStatus", "credentialSubject", "verifiableCredential", "x",
)  # fmt: skip


@cache
def originals() -> tuple[str, ...]:
    """Return the documents that are mutated, as JSON."""
    badge = ISSUER.proved(ISSUER.badge(index=3))
    shown = HOLDER.proved(HOLDER.presentation(badge), purpose="authentication")
    return tuple(json.dumps(document) for document in (badge, ISSUER.proved(ISSUER.transcript(1, index=3)), shown))


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, item in entries:
        yield (*path, step)
        yield from paths(item, (*path, step))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a genuine document and the same with one to three changes."""
    original = json.loads(draw(st.sampled_from(originals())))
    document = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, 3))):
        found = list(paths(document))
        if not found:
            break
        mutate(draw, document, draw(st.sampled_from(found)))
    return original, document


def mutate(draw: st.DrawFn, document: Any, path: tuple[Any, ...]) -> None:
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    kind = draw(st.sampled_from(["substitute", "remove", "wrap", "repeat", "add", "text"]))
    value = parent[path[-1]]
    if kind == "remove":
        del parent[path[-1]]
    elif kind == "wrap":
        parent[path[-1]] = [value]
    elif kind == "repeat" and isinstance(parent, list):
        parent.append(copy.deepcopy(value))
    elif kind == "add" and isinstance(parent, dict):
        parent[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from((*SUBSTITUTES, value))))
    elif kind == "text" and isinstance(value, str):
        parent[path[-1]] = value + draw(st.text(min_size=1, max_size=3))
    else:
        parent[path[-1]] = copy.deepcopy(draw(st.sampled_from(SUBSTITUTES)))


def codes(report: Report) -> set[str]:
    own = {check.problem.code for check in report.checks if check.problem}
    return own.union(*(codes(item) for item in report.items))


def statements(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return what our converter finds, and what PyLD finds: a defect of ours would hide itself."""
    return _stated(json.dumps({key: value for key, value in document.items() if key != "proof"}))


@lru_cache(maxsize=8)
def _stated(unsecured: str) -> tuple[str, str]:
    document = json.loads(unsecured)
    return converter().canonical(document), by_pyld(document)


def judge(original: dict[str, Any], document: dict[str, Any]) -> None:
    try:
        raw = dumped(document)
    except UnicodeEncodeError:
        return  # half a surrogate pair cannot travel as UTF-8
    report = verify(raw, WORLD.evidence())
    assert "internal" not in codes(report)
    validate(json.loads(json.dumps(report.to_json())), "report/1.json")
    for language in ("en", "fr"):
        assert "{" not in as_text(sentences(report, language)).replace(str(document), "")
    if report.verdict is Verdict.VERIFIED:
        assert statements(original) == statements(document)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_document_is_never_a_wrong_yes(documents: tuple[dict[str, Any], dict[str, Any]]) -> None:
    judge(*documents)


@pytest.mark.soak
@settings(max_examples=50_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_many_mutated_documents_are_never_a_wrong_yes(documents: tuple[dict[str, Any], dict[str, Any]]) -> None:
    judge(*documents)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bytes_at_random_are_told_and_never_a_defect(raw: bytes) -> None:
    report = verify(raw, WORLD.evidence())
    assert "internal" not in codes(report)
    assert Verdict.VERIFIED is not report.verdict


def test_the_documents_that_are_mutated_are_verified() -> None:
    for original in originals():
        assert Verdict.VERIFIED is verify(original.encode(), WORLD.evidence()).verdict
