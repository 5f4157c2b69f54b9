"""The institution's pages in a browser: today, a document, its revocation (R27, R85, R86)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from schemas.awards import Kind
from tests.support.awards import make_award
from tests.support.browser import DESK, PHONE, site, visit
from tests.support.issuer_web import IssuerWeb, make_issuer_web
from tests.support.people import GOOD_PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
EMAIL = "registraire@boreale.example"


@dataclass(frozen=True, slots=True)
class Stage:
    """What every scene plays on."""

    address: str
    web: IssuerWeb
    documents: dict[str, str]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made: list[IssuerWeb] = []

    def make(address: str) -> Any:
        made.append(make_issuer_web(tmp_path_factory.mktemp("stage"), base_url=address))
        return made[0].app

    with site(make) as address:
        web = made[0]
        desk = web.house.desk
        documents = {kind.value: desk.issue(make_award(kind), "boreale", "test").document_id for kind in Kind}
        people = web.accounts.people
        person = people.register(EMAIL, given_name="Aputik", family_name="Ittuk", language="fr")
        people.accept(people.invite(person.email), GOOD_PASSWORD)
        people.add_staff(person.id, "boreale")
        yield Stage(address, web, documents)
    web.house.database.close()


def signed_in(visitor: Any) -> Any:
    visitor.go("/sign-in")
    visitor.page.fill("[name=email]", EMAIL)
    visitor.page.fill("[name=password]", GOOD_PASSWORD)
    visitor.page.click("main button[type=submit]")
    return visitor


@pytest.mark.parametrize(("language", "size"), [("fr", PHONE), ("en", DESK)])
def test_each_page_is_accessible_and_stays_within_the_screen(
    browser: Any, stage: Stage, language: str, size: Any
) -> None:
    with visit(browser, stage.address, language=language, size=size) as visitor:
        signed_in(visitor)
        key = stage.documents["transcript"].removeprefix("urn:uuid:")
        for path in ("/today", "/issued/boreale", "/issued/boreale?kind=diploma", f"/issued/boreale/{key}"):
            visitor.go(path)
            assert [] == visitor.axe()
            assert not visitor.overflows()


def test_a_registrar_revokes_a_document_with_a_reason(browser: Any, stage: Stage) -> None:
    with visit(browser, stage.address, language="fr", size=DESK) as visitor:
        signed_in(visitor)
        visitor.go("/issued/boreale?kind=badge")
        visitor.page.click("main table a")
        visitor.page.fill("[name=reason]", "Délivré par erreur.")
        visitor.page.click("button:has-text('Révoquer')")
        visitor.page.wait_for_url("**/issued/boreale/*")
        shown = visitor.text()
        assert "Le document est révoqué." in shown
        assert "Délivré par erreur." in shown
    assert "revoked" == stage.web.house.desk.document(stage.documents["badge"]).state
