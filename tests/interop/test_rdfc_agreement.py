"""Three implementations agree with ours on the canonical form of every document that the examples issue.

jsonld.js makes the quads; rdf-canonize and pyoxigraph each bring them into canonical form, with both hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import linked_data as ld
from tests.support import oxigraph
from tests.support.example_documents import example_documents
from tests.support.node import CONTEXTS, Judge

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    yield judge
    judge.close()


def unsecured(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without its proof; the parts of a transcript keep theirs."""
    return {key: value for key, value in document.items() if key != "proof"}


def all_agree(judge: Judge, documents: dict[str, Any]) -> None:
    for name, document in documents.items():
        theirs = judge.ask("agree", document=unsecured(document))
        for hash_name in ("sha256", "sha384"):
            ours = ld.converter().canonical(unsecured(document), hash_name=hash_name)
            assert ours == theirs[hash_name], name
            assert ours == oxigraph.canonical(theirs["quads"], hash_name), name


def test_one_in_ten_documents_of_the_examples_has_the_same_canonical_form(judge: Judge, tmp_path: Path) -> None:
    documents = example_documents(tmp_path, every=10)
    kinds = {name.split()[0] for name in documents if not name.startswith("https:")}
    assert {"attestation", "badge", "diploma", "micro-credential", "transcript"} == kinds
    lists = [document for name, document in documents.items() if name.startswith("https:")]
    assert {"revocation", "suspension"} == {found["credentialSubject"]["statusPurpose"] for found in lists}
    all_agree(judge, documents)
    changed = unsecured(lists[0]) | {"validFrom": "2026-01-01T00:00:00Z"}
    quads = judge.ask("agree", document=changed)["quads"]
    assert ld.converter().canonical(unsecured(lists[0])) != oxigraph.canonical(quads, "sha256")


@pytest.mark.soak
def test_every_document_of_the_examples_has_the_same_canonical_form(judge: Judge, tmp_path: Path) -> None:
    documents = example_documents(tmp_path)
    assert len(documents) > 170
    all_agree(judge, documents)
