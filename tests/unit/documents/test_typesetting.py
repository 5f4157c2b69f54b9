"""Pages of every kind: they say what the award says, and nothing of anybody else (R21, R26, anti-drift)."""

from __future__ import annotations

import dataclasses
import io
import math
import re
import threading
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
import typst
import zxingcpp

from issuer.documents.printable import french_spaces, long_date, number
from issuer.documents.sealing import DocumentMaker
from issuer.documents.typesetting import Typesetter, logo_svg
from issuer.institutions.profile import Branding
from proofs import qr
from schemas.awards import Award, Kind, Language, Learner, Signatory, Text
from schemas.problems import ProblemError
from tests.support.documents import (
    DOCUMENT_ID,
    INSTITUTION,
    LEARNER,
    VERIFY_URL,
    attestation,
    award_of,
    badge,
    diploma,
    transcript,
)
from tests.support.pages import pages, squeezed, text_of
from tests.support.sealed import SealWorld

_NOT_PRINTED = {
    Kind.TRANSCRIPT: set(),
    Kind.DIPLOMA: {"birth_date", "student_id", "code"},
    Kind.MICRO_CREDENTIAL: {"birth_date"},
    Kind.BADGE: {"birth_date"},
    Kind.ATTESTATION: {"code"},
}
"""What a kind leaves out on purpose: a framed diploma shows no number that identifies a person."""
CASES = [(kind, language) for kind in Kind for language in Language]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_every_field_of_the_award_stands_on_the_page(typesetter: Typesetter, kind: Kind, language: Language) -> None:
    """The award's fields and the text of the PDF, field by field (anti-drift)."""
    award = award_of(kind, language)
    text = text_of(pages(typesetter, award))
    missing = [said for said in _said_by(award, language) if squeezed(said) not in text]
    assert missing == []


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_every_page_says_what_a_print_is_worth(typesetter: Typesetter, kind: Kind, language: Language) -> None:
    """R26."""
    text = text_of(pages(typesetter, award_of(kind, language)))
    said = {
        "fr": "Une copie imprimée n’est pas certifiée : vérifier à",
        "en": "A printed copy is not certified: verify at",
    }
    assert all(squeezed(said[code]) in text for code in language.codes)
    assert squeezed(VERIFY_URL) in text
    assert squeezed(INSTITUTION.did) in text
    assert squeezed(DOCUMENT_ID) in text


@pytest.mark.parametrize("courses", [8, 24, 40, 60])
def test_a_long_transcript_has_running_heads_and_page_numbers(typesetter: Typesetter, courses: int) -> None:
    pdf = pages(typesetter, transcript(courses=courses))
    document = pypdfium2.PdfDocument(pdf)
    texts = [squeezed(page.get_textpage().get_text_bounded()) for page in document]
    document.close()
    for number_, text in enumerate(texts, start=1):
        assert squeezed(f"Page {number_} / {len(texts)}") in text
        assert squeezed(LEARNER.full_name) in text
    assert all(squeezed("suite") in text for text in texts[1:])
    assert courses == sum(text.count("3,0") for text in texts)


def test_a_document_holds_nothing_of_the_learner_before(typesetter: Typesetter) -> None:
    """A compiler that is used again must not re-use its inputs."""
    ours = Learner("Ève", "Tremblay", "eve@example.org", "99887766", date(1999, 2, 3))
    for kind in Kind:
        pages(typesetter, award_of(kind))
        text = text_of(pages(typesetter, award_of(kind, learner=ours)))
        assert squeezed("Ève Tremblay") in text
        assert squeezed(LEARNER.family_name) not in text
        assert LEARNER.student_id not in text


def test_documents_made_by_many_threads_do_not_mix(typesetter: Typesetter) -> None:
    made: dict[int, str] = {}

    def make(at: int) -> None:
        learner = Learner(f"Prénom{at:03}", f"Nom{at:03}", "a@example.org", f"7000{at:03}")
        made[at] = text_of(pages(typesetter, badge(learner=learner)))

    threads = [threading.Thread(target=make, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {at: {at} for at in range(8)} == {
        at: {int(found) for found in re.findall(r"prénom(\d{3})", text)} for at, text in made.items()
    }


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        "$ x^2 $ *bold* _it_ = heading",
        "#let x = 1; #x \\ // comment /* c */",
        "<label> @ref `raw` ~ -- ---",
        '"] #panic("no") [',
        "{{ 7*7 }} ${7*7} <script>alert(1)</script>",
        "\\u{41} \\n \\t",
        "' OR 1=1 --",
    ],
)
def test_data_never_becomes_markup(typesetter: Typesetter, hostile: str) -> None:
    award = dataclasses.replace(
        badge(learner=Learner(hostile, hostile, "a@example.org", "1")),
        title=Text(hostile),
        description=Text(hostile),
        criteria=Text(hostile),
        tags=(hostile,),
    )
    assert text_of(pages(typesetter, award)).count(squeezed(french_spaces(hostile))) >= 5


