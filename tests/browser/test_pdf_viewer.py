"""Our PDFs open in a browser's own viewer, although the policy that they come with lets nothing run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

import flask
import pytest
from PIL import Image
from playwright.sync_api import Browser

from app.security import PDF_POLICY
from tests.support.browser import site
from tests.support.web import verifier_app

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
_TRIES: Final = 80
_PAUSE_MS: Final = 250
RED: Final = (200, 20, 40)


def red_page() -> bytes:
    """Return a PDF whose one page is all red."""
    out = io.BytesIO()
    Image.new("RGB", (400, 400), RED).save(out, "PDF", resolution=72)
    return out.getvalue()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    def make(base_url: str) -> flask.Flask:
        app = verifier_app(base_url=base_url)
        app.add_url_rule("/page.pdf", "page", lambda: flask.Response(red_page(), content_type="application/pdf"))
        return app

    with site(make) as where:
        yield where


def red_share(picture: bytes) -> float:
    """Return which part of a picture is as red as the page."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    found = sum(
        count
        for count, colour in image.getcolors(image.width * image.height) or []
        if all(abs(a - b) < 24 for a, b in zip(colour, RED, strict=True))
    )
    return found / (image.width * image.height)


def test_a_pdf_is_drawn_under_the_policy_it_comes_with(browser: Browser, address: str) -> None:
    """The policy of `app/security.py`: no script, no frame around it, nothing fetched."""
    context = browser.new_context(viewport={"width": 800, "height": 800})
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    try:
        # Asked apart, since a browser tells of a PDF's policy only the part that its viewer heeds.
        assert PDF_POLICY == page.request.get(f"{address}/page.pdf").headers["content-security-policy"]
        page.goto(f"{address}/page.pdf")
        drawn = False
        for _ in range(_TRIES):
            drawn = red_share(page.screenshot()) > 0.1
            if drawn:
                break
            page.wait_for_timeout(_PAUSE_MS)
        assert drawn
        assert [] == [text for text in complaints if "Content Security Policy" in text]
    finally:
        context.close()
