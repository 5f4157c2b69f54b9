"""Every error leaves as a problem (RFC 9457): JSON for programs, a page for people."""

from __future__ import annotations

import logging

import flask
import pytest
from werkzeug.exceptions import HTTPException

from app.explanations import EXPLANATIONS
from app.problems import BY_STATUS
from schemas.problems import CATALOGUE, RATE_LIMITED, SCHEMA_MISMATCH, FieldError, ProblemError
from tests.support.web import StandInParts, verifier_app

JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}


def _app_that(raises):
    """Return an application with /broken, which raises what `raises()` makes."""
    app = verifier_app()

    def broken():
        raise raises()

    app.add_url_rule("/broken", "broken", broken)
    app.add_url_rule("/v1/broken", "api_broken", broken)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def test_a_problem_is_json_to_a_program():
    app = _app_that(lambda: ProblemError(RATE_LIMITED.about("60 a minute", retry_after=12)))
    response = app.test_client().get("/broken", headers=JSON)
    assert 429 == response.status_code
    assert "application/problem+json" == response.mimetype
    assert "12" == response.headers["Retry-After"]
    assert {
        "type": "https://parchemin.example/problems/rate-limited",
        "code": "rate-limited",
        "title": "Too many requests: try again later.",
        "status": 429,
        "detail": "60 a minute",
    } == response.get_json()


def test_an_address_for_programs_answers_json_whatever_is_accepted():
    app = _app_that(lambda: ProblemError(RATE_LIMITED.about()))
    assert "application/problem+json" == app.test_client().get("/v1/broken", headers=HTML).mimetype


def test_a_problem_is_a_page_to_a_person_with_the_code_one_click_away():
    app = _app_that(lambda: ProblemError(RATE_LIMITED.about("60 a minute")))
    response = app.test_client().get("/broken", headers=HTML)
    assert (429, "text/html") == (response.status_code, response.mimetype)
    heading, _, expert = response.text.partition("<details")
    assert "Too many requests" in heading
    assert "rate-limited" not in heading.partition("<main")[2]
    assert "rate-limited" in expert


def test_the_page_speaks_french():
    """R85."""
    app = _app_that(lambda: ProblemError(RATE_LIMITED.about()))
    page = app.test_client().get("/broken", headers={**HTML, "Accept-Language": "fr"}).text
    assert "Trop de demandes" in page
    assert "title" in app.test_client().get("/broken", headers={**JSON, "Accept-Language": "fr"}).get_json()


def test_each_field_error_is_told_to_both():
    errors = (FieldError("/learner/email", "malformed", "no address"),)
    app = _app_that(lambda: ProblemError(SCHEMA_MISMATCH.about(errors=errors)))
    told = app.test_client().get("/broken", headers=JSON).get_json()["errors"]
    assert [{"pointer": "/learner/email", "code": "malformed", "detail": "no address"}] == told
    assert "/learner/email" in app.test_client().get("/broken", headers=HTML).text


@pytest.mark.parametrize("headers", [JSON, HTML])
def test_a_defect_shows_a_number_and_nothing_else(headers, capsys):
    """M06: no trace, no text of the exception; the number finds it in the log."""
    response = _app_that(lambda: RuntimeError("the password is hunter2")).test_client().get("/broken", headers=headers)
    assert 500 == response.status_code
    assert "hunter2" not in response.text
    assert "RuntimeError" not in response.text
    logged = "".join(capsys.readouterr())
    incident = response.text.partition("incident ")[2][:12]
    assert 12 == len(bytes.fromhex(incident)) * 2
    assert incident in logged
    assert "hunter2" not in logged


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/nowhere", "GET", 404, "not-found"),
        ("/problems/nothing", "GET", 404, "not-found"),
        ("/verify", "DELETE", 405, "method-not-allowed"),
        ("/v1/nowhere", "POST", 404, "not-found"),
    ],
)
def test_errors_of_the_framework_are_problems_too(path, method, status, code):
    response = verifier_app().test_client().open(path, method=method, headers=JSON)
    assert (status, code) == (response.status_code, response.get_json()["code"])