def test_each_field_that_cannot_be_printed_is_pointed_at(typesetter: Typesetter) -> None:
    award = dataclasses.replace(
        transcript(courses=6), learner=dataclasses.replace(LEARNER, given_name="Zo\u202eé"), degree=Text("a\x07b")
    )
    with pytest.raises(ProblemError) as caught:
        pages(typesetter, award)
    problem = caught.value.problem
    assert problem.code == "text-unprintable"
    assert {"/learner/given_name", "/degree/fr"} == {error.pointer for error in problem.errors}


def test_a_character_that_no_font_has_is_pointed_at(typesetter: Typesetter) -> None:
    award = dataclasses.replace(badge(), title=Text("Mentorat 🎓"), tags=("é", "漢字"))
    with pytest.raises(ProblemError) as caught:
        pages(typesetter, award)
    assert {("/title/fr", "no font has U+1F393"), ("/tags/1", "no font has U+5B57")} == {
        (error.pointer, error.detail) for error in caught.value.problem.errors
    }


def test_syllabics_are_printed(typesetter: Typesetter) -> None:
    learner = Learner("ᐱᓯᐊᓪᓗᒃ", "ᖁᓪᓕᖅ", "a@example.org", "1")
    assert squeezed("ᐱᓯᐊᓪᓗᒃ ᖁᓪᓕᖅ") in text_of(pages(typesetter, diploma(Language.ENGLISH, learner=learner)))


def test_people_with_one_name_are_named(typesetter: Typesetter) -> None:
    learner = Learner("Suharto", "", "a@example.org", "1")
    assert squeezed("Suharto") in text_of(pages(typesetter, diploma(learner=learner)))


def test_development_is_printed_across_the_page(typesetter: Typesetter) -> None:
    text = {
        development: text_of(pages(typesetter, diploma(), development=development)) for development in (True, False)
    }
    assert [True, False] == [squeezed("TEST – SANS VALEUR") in text[development] for development in (True, False)]


def test_no_two_bases_are_alike(typesetter: Typesetter) -> None:
    """A digest of pages that could be guessed would give withheld grades away."""
    made = [pages(typesetter, badge()) for _ in range(3)]
    salts = [set(re.findall(rb"uuid:([0-9a-f]{32})", pdf)) for pdf in made]
    assert [1, 1, 1] == [len(salt) for salt in salts]
    assert len(set.union(*salts)) == 3
    identifiers = [bytes(pikepdf.open(io.BytesIO(pdf)).trailer.ID[0]) for pdf in made]
    assert len(set(identifiers)) == 3


@pytest.mark.parametrize("kind", list(Kind))
def test_the_printed_code_is_at_least_27_millimetres_wide(typesetter: Typesetter, kind: Kind) -> None:
    """A code that a phone reads from paper, measured on the rendered page."""
    document = pypdfium2.PdfDocument(pages(typesetter, award_of(kind)))
    image = document[len(document) - 1].render(scale=300 / 72).to_pil()
    document.close()
    (code,) = zxingcpp.read_barcodes(image)
    width = math.dist(
        (code.position.top_left.x, code.position.top_left.y), (code.position.top_right.x, code.position.top_right.y)
    )
    assert width / 300 * 25.4 >= 27


@pytest.mark.parametrize("kind", list(Kind))
def test_the_last_page_carries_one_field_for_the_seal(typesetter: Typesetter, kind: Kind) -> None:
    with pikepdf.open(io.BytesIO(pages(typesetter, award_of(kind)))) as pdf:
        (widget,) = pdf.Root.AcroForm.Fields
        assert widget.P.objgen == pdf.pages[-1].obj.objgen
        assert str(widget.TU) == "Sceau électronique de l’établissement"


def test_a_logo_may_be_a_png(typesetter: Typesetter) -> None:
    institution = dataclasses.replace(INSTITUTION, branding=Branding(qr.png("logo"), "image/png", "#123456"))
    assert len(pages(typesetter, badge(), institution=institution)) > 10_000


@pytest.mark.parametrize(
    "branding",
    [Branding(b"GIF89a", "image/gif"), Branding(b"not a png", "image/png"), Branding(b"<svg/>", colour="red")],
)
def test_a_logo_or_colour_that_is_none_is_refused(branding: Branding) -> None:
    with pytest.raises(ValueError, match=r"logo|colour"):
        logo_svg(branding)


