"""Settings: read from the environment, refused when unknown or malformed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import INSECURE_SECRET, Settings, describe
from schemas.problems import ProblemError


def _refusal(environ: dict[str, str]) -> str:
    with pytest.raises(ProblemError) as caught:
        Settings.read(environ)
    assert "setting-invalid" == caught.value.problem.code
    return caught.value.problem.detail


def test_without_an_environment_the_defaults_are_in_force():
    settings = Settings.read({"HOME": "/nowhere"})
    assert INSECURE_SECRET == settings.secret_key
    assert not settings.development


def test_each_type_is_read():
    settings = Settings.read(
        {
            "PARCHEMIN_DEVELOPMENT": "yes",
            "PARCHEMIN_PIN_ATTEMPTS": "3",
            "PARCHEMIN_STATUS_HOURS": "1.5",
            "PARCHEMIN_VAR": "/srv/parchemin",
            "PARCHEMIN_TIMESTAMP_ADDRESSES": "https://a.example, https://b.example",
            "PARCHEMIN_LIMIT_BODY_BYTES": "10",
            "PARCHEMIN_TEST_DATABASE_URL": "ignored",
        }
    )
    assert settings.development
    assert 3 == settings.pin_attempts
    assert 1.5 == settings.status_hours
    assert Path("/srv/parchemin") == settings.var
    assert ("https://a.example", "https://b.example") == settings.timestamp_addresses
    assert 10 == settings.limits.body_bytes
    assert "sqlite:////srv/parchemin/issuer.sqlite" == settings.issuer_database_url


def test_a_name_nobody_knows_stops_the_start():
    assert "PARCHEMIN_SECRT_KEY" in _refusal({"PARCHEMIN_SECRT_KEY": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("PIN_ATTEMPTS", "five"), ("PIN_ATTEMPTS", "-1"), ("STATUS_HOURS", "inf"), ("DEVELOPMENT", "perhaps")],
)
def test_a_malformed_value_is_refused_without_repeating_it(name, value):
    detail = _refusal({f"PARCHEMIN_{name}": value})
    assert name in detail
    assert value not in detail


def test_a_value_can_stand_in_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    assert "from a file" == Settings.read({"PARCHEMIN_SECRET_KEY_FILE": str(secret)}).secret_key


def test_a_file_that_cannot_be_read_is_named_by_its_setting(tmp_path):
    assert "PARCHEMIN_SECRET_KEY_FILE" in _refusal({"PARCHEMIN_SECRET_KEY_FILE": str(tmp_path / "absent")})


def test_a_setting_given_twice_is_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("b")
    assert "twice" in _refusal({"PARCHEMIN_SECRET_KEY": "a", "PARCHEMIN_SECRET_KEY_FILE": str(secret)})


def test_every_setting_says_what_it_does():
    assert not [info.name for info in describe() if len(info.help) < 20 and not info.name.startswith("PARCHEMIN_LIMIT")]


@pytest.mark.parametrize("name", ["Mars/Olympus", "America", "../etc/passwd", "", "a" * 5000])
def test_a_time_zone_that_is_not_known_here_stops_the_start(name):
    with pytest.raises(ProblemError, match="TIME_ZONE is no time zone"):
        Settings.read({"PARCHEMIN_TIME_ZONE": name})
    assert "Europe/Paris" == Settings.read({"PARCHEMIN_TIME_ZONE": "Europe/Paris"}).time_zone


def test_no_setting_lets_contexts_into_a_document() -> None:
    """Decision 0020: only the server for conformance suites reads them."""
    with pytest.raises(ProblemError, match="setting-invalid"):
        Settings.read({"PARCHEMIN_LIMIT_INLINE_CONTEXTS": "1"})
