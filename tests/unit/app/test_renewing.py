"""`parchemin renew-ltv` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main_group
from tests.support.sealed import SealWorld


def test_a_strangers_seal_is_not_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCHEMIN_DEVELOPMENT", "1")
    monkeypatch.setenv("PARCHEMIN_VAR", str(tmp_path / "var"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "diploma.pdf").write_bytes(SealWorld().sealed())
    done = CliRunner().invoke(main_group, ["renew-ltv", str(tmp_path / "in")])
    assert (1, "refused   diploma.pdf certificate-untrusted") == (done.exit_code, done.output.strip())
