"""A sealed PDF and its credential, verified together (R64, R100)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from keys.trust import PinnedCertificate
from schemas.problems import Outcome
from schemas.report import Report, Verdict
from tests.support.documents import INSTITUTION, transcript
from tests.support.issuer_simulator import SimulatedIssuer, World
from tests.support.pdf_pki import NOW
from tests.support.sealed import SealWorld
from verifier.verification import verify
from verifier.wording import sentences

PAGES_ID = "urn:uuid:aaaaaaaa-0000-4000-8000-000000000002"


@pytest.fixture(scope="module")
def seals() -> SealWorld:
    return SealWorld()


@pytest.fixture(scope="module")
def base(seals: SealWorld) -> bytes:
    return seals.base()


@pytest.fixture
def world() -> World:
    return World(now=NOW)


def institution(world: World, seals: SealWorld, slug: str = "udem") -> SimulatedIssuer:
    """Return an issuer to whom the seal is pinned."""
    issuer = world.issuer(slug)
    root = seals.signer.certificates[-1]
    pin = PinnedCertificate(seals.signer.certificates[0], since=NOW.replace(year=2025))
    world.trust(issuer.did, seal_roots=(root,), timestamp_roots=(root,), seal_certificates=(pin,))
    return issuer


def naming(base: bytes) -> list[dict[str, Any]]:
    digest = base64.urlsafe_b64encode(b"\x12\x20" + hashlib.sha256(base).digest()).rstrip(b"=").decode()
    return [{"id": PAGES_ID, "mediaType": "application/pdf", "digestMultibase": f"u{digest}"}]


def sealed(seals: SealWorld, base: bytes, credential: bytes) -> bytes:
    return seals.maker.seal(base, credential, award=transcript(), institution=INSTITUTION)


def codes(report: Report) -> dict[str, str | None]:
    return {
        check.id: check.problem.code if check.problem else None
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    }


def test_a_sealed_pdf_and_its_credential_are_verified_together(world: World, seals: SealWorld, base: bytes) -> None:
    issuer = institution(world, seals)
    credential = issuer.signed(issuer.badge(index=3, relatedResource=naming(base)))
    raw = sealed(seals, base, credential)
    report = verify(raw, world.evidence())
    assert {} == codes(report)
    assert Verdict.VERIFIED is report.verdict
    assert ("pdf", json.loads(credential)["id"]) == (report.kind, report.document_id)
    assert ["seal", "pages", "sealed-by", "agreement"] == [check.id for check in report.checks]
    assert hashlib.sha256(credential).hexdigest() == report.items[0].sha256
    lines = sentences(report, "en").lines
    assert "Untouched since it was signed on November 21, 2026." == lines[0].sentence
    assert lines[2].sentence.startswith("Issued by Example University, recognised by the Test Registry")
    issuer.revoke(3)
    assert ("revoked", Verdict.FAILED) == (
        (revoked := verify(raw, world.evidence())).status.code,
        revoked.verdict,
    )


def test_pages_and_credential_of_two_issuers_do_not_belong_together(
    world: World, seals: SealWorld, base: bytes
) -> None:
    """H15: the seal of one, the credential of another, both known."""
    institution(world, seals)
    other = world.issuer("other")
    raw = sealed(seals, base, other.signed(other.badge(relatedResource=naming(base))))
    report = verify(raw, world.evidence())
    assert {"agreement": "attachment-mismatch"} == codes(report)
    assert ("no", Verdict.FAILED) == (report.integrity.answer.value, report.verdict)


def test_a_credential_that_names_other_pages_does_not_belong_here(world: World, seals: SealWorld, base: bytes) -> None:
    issuer = institution(world, seals)
    raw = sealed(seals, base, issuer.signed(issuer.badge(relatedResource=naming(b"other pages"))))
    assert {"pages": "attachment-mismatch"} == codes(verify(raw, world.evidence()))


def test_an_altered_credential_inside_fails_and_agreement_is_not_asked(
    world: World, seals: SealWorld, base: bytes
) -> None:
    issuer = institution(world, seals)
    credential = issuer.signed(issuer.badge(relatedResource=naming(base))).replace(b"Atelier", b"Atelies", 1)
    report = verify(sealed(seals, base, credential), world.evidence())
    assert {"agreement": None} == codes(report)
    assert "tampered" == codes(report.items[0])["signature"]
    assert Verdict.FAILED is report.verdict


def test_a_seal_that_nobody_vouches_for_is_not_a_failure_of_integrity(
    world: World, seals: SealWorld, base: bytes
) -> None:
    stranger = world.stranger()
    raw = sealed(seals, base, stranger.signed(stranger.badge(relatedResource=naming(base))))
    report = verify(raw, world.evidence())
    assert Verdict.VERIFIED is not report.verdict
    assert report.identity.answer.value in {"unknown", "no"}


def test_one_changed_byte_is_found(world: World, seals: SealWorld, base: bytes) -> None:
    issuer = institution(world, seals)
    raw = bytearray(sealed(seals, base, issuer.signed(issuer.badge(relatedResource=naming(base)))))
    raw[len(base) // 2] ^= 1
    report = verify(bytes(raw), world.evidence())
    assert Verdict.VERIFIED is not report.verdict
    assert "yes" != report.integrity.answer.value


def test_a_sealed_pdf_without_a_credential_is_not_fully_checked(
    world: World, seals: SealWorld, base: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = institution(world, seals)
    raw = sealed(seals, base, issuer.signed(issuer.badge(relatedResource=naming(base))))
    monkeypatch.setattr("verifier.pdf.CREDENTIAL_NAME", "another.json")
    report = verify(raw, world.evidence())
    assert ("unknown", Verdict.NOT_FULLY_CHECKED) == (report.status.answer.value, report.verdict)
    assert () == report.items


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [
        (b"%PDF-1.7\nnot really", None),
        (b"\n\n%PDF-1.7 something before", None),
        (b"\x00\x01\x02", "application/pdf"),
    ],
)
def test_what_is_no_sealed_pdf_is_not_verified(world: World, raw: bytes, media_type: str | None) -> None:
    report = verify(raw, world.evidence(), media_type=media_type)
    assert "pdf" == report.kind
    assert report.verdict in {Verdict.FAILED, Verdict.NOT_FULLY_CHECKED}


def test_a_judge_with_a_defect_could_not_check(world: World) -> None:
    def judge(raw: bytes, **_: Any) -> Any:
        raise ZeroDivisionError(len(raw))

    report = verify(b"%PDF-1.7", world.evidence(seal_judge=judge))
    assert {"seal": "internal"} == codes(report)
    assert Verdict.NOT_FULLY_CHECKED is report.verdict
