"""From an award to a delivered document: once, whole, verified; or not at all."""

from __future__ import annotations

import itertools
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator
from sqlalchemy import func, select

from issuer.credentials.models import DocumentRow, IntentRow, StatusEntryRow
from issuer.institutions.profile import Institution
from schemas.awards import Award, Kind
from schemas.delivery import Delivery
from schemas.json_schema import validate
from schemas.problems import AWAITING_TIMESTAMP, TEXT_UNPRINTABLE, ProblemError
from schemas.report import Report, Verdict
from services.clock import StoppedClock
from services.jobs import JobState
from tests.shared import shared
from tests.support.awards import award_json, make_award
from tests.support.institutions import make_institution
from tests.support.issuing import NOW, House, PlainPages, open_house, verify_plain
from verifier.evidence import Evidence

_NUMBERS = itertools.count()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(tmp_path)


def issue(house: House, kind: Kind | str = "badge", slug: str = "boreale", **changes: Any) -> str:
    return house.desk.issue(make_award(kind, **changes), slug, "registrar").document_id


def deliveries(house: House) -> list[Delivery]:
    from datetime import timedelta

    found = []
    while job := house.jobs.claim(("deliver-credential",), lease=timedelta(minutes=5)):
        found.append(Delivery.from_json(job.payload))
    return found


def count(house: House, table: Any) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def code_of(caught: pytest.ExceptionInfo[ProblemError]) -> str:
    return caught.value.problem.code


@pytest.mark.parametrize("kind", Kind)
def test_each_form_of_each_kind_verifies(house: House, kind: Kind) -> None:
    """R20, R21, R92"""
    document_id = issue(house, kind)
    forms = house.desk.forms(document_id)
    expected = ["ldp_vc", "ldp_vc_ecdsa"] + ([] if kind is Kind.TRANSCRIPT else ["jwt_vc_json"])
    expected += ["dc+sd-jwt"] if kind in {Kind.TRANSCRIPT, Kind.DIPLOMA} else []
    assert expected == [form.format for form in forms]
    for form in forms:
        report = house.verify(form.body, form.media_type)
        assert Verdict.VERIFIED is report.verdict
        validate(report.to_json(), "report/1.json")


@pytest.mark.parametrize("kind", Kind)
def test_what_is_issued_follows_our_schema_and_the_published_one(house: House, kind: Kind) -> None:
    """Architecture section 16; `credentialStatus` aside, which VCDM lets be a list (see test_drafting)."""
    is_transcript = kind is Kind.TRANSCRIPT
    name = "clr_v2p0_clrcredential" if is_transcript else "ob_v3p0_achievementcredential"
    published = json.loads(shared("schemas", f"{name}_schema.json").read_text("utf-8"))
    for form in house.desk.forms(issue(house, kind))[:2]:
        credential = json.loads(form.body)
        validate(credential, "clr/clr-credential.json" if is_transcript else "openbadges/achievement-credential.json")
        children = credential["credentialSubject"].get("verifiableCredential", [])
        assert all("proof" in child for child in children)
        for part in (credential, *children):
            part["credentialStatus"] = part["credentialStatus"][0]
        assert [] == [error.json_path for error in Draft201909Validator(published).iter_errors(credential)]


def test_a_kind_with_one_status_purpose_follows_the_published_schema_as_it_is(tmp_path: Path) -> None:
    house = open_house(tmp_path, slugs=())
    house.desk.create_institution(make_institution(), actor="test", purposes={"badge": ["revocation"]})
    credential = json.loads(house.desk.forms(issue(house))[0].body)
    published = json.loads(shared("schemas", "ob_v3p0_achievementcredential_schema.json").read_text("utf-8"))
    assert [] == list(Draft201909Validator(published).iter_errors(credential))
    assert "revocation" == credential["credentialStatus"]["statusPurpose"]
    with pytest.raises(ProblemError) as caught:
        house.desk.suspend(credential["id"], "Why not.", "registrar")
    assert "not-allowed" == code_of(caught)


