from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas.moments import moment, written

READ = {
    "2026-05-31T12:00:00Z": datetime(2026, 5, 31, 12, tzinfo=UTC),
    "2026-05-31T12:00:00": datetime(2026, 5, 31, 12, tzinfo=UTC),
    "2026-05-31T12:00:00.1234567Z": datetime(2026, 5, 31, 12, 0, 0, 123456, tzinfo=UTC),
    "2026-05-31T12:00:00-04:30": datetime(2026, 5, 31, 12, tzinfo=timezone(-timedelta(hours=4, minutes=30))),
    "2026-05-31T12:00:00+14:00": datetime(2026, 5, 31, 12, tzinfo=timezone(timedelta(hours=14))),
    "2026-12-31T24:00:00Z": datetime(2027, 1, 1, tzinfo=UTC),
    "9999-12-31T23:59:59-05:00": datetime.max.replace(tzinfo=UTC),
    "0001-01-01T00:00:00+05:00": datetime.min.replace(tzinfo=UTC),
}


@pytest.mark.parametrize("text", READ)
def test_a_date_and_time_is_read(text: str) -> None:
    assert READ[text] == moment(text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-05-31",
        "2026-05-31 12:00:00Z",
        "2026-05-31T12:00Z",
        "2026-02-30T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-05-31T12:00:60Z",
        "2026-05-31T24:00:01Z",
        "2026-05-31T12:00:00+15:00",
        "2026-05-31T12:00:00z",
        "2026-05-31T12:00:00Z\n",
        "٢٠٢٦-05-31T12:00:00Z",
        "9999-12-31T24:00:00Z",
        "0000-01-01T00:00:00Z",
        1_700_000_000,
        None,
    ],
)
def test_anything_else_is_not(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        moment(value)


def test_an_offset_may_be_demanded() -> None:
    with pytest.raises(ValueError, match="without offset"):
        moment("2026-05-31T12:00:00", offset_required=True)


def test_a_moment_is_written_in_utc() -> None:
    assert "2026-05-31T16:00:00Z" == written(moment("2026-05-31T12:00:00.9-04:00"))


def test_early_years_are_written_with_four_digits() -> None:
    assert "0850-01-01T00:00:00Z" == written(moment("0850-01-01T00:00:00Z"))
