"""`parchemin vc-api --tls` as a conformance suite meets it: over https, with whatever a suite sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.vc_api_server import loopback_address
from proofs.integrity import CRYPTOSUITES
from schemas.problems import ProblemError
from tests.support.vc_api_suite import Suite, serving

CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:whoever",
    "credentialSubject": {"id": "did:example:zoe"},
}
DEEP = 5_000
NO_PROOFS: list[Any] = [None, [], {}, "x", {"type": "DataIntegrityProof"}, [[]]]


@pytest.fixture(scope="module")
def suite() -> Iterator[Suite]:
    with serving(vc_api_failed_status="400") as client:
        yield client


def test_every_issuer_that_is_printed_issues_and_is_verified(suite: Suite) -> None:
    """Proof core, item 9: the ids a suite needs, both ways over https."""
    issuers = suite.told["issuers"]
    assert CRYPTOSUITES.keys() == {one["cryptosuite"] for one in issuers}
    assert {"Ed25519", "P-256", "P-384"} == {one["key_type"] for one in issuers}
    for one in issuers:
        old = one["cryptosuite"] == "Ed25519Signature2020"
        options = {"type" if old else "cryptosuite": one["cryptosuite"]}
        status, issued = suite.post("issue", credential={**CREDENTIAL, "issuer": one["id"]}, options=options)
        assert 201 == status, (one, issued)
        assert one["id"] == issued["verifiableCredential"]["issuer"]
        if one["cryptosuite"] == "ecdsa-sd-2023":  # a base proof is for the holder alone
            shown = {"selectivePointers": ["/issuer", "/credentialSubject"]}
            status, issued = suite.post("derive", verifiableCredential=issued["verifiableCredential"], options=shown)
            assert 201 == status, issued
        status, answer = suite.post("verify", verifiableCredential=issued["verifiableCredential"])
        assert (200, True) == (status, answer["verified"]), (one, answer["problemDetails"])


def test_a_changed_credential_is_answered_with_400(suite: Suite) -> None:
    """W3C suites expect 400 where nothing is verified: the setting says so."""
    _, issued = suite.post("issue", credential=CREDENTIAL)
    changed = {**issued["verifiableCredential"], "credentialSubject": {"id": "did:example:adele"}}
    status, answer = suite.post("verify", verifiableCredential=changed)
    assert (400, False) == (status, answer["verified"])


@pytest.mark.parametrize("which", ["issue", "verify", "derive", "prove", "verify_presentation"])
def test_bad_input_is_a_problem_and_never_a_defect(suite: Suite, which: str) -> None:
    member = {"issue": "credential", "prove": "presentation", "verify_presentation": "verifiablePresentation"}.get(
        which, "verifiableCredential"
    )
    values: list[Any] = [None, [], "x", 7, {}, {"@context": 1}, {"@context": ["https://example.org/unknown"]}]
    values += [{**CREDENTIAL, name: value} for name in CREDENTIAL for value in (None, [], {}, 4, "", [None], {"id": 3})]
    values += [{**CREDENTIAL, "proof": odd} for odd in NO_PROOFS]
    bodies = [json.dumps({member: value}).encode() for value in values]
    options: list[Any] = [3, [], {"cryptosuite": []}]
    bodies += [json.dumps({member: CREDENTIAL, "options": odd}).encode() for odd in options]
    for body in (b"", b"{", b"[]", b'{"a": NaN}', b"\xff", *bodies):
        status, kind, answer = suite.send(which, body)
        allowed = {400, 422} if which in {"verify", "verify_presentation", "derive"} else {201, 400, 422}
        assert status in allowed, (body, answer)
        assert kind in {"application/problem+json", "application/json"}


OWN_WORDS = {**CREDENTIAL, "@context": [*CREDENTIAL["@context"], {"degree": "https://example.org/degree"}]}


@pytest.mark.parametrize("cryptosuite", ["eddsa-rdfc-2022", "ecdsa-jcs-2019"])
def test_a_context_in_the_document_is_read_only_where_the_proof_alone_is_asked_for(
    suite: Suite, cryptosuite: str
) -> None:
    """A07: the words of such a document mean what its holder wants, so it is never verified as a whole."""
    credential = {**OWN_WORDS, "credentialSubject": {"id": "did:example:zoe", "degree": "BSc"}}
    status, issued = suite.post("issue", credential=credential, options={"cryptosuite": cryptosuite})
    assert 201 == status, issued
    signed = issued["verifiableCredential"]
    assert credential["@context"] == signed["@context"]
    status, answer = suite.post("verify", verifiableCredential=signed, options={"checks": ["proof"]})
    assert (200, True) == (status, answer["verified"]), answer
    status, answer = suite.post("verify", verifiableCredential=signed)
    assert (400, "context-unknown") == (status, answer["problemDetails"][0]["code"])
    altered = {**signed, "credentialSubject": {"id": "did:example:zoe", "degree": "PhD"}}
    status, answer = suite.post("verify", verifiableCredential=altered, options={"checks": ["proof"]})
    assert (400, False) == (status, answer["verified"])


@pytest.mark.parametrize("context", [{"degree": None}, {"@base": "https://example.org/"}, 7, None, [{}], "x"])
def test_a_context_that_does_more_than_define_words_is_refused_here_too(suite: Suite, context: Any) -> None:
    """A03, A08."""
    credential = {**CREDENTIAL, "@context": [*CREDENTIAL["@context"], context]}
    status, answer = suite.post("issue", credential=credential)
    assert 400 == status, answer


def test_part_of_a_credential_with_its_own_words_is_shown(suite: Suite) -> None:
    subject = {"id": "did:example:zoe", "degree": {"degree": "BSc"}}
    options = {"cryptosuite": "ecdsa-sd-2023", "mandatoryPointers": ["/issuer"]}
    _, issued = suite.post("issue", credential={**OWN_WORDS, "credentialSubject": subject}, options=options)
    signed = issued["verifiableCredential"]
    shown = {"selectivePointers": ["/credentialSubject/degree"]}
    status, derived = suite.post("derive", verifiableCredential=signed, options=shown)
    assert 201 == status, derived
    status, answer = suite.post(
        "verify", verifiableCredential=derived["verifiableCredential"], options={"checks": ["proof"]}
    )
    assert (200, True) == (status, answer["verified"])


def test_a_credential_is_issued_in_an_envelope(suite: Suite) -> None:
    """VCDM 2.0 section 4.13."""
    status, issued = suite.post("issue", credential=CREDENTIAL, options={"mediaType": "application/vc+jwt"})
    envelope = issued["verifiableCredential"]
    assert (201, "EnvelopedVerifiableCredential") == (status, envelope["type"])
    status, answer = suite.post("verify", verifiableCredential=envelope)
    assert (200, True) == (status, answer["verified"])
    changes: list[dict[str, Any]] = [
        {"type": "VerifiableCredential"},
        {"@context": []},
        {"id": envelope["id"].partition(",")[2]},
    ]
    for changed in changes:
        assert 400 == suite.post("verify", verifiableCredential={**envelope, **changed})[0]
    old = {**CREDENTIAL, "@context": ["https://www.w3.org/2018/credentials/v1"], "issuanceDate": "2026-01-01T00:00:00Z"}
    assert 400 == suite.post("issue", credential=old, options={"mediaType": "application/vc+jwt"})[0]
    assert 400 == suite.post("issue", credential=CREDENTIAL, options={"mediaType": "application/jwt"})[0]
    for wish in ({"mediaType": "application/jwt"}, {"proofFormat": "jwt"}):
        status, issued = suite.post("issue", credential=old, options={**wish, "cryptosuite": "ecdsa-rdfc-2019"})
        assert (201, 2) == (status, issued["verifiableCredential"].count("."))
        status, answer = suite.post("verify", verifiableCredential=issued["verifiableCredential"])
        assert (200, True) == (status, answer["verified"])
    for format_, kind in (("jwt", "EnvelopedVerifiableCredential"), ("ldp", ["VerifiableCredential"])):
        status, issued = suite.post("issue", credential=CREDENTIAL, options={"proofFormat": format_})
        assert (201, kind) == (status, issued["verifiableCredential"]["type"])
    for odd in ({"proofFormat": "x"}, {"proofFormat": 7}, {"proofFormat": "jwt", "mediaType": "application/vc+jwt"}):
        assert 400 == suite.post("issue", credential=CREDENTIAL, options=odd)[0]
    assert 400 == suite.post("issue", credential=CREDENTIAL, options={"mediaType": "text/html"})[0]


@pytest.mark.parametrize("cryptosuite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_a_status_entry_leads_to_a_list_that_is_served(suite: Suite, cryptosuite: str) -> None:
    """Bitstring Status List 1.0, sections 2.1 and 2.2."""
    options = {"cryptosuite": cryptosuite, "statusPurpose": "revocation"}
    _, issued = suite.post("issue", credential=CREDENTIAL, options=options)
    signed = issued["verifiableCredential"]
    address = signed["credentialStatus"]["statusListCredential"]
    status, _, published = suite.get(urlsplit(address).path)
    assert (200, address) == (status, published["id"])
    assert signed["issuer"] == published["issuer"]
    status, answer = suite.post("verify", verifiableCredential=signed)
    assert (200, True) == (status, answer["verified"]), answer["problemDetails"]
    assert 404 == suite.get("/vc-api/status/revocation-z6Mk")[0]
    assert 404 == suite.get("/vc-api/status/refresh" + address[address.rindex("-") :])[0]
    assert 400 == suite.post("issue", credential=CREDENTIAL, options={"statusPurpose": "x"})[0]


def test_a_suite_that_sends_no_options_says_what_it_wants_in_the_address(suite: Suite) -> None:
    body = json.dumps({"credential": CREDENTIAL}).encode()
    status, _, issued = suite.send("issue", body, "?cryptosuite=ecdsa-jcs-2019")
    signed = issued["verifiableCredential"]
    assert (201, "ecdsa-jcs-2019") == (status, signed["proof"]["cryptosuite"])
    assert 400 == suite.send("issue", body, "?cryptosuite=none")[0]
    status, _, answer = suite.send("verify", json.dumps({"verifiableCredential": signed}).encode(), "?checks=proof")
    assert (200, ["proof"]) == (status, answer["checks"])
    assert suite.told["verify"] + "?checks=proof" == suite.told["verify_proof"]
    assert suite.told["verify_presentation"] + "?checks=proof" == suite.told["verify_presentation_proof"]
    assert 200 == suite.get(urlsplit(suite.told["identifiers"]).path + "/" + signed["issuer"])[0]


@pytest.mark.parametrize("which", ["issue", "verify", "derive", "prove", "verify_presentation"])
def test_no_body_however_hostile_is_a_defect(suite: Suite, which: str) -> None:
    """Item 9: 400 or 415, and never 500; what is too large is asked in one process (`test_vc_api.py`)."""
    member = {"issue": "credential", "prove": "presentation", "verify_presentation": "verifiablePresentation"}.get(
        which, "verifiableCredential"
    ).encode()
    bodies = {
        "null": b"null",
        "a text": b'"x"',
        "a number": b"1e400",
        "a list in lists": b"[" * DEEP + b"]" * DEEP,
        "an object in objects": b'{"%s":' % member + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
        "options in lists": b'{"%s":{},"options":' % member + b"[" * DEEP + b"]" * DEEP + b"}",
        "a member twice": b'{"%s":{},"%s":{}}' % (member, member),
        "a lone surrogate": b'{"%s":{"id":"\\ud800"}}' % member,
        "a huge integer": b'{"%s":{"id":' % member + b"9" * DEEP + b"}}",
        "zeros": b"\0" * 64,
        "another encoding": '{"a":"é"}'.encode("utf-16"),
    }
    for name, body in bodies.items():
        status, kind, answer = suite.send(which, body)
        assert (400, "application/problem+json") == (status, kind), (name, answer)
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        status, _, answer = suite.send(which, b"{}", kind=kind)
        assert (415, "unsupported-media-type") == (status, answer["code"]), kind


@pytest.mark.parametrize(
    ("did", "status", "error"),
    [
        ("not-a-did", 400, "invalidDid"),
        ("did:key:@", 400, "invalidDid"),
        ("did:key:" + "z" * 3_000, 400, "invalidDid"),
        ("did:web:127.0.0.1", 400, "internalError"),
        ("did:example:1", 501, "methodNotSupported"),
        ("did:key:z6Mk/../../etc/passwd", 400, None),
        ("did:key:z6Mk\0", 400, "invalidDid"),
    ],
)
def test_an_identifier_however_hostile_is_answered(suite: Suite, did: str, status: int, error: str | None) -> None:
    answered, body = suite.resolve(did)
    told = body.get("didResolutionMetadata") or body["didDereferencingMetadata"]
    assert status == answered, body
    assert error in {None, told["error"]}
    plain, problem = suite.resolve(did, accept="application/did")
    assert 400 == plain
    assert problem["code"]


def test_a_key_is_found_by_its_url_and_written_as_asked(suite: Suite) -> None:
    did = next(one["id"] for one in suite.told["issuers"] if one["key_type"] == "Ed25519")
    status, body = suite.resolve(f"{did}#{did.removeprefix('did:key:')}")
    assert (200, did) == (status, body["content"]["controller"])
    status, body = suite.resolve(did, "?publicKeyFormat=JsonWebKey")
    assert (200, "OKP") == (status, body["didDocument"]["verificationMethod"][0]["publicKeyJwk"]["kty"])
    status, body = suite.resolve(did, "?publicKeyFormat=none")
    assert (400, "unsupportedPublicKeyType") == (status, body["didResolutionMetadata"]["error"])


@pytest.mark.parametrize(
    "bind", ["0.0.0.0:8443", "[::]:8443", "192.0.2.1:1", "example.org:1", "127.0.0.1", "127.0.0.1:x"]
)
def test_it_listens_on_this_machine_alone(bind: str) -> None:
    """Whoever reaches it may sign (K09)."""
    with pytest.raises(ProblemError):
        loopback_address(bind)
    assert ("127.0.0.1", 9) == loopback_address("localhost:9")


VALUES = [{"status": "0x0", "message": "valid"}, {"status": "0x1", "message": "lost"}]
FOUR = [*VALUES, {"status": "0x2", "message": "found"}, {"status": "0x3", "message": "unknown"}]


@pytest.mark.parametrize(
    "wish",
    [
        {"statusPurpose": "revocation", "statusReference": "https://registrar.example/status"},
        {"statusPurpose": "revocation", "statusMessage": VALUES, "statusReference": ["https://registrar.example/a"]},
        {"statusPurpose": "message", "statusSize": 2, "statusMessage": FOUR},
    ],
)
@pytest.mark.parametrize("token", [{}, {"proofFormat": "jwt"}])
def test_an_entry_says_what_its_values_mean(suite: Suite, wish: dict[str, Any], token: dict[str, Any]) -> None:
    """Bitstring Status List section 2.1: a list of so many bits stands at the entry's address."""
    status, issued = suite.post("issue", credential=CREDENTIAL, options={**wish, **token})
    assert 201 == status, issued
    if not token:
        entry = issued["verifiableCredential"]["credentialStatus"]
        assert wish == {name: entry[name] for name in wish}
    status, answer = suite.post("verify", verifiableCredential=issued["verifiableCredential"])
    assert (200, True) == (status, answer["verified"]), answer["problemDetails"]


