"""The options of the VC-API: what a program asks for is done, told or refused, and never dropped in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from issuer.throw_away import ThrowAwayIssuer, make_throw_away_issuer
from issuer.vc_api import EXTENSION, make_blueprint
from proofs import vc_jose
from schemas.moments import written
from tests.support.issuer_simulator import NOW, V2, SimulatedIssuer, World, converter, urn
from tests.support.web import StandInParts, verifier_app
from verifier.desk import VerifierDesk
from verifier.proof_cache import ProofCache

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
UNKNOWN = "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED"
LATER = written(NOW + timedelta(days=1))
EARLIER = written(NOW - timedelta(days=1))
KEYS: list[ThrowAwayIssuer] = [make_throw_away_issuer(lambda: NOW, converter())]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


@pytest.fixture
def client(world: World) -> FlaskClient:
    cache = ProofCache()
    desk = VerifierDesk(lambda: world.evidence(proof_cache=cache))
    return verifier_app(StandInParts(verifier=desk)).test_client()


@pytest.fixture
def issuing() -> FlaskClient:
    app = verifier_app()
    blueprint = make_blueprint()
    app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(blueprint)
    app.extensions[EXTENSION] = KEYS[0]
    return app.test_client()


def check(client: FlaskClient, document: Any, **options: Any) -> TestResponse:
    return client.post("/vc-api/credentials/verify", json={"verifiableCredential": document, "options": options})


def check_presentation(client: FlaskClient, document: Any, **options: Any) -> TestResponse:
    return client.post("/vc-api/presentations/verify", json={"verifiablePresentation": document, "options": options})


def told(answer: TestResponse) -> tuple[bool, list[str]]:
    """Return the verdict and the last part of each problem's type."""
    body = answer.get_json()
    return body["verified"], [
        problem["type"].replace("#", "/").rpartition("/")[2] for problem in body["problemDetails"]
    ]


