"""What the process writes down about itself: one JSON object a line, nothing personal.

Log codes, counts, addresses of our own routes and hashes; never a name, an e-mail address, a
token, a PIN, a document or a query string. Control characters cannot forge a line (JSON escapes).
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Final, TextIO

import structlog

_PRIVATE: Final = frozenset(
    {
        "email",
        "name",
        "token",
        "pin",
        "password",
        "secret",
        "passphrase",
        "authorization",
        "cookie",
        "body",
        "student_id",
    }
)
_HIDDEN: Final = "(hidden)"


def _hide_private(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace what must not be written, should somebody pass it by mistake."""
    return {key: _HIDDEN if key.lower() in _PRIVATE else value for key, value in event.items()}


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's warnings as JSON lines to `stream` (default: standard error)."""
    out = stream or sys.stderr
    logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it warns of what is meant so: nothing is fetched
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _hide_private,
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return the log of a room."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(room=name)
    return bound
