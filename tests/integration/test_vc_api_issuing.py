"""`POST /vc-api/credentials/issue` for the programs of an institution, over HTTP, in production."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from schemas.report import Verdict
from tests.shared import ROOT
from tests.support.issuer_web import IssuerWeb, make_issuer_web

ISSUE = "/vc-api/credentials/issue"
V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL: dict[str, Any] = {
    "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "https://sis.boreale.example/alumni/17",
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:zoe", "alumniOf": "Université Boréale"},
}
DEEP = 5_000


@pytest.fixture
def web(tmp_path: Path) -> IssuerWeb:
    return make_issuer_web(tmp_path, development=False, base_url="https://localhost")


def key(web: IssuerWeb, slug: str = "boreale", **scopes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {web.house.desk.api_clients.create(slug, 'SIS', **scopes)}"}


def send(web: IssuerWeb, body: Any, headers: dict[str, str], path: str = ISSUE) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return web.app.test_client().post(
        path, data=data, content_type="application/json", headers=headers, base_url="https://localhost"
    )


def test_a_program_with_a_key_has_a_credential_signed(web: IssuerWeb) -> None:
    answer = send(web, {"credential": CREDENTIAL, "options": {}}, key(web))
    assert (201, "no-store") == (answer.status_code, answer.headers["Cache-Control"])
    signed = answer.get_json()["verifiableCredential"]
    assert "did:web:registrar.parchemin.example:t:boreale" == signed["issuer"]
    assert Verdict.VERIFIED is web.house.verify(json.dumps(signed)).verdict
    token = send(
        web, {"credential": CREDENTIAL | {"id": "urn:x:2"}, "options": {"mediaType": "application/vc+jwt"}}, key(web)
    )
    assert Verdict.VERIFIED is web.house.verify(json.dumps(token.get_json()["verifiableCredential"])).verdict


@pytest.mark.parametrize("name", ["created", "expires", "domain", "challenge", "id", "verificationMethod"])
def test_what_a_proof_of_the_institution_says_is_not_the_program_s_to_decide(web: IssuerWeb, name: str) -> None:
    """K09: nothing that was asked for is dropped in silence, so the whole request is refused."""
    wished = {"options": {name: "2030-01-01T00:00:00Z", "proofPurpose": "assertionMethod"}}
    refused = send(web, {"credential": CREDENTIAL, **wished}, key(web))
    assert (400, True) == (refused.status_code, name in refused.get_json()["detail"])


def test_a_credential_without_an_id_has_the_reference_of_its_program(web: IssuerWeb) -> None:
    """VCALM, issue credential: `credentialId` stands in for an id that the credential does not have."""
    headers = key(web)
    unnamed = {name: value for name, value in CREDENTIAL.items() if name != "id"}
    body = {"credential": unnamed, "options": {"credentialId": "alumni-17"}}
    first, again = (send(web, body, headers).get_json()["verifiableCredential"] for _ in range(2))
    assert first == again
    other = {**body, "credential": {**unnamed, "credentialSubject": {"id": "did:example:max"}}}
    assert 409 == send(web, other, headers).status_code
    assert 400 == send(web, {**body, "options": {"credentialId": "x" * 101}}, headers).status_code


def test_the_example_of_the_guide_is_signed(web: IssuerWeb) -> None:
    guide = (ROOT / "docs" / "how-to" / "sign-what-a-program-composes.md").read_text(encoding="utf-8")
    body = guide.partition("--data '")[2].partition("'\n")[0]
    answer = send(web, json.loads(body), key(web))
    assert 201 == answer.status_code, answer.text
    assert "2027-08-31T00:00:00Z" == answer.get_json()["verifiableCredential"]["validUntil"]


def test_it_is_found_and_revoked_by_the_api_and_the_pages(web: IssuerWeb) -> None:
    headers = key(web)
    signed = send(web, {"credential": CREDENTIAL}, headers).get_json()["verifiableCredential"]
    client = web.app.test_client()
    listed = client.get("/v1/documents", headers=headers, base_url="https://localhost").get_json()["documents"]
    assert [(signed["id"], "credential")] == [(entry["document_id"], entry["kind"]) for entry in listed]
    revoked = send(web, {"reason": "An error."}, headers, f"/v1/documents/{signed['id']}/revoke")
    assert (200, "revoked") == (revoked.status_code, revoked.get_json()["state"])
    assert "revoked" == web.house.verify(json.dumps(signed)).status.code


def test_the_staff_see_it_among_the_documents(tmp_path: Path) -> None:
    web = make_issuer_web(tmp_path)
    signed = send(web, {"credential": CREDENTIAL}, key(web)).get_json()["verifiableCredential"]
    staff = web.person("registrar@boreale.example", "boreale")
    for language, words in (("en", "Credential of a program"), ("fr", "Justificatif d’un programme")):
        assert words in staff.get(f"/issued/boreale?lang={language}").text
        page = staff.get(f"/issued/boreale/{signed['id'].removeprefix('urn:uuid:')}?lang={language}")
        assert (200, True) == (page.status_code, words in page.text)
        assert "document.pdf" not in page.text


def test_who_is_not_authorised_is_told_so(web: IssuerWeb) -> None:
    body = {"credential": CREDENTIAL}
    nobody = send(web, body, {})
    assert (401, "sign-in-needed") == (nobody.status_code, nobody.get_json()["code"])
    for header in ("Bearer pk_0_0", "Bearer ", "Basic x", "pk_0", "Bearer " + "é" * 9):
        assert 401 == send(web, body, {"Authorization": header}).status_code
    reader = send(web, body, key(web, scopes=("read",)))
    assert (403, "not-allowed") == (reader.status_code, reader.get_json()["code"])
    headers = key(web)
    web.house.desk.api_clients.revoke(headers["Authorization"].split("_")[1])
    assert 401 == send(web, body, headers).status_code
    assert () == web.house.desk.documents("boreale")


def test_nobody_signs_for_another_institution(web: IssuerWeb) -> None:
    """K01, K09."""
    stolen = CREDENTIAL | {"issuer": "did:web:registrar.parchemin.example:t:australe"}
    answer = send(web, {"credential": stolen}, key(web))
    assert (403, "not-allowed") == (answer.status_code, answer.get_json()["code"])


@pytest.mark.parametrize(
    "options",
    [
        {"cryptosuite": "none"},
        {"statusPurpose": "revocation"},
        {"mandatoryPointers": ["/issuer"]},
        {"mediaType": "x"},
        7,
    ],
)
def test_options_that_are_not_offered_are_refused(web: IssuerWeb, options: Any) -> None:
    assert 400 == send(web, {"credential": CREDENTIAL, "options": options}, key(web)).status_code


def test_hostile_bodies_are_problems_and_never_defects(web: IssuerWeb) -> None:
    headers = key(web)
    bodies: list[Any] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"7",
        b"\xff",
        b'{"credential":{},"credential":{}}',
        b'{"a":NaN}',
    ]
    bodies += [b"[" * DEEP + b"]" * DEEP, b'{"credential":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}"]
    odd: list[Any] = [None, 7, {}, [], [[]]]
    bodies += [{"credential": value} for value in (*odd, "x", {"@context": None}, {"type": []})]
    bodies += [{"credential": CREDENTIAL | {name: value}} for name in CREDENTIAL for value in odd]
    for body in bodies:
        answer = send(web, body, headers)
        assert answer.status_code in {400, 413, 422}, (body, answer.text)
        assert "application/problem+json" == answer.mimetype
    wrong = web.app.test_client().post(ISSUE, data=b"{}", content_type="text/plain", headers=headers)
    assert wrong.status_code in {400, 415}
    assert 413 == send(web, b'{"credential":"' + b"x" * 2_000_000 + b'"}', headers).status_code


def test_a_program_in_a_hurry_is_asked_to_wait(tmp_path: Path) -> None:
    web = make_issuer_web(tmp_path, issue_per_minute=2)
    statuses = [send(web, {}, {"Authorization": "Bearer pk_0_0"}).status_code for _ in range(3)]
    assert [401, 401, 429] == statuses


def test_presentations_are_signed_by_their_holders_alone(web: IssuerWeb) -> None:
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"]}
    answer = send(web, {"presentation": presentation}, key(web), "/vc-api/presentations/prove")
    assert (403, "not-allowed") == (answer.status_code, answer.get_json()["code"])
    assert 403 == web.app.test_client().get("/vc-api/status/revocation-z6Mk", base_url="https://localhost").status_code
