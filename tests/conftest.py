"""What holds for every test: no clock decides, no skip goes unnoticed in CI, and each has its own log."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

# A loaded machine must not fail a test: what hypothesis tries is bounded by number, not by time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

ALLOWED = "../shared"
"""Published vectors may be absent; whatever else a test needs, CI installs."""

_skipped: list[str] = []


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """Forget where a command sent the log: to the standard error of its test, which is closed by the next."""
    yield
    structlog.reset_defaults()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember why a test was skipped."""
    _remember(report.nodeid, report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember why a whole file was skipped."""
    _remember(report.nodeid, report)


def _remember(name: str, report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and ALLOWED not in str(report.longrepr):
        _skipped.append(f"{name}: {report.longrepr}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skip is a failure."""
    if os.environ.get("CI") == "true" and _skipped and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which skips failed the run."""
    if os.environ.get("CI") == "true" and _skipped:
        terminalreporter.section("skips, which CI does not accept", red=True)
        for line in _skipped:
            terminalreporter.line(line)
