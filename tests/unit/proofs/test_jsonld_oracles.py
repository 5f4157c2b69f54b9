"""The converter and the canonicaliser against PyLD and pyoxigraph, on documents nobody wrote."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from proofs import rdfc
from schemas.limits import DEFAULT
from schemas.problems import ProblemError
from tests.support import linked_data as ld
from tests.support import oxigraph
from tests.support.linked_data_documents import documents
from tests.support.nquads import parse
from tests.support.pyld_canonical import by_pyld

_SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

_LITTLE = replace(DEFAULT, canonicalisation_work=100)


def accepted(document: Any) -> str | None:
    """Return our canonical form; None too for what PyLD, which counts no work, would take minutes for.

    PyLD tries every order of a list, also of one neighbour that stands in it many times.
    """
    try:
        with patch.object(rdfc, "_orders", permutations):
            return ld.converter().whole(document, limits=_LITTLE).decode()
    except ProblemError:
        return None


@_SETTINGS
@given(documents(controls=False))
def test_what_is_accepted_has_the_quads_that_pyld_finds(document: Any) -> None:
    ours = accepted(document)
    if ours is not None:
        assert by_pyld(document) == ours


_TERMS = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<urn:x:1>", "<urn:x:2>"])
_QUADS = st.tuples(
    _TERMS,
    st.sampled_from(["<urn:p:1>", "<urn:p:2>"]),
    _TERMS | st.sampled_from(['"x"', '"é\\u0001"@fr', '"1"^^<urn:t>']),
    st.none() | _TERMS,
)


@_SETTINGS
@given(st.lists(_QUADS, max_size=9), st.sampled_from(["sha256", "sha384"]))
def test_any_dataset_gets_the_canonical_form_that_pyoxigraph_finds(quads: Any, hash_name: str) -> None:
    """But for blank nodes that look alike beside graphs with blank names: there pyoxigraph differs (interop).

    Where such nodes name each other's graphs in a circle, RDFC-1.0 itself depends on the order of the quads;
    what comes from JSON has no circles.
    """
    text = "".join(f"{s} {p} {o} {g or ''} .\n" for s, p, o, g in quads)
    dataset, _ = parse(text)
    hashes = rdfc._first_degree(dataset, hash_name)
    assume(len(set(hashes)) == len(hashes) or not any(type(graph) is int for *_, graph in dataset.links))
    assert oxigraph.canonical(text, hash_name) == rdfc.canonical(dataset, hash_name=hash_name)


def test_a_transcript_that_is_presented_names_its_issuer_once() -> None:
    """The record and its courses describe one issuer in one graph: two quads that are equal are one."""
    issuer = {"id": "urn:x:uni", "type": ["Profile"], "name": "Érable"}
    course = {
        "@context": [ld.V2, ld.OPEN_BADGES],
        "id": "urn:x:course",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "urn:x:zoe", "type": ["AchievementSubject"]},
        "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z1"},
    }
    record = {
        "@context": [ld.V2, ld.OPEN_BADGES, ld.CLR],
        "id": "urn:x:record",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "urn:x:zoe", "type": ["ClrSubject"], "verifiableCredential": [course]},
        "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z2"},
    }
    shown = {"@context": [ld.V2], "type": ["VerifiablePresentation"], "verifiableCredential": [record]}
    dataset = ld.converter().dataset(shown)
    assert len(set(dataset.links)) == len(dataset.links)
    assert by_pyld(shown) == accepted(shown)
