"""Nothing of one learner stands in the document of another, however many are made at once (K01, issue: re-used inputs)."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pikepdf
import pytest

from issuer.documents.typesetting import Typesetter
from schemas.awards import Award, Kind, Language, Term, Transcript
from tests.support.award_texts import with_texts
from tests.support.documents import INSTITUTION, award_of, transcript
from tests.support.pages import pages, text_of

MARK = re.compile(r"owner(\d{4})x")


def marked(owner: int, kind: Kind, *, fewer: bool) -> Award:
    """Return an award each of whose texts names its owner; with `fewer` it lacks all that it may lack."""
    award: Award = transcript(Language.BOTH, courses=12) if kind is Kind.TRANSCRIPT else award_of(kind, Language.BOTH)
    if fewer:
        award = _without_options(award)
    texts: Award = with_texts(award, lambda _: f"Owner{owner:04}x")
    return texts


def _without_options(award: Award) -> Award:
    optional = {
        field.name: field.default
        for field in dataclasses.fields(award)
        if field.default in (None, ()) and field.name not in {"terms", "programme", "conferred_on", "honours"}
    }
    if isinstance(award, Transcript):
        optional["terms"] = (Term(award.terms[0].name, award.terms[0].courses[-1:]),)
        optional["conferred_on"] = None
    learner = dataclasses.replace(award.learner, family_name="", birth_date=None)
    return dataclasses.replace(award, learner=learner, **optional)


def owners(pdf: bytes) -> set[int]:
    """Return whom the pages name, and everything else in the file: titles, tags, metadata, alternative texts."""
    return {int(found) for text in (text_of(pdf), *_hidden(pdf)) for found in MARK.findall(text.casefold())}


def _hidden(pdf: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Stream):
                yield one.read_bytes().decode("latin-1")
            yield from _strings(one, 4)


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, pikepdf.String):
        yield str(value)
    elif depth and isinstance(value, pikepdf.Dictionary | pikepdf.Array):
        inside = value.values() if isinstance(value, pikepdf.Dictionary) else iter(value)
        for one in inside:
            if not getattr(one, "is_indirect", False):
                yield from _strings(one, depth - 1)


@pytest.mark.parametrize("first", list(Kind))
@pytest.mark.parametrize("second", list(Kind))
def test_a_document_with_fewer_fields_has_none_of_the_one_before(
    typesetter: Typesetter, first: Kind, second: Kind
) -> None:
    """What is left out of a compilation, Typst would take from the one before."""
    assert owners(pages(typesetter, marked(1, first, fewer=False))) == {1}
    assert owners(pages(typesetter, marked(2, second, fewer=True))) == {2}


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def test_the_test_would_see_another_learner(typesetter: Typesetter) -> None:
    """A course of somebody else, a title, a tag: each is found."""
    ours = marked(3, Kind.TRANSCRIPT, fewer=False)
    assert isinstance(ours, Transcript)
    strange = marked(4, Kind.TRANSCRIPT, fewer=True)
    assert isinstance(strange, Transcript)
    assert owners(pages(typesetter, dataclasses.replace(ours, terms=ours.terms + strange.terms))) == {3, 4}
    with pikepdf.open(io.BytesIO(pages(typesetter, ours))) as pdf:
        pdf.Root.StructTreeRoot.Stray = pikepdf.String("Owner0005x")
        out = io.BytesIO()
        pdf.save(out)
    assert owners(out.getvalue()) == {3, 5}


def _make(owner: int) -> tuple[int, set[int]]:
    kind = list(Kind)[owner % len(Kind)]
    return owner, owners(pages(_one_typesetter(), marked(owner, kind, fewer=owner % 2 == 0)))


_TYPESETTERS: list[Typesetter] = []


def _one_typesetter() -> Typesetter:
    """Return the typesetter that every job of this process uses."""
    if not _TYPESETTERS:
        _TYPESETTERS.append(Typesetter())
    return _TYPESETTERS[0]


def test_threads_that_share_a_typesetter_do_not_mix(typesetter: Typesetter) -> None:
    _TYPESETTERS[:] = [typesetter]
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(_make, range(100, 130)))
    assert [(owner, {owner}) for owner in range(100, 130)] == made


def test_a_seal_bears_the_institution_of_its_own_document(typesetter: Typesetter) -> None:
    """Stamps are kept: one made for an institution is never drawn for another of the same name in our addresses."""
    marks = []
    for owner in (11, 12, 11):
        texts = with_texts(INSTITUTION.names, lambda _, owner=owner: f"Owner{owner:04}x")
        renamed = dataclasses.replace(INSTITUTION, names=texts)
        marks.append(owners(typesetter.stamp(renamed, Language.BOTH, Kind.BADGE)._page))
    assert [{11}, {12}, {11}] == marks


def test_a_birth_date_is_not_printed_where_there_is_none(typesetter: Typesetter) -> None:
    born = transcript()
    pages(
        typesetter, dataclasses.replace(born, learner=dataclasses.replace(born.learner, birth_date=date(1987, 3, 14)))
    )
    text = text_of(
        pages(typesetter, dataclasses.replace(born, learner=dataclasses.replace(born.learner, birth_date=None)))
    )
    assert "1987" not in text
    assert "naissance" not in text