def test_a_broken_logo_is_our_own_defect_and_no_fault_of_the_award(typesetter: Typesetter) -> None:
    institution = dataclasses.replace(INSTITUTION, branding=Branding(b"<svg"))
    with pytest.raises(typst.TypstError):
        pages(typesetter, badge(), institution=institution)


def test_stamps_are_made_once_and_not_kept_for_ever() -> None:
    fresh = Typesetter()
    first = fresh.stamp(INSTITUTION, Language.FRENCH, Kind.BADGE)
    assert first is fresh.stamp(INSTITUTION, Language.FRENCH, Kind.ATTESTATION)
    for at in range(70):
        fresh.stamp(dataclasses.replace(INSTITUTION, slug=f"u{at}"), Language.FRENCH, Kind.BADGE)
    assert first is not fresh.stamp(INSTITUTION, Language.FRENCH, Kind.BADGE)


def test_an_award_of_a_kind_without_a_design_is_refused(typesetter: Typesetter) -> None:
    plain = Award(
        kind=Kind.BADGE, external_id="1", language=Language.FRENCH, learner=LEARNER, issued_on=date(2026, 1, 1)
    )
    with pytest.raises(TypeError, match="no page"):
        pages(typesetter, plain)


def test_an_attestation_needs_no_programme(typesetter: Typesetter) -> None:
    award = dataclasses.replace(attestation(), programme=None, period_from=None, period_until=None, valid_until=None)
    assert squeezed("Attestation") in text_of(pages(typesetter, award))


def test_the_maker_uses_the_certificate_of_today() -> None:
    world = SealWorld()
    sealer = world.maker._sealer(INSTITUTION)
    assert sealer is world.maker._sealer(INSTITUTION)
    world.maker._keys.seal = world.ca.seal()  # type: ignore[attr-defined]
    assert sealer is not world.maker._sealer(INSTITUTION)
    assert isinstance(world.maker, DocumentMaker)


def _said_by(award: Award, language: Language) -> Iterator[str]:
    """Return each thing the award says, as its language writes it."""
    hidden = {"email", "external_id", "kind", "language"}
    hidden |= _NOT_PRINTED[award.kind]
    yield from _walk(award, language, hidden)


def _walk(value: object, language: Language, hidden: set[str]) -> Iterator[str]:
    if isinstance(value, Text):
        for code in language.codes:
            yield french_spaces(value.within(code)) if code == "fr" else value.within(code)
    elif is_dataclass(value):
        for one in fields(value):
            yield from () if one.name in hidden else _walk(getattr(value, one.name), language, hidden)
    elif isinstance(value, tuple):
        yield from (said for one in value for said in _walk(one, language, hidden))
    elif value is not None:
        yield from _plain(value, language)


def _plain(value: object, language: Language) -> list[str]:
    if isinstance(value, Decimal):
        return [number(value, language.codes[0])]
    if isinstance(value, date):
        return [long_date(value, code) for code in language.codes]
    return [str(value)]


def test_a_text_in_the_other_language_is_printed_as_it_is(typesetter: Typesetter) -> None:
    """An award whose texts exist in one language only, printed in the other, or in both."""
    award = dataclasses.replace(badge(Language.BOTH), title=Text(en="Peer Mentoring"), description=Text(fr="Aide"))
    text = text_of(pages(typesetter, award))
    assert text.count(squeezed("Peer Mentoring")) == 1
    french = text_of(pages(typesetter, dataclasses.replace(badge(), title=Text(en="Peer Mentoring"))))
    assert squeezed("Peer Mentoring") in french


def test_a_text_with_nothing_in_it_prints_nothing(typesetter: Typesetter) -> None:
    award = dataclasses.replace(diploma(), honours=Text(fr=""))
    assert squeezed("grande distinction") not in text_of(pages(typesetter, award))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("signatories", [0, 1, 2, 4])
def test_a_diploma_is_one_page_however_long_its_names(
    typesetter: Typesetter, language: Language, signatories: int
) -> None:
    long_text = Text(
        "baccalauréat intégré de très longue dénomination " * 6, "an integrated degree of a long name " * 6
    )
    learner = Learner("Marie-Françoise Élisabeth Bernadette", "de la Chevrotière-Beauchamp Œuvray", "a@b.c", "1")
    signatory = Signatory(
        "Marie-Ève Châtelain-Desrosiers", Text("Vice-rectrice aux études", "Vice-President, Academic")
    )
    award = dataclasses.replace(
        diploma(language, learner=learner), degree=long_text, signatories=(signatory,) * signatories
    )
    document = pypdfium2.PdfDocument(pages(typesetter, award))
    assert len(document) == 1
    document.close()
