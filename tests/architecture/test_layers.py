"""The direction of imports: the contracts hold, and each one, broken on purpose, is reported."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT

ROOMS = ("app", "issuer", "holder", "accounts", "verifier", "proofs", "keys", "contexts", "services", "schemas")
LINTER = Path(sys.executable).with_name("lint-imports")

LAYERS = "downward only"
NOTHING_KEPT = "the verifier keeps nothing"
DOORS = "the doors do not know each other"
EDGE = "only the web edge knows Flask"


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the import linter on a copy of the tree with its own settings."""
    command = [str(LINTER), "--config", "pyproject.toml", "--no-cache"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of our code and of the contracts."""
    only_code = shutil.ignore_patterns("__pycache__", "static", "templates", "translations", "*.json", "*.typ")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=only_code)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(tree: Path) -> None:
    told = lint(tree)
    assert 0 == told.returncode, told.stdout
    for contract in (LAYERS, NOTHING_KEPT, DOORS, EDGE):
        assert f"{contract} KEPT" in told.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("schemas/problems.py", "import services.clock", LAYERS),
        ("services/clock.py", "import keys.store", LAYERS),
        ("keys/store.py", "import contexts.loader", LAYERS),
        ("contexts/loader.py", "import keys.store", LAYERS),
        ("keys/store.py", "import proofs.jcs", LAYERS),
        ("proofs/jcs.py", "import verifier.words", LAYERS),
        ("verifier/words.py", "import accounts", LAYERS),
        ("accounts/__init__.py", "import holder", LAYERS),
        ("holder/__init__.py", "import issuer", LAYERS),
        ("issuer/__init__.py", "import holder", LAYERS),
        ("issuer/__init__.py", "import app", LAYERS),
        ("verifier/words.py", "import sqlalchemy", NOTHING_KEPT),
        ("proofs/jcs.py", "import services.database", NOTHING_KEPT),
        ("schemas/limits.py", "import alembic", NOTHING_KEPT),
        ("services/mail.py", "import services.database", DOORS),
        ("verifier/words.py", "import flask", EDGE),
        ("services/mail.py", "import flask_babel", EDGE),
    ],
)
def test_a_contract_broken_on_purpose_is_reported(tree: Path, module: str, line: str, contract: str) -> None:
    file = tree / module
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    told = lint(tree)
    assert 0 != told.returncode
    assert f"{contract} BROKEN" in told.stdout
    where = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert where in told.stdout.split("Broken contracts", 1)[1]
