"""A wallet collects a badge: VC-API exchange, interaction URL, binding (R90, R95)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.report import Answer
from tests.support.holder_web import Web, serve
from tests.support.neighbours import Neighbours, make_neighbours
from tests.support.wallets import PythonWallet, post


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Neighbours]:
    both = make_neighbours(tmp_path)
    yield both
    both.house.database.close()
    both.issuer.database.close()


@pytest.fixture
def web(both: Neighbours) -> Web:
    return serve(both.house)


@pytest.fixture
def token(both: Neighbours) -> str:
    """Return the token of an exchange that offers a delivered badge."""
    delivery = both.issue("badge")
    owner = both.house.accounts.people.by_email(delivery.learner_email)
    assert owner is not None
    desk = both.house.desk
    return desk.exchanging.offer(desk.vault.get(owner.id, delivery.document_id))


def asked(web: Web, token: str) -> dict[str, Any]:
    answer = post(web.app.test_client(), f"/vc-api/exchanges/{token}", {})
    assert 200 == answer.status_code, answer.text
    request: dict[str, Any] = answer.json["verifiablePresentationRequest"]
    return request


def sent(web: Web, token: str, presentation: Any) -> Any:
    return post(web.app.test_client(), f"/vc-api/exchanges/{token}", {"verifiablePresentation": presentation})


def test_a_wallet_gets_the_badge_bound_to_the_key_it_proved(both: Neighbours, web: Web, token: str) -> None:
    """R90, R95; interop.md, messages 1 and 2."""
    wallet = PythonWallet()
    client = web.app.test_client()
    interaction = client.get(f"/interactions/{token}?iuv=1", headers={"Accept": "application/json"})
    exchange = interaction.json["protocols"]["vcapi"]
    assert f"http://127.0.0.1:8000/vc-api/exchanges/{token}" == exchange
    request = asked(web, token)
    assert "DIDAuthentication" == request["query"][0]["type"]
    answer = sent(web, token, wallet.presentation(request, both.issuer.clock.now()))
    assert 200 == answer.status_code, answer.text
    credential = answer.json["verifiablePresentation"]["verifiableCredential"][0]
    assert wallet.did == credential["credentialSubject"]["id"]
    report = both.issuer.verify(json.dumps(credential))
    assert ["yes", "yes", "yes"] == [report.integrity.answer, report.status.answer, report.identity.answer]
    assert {} == post(client, f"/vc-api/exchanges/{token}", {}).json


def test_the_bound_badge_shares_the_fate_of_the_document(both: Neighbours, web: Web, token: str) -> None:
    """R95: all forms of a document are revoked together."""
    answer = sent(web, token, PythonWallet().presentation(asked(web, token), both.issuer.clock.now()))
    credential = answer.json["verifiablePresentation"]["verifiableCredential"][0]
    both.issuer.desk.revoke(credential["id"], "Délivré par erreur.", actor="test")
    report = both.issuer.verify(json.dumps(credential))
    assert ("revoked", Answer.YES) == (report.status.code, report.integrity.answer)


def test_what_a_wallet_collected_stands_in_the_vault_and_the_history(both: Neighbours, web: Web, token: str) -> None:
    wallet = PythonWallet()
    sent(web, token, wallet.presentation(asked(web, token), both.issuer.clock.now()))
    vault = both.house.desk.vault
    document = next(iter(vault.all_of(both.house.desk.exchanging.offered(token).person_id)))
    assert wallet.did in {kept.bound_to for kept in vault.forms(document)}
    assert ["collected-by-wallet", "offered-to-wallet", "received"] == [e.event.value for e in vault.history(document)]


def test_a_challenge_is_worth_one_answer(both: Neighbours, web: Web, token: str) -> None:
    """threats.md E02."""
    wallet = PythonWallet()
    presentation = wallet.presentation(asked(web, token), both.issuer.clock.now())
    assert 200 == sent(web, token, presentation).status_code
    again = sent(web, token, presentation)
    assert (400, "challenge-wrong") == (again.status_code, again.json["code"])


def test_of_twenty_equal_answers_at_once_one_collects(both: Neighbours, web: Web, token: str) -> None:
    """threats.md E02: consumed atomically."""
    presentation = PythonWallet().presentation(asked(web, token), both.issuer.clock.now())
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _n: sent(web, token, presentation).status_code, range(20)))
    assert {200: 1, 400: 19} == {code: answers.count(code) for code in set(answers)}


def test_a_newer_challenge_replaces_the_one_before(both: Neighbours, web: Web, token: str) -> None:
    wallet = PythonWallet()
    first, second = asked(web, token), asked(web, token)
    assert first["challenge"] != second["challenge"]
    assert "challenge-wrong" == sent(web, token, wallet.presentation(first, both.issuer.clock.now())).json["code"]
    assert 200 == sent(web, token, wallet.presentation(second, both.issuer.clock.now())).status_code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"challenge": "another"}, "challenge-wrong"),
        ({"domain": "https://evil.example"}, "domain-wrong"),
        ({"domain": None}, "domain-wrong"),
        ({"purpose": "keyAgreement"}, "purpose-wrong"),
        ({"holder": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"}, "not-by-issuer"),
    ],
)
def test_a_presentation_that_proves_something_else_gets_nothing(
    both: Neighbours, web: Web, token: str, change: dict[str, Any], code: str
) -> None:
    """threats.md E01, E03, E04."""
    presentation = PythonWallet().presentation(asked(web, token), both.issuer.clock.now(), **change)
    answer = sent(web, token, presentation)
    assert (400, code) == (answer.status_code, answer.json["code"])
    assert not both.house.desk.exchanging.offered(token).collected


def test_an_edited_or_unsigned_presentation_gets_nothing(both: Neighbours, web: Web, token: str) -> None:
    """threats.md E03, E04."""
    wallet, other = PythonWallet(), PythonWallet()
    edited = {**wallet.presentation(asked(web, token), both.issuer.clock.now()), "holder": other.did}
    assert sent(web, token, edited).json["code"] in {"tampered", "not-by-issuer"}
    signed = wallet.presentation(asked(web, token), both.issuer.clock.now())
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    assert "proof-missing" == sent(web, token, unsigned).json["code"]
    assert not both.house.desk.exchanging.offered(token).collected


@pytest.mark.parametrize("wrong", ["text", 7, [], [1], True, {"proof": []}, {"proof": {}}, {"proof": {"challenge": 3}}])
def test_what_is_no_presentation_is_a_problem_and_no_more(web: Web, token: str, wrong: Any) -> None:
    answer = sent(web, token, wrong)
    assert (400, True) == (answer.status_code, "code" in answer.json)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"a":1,"a":2}', b"\xff"])
def test_what_is_no_message_is_a_problem_and_no_more(web: Web, token: str, body: bytes) -> None:
    answer = web.app.test_client().post(f"/vc-api/exchanges/{token}", data=body, content_type="application/json")
    assert (400, "application/problem+json") == (answer.status_code, answer.mimetype)


def test_an_offer_ends(both: Neighbours, web: Web, token: str) -> None:
    request = asked(web, token)
    clock = both.house.clock
    clock.moment += timedelta(minutes=15)
    answer = sent(web, token, PythonWallet().presentation(request, clock.now()))
    assert (404, "not-found") == (answer.status_code, answer.json["code"])
    for path in (f"/interactions/{token}", f"/interactions/{'x' * 24}"):
        assert 404 == web.stranger().get(path).status_code


def test_an_issuer_that_signs_for_another_key_is_not_believed(tmp_path: Path) -> None:
    """The holder trusts an issuer's answer no more than a stranger's."""
    both = make_neighbours(tmp_path)
    stranger = PythonWallet()
    both.house.desk.exchanging._bind = lambda document_id, _holder: both.issuer.desk.bind(document_id, stranger.did)
    delivery = both.issue("badge")
    owner = both.house.accounts.people.by_email(delivery.learner_email)
    assert owner is not None
    token = both.house.desk.exchanging.offer(both.house.desk.vault.get(owner.id, delivery.document_id))
    web = serve(both.house)
    answer = sent(web, token, PythonWallet().presentation(asked(web, token), both.issuer.clock.now()))
    assert "holder-mismatch" == answer.json["code"]
    both.house.database.close()
    both.issuer.database.close()


def test_the_interaction_page_shows_wallets_a_code_and_nothing_personal(both: Neighbours, web: Web, token: str) -> None:
    """interop.md, message 1: under 400 characters."""
    page = web.stranger().get(f"/interactions/{token}?iuv=1&lang=en")
    url = both.house.desk.exchanging.interaction_url(token)
    assert len(url) < 400
    for words in ("https://lcw.app/request?request=", "dccrequest://", "https://learncard.app/", f"interaction:{url}"):
        assert words in page.text
    assert "<svg" in page.text
    document = both.house.desk.vault.opened((both.house.desk.exchanging.offered(token).document_id,))[0]
    assert not any(part in page.text for part in document.learner_name.split())


def test_a_browser_wallet_of_another_origin_may_ask(web: Web, token: str) -> None:
    """interop.md: CORS on exchange and interaction."""
    client = web.app.test_client()
    preflight = client.options(
        f"/vc-api/exchanges/{token}",
        headers={"Origin": "https://wallet.example", "Access-Control-Request-Method": "POST"},
    )
    assert 204 == preflight.status_code
    assert "*" == preflight.headers["Access-Control-Allow-Origin"]
    assert "*" == post(client, f"/vc-api/exchanges/{token}", {}).headers["Access-Control-Allow-Origin"]
    refused = post(client, f"/vc-api/exchanges/{'x' * 24}", {})
    assert (404, "*") == (refused.status_code, refused.headers["Access-Control-Allow-Origin"])


def test_the_token_of_an_exchange_is_kept_only_as_a_hash(both: Neighbours, token: str, tmp_path: Path) -> None:
    """R53."""
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", token)
    assert not any(token.encode() in file.read_bytes() for file in tmp_path.glob("holder.sqlite*"))
    assert both.house.desk.exchanging.offered(token)
