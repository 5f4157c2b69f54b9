"""Logs: one JSON object a line, nothing personal."""

from __future__ import annotations

import io
import json

import pytest
import structlog

from services import log


@pytest.fixture
def stream():
    out = io.StringIO()
    log.configure("INFO", out)
    yield out
    structlog.reset_defaults()


def test_what_is_personal_is_hidden_even_when_passed_by_mistake(stream):
    log.logger("holder").info("share opened", email="a@example.org", PIN="1234", code="revoked")
    line = json.loads(stream.getvalue())
    assert "(hidden)" == line["email"] == line["PIN"]
    assert "revoked" == line["code"]


def test_a_line_break_cannot_forge_a_line(stream):
    """J21."""
    log.logger("app").info('x\n{"event":"forged"}\x1b[31m')
    assert 1 == stream.getvalue().count("\n")
    assert "\x1b" not in stream.getvalue()


def test_below_the_level_nothing_is_written(stream):
    log.logger("app").debug("quiet")
    assert "" == stream.getvalue()
