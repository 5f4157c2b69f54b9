"""Signing in and out, invitations and demo doors over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.pages import own_path
from accounts.store import Person
from tests.support.holder_web import Web, make_web, serve
from tests.support.people import GOOD_PASSWORD


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    web = make_web(tmp_path)
    yield web
    web.house.database.close()


@pytest.fixture
def zoe(web: Web) -> Person:
    return web.house.learner()


def session_cookie(answer: object) -> str:
    headers = answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]
    return next((one for one in headers if "parchemin-session" in one), "")


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get(web: Web, zoe: Person) -> None:
    """threats.md J01."""
    answer = web.stranger().post("/sign-in", email=zoe.email, password=GOOD_PASSWORD)
    assert (303, "/documents") == (answer.status_code, answer.headers["Location"])
    cookie = session_cookie(answer)
    assert cookie.startswith("parchemin-session=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_secure_and_of_this_host(tmp_path: Path) -> None:
    """threats.md J01."""
    web = make_web(tmp_path, base_url="https://portal.example.org")
    zoe = web.house.learner()
    client = web.app.test_client()
    base = "https://portal.example.org"
    page = client.get("/sign-in", base_url=base).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"csrf_token": token, "email": zoe.email, "password": GOOD_PASSWORD}
    answer = client.post("/sign-in", base_url=base, data=data)
    cookie = session_cookie(answer)
    assert cookie.startswith("__Host-parchemin-session=")
    assert "Secure" in cookie
    web.house.database.close()


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(web: Web, zoe: Person) -> None:
    """R8, threats.md J04."""
    answers = [
        web.stranger().post("/sign-in", email=email, password="Wrong-password-1842")
        for email in (zoe.email, "nobody@example.org")
    ]
    assert [403, 403] == [answer.status_code for answer in answers]
    pages = [
        answer.text.replace(email, "").split("<main")[1].split('name="csrf_token"')[0]
        for answer, email in zip(answers, (zoe.email, "nobody@example.org"), strict=True)
    ]
    assert pages[0] == pages[1]
    assert "do not belong together" in answers[0].text


def test_a_session_from_before_signing_in_is_worth_nothing_after(web: Web, zoe: Person) -> None:
    """threats.md J01."""
    visitor = web.signed_in(zoe)
    old = visitor.client.get_cookie("parchemin-session")
    assert old is not None
    visitor.post("/sign-in", page="/profile", email=zoe.email, password=GOOD_PASSWORD)
    thief = web.stranger()
    thief.client.set_cookie("parchemin-session", old.value)
    assert 401 == thief.get("/documents").status_code
    assert 200 == visitor.get("/documents").status_code


def test_signing_out_ends_the_session_on_the_server(web: Web, zoe: Person) -> None:
    visitor = web.signed_in(zoe)
    cookie = visitor.client.get_cookie("parchemin-session")
    assert cookie is not None
    assert 303 == visitor.post("/sign-out", page="/profile").status_code
    thief = web.stranger()
    thief.client.set_cookie("parchemin-session", cookie.value)
    assert 401 == thief.get("/documents").status_code


def test_who_is_signed_in_is_forgotten_after_each_request(web: Web, zoe: Person) -> None:
    """One thread answers many people."""
    visitor, stranger = web.signed_in(zoe), web.stranger()
    for _ in range(3):
        assert (200, 401) == (visitor.get("/documents").status_code, stranger.get("/documents").status_code)


def test_too_many_attempts_wait(web: Web, zoe: Person) -> None:
    """R16."""
    visitor = web.stranger()
    codes = [visitor.post("/sign-in", email=zoe.email, password="x").status_code for _ in range(10)]
    assert [403] * 10 == codes
    answer = visitor.post("/sign-in", email=zoe.email, password=GOOD_PASSWORD)
    assert (429, "900") == (answer.status_code, answer.headers["Retry-After"])


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/shares", "/shares"),
        ("/shares?x=1", "/shares?x=1"),
        ("//evil.example", "/documents"),
        ("/\\evil.example", "/documents"),
        ("https://evil.example/", "/documents"),
        ("javascript:alert(1)", "/documents"),
        ("/\t/evil.example", "/documents"),
        ("", "/documents"),
    ],
)
def test_signing_in_leads_only_to_our_own_paths(web: Web, zoe: Person, asked: str, led_to: str) -> None:
    """threats.md I10."""
    answer = web.stranger().post("/sign-in", email=zoe.email, password=GOOD_PASSWORD, next=asked)
    assert led_to == answer.headers["Location"]
    assert bool(asked and asked == led_to) == own_path(asked)


def test_an_invitation_opens_the_account_and_its_documents(web: Web) -> None:
    """R1, R3."""
    web.house.deliver()
    text = web.house.mailer.letters[0].text
    path = next(line for line in text.splitlines() if "/invitation/" in line).removeprefix("http://127.0.0.1:8000")
    visitor = web.stranger()
    assert "zoe@example.org" in visitor.get(path).text
    weak = visitor.post(path, page=path, password="weak", again="weak")
    assert 422 == weak.status_code
    different = visitor.post(path, page=path, password=GOOD_PASSWORD, again="x")
    assert 422 == different.status_code
    accepted = visitor.post(path, page=path, password=GOOD_PASSWORD, again=GOOD_PASSWORD)
    assert (303, "/documents") == (accepted.status_code, accepted.headers["Location"])
    assert "Baccalauréat 1" in visitor.get("/documents?lang=fr").text
    assert 404 == web.stranger().get(path).status_code


def test_a_new_password_signs_out_everywhere_else(web: Web, zoe: Person) -> None:
    """threats.md J01."""
    here, elsewhere = web.signed_in(zoe), web.signed_in(zoe)
    form = {"old": GOOD_PASSWORD, "password": "Autre-mot-2-passe!", "again": "Autre-mot-2-passe!"}
    assert 403 == here.post("/profile/password", page="/profile", **{**form, "old": "x"}).status_code
    assert 422 == here.post("/profile/password", page="/profile", **{**form, "again": "x"}).status_code
    assert 303 == here.post("/profile/password", page="/profile", **form).status_code
    assert (200, 401) == (here.get("/documents").status_code, elsewhere.get("/documents").status_code)


def test_the_language_is_kept_with_the_person(web: Web, zoe: Person) -> None:
    """R85."""
    visitor = web.signed_in(zoe)
    answer = visitor.post("/profile/language", page="/profile", language="en")
    assert "/profile?lang=en" == answer.headers["Location"]
    known = web.house.accounts.people.by_id(zoe.id)
    assert known is not None
    assert "en" == known.language
    assert 400 == visitor.post("/profile/language", page="/profile", language="xx").status_code


def test_a_demo_door_signs_in_its_person_by_one_click(web: Web, zoe: Person) -> None:
    visitor = web.stranger()
    answer = visitor.post("/demo/learner", page="/")
    assert (303, "/documents") == (answer.status_code, answer.headers["Location"])
    assert zoe.full_name in visitor.get("/documents").text
    assert 404 == visitor.post("/demo/registrar", page="/").status_code
    assert 405 == web.stranger().get("/demo/learner").status_code


def test_without_doors_no_address_signs_anybody_in(web: Web, zoe: Person) -> None:
    house = replace(web.house, accounts=replace(web.house.accounts, doors={}))
    closed = serve(house)
    answer = closed.stranger().post("/demo/learner", page="/")
    assert 404 == answer.status_code
    assert "" == session_cookie(answer)
    assert zoe.email not in answer.text
