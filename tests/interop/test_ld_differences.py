"""Where implementations of JSON-LD and RDFC-1.0 differ from each other, and on whose side we are.

A change of either side is seen here; the page "Who agrees with us" tells why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from proofs.pyld_oracle import PyLDOracle
from tests.support import linked_data as ld
from tests.support import oxigraph
from tests.support.node import CONTEXTS, Judge

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    yield judge
    judge.close()


def credential(**subject: Any) -> dict[str, Any]:
    return {
        "@context": [ld.V2, ld.EXAMPLES],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:x.example",
        "validFrom": "2026-05-31T12:00:00Z",
        "credentialSubject": subject,
    }


@pytest.mark.parametrize("number", [1e-7, 2e-10])
def test_jsonld_js_takes_a_small_number_of_one_digit_for_zero(judge: Judge, number: float) -> None:
    """JavaScript writes it without a point, and jsonld.js looks for one; JSON-LD 1.1 API, section 8.6, says a double."""
    document = credential(mark=number)
    ours = ld.converter().canonical(document)
    assert "E-" in ours
    theirs = judge.ask("canonize", document=document)["nquads"]
    assert '"0"^^<http://www.w3.org/2001/XMLSchema#integer>' in theirs
    with PyLDOracle(ld.loader()) as oracle:
        oracle.confirm(document, ours)
    exact = credential(mark=1.5e-7)
    assert ld.converter().canonical(exact) == judge.ask("canonize", document=exact)["nquads"]


def test_pyoxigraph_counts_a_neighbour_of_many_quads_once(judge: Judge) -> None:
    """RDFC-1.0, section 4.8.3, step 3.1: a list, in which the name of a graph stands once for each of its quads."""
    differ = 0
    for number in range(12):
        shown = [credential(degree={"name": f"{number} {name}"}) for name in "abc"]
        document = {"@context": [ld.V2], "type": ["VerifiablePresentation"], "verifiableCredential": shown}
        ours = ld.converter().canonical(document)
        found = judge.ask("agree", document=document)
        assert ours == found["sha256"]
        differ += ours != oxigraph.canonical(found["quads"], "sha256")
    assert differ