def test_a_method_that_is_not_allowed_names_those_that_are():
    response = verifier_app().test_client().delete("/verify", headers=JSON)
    assert {"GET", "HEAD", "OPTIONS", "POST"} == {part.strip() for part in response.headers["Allow"].split(",")}


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 406, 408, 409, 413, 414, 415, 422, 429, 431, 500, 501, 503]
)
def test_every_http_error_keeps_its_status_and_has_a_code_of_the_catalogue(status):
    def error():
        made = HTTPException()
        made.code = status
        return made

    response = _app_that(error).test_client().get("/broken", headers=JSON)
    assert status == response.status_code
    assert response.get_json()["code"] in CATALOGUE
    assert status == response.get_json()["status"]


def test_the_table_of_statuses_names_problems_of_that_status():
    """Where the catalogue has another status for a problem, the HTTP one is kept (414 is too-large)."""
    different = {status for status, kind in BY_STATUS.items() if kind.status != status}
    assert {414, 422, 431} == different


def test_what_the_schema_of_a_request_refuses_becomes_pointers():
    def refused():
        error = HTTPException()
        error.code = 422
        error.data = {"messages": {"json": {"learner": {"e/mail": ["no address"]}}, "query": {"page": ["too big"]}}}
        return error

    told = _app_that(refused).test_client().get("/broken", headers=JSON).get_json()["errors"]
    assert {"/learner/e~1mail": "no address", "/query/page": "too big"} == {e["pointer"]: e["detail"] for e in told}


def test_a_redirection_is_no_error():
    response = verifier_app().test_client().get("/problems")
    assert 308 == response.status_code
    assert response.headers["Location"].endswith("/problems/")


def test_htmx_gets_a_part_of_a_page_not_a_page():
    app = _app_that(lambda: ProblemError(RATE_LIMITED.about()))
    part = app.test_client().get("/broken", headers={**HTML, "HX-Request": "true"}).text
    assert "Too many requests" in part
    assert "<html" not in part


def test_json_that_two_readers_could_read_differently_is_refused():
    """A18: the same key twice."""
    app = verifier_app()
    app.add_url_rule("/v1/echo", "echo", lambda: {"got": flask.request.get_json()})
    body = b'{"a": 1, "a": 2}'
    response = app.test_client().get("/v1/echo", data=body, content_type="application/json")
    assert (400, "not-parsable") == (response.status_code, response.get_json()["code"])


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@pytest.mark.parametrize(("language", "line"), [("en", "Line of the verdict"), ("fr", "Ligne du verdict")])
def test_every_code_is_explained_in_both_languages(code, language, line):
    """Architecture section 7: the type's address answers with an explanation."""
    response = verifier_app().test_client().get(f"/problems/{code}?lang={language}")
    assert 200 == response.status_code
    assert line in response.text
    assert CATALOGUE[code].type in response.text


def test_no_explanation_is_of_an_unknown_code():
    assert set(CATALOGUE) == set(EXPLANATIONS)


def test_the_list_of_problems_leads_to_each_explanation():
    page = verifier_app().test_client().get("/problems/").text
    assert [] == [code for code in CATALOGUE if f'href="/problems/{code}"' not in page]


def test_ready_names_the_parts_that_cannot_work_and_no_reason():
    """L08."""

    def fails():
        raise RuntimeError("database at 10.0.0.3 refused the password")

    parts = StandInParts(ready={"contexts": lambda: None, "issuer database": fails})
    response = verifier_app(parts).test_client().get("/ready")
    assert (503, {"status": "waiting", "waiting": ["issuer database"]}) == (response.status_code, response.get_json())
    assert "10.0.0.3" not in response.text


def test_ready_and_health_answer_when_all_is_well():
    client = verifier_app(StandInParts(ready={"contexts": lambda: None})).test_client()
    assert {"status": "ready", "waiting": []} == client.get("/ready").get_json()
    assert {"status": "ok"} == client.get("/health").get_json()


def test_nothing_is_logged_for_a_problem_that_is_the_callers(caplog):
    caplog.set_level(logging.DEBUG)
    _app_that(lambda: ProblemError(RATE_LIMITED.about())).test_client().get("/broken", headers=JSON)
    assert [] == caplog.records
