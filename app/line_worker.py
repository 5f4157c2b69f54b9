"""What each process of `parchemin verify --jsonl` is: a verifier of its own, without any database."""

from __future__ import annotations

from typing import Final

from app.config import Settings
from app.wiring import Choices, make_verifier_parts
from verifier.lines import make_line_handler
from verifier.worker import Handler

TARGET: Final = "app.line_worker:make_handler"


def make_handler() -> Handler:
    """Return a verifier with the settings of the environment; it is itself what can be killed."""
    parts = make_verifier_parts(Settings.from_environment(), Choices(public=False))
    return make_line_handler(parts.verifier)
