"""bbs-2023 through the VC-API: when it is switched on, when it is not, and when its library is absent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.checks import findings
from app.config import Settings
from app.vc_api_server import make_app
from app.wiring import Choices, make_verifier_parts
from issuer.credentials.signing import _holder_key
from issuer.vc_api import EXTENSION
from keys.bls_keys import LIBRARY
from schemas.problems import ProblemError
from schemas.report import Answer
from services.clock import StoppedClock
from tests.shared import ROOT
from tests.support import bbs
from tests.support import linked_data as ld
from verifier.telling import said

CREDENTIAL = {
    "@context": [ld.V2, ld.EXAMPLES],
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:example:whoever", "name": "Whoever"},
    "credentialSubject": {"id": "did:example:subject", "alumniOf": "The School of Examples"},
}
ISSUE, DERIVE, VERIFY = (f"/vc-api/credentials/{act}" for act in ("issue", "derive", "verify"))
SUITE = {"cryptosuite": "bbs-2023"}


def client_of(folder: Path, *suites: str) -> FlaskClient:
    return make_app(Settings(development=True, var=folder, experimental_suites=suites)).test_client()


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return client_of(tmp_path_factory.mktemp("on"), "bbs-2023")


@pytest.fixture(scope="module")
def off(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return client_of(tmp_path_factory.mktemp("off"))


def issue(client: FlaskClient, **options: Any) -> Any:
    return client.post(ISSUE, json={"credential": CREDENTIAL, "options": {**SUITE, **options}})


def derived(client: FlaskClient) -> Any:
    base = issue(client, mandatoryPointers=["/issuer"]).get_json()["verifiableCredential"]
    pointers = {"selectivePointers": ["/credentialSubject/id"]}
    return client.post(DERIVE, json={"verifiableCredential": base, "options": pointers}).get_json()[
        "verifiableCredential"
    ]


def told(client: FlaskClient, document: Any) -> tuple[int, bool, list[str]]:
    answer = client.post(VERIFY, json={"verifiableCredential": document})
    body = answer.get_json()
    return answer.status_code, body["verified"], [problem["code"] for problem in body["problemDetails"]]


def test_a_credential_is_issued_shown_in_part_and_verified(on: FlaskClient) -> None:
    base = issue(on, mandatoryPointers=["/issuer"])
    assert 201 == base.status_code, base.get_json()
    document = base.get_json()["verifiableCredential"]
    assert document["issuer"]["id"] == on.application.extensions[EXTENSION].issuer_ids()["bbs-2023"]
    assert "created" not in document["proof"]
    assert (200, False, ["tampered"]) == told(on, document), "a base proof is for the holder only"
    shown = derived(on)
    assert {"id": "did:example:subject"} == shown["credentialSubject"]
    assert (200, True, ["issuer-unknown"]) == told(on, shown)
    shown["credentialSubject"]["id"] = "did:example:another"
    assert (200, False, ["tampered"]) == told(on, shown)


def test_the_key_is_listed_for_suites_and_may_be_named(on: FlaskClient) -> None:
    issuer = on.application.extensions[EXTENSION]
    assert ("bbs-2023", "Bls12381G2", issuer.issuer_ids()["bbs-2023"]) in issuer.issuers()
    answer = issue(on, verificationMethod=issuer.bbs.verification_method, created="2026-01-01T00:00:00Z")
    proof = answer.get_json()["verifiableCredential"]["proof"]
    assert "2026-01-01T00:00:00Z" == proof["created"]


@pytest.mark.parametrize(
    "options",
    [
        {"verificationMethod": "did:key:z6Mk#z6Mk"},
        {"mandatoryPointers": ["/none"]},
        {"statusPurpose": "revocation"},
        {"mediaType": "application/vc+jwt"},
        {"challenge": "x"},
        {"expires": "2030-01-01T00:00:00Z"},
    ],
)
def test_what_a_base_proof_cannot_hold_is_a_bad_request(on: FlaskClient, options: dict[str, Any]) -> None:
    answer = issue(on, **options)
    assert (400, "application/problem+json") == (answer.status_code, answer.mimetype)


def test_it_proves_no_presentation(on: FlaskClient) -> None:
    presentation = {"@context": [ld.V2], "type": ["VerifiablePresentation"]}
    answer = on.post("/vc-api/presentations/prove", json={"presentation": presentation, "options": SUITE})
    assert (400, "suite-unsupported") == (answer.status_code, answer.get_json()["code"])


def test_while_it_is_off_it_is_unsupported(on: FlaskClient, off: FlaskClient) -> None:
    assert (200, False, ["suite-unsupported"]) == told(off, derived(on))
    answer = issue(off)
    assert (400, "suite-unsupported") == (answer.status_code, answer.get_json()["code"])
    base = issue(on, mandatoryPointers=["/issuer"]).get_json()["verifiableCredential"]
    answer = off.post(DERIVE, json={"verifiableCredential": base})
    assert (400, "malformed") == (answer.status_code, answer.get_json()["code"])
    assert "bbs-2023" not in off.application.extensions[EXTENSION].issuer_ids()


def test_without_the_library_it_is_unsupported_whatever_the_settings_say(
    on: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = derived(on)
    monkeypatch.setitem(sys.modules, LIBRARY, None)
    client = client_of(tmp_path, "bbs-2023")
    assert (200, False, ["suite-unsupported"]) == told(client, shown)
    answer = issue(client)
    assert (400, "suite-unsupported") == (answer.status_code, answer.get_json()["code"])


def test_the_product_starts_without_the_library_and_imports_none_of_it_while_it_is_off() -> None:
    program = (
        "import sys; sys.modules[sys.argv[1]] = None; from app import checks, cli, factory, vc_api_server, wiring; "
        "print(sorted(name for name in sys.modules if name.startswith('proofs.bbs')))"
    )
    ran = subprocess.run([sys.executable, "-c", program, LIBRARY], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "[]" == ran.stdout.strip()


def test_the_report_of_what_was_shown_says_that_it_is_a_part(tmp_path: Path) -> None:
    settings = Settings(development=True, var=tmp_path, experimental_suites=("bbs-2023",))
    desk = make_verifier_parts(settings, Choices(public=False, clock=StoppedClock(ld.NOW))).verifier
    document = ld.full_badge(bbs.issuer())
    del document["credentialStatus"]
    shown = bbs.shown(bbs.base(document, mandatory=["/issuer", "/validFrom"]), "/credentialSubject/achievement/name")
    for _ in range(2):  # the second time from what is remembered
        verified = desk.examine(json.dumps(shown).encode())
        assert Answer.YES is verified.report.integrity.answer
        assert [True] == [each.in_part for each in said(verified)]


def test_an_unknown_name_stops_the_start() -> None:
    assert ("bbs-2023",) == Settings.read({"PARCHEMIN_EXPERIMENTAL_SUITES": "bbs-2023"}).experimental_suites
    with pytest.raises(ProblemError, match="EXPERIMENTAL_SUITES"):
        Settings.read({"PARCHEMIN_EXPERIMENTAL_SUITES": "bbs-2023,bbs-2024"})


def test_the_check_of_a_configuration_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(var=tmp_path, experimental_suites=("bbs-2023",))

    def warned() -> str:
        return next(finding.text for finding in findings(settings) if finding.id == "suite-experimental")

    assert "nobody audited" in warned()
    monkeypatch.setitem(sys.modules, LIBRARY, None)
    assert "not installed" in warned()
    assert "suite-experimental" not in {finding.id for finding in findings(Settings(var=tmp_path))}


def test_a_holder_s_bls_key_binds_no_token() -> None:
    with pytest.raises(ProblemError, match="did-invalid"):
        _holder_key(bbs.issuer())
    assert _holder_key("did:web:x.example") is None
    assert _holder_key(None) is None