@pytest.mark.parametrize(
    "wish",
    [
        {"statusPurpose": "refresh"},
        {"statusPurpose": 7},
        {"statusSize": 1},
        {"statusPurpose": "message"},
        {"statusPurpose": "revocation", "statusSize": 2},
        {"statusPurpose": "revocation", "statusSize": "2", "statusMessage": FOUR},
        {"statusPurpose": "revocation", "statusSize": True},
        {"statusPurpose": "revocation", "statusSize": 17, "statusMessage": FOUR},
        {"statusPurpose": "revocation", "statusMessage": FOUR},
    ],
)
def test_an_entry_that_nobody_could_read_is_not_written(suite: Suite, wish: dict[str, Any]) -> None:
    assert 400 == suite.post("issue", credential=CREDENTIAL, options=wish)[0]


def test_a_presentation_is_signed_with_an_embedded_proof_alone(suite: Suite) -> None:
    presentation = {"@context": CREDENTIAL["@context"], "type": ["VerifiablePresentation"]}
    assert 201 == suite.post("prove", presentation=presentation, options={})[0]
    for wish in ({"mediaType": "application/vc+jwt"}, {"proofFormat": "jwt"}, {"statusPurpose": "revocation"}):
        assert 400 == suite.post("prove", presentation=presentation, options=wish)[0]
