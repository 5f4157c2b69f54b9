"""A house in production: no throw-away part, the seal's key in a token, certificates and timestamps of an authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main_group
from app.config import Settings
from app.wiring import Choices, Parts, make_parts
from app.worker import Worker
from keys.store import Purpose
from proofs.pades import PinnedSeal, SealTrust, check_seal
from schemas import strict_json
from schemas.award_loading import load_award
from schemas.limits import Limits
from schemas.problems import ProblemError
from services.clock import StoppedClock
from services.revocation_fetch import RevocationDoor
from tests.shared import ROOT
from tests.support import soft_hsm
from tests.support.authority_server import AuthorityServer
from tests.support.institutions import make_institution

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = pytest.mark.integration


@dataclass
class Bench:
    """What the commands get."""

    parts: Parts

    def done(self, *arguments: str) -> str:
        result = CliRunner().invoke(main_group, ["keys", *arguments], obj=self)
        assert 0 == result.exit_code, result.output
        return result.output


def _parts(folder: Path, authority: AuthorityServer) -> Parts:
    (folder / "roots.pem").write_bytes(authority.pem(["root"]))
    settings = Settings(
        var=folder / "var",
        secret_key="t" * 40,
        key_store="pkcs11",
        pkcs11_module=soft_hsm.module(),
        pkcs11_token=soft_hsm.LABEL,
        pkcs11_pin=soft_hsm.PIN,
        timestamp_addresses=(authority.tsa_address,),
        timestamp_certificates=str(folder / "roots.pem"),
        timestamp_seconds=60.0,
    )
    door = RevocationDoor(
        limits=Limits(fetch_connect_seconds=60, fetch_total_seconds=60), allowed=lambda _address: True
    )
    return make_parts(settings, Choices(public=False, clock=StoppedClock(NOW), revocation=door))


def test_an_award_waits_for_the_seal_then_for_its_evidence_and_is_sealed_for_the_long_term(tmp_path: Path) -> None:
    served = tmp_path / "authority"
    served.mkdir()
    with AuthorityServer(served, NOW) as authority:
        parts = _parts(tmp_path, authority)
        bench, worker = Bench(parts), Worker(parts)
        parts.issuer.create_institution(make_institution(), actor="test")
        award = load_award(strict_json.loads((ROOT / "examples" / "awards" / "badge.json").read_bytes()))
        codes = []
        for step in ("no seal", "no evidence"):
            with pytest.raises(ProblemError) as caught:
                parts.issuer.issue(award, "boreale", "test")
            codes.append(caught.value.problem.code)
            if step == "no seal":
                (tmp_path / "seal.pem").write_bytes(authority.key_pem("seal") + authority.pem(["root", "seal"]))
                assert "prepared seal" in bench.done("import-seal", str(tmp_path / "seal.pem"))
                assert "current seal" in bench.done("rotate", "seal")
        assert ["key-store-unavailable", "awaiting-evidence"] == codes
        worker.refresh()
        assert (1, 0) == (worker.issue_awaiting(), worker.issue_awaiting())
        (document,) = parts.issuer.documents("boreale")
        certificate, root = authority.chain("seal")
        trust = SealTrust((root,), (PinnedSeal(certificate, NOW),), (root,))
        finding = check_seal(parts.issuer.pdf(document.id), trust=trust, now=NOW)
        assert ("B-LTA", certificate) == (finding.level, finding.certificate)
        did = make_institution().did
        assert {purpose.value for purpose in Purpose if purpose is not Purpose.TIMESTAMP} == {
            record.purpose.value for record in parts.certifying.records(did)
        }
        assert not (tmp_path / "var" / "authority").exists()  # nothing throw-away was made
