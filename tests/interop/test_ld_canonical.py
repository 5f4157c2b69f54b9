"""The converter against jsonld.js and rdf-canonize, on documents nobody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemas.problems import ProblemError
from tests.support import linked_data as ld
from tests.support.linked_data_documents import documents
from tests.support.node import CONTEXTS, Judge

pytestmark = pytest.mark.interop

_TIMES = 4
"""A shape that comes so often is laid out, and filled in the last time."""


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    yield judge
    judge.close()


def _is_sorted_otherwise(nquads: str) -> bool:
    """rdf-canonize sorts by UTF-16 units: beyond the BMP against U+E000 and above it differs from the specification."""
    return any(char > "\uffff" for char in nquads) and any("\ue000" <= char <= "\uffff" for char in nquads)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(document=documents(), sha384=st.booleans())
def test_what_is_accepted_here_has_the_same_canonical_form_there(judge: Judge, document: Any, *, sha384: bool) -> None:
    try:
        ours, *again = [
            ld.converter().canonical(document, hash_name="sha384" if sha384 else "sha256") for _ in range(_TIMES)
        ]
    except ProblemError:
        return
    assert again == [ours] * len(again)
    assume(not _is_sorted_otherwise(ours))
    theirs = judge.ask("canonize", document=document, hash="SHA-384" if sha384 else "SHA-256")
    assert theirs == {"nquads": ours}
