"""The VC-API, both halves, as the W3C suites and browser wallets call it (issue: proof core, item 9)."""

from __future__ import annotations

import copy
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import Settings
from issuer.throw_away import ThrowAwayIssuer, make_throw_away_issuer
from issuer.vc_api import EXTENSION, make_blueprint
from proofs import vc_jose
from proofs.integrity import CRYPTOSUITES
from schemas.json_schema import validate
from tests.support.issuer_simulator import NOW, V1, V2, SimulatedIssuer, World, converter, urn
from tests.support.web import StandInParts, verifier_app
from verifier.desk import VerifierDesk

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
ISSUED_BY: list[ThrowAwayIssuer] = [make_throw_away_issuer(lambda: NOW, converter())]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


def client_of(world: World, **settings: Any) -> FlaskClient:
    app = verifier_app(StandInParts(verifier=VerifierDesk(world.evidence)), **settings)
    return app.test_client()


@pytest.fixture
def client(world: World) -> FlaskClient:
    return client_of(world)


@pytest.fixture
def issuing() -> FlaskClient:
    """Return the issuing half alone, with a stopped clock."""
    app = verifier_app()
    blueprint = make_blueprint()
    app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(blueprint)
    app.extensions[EXTENSION] = ISSUED_BY[0]
    return app.test_client()


def check(client: FlaskClient, document: Any, **options: Any) -> TestResponse:
    return client.post("/vc-api/credentials/verify", json={"verifiableCredential": document, "options": options})


def check_presentation(client: FlaskClient, document: Any, **options: Any) -> TestResponse:
    body = {"verifiablePresentation": document, "options": options}
    return client.post("/vc-api/presentations/verify", json=body)


def told(answer: TestResponse) -> tuple[bool, list[str]]:
    body = answer.get_json()
    return body["verified"], [problem["code"] for problem in body["problemDetails"]]


