"""The W3C test suite of RDF Dataset Canonicalization: every test of its manifest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proofs import rdfc
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.shared import SHARED, shared
from tests.support.nquads import parse

_FOLDER = SHARED / "vectors" / "rdf-canon"
_PATIENT = Limits(canonicalisation_work=1_000_000, canonicalisation_seconds=60)


def _entries() -> list[Any]:
    manifest = _FOLDER / "manifest.jsonld"
    return json.loads(manifest.read_text(encoding="utf-8"))["entries"] if manifest.exists() else []


def _run(entry: Any, limits: Limits = _PATIENT) -> tuple[str, dict[str, str]]:
    dataset, labels = parse((_FOLDER / entry["action"]).read_text(encoding="utf-8"))
    name = {"SHA384": "sha384"}.get(entry.get("hashAlgorithm", ""), "sha256")
    names = rdfc.labels(dataset, hash_name=name, limits=limits)
    text = rdfc.canonical(dataset, hash_name=name, limits=limits)
    return text, {old[2:]: new[2:] for old, new in zip(labels, names, strict=True)}


def test_the_suite_is_at_hand() -> None:
    shared("vectors", "rdf-canon", "manifest.jsonld")
    assert len(_entries()) == 86


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: str(entry["id"]))
def test_a_dataset_gets_the_published_canonical_form(entry: Any) -> None:
    if entry["type"] == "rdfc:RDFC10NegativeEvalTest":
        with pytest.raises(ProblemError) as caught:
            _run(entry, Limits())
        assert caught.value.problem.code == "too-complex"
        return
    text, names = _run(entry)
    expected = (_FOLDER / entry["result"]).read_text(encoding="utf-8")
    if entry["type"] == "rdfc:RDFC10MapTest":
        assert json.loads(expected) == names
    else:
        assert expected == text
