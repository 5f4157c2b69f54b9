"""The learner's and the recipient's pages in a browser: gate, verdict, share, wallet (R40-R62, R85, R86)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from schemas.shares import ShareRequest
from tests.support.browser import DESK, PHONE, Visitor, site, visit
from tests.support.holder_web import serve
from tests.support.neighbours import Neighbours, make_neighbours
from tests.support.people import GOOD_PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PIN = "314159"
VIEWS = (("en", DESK), ("fr", PHONE))
FAILED = {"en": "Verification failed", "fr": "Échec de vérification"}


@dataclass(frozen=True, slots=True)
class Stage:
    """What every scene plays on."""

    address: str
    both: Neighbours
    person_id: str
    email: str
    documents: dict[str, str]

    def share(self, key: str, *kinds: str, **changes: Any) -> tuple[str, str]:
        """Return id and token of a new share behind the PIN."""
        documents = tuple(self.documents[kind] for kind in kinds)
        values = {"request_key": f"request-key-{key}", "documents": documents, "name": "Emploi", "pin": PIN}
        made = self.both.house.desk.shares.create(self.person_id, ShareRequest(**{**values, **changes}))
        assert made.token is not None
        return made.share.id, made.token


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made: list[Neighbours] = []

    def make(address: str) -> Any:
        made.append(make_neighbours(tmp_path_factory.mktemp("stage"), base_url=address))
        return serve(made[0].house, base_url=address).app

    with site(make) as address:
        both = made[0]
        kinds = ("transcript", "diploma", "badge", "micro-credential", "attestation")
        deliveries = {kind: both.issue(kind) for kind in kinds}
        email = deliveries["diploma"].learner_email
        people = both.house.accounts.people
        person = people.accept(people.invite(email), GOOD_PASSWORD)
        yield Stage(address, both, person.id, email, {kind: one.document_id for kind, one in deliveries.items()})
    both.house.database.close()
    both.issuer.database.close()


def settle(visitor: Visitor, selector: str) -> None:
    """Click and wait for the page that comes."""
    with visitor.page.expect_navigation(wait_until="networkidle"):
        visitor.page.click(selector)


def type_pin(visitor: Visitor, token: str, pin: str) -> None:
    visitor.go(f"/s/{token}")
    visitor.page.fill("#pin", pin)
    settle(visitor, "main form button")


def sign_in(visitor: Visitor, stage: Stage) -> Visitor:
    visitor.go("/sign-in")
    visitor.page.fill("#email", stage.email)
    visitor.page.fill("#password", GOOD_PASSWORD)
    settle(visitor, "main form button")
    return visitor


def is_good(visitor: Visitor) -> None:
    assert [] == visitor.axe()
    assert not visitor.overflows()


@pytest.mark.parametrize(("language", "size"), VIEWS)
def test_a_wrong_pin_asks_to_check_what_was_typed_and_shows_no_failure(browser, stage, language, size):
    """R61."""
    _, token = stage.share(f"wrong-{language}", "diploma")
    with visit(browser, stage.address, language=language, size=size, forgive=("403",)) as visitor:
        visitor.go(f"/s/{token}")
        is_good(visitor)
        type_pin(visitor, token, "000000")
        assert {"en": "Check what you typed", "fr": "Vérifiez votre saisie"}[language] in visitor.text()
        assert {"en": "4 tries are left", "fr": "Il reste 4 essais"}[language] in visitor.text()
        assert FAILED[language] not in visitor.text()
        assert 0 == visitor.page.locator(".verdict").count()
        is_good(visitor)


@pytest.mark.parametrize(("language", "size"), VIEWS)
def test_the_right_pin_shows_documents_and_verdict(browser, stage, language, size):
    """R60, R69."""
    _, token = stage.share(f"right-{language}", "transcript", "diploma", reference="Concours 114")
    with visit(browser, stage.address, language=language, size=size) as visitor:
        type_pin(visitor, token, PIN)
        assert ["verified", "verified"] == [
            verdict.get_attribute("data-verdict") for verdict in visitor.page.locator(".verdict").all()
        ]
        for words in ("Zoé L’Écuyer-Ōtani", "INF1120", "A+", "Concours 114"):
            assert words in visitor.text()
        is_good(visitor)
        with visitor.page.expect_download() as download:
            visitor.page.click("a[href*='download=1'] >> nth=0")
        assert download.value.suggested_filename.startswith("transcript-")


@pytest.mark.parametrize(("language", "size"), VIEWS)
def test_a_revoked_document_fails_with_its_reason(browser, stage, language, size):
    """R27, R62."""
    _, token = stage.share(f"revoked-{language}", "badge")
    stage.both.issuer.desk.revoke(stage.documents["badge"], "Délivré par erreur.", actor="test")
    with visit(browser, stage.address, language=language, size=size) as visitor:
        type_pin(visitor, token, PIN)
        assert FAILED[language] == visitor.text(".verdict h2")
        assert {"en": "Revoked", "fr": "Révoqué"}[language] in visitor.text("[data-part=status]")
        assert {"en": "Yes", "fr": "Oui"}[language] in visitor.text("[data-part=integrity]")
        assert 0 == visitor.page.locator("a[href*='document.pdf']").count()
        is_good(visitor)


@pytest.mark.parametrize(("language", "size"), VIEWS)
def test_an_ended_share_and_an_unknown_one_say_what_to_do(browser, stage, language, size):
    """R62."""
    share_id, token = stage.share(f"ended-{language}", "diploma")
    stage.both.house.desk.shares.disable(stage.person_id, share_id)
    with visit(browser, stage.address, language=language, size=size, forgive=("410", "404")) as visitor:
        visitor.go(f"/s/{token}")
        assert FAILED[language] == visitor.text("h1")
        assert "Zoé" not in visitor.text("body")
        is_good(visitor)
        visitor.go(f"/s/{'A' * 24}")
        assert FAILED[language] not in visitor.text()
        is_good(visitor)


def test_a_paused_share_is_good_to_read_for_everybody(browser, stage):
    """R61."""
    share_id, token = stage.share("paused", "diploma")
    forgiven = ("403", "429")
    with visit(browser, stage.address, language="fr", size=PHONE, forgive=forgiven) as visitor:
        for _ in range(5):
            type_pin(visitor, token, "000000")
        assert "Vérifiez votre saisie" == visitor.text("h1")
        assert FAILED["fr"] not in visitor.text()
        is_good(visitor)
    with visit(browser, stage.address, language="fr", size=PHONE) as visitor:
        sign_in(visitor, stage).go(f"/shares/{share_id}")
        assert "Trop de mauvais NIP ont été saisis." in visitor.text()
        is_good(visitor)
        settle(visitor, "form[action$=resume] button")
        assert "Ouvert" in visitor.text(".chip")


@pytest.mark.parametrize(("language", "size", "script"), [(*VIEWS[0], True), (*VIEWS[1], False)])
def test_a_learner_shares_in_three_steps_with_and_without_script(browser, stage, language, size, script):
    """R40, R43-R49."""
    key = stage.documents["diploma"].removeprefix("urn:uuid:")
    with visit(browser, stage.address, language=language, size=size, script=script, forgive=("422",)) as visitor:
        sign_in(visitor, stage).go(f"/shares/new?document={key}")
        settle(visitor, "button[value=details]")
        settle(visitor, "button[value=preview]")
        assert 1 == visitor.page.locator("#name[aria-invalid=true]").count()
        visitor.page.fill("#name", "Maîtrise")
        settle(visitor, "button[value=preview]")
        assert "Zoé L’Écuyer-Ōtani" in visitor.text(".paper")
        settle(visitor, "button[value=share]")
        link, pin = visitor.text("#share-link"), visitor.text("#share-pin")
        assert link.startswith(f"{stage.address}/s/")
    with visit(browser, stage.address, language=language, size=size) as recipient:
        type_pin(recipient, link.rpartition("/")[2], pin)
        assert 1 == recipient.page.locator(".verdict[data-verdict=verified]").count()


@pytest.mark.parametrize(("language", "size"), VIEWS)
def test_everybody_can_use_every_page_of_the_learner(browser, stage, language, size):
    """R85, R86: light on a desk, dark on a phone."""
    dark = size == VIEWS[1][1]
    share_id, _ = stage.share(f"pages-{language}", "transcript")
    keys = [one.removeprefix("urn:uuid:") for one in stage.documents.values()]
    paths = ["/documents", "/shares", f"/shares/{share_id}", "/shares/new", "/profile"]
    with visit(browser, stage.address, language=language, size=size, dark=dark) as visitor:
        visitor.go("/sign-in")
        is_good(visitor)
        sign_in(visitor, stage)
        for path in [*paths, *(f"/documents/{key}" for key in keys)]:
            visitor.go(path)
            is_good(visitor)
        for act in ("present", "wallet"):
            visitor.go(f"/documents/{keys[1]}")
            settle(visitor, f"form[action$={act}] button")
            assert 1 == visitor.page.locator(".qr svg").count()
            is_good(visitor)
