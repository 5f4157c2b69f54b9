"""The learner's and the recipient's pages over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from accounts.store import Person
from schemas.delivery import DeliveryPolicy
from schemas.shares import GateKind, PrintedDocument, ShareRequest
from tests.support.holder_web import Visitor, Web, hidden_of, make_web
from tests.support.holders import DID

KEY = "00000000-0000-4000-8000-000000000001"
PIN = "314159"
PERSONAL = ("Zoé", "Tremblay", "zoe@example.org", "20260001")


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    web = make_web(tmp_path)
    yield web
    web.house.database.close()


@pytest.fixture
def zoe(web: Web) -> Person:
    return web.house.learner()


def shared(web: Web, person: Person, **changes: Any) -> tuple[str, str]:
    """Deliver and share a document; return the share's id and its token."""
    delivery = web.house.deliver()
    values: dict[str, Any] = {"request_key": "k" * 16, "documents": (delivery.document_id,), "name": "Emploi secret"}
    values |= {"purpose": "But secret", "reference": "Dossier 7", "pin": PIN}
    made = web.house.desk.shares.create(person.id, ShareRequest(**{**values, **changes}))
    assert made.token is not None
    return made.share.id, made.token


def entered(web: Web, token: str, pin: str = PIN) -> Visitor:
    visitor = web.stranger()
    answer = visitor.post(f"/s/{token}", page=f"/s/{token}", pin=pin)
    assert 303 == answer.status_code
    return visitor


def test_a_learner_sees_a_card_for_each_document(web: Web, zoe: Person) -> None:
    web.house.deliver(1)
    web.house.deliver(2, kind="transcript")
    page = web.signed_in(zoe).get("/documents?lang=en").text
    for words in ("Bachelor 1", "Bachelor 2", "Northern University", "Transcript", "May 30, 2026", "Verified"):
        assert words in page


@pytest.mark.parametrize(
    ("code", "word"), [("revoked", "Revoked"), ("suspended", "Suspended"), ("tampered", "Verification failed")]
)
def test_a_card_tells_the_state_of_its_document(web: Web, zoe: Person, code: str, word: str) -> None:
    """R27."""
    web.house.deliver(1)
    web.house.judge.troubles[b"document 1"] = code
    assert f"</svg>{word}</span>" in web.signed_in(zoe).get("/documents?lang=en").text


def test_a_learner_without_documents_is_told_why_and_whom_to_ask(web: Web, zoe: Person) -> None:
    """R17."""
    page = web.signed_in(zoe).get("/documents?lang=en").text
    assert "No document yet" in page
    assert "zoe@example.org" in page


def test_the_document_page_says_the_verdict_and_what_happened(web: Web, zoe: Person) -> None:
    """R22, R38, R52."""
    web.house.deliver()
    page = web.signed_in(zoe).get(f"/documents/{KEY}?lang=en").text
    for words in ("Verified", "Sealed PDF", "Received from the institution", "registraire@example.org", "Share"):
        assert words in page


def test_the_files_are_byte_for_byte_as_they_were_delivered(web: Web, zoe: Person) -> None:
    """R38."""
    delivery = web.house.deliver()
    visitor = web.signed_in(zoe)
    pdf = visitor.get(f"/documents/{KEY}/document.pdf?download=1")
    assert delivery.pdf == pdf.data
    assert 'attachment; filename="diploma-2026-05-30.pdf"' == pdf.headers["Content-Disposition"]
    assert delivery.forms[0].body.encode() == visitor.get(f"/documents/{KEY}/forms/0").data
    assert 404 == visitor.get(f"/documents/{KEY}/forms/7").status_code


def test_a_locked_document_says_why_it_cannot_be_shared(web: Web, zoe: Person) -> None:
    """R23."""
    web.house.deliver(policy=DeliveryPolicy(locked=True))
    visitor = web.signed_in(zoe)
    page = visitor.get(f"/documents/{KEY}?lang=en").text
    assert "needs a fee first" in page
    assert re.search(r"<button[^>]*disabled", page)
    assert 403 == visitor.post(f"/documents/{KEY}/present", page="/profile").status_code
    assert 403 == visitor.post(f"/documents/{KEY}/wallet", page="/profile").status_code


def step(visitor: Visitor, page: str, go: str, **typed: Any) -> Any:
    """Send one step of the share form with what the page holds and what is typed."""
    fields: dict[str, Any] = {**hidden_of(page), **typed, "go": go}
    return visitor.client.post("/shares/new", data=fields)


