"""Where things stand on the page: the seal in its box, paragraphs, signatures, long words."""

from __future__ import annotations

import dataclasses
import io
import itertools
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest

from issuer.awards.intake import read_awards
from issuer.documents.typesetting import Typesetter
from schemas.awards import Award, Badge, Course, Kind, Language, Learner, Signatory, Term, Text
from tests.support.awards import award_json
from tests.support.documents import LEARNER, attestation, award_of, badge, micro_credential, transcript
from tests.support.pages import pages, squeezed, text_of

LONG = Text("Baccalauréat intégré en études autochtones " * 4, "Integrated Bachelor of Indigenous Studies " * 4)
FOUR = tuple(
    Signatory(name, Text("Vice-rectrice aux études et à la réussite", "Vice-President, Academic"))
    for name in ("Marie-Ève Châtelain-Desrosiers", "Suharto", "ᐱᓯᐊᓪᓗᒃ ᖁᓪᓕᖅ", "Jean-François D’Entremont")
)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def many(courses: int, language: Language = Language.FRENCH) -> Award:
    """Return a transcript whose only term holds all its courses."""
    award = transcript(language, courses=courses)
    every = tuple(course for term in award.terms for course in term.courses)
    return dataclasses.replace(award, terms=(Term(Text("Automne 2022", "Fall 2022"), every),))


AWARDS = {
    **{f"{kind} {language.name.lower()}": award_of(kind, language) for kind in Kind for language in Language},
    **{f"{count} courses": transcript(courses=count) for count in (8, 23, 25, 60)},
    **{f"{count} courses twice told": transcript(Language.BOTH, courses=count) for count in (7, 10, 12, 40)},
    "one long term": many(40),
    "one term that fills the page": many(17, Language.BOTH),
    "four who sign": dataclasses.replace(transcript(courses=20), signatories=FOUR),
    "a long micro-credential": dataclasses.replace(
        micro_credential(Language.BOTH), title=LONG, description=LONG, criteria=LONG, signatories=FOUR
    ),
    "a long attestation": dataclasses.replace(attestation(Language.BOTH), title=LONG, signatories=FOUR),
}


@pytest.mark.parametrize("name", AWARDS)
def test_the_seal_stands_in_its_box_on_the_last_page(typesetter: Typesetter, name: str) -> None:
    """The field has a fixed place: the box with the facts must be there too, whatever came before it."""
    award = AWARDS[name]
    pdf = pages(typesetter, award)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        left, bottom, right, top = (float(number) for number in opened.Root.AcroForm.Fields[0].Rect)
    document = pypdfium2.PdfDocument(pdf)
    last = document[len(document) - 1].get_textpage()
    fact = last.search("did:web:registrar").get_next()
    x, y, *_ = last.get_charbox(fact[0])
    under_the_seal = last.get_text_bounded(left, bottom, right, top)
    document.close()
    assert bottom < y < top, (x, y)
    assert squeezed(under_the_seal) == ""


@pytest.mark.parametrize("name", [name for name, award in AWARDS.items() if award.kind is Kind.TRANSCRIPT])
def test_the_last_page_of_a_transcript_has_its_end_above_the_box(typesetter: Typesetter, name: str) -> None:
    document = pypdfium2.PdfDocument(pages(typesetter, AWARDS[name]))
    text = squeezed(document[len(document) - 1].get_textpage().get_text_bounded())
    document.close()
    assert squeezed("End of" if AWARDS[name].language is Language.ENGLISH else "Fin du relevé") in text


def test_a_text_of_several_lines_is_printed_as_paragraphs(typesetter: Typesetter) -> None:
    three = Text("Premier point.\n\nDeuxième point.\nTroisième point.")
    award = dataclasses.replace(badge(), description=three)
    document = pypdfium2.PdfDocument(pages(typesetter, award))
    textpage = document[0].get_textpage()
    found = [textpage.search(words).get_next() for words in ("Premier", "Deuxième", "Troisième")]
    heights = [textpage.get_charbox(one[0])[1] for one in found if one]
    document.close()
    assert len(heights) == 3
    assert heights == sorted(heights, reverse=True)
    assert len({round(above - below) for above, below in itertools.pairwise(heights)}) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old macintosh"])
