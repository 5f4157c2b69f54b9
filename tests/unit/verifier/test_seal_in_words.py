"""The report of a PDF tells of its seal: when, by which certificate, and how long its evidence holds (R24, R69)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.problems import Part
from schemas.report import Report
from tests.support.documents import INSTITUTION, transcript
from tests.support.issuer_simulator import World
from tests.support.pdf_attacks import ATTACKS, Scene
from tests.support.pdf_foreign import FOREIGN, Notary
from tests.support.pdf_pki import NOW
from tests.support.sealed import SealWorld
from tests.unit.verifier.test_verification_pdf import institution, naming
from verifier.verification import verify
from verifier.wording import as_text, sentences


@pytest.fixture(scope="module")
def seals() -> SealWorld:
    return SealWorld()


@pytest.fixture
def world() -> World:
    return World(now=NOW)


def test_the_report_of_a_sealed_pdf_says_who_and_when_and_until_when(world: World, seals: SealWorld) -> None:
    issuer = institution(world, seals)
    base = seals.base()
    credential = issuer.signed(issuer.badge(index=3, relatedResource=naming(base)))
    report = verify(seals.maker.seal(base, credential, award=transcript(), institution=INSTITUTION), world.evidence())
    signer = "Bureau du registraire, Université de la Baie-Sainte-Anne"
    assert sentences(report, "en").seal == (
        f"The PDF was sealed on November 21, 2026 with a certificate in the name of {signer}. "
        "Its long-term evidence holds until November 19, 2035."
    )
    assert sentences(report, "fr").seal == (
        f"Le PDF a été scellé le 21 novembre 2026 avec un certificat au nom de {signer}. "
        "Ses preuves à long terme tiennent jusqu'au 19 novembre 2035."
    )
    assert sentences(report, "en").seal in as_text(sentences(report, "en"))
    assert {"seal", "pages", "sealed-by", "agreement"} == {check.id for check in report.checks}
    assert report.items[0].kind == "credential"


def test_a_seal_without_lasting_evidence_says_so(world: World) -> None:
    scene = Scene()
    institution(world, scene.world)
    report = verify(ATTACKS["without archive timestamp"].make(scene), world.evidence())
    assert sentences(report, "en").seal.endswith("It has no long-term evidence.")
    assert sentences(report, "fr").seal.endswith("Il n'a pas de preuve à long terme.")


def test_a_seal_of_others_is_told_as_what_it_says_of_itself(world: World, seals: SealWorld) -> None:
    institution(world, seals)
    report = verify(FOREIGN["signed once"](Notary()), world.evidence())
    assert "in the name of Signing, Notaires de la Baie inc." in sentences(report, "en").seal


@pytest.mark.parametrize("name", ["overlay on the page", "signature stripped"])
def test_of_a_changed_or_unsealed_pdf_nothing_is_told(world: World, name: str) -> None:
    report = verify(ATTACKS[name].make(Scene()), world.evidence())
    assert sentences(report, "en").seal == ""


def test_names_are_read_as_certificates_write_them() -> None:
    subject = r"OU=X,CN=Registraire\, bureau du,O=École \+ Cie,C=CA"
    facts = {"sealed_at": NOW.isoformat(), "seal_subject": subject, "seal_level": "B-LTA"}
    report = Report("pdf", None, "0" * 64, NOW + timedelta(days=1), (), {Part.INTEGRITY: facts})
    assert sentences(report, "en").seal == (
        "The PDF was sealed on November 21, 2026 with a certificate in the name of Registraire, bureau du, École + Cie."
    )
    bare = Report("pdf", None, "0" * 64, NOW, (), {Part.INTEGRITY: facts | {"seal_subject": "C=CA"}})
    assert "in the name of C=CA." in sentences(bare, "en").seal
