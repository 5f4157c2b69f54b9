"""`parchemin vc-api --tls` as a conformance suite meets it: over https, with whatever a suite sends."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.vc_api_server import loopback_address
from proofs.integrity import CRYPTOSUITES
from schemas.problems import ProblemError
from tests.shared import ROOT
from tests.support.demonstration import environment

JSON = "application/json"
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:whoever",
    "credentialSubject": {"id": "did:example:zoe"},
}
NO_PROOFS: list[Any] = [None, [], {}, "x", {"type": "DataIntegrityProof"}, [[]]]


class Suite:
    """A client that trusts any certificate, as the suites do with a throw-away one."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE

    def send(self, which: str, body: bytes, query: str = "", kind: str = JSON) -> tuple[int, str, dict[str, Any]]:
        return self._ask("POST", urlsplit(self.told[which]).path + query, body, {"Content-Type": kind})

    def get(self, path: str, accept: str = JSON) -> tuple[int, str, dict[str, Any]]:
        return self._ask("GET", path, None, {"Accept": accept})

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, dict[str, Any]]:
        port = urlsplit(self.told["issue"]).port
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=self._context, timeout=30)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{port}", **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers.get_content_type(), json.loads(answer.read())
        finally:
            connection.close()

    def post(self, which: str, **body: Any) -> tuple[int, dict[str, Any]]:
        status, _, answer = self.send(which, json.dumps(body).encode())
        return status, answer


@pytest.fixture(scope="module")
def suite() -> Iterator[Suite]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "vc-api", "--tls", "--bind", "127.0.0.1:0"],
        cwd=ROOT,
        env={**environment(), "PARCHEMIN_VC_API_FAILED_STATUS": "400"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        yield Suite(json.loads("".join(lines)))
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


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


@pytest.mark.parametrize(
    "bind", ["0.0.0.0:8443", "[::]:8443", "192.0.2.1:1", "example.org:1", "127.0.0.1", "127.0.0.1:x"]
)
def test_it_listens_on_this_machine_alone(bind: str) -> None:
    """Whoever reaches it may sign (K09)."""
    with pytest.raises(ProblemError):
        loopback_address(bind)
    assert ("127.0.0.1", 9) == loopback_address("localhost:9")
