"""A PDF of other people is not one of ours, and never called forged, in both languages (R63, issue: "not one of ours")."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from schemas.problems import Outcome
from schemas.report import Answer, Verdict
from tests.support.issuer_simulator import World
from tests.support.pdf_foreign import FOREIGN, Notary
from tests.support.pdf_pki import NOW
from tests.support.sealed import SealWorld
from tests.unit.verifier.test_verification_pdf import institution
from verifier.pdf_commands import extract
from verifier.verification import verify
from verifier.wording import sentences

_FORGED = ("failed", "changed", "forged", "échec", "modifi", "falsifi", "do not rely", "ne vous y fiez")
_SEALED = ("signed once", "signed as Adobe does", "signed with a timestamp", "certified")
_UNREADABLE = ("encrypted", "encrypted with a password", "cut")


@pytest.fixture(scope="module")
def notary() -> Notary:
    return Notary()


@pytest.fixture
def world() -> World:
    world = World(now=NOW)
    institution(world, SealWorld())
    return world


@pytest.mark.parametrize("name", FOREIGN)
def test_a_pdf_of_others_is_not_one_of_ours_and_not_forged(name: str, notary: Notary, world: World) -> None:
    report = verify(FOREIGN[name](notary), world.evidence())
    assert Verdict.NOT_FULLY_CHECKED is report.verdict
    assert [] == [check for check in report.checks if check.outcome is Outcome.FAILED]
    for language in ("fr", "en"):
        told = sentences(report, language)
        words = " ".join((told.headline, *(line.sentence for line in told.lines))).casefold()
        assert [] == [word for word in _FORGED if word in words], words


@pytest.mark.parametrize("name", [name for name in FOREIGN if name not in (*_SEALED, *_UNREADABLE)])
def test_the_report_says_that_it_carries_no_seal_we_know(name: str, notary: Notary, world: World) -> None:
    report = verify(FOREIGN[name](notary), world.evidence())
    assert ["pdf-not-sealed"] == [check.problem.code for check in report.checks if check.problem]
    french, english = (sentences(report, language).lines[0].sentence for language in ("fr", "en"))
    assert "n'est pas des nôtres" in french
    assert "is not one of ours" in english


@pytest.mark.parametrize("name", _SEALED)
def test_an_intact_signature_of_others_is_intact_and_its_signer_unknown(
    name: str, notary: Notary, world: World
) -> None:
    report = verify(FOREIGN[name](notary), world.evidence())
    assert (Answer.YES, Answer.UNKNOWN) == (report.integrity.answer, report.identity.answer)
    assert ["issuer-unknown"] == [check.problem.code for check in report.checks if check.problem]


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_is_extracted_from_a_pdf_of_others(name: str, notary: Notary) -> None:
    done = CliRunner().invoke(extract, ["-"], input=FOREIGN[name](notary))
    assert (1, b"") == (done.exit_code, done.stdout_bytes)
    assert isinstance(done.exception, SystemExit)


def test_what_names_our_credential_and_is_not_in_order_is_no_pdf_of_others(world: World) -> None:
    """Changed, with a seal of nobody known here: only the name of the credential tells that it was one of ours."""
    changed = SealWorld().sealed().replace(b"/MediaBox", b"/MediaBoy", 1)
    assert Verdict.NOT_FULLY_CHECKED is verify(changed, world.evidence()).verdict
    assert Verdict.FAILED is verify(changed + b"% credential.json", world.evidence()).verdict
