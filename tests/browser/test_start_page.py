"""The pages of nobody's role in a browser: start, help, accessibility, problems, the interface for programs."""

from __future__ import annotations

import pytest

from tests.support.browser import DESK, PHONE, site, visit
from tests.support.holder_web import make_house, serve
from tests.support.web import verifier_app

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGES = ("/", "/help", "/accessibility", "/problems/", "/problems/revoked", "/v1/docs", "/nowhere")


@pytest.fixture(scope="module")
def address():
    with site(lambda base_url: verifier_app(base_url=base_url)) as where:
        yield where


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_every_page(browser, address, path):
    """R86, R85: light on a desk and dark on a phone, in both languages."""
    for language, size, dark in (("en", DESK, False), ("fr", PHONE, True)):
        with visit(browser, address, language=language, dark=dark, size=size, forgive=("404",)) as visitor:
            visitor.go(path)
            assert [] == visitor.axe(), (language, size)
            assert not visitor.overflows()


def test_the_way_from_the_start_to_an_answer_is_two_clicks(browser, address):
    with visit(browser, address) as visitor:
        visitor.go("/").page.click("text=Verify a document >> nth=0")
        assert "Is it genuine?" == visitor.text("h1")


def test_the_language_switch_keeps_the_place(browser, address):
    """R85."""
    with visit(browser, address) as visitor:
        visitor.go("/problems/revoked").page.click("text=Français")
        assert "Le document a été révoqué par son émetteur." == visitor.text("h1")
        visitor.go("/help")
        assert "Aide" == visitor.text("h1")


def test_names_and_titles_are_set_in_our_own_serif(browser, address):
    """The font is ours: nothing is fetched from elsewhere, and accents are in it."""
    with visit(browser, address, language="fr") as visitor:
        visitor.go("/")
        loaded = visitor.page.evaluate(
            "document.fonts.ready.then(() => [...document.fonts].filter((f) => f.status === 'loaded').length)"
        )
        assert loaded >= 2
        assert visitor.page.evaluate("document.fonts.check('600 20px \"Libertinus Serif\"', 'Érable')")


def test_every_target_is_large_enough_for_a_thumb(browser, address):
    """Section "Look" of the design: at least 44 px; links inside a sentence aside (WCAG 2.2, 2.5.8)."""
    with visit(browser, address, size=PHONE) as visitor:
        visitor.go("/")
        heights = visitor.page.eval_on_selector_all(
            "main button, main a.button, header a, footer a",
            "all => all.filter((one) => one.offsetParent).map((one) => Math.round(one.getBoundingClientRect().height))",
        )
        assert [] != heights
        assert [] == [height for height in heights if height < 44]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_newcomer_enters_the_learners_view_by_one_click(browser, tmp_path, size):
    """Issue 2: the start page leads through the views; a demo door needs no password, only development."""
    house = make_house(tmp_path)
    house.learner()
    house.deliver()
    with (
        site(lambda base_url: serve(house, base_url=base_url).app) as where,
        visit(browser, where, language="fr", size=size) as visitor,
    ):
        visitor.go("/")
        assert [] == visitor.axe()
        visitor.page.click("text=Entrer comme apprenante")
        visitor.page.wait_for_url(f"{where}/documents")
        assert "Mes documents" == visitor.text("h1")
        assert ["Vérifier", "Documents", "Partages"] == visitor.text(".masthead nav ul >> nth=0").split()
        assert not visitor.overflows()
        visitor.go("/")
        assert "Mes documents" in visitor.text(".trio >> nth=0")
    house.database.close()
