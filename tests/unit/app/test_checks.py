"""What must not be so in production stops the start, each finding with an id."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.checks import findings, require_production_or_development
from app.config import Settings
from keys.certificates import DevelopmentCA, pem_of
from schemas.problems import ProblemError

SOUND = {
    "PARCHEMIN_SECRET_KEY": "s" * 40,
    "PARCHEMIN_BASE_URL": "https://portal.university.ca",
    "PARCHEMIN_PUBLIC_URL": "https://registrar.university.ca",
    "PARCHEMIN_TIMESTAMP_ADDRESSES": "https://a.university.ca,https://b.university.ca",
    "PARCHEMIN_PASSPHRASE": "a long passphrase from the vault",
    "PARCHEMIN_SMTP_HOST": "mail.university.ca",
    "PARCHEMIN_ISSUER_DATABASE": "postgresql+psycopg://db/issuer",
    "PARCHEMIN_HOLDER_DATABASE": "postgresql+psycopg://db/holder",
}


def _sound(tmp_path):
    """Return settings of a house in order, with the roots of its timestamps beside VAR."""
    roots = tmp_path.parent / f"{tmp_path.name}-roots.pem"
    if not roots.exists():
        authority = DevelopmentCA.create(now=datetime(2026, 6, 1, tzinfo=UTC))
        roots.write_text(pem_of([authority.root]))
    return {**SOUND, "PARCHEMIN_VAR": str(tmp_path), "PARCHEMIN_TIMESTAMP_CERTIFICATES": str(roots)}


def _ids(changes, tmp_path):
    values = {**_sound(tmp_path), **changes}
    return {finding.id for finding in findings(Settings.read({k: v for k, v in values.items() if v is not None}))}


def test_a_sound_configuration_has_no_findings(tmp_path):
    assert set() == _ids({}, tmp_path)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"PARCHEMIN_SECRET_KEY": None}, "secret-key-default"),
        ({"PARCHEMIN_SECRET_KEY": "short"}, "secret-key-short"),
        ({"PARCHEMIN_BASE_URL": "http://portal.university.ca"}, "base-url-http"),
        ({"PARCHEMIN_PUBLIC_URL": "http://registrar.university.ca"}, "public-url-http"),
        ({"PARCHEMIN_PUBLIC_URL": None}, "public-url-example"),
        ({"PARCHEMIN_TIMESTAMP_ADDRESSES": None}, "timestamper-test"),
        ({"PARCHEMIN_TIMESTAMP_ADDRESSES": "https://a.university.ca"}, "timestamper-single"),
        ({"PARCHEMIN_TIMESTAMP_CERTIFICATES": None}, "timestamper-roots"),
        ({"PARCHEMIN_TIMESTAMP_CERTIFICATES": "nowhere.pem"}, "timestamper-roots"),
        ({"PARCHEMIN_FETCH_FIXTURES": "x.json"}, "fetch-fixtures"),
        ({"PARCHEMIN_SMTP_HOST": None}, "mailer-folder"),
        ({"PARCHEMIN_ISSUER_DATABASE": None}, "database-sqlite"),
        ({"PARCHEMIN_PASSPHRASE": None}, "passphrase-beside-keys"),
    ],
)
def test_each_unsound_setting_is_found(changes, expected, tmp_path):
    """M06."""
    assert {expected} == _ids(changes, tmp_path)


def test_a_key_file_that_others_can_read_is_found(tmp_path):
    """M01."""
    folder = tmp_path / "keys"
    folder.mkdir()
    key = folder / "one.pem"
    key.write_text("x")
    key.chmod(0o644)
    assert {"secret-file-open"} == _ids({}, tmp_path)
    key.chmod(0o600)
    assert set() == _ids({}, tmp_path)


def test_the_start_is_refused_naming_the_findings_unless_in_development(tmp_path):
    values = {**_sound(tmp_path), "PARCHEMIN_SECRET_KEY": "short"}
    with pytest.raises(ProblemError) as caught:
        require_production_or_development(Settings.read(values))
    assert "secret-key-short" in caught.value.problem.detail
    require_production_or_development(Settings.read({**values, "PARCHEMIN_DEVELOPMENT": "1"}))