def test_a_genuine_credential_is_verified(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    answer = check(client, issuer.proved(issuer.badge(index=3)))
    assert 200 == answer.status_code
    body = answer.get_json()
    assert (True, []) == (body["verified"], body["problemDetails"])
    validate(body["report"], "report/1.json")


def test_an_issuer_that_nobody_vouches_for_is_a_warning(client: FlaskClient, world: World) -> None:
    stranger = world.stranger()
    answer = check(client, stranger.proved(stranger.badge()))
    assert (True, ["issuer-unknown"]) == told(answer)
    assert "warning" == answer.get_json()["problemDetails"][0]["severity"]


def test_a_related_file_that_was_not_sent_changes_nothing(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """VCDM 2.0 section 5.3: it is never fetched."""
    resource = [{"id": "https://example.org/file", "digestSRI": "sha256-AAAA"}]
    assert (True, []) == told(check(client, issuer.proved(issuer.badge(relatedResource=resource))))


def test_what_failed_is_named_as_the_w3c_names_it(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    document = {**issuer.proved(issuer.badge()), "name": "changed"}
    answer = check(client, document)
    assert (200, False) == (answer.status_code, answer.get_json()["verified"])
    problem = answer.get_json()["problemDetails"][0]
    assert "https://w3id.org/security#PROOF_VERIFICATION_ERROR" == problem["type"]
    assert {"type", "title", "detail", "code", "severity"} == problem.keys()


def test_the_status_of_a_failed_answer_is_a_setting(world: World, issuer: SimulatedIssuer) -> None:
    strict = client_of(world, vc_api_failed_status=400)
    document = {**issuer.proved(issuer.badge()), "name": "changed"}
    assert 400 == check(strict, document).status_code
    assert False is check(strict, document).get_json()["verified"]
    assert 200 == check(strict, issuer.proved(issuer.badge())).status_code


def test_what_could_not_be_checked_is_never_true(client: FlaskClient, world: World, issuer: SimulatedIssuer) -> None:
    document = issuer.proved(issuer.badge(index=3))
    world.status.unreachable.add(issuer.list_url("revocation"))
    assert (False, ["status-unreachable"]) == told(check(client, document))
    world.documents.clear()
    assert (False, ["did-unresolved"]) == told(check(client, document))


@pytest.mark.parametrize("code", ["revoked", "expired", "not-by-issuer", "issuer-withdrawn"])
def test_what_is_not_in_force_or_not_the_issuer_s_is_not_verified(
    client: FlaskClient, world: World, issuer: SimulatedIssuer, code: str
) -> None:
    document = issuer.proved(issuer.badge(index=3))
    if code == "revoked":
        issuer.revoke(3)
    elif code == "expired":
        document = issuer.proved(issuer.badge(validUntil="2026-11-01T00:00:00Z"))
    elif code == "not-by-issuer":
        document = world.stranger().proved(issuer.badge())
    else:
        world.trust(issuer.did, until=issuer.world.now.replace(year=2025))
    assert (False, [code]) == told(check(client, document))


def test_the_proof_alone_can_be_asked_for(client: FlaskClient, world: World, issuer: SimulatedIssuer) -> None:
    """Positive vectors use unrelated issuers: binding is left out here and nowhere else (proofs.md)."""
    unrelated = world.stranger().proved(issuer.badge(validUntil="2026-11-01T00:00:00Z"))
    assert False is told(check(client, unrelated))[0]
    answer = check(client, unrelated, checks=["proof"])
    assert (True, []) == told(answer)
    assert ["proof"] == answer.get_json()["checks"]
    assert "not-fully-checked" == answer.get_json()["report"]["verdict"]
    assert (False, ["tampered"]) == told(check(client, {**unrelated, "name": "x"}, checks=["proof"]))


@pytest.mark.parametrize(
    "proof", [None, "signed", 7, [], {}, [None]], ids=["null", "text", "number", "empty list", "empty", "list of null"]
)
def test_a_proof_that_is_none_is_a_bad_request(client: FlaskClient, issuer: SimulatedIssuer, proof: Any) -> None:
    answer = check(client, {**issuer.badge(), "proof": proof})
    assert (400, False) == (answer.status_code, answer.get_json()["verified"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"verifiableCredential": None},
        {"verifiableCredential": "eyJ.x"},
        {"verifiableCredential": "é.x.y"},
        {"verifiableCredential": ""},
        {"verifiableCredential": [{}]},
        {"verifiableCredential": {}, "options": []},
        {"verifiableCredential": {}, "options": {"checks": "proof"}},
        {"verifiableCredential": {}, "options": {"checks": [7]}},
        {"verifiableCredential": {}, "options": {"challenge": 7}},
        {"verifiableCredential": {}, "options": {"domain": ""}},
    ],
)
def test_a_request_of_another_shape_is_a_bad_request(client: FlaskClient, body: Any) -> None:
    answer = client.post("/vc-api/credentials/verify", json=body)
    assert (400, "application/problem+json") == (answer.status_code, answer.mimetype)


def test_a_token_may_be_sent_as_a_text(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """Decision 0037: as servers send VCDM 1.1; it is judged as in an envelope."""
    token = vc_jose.sign_credential(issuer.badge(), signer=issuer.jose_signer)
    changed = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    for text, verified in ((token, True), (changed, False), ("eyJ.x.y", False), ("..", False)):
        answer = client.post("/vc-api/credentials/verify", json={"verifiableCredential": text})
        assert verified is answer.get_json()["verified"]
    asked = {"verifiablePresentation": token}
    assert client.post("/vc-api/presentations/verify", json=asked).get_json()["verified"] is False


def test_a_presentation_may_be_sent_as_a_text(client: FlaskClient, world: World) -> None:
    holder = world.stranger()
    how: dict[str, Any] = {"audience": "https://v.example", "nonce": "n", "issued_at": NOW}
    token = vc_jose.sign_presentation(holder.presentation(), signer=holder.signer, **how)
    for challenge, verified in (("n", True), ("m", False)):
        asked = {"verifiablePresentation": token, "options": {"challenge": challenge}}
        assert verified is client.post("/vc-api/presentations/verify", json=asked).get_json()["verified"]


def test_a_request_that_two_readers_could_read_in_two_ways_is_refused(client: FlaskClient) -> None:
    """A18: a key twice in the request."""
    raw = b'{"verifiableCredential": {}, "verifiableCredential": {}}'
    answer = client.post("/vc-api/credentials/verify", data=raw, content_type="application/json")
    assert (400, "not-parsable") == (answer.status_code, answer.get_json()["code"])


def test_another_media_type_is_refused(client: FlaskClient) -> None:
    assert 415 == client.post("/vc-api/credentials/verify", data=b"{}", content_type="text/plain").status_code


def test_a_presentation_is_verified_with_its_challenge_and_domain(
    client: FlaskClient, world: World, issuer: SimulatedIssuer
) -> None:
    holder = world.stranger()
    badge = issuer.badge()
    badge["credentialSubject"]["id"] = holder.did
    document = holder.proved(
        holder.presentation(issuer.proved(badge)), purpose="authentication", challenge="c", domain="d.example"
    )
    assert (True, []) == told(check_presentation(client, document, challenge="c", domain="d.example"))
    assert (True, []) == told(check_presentation(client, document, challenge="c", domain="d.example", checks=["proof"]))
    assert (False, ["challenge-wrong"]) == told(check_presentation(client, document, challenge="x", domain="d.example"))
    assert (False, ["domain-wrong"]) == told(check_presentation(client, document, challenge="c", domain="x"))
    altered = copy.deepcopy(document)
    altered["verifiableCredential"][0]["name"] = "x"
    assert False is told(check_presentation(client, altered, checks=["proof"]))[0]


def test_a_bad_credential_inside_is_told_even_when_only_proofs_are_asked_for(
    client: FlaskClient, world: World, issuer: SimulatedIssuer
) -> None:
    holder = world.stranger()
    bad = {**issuer.proved(issuer.badge()), "name": "changed"}
    document = holder.proved(holder.presentation(bad), purpose="authentication")
    for options in ({}, {"checks": ["proof"]}):
        assert (False, ["tampered"]) == told(check_presentation(client, document, **options))


def test_a_credential_shown_by_another_is_flagged(client: FlaskClient, world: World, issuer: SimulatedIssuer) -> None:
    """E05: a holder need not be the subject (VCDM 2.0), so it is told and decides nothing here."""
    thief, victim = world.stranger(), world.stranger()
    badge = issuer.badge()
    badge["credentialSubject"]["id"] = victim.did
    document = thief.proved(thief.presentation(issuer.proved(badge)), purpose="authentication")
    assert (True, ["holder-mismatch"]) == told(check_presentation(client, document))


def test_one_kind_is_not_taken_for_the_other(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """B02."""
    shown = issuer.proved(issuer.presentation(verifiableCredential=None), purpose="authentication")
    assert 400 == check(client, shown).status_code
    assert 400 == check_presentation(client, issuer.proved(issuer.badge())).status_code


def test_an_identifier_is_resolved(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    answer = client.get(f"/vc-api/identifiers/{issuer.did}")
    assert (200, "application/did") == (answer.status_code, answer.mimetype)
    assert issuer.did == answer.get_json(force=True)["id"]
    whole = client.get(
        f"/vc-api/identifiers/{issuer.did}",
        headers={"Accept": 'application/ld+json;profile="https://w3id.org/did-resolution"'},
    )
    assert issuer.did == whole.get_json()["didDocument"]["id"]
    for did in ("did:web:nobody.example", "not-a-did", "did:key:z"):
        assert 400 == client.get(f"/vc-api/identifiers/{did}").status_code


def test_any_page_may_ask(client: FlaskClient) -> None:
    answer = client.options("/vc-api/credentials/verify")
    assert "*" == answer.headers["Access-Control-Allow-Origin"]
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["credentials/verify", "presentations/verify", "credentials/derive"])
def test_what_is_too_large_is_not_read(client: FlaskClient, path: str) -> None:
    body = b'{"verifiableCredential":"' + b"x" * 2_000_000 + b'"}'
    answer = client.post(f"/vc-api/{path}", data=body, content_type="application/json")
    assert (413, "too-large") == (answer.status_code, answer.get_json()["code"])


# issuing


@pytest.mark.parametrize("path", ["credentials/issue", "presentations/prove"])
def test_what_is_too_large_is_not_signed(issuing: FlaskClient, path: str) -> None:
    body = b'{"credential":"' + b"x" * 2_000_000 + b'"}'
    answer = issuing.post(f"/vc-api/{path}", data=body, content_type="application/json")
    assert (413, "too-large") == (answer.status_code, answer.get_json()["code"])


def unsigned(issuer: Any = "did:example:whoever", **changes: Any) -> dict[str, Any]:
    document = {
        "@context": [V2, EXAMPLES],
        "id": urn(),
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:subject", "alumniOf": "The School of Examples"},
    }
    return {key: value for key, value in {**document, **changes}.items() if value is not None}


def issue(issuing: FlaskClient, document: Any, **options: Any) -> TestResponse:
    return issuing.post("/vc-api/credentials/issue", json={"credential": document, "options": options})


@pytest.mark.parametrize("suite", sorted(CRYPTOSUITES))
@pytest.mark.parametrize("issuer", ["did:example:whoever", {"id": "did:example:whoever", "name": "Whoever"}])
def test_what_is_issued_is_verified(client: FlaskClient, issuing: FlaskClient, suite: str, issuer: Any) -> None:
    options: dict[str, Any] = {"type" if suite == "Ed25519Signature2020" else "cryptosuite": suite}
    if suite == "ecdsa-sd-2023":
        options["mandatoryPointers"] = ["/issuer"]
    answer = issue(issuing, unsigned(issuer), **options)
    assert 201 == answer.status_code, answer.get_json()
    signed = answer.get_json()["verifiableCredential"]
    named = signed["issuer"]["id"] if isinstance(signed["issuer"], dict) else signed["issuer"]
    assert ISSUED_BY[0].issuer_ids()[suite] == named
    if suite == "ecdsa-sd-2023":
        body = {"verifiableCredential": signed, "options": {"selectivePointers": ["/credentialSubject"]}}
        derived = client.post("/vc-api/credentials/derive", json=body)
        assert 201 == derived.status_code
        assert False is told(check(client, signed))[0], "a base proof is for the holder only"
        signed = derived.get_json()["verifiableCredential"]
    assert (True, ["issuer-unknown"]) == told(check(client, signed))


def test_a_credential_of_the_older_data_model_is_issued_with_the_context_of_its_proof(
    client: FlaskClient, issuing: FlaskClient
) -> None:
    document = unsigned(
        **{"@context": [V1], "issuanceDate": "2026-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:subject"}}
    )
    for options, context in (
        ({}, "https://w3id.org/security/data-integrity/v2"),
        ({"type": "Ed25519Signature2020"}, "https://w3id.org/security/suites/ed25519-2020/v1"),
    ):
        signed = issue(issuing, document, **options).get_json()["verifiableCredential"]
        assert [V1, context] == signed["@context"]
        assert (True, ["issuer-unknown"]) == told(check(client, signed))
        again = issue(issuing, {**document, "@context": [V1, context]}, **options).get_json()
        assert [V1, context] == again["verifiableCredential"]["@context"]


@pytest.mark.parametrize(
    ("document", "options"),
    [
        (None, {}),
        ("text", {}),
        (unsigned(None), {}),
        (unsigned(["did:example:a"]), {}),
        (unsigned("not a url"), {}),
        (unsigned(credentialSubject=None), {}),
        (unsigned(unknownTerm="x") | {"@context": [V2]}, {}),
        (unsigned(), {"cryptosuite": "eddsa-rdfc-2099"}),
        (unsigned(), {"cryptosuite": 7}),
        (unsigned(), {"cryptosuite": "ecdsa-sd-2023", "mandatoryPointers": "/issuer"}),
        (unsigned(), {"cryptosuite": "ecdsa-sd-2023", "mandatoryPointers": ["/none"]}),
    ],
)
def test_what_may_not_be_signed_is_a_bad_request(issuing: FlaskClient, document: Any, options: dict[str, Any]) -> None:
    """K09, and never 500."""
    answer = issue(issuing, document, **options)
    assert (400, "application/problem+json") == (answer.status_code, answer.mimetype)


def test_a_presentation_is_proved_by_its_holder(client: FlaskClient, issuing: FlaskClient) -> None:
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": "did:example:somebody"}
    body = {"presentation": presentation, "options": {"challenge": "c", "domain": "d.example"}}
    answer = issuing.post("/vc-api/presentations/prove", json=body)
    assert 201 == answer.status_code
    signed = answer.get_json()["verifiablePresentation"]
    assert (True, []) == told(check_presentation(client, signed, challenge="c", domain="d.example"))
    assert False is told(check_presentation(client, signed, challenge="other", domain="d.example"))[0]


@pytest.mark.parametrize(
    "body",
    [
        {"verifiableCredential": unsigned(), "options": {"selectivePointers": ["/issuer"]}},
        {"verifiableCredential": unsigned(), "options": {"selectivePointers": "/issuer"}},
        {"verifiableCredential": {"type": "x"}, "options": {}},
    ],
)
def test_nothing_is_derived_from_what_is_no_base_proof(client: FlaskClient, body: dict[str, Any]) -> None:
    assert 400 == client.post("/vc-api/credentials/derive", json=body).status_code


def test_in_production_nobody_is_issued_anything() -> None:
    app = flask.Flask("issuing")
    app.extensions["parchemin.settings"] = Settings(secret_key="s" * 40)
    app.register_blueprint(make_blueprint())
    assert EXTENSION not in app.extensions
    with (
        app.test_request_context("/vc-api/credentials/issue", method="POST", json={"credential": unsigned()}),
        pytest.raises(Exception, match="not-allowed"),
    ):
        app.view_functions["issuer_vc_api.Issuing"]()


def test_in_development_the_keys_are_made_at_the_start() -> None:
    app = flask.Flask("issuing")
    app.extensions["parchemin.settings"] = Settings(development=True)
    app.register_blueprint(make_blueprint())
    assert CRYPTOSUITES.keys() == app.extensions[EXTENSION].issuer_ids().keys()
