from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from schemas.problems import (
    ATTACHMENT_MISMATCH,
    CATALOGUE,
    EXPIRED,
    INTERNAL,
    ISSUER_UNKNOWN,
    NOT_BY_ISSUER,
    NOT_FOUND,
    REVOKED,
    SCHEMA_MISMATCH,
    STATUS_UNREACHABLE,
    TAMPERED,
    Outcome,
    Part,
    Problem,
    ProblemError,
)
from schemas.report import Answer, CheckResult, Report, Verdict

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
HOMES = {
    "structure": Part.INTEGRITY,
    "signature": Part.INTEGRITY,
    "binding": Part.IDENTITY,
    "validity": Part.STATUS,
    "status": Part.STATUS,
    "issuer": Part.IDENTITY,
    "schema": Part.NONE,
}


def passed(check_id: str, evidence_at: datetime | None = None) -> CheckResult:
    return CheckResult(check_id, Outcome.PASSED, HOMES[check_id], note="fine", evidence_at=evidence_at)


def ended(check_id: str, problem: Problem) -> CheckResult:
    return CheckResult(check_id, problem.outcome, HOMES[check_id], problem)


def report_with(*changed: CheckResult, items: tuple[Report, ...] = (), kind: str = "credential") -> Report:
    """Return a report in which every check passed but those given."""
    results = {check_id: passed(check_id) for check_id in HOMES} | {check.id: check for check in changed}
    return Report(kind, "urn:uuid:1", "00" * 32, NOW, tuple(results.values()), {}, items)


def test_a_report_cannot_be_used_as_a_truth_value() -> None:
    with pytest.raises(TypeError, match="three answers"):
        bool(report_with())


def test_a_document_is_verified_only_when_all_three_answers_are_yes() -> None:
    """R69."""
    report = report_with()
    assert (Answer.YES, Answer.YES, Answer.YES) == (
        report.integrity.answer,
        report.status.answer,
        report.identity.answer,
    )
    assert Verdict.VERIFIED is report.verdict
    report.require_passed()


@pytest.mark.parametrize(
    ("check", "integrity", "status", "identity", "verdict"),
    [
        (ended("signature", TAMPERED.about()), "no", "yes", "yes", Verdict.FAILED),
        (ended("status", REVOKED.about()), "yes", "no", "yes", Verdict.FAILED),
        (ended("status", STATUS_UNREACHABLE.about()), "yes", "unknown", "yes", Verdict.NOT_FULLY_CHECKED),
        (ended("issuer", ISSUER_UNKNOWN.about()), "yes", "yes", "unknown", Verdict.NOT_FULLY_CHECKED),
        (ended("validity", EXPIRED.about()), "yes", "no", "yes", Verdict.WAS_VALID),
        (ended("schema", SCHEMA_MISMATCH.about()), "no", "yes", "yes", Verdict.FAILED),
        (ended("schema", INTERNAL.about()), "unknown", "yes", "yes", Verdict.NOT_FULLY_CHECKED),
    ],
)
def test_a_check_that_did_not_pass_is_told_in_its_line(
    check: CheckResult, integrity: str, status: str, identity: str, verdict: Verdict
) -> None:
    report = report_with(check)
    assert (integrity, status, identity) == (
        report.integrity.answer.value,
        report.status.answer.value,
        report.identity.answer.value,
    )
    assert verdict is report.verdict


def test_a_problem_of_another_line_answers_no_there_and_leaves_its_own_line_unknown() -> None:
    report = report_with(ended("signature", NOT_BY_ISSUER.about()))
    assert Answer.NO is report.identity.answer
    assert Answer.UNKNOWN is report.integrity.answer
    assert Verdict.FAILED is report.verdict


def test_a_defect_of_ours_leaves_the_line_of_its_check_unknown_and_no_other() -> None:
    report = report_with(ended("status", INTERNAL.about()))
    assert Answer.UNKNOWN is report.status.answer
    assert Answer.YES is report.integrity.answer


def test_a_failure_without_a_part_fails_the_line_of_its_check() -> None:
    report = report_with(ended("issuer", NOT_FOUND.about()))
    assert Answer.NO is report.identity.answer


def test_a_skipped_check_that_no_line_waits_for_changes_nothing() -> None:
    report = report_with(CheckResult("schema", Outcome.SKIPPED, Part.NONE, note="not supplied"))
    assert Verdict.VERIFIED is report.verdict


