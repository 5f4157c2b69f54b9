"""What a verification found: checks, three answers and a verdict (R61-R63, R69).

A `Report` refuses to be used as a truth value: `if report:` raises, since "could not check" is
neither yes nor no. Ask for `report.verdict`, or call `report.require_passed()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NoReturn

from schemas.moments import written
from schemas.problems import EXPIRED, Outcome, Part, Problem, ProblemError

FORMAT: Final = "parchemin-report/1"
_NO_FACTS: Final[Mapping[str, str]] = MappingProxyType({})


class Answer(StrEnum):
    """One of the three values a part of the verdict can have."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """The headline."""

    VERIFIED = "verified"
    WAS_VALID = "was-valid"
    FAILED = "failed"
    NOT_FULLY_CHECKED = "not-fully-checked"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended; `problem` says why unless it passed or was skipped, `note` tells more.

    `part` is the line of the verdict that the check serves (`Part.NONE`: no line waits for it). A
    check that failed with a problem of another part answers no there, and leaves its own unknown.
    """

    id: str
    outcome: Outcome
    part: Part
    problem: Problem | None = None
    note: str = ""
    evidence_at: datetime | None = None

    def answer_for(self, part: Part) -> Answer | None:
        """Return what the check means for that line of the verdict; None when nothing."""
        own = self.part is part
        if self.problem is None or self.outcome in {Outcome.PASSED, Outcome.SKIPPED}:
            return _ANSWERS[self.outcome] if own else None
        line = self._line_of(self.problem)
        if line is part:
            return _ANSWERS[self.outcome]
        return Answer.UNKNOWN if own else None

    def _line_of(self, problem: Problem) -> Part:
        """Return the line that the problem is told in: a failure its own, a doubt the check's."""
        first, second = (problem.part, self.part) if self.outcome is Outcome.FAILED else (self.part, problem.part)
        return next((line for line in (first, second) if line is not Part.NONE), Part.INTEGRITY)

    def to_json(self) -> dict[str, str | None]:
        """Return the member of `checks`."""
        return {
            "id": self.id,
            "outcome": self.outcome.value,
            "code": self.problem.code if self.problem else None,
            "detail": self.problem.detail if self.problem else self.note,
        }


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """One line of the verdict; `facts` fill the sentence (names, dates; ISO 8601 in UTC)."""

    answer: Answer
    code: str | None
    evidence_at: datetime | None
    facts: Mapping[str, str] = field(default_factory=lambda: _NO_FACTS)

    def to_json(self) -> dict[str, object]:
        """Return the object at `integrity`, `status` or `identity`."""
        return {
            "answer": self.answer.value,
            "code": self.code,
            "evidence_at": _iso(self.evidence_at),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All answers about one document, and those about the documents inside it (`items`).

    `facts` maps a part to what its sentence needs, moments as ISO 8601. Integrity: `signed_at`.
    Status: `valid_from`, `valid_until`, `changed_at`, `reason`, `last_known` (in-force, revoked,
    suspended, replaced) and `last_known_at`. Identity: `did`, `name` (with `name_en`, `name_fr`
    when the registry knows them), `registry_en`, `registry_fr`, `since`; for a presentation `holder`.
    """

    kind: str
    document_id: str | None
    sha256: str
    at: datetime
    checks: tuple[CheckResult, ...]
    facts: Mapping[Part, Mapping[str, str]] = field(default_factory=dict)
    items: tuple[Report, ...] = ()

    def __bool__(self) -> NoReturn:
        """Refuse: three answers do not fit into two values."""
        msg = "a report has three answers: ask for .verdict or call .require_passed()"
        raise TypeError(msg)

    @property
    def integrity(self) -> PartAnswer:
        """Untouched since signing?"""
        return self._part(Part.INTEGRITY)

    @property
    def status(self) -> PartAnswer:
        """In force, as of the evidence?"""
        return self._part(Part.STATUS)

    @property
    def identity(self) -> PartAnswer:
        """Who issued it, on whose word?"""
        return self._part(Part.IDENTITY)

    @property
    def verdict(self) -> Verdict:
        """Sum up: any no fails, all yes verifies, passed dates alone are "was valid"."""
        parts = (self.integrity, self.status, self.identity)
        answers = {part.answer for part in parts}
        if answers == {Answer.YES}:
            return Verdict.VERIFIED
        if Answer.NO not in answers:
            return Verdict.NOT_FULLY_CHECKED
        only_dates_passed = (
            self.status.code == EXPIRED.code
            and self.integrity.answer is Answer.YES
            and self.identity.answer is Answer.YES
            and not self._status_in_doubt()
        )
        return Verdict.WAS_VALID if only_dates_passed else Verdict.FAILED

    def require_passed(self) -> None:
        """Raise the first problem unless everything is yes."""
        if self.verdict is Verdict.VERIFIED:
            return
        for check in self._all_checks():
            if check.problem and check.outcome in {Outcome.FAILED, Outcome.INDETERMINATE}:
                raise ProblemError(check.problem)
        msg = f"verdict {self.verdict.value} without a problem"
        raise RuntimeError(msg)

    def to_json(self) -> dict[str, object]:
        """Return the report in the published form `parchemin-report/1`."""
        return {
            "format": FORMAT,
            "document": {"kind": self.kind, "id": self.document_id, "sha256": self.sha256},
            "verdict": self.verdict.value,
            "at": _iso(self.at),
            "integrity": self.integrity.to_json(),
            "status": self.status.to_json(),
            "identity": self.identity.to_json(),
            "checks": [check.to_json() for check in self.checks],
            "items": [item.to_json() for item in self.items],
        }

    def _all_checks(self) -> list[CheckResult]:
        return [*self.checks, *(c for item in self.items for c in item._all_checks())]  # noqa: SLF001 (same class)

    def _status_in_doubt(self) -> bool:
        """Is there any other trouble with the status than passed dates?"""
        return any(
            check.answer_for(Part.STATUS) in {Answer.NO, Answer.UNKNOWN} and _code(check) != EXPIRED.code
            for check in self._all_checks()
        )

    def _part(self, part: Part) -> PartAnswer:
        """No beats unknown beats yes; what was never asked is unknown; the documents inside count."""
        answers = [PartAnswer(Answer.UNKNOWN, None, None)] if not self._is_asked(part) else []
        answers += [item._part(part) for item in self.items]  # noqa: SLF001 (same class)
        answers += [
            PartAnswer(answer, _code(check), None, self.facts.get(part, _NO_FACTS))
            for check in self.checks
            if (answer := check.answer_for(part))
        ]
        # Of several that are equally bad the document's own comes last and is the one to tell.
        worst = max(reversed(answers), key=_gravity)
        moments = [check.evidence_at for check in self.checks if check.part is part and check.evidence_at]
        moments += [answer.evidence_at for answer in answers if answer.evidence_at]
        return PartAnswer(worst.answer, worst.code, min(moments, default=None), worst.facts)

    def _is_asked(self, part: Part) -> bool:
        return bool(self.items) or any(check.answer_for(part) for check in self.checks)


_ANSWERS: Final = {
    Outcome.PASSED: Answer.YES,
    Outcome.FAILED: Answer.NO,
    Outcome.INDETERMINATE: Answer.UNKNOWN,
    Outcome.SKIPPED: Answer.UNKNOWN,
}
_RANK: Final = {Answer.YES: 0, Answer.UNKNOWN: 1, Answer.NO: 2}


def _gravity(answer: PartAnswer) -> tuple[int, bool, bool]:
    """Rank an answer: a revocation outranks passed dates, a stated reason a mere "not reached"."""
    return _RANK[answer.answer], answer.code != EXPIRED.code, answer.code is not None


def _code(check: CheckResult) -> str | None:
    return check.problem.code if check.problem and check.outcome is not Outcome.PASSED else None


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else written(moment)
