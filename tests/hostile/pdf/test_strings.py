"""Data is data: hostile strings in every field of every kind are inert, or refused with a pointer (K10, R21)."""

from __future__ import annotations

import dataclasses

import pytest

from issuer.documents.printable import french_spaces
from issuer.documents.typesetting import Typesetter
from schemas.awards import Award, Kind, Language, Signatory, Text
from schemas.problems import ProblemError
from tests.support.award_texts import pointers, with_texts
from tests.support.documents import INSTITUTION, award_of, transcript
from tests.support.pages import pages, squeezed, text_of

INERT = {
    "a call of Typst": '#read("/etc/passwd")',
    "an evaluation": '#eval("1 + 1", mode: "markup")',
    "a rule": "#set page(fill: red); #show: it => none",
    "an import": '#import "@preview/cetz:0.1.0": *',
    "a way out": '"] #panic("no") [ \\ } ) ]',
    "mathematics": "$ x^2 $ $sum_(i=0)^n$",
    "emphasis": "*bold* _it_ = heading - list + enum / term: x",
    "a reference": "@ref <label> [content]",
    "comments": "// comment /* c */",
    "a raw block": "```py print(1)``` `raw`",
    "escapes": "\\u{41} \\n \\t \\x41 &#65; %41",
    "dashes": "-- --- ... ~ ' \"",
    "LaTeX": "\\input{/etc/passwd} \\write18{id} $\\LaTeX$",
    "HTML": "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;",
    "a template": "{{ 7*7 }} ${7*7} #{7*7} <%= 7*7 %>",
    "a query": "' OR 1=1 -- ; DROP TABLE x",
    "a format": "%s %n %(x)s {0} {x!r}",
    "JSON": '{"sheet": {"test": false}} \\" , null',
    "XML": "]]><x:xmpmeta/> <?xml version='1.0'?> <!ENTITY x 'y'>",
    "PDF": ") Tj ET (endstream endobj %%EOF startxref 0 /ByteRange",
    "accents to compose": "a\u0301 e\u0300 k\u0331 o\u0308\u0304",
    "letters that join": "ffi ffl \u0153 \u00c6",
}
REFUSED = {
    "NUL": "a\x00b",
    "escape": "a\x1b[31mb",
    "delete": "a\x7fb",
    "next line": "a\x85b",
    "carriage return": "a\rb",
    "tabulator": "a\tb",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "override": "a\u202eb",
    "embedding": "a\u202ab",
    "isolate": "a\u2066b",
    "right-to-left mark": "a\u200fb",
    "byte order mark": "\ufeffa",
    "lone surrogate": "a\ud800b",
    "private letter": "a\ue000b",
    "no letter at all": "a\uffffb",
    "emoji": "a\U0001f393b",
    "unassigned": "a\U000e0000b",
}
NOT_PRINTED = {
    Kind.DIPLOMA: ("/learner/student_id", "/programme/code"),
    Kind.ATTESTATION: ("/programme/code",),
}


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def full(kind: Kind) -> Award:
    """Return an award of this kind in both languages, with every field that it can have."""
    award = transcript(Language.BOTH, courses=6) if kind is Kind.TRANSCRIPT else award_of(kind, Language.BOTH)
    signatories = (Signatory("Ève", Text("Registraire", "Registrar")), Signatory("Zoé", Text("Rectrice", "President")))
    return dataclasses.replace(award, signatories=signatories)


def printed(kind: Kind) -> list[str]:
    return [one for one in pointers(full(kind)) if one not in NOT_PRINTED.get(kind, ())]


def _cut(hostile: str, pointer: str) -> str:
    """Return as much as a code or a grade may have, so that no row is longer than a page."""
    return hostile[:14] if pointer.endswith(("/code", "/grade")) else hostile


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", INERT)
def test_markup_in_every_field_is_printed_as_it_is(typesetter: Typesetter, kind: Kind, name: str) -> None:
    """The text layer says what the data says, each field with its own mark, so that none stands for another."""
    marks = {pointer: f"{_cut(INERT[name], pointer)} Q{at}Q" for at, pointer in enumerate(pointers(full(kind)))}
    text = text_of(pages(typesetter, with_texts(full(kind), marks.__getitem__)))
    missing = [pointer for pointer in printed(kind) if squeezed(french_spaces(marks[pointer])) not in text]
    assert missing == []
    assert "root:x:0" not in text


@pytest.mark.parametrize("name", INERT)
def test_markup_in_the_institutions_own_words_is_printed_as_it_is(typesetter: Typesetter, name: str) -> None:
    words = Text(INERT[name], f"{INERT[name]} Q")
    branding = dataclasses.replace(INSTITUTION.branding, motto=INERT[name])
    strange = dataclasses.replace(INSTITUTION, names=words, place=words, office=words, branding=branding)
    text = text_of(pages(typesetter, award_of(Kind.DIPLOMA, Language.BOTH), institution=strange))
    assert text.count(squeezed(french_spaces(INERT[name]))) >= 3
    assert len(typesetter.stamp(strange, Language.BOTH, Kind.DIPLOMA)._page) > 1000


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_printed_is_refused_with_a_pointer_to_every_field(
    typesetter: Typesetter, kind: Kind, name: str
) -> None:
    award = with_texts(full(kind), lambda _: REFUSED[name])
    with pytest.raises(ProblemError) as caught:
        pages(typesetter, award)
    assert caught.value.problem.code == "text-unprintable"
    assert {error.code for error in caught.value.problem.errors} == {"text-unprintable"}
    if name == "emoji":  # one text, told once
        assert len(caught.value.problem.errors) == 1
    else:
        assert set(pointers(award)) <= {error.pointer for error in caught.value.problem.errors} | {"/programme/code"}


@pytest.mark.parametrize(("kind", "pointer"), [(kind, pointer) for kind in Kind for pointer in pointers(full(kind))])
def test_the_pointer_leads_to_the_very_field(typesetter: Typesetter, kind: Kind, pointer: str) -> None:
    bad = with_texts(full(kind), lambda one: "a\u202eb" if one == pointer else None)
    with pytest.raises(ProblemError) as caught:
        pages(typesetter, bad)
    assert [pointer] == [error.pointer for error in caught.value.problem.errors]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_line_break_is_for_paragraphs_alone(typesetter: Typesetter, kind: Kind) -> None:
    paragraphs = ("/description", "/criteria", "/statement")
    for pointer in pointers(full(kind)):
        award = with_texts(full(kind), lambda one, here=pointer: "Un.\nDeux." if one == here else None)
        if pointer.startswith(paragraphs):
            assert squeezed("Un. Deux.") in text_of(pages(typesetter, award))
        else:
            with pytest.raises(ProblemError):
                pages(typesetter, award)