_NAMES = st.text("ABCÉÎaéœłñ’-'ᐊᓄ小", min_size=1, max_size=40).map(lambda text: "X" + text)
_LINES = st.text("abcdÉéè «»:;,.’&> 3%/\u00a0", min_size=1, max_size=120).map(lambda text: "T" + text)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(list(Kind)), given_name=_NAMES, family_name=_NAMES, line=_LINES, data=st.data())
def test_whatever_the_award_says_each_form_verifies_and_no_value_can_be_changed(
    house: House, kind: Kind, given_name: str, family_name: str, line: str, data: st.DataObject
) -> None:
    """Issue, then verify: any change of a signed text fails `signature`."""
    learner = {**award_json(kind)["learner"], "given_name": given_name, "family_name": family_name}
    texts = {name: line for name in ("title", "description", "statement", "honours") if name in award_json(kind)}
    number = f"{next(_NUMBERS)}"
    language = data.draw(st.sampled_from(["fr", "en", "fr+en"]))
    document_id = issue(house, kind, learner=learner, external_id=number, language=language, **texts)
    for form in house.desk.forms(document_id):
        assert Verdict.VERIFIED is house.verify(form.body, form.media_type).verdict
    body = house.desk.forms(document_id)[0].body
    assert json.dumps(f"{given_name} {family_name}", ensure_ascii=False)[1:-1] in body
    words = [word for word in ("identityHash", "achievementType", "narrative") if word in body]
    word = data.draw(st.sampled_from(words))
    at = body.index(word) + len(word) + len('":"')
    changed = body[:at] + ("Y" if body[at] != "Y" else "Z") + body[at + 1 :]
    report = house.verify(changed)
    assert ("no", "tampered") == (report.integrity.answer.value, report.integrity.code)


def test_all_forms_share_id_and_status(house: House) -> None:
    """R95: all forms of a document share its fate."""
    document_id = issue(house)
    integrity, ecdsa, _ = (form.body for form in house.desk.forms(document_id))
    one, two = json.loads(integrity), json.loads(ecdsa)
    assert document_id == one["id"] == two["id"]
    assert one["credentialStatus"] == two["credentialStatus"]
    del one["proof"], two["proof"]
    assert one == two


def test_the_delivery_holds_what_the_holder_needs(house: House) -> None:
    document_id = issue(house, "diploma")
    (delivery,) = deliveries(house)
    assert document_id == delivery.document_id
    assert house.desk.forms(document_id) == delivery.forms
    assert house.desk.pdf(document_id) == delivery.pdf
    assert {"fr": "Bachelier ès sciences", "en": "Bachelor of Science"} == delivery.titles
    assert ("Zoé", "zoe.lecuyer@example.org", "2026-05-29") == (
        delivery.learner_given_name,
        delivery.learner_email,
        delivery.issued_on,
    )
    assert "did:web:registrar.parchemin.example:t:boreale" == delivery.institution_did


def test_the_same_award_again_changes_nothing(house: House) -> None:
    """K02, K04"""
    first = house.desk.issue(make_award("badge"), "boreale", "registrar")
    forms, entries = house.desk.forms(first.document_id), count(house, StatusEntryRow)
    second = house.desk.issue(make_award("badge"), "boreale", "somebody else")
    assert (first.document_id, True, False) == (second.document_id, first.is_new, second.is_new)
    assert (forms, entries) == (house.desk.forms(first.document_id), count(house, StatusEntryRow))
    assert 1 == house.jobs.counts()[JobState.WAITING]


def test_other_content_under_the_same_number_is_refused(house: House) -> None:
    issue(house)
    with pytest.raises(ProblemError) as caught:
        issue(house, title="Autre chose")
    assert "already-issued" == code_of(caught)
    assert 1 == count(house, DocumentRow)


def test_the_same_number_at_another_institution_is_another_document(tmp_path: Path) -> None:
    house = open_house(tmp_path, slugs=("boreale", "australe"))
    assert issue(house, slug="boreale") != issue(house, slug="australe")


def test_an_institution_that_is_not_there_issues_nothing(house: House) -> None:
    with pytest.raises(ProblemError) as caught:
        issue(house, slug="nowhere")
    assert ("not-found", 0) == (code_of(caught), count(house, DocumentRow))


