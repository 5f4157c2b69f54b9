"""The institution's pages, its API and what it publishes, over HTTP."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from proofs.sd_jwt_vc import contents
from schemas.report import Verdict
from services.clock import StoppedClock
from tests.support.awards import award_json, make_award
from tests.support.issuer_web import IssuerWeb, make_issuer_web


@pytest.fixture
def web(tmp_path: Path) -> IssuerWeb:
    return make_issuer_web(tmp_path)


def issue(web: IssuerWeb, slug: str = "boreale", **changes: Any) -> str:
    return web.house.desk.issue(make_award("badge", **changes), slug, "test").document_id


def key_of(web: IssuerWeb, slug: str = "boreale", **scopes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {web.house.desk.api_clients.create(slug, 'SIS', **scopes)}"}


def post(web: IssuerWeb, path: str, body: Any, headers: dict[str, str]) -> TestResponse:
    return web.app.test_client().post(path, data=json.dumps(body), content_type="application/json", headers=headers)


def page_of(document_id: str, slug: str = "boreale") -> str:
    return f"/issued/{slug}/{document_id.removeprefix('urn:uuid:')}"


# The institution's pages


def test_today_shows_what_was_issued_in_both_languages(web: IssuerWeb) -> None:
    issue(web)
    staff = web.person("registrar@boreale.example", "boreale")
    english, french = staff.get("/today?lang=en").text, staff.get("/today?lang=fr").text
    for words in ("Boreal University", "Badge", "Zoé L’Écuyer-Ōtani", "In force", "2026-badge-0001"):
        assert words in english
    for words in ("Université Boréale", "En vigueur", "Derniers documents"):
        assert words in french
    assert "Northern" not in english


def test_an_empty_institution_says_what_will_appear(web: IssuerWeb) -> None:
    page = web.person("registrar@boreale.example", "boreale").get("/today?lang=en").text
    assert "Nothing is issued yet" in page
    assert "Boreal University" in page


def test_a_document_is_suspended_restored_and_revoked_on_its_page(web: IssuerWeb) -> None:
    """R27"""
    document_id = issue(web)
    staff, page = web.person("registrar@boreale.example", "boreale"), page_of(document_id)
    for act, state, words in (
        ("suspend", "suspended", "is suspended"),
        ("restore", "in-force", "in force again"),
        ("revoke", "revoked", "is revoked"),
    ):
        answer = staff.post(f"{page}/{act}", page=page, reason=f"Motif {act}")
        assert (303, state) == (answer.status_code, web.house.desk.document(document_id).state)
        shown = staff.get(f"{page}?lang=en").text
        assert words in shown
        assert f"Motif {act}" in shown
    assert "Aputik Ittuk" == web.house.desk.document(document_id).events[-1].actor
    assert "Change the status" not in staff.get(f"{page}?lang=en").text
    assert Verdict.FAILED is web.house.verify(web.house.desk.forms(document_id)[0].body).verdict


def test_without_a_reason_nothing_changes_and_the_field_says_so(web: IssuerWeb) -> None:
    document_id = issue(web)
    staff, page = web.person("registrar@boreale.example", "boreale"), page_of(document_id)
    answer = staff.post(f"{page}/revoke?lang=en", page=page, reason="  ")
    assert (422, "in-force") == (answer.status_code, web.house.desk.document(document_id).state)
    assert "Give a reason" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_form_without_its_guard_changes_nothing(web: IssuerWeb) -> None:
    document_id = issue(web)
    staff = web.person("registrar@boreale.example", "boreale")
    assert 400 <= staff.client.post(f"{page_of(document_id)}/revoke", data={"reason": "x"}).status_code < 500
    assert "in-force" == web.house.desk.document(document_id).state


def test_the_staff_of_one_institution_find_nothing_of_another(web: IssuerWeb) -> None:
    """K01"""
    document_id = issue(web)
    other = web.person("registrar@australe.example", "australe")
    page = page_of(document_id)
    for path in (page, f"{page}/document.pdf", "/issued/boreale", page_of(document_id, "australe")):
        assert 404 == other.get(path).status_code
    for slug in ("boreale", "australe"):
        assert 404 == other.post(f"{page_of(document_id, slug)}/revoke", page="/today", reason="Non.").status_code
    assert "Zoé" not in other.get("/today").text
    assert "in-force" == web.house.desk.document(document_id).state


def test_a_learner_and_a_stranger_do_not_get_in(web: IssuerWeb) -> None:
    document_id = issue(web)
    learner = web.person("zoe@example.org")
    assert 403 == learner.get("/today").status_code
    assert 403 == learner.get(page_of(document_id)).status_code
    assert 403 == learner.get(page_of("nothing")).status_code
    assert web.stranger().get("/today").status_code in {302, 303, 401}
    assert web.stranger().get(page_of(document_id)).status_code in {302, 303, 401}


def test_documents_are_listed_by_kind_and_page_by_page(web: IssuerWeb) -> None:
    clock = web.house.clock
    assert isinstance(clock, StoppedClock)
    for number in range(52):
        clock.moment += timedelta(seconds=1)
        issue(web, external_id=f"B-{number:03d}")
    staff = web.person("registrar@boreale.example", "boreale")
    first = staff.get("/issued/boreale?lang=en").text
    assert "B-051" in first
    assert "B-001" not in first
    older = first.split('href="')
    (link,) = [
        part.split('"')[0] for part in older if "after=" in part.split('"')[0] and "lang=" not in part.split('"')[0]
    ]
    assert "B-001" in staff.get(link.replace("&amp;", "&")).text
    assert "No document of this kind" in staff.get("/issued/boreale?kind=diploma&lang=en").text
    assert 200 == staff.get("/issued/boreale?kind=%27%3B--&after=nothing").status_code


def test_the_sealed_pdf_is_downloaded_as_it_is(web: IssuerWeb) -> None:
    document_id = issue(web)
    answer = web.person("registrar@boreale.example", "boreale").get(f"{page_of(document_id)}/document.pdf")
    assert web.house.desk.pdf(document_id) == answer.data
    assert "no-store" in answer.headers["Cache-Control"]


# The API


def test_an_award_is_issued_by_the_api_and_again_changes_nothing(web: IssuerWeb) -> None:
    """R81"""
    headers = key_of(web)
    first, second = (post(web, "/v1/awards", award_json("badge"), headers) for _ in range(2))
    assert (201, "issued") == (first.status_code, first.get_json()["outcome"])
    assert (200, "already-issued") == (second.status_code, second.get_json()["outcome"])
    assert first.get_json()["document_id"] == second.get_json()["document_id"]
    changed = post(web, "/v1/awards", award_json("badge", title="Autre"), headers)
    assert (409, "already-issued") == (changed.status_code, changed.get_json()["code"])


def test_a_bad_award_is_answered_with_a_pointer_to_each_field(web: IssuerWeb) -> None:
    answer = post(web, "/v1/awards", award_json("badge", issued_on="soon", title=None), key_of(web))
    assert 422 == answer.status_code
    assert "application/problem+json" == answer.mimetype
    assert {"/issued_on", "/title"} == {error["pointer"] for error in answer.get_json()["errors"]}


@pytest.mark.parametrize("body", [b"", b"{", b'{"kind":"badge","kind":"badge"}', b"[]", b"null", b"\xff", b"[" * 5000])
def test_a_body_that_is_no_award_is_refused(web: IssuerWeb, body: bytes) -> None:
    client, headers = web.app.test_client(), key_of(web)
    answer = client.post("/v1/awards", data=body, content_type="application/json", headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.get_json()["code"] in {"not-parsable", "award-incomplete", "too-complex"}
    other = client.post("/v1/awards", data=b"{}", content_type="text/plain", headers=headers)
    assert 415 == other.status_code


def test_a_dry_run_judges_and_issues_nothing(web: IssuerWeb) -> None:
    headers = key_of(web)
    answer = post(web, "/v1/awards?dry_run=true", award_json("badge"), headers)
    assert (200, "would-issue") == (answer.status_code, answer.get_json()["outcome"])
    assert {} == web.house.desk.counts("boreale")


def test_an_idempotency_key_gives_the_same_answer_and_tells_another_body(web: IssuerWeb) -> None:
    """K02: same body, other body, after 25 hours, other institution."""
    headers = {**key_of(web), "Idempotency-Key": "7c1d"}
    first, second = (post(web, "/v1/awards", award_json("badge"), headers) for _ in range(2))
    assert (201, first.get_json()) == (second.status_code, second.get_json())
    other = post(web, "/v1/awards", award_json("badge", external_id="other"), headers)
    assert (409, "idempotency-conflict") == (other.status_code, other.get_json()["code"])
    assert {"issued": 1} == web.house.desk.counts("boreale")
    elsewhere = {**key_of(web, "australe"), "Idempotency-Key": "7c1d"}
    assert 201 == post(web, "/v1/awards", award_json("badge", external_id="other"), elsewhere).status_code
    clock = web.house.clock
    assert isinstance(clock, StoppedClock)
    clock.moment += timedelta(hours=25)
    late = post(web, "/v1/awards", award_json("badge"), headers)
    assert (200, "already-issued") == (late.status_code, late.get_json()["outcome"])
    bad = post(web, "/v1/awards", award_json("badge"), {**headers, "Idempotency-Key": "x" * 129})
    assert (400, "malformed") == (bad.status_code, bad.get_json()["code"])


def test_twenty_requests_at_once_issue_one_document(web: IssuerWeb) -> None:
    """K02"""
    headers, answers = {**key_of(web), "Idempotency-Key": "race"}, []

    def ask() -> None:
        answer = post(web, "/v1/awards", award_json("badge"), headers)
        answers.append((answer.status_code in {200, 201}, answer.get_json()["document_id"]))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 20 == len(answers)
    assert 1 == len(set(answers))
    assert {"issued": 1} == web.house.desk.counts("boreale")


def test_the_status_is_changed_and_told_by_the_api(web: IssuerWeb) -> None:
    document_id, headers = issue(web), key_of(web)
    path = f"/v1/documents/{document_id}"
    states = [
        post(web, f"{path}/{act}", {"reason": "Erreur."}, headers).get_json()
        for act in ("suspend", "restore", "revoke", "revoke")
    ]
    assert [("suspended", True), ("in-force", True), ("revoked", True), ("revoked", False)] == [
        (state["state"], state["changed"]) for state in states
    ]
    told = web.app.test_client().get(path, headers=headers).get_json()
    assert ("revoked", "20214417") == (told["state"], told["student_id"])
    assert ["issued", "suspended", "restored", "revoked"] == [event["happened"] for event in told["events"]]
    assert "Zoé" not in json.dumps(told)
    refused = post(web, f"{path}/restore", {"reason": "Oups."}, headers)
    assert (403, "not-allowed") == (refused.status_code, refused.get_json()["code"])


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": 3}, [], {"reason": "a", "actor": "me"}, {"reason": "x" * 501}]
)
def test_a_change_without_a_good_reason_is_refused(web: IssuerWeb, body: Any) -> None:
    document_id = issue(web)
    answer = post(web, f"/v1/documents/{document_id}/revoke", body, key_of(web))
    assert (400, "malformed") == (answer.status_code, answer.get_json()["code"])
    assert "in-force" == web.house.desk.document(document_id).state


def test_the_key_of_one_institution_opens_nothing_of_another(web: IssuerWeb) -> None:
    """K01: every route of the API, with no effect."""
    document_id, headers = issue(web), key_of(web, "australe")
    client, path = web.app.test_client(), f"/v1/documents/{document_id}"
    assert 404 == client.get(path, headers=headers).status_code
    assert {"documents": []} == client.get("/v1/documents", headers=headers).get_json()
    for act in ("revoke", "suspend", "restore"):
        assert 404 == post(web, f"{path}/{act}", {"reason": "Non."}, headers).status_code
    assert "in-force" == web.house.desk.document(document_id).state
    assert 1 == len(web.house.desk.document(document_id).events)
    own = post(web, "/v1/awards", award_json("badge"), headers).get_json()["document_id"]
    assert own != document_id


def test_a_key_that_is_wrong_revoked_or_in_the_address_opens_nothing(web: IssuerWeb) -> None:
    """K07"""
    headers = key_of(web)
    key = headers["Authorization"].removeprefix("Bearer ")
    prefix = key.split("_")[1]
    for bad in (
        "",
        key,
        f"Basic {key}",
        f"Bearer {key}x",
        f"Bearer pk_{prefix}_",
        "Bearer pk__",
        f"Bearer {key[:-1]}",
        "Bearer \x80",
    ):
        assert 401 == web.app.test_client().get("/v1/documents", headers={"Authorization": bad}).status_code
    assert 401 == web.app.test_client().get(f"/v1/documents?api_key={key}").status_code
    assert 200 == web.app.test_client().get("/v1/documents", headers=headers).status_code
    web.house.desk.api_clients.revoke(prefix)
    gone = web.app.test_client().get("/v1/documents", headers=headers)
    assert 401 == gone.status_code
    assert key not in gone.text


def test_a_key_does_only_what_it_is_for(web: IssuerWeb) -> None:
    """K07: scope."""
    document_id, headers = issue(web), key_of(web, scopes=("read",))
    assert 200 == web.app.test_client().get(f"/v1/documents/{document_id}", headers=headers).status_code
    assert 403 == post(web, "/v1/awards", award_json("badge", external_id="2"), headers).status_code
    assert 403 == post(web, f"/v1/documents/{document_id}/revoke", {"reason": "Non."}, headers).status_code


def test_the_key_is_kept_only_as_a_hash(web: IssuerWeb, tmp_path: Path) -> None:
    """M07"""
    secret = key_of(web)["Authorization"].rsplit("_", 1)[1]
    web.house.database.close()
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1e9", "10000000000", "٣", "x"])
def test_a_page_is_bounded(web: IssuerWeb, limit: str) -> None:
    """K17"""
    answer = web.app.test_client().get(f"/v1/documents?limit={limit}", headers=key_of(web))
    assert 400 == answer.status_code


# What the issuer publishes


def test_what_is_published_is_what_verifies(web: IssuerWeb) -> None:
    document_id = issue(web)
    client = web.app.test_client()
    did = client.get("/t/boreale/did.json")
    assert ("application/did+json", "*") == (did.mimetype, did.headers["Access-Control-Allow-Origin"])
    assert "did:web:registrar.parchemin.example:t:boreale" == did.get_json()["id"]
    entry = json.loads(web.house.desk.forms(document_id)[0].body)["credentialStatus"][0]
    path = entry["statusListCredential"].removeprefix("https://registrar.parchemin.example")
    published = client.get(path)
    assert ("application/vc", entry["statusListCredential"]) == (published.mimetype, json.loads(published.data)["id"])
    assert "yes" == web.house.verify(published.data).integrity.answer.value
    again = client.get(path, headers={"If-None-Match": published.headers["ETag"]})
    assert (304, b"") == (again.status_code, again.data)
    web.house.desk.revoke(document_id, "Erreur.", "test")
    assert 200 == client.get(path, headers={"If-None-Match": published.headers["ETag"]}).status_code


def test_a_token_status_list_and_the_type_are_published(web: IssuerWeb) -> None:
    document_id = web.house.desk.issue(make_award("diploma"), "boreale", "test").document_id
    token = next(form.body for form in web.house.desk.forms(document_id) if form.format == "dc+sd-jwt")
    claims = contents(token)[0]
    client = web.app.test_client()
    path = claims["status"]["status_list"]["uri"].removeprefix("https://registrar.parchemin.example")
    published = client.get(path)
    assert ("application/statuslist+jwt", "*") == (published.mimetype, published.headers["Access-Control-Allow-Origin"])
    assert published.data == web.house.desk.status_list(path.removeprefix("/status/"))
    assert published.data == client.get(path, headers={"Accept": "*/*"}).data
    compact = client.get(path, headers={"Accept": "application/statuslist+cwt"})
    assert ("application/statuslist+cwt", b"\xd2") == (compact.mimetype, compact.data[:1])
    assert "Accept" in compact.vary
    kind = client.get(claims["vct"].removeprefix("https://registrar.parchemin.example"))
    assert ("application/json", claims["vct"]) == (kind.mimetype, kind.get_json()["vct"])
    assert "max-age" in kind.headers["Cache-Control"]
    assert [404, 404] == [client.get(path).status_code for path in ("/status/nothing/token", "/types/badge")]


def test_schemas_and_the_trust_list_are_published(web: IssuerWeb, tmp_path: Path) -> None:
    client = web.app.test_client()
    schema = client.get("/schemas/award/badge.json")
    assert ("application/schema+json", "Award: badge") == (schema.mimetype, json.loads(schema.data)["title"])
    assert 404 == client.get("/trust-list.json").status_code
    (tmp_path / "trust-list.json").write_bytes(b'{"format":"parchemin-trust-list/1"}')
    assert b'{"format":"parchemin-trust-list/1"}' == client.get("/trust-list.json").data


@pytest.mark.parametrize(
    "path",
    [
        "/t/nowhere/did.json",
        "/t/%00/did.json",
        "/status/nothing",
        "/status/00000000-0000-4000-8000-000000000000",
        "/status/..%2f..%2fetc",
        "/schemas/../json_schema.py",
        "/schemas/award/",
        "/schemas/%2e%2e/award_fields.py",
    ],
)
def test_nothing_else_is_published(web: IssuerWeb, path: str) -> None:
    assert 404 == web.app.test_client().get(path).status_code
