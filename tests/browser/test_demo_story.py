"""The demo's own documents in a browser: sealed PDFs, real proofs, three people.

A stranger opens the share, the registrar suspends, the stranger is told; nothing is a stand-in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.demo import environment
from app.factory import create_app
from app.serving import DOORS
from app.wiring import Choices, make_parts
from tests.support import demonstration
from tests.support.browser import DESK, PHONE, Visitor, site, visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


DIPLOMA = "DIP-2026E-23104417"


@dataclass(frozen=True, slots=True)
class Story:
    """Where the demo is served, its files, and the way into its share."""

    address: str
    folder: Path
    path: str
    pin: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    base = tmp_path_factory.getbasetemp()
    made = demonstration.output(base.parent if "gw" in base.name else base)
    folder = tmp_path_factory.mktemp("story") / "demo"
    shutil.copytree(made, folder)
    share = dict(line.split(": ", 1) for line in (folder / "share.txt").read_text().splitlines())

    def make(address: str) -> Any:
        settings = Settings.read(environment(folder, address.removeprefix("http://")))
        patient = replace(settings.limits, verification_seconds=60.0, pdf_seconds=60.0)  # a busy machine is no answer
        settings = replace(settings, limits=patient)
        return create_app(settings, make_parts(settings, Choices(doors=DOORS)))

    with site(make) as address:
        yield Story(address, folder, "/s/" + share["link"].rpartition("/")[2], share["PIN"])


def _type_pin(visitor: Visitor, pin: str) -> None:
    visitor.page.fill("input[name=pin]", pin)
    visitor.page.click("main form button[type=submit]")
    visitor.page.wait_for_load_state("networkidle")


def _enter_as(visitor: Visitor, door: str) -> None:
    visitor.go("/")
    visitor.page.click(f"form[action$='/demo/{door}'] button")
    visitor.page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("language", "size"), [("fr", PHONE), ("en", DESK)])
def test_a_stranger_types_a_wrong_pin_and_then_the_right_one(
    browser: Any, story: Story, language: str, size: Any
) -> None:
    """R60, R61, R69, R85, R86."""
    words = {"fr": ("Vérifiez votre saisie", "Échec", "Vérifié"), "en": ("Check what you typed", "failed", "Verified")}
    mistyped, failed, verified = words[language]
    with visit(browser, story.address, language=language, size=size, forgive=("403",)) as stranger:
        stranger.go(story.path)
        _type_pin(stranger, "000000" if story.pin != "000000" else "111111")
        assert mistyped in stranger.text()
        assert failed not in stranger.text()
        _type_pin(stranger, story.pin)
        assert 2 == stranger.text().count(verified + "\n")
        assert "Zoé Tremblay-N'Diaye" in stranger.text()
        assert [] == stranger.axe()
        assert not stranger.overflows()


def test_what_the_registrar_suspends_the_stranger_is_told(browser: Any, story: Story) -> None:
    """R27, R62: the shared diploma, suspended by a person of the institution and restored."""
    with (
        visit(browser, story.address, language="fr") as registrar,
        visit(browser, story.address, language="fr") as stranger,
    ):
        stranger.go(story.path)
        _type_pin(stranger, story.pin)
        _enter_as(registrar, "staff")
        registrar.page.click(f"tr:has-text('{DIPLOMA}') a")
        _change(registrar, "suspend")
        text = stranger.go(story.path).text()
        assert "Échec de vérification" in text
        assert "Suspendu" in text
        _change(registrar, "restore")
        assert "Échec de vérification" not in stranger.go(story.path).text()


def _change(registrar: Visitor, act: str) -> None:
    registrar.page.wait_for_load_state("networkidle")
    registrar.page.fill("[name=reason]", "Une erreur à corriger.")
    registrar.page.click(f"button[formaction$='/{act}']")
    registrar.page.wait_for_load_state("networkidle")


def test_the_employer_drops_genuine_altered_and_revoked_files(browser: Any, story: Story) -> None:
    """R62, R64."""
    with visit(browser, story.address, language="fr") as employer:
        employer.go("/verify")
        names = ["transcript.pdf", "altered.pdf", "revoked.json"]
        employer.page.set_input_files("input[type=file]", [str(story.folder / name) for name in names])
        employer.page.click("main button[type=submit]")
        employer.page.wait_for_selector("#results :text('revoked.json')")
        text = employer.text("#results")
        assert "1 document sur 3 est vérifié" in text
        assert [] == employer.axe()
