"""PDFs as the verifier reports them: seal, pages and credential, whose seal (R63, R69, R100)."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from keys.trust import PinnedCertificate, TrustEntry, TrustList
from proofs.pades import SealExamined, SealFinding, examine_seal
from schemas.limits import DEFAULT, Limits
from schemas.problems import ProblemError
from tests.support.documents import INSTITUTION
from tests.support.pdf_attacks import ATTACKS, BOMB, STRANGER, Scene, credential_naming
from tests.support.pdf_pki import NOW
from verifier.pdf import PDFChecked, SealJudge, check_pdf
from verifier.pdf_worker import TARGET, GuardedJudge, make_handler
from verifier.worker import Workers

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


def trust_list(scene: Scene, **changes: object) -> TrustList:
    entry = TrustEntry(
        did=INSTITUTION.did,
        names={"fr": INSTITUTION.names.fr or "", "en": INSTITUTION.names.en or ""},
        since=NOW - DAY,
        seal_roots=(scene.world.ca.root,),
        seal_certificates=(PinnedCertificate(scene.world.signer.certificates[0], NOW - DAY),),
        timestamp_roots=(scene.world.ca.root,),
    )
    other = TrustEntry(did="did:web:other.example", names={"en": "Other"}, since=NOW)
    return TrustList({"en": "Registry"}, (other, dataclasses.replace(entry, **changes)))  # type: ignore[arg-type]


def codes(checked: PDFChecked) -> dict[str, tuple[str, str | None]]:
    return {one.id: (one.outcome.value, one.problem.code if one.problem else None) for one in checked.checks}


def test_a_genuine_pdf_passes_and_gives_its_credential(scene: Scene) -> None:
    checked = check_pdf(scene.sealed, trust=trust_list(scene), now=NOW)
    assert {"seal": ("passed", None), "pages": ("passed", None), "sealed-by": ("passed", None)} == codes(checked)
    assert checked.issuer_did == INSTITUTION.did
    assert checked.signed_at == NOW
    assert checked.seal_subject == scene.world.signer.certificates[0].subject.rfc4514_string()
    assert json.loads(checked.credential or b"") == credential_naming(scene.base)
    facts = next(iter(checked.facts.values()))
    assert (facts["signed_at"], facts["seal_level"]) == (NOW.isoformat(), "B-LTA")
    assert facts["archive_expires"] > NOW.isoformat()


def test_a_changed_pdf_fails_and_the_rest_is_not_reached(scene: Scene) -> None:
    """R62."""
    attacked = ATTACKS["overlay on the page"].make(scene)
    checked = check_pdf(attacked, trust=trust_list(scene), now=NOW)
    assert codes(checked) == {
        "seal": ("failed", "pdf-changed"),
        "pages": ("skipped", None),
        "sealed-by": ("skipped", None),
    }
    assert checked.credential is None


def test_a_pdf_without_a_seal_is_not_one_of_ours_and_no_forgery(scene: Scene) -> None:
    """R63: not checked is neither valid nor failed."""
    assert codes(check_pdf(scene.base, trust=trust_list(scene), now=NOW))["seal"] == ("indeterminate", "pdf-not-sealed")


def test_a_seal_of_a_stranger_is_intact_but_nobody_vouches_for_it(scene: Scene) -> None:
    checked = check_pdf(STRANGER(scene), trust=trust_list(scene), now=NOW)
    assert codes(checked) == {
        "seal": ("passed", None),
        "pages": ("skipped", None),
        "sealed-by": ("indeterminate", "issuer-unknown"),
    }
    assert checked.issuer_did is None


def test_a_namesake_is_not_believed(scene: Scene) -> None:
    """H09: a certificate that bears a known institution's name, and is not its own."""
    attacked = ATTACKS["sealed again by a namesake"].make(scene)
    assert codes(check_pdf(attacked, trust=trust_list(scene), now=NOW))["sealed-by"] == (
        "failed",
        "certificate-untrusted",
    )


def test_a_known_issuers_credential_under_a_strange_seal_is_not_believed(scene: Scene) -> None:
    attacked = ATTACKS["sealed again by a namesake"].make(scene)
    trust = trust_list(scene, names={"en": "Quite another name"})
    assert codes(check_pdf(attacked, trust=trust, now=NOW))["sealed-by"] == ("failed", "certificate-untrusted")


@pytest.mark.parametrize("issuer", ["did:web:unknown.example", {"id": "did:web:unknown.example"}, 5, None])
def test_a_credential_of_nobody_we_know_under_a_strange_seal_is_a_strangers(scene: Scene, issuer: object) -> None:
    credential = json.dumps(credential_naming(scene.base) | {"issuer": issuer}).encode()
    judge = _judge(scene, credential, certificate=STRANGER(scene))
    trust = trust_list(scene, names={"en": "Quite another name"})
    assert codes(check_pdf(b"", trust=trust, now=NOW, judge=judge))["sealed-by"][1] == "issuer-unknown"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"since": NOW + DAY}, "issuer-unknown"),
        ({"until": NOW}, "issuer-withdrawn"),
        ({"seal_certificates": "later"}, "certificate-untrusted"),
    ],
)
def test_the_trust_list_decides_as_of_the_sealing(scene: Scene, changes: dict[str, object], code: str) -> None:
    if "seal_certificates" in changes:
        changes = {"seal_certificates": (PinnedCertificate(scene.world.signer.certificates[0], NOW + DAY),)}
    assert codes(check_pdf(scene.sealed, trust=trust_list(scene, **changes), now=NOW))["sealed-by"][1] == code


