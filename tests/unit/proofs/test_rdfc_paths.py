"""Graphs in which RDFC-1.0 gives up a path before its end, because another is less already."""

from __future__ import annotations

import pytest

from proofs.dataset import Dataset
from proofs.rdfc import canonical
from tests.support.oxigraph import canonical as theirs

GRAPHS = {
    "while names are put together": [(0, 1), (0, 3), (1, 0), (1, 3), (2, 2), (3, 0), (3, 1)],
    "after going deeper": [(0, 0), (0, 3), (1, 1), (1, 4), (3, 0), (3, 1), (3, 2), (4, 0), (4, 1), (4, 2)],
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_path_that_cannot_be_the_least_is_given_up(name: str) -> None:
    """RDFC-1.0, section 4.8.3, steps 5.4.4.3 and 5.4.5.6: the answer is that of pyoxigraph."""
    edges = GRAPHS[name]
    dataset = Dataset()
    for _ in range(1 + max(map(max, edges))):
        dataset.blank()
    for subject, value in edges:
        dataset.add(subject, "<urn:example:knows>", value)
    lines = "".join(f"_:b{subject} <urn:example:knows> _:b{value} .\n" for subject, value in edges)
    assert theirs(lines, "sha256") == canonical(dataset)
