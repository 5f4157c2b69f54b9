"""Keys as the years go by: rotated, retired, compromised; what they signed is judged by the date (R84, M09)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main_group
from app.config import Settings
from app.wiring import Choices, Parts, make_parts
from keys.file_store import FileKeyStore
from keys.store import Purpose
from proofs.integrity import add_proof
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.awards import Award
from schemas.report import Verdict
from services.clock import StoppedClock
from tests.shared import ROOT
from tests.support.institutions import make_institution
from tests.support.linked_data import converter

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PASSPHRASE = "a passphrase of the tests"


@dataclass
class Bench:
    """What the commands get: one building whose clock we move."""

    parts: Parts


@dataclass
class House:
    """A building with an institution, and a badge that it issued at the start."""

    parts: Parts
    clock: StoppedClock
    settings: Settings
    did: str
    count: int = 0

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main_group, list(arguments), obj=Bench(self.parts))

    def done(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert 0 == result.exit_code, result.output
        return result.output

    def keys(self, purpose: Purpose) -> dict[str, str]:
        rows = [json.loads(line) for line in self.done("keys", "list", "--json").splitlines()]
        rows.sort(key=lambda row: row["since"])
        return {row["id"]: row["state"] for row in rows if row["purpose"] == purpose and row["controller"] == self.did}

    def issue(self) -> tuple[bytes, bytes]:
        """Issue a badge; return the credential and the sealed PDF."""
        self.count += 1
        data = strict_json.loads((ROOT / "examples" / "awards" / "badge.json").read_bytes())
        award: Award = load_award({**data, "external_id": f"badge-{self.count}"})
        issued = self.parts.issuer.issue(award, "boreale", "test")
        forms = self.parts.issuer.forms(issued.document_id)
        lead = next(form.body for form in forms if form.media_type == "application/vc")
        return lead.encode(), self.parts.issuer.pdf(issued.document_id)

    def verdict(self, raw: bytes) -> tuple[Verdict, list[str]]:
        report = self.parts.verifier.verify(raw)
        codes = [check.problem.code for check in report.checks if check.problem]
        return report.verdict, codes

    def forged(self, credential: bytes, signer: Any) -> bytes:
        """Sign the credential again now, with a key that somebody else has as well."""
        unsigned = {name: value for name, value in json.loads(credential).items() if name != "proof"}
        now = self.clock.now()
        signed = add_proof(unsigned, signer=signer, cryptosuite="eddsa-rdfc-2022", created=now, converter=converter())
        return json.dumps(signed).encode()

    def trusted(self) -> dict[str, Any]:
        """Return what the trust list says of the institution."""
        settings = {"PARCHEMIN_DEVELOPMENT": "1", "PARCHEMIN_VAR": str(self.settings.var)}
        assert self.did in CliRunner(env=settings).invoke(main_group, ["trust", "list"]).output
        shown: dict[str, Any] = json.loads(
            CliRunner(env=settings).invoke(main_group, ["trust", "show", self.did]).output
        )
        return shown

    def signer(self, purpose: Purpose) -> Any:
        return FileKeyStore(self.settings.var / "keys", PASSPHRASE.encode()).signer(self.did, purpose)


@pytest.fixture
def house(tmp_path: Path) -> House:
    settings = Settings(development=True, var=tmp_path, passphrase=PASSPHRASE, secret_key="t" * 40)
    clock = StoppedClock(START)
    parts = make_parts(settings, Choices(public=False, clock=clock))
    institution = parts.issuer.create_institution(make_institution(), actor="test")
    return House(parts, clock, settings, institution.did)


def test_a_rotated_key_verifies_what_it_signed_and_a_compromised_one_not_from_its_date(house: House) -> None:
    """R84 and M09: sign, rotate, the old one still verifies; compromise, later signatures do not."""
    stolen = house.signer(Purpose.CREDENTIAL)
    before, _ = house.issue()
    house.clock.moment += DAY
    house.done("keys", "rotate", "credential")
    after, _ = house.issue()
    assert (Verdict.VERIFIED, []) == house.verdict(before)
    assert (Verdict.VERIFIED, []) == house.verdict(after)
    assert ["previous", "current"] == list(house.keys(Purpose.CREDENTIAL).values())
    forged = house.forged(before, stolen)
    assert Verdict.VERIFIED is house.verdict(forged)[0]
    house.done("keys", "compromise", stolen.verification_method.partition("#")[2], "--since", "2026-06-02T00:00:00Z")
    assert (Verdict.VERIFIED, []) == house.verdict(before)
    assert (Verdict.VERIFIED, []) == house.verdict(after)
    assert (Verdict.FAILED, ["key-compromised"]) == house.verdict(forged)
    assert {"compromised", "current"} == set(house.keys(Purpose.CREDENTIAL).values())


def test_a_new_seal_is_believed_beside_the_old_one_until_that_is_compromised(house: House) -> None:
    """R84, M09: the trust list keeps the pin of each seal certificate, and says from when on one is not believed."""
    _, before = house.issue()
    old = house.keys(Purpose.SEAL)
    house.clock.moment += DAY
    _, late = house.issue()
    house.done("keys", "rotate", "seal")
    _, after = house.issue()
    for pdf in (before, late, after):
        assert (Verdict.VERIFIED, []) == house.verdict(pdf)
    house.done("keys", "compromise", next(iter(old)), "--since", "2026-06-02T00:00:00Z")
    assert (Verdict.VERIFIED, []) == house.verdict(before)
    assert (Verdict.VERIFIED, []) == house.verdict(after)
    assert Verdict.FAILED is house.verdict(late)[0]
    ends = {pin["since"]: pin["until"] for pin in house.trusted()["seal_certificates"]}
    assert {"2026-06-01T11:00:00Z": "2026-06-02T00:00:00Z", "2026-06-02T11:00:00Z": None} == ends


def test_the_key_that_signs_is_replaced_when_it_is_compromised(house: House) -> None:
    """M09: status lists are signed anew, so that documents stay verifiable."""
    before, _ = house.issue()
    signing = next(iter(house.keys(Purpose.STATUS)))
    house.clock.moment += timedelta(minutes=1)
    told = house.done("keys", "compromise", signing, "--since", "2026-06-01T12:00:00Z").splitlines()
    assert ["compromised", "current"] == [line.split()[0] for line in told]
    house.clock.moment += timedelta(minutes=10)
    assert (Verdict.VERIFIED, []) == house.verdict(before)


def test_a_key_is_published_before_it_signs_and_retired_after_it_did(house: House) -> None:
    """X22."""
    first = house.signer(Purpose.JOSE).verification_method
    house.done("keys", "create", "jose")
    assert first == house.signer(Purpose.JOSE).verification_method
    prepared = next(key for key, state in house.keys(Purpose.JOSE).items() if state == "prepared")
    published = house.parts.issuer.did_document("boreale")["verificationMethod"]
    assert any(method["id"].endswith(prepared) for method in published)
    house.done("keys", "rotate", "jose")
    assert "current" == house.keys(Purpose.JOSE)[prepared]
    assert 1 == house.run("keys", "retire", prepared).exit_code
    house.done("keys", "retire", first.partition("#")[2])
    assert "retired" == house.keys(Purpose.JOSE)[first.partition("#")[2]]


def test_a_step_that_is_not_right_changes_nothing(house: House) -> None:
    current = next(iter(house.keys(Purpose.CREDENTIAL)))
    before = house.done("keys", "list", "--json")
    for arguments in (
        ("rotate", "timestamp"),
        ("rotate", "seal", "-i", "nobody"),
        ("retire", "nokey"),
        ("retire", current),
        ("compromise", "nokey", "--since", "2026-06-01T12:00:00Z"),
        ("compromise", current, "--since", "2126-06-01T12:00:00Z"),
        ("compromise", current, "--since", "yesterday"),
        ("compromise", current),
    ):
        assert 0 != house.run("keys", *arguments).exit_code, arguments
        assert before == house.done("keys", "list", "--json")


@pytest.mark.parametrize("step", [("retire",), ("compromise", "--since", "2026-01-01T00:00:00Z")])
def test_the_id_of_a_key_may_begin_with_a_hyphen(house: House, step: tuple[str, ...]) -> None:
    """A thumbprint is base64url: it is looked for, not taken for an option."""
    result = house.run("keys", step[0], "-kGIx49SFbTtYdkRryzxX7V78Rfp1I1qiz_v0q2KfaY", *step[1:])
    assert "No such option" not in result.output
    assert "there is no" in f"{result.output} {result.exception}"
