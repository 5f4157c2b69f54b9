"""A wallet that is not ours collects a badge and believes it (R90, R95; interop.md, messages 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.problems import ProblemError
from tests.support.browser import site
from tests.support.holder_web import serve
from tests.support.neighbours import Neighbours, make_neighbours
from tests.support.node import CONTEXTS, Judge

pytestmark = pytest.mark.interop
NOW = "2026-06-01T14:30:00Z"


@pytest.fixture(scope="module")
def wallet() -> Iterator[Judge]:
    judge = Judge("wallet.mjs", str(CONTEXTS))
    yield judge
    judge.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Neighbours, str]]:
    """Serve issuer and holder on loopback; yield them with the interaction URL of a badge."""
    made: list[Neighbours] = []

    def make(address: str) -> Any:
        made.append(make_neighbours(tmp_path, base_url=address))
        return serve(made[0].house, base_url=address).app

    with site(make):
        both = made[0]
        delivery = both.issue("badge")
        owner = both.house.accounts.people.by_email(delivery.learner_email)
        assert owner is not None
        desk = both.house.desk
        token = desk.exchanging.offer(desk.vault.get(owner.id, delivery.document_id))
        yield both, desk.exchanging.interaction_url(token)
    both.house.database.close()
    both.issuer.database.close()


def collected(wallet: Judge, both: Neighbours, interaction: str, suite: str, **more: Any) -> Any:
    dids = {"did:web:registrar.parchemin.example:t:boreale": both.issuer.desk.did_document("boreale")}
    return wallet.ask("collect", interaction=interaction, suite=suite, date=NOW, dids=dids, **more), dids


@pytest.mark.parametrize("suite", ["Ed25519Signature2020", "eddsa-rdfc-2022"])
def test_a_wallet_of_digital_bazaars_packages_collects_a_badge_and_verifies_it(
    wallet: Judge, house: tuple[Neighbours, str], suite: str
) -> None:
    both, interaction = house
    answer, dids = collected(wallet, both, interaction, suite)
    assert 200 == answer.get("status"), answer
    credential = answer["body"]["verifiablePresentation"]["verifiableCredential"][0]
    assert answer["did"] == credential["credentialSubject"]["id"]
    assert {} == answer["end"]
    assert {"verified": True} == wallet.ask("judge", credential=credential, now=NOW, dids=dids)
    credential["credentialSubject"]["achievement"]["name"] += "!"
    assert not wallet.ask("judge", credential=credential, now=NOW, dids=dids)["verified"]


def test_a_presentation_of_the_older_data_model_collects_too(wallet: Judge, house: tuple[Neighbours, str]) -> None:
    both, interaction = house
    answer, _ = collected(wallet, both, interaction, "Ed25519Signature2020", version=1.0)
    assert 200 == answer.get("status"), answer


def test_a_key_proved_for_another_domain_collects_nothing(wallet: Judge, house: tuple[Neighbours, str]) -> None:
    """threats.md E01: a man in the middle relays our question under its own name."""
    both, interaction = house
    both.house.desk.exchanging._domain, honest = "https://evil.example", both.house.desk.exchanging._domain
    relayed = both.house.desk.exchanging.answer(interaction.rpartition("/")[2].partition("?")[0], {})
    both.house.desk.exchanging._domain = honest
    assert "https://evil.example" == relayed["verifiablePresentationRequest"]["domain"]
    answer = wallet.ask("prove", request=relayed["verifiablePresentationRequest"], date=NOW)
    token = interaction.rpartition("/")[2].partition("?")[0]
    with pytest.raises(ProblemError) as caught:
        both.house.desk.exchanging.answer(token, answer)
    assert "domain-wrong" == caught.value.problem.code