def test_lines_are_the_same_from_csv_and_from_json_and_are_printed(typesetter: Typesetter, end: str) -> None:
    """What the loader accepts, the printer prints."""
    document = award_json("badge", language="fr") | {"criteria": f"Un.{end}Deux.", "description": f"Trois.{end}Quatre."}
    cells = {
        "kind": "badge",
        "external_id": "B-7",
        "language": "fr",
        "learner.given_name": "Zoé",
        "learner.family_name": "Roy",
        "learner.email": "zoe@example.org",
        "learner.student_id": "1",
        "issued_on": "2026-01-01",
        "title": "Mentorat",
        "description": document["description"],
        "criteria": document["criteria"],
    }
    table = ",".join(cells) + "\r\n" + ",".join(f'"{cell}"' for cell in cells.values()) + "\r\n"
    (from_csv,) = read_awards(table.encode())
    assert isinstance(from_csv.award, Badge), from_csv.problem
    assert (Text("Trois.\nQuatre."), Text("Un.\nDeux.")) == (from_csv.award.description, from_csv.award.criteria)
    text = text_of(pages(typesetter, from_csv.award))
    assert squeezed("Trois. Quatre.") in text
    assert squeezed("Un. Deux.") in text


def test_a_code_wider_than_its_column_goes_on_below(typesetter: Typesetter) -> None:
    code = "MATHEMATIQUES-APPLIQUEES-1600-GROUPE-02"
    course = dataclasses.replace(transcript().terms[0].courses[0], code=code, grade="EXEMPTION-PARTIELLE")
    award = dataclasses.replace(transcript(), terms=(Term(Text("Automne 2022"), (course,)),))
    document = pypdfium2.PdfDocument(pages(typesetter, award))
    textpage = document[0].get_textpage()
    start = textpage.search("MATHEM").get_next()
    title = textpage.search(_text(course)).get_next()
    edge = textpage.get_charbox(title[0])[0]
    letters = [textpage.get_charbox(start[0] + at) for at in range(len(code) - 4)]
    text = squeezed(textpage.get_text_bounded())
    document.close()
    assert all(right <= edge for _, _, right, _ in letters)
    assert squeezed(code) in text
    assert squeezed("EXEMPTION-PARTIELLE") in text


def _text(course: Course) -> str:
    return course.title.within("fr")


def test_the_place_and_the_day_are_told_in_each_language(typesetter: Typesetter) -> None:
    text = text_of(pages(typesetter, award_of(Kind.DIPLOMA, Language.BOTH)))
    assert squeezed("Fait à Baie-Sainte-Anne (Nouveau-Brunswick), le 1er juin 2026") in text
    assert squeezed("Given at Baie-Sainte-Anne, New Brunswick, on June 1, 2026") in text


def test_numbers_have_one_form_in_a_document_of_both_languages(typesetter: Typesetter) -> None:
    award = dataclasses.replace(micro_credential(Language.BOTH), learner=LEARNER)
    text = text_of(pages(typesetter, award))
    assert squeezed("1,5") in text
    assert "1.5" not in text


def test_who_signs_is_read_once_by_a_screen_reader(typesetter: Typesetter) -> None:
    """The hand above the line is for the eye: an artifact, not a second name (PDF/UA-1)."""
    learner = Learner("Ève", "Roy", "a@b.c", "1", date(2000, 1, 1))
    award = dataclasses.replace(attestation(learner=learner), signatories=FOUR)
    text = text_of(pages(typesetter, award))
    assert text.count(squeezed("Jean-François D’Entremont")) == 2


@pytest.mark.parametrize("kind", list(Kind))
def test_words_without_end_stay_within_the_margins(typesetter: Typesetter, kind: Kind) -> None:
    endless = Text("W" * 150, "Ж" * 150)
    learner = Learner("A" * 150, "B" * 150, "a@b.c", "9" * 60)
    award = award_of(kind, Language.BOTH, learner=learner)
    texts: dict[str, Any] = {
        one.name: endless for one in dataclasses.fields(award) if isinstance(getattr(award, one.name), Text)
    }
    award = dataclasses.replace(award, **texts, signatories=(Signatory("N" * 150, endless),) * 4)
    document = pypdfium2.PdfDocument(pages(typesetter, award))
    for page in document:
        width = page.get_width()
        textpage = page.get_textpage()
        boxes = [textpage.get_charbox(at) for at in range(textpage.count_chars())]
        assert min(left for left, *_ in boxes) > 36
        assert max(right for _, _, right, _ in boxes) < width - 36
    document.close()
