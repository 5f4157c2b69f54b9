"""Moments as the data models write them: `xsd:dateTime`, with or without offset.

    moment("2026-05-31T12:00:00Z")

Specification: XML Schema 1.1 Part 2, sections 3.3.7 and 3.4.28; VCDM 2.0, section 4.9.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

_DATE_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
_MICROSECOND_DIGITS: Final = 6
_END_OF_DAY: Final = 24
_PLAIN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
"""As most are written; read faster."""
_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)


def moment(value: Any, *, offset_required: bool = False) -> datetime:
    """Return the moment of an `xsd:dateTime`, aware; without offset it is taken as UTC.

    Fractions beyond a microsecond are cut off, and what lies beyond the calendar in UTC
    (`9999-12-31T23:59:59-05:00`) is its last or first moment. Raises `ValueError` for anything else, such as a
    number, 30 February, second 60, or no offset where one is required (`xsd:dateTimeStamp`).
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass  # hour 24 is read below, and what is no date is refused there
    found = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        msg = "not a date and time"
        raise ValueError(msg)
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, offset = found.group(7) or "", found.group(8)
    if offset is None and offset_required:
        msg = "a date and time without offset"
        raise ValueError(msg)
    next_day = hour == _END_OF_DAY and not minute and not second and not fraction.strip("0")
    micro = int(fraction[:_MICROSECOND_DIGITS].ljust(_MICROSECOND_DIGITS, "0"))
    read = datetime(year, month, day, 0 if next_day else hour, minute, second, micro, _zone(offset))
    return _within_calendar(_shifted(read) if next_day else read)


def written(value: datetime) -> str:
    """Return a moment as the proofs and credentials of this project write it: UTC, whole seconds, `Z`."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="seconds")[:-6] + "Z"  # without "+00:00"


def _zone(offset: str | None) -> timezone:
    if offset in {None, "Z"}:
        return UTC
    text = str(offset)
    span = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-span if text[0] == "-" else span)


def _shifted(read: datetime) -> datetime:
    try:
        return read + timedelta(days=1)
    except OverflowError:
        msg = "a date and time beyond what is read"
        raise ValueError(msg) from None


def _within_calendar(read: datetime) -> datetime:
    """Return `read`, or the end of the calendar that it passes in UTC, where nobody could write it."""
    try:
        read.astimezone(UTC)
    except OverflowError:
        return _FIRST if read.year == _FIRST.year else _LAST
    return read