def test_a_seal_without_its_timestamp_leaves_the_identity_as_it_is(scene: Scene) -> None:
    attacked = ATTACKS["without archive timestamp"].make(scene)
    found = codes(check_pdf(attacked, trust=trust_list(scene), now=NOW))
    assert (found["seal"], found["sealed-by"]) == (("failed", "pdf-untimestamped"), ("passed", None))


@pytest.mark.parametrize(
    "credential",
    [
        b"not json",
        b"[]",
        b"{}",
        b'{"relatedResource": ["x", {"mediaType": "image/png"}]}',
        b'{"relatedResource": {"mediaType": "application/pdf", "digestMultibase": "u!!"}}',
        b'{"relatedResource": [{"mediaType": "application/pdf", "digestSRI": "sha256-!!"}]}',
        json.dumps(credential_naming(b"other pages")).encode(),
    ],
)
def test_a_credential_that_does_not_name_these_pages_does_not_belong_to_them(scene: Scene, credential: bytes) -> None:
    """H15, R100."""
    pdf = scene.world.sealed(credential=credential)
    assert codes(check_pdf(pdf, trust=trust_list(scene), now=NOW))["pages"] == ("failed", "attachment-mismatch")


def test_the_digest_may_be_written_as_subresource_integrity(scene: Scene) -> None:
    digest = "sha256-" + base64.b64encode(hashlib.sha256(scene.base).digest()).decode()
    named = {"relatedResource": {"mediaType": "application/pdf", "digestSRI": digest}}
    judge = _judge(scene, json.dumps(named).encode())
    assert codes(check_pdf(b"", trust=trust_list(scene), now=NOW, judge=judge))["pages"] == ("passed", None)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(TARGET, count=1, memory_bytes=DEFAULT.pdf_memory_bytes)
    pool.start()
    yield pool
    pool.close()


def test_a_worker_judges_as_this_process_does(scene: Scene, workers: Workers) -> None:
    judge = GuardedJudge(workers)
    trust = trust_list(scene)
    assert check_pdf(scene.sealed, trust=trust, now=NOW) == check_pdf(scene.sealed, trust=trust, now=NOW, judge=judge)


def test_a_worker_says_what_was_changed(scene: Scene, workers: Workers) -> None:
    attacked = ATTACKS["catalogue hijacked"].make(scene)
    checked = check_pdf(attacked, trust=trust_list(scene), now=NOW, judge=GuardedJudge(workers))
    assert codes(checked)["seal"] == ("failed", "pdf-changed")


def test_a_bomb_ends_a_worker_and_not_the_service(scene: Scene, workers: Workers) -> None:
    """H18: refused in a killable worker; the next question is answered."""
    judge = GuardedJudge(workers)
    bomb = BOMB(scene)
    assert len(bomb) < len(scene.sealed) + 10_000
    checked = check_pdf(bomb, trust=trust_list(scene), now=NOW, judge=judge)
    assert codes(checked)["seal"][0] in {"failed", "indeterminate"}
    assert codes(check_pdf(scene.sealed, trust=trust_list(scene), now=NOW, judge=judge))["seal"] == ("passed", None)


def test_a_question_that_takes_too_long_is_given_up(scene: Scene, workers: Workers) -> None:
    checked = check_pdf(
        scene.sealed,
        trust=trust_list(scene),
        now=NOW,
        judge=GuardedJudge(workers),
        limits=Limits(pdf_seconds=0.001),
    )
    assert codes(checked)["seal"] == ("failed", "too-complex")


def test_what_is_too_large_does_not_reach_a_worker(scene: Scene) -> None:
    idle = Workers(TARGET, count=0)
    limits = Limits(pdf_bytes=100)
    with pytest.raises(ProblemError) as caught:
        GuardedJudge(idle)(scene.sealed, trust=scene.world.trust, now=NOW, limits=limits)
    assert caught.value.problem.code == "too-large"


def test_the_workers_handler_answers_in_plain_values(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logging.disable", lambda _: None)
    finding, problem = make_handler()((scene.sealed, scene.world.trust.to_json(), NOW, DEFAULT))
    assert problem is None
    assert SealFinding.from_json(finding).signed_at == NOW


def _judge(scene: Scene, credential: bytes, certificate: bytes | None = None) -> SealJudge:
    """Return a judge that found this credential inside an untouched file."""
    found = examine_seal(certificate or scene.sealed, trust=scene.world.trust, now=NOW)
    finding = dataclasses.replace(
        found.finding, attachments={"credential.json": credential}, base_sha256=hashlib.sha256(scene.base).digest()
    )

    return lambda *_, **__: SealExamined(finding, found.problem)
