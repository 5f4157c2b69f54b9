"""Ask the checks one after the other and write down how each ended.

Nothing wrong with a document escapes as an exception, and neither does a defect of ours: it becomes
`internal` in that one check, is logged without a word of the document, and makes it "could not check".
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from schemas.problems import INTERNAL, Outcome, Part, ProblemError
from schemas.report import CheckResult, Report
from services.log import logger
from verifier.document import HOMES, Answered, NotPassedError, Passed, Skipped

T = TypeVar("T")


class Answers:
    """The answers about one document, in the order in which they were asked."""

    def __init__(self, at: datetime) -> None:
        """Start with none; `at` is the moment of the verification."""
        self._at = at
        self._results: list[CheckResult] = []
        self._facts: dict[Part, dict[str, str]] = {}

    def run(self, check: str, note: str, act: Callable[[], T]) -> T | None:
        """Return what `act` returns and write `note` down; when it raises, write that down."""
        done = self.attempt(check, act)
        if done is not None:
            self._write(CheckResult(check, Outcome.PASSED, HOMES[check], None, note, self._at))
        return done

    def attempt(self, check: str, act: Callable[[], T]) -> T | None:
        """Return what `act` returns; only when it raises, write that down."""
        done: list[T] = []

        def question() -> Answered:
            done.append(act())
            return Passed("")

        self._settle(check, question)
        return done[0] if done else None

    def ask(self, check: str, question: Callable[[], Answered]) -> None:
        """Write down how a check ended."""
        answer = self._settle(check, question)
        if isinstance(answer, Skipped):
            self.skip(check, answer.note)
        elif answer is not None:
            self._tell(HOMES[check], answer.facts)
            self._write(CheckResult(check, Outcome.PASSED, HOMES[check], None, answer.note, answer.evidence_at))

    def skip(self, check: str, why: str) -> None:
        """Write down that a check was not reached."""
        self._write(CheckResult(check, Outcome.SKIPPED, HOMES[check], None, why))

    def add(self, results: tuple[CheckResult, ...], facts: Mapping[Part, Mapping[str, str]]) -> None:
        """Write down results that somebody else obtained."""
        for result in results:
            self._write(result)
        for part, told in facts.items():
            self._tell(part, told)

    def tell(self, part: Part, **facts: str) -> None:
        """Keep facts for a line of the verdict."""
        self._tell(part, facts)

    def report(self, kind: str, document_id: str | None, sha256: str, items: tuple[Report, ...] = ()) -> Report:
        """Return the report."""
        return Report(kind, document_id, sha256, self._at, tuple(self._results), dict(self._facts), items)

    def _settle(self, check: str, question: Callable[[], Answered]) -> Answered | None:
        """Return the answer, or write down why there is none."""
        home = HOMES[check]
        try:
            return question()
        except NotPassedError as error:
            self._tell(home, error.facts)
            self._write(CheckResult(check, error.problem.outcome, home, error.problem, "", error.evidence_at))
        except ProblemError as error:
            self._write(CheckResult(check, error.problem.outcome, home, error.problem))
        except Exception as error:  # noqa: BLE001 (a defect of ours must not become an answer about the document)
            _log(check, error)
            self._write(CheckResult(check, Outcome.INDETERMINATE, home, INTERNAL.about()))
        return None

    def _tell(self, part: Part, facts: Mapping[str, str]) -> None:
        if told := {key: value for key, value in facts.items() if value}:
            self._facts.setdefault(part, {}).update(told)

    def _write(self, result: CheckResult) -> None:
        self._results.append(result)


def _log(check: str, error: Exception) -> None:
    """Log where a defect is, never what the document said: an exception's text may quote it."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    logger("verifier").error(
        "check ended in a defect",
        check=check,
        kind=type(error).__name__,
        where=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames],
    )