def test_twenty_at_once_issue_one_document(house: House) -> None:
    """K02: exactly one, the same answer for all."""
    answers: list[tuple[str, bool]] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            issued = house.desk.issue(make_award("badge"), "boreale", "registrar")
        except BaseException as error:
            failures.append(error)
        else:
            answers.append((issued.document_id, issued.is_new))

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failures
    assert (20, 1, 1) == (len(answers), len({one for one, _ in answers}), sum(new for _, new in answers))
    assert 2 == count(house, StatusEntryRow)


class _Refusing(PlainPages):
    """Pages that cannot be made, for a reason that is the award's or ours."""

    def __init__(self, error: ProblemError) -> None:
        self.error: ProblemError | None = error

    def base(self, award: Award, *, institution: Institution, document_id: str, verify_url: str) -> bytes:
        if self.error is not None:
            raise self.error
        return super().base(award, institution=institution, document_id=document_id, verify_url=verify_url)


def test_an_award_that_cannot_be_printed_leaves_no_document_and_may_be_corrected(tmp_path: Path) -> None:
    pages = _Refusing(ProblemError(TEXT_UNPRINTABLE.about()))
    house = open_house(tmp_path, documents=pages)
    with pytest.raises(ProblemError) as caught:
        issue(house)
    assert "text-unprintable" == code_of(caught)
    with house.database.reading() as session:
        (row,) = session.scalars(select(DocumentRow)).all()
        assert ("refused", {}) == (row.state, row.award)
    assert {JobState.WAITING: 0} == {JobState.WAITING: house.jobs.counts()[JobState.WAITING]}
    assert 0 == house.desk.resume(alone=True)
    pages.error = None
    document_id = issue(house, title="Corrigé")
    assert Verdict.VERIFIED is house.verify(house.desk.forms(document_id)[0].body).verdict


def test_what_fails_on_our_side_is_issued_later(tmp_path: Path) -> None:
    """X10: the timestamp authority is down; nothing is released, nothing is lost."""
    pages = _Refusing(ProblemError(AWAITING_TIMESTAMP.about()))
    house = open_house(tmp_path, documents=pages)
    with pytest.raises(ProblemError) as caught:
        issue(house)
    assert "awaiting-timestamp" == code_of(caught)
    assert 0 == house.desk.resume()
    assert ["awaiting"] == [document.state for document in house.desk.documents("boreale")]
    pages.error = None
    assert (1, 0) == (house.desk.resume(), house.desk.resume())
    assert 1 == house.jobs.counts()[JobState.WAITING]
    with house.database.reading() as session:
        burnt = [entry.is_burnt for entry in session.scalars(select(StatusEntryRow))]
    assert (6, 4) == (len(burnt), sum(burnt))


def test_what_does_not_verify_is_not_issued(tmp_path: Path) -> None:
    def verify_otherwise(raw: bytes, evidence: Evidence, *, media_type: str | None = None) -> Report:
        return verify_plain(raw.replace(b"Mentorat", b"Doctorat"), evidence, media_type=media_type)

    house = open_house(tmp_path, check=verify_otherwise)
    with pytest.raises(ProblemError) as caught:
        issue(house)
    assert "tampered" == code_of(caught)
    assert 0 == house.jobs.counts()[JobState.WAITING]


def test_what_cannot_be_verified_is_not_issued_yet(house: House) -> None:
    """R63: could not check is not yes."""
    house.lists.is_down = True
    with pytest.raises(ProblemError) as caught:
        issue(house)
    assert "status-unreachable" == code_of(caught)
    assert 0 == house.jobs.counts()[JobState.WAITING]


def test_an_old_document_and_one_that_has_ended_can_be_deposited(house: House) -> None:
    """R29"""
    old = issue(house, "attestation", issued_on="1987-06-01", valid_until="1990-12-31", external_id="old")
    report = house.verify(house.desk.forms(old)[0].body)
    assert ("was-valid", "expired") == (report.verdict.value, report.status.code)
    future = issue(house, "badge", issued_on="2026-07-01", external_id="future")
    assert "not-yet-valid" == house.verify(house.desk.forms(future)[0].body).status.code


def test_without_the_audit_log_nothing_is_signed(house: House) -> None:
    """M04"""
    house.audit.path.unlink()
    house.audit.path.mkdir()
    with pytest.raises(ProblemError) as caught:
        issue(house)
    assert "busy" == code_of(caught)
    assert 0 == house.jobs.counts()[JobState.WAITING]


