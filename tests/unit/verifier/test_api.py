"""`POST /v1/verify`: 200 with the report whenever a verification took place, a problem otherwise."""

from __future__ import annotations

import io
import json
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from proofs import vc_cose
from schemas.json_schema import validate
from tests.support.issuer_simulator import SimulatedIssuer, World
from tests.support.web import StandInParts, verifier_app
from verifier.api import BARE
from verifier.desk import VerifierDesk


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


@pytest.fixture
def app(world: World) -> flask.Flask:
    return verifier_app(StandInParts(verifier=VerifierDesk(world.evidence)))


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


def post(client: FlaskClient, raw: bytes, media_type: str = "application/vc", **headers: str) -> TestResponse:
    return client.post("/v1/verify", data=raw, content_type=media_type, headers=headers)


def test_a_verification_that_took_place_answers_with_the_report(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    raw = issuer.signed(issuer.badge(index=3))
    answer = post(client, raw)
    assert (200, "application/json") == (answer.status_code, answer.mimetype)
    body = answer.get_json()
    assert ("parchemin-report/1", "verified") == (body["format"], body["verdict"])
    words = body.pop("words")
    validate(body, "report/1.json")
    assert ("en", "Verified") == (words["language"], words["headline"])
    issuer.revoke(3)
    again = post(client, raw)
    assert (200, "failed") == (again.status_code, again.get_json()["verdict"])


def test_the_words_are_in_the_language_that_was_asked_for(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """R85."""
    answer = post(client, issuer.signed(issuer.badge()), **{"Accept-Language": "fr-CA, en;q=0.5"})
    words = answer.get_json()["words"]
    assert ("fr", "Vérifié", "Intégrité") == (words["language"], words["headline"], words["lines"][0]["title"])
    assert "fr" == answer.headers["Content-Language"]
    assert "Accept-Language" in answer.vary


def test_a_document_may_come_as_a_form_s_file(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    token = issuer.badge_token()
    answer = client.post("/v1/verify", data={"file": (io.BytesIO(token), "badge.jwt")})
    assert (200, "verified") == (answer.status_code, answer.get_json()["verdict"])


@pytest.mark.parametrize("media_type", ["application/vc+cose", "application/cose", "application/octet-stream"])
def test_a_document_may_be_bytes_of_cbor(client: FlaskClient, issuer: SimulatedIssuer, media_type: str) -> None:
    message = vc_cose.sign_credential(issuer.badge(), signer=issuer.jose_signer)
    answer = post(client, message, media_type)
    assert (200, "verified") == (answer.status_code, answer.get_json()["verdict"])
    validate({key: value for key, value in answer.get_json().items() if key != "words"}, "report/1.json")
    changed = post(client, message.replace(b"Atelier", b"Atelies"), media_type)
    assert (200, "failed") == (changed.status_code, changed.get_json()["verdict"])


@pytest.mark.parametrize("media_type", BARE)
def test_a_media_type_names_the_document_and_decides_nothing(
    client: FlaskClient, issuer: SimulatedIssuer, media_type: str
) -> None:
    answer = post(client, issuer.signed(issuer.badge()), media_type)
    assert (200, "verified") == (answer.status_code, answer.get_json()["verdict"])


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"7", b'"text"', b"hello", b"{} {}", b'{"a":1,"a":2}', b"{// comment\n}", b"\xff{}"]
)
def test_what_cannot_be_read_is_a_bad_request(client: FlaskClient, raw: bytes) -> None:
    """A27, A18."""
    answer = post(client, raw)
    assert (400, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert "not-parsable" == answer.get_json()["code"]


def test_what_is_no_credential_was_verified_and_failed(client: FlaskClient) -> None:
    answer = post(client, b'{"hello": "world"}')
    assert (200, "failed") == (answer.status_code, answer.get_json()["verdict"])


@pytest.mark.parametrize("media_type", ["text/html", "application/x-www-form-urlencoded", "", "image/png"])
def test_another_media_type_is_refused(client: FlaskClient, media_type: str) -> None:
    answer = post(client, b"{}", media_type)
    assert (415, "unsupported-media-type") == (answer.status_code, answer.get_json()["code"])


def test_a_compressed_body_is_refused(client: FlaskClient) -> None:
    """A26."""
    answer = post(client, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert 415 == answer.status_code


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"other": (io.BytesIO(b"{}"), "a")},
        {"file": [(io.BytesIO(b"{}"), "a"), (io.BytesIO(b"{}"), "b")]},
        {"file": (io.BytesIO(b"{}"), "a"), "more": (io.BytesIO(b"{}"), "b")},
    ],
)
def test_a_form_holds_one_document(client: FlaskClient, files: dict[str, Any]) -> None:
    answer = client.post("/v1/verify", data=files, content_type="multipart/form-data")
    assert (400, "not-parsable") == (answer.status_code, answer.get_json()["code"])


def test_a_credential_of_more_than_its_limit_is_too_large(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """A26: a PDF may be larger than a credential."""
    raw = issuer.signed(issuer.badge(description="x" * 1_100_000))
    answer = post(client, raw)
    assert (413, "too-large") == (answer.status_code, answer.get_json()["code"])


def test_a_body_of_more_than_any_limit_is_not_read(client: FlaskClient) -> None:
    answer = post(client, b"x" * (20 * 2**20 + 1), "application/pdf")
    assert (413, "too-large") == (answer.status_code, answer.get_json()["code"])


def test_a_broken_pdf_is_a_pdf_that_could_not_be_read(client: FlaskClient) -> None:
    answer = post(client, b"\x00\x01", "application/pdf")
    assert (200, "pdf") == (answer.status_code, answer.get_json()["document"]["kind"])


def test_any_page_may_ask_and_no_cookie_is_set(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    answer = post(client, issuer.signed(issuer.badge()), Origin="https://wallet.example")
    assert "*" == answer.headers["Access-Control-Allow-Origin"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    asked = client.options("/v1/verify", headers={"Origin": "https://wallet.example"})
    assert 200 == asked.status_code
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]


def test_the_answer_is_nobody_else_s(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    assert "no-store" in post(client, issuer.signed(issuer.badge())).headers["Cache-Control"]


def test_there_is_nothing_to_get(client: FlaskClient) -> None:
    assert 405 == client.get("/v1/verify").status_code


def test_the_reference_describes_it(client: FlaskClient) -> None:
    spec = json.loads(client.get("/v1/openapi.json").data)
    operation = spec["paths"]["/v1/verify"]["post"]
    assert "Verify a document" == operation["summary"]
    assert {"200", "400", "413", "415"} <= operation["responses"].keys()
