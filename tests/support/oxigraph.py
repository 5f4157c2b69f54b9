"""RDFC-1.0 as pyoxigraph computes it; it has no limit of work, so it judges tests alone."""

from __future__ import annotations

import pyoxigraph

from proofs import rdfc
from proofs.dataset import Dataset
from tests.support.nquads import parse


def canonical(text: str, hash_name: str) -> str:
    """Return the canonical form of N-Quads, with SHA-256 or SHA-384."""
    found = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS))
    algorithm = pyoxigraph.CanonicalizationAlgorithm
    found.canonicalize(algorithm.RDFC_1_0 if hash_name == "sha256" else algorithm.RDFC_1_0_SHA_384)
    written = pyoxigraph.serialize(iter(found), format=pyoxigraph.RdfFormat.N_QUADS)
    assert written is not None
    dataset, labels = parse(written.decode())
    return "".join(sorted(_lines(dataset, labels)))


def _lines(dataset: Dataset, labels: list[str]) -> set[str]:
    return set(dataset.ground) | set(rdfc.labelled(dataset, labels))
