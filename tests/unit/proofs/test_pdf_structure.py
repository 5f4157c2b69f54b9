"""Attachments and revisions of PDFs that are not as ours are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from proofs.pdf_attachment import attachments_of
from proofs.pdf_revisions import base_of, refusing
from schemas.problems import PDF_CHANGED, ProblemError


def spec(content: bytes) -> dict[str, Any]:
    return {"/EF": {"/F": SimpleNamespace(data=content)}}


def files(tree: dict[str, Any], *, most_bytes: int = 1000) -> dict[str, bytes]:
    revision = SimpleNamespace(root={"/Names": {"/EmbeddedFiles": tree}})
    return dict(attachments_of(revision, most_bytes=most_bytes))  # type: ignore[arg-type]


def test_a_file_without_attachments_has_none() -> None:
    for root in ({}, {"/Names": {}}):
        assert dict(attachments_of(SimpleNamespace(root=root), most_bytes=1)) == {}  # type: ignore[arg-type]


def test_attachments_are_found_in_the_branches_of_the_tree() -> None:
    tree = {"/Kids": [{"/Names": ["a", spec(b"1")]}, {"/Kids": [{"/Names": ["b", spec(b"2"), "c", spec(b"3")]}]}]}
    assert files(tree) == {"a": b"1", "b": b"2", "c": b"3"}


def test_two_attachments_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="clearly named"):
        files({"/Names": ["a", spec(b"1"), "a", spec(b"2")]})


def test_more_attachments_than_anybody_needs_are_refused() -> None:
    names = [part for at in range(17) for part in (f"n{at}", spec(b""))]
    with pytest.raises(ValueError, match="clearly named"):
        files({"/Names": names})


def test_attachments_that_are_too_large_together_are_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        files({"/Names": ["a", spec(b"x" * 600), "b", spec(b"x" * 600)]})


def test_a_tree_without_end_is_refused() -> None:
    tree: dict[str, Any] = {}
    tree["/Kids"] = [tree]
    with pytest.raises(ValueError, match="too deep"):
        files(tree)


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_what_is_too_deep_or_too_much_is_too_complex(error: type[BaseException]) -> None:
    with pytest.raises(ProblemError) as caught, refusing(PDF_CHANGED, "damaged"):
        raise error
    assert caught.value.problem.code == "too-complex"


@pytest.mark.parametrize(
    ("raw", "base"),
    [
        (b"....xref %%EOF\nmore", b"....xref %%EOF\n"),
        (b"....xref %%EOF\r\nmore", b"....xref %%EOF\r\n"),
        (b"....xref %%EOFmore", b"....xref %%EOF"),
        (b"....xref", b"....xref"),
        (b"%%EOF\n..xref %%EOF\n", b"%%EOF\n..xref %%EOF\n"),
    ],
)
def test_the_first_revision_ends_with_its_mark(raw: bytes, base: bytes) -> None:
    reader = SimpleNamespace(xrefs=SimpleNamespace(get_startxref_for_revision=lambda _: raw.find(b"xref")))
    assert base == base_of(raw, reader)  # type: ignore[arg-type]
