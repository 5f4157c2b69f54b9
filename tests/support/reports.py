"""What tests ask of a report."""

from __future__ import annotations

from schemas.problems import Outcome
from schemas.report import Report


def codes(report: Report) -> dict[str, str | None]:
    """Return each check that did not pass, and its code."""
    return {
        check.id: check.problem.code if check.problem else None
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    }


def answers(report: Report) -> tuple[str, str, str]:
    """Return the three answers: integrity, status, identity."""
    return (report.integrity.answer.value, report.status.answer.value, report.identity.answer.value)