def envelope(token: str) -> dict[str, Any]:
    return {"@context": [V2], "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}


def test_every_proof_of_a_credential_answers_the_domain_and_the_challenge(
    client: FlaskClient, issuer: SimulatedIssuer
) -> None:
    """Data Integrity 1.0, section 4.4: a domain or challenge that is given MUST be that of the proof."""
    bound = issuer.proved(issuer.badge(), domain="a.example", challenge="c")
    for _ in range(2):  # the second time the proof is known
        assert (True, []) == told(check(client, bound, domain="a.example", challenge="c"))
        assert (False, ["INVALID_DOMAIN_ERROR"]) == told(check(client, bound, domain="b.example"))
        assert (False, ["INVALID_CHALLENGE_ERROR"]) == told(check(client, bound, challenge="C"))
        assert (True, []) == told(check(client, bound))
    half_bound = issuer.proved(bound)
    assert (False, ["INVALID_DOMAIN_ERROR"]) == told(check(client, half_bound, domain="a.example"))
    assert (True, []) == told(check(client, half_bound))


def test_a_document_that_is_bound_to_nothing_answers_no_question(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    plain = issuer.proved(issuer.badge())
    token = envelope(vc_jose.sign_credential(issuer.badge(), signer=issuer.jose_signer))
    for document in (plain, token):
        assert (True, []) == told(check(client, document))
        assert (False, ["INVALID_CHALLENGE_ERROR"]) == told(check(client, document, challenge="c"))
        assert (False, ["INVALID_DOMAIN_ERROR"]) == told(check(client, document, domain="a.example"))
        assert (False, ["INVALID_DOMAIN_ERROR"]) == told(check(client, document, domain="a", checks=["proof"]))


def test_what_is_inside_a_presentation_need_not_answer_it(
    client: FlaskClient, world: World, issuer: SimulatedIssuer
) -> None:
    holder = world.stranger()
    shown = holder.presentation(issuer.proved(issuer.badge()))
    document = holder.proved(shown, purpose="authentication", challenge="c", domain="a.example")
    assert (True, []) == told(check_presentation(client, document, challenge="c", domain="a.example"))


@pytest.mark.parametrize(
    "options",
    [{"returnResults": True}, {"chalenge": "c"}, {"checks": ["nonsense"]}, {"checks": ["proof", "nonsense"]}, {"x": 1}],
)
def test_an_option_that_nobody_knows_is_a_warning(
    client: FlaskClient, issuer: SimulatedIssuer, options: dict[str, Any]
) -> None:
    """VCALM, Error Handling: it is told, and decides nothing."""
    answer = check(client, issuer.proved(issuer.badge()), **options)
    assert (200, (True, ["UNKNOWN_OPTION_PROVIDED"])) == (answer.status_code, told(answer))
    (problem,) = answer.get_json()["problemDetails"]
    assert (UNKNOWN, "warning") == (problem["type"], problem["severity"])
    assert False is told(check(client, {**issuer.proved(issuer.badge()), "name": "changed"}, **options))[0]


@pytest.mark.parametrize(
    "options", [{}, {"checks": []}, {"checks": ["proof", "status"]}, {"returnProblemDetails": True}]
)
def test_options_that_change_nothing_are_known(
    client: FlaskClient, issuer: SimulatedIssuer, options: dict[str, Any]
) -> None:
    answer = check(client, issuer.proved(issuer.badge()), **options)
    assert (True, []) == told(answer)
    assert "credential" not in answer.get_json()


def test_the_document_comes_back_when_it_is_asked_for(
    client: FlaskClient, world: World, issuer: SimulatedIssuer
) -> None:
    """VCALM: `returnCredential` and `returnPresentation`; otherwise it MUST NOT be returned."""
    document = issuer.proved(issuer.badge())
    assert document == check(client, document, returnCredential=True).get_json()["credential"]
    assert "credential" not in check(client, document, returnCredential=False).get_json()
    assert 400 == check(client, document, returnCredential="yes").status_code
    holder = world.stranger()
    shown = holder.proved(holder.presentation(document), purpose="authentication")
    assert shown == check_presentation(client, shown, returnPresentation=True).get_json()["verifiablePresentation"]
    assert "verifiablePresentation" not in check_presentation(client, shown).get_json()


@pytest.mark.parametrize("path", ["credentials/verify", "presentations/verify"])
@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"null", "application/json", 400, "not-parsable"),
        (b'{"verifiableCredential": null}', "application/json", 400, "malformed"),
        (b'{"a": 1, "\\u0061": 1}', "application/json", 400, "not-parsable"),
        (b'{"a": "\xff"}', "application/json", 400, "not-parsable"),
        (b'{"a":' * 5_000, "application/json", 400, "too-complex"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b'{"a": "' + b"x" * 300_000 + b'"}', "application/json", 413, "too-large"),
        (b"{" + b" " * 2_000_000 + b"}", "application/json", 413, "too-large"),
    ],
    ids=["null", "null member", "key twice", "no UTF-8", "deep", "media type", "long text", "large"],
)
def test_a_request_that_cannot_be_read_is_a_problem_and_not_verified(
    client: FlaskClient, path: str, body: bytes, kind: str, status: int, code: str
) -> None:
    """RFC 9457 lets a problem have members of its own: whoever reads `verified` alone reads no."""
    answer = client.post(f"/vc-api/{path}", data=body, content_type=kind)
    read = answer.get_json(force=True)
    assert (status, "application/problem+json", code) == (answer.status_code, answer.mimetype, read["code"])
    assert (False, [], [code]) == (read["verified"], read["checks"], [each["code"] for each in read["problemDetails"]])
    assert "error" == read["problemDetails"][0]["severity"]


# issuing


def unsigned(**changes: Any) -> dict[str, Any]:
    document = {
        "@context": [V2, EXAMPLES],
        "id": urn(),
        "type": ["VerifiableCredential"],
        "issuer": "did:example:whoever",
        "credentialSubject": {"id": "did:example:subject", "alumniOf": "The School of Examples"},
    }
    return {**document, **changes}


def issue(issuing: FlaskClient, document: Any = None, **options: Any) -> TestResponse:
    return issuing.post("/vc-api/credentials/issue", json={"credential": document or unsigned(), "options": options})


def signed_with(issuing: FlaskClient, document: Any = None, **options: Any) -> dict[str, Any]:
    answer = issue(issuing, document, **options)
    assert 201 == answer.status_code, answer.get_json()
    signed: dict[str, Any] = answer.get_json()["verifiableCredential"]
    return signed


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_the_members_of_a_proof_are_signed_as_they_were_asked_for(
    client: FlaskClient, issuing: FlaskClient, suite: str
) -> None:
    members = {"created": EARLIER, "expires": LATER, "domain": "a.example", "challenge": "c", "id": urn()}
    signed = signed_with(
        issuing, **members, cryptosuite=suite, proofPurpose="assertionMethod", type="DataIntegrityProof"
    )
    assert members.items() <= signed["proof"].items()
    assert (True, ["issuer-unknown"]) == told(check(client, signed, domain="a.example", challenge="c"))
    assert False is told(check(client, signed, challenge="d"))[0]


