"""`parchemin present` of a credential that was signed statement by statement: one course, by its place (R40)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from holder.presenting.commands import present
from proofs import ecdsa_sd_2023
from tests.support import linked_data as ld

COURSES = "/credentialSubject/verifiableCredential"


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """Return a learner record of three signed courses with a base proof; issuer and dates are mandatory."""
    signer, teacher = ld.ecdsa_signer(), ld.ed25519_signer()
    courses = []
    for number in range(3):
        course = ld.badge(ld.controller(teacher), id=f"urn:x:child:{number}")
        achievement = {"id": f"urn:x:course:{number}", "type": ["Achievement"], "name": f"GEO {number}"}
        course["credentialSubject"] = {
            "id": "urn:x:learner",
            "type": ["AchievementSubject"],
            "achievement": achievement,
        }
        del course["credentialStatus"]
        courses.append(ld.sign(course, teacher))
    unsigned = ld.badge(ld.controller(signer), type=["VerifiableCredential", "ClrCredential"])
    unsigned |= {
        "@context": [ld.V2, ld.OPEN_BADGES, ld.CLR],
        "credentialSubject": {"id": "urn:x:learner", "type": ["ClrSubject"], "verifiableCredential": courses},
    }
    return ecdsa_sd_2023.add_base_proof(
        unsigned, signer=signer, created=ld.NOW, converter=ld.converter(), mandatory=["/issuer", "/validFrom"]
    )


def run(given: Any, *arguments: str) -> Result:
    typed = given if isinstance(given, bytes) else json.dumps(given).encode()
    return CliRunner().invoke(present, ["-", *arguments], input=typed)


def test_one_course_of_a_record_is_shown_and_verifies(record: dict[str, Any]) -> None:
    """Proof core, item 3: array indexes in pointers."""
    done = run(record, "--disclose", f"{COURSES}/1")
    assert 0 == done.exit_code, done.stderr
    shown = json.loads(done.stdout)
    assert [record["credentialSubject"]["verifiableCredential"][1]] == shown["credentialSubject"][
        "verifiableCredential"
    ]
    assert 1 == len(ld.check(shown))
    assert "GEO 0" not in done.stdout
    assert shown["issuer"] == record["issuer"]


def test_a_pointer_may_be_written_without_its_first_stroke(record: dict[str, Any]) -> None:
    assert "GEO 2" in run(record, "--disclose", f"{COURSES[1:]}/2").stdout


def test_the_list_names_every_place_and_no_proof(record: dict[str, Any]) -> None:
    lines = run(record, "--list").stdout.splitlines()
    paths = [line.split()[0] for line in lines]
    assert f"{COURSES}/2/credentialSubject/achievement/name" in paths
    assert "/issuer" in paths
    assert not any(path.startswith(("/proof", "/@context")) for path in paths)


@pytest.mark.parametrize(
    "pointer", [f"{COURSES}/3", f"{COURSES}/01", "/nothing", "/proof/created", "/@context/0", "/issuer/name/x"]
)
def test_a_pointer_that_leads_nowhere_is_refused(record: dict[str, Any], pointer: str) -> None:
    done = run(record, "--disclose", pointer)
    assert (1, "") == (done.exit_code, done.stdout)
    assert "malformed" in done.stderr


def test_what_has_no_base_proof_shows_nothing(record: dict[str, Any]) -> None:
    plain = ld.sign(ld.badge(ld.controller(ld.ed25519_signer())), ld.ed25519_signer())
    assert "no base proof" in run(plain, "--disclose", "/name").stderr
    assert 1 == run({**record, "type": 7}, "--disclose", "/name").exit_code
    assert 1 == run(b'{"a": 1, "a": 2}', "--list").exit_code
    derived = json.loads(run(record, "--disclose", f"{COURSES}/1").stdout)
    assert 1 == run(derived, "--disclose", f"{COURSES}/0").exit_code


def test_no_key_answers_for_a_document_that_is_bound_to_none(record: dict[str, Any], tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    asked = ("--audience", "https://employer.example", "--nonce", "n-1")
    done = run(record, "--disclose", f"{COURSES}/1", "--key", str(key), *asked)
    assert (1, True) == (done.exit_code, "holder-mismatch" in done.stderr)