def test_a_share_is_made_in_three_steps_without_script(web: Web, zoe: Person) -> None:
    """R40, R43-R45, R47-R49."""
    first, second = web.house.deliver(1), web.house.deliver(2)
    visitor = web.signed_in(zoe)
    page = visitor.get(f"/shares/new?document={KEY}&lang=en").text
    assert f'value="{first.document_id}" checked' in page
    page = step(visitor, page, "details", documents=[first.document_id, second.document_id]).text
    assert "You will be the only person to see the purpose of the share." in page
    typed = {"name": "Emploi", "purpose": "Candidature", "reference": "D-7", "expires_on": "2026-12-01", "gate": "pin"}
    page = step(visitor, page, "preview", **typed, allow_download=["no", "yes"]).text
    for words in (
        "This is what they will see",
        "D-7",
        "December 1, 2026",
        "the link and a PIN",
        "allowed",
        "document 2",
    ):
        assert words in page
    made = step(visitor, page, "share")
    assert 200 == made.status_code
    assert "no-store" == made.headers["Cache-Control"]
    link = re.search(r'id="share-link">([^<]+)<', made.text)
    pin = re.search(r'id="share-pin">([0-9]{6})<', made.text)
    assert link
    assert pin
    assert "<svg" in made.text
    token = link[1].removeprefix("http://127.0.0.1:8000/s/")
    recipient = entered(web, token, pin[1])
    shown = recipient.get(f"/s/{token}?lang=en").text
    assert "2 documents are shared with you" in shown
    share = web.house.desk.shares.all_of(zoe.id)[0]
    assert ("Emploi", "Candidature", "D-7") == (share.name, share.purpose, share.reference)


def test_a_form_sent_twice_makes_one_share_and_shows_no_second_link(web: Web, zoe: Person) -> None:
    delivery = web.house.deliver()
    visitor = web.signed_in(zoe)
    page = visitor.get(f"/shares/new?document={KEY}&lang=en").text
    page = step(visitor, page, "preview", documents=[delivery.document_id], name="Emploi").text
    assert 200 == step(visitor, page, "share").status_code
    again = step(visitor, page, "share")
    assert 303 == again.status_code
    assert "was shown once" in visitor.get(again.headers["Location"]).text
    assert 1 == len(web.house.desk.shares.all_of(zoe.id))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Give the share a name of at most 100 characters."),
        ({"name": "x", "expires_on": "2020-01-01"}, "This day is over: choose a later one."),
        ({"name": "x", "expires_on": "demain"}, "This is not of the right form."),
        ({"name": "x", "gate": "<script>"}, "This is not of the right form."),
        ({"name": "x", "reference": "y" * 101}, "At most 100 characters."),
    ],
)
def test_a_bad_field_is_told_at_its_field(web: Web, zoe: Person, typed: dict[str, str], words: str) -> None:
    delivery = web.house.deliver()
    visitor = web.signed_in(zoe)
    page = visitor.get("/shares/new?lang=en").text
    answer = step(visitor, page, "share", documents=[delivery.document_id], **typed)
    assert 422 == answer.status_code
    assert words in unescape(answer.text)
    assert [] == web.house.desk.shares.all_of(zoe.id)


def test_somebody_elses_document_in_the_form_is_refused(web: Web, zoe: Person) -> None:
    """threats.md J03."""
    delivery = web.house.deliver()
    ali = web.house.learner("ali@example.org", "Ali")
    visitor = web.signed_in(ali)
    page = visitor.get("/shares/new?lang=en").text
    answer = step(visitor, page, "share", documents=[delivery.document_id], name="x")
    assert 422 == answer.status_code
    assert "There is no such document." in answer.text
    assert "Bachelor" not in answer.text
    assert zoe.id != ali.id


def test_the_gate_shows_nothing_personal_and_counts_nothing(web: Web, zoe: Person) -> None:
    """R60, threats.md I07: what a link preview sees."""
    share_id, token = shared(web, zoe, gate=GateKind.NONE, pin=None)
    for agent in ("Slackbot-LinkExpanding 1.0", "Mozilla/5.0 SafeLinks", "WhatsApp/2"):
        for method in ("get", "head"):
            answer = getattr(web.stranger().client, method)(f"/s/{token}", headers={"User-Agent": agent})
            assert 200 == answer.status_code
            assert not any(word in answer.text for word in (*PERSONAL, "Baccalauréat", "Dossier 7", "og:"))
    assert ["shared"] == [event.event.value for event in web.house.desk.shares.history(zoe.id, share_id)]


