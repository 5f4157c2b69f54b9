"""The page "verify a file", as a person meets it in a browser."""

from __future__ import annotations

import pytest

from tests.support.browser import DESK, PHONE, site, visit
from tests.support.web import verifier_app

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LOOKS = (("en", False, DESK), ("en", True, PHONE), ("fr", False, PHONE), ("fr", True, DESK))
"""Each language, theme and size with each of the others, not all together."""
VERDICTS = {
    b"fine": ("Vérifié", "verified"),
    b"tampered": ("Échec de vérification", "failed"),
    b"revoked": ("Échec de vérification", "failed"),
    b"expired": ("A été valide", "was-valid"),
    b"unknown": ("Vérification incomplète", "not-fully-checked"),
}


@pytest.fixture(scope="module")
def address():
    with site(lambda base_url: verifier_app(base_url=base_url, verify_per_minute=1000)) as where:
        yield where


def _file(name, raw):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": raw}


@pytest.mark.parametrize(("language", "dark", "size"), LOOKS)
def test_everybody_can_use_it(browser, address, tmp_path, language, dark, size):
    """R86: axe finds nothing, nothing is scrolled sideways, no request leaves the origin."""
    with visit(browser, address, language=language, dark=dark, size=size) as visitor:
        visitor.go("/verify")
        assert [] == visitor.axe()
        visitor.page.set_input_files("#files", [_file("a.pdf", b"fine"), _file("b.pdf", b"revoked")])
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector("#results-title")
        for closed in visitor.page.query_selector_all("#results details"):
            closed.evaluate("element => { element.open = true }")
        assert [] == visitor.axe()
        assert not visitor.overflows()
        assert visitor.picture(tmp_path, "verify").stat().st_size > 10_000


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("raw", VERDICTS)
def test_the_answer_is_the_same_with_and_without_script(browser, address, raw, script):
    """R60-R63: htmx improves, nothing depends on it."""
    headline, verdict = VERDICTS[raw]
    with visit(browser, address, language="fr", script=script) as visitor:
        visitor.go("/verify")
        visitor.page.set_input_files("#files", [_file("diplôme.pdf", raw)])
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector("#results-title")
        assert headline == visitor.text(".verdict-head h4")
        assert verdict == visitor.page.get_attribute(".verdict", "data-verdict")
        assert "diplôme.pdf" in visitor.text(".file-name")


def test_dropped_files_are_sent_at_once(browser, address):
    with visit(browser, address) as visitor:
        visitor.go("/verify")
        visitor.page.evaluate(
            """() => {
              const data = new DataTransfer();
              data.items.add(new File(["fine"], "dropped.json", { type: "application/json" }));
              data.items.add(new File(["expired"], "old.json", { type: "application/json" }));
              document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
            }"""
        )
        visitor.page.wait_for_selector("#results-title")
        assert "1 document of 2 is verified." in visitor.text("#results")
        assert "dropped.json (1 kB)" in visitor.text("#chosen")


def test_the_answers_take_the_focus_so_that_a_screen_reader_reads_on(browser, address):
    with visit(browser, address) as visitor:
        visitor.go("/verify")
        visitor.page.set_input_files("#files", [_file("a.pdf", b"fine")])
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector("#results-title")
        assert "results-title" == visitor.page.evaluate("document.activeElement.id")


def test_everything_can_be_done_by_keyboard(browser, address):
    with visit(browser, address) as visitor:
        visitor.go("/verify")
        visitor.page.keyboard.press("Tab")
        assert "Skip to the content" == visitor.page.evaluate("document.activeElement.textContent")
        visitor.page.keyboard.press("Enter")
        visitor.page.keyboard.press("Tab")
        assert "files" == visitor.page.evaluate("document.activeElement.id")
        visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.press("Enter")
        visitor.page.keyboard.press("Tab")
        assert "text" == visitor.page.evaluate("document.activeElement.id")


def test_a_pasted_share_link_leads_to_its_gate(browser, address):
    """R64: the verifier alone has no gate, so the reader ends on its page for nothing there."""
    token = "Zm9vYmFyYmF6cXV4LXF1dXV4MTIz"
    with visit(browser, address, forgive=("404",)) as visitor:
        visitor.go("/verify")
        visitor.page.click(".paste summary")
        visitor.page.fill("#text", f"{address}/s/{token}")
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_url(f"{address}/s/{token}")
        assert "There is nothing here." == visitor.text("h1")


def test_an_error_is_shown_in_place_and_can_be_mended(browser, address):
    with visit(browser, address, forgive=("422",)) as visitor:
        visitor.go("/verify")
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector(".error-summary")
        assert "Choose a file, or paste a credential or a link." in visitor.text(".error-summary")
        visitor.page.set_input_files("#files", [_file("a.pdf", b"fine")])
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector("#results-title")
        assert 0 == visitor.page.locator(".error-summary").count()


def test_a_refusal_is_shown_in_place(browser):
    """L12: told in words, with its code one click away."""
    with (
        site(lambda base_url: verifier_app(base_url=base_url, verify_per_minute=1)) as address,
        visit(browser, address, forgive=("429",)) as visitor,
    ):
        visitor.go("/verify")
        for _ in range(2):
            visitor.page.set_input_files("#files", [_file("a.pdf", b"fine")])
            with visitor.page.expect_response("**/verify"):
                visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector("#results .message")
        assert "Too many requests" in visitor.text("#results")


def test_a_broken_connection_is_told(browser, address):
    with visit(browser, address, forgive=("ERR_FAILED", "htmx")) as visitor:
        visitor.go("/verify")
        visitor.page.route("**/verify", lambda route: route.abort())
        visitor.page.set_input_files("#files", [_file("a.pdf", b"fine")])
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector("#not-sent:not([hidden])")
        assert "This could not be sent" in visitor.text("#not-sent")


def test_files_beyond_the_bound_are_told_before_they_are_sent(browser, address):
    with visit(browser, address) as visitor:
        visitor.go("/verify")
        visitor.page.evaluate("document.getElementById('verify-form').dataset.mostBytes = '3'")
        visitor.page.set_input_files("#files", [_file("a.pdf", b"fine")])
        assert visitor.page.is_visible("#too-large")
        assert visitor.page.is_disabled("button[type=submit]")


def test_the_print_tells_the_answer_and_nothing_to_press(browser, address):
    """R26: and says that it is not certified."""
    with visit(browser, address) as visitor:
        visitor.go("/verify")
        visitor.page.set_input_files("#files", [_file("a.pdf", b"fine")])
        visitor.page.click("button[type=submit]")
        visitor.page.wait_for_selector("#results-title")
        visitor.page.emulate_media(media="print")
        assert visitor.page.is_visible(".verdict")
        assert visitor.page.is_visible("#results .print-only")
        assert not visitor.page.is_visible("button[type=submit]")
        assert not visitor.page.is_visible(".masthead nav")