def test_a_skipped_check_leaves_its_line_unknown() -> None:
    """R63."""
    report = report_with(CheckResult("status", Outcome.SKIPPED, Part.STATUS, note="not reached"))
    assert (Answer.UNKNOWN, None) == (report.status.answer, report.status.code)


def test_what_was_never_asked_is_unknown() -> None:
    report = Report("credential", None, "00" * 32, NOW, (passed("signature"),))
    assert Answer.UNKNOWN is report.status.answer
    assert Verdict.NOT_FULLY_CHECKED is report.verdict


def test_a_revocation_outranks_passed_dates() -> None:
    report = report_with(ended("validity", EXPIRED.about()), ended("status", REVOKED.about()))
    assert REVOKED.code == report.status.code
    assert Verdict.FAILED is report.verdict


@pytest.mark.parametrize(
    "other", [ended("status", STATUS_UNREACHABLE.about()), ended("issuer", ISSUER_UNKNOWN.about())]
)
def test_expired_is_was_valid_only_when_nothing_else_is_in_doubt(other: CheckResult) -> None:
    assert Verdict.FAILED is report_with(ended("validity", EXPIRED.about()), other).verdict


def test_the_documents_inside_count() -> None:
    child = report_with(ended("status", REVOKED.about()))
    report = report_with(items=(report_with(), child))
    assert Verdict.FAILED is report.verdict
    assert REVOKED.code == report.status.code
    with pytest.raises(ProblemError) as caught:
        report.require_passed()
    assert REVOKED.code == caught.value.problem.code


def test_the_facts_told_are_those_of_the_document_that_decides() -> None:
    checks = (*[passed(check_id) for check_id in HOMES if check_id != "validity"], ended("validity", EXPIRED.about()))
    child = Report("credential", "urn:uuid:2", "00" * 32, NOW, checks, {Part.STATUS: {"valid_until": "2026-01-01"}})
    report = report_with(items=(child,))
    assert {"valid_until": "2026-01-01"} == dict(report.status.facts)
    assert Verdict.WAS_VALID is report.verdict


def test_a_line_that_only_the_documents_inside_can_answer_is_theirs() -> None:
    outer = Report("pdf", None, "00" * 32, NOW, (passed("signature"),), items=(report_with(),))
    assert Verdict.VERIFIED is outer.verdict


def test_the_evidence_is_as_old_as_its_oldest_piece() -> None:
    older = NOW - timedelta(minutes=4)
    report = report_with(passed("status", older), passed("validity", NOW))
    assert older == report.status.evidence_at
    outer = report_with(passed("status", NOW), items=(report,))
    assert older == outer.status.evidence_at


def test_require_passed_raises_the_first_problem() -> None:
    report = report_with(ended("signature", ATTACHMENT_MISMATCH.about("the digests differ")))
    with pytest.raises(ProblemError, match="attachment-mismatch: the digests differ"):
        report.require_passed()


def test_require_passed_never_passes_what_nobody_checked() -> None:
    with pytest.raises(RuntimeError, match="not-fully-checked"):
        Report("credential", None, "00" * 32, NOW, ()).require_passed()


def test_the_json_form_is_the_published_one() -> None:
    """Architecture section 16."""
    child = report_with()
    report = report_with(ended("status", REVOKED.about("bit 7")), passed("issuer", NOW), items=(child,))
    body = report.to_json()
    assert {
        "format": "parchemin-report/1",
        "document": {"kind": "credential", "id": "urn:uuid:1", "sha256": "00" * 32},
        "verdict": "failed",
        "at": "2026-11-22T14:05:00Z",
    } == {key: body[key] for key in ("format", "document", "verdict", "at")}
    assert {"answer": "no", "code": "revoked", "evidence_at": None, "facts": {}} == body["status"]
    assert {"answer": "yes", "code": None, "evidence_at": "2026-11-22T14:05:00Z", "facts": {}} == body["identity"]
    checks = body["checks"]
    assert isinstance(checks, list)
    assert {"id": "status", "outcome": "failed", "code": "revoked", "detail": "bit 7"} in checks
    assert {"id": "schema", "outcome": "passed", "code": None, "detail": "fine"} in checks
    assert [child.to_json()] == body["items"]


def test_unknown_is_never_verified_whatever_the_check_and_the_problem() -> None:
    """What cannot be checked is unknown, and unknown is never valid (threats.md section 5)."""
    for check_id, entry in product(HOMES, CATALOGUE.values()):
        report = report_with(ended(check_id, entry.about()))
        assert Verdict.VERIFIED is not report.verdict, (check_id, entry.code)