def test_a_wrong_pin_says_check_what_you_typed_and_is_no_verdict(web: Web, zoe: Person) -> None:
    """R61."""
    _, token = shared(web, zoe)
    visitor = web.stranger()
    answer = visitor.post(f"/s/{token}", page=f"/s/{token}?lang=en", pin="000000")
    assert 403 == answer.status_code
    assert "Check what you typed" in answer.text
    assert "4 tries are left" in answer.text
    assert "Verification failed" not in answer.text
    assert not any(word in answer.text for word in PERSONAL)


def test_the_share_pauses_for_everybody_after_five_wrong_pins(web: Web, zoe: Person) -> None:
    """R61, threats.md I04: the lock is the link's, not an address's; the learner sees it."""
    share_id, token = shared(web, zoe)
    answers = [
        web.stranger().client.post(f"/s/{token}", data={"pin": "000000"}, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"})
        for n in range(2)
    ]
    assert [403, 403] == [answer.status_code for answer in answers]  # without the form's guard nothing is counted
    visitor = web.stranger()
    codes = [visitor.post(f"/s/{token}", page=f"/s/{token}?lang=en", pin="000000").status_code for _ in range(5)]
    assert [403, 403, 403, 403, 429] == codes
    answer = web.stranger().post(f"/s/{token}", page="/sign-in?lang=en", pin=PIN)
    assert (429, "3600") == (answer.status_code, answer.headers["Retry-After"])
    assert "Check what you typed" in answer.text
    page = web.signed_in(zoe).get(f"/shares/{share_id}?lang=en").text
    assert "Too many wrong PINs were typed." in page
    assert "Open it again now" in page


def test_the_right_pin_shows_documents_and_verdict(web: Web, zoe: Person) -> None:
    """R45, R60, R69."""
    _, token = shared(web, zoe)
    page = entered(web, token).get(f"/s/{token}?lang=en").text
    for words in ("Verified", "Integrity", "Status", "Identity", "Dossier 7", "Download the sealed PDF"):
        assert words in page
    assert not any(word in page for word in ("Emploi secret", "But secret"))


def test_a_revoked_document_fails_with_the_reason_and_is_not_handed_out(web: Web, zoe: Person) -> None:
    """R27, R62."""
    _, token = shared(web, zoe)
    web.house.judge.troubles |= {b"%PDF": "revoked", b"document 1": "revoked"}
    visitor = entered(web, token)
    page = visitor.get(f"/s/{token}?lang=fr").text
    assert "Échec de vérification" in page
    assert "Révoqué" in page
    assert "document.pdf" not in page
    assert 403 == visitor.get(f"/s/{token}/1/document.pdf").status_code


def test_a_changed_document_shows_none_of_its_words(web: Web, zoe: Person) -> None:
    """R62: unsigned terms are never shown."""
    _, token = shared(web, zoe)
    web.house.judge.troubles[b"%PDF"] = "pdf-changed"
    page = entered(web, token).get(f"/s/{token}?lang=en").text
    assert "Verification failed" in page
    assert 'class="paper"' not in page


def test_what_could_not_be_checked_is_said_to_be_so(web: Web, zoe: Person) -> None:
    """R63."""
    _, token = shared(web, zoe)
    web.house.judge.troubles[b"%PDF"] = "status-unreachable"
    page = entered(web, token).get(f"/s/{token}?lang=en").text
    assert "Not fully checked" in page
    assert "Verification failed" not in page


@pytest.mark.parametrize(
    ("end", "words"),
    [("disable", "Its holder ended this share."), ("expire", "This share expired on May 31, 2026.")],
)
def test_an_ended_share_says_why_and_nothing_personal(web: Web, zoe: Person, end: str, words: str) -> None:
    """R62, threats.md I03, I12: also for whoever was inside."""
    share_id, token = shared(web, zoe, expires_on=web.house.clock.moment.date())
    inside = entered(web, token)
    if end == "disable":
        web.house.desk.shares.disable(zoe.id, share_id)
    else:
        web.house.clock.moment += timedelta(days=1)
    for visitor in (inside, web.stranger()):
        answer = visitor.get(f"/s/{token}?lang=en")
        assert 410 == answer.status_code
        assert "Verification failed" in answer.text
        assert words in answer.text
        assert not any(word in answer.text for word in (*PERSONAL, "Bachelor", "Dossier 7", "Emploi"))
    assert 410 == inside.get(f"/s/{token}/1/document.pdf").status_code


def test_every_unknown_token_gets_the_same_page(web: Web, zoe: Person) -> None:
    """R62, threats.md I01."""
    _, token = shared(web, zoe)
    near = ("A" if token[0] != "A" else "B") + token[1:]
    answers = [web.stranger().get(f"/s/{wrong}") for wrong in ("x", "A" * 24, near, token[:-1], token + "A")]
    assert {404} == {answer.status_code for answer in answers}
    pages = {re.sub(r"/s/[^?\"]*|value=\"[^\"]*\"", "", answer.text) for answer in answers}
    assert 1 == len(pages)


def test_a_visit_opens_nothing_but_its_share(web: Web, zoe: Person) -> None:
    """R53, threats.md I11."""
    _, token = shared(web, zoe)
    web.house.deliver(2)
    visitor = entered(web, token)
    assert [200, 404, 404, 404] == [
        visitor.get(f"/s/{token}/{number}/document.pdf").status_code for number in (1, 0, 2, 99)
    ]
    assert 401 == visitor.get(f"/documents/{KEY}").status_code
    assert 404 == web.stranger().get(f"/s/{token}/1/document.pdf").status_code


def test_a_share_for_reading_gives_no_file_away(web: Web, zoe: Person) -> None:
    """R47."""
    _, token = shared(web, zoe, allow_download=False)
    visitor = entered(web, token)
    assert "Download the sealed PDF" not in visitor.get(f"/s/{token}?lang=en").text
    for path in ("document.pdf", "credential"):
        assert 403 == visitor.get(f"/s/{token}/1/{path}").status_code


def test_what_a_recipient_did_stands_in_the_history(web: Web, zoe: Person) -> None:
    """R52."""
    share_id, token = shared(web, zoe)
    visitor = entered(web, token)
    visitor.get(f"/s/{token}")
    visitor.get(f"/s/{token}")
    visitor.get(f"/s/{token}/1/document.pdf?download=1")
    page = web.signed_in(zoe).get(f"/shares/{share_id}?lang=en").text
    assert 1 == page.count("Opened; the recipient saw: Verified")
    assert "Downloaded by the recipient" not in page.split("History")[0]
    document = web.signed_in(zoe).get(f"/documents/{KEY}?lang=en").text
    assert "Downloaded by the recipient" in document


@pytest.mark.parametrize("path", ["/s/{token}", "/documents", "/documents/" + KEY, "/shares", "/profile"])
def test_personal_pages_are_neither_stored_nor_indexed_nor_told_on(web: Web, zoe: Person, path: str) -> None:
    """threats.md I08, I09, I16."""
    _, token = shared(web, zoe)
    headers = web.signed_in(zoe).get(path.format(token=token)).headers
    assert "no-store" == headers["Cache-Control"]
    assert "no-referrer" == headers["Referrer-Policy"]
    assert "noindex" in headers["X-Robots-Tag"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_visit_cookie_is_for_this_share_alone_and_not_for_scripts(web: Web, zoe: Person) -> None:
    _, token = shared(web, zoe)
    visitor = web.stranger()
    answer = visitor.post(f"/s/{token}", page=f"/s/{token}", pin=PIN)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("parchemin-visit"))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", f"Path=/s/{token}"))


def test_the_learner_changes_ends_and_reopens_a_share(web: Web, zoe: Person) -> None:
    """R51."""
    share_id, token = shared(web, zoe)
    visitor, here = web.signed_in(zoe), f"/shares/{share_id}"
    assert 303 == visitor.post(f"{here}/expiry", page=here, expires_on="2027-01-31").status_code
    assert "January 31, 2027" in visitor.get(f"{here}?lang=en").text
    assert 422 == visitor.post(f"{here}/expiry", page=here, expires_on="2020-01-31").status_code
    assert 422 == visitor.post(f"{here}/expiry", page=here, expires_on="31/01/2027").status_code
    assert 303 == visitor.post(f"{here}/disable", page=here).status_code
    assert 410 == web.stranger().get(f"/s/{token}").status_code
    assert 303 == visitor.post(f"{here}/enable", page=here).status_code
    assert 200 == web.stranger().get(f"/s/{token}").status_code
    assert 404 == visitor.post(f"{here}/delete", page=here).status_code


def test_a_new_link_and_a_new_pin_are_shown_once(web: Web, zoe: Person) -> None:
    share_id, token = shared(web, zoe)
    visitor, here = web.signed_in(zoe), f"/shares/{share_id}"
    link = re.search(r'id="share-link">([^<]+)<', visitor.post(f"{here}/link", page=here).text)
    pin = re.search(r'id="share-pin">([0-9]{6})<', visitor.post(f"{here}/pin", page=here).text)
    assert link
    assert pin
    assert 404 == web.stranger().get(f"/s/{token}").status_code
    entered(web, link[1].rpartition("/")[2], pin[1])
    assert not any(secret in visitor.get(here).text for secret in (link[1], pin[1]))


def test_presenting_opens_for_a_quarter_of_an_hour(web: Web, zoe: Person) -> None:
    web.house.deliver()
    visitor = web.signed_in(zoe)
    page = visitor.post(f"/documents/{KEY}/present", page=f"/documents/{KEY}").text
    link = re.search(r"http://127.0.0.1:8000/s/([A-Za-z0-9_-]{24})", page)
    assert link
    assert "<svg" in page
    entered(web, link[1], "")
    web.house.clock.moment += timedelta(minutes=15)
    assert 410 == web.stranger().get(f"/s/{link[1]}").status_code


def test_a_printed_code_tells_neither_name_nor_grade(web: Web) -> None:
    web.house.printed["t" * 24] = PrintedDocument(
        kind="diploma",
        document_id="urn:uuid:1",
        institution_names={"fr": "Université du Nord", "en": "Northern University"},
        institution_contact="registraire@example.org",
        issued_on="2026-05-30",
        status="revoked",
        checked_at="2026-05-31T12:00:00Z",
    )
    page = web.stranger().get(f"/d/{'t' * 24}?lang=en").text
    for words in ("Diploma", "Northern University", "May 30, 2026", "Revoked by its issuer.", "/verify"):
        assert words in page
    assert 404 == web.stranger().get(f"/d/{'u' * 24}").status_code
    assert DID not in page


def learner_paths(web: Web, share_id: str) -> list[tuple[str, str]]:
    """Return every route of the holder that names something of a learner's, from the URL map itself."""
    values = {"key": KEY, "share_id": share_id, "position": 0, "act": "disable"}
    found = []
    with web.app.test_request_context():
        for rule in web.app.url_map.iter_rules():
            named = set(rule.arguments) & {"key", "share_id"}
            if rule.endpoint.startswith("holder.") and named:
                acts = ("disable", "enable", "resume", "link", "pin") if "act" in rule.arguments else ("",)
                for act in acts:
                    url = web.app.url_for(
                        rule.endpoint, **{**{k: values[k] for k in rule.arguments}, **({"act": act} if act else {})}
                    )
                    found += [(method, url) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def test_no_route_shows_one_learner_what_is_anothers(web: Web, zoe: Person) -> None:
    """threats.md J03: the matrix is made from the URL map, so a new route is in it."""
    share_id, token = shared(web, zoe)
    mallory = web.signed_in(web.house.learner("mallory@example.org", "Mallory"))
    paths = learner_paths(web, share_id)
    assert 12 <= len(paths)
    for method, path in paths:
        answer = mallory.get(path) if method == "GET" else mallory.post(path, page="/profile")
        assert 404 == answer.status_code, (method, path)
        assert not any(word in answer.text for word in ("Zoé", "zoe@", "Bachelor", "Baccalauréat", "document 1")), path
    assert ["shared"] == [event.event.value for event in web.house.desk.shares.history(zoe.id, share_id)]
    entered(web, token)


def test_no_route_of_a_learner_answers_a_stranger(web: Web, zoe: Person) -> None:
    share_id, _ = shared(web, zoe)
    stranger = web.stranger()
    for method, path in [
        *learner_paths(web, share_id),
        ("GET", "/documents"),
        ("GET", "/shares"),
        ("GET", "/shares/new"),
    ]:
        answer = stranger.get(path) if method == "GET" else stranger.post(path, page="/sign-in")
        assert 401 == answer.status_code, (method, path)


def test_a_form_without_its_guard_changes_nothing(web: Web, zoe: Person) -> None:
    """threats.md J02."""
    share_id, _ = shared(web, zoe)
    visitor = web.signed_in(zoe)
    for path in (f"/shares/{share_id}/disable", f"/documents/{KEY}/present", "/sign-out", "/profile/language"):
        assert 403 == visitor.client.post(path).status_code
    assert ["shared"] == [event.event.value for event in web.house.desk.shares.history(zoe.id, share_id)]
