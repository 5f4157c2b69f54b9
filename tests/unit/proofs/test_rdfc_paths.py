"""Graphs in which RDFC-1.0 need not walk each path to its end, or need not walk it again."""

from __future__ import annotations

from itertools import permutations

import pytest

from proofs.dataset import Dataset
from proofs.rdfc import _orders, canonical
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


@pytest.mark.parametrize(("copies", "members"), [(2, 12), (3, 40)])
def test_a_neighbour_that_is_met_in_many_quads_is_put_in_one_order(copies: int, members: int) -> None:
    """Two equal graphs, as a proof that stands twice makes them: each of their quads meets the same name of a graph."""
    dataset, lines = Dataset(), []
    for _ in range(copies):
        graph, node = dataset.blank(), dataset.blank()
        for member in range(members):
            dataset.add(node, f"<urn:example:p{member}>", '"x"', graph)
            lines.append(f'_:b{node} <urn:example:p{member}> "x" _:b{graph} .\n')
    assert theirs("".join(lines), "sha256") == canonical(dataset)


def test_each_order_comes_once() -> None:
    """All of different neighbours; of one that is met twice no order twice."""
    assert set(permutations(range(4))) == set(_orders([2, 0, 3, 1]))
    assert [(1, 1, 2), (1, 2, 1), (2, 1, 1)] == list(_orders([2, 1, 1]))
    for blanks in ([], [7], [7, 7, 7]):
        assert [tuple(blanks)] == list(_orders(blanks))