def test_a_proof_that_ended_before_it_is_asked_about_is_not_verified(client: FlaskClient, issuing: FlaskClient) -> None:
    ended = signed_with(issuing, created=EARLIER, expires=written(NOW - timedelta(hours=1)))
    assert (False, ["proof-expired"]) == told(check(client, ended))


def test_a_second_signature_can_cover_the_first(client: FlaskClient, issuing: FlaskClient) -> None:
    """Data Integrity 1.0, section 2.1.2: a proof chain ends with its first link."""
    names = [urn(), urn()]
    first = signed_with(issuing, id=names[0])
    both = signed_with(issuing, first, previousProof=names[0], cryptosuite="eddsa-jcs-2022", id=names[1])
    three = signed_with(issuing, both, previousProof=names)
    assert names[0] == both["proof"][1]["previousProof"]
    assert names == three["proof"][2]["previousProof"]
    for whole in (first, both, three):
        assert (True, ["issuer-unknown"]) == told(check(client, whole))
    for left in (both["proof"][1:], three["proof"][1:], [three["proof"][0], three["proof"][2]]):
        assert (False, ["PROOF_VERIFICATION_ERROR"]) == told(check(client, {**three, "proof": left}))
    assert 400 == issue(issuing, both, previousProof="urn:uuid:of-nobody").status_code


def test_a_key_is_chosen_by_its_verification_method(client: FlaskClient, issuing: FlaskClient) -> None:
    p384 = next(signer for (suite, _), signer in KEYS[0].others.items() if suite == "ecdsa-rdfc-2019")
    signed = signed_with(issuing, cryptosuite="ecdsa-rdfc-2019", verificationMethod=p384.verification_method)
    assert p384.verification_method == signed["proof"]["verificationMethod"]
    assert (True, ["issuer-unknown"]) == told(check(client, signed))
    own = KEYS[0].signers["eddsa-rdfc-2022"].verification_method
    assert own == signed_with(issuing, verificationMethod=own)["proof"]["verificationMethod"]
    assert 400 == issue(issuing, verificationMethod=p384.verification_method).status_code


@pytest.mark.parametrize(
    "options",
    [
        {"created": "yesterday"},
        {"created": 5},
        {"expires": None},
        {"expires": "2026-02-30T00:00:00Z"},
        {"proofPurpose": "authentication"},
        {"previousProof": 5},
        {"previousProof": [""]},
        {"previousProof": "urn:uuid:of-nobody"},
        {"id": 7},
        {"credentialId": []},
        {"type": "JwtProof2020"},
        {"domain": ["a.example"]},
        {"cryptosuite": "ecdsa-sd-2023", "expires": LATER},
        {"cryptosuite": "ecdsa-sd-2023", "challenge": "c"},
        {"mediaType": "application/vc+jwt", "expires": LATER},
        {"mediaType": "application/vc+jwt", "domain": "a.example"},
    ],
    ids=str,
)
def test_what_cannot_be_signed_as_it_was_asked_for_is_not_signed(issuing: FlaskClient, options: dict[str, Any]) -> None:
    answer = issue(issuing, **options)
    assert (400, "application/problem+json") == (answer.status_code, answer.mimetype)


def test_an_option_that_nobody_knows_signs_nothing(issuing: FlaskClient) -> None:
    answer = issue(issuing, credentialId="a-1", expiry=LATER)
    assert (400, UNKNOWN) == (answer.status_code, answer.get_json()["type"])
    assert "expiry" in answer.get_json()["detail"]
    assert 201 == issue(issuing, credentialId="a-1").status_code


def test_a_presentation_is_proved_for_authentication_alone(client: FlaskClient, issuing: FlaskClient) -> None:
    def proved(**options: Any) -> TestResponse:
        presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [inside]}
        return issuing.post("/vc-api/presentations/prove", json={"presentation": presentation, "options": options})

    inside = signed_with(issuing)
    answer = proved(challenge="c", domain="a.example", expires=LATER, proofPurpose="authentication")
    assert 201 == answer.status_code
    shown = answer.get_json()["verifiablePresentation"]
    assert True is told(check_presentation(client, shown, challenge="c", domain="a.example"))[0]
    assert (400, 400) == (
        proved(proofPurpose="assertionMethod").status_code,
        proved(cryptosuite="ecdsa-sd-2023").status_code,
    )