def test_the_audit_log_names_what_will_be_signed_before_it_is(house: House) -> None:
    document_id = issue(house)
    (line,) = [json.loads(raw) for raw in house.audit.path.read_bytes().splitlines() if b'"sign"' in raw]
    with house.database.reading() as session:
        intent = session.scalars(select(IntentRow)).one()
    assert (document_id, intent.will_sign_sha256, "done") == (
        line["subject"],
        line["detail"]["will_sign"],
        intent.state,
    )
    assert 2 == house.desk.verify_audit_log()


def test_a_document_is_signed_again_for_the_holder_of_a_key(house: House) -> None:
    """R95"""
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    for kind in Kind:
        document_id = issue(house, kind)
        for form in house.desk.bind(document_id, did):
            assert Verdict.VERIFIED is house.verify(form.body, form.media_type).verdict
        bound = json.loads(house.desk.bind(document_id, did)[0].body)
        bearer = json.loads(house.desk.forms(document_id)[0].body)
        assert (did, document_id) == (bound["credentialSubject"]["id"], bound["id"])
        assert bearer["credentialStatus"] == bound["credentialStatus"]
        assert bearer["relatedResource"] == bound["relatedResource"]
        children = bound["credentialSubject"].get("verifiableCredential", [])
        assert {did} >= {child["credentialSubject"]["id"] for child in children}
    house.desk.revoke(document_id, "Erreur.", "registrar")
    assert "revoked" == house.verify(json.dumps(bound)).status.code
    with pytest.raises(ProblemError) as caught:
        house.desk.bind(document_id, did)
    assert "revoked" == code_of(caught)
    with pytest.raises(ProblemError) as missing:
        house.desk.bind("urn:uuid:00000000-0000-4000-8000-000000000000", did)
    assert "not-found" == code_of(missing)


def test_a_try_in_another_process_is_left_alone_until_its_lease_is_over(tmp_path: Path) -> None:
    class _KilledError(Exception):
        pass

    def die(step: str) -> None:
        if step == "audited":
            raise _KilledError

    clock = StoppedClock(NOW)
    with pytest.raises(_KilledError):
        issue(open_house(tmp_path, step=die, clock=clock))
    house = open_house(tmp_path, clock=clock)
    assert 0 == house.desk.resume()
    from datetime import timedelta

    clock.moment += timedelta(minutes=6)
    assert (1, 0) == (house.desk.resume(), house.desk.resume())
    with house.database.reading() as session:
        states = sorted(intent.state for intent in session.scalars(select(IntentRow)))
    assert ["cancelled", "done"] == states
    assert 1 == house.jobs.counts()[JobState.WAITING]


def test_a_try_that_was_taken_over_cannot_be_stored(tmp_path: Path) -> None:
    """X17, X18: two processes, one document."""
    clock = StoppedClock(NOW)
    other = open_house(tmp_path, clock=clock)

    def lose(step: str) -> None:
        if step == "verified":
            other.desk.resume(alone=True)

    slow = open_house(tmp_path, step=lose, clock=clock)
    with pytest.raises(ProblemError) as caught:
        issue(slow)
    assert "conflict" == code_of(caught)
    assert (1, 1) == (other.jobs.counts()[JobState.WAITING], count(other, DocumentRow))
    assert Verdict.VERIFIED is other.verify(other.desk.forms(issue(other))[0].body).verdict


def test_the_printed_code_opens_kind_and_status_and_no_name(house: House) -> None:
    document_id = issue(house)
    token = house.desk.pdf(document_id).split(b"/d/")[1].split()[0].decode()
    printed = house.desk.printed(token)
    assert printed is not None
    assert (document_id, "badge", None) == (printed.document_id, printed.kind, printed.status)
    assert "Zoé" not in repr(printed)
    house.desk.revoke(document_id, "Erreur.", "registrar")
    revoked = house.desk.printed(token)
    assert revoked is not None
    assert "revoked" == revoked.status
    assert house.desk.printed("x" * 22) is None
    with house.database.reading() as session:
        assert token not in repr([row.printed_sha256 for row in session.scalars(select(DocumentRow))])
