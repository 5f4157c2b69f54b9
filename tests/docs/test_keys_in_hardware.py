"""The commands of docs/how-to/keys-in-hardware.md do what the page says, as they stand there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from app.cli import main_group
from tests.shared import ROOT
from tests.support import soft_hsm

PAGE = ROOT / "docs" / "how-to" / "keys-in-hardware.md"
OURS = "parchemin "
pytestmark = pytest.mark.integration


def _lines() -> list[str]:
    """Return the commands of the page: what is indented by four blanks."""
    return [line.removeprefix("    ") for line in PAGE.read_text().splitlines() if line.startswith("    ")]


def _environment(folder: Path) -> dict[str, str]:
    """Run the commands that are not ours in a shell; return the environment that they leave."""
    script = "\n".join(line for line in _lines() if not line.startswith(OURS))
    command = ["bash", "-ec", f"{script}\nenv -0 > environment"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    assert 0 == done.returncode, done.stderr
    pairs = (entry.partition("=") for entry in (folder / "environment").read_text().split("\0"))
    return {name: value for name, _, value in pairs if name.startswith(("PARCHEMIN_", "SOFTHSM2_"))}


def test_the_page_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soft_hsm.module()  # skipped when SoftHSM2 is not installed
    environment = _environment(tmp_path)
    assert {"PARCHEMIN_KEY_STORE", "PARCHEMIN_PKCS11_MODULE", "PARCHEMIN_PKCS11_PIN_FILE"} < set(environment)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env={**environment, "PARCHEMIN_DEVELOPMENT": "1"})
    told = {}
    for line in (line for line in _lines() if line.startswith(OURS)):
        result = runner.invoke(main_group, line.removeprefix(OURS).split())
        assert 0 == result.exit_code, f"{line}\n{result.output}\n{result.exception}"
        told[line] = result.output
    assert "current" in told["parchemin keys list"]
    assert x509.load_pem_x509_csr((tmp_path / "seal.csr").read_bytes()).is_signature_valid
    records = list((tmp_path / "var" / "keys").glob("*.json"))
    assert records
    assert all(b"pkcs11:token=registrar" in path.read_bytes() for path in records)
    checked = runner.invoke(main_group, ["check"]).output
    assert "token-unusable" not in checked
    assert "key-not-in-token" not in checked
