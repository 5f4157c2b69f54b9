"""The verifier alone starts and answers where no database and no other role is installed (R64)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from services.clock import SystemClock
from tests.shared import ROOT
from tests.support.issuer_simulator import World

ABSENT = ("sqlalchemy", "alembic", "psycopg", "issuer", "holder", "accounts")
PROGRAM = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        return None

sys.meta_path.insert(0, Refuse())
sys.path.insert(0, {root!r})

from pathlib import Path

from app.config import Settings
from app.factory import create_verifier_app
from app.wiring import make_verifier_parts

settings = Settings(development=True, secret_key="t" * 40, var=Path({var!r}))
app = create_verifier_app(settings, make_verifier_parts(settings))
client = app.test_client()
raw = open({document!r}, "rb").read()
answer = client.post("/v1/verify", data=raw, content_type="application/vc")
page = client.get("/verify")
print(answer.status_code, page.status_code, answer.get_json()["integrity"]["answer"])
assert not [name for name in sys.modules if name.partition(".")[0] in {absent!r}]
"""


def run(tmp_path: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter with nothing of this one's settings."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )


def filled(tmp_path: Path, document: Path) -> str:
    return PROGRAM.format(absent=set(ABSENT), root=str(ROOT), document=str(document), var=str(tmp_path / "var"))


def test_the_verifier_answers_without_database_issuer_and_holder(tmp_path: Path) -> None:
    stranger = World(now=SystemClock().now()).stranger()
    document = tmp_path / "badge.json"
    badge = json.loads(stranger.signed(stranger.badge()))
    document.write_text(json.dumps(badge), encoding="utf-8")
    told = run(tmp_path, filled(tmp_path, document))
    assert "200 200 yes" == told.stdout.strip().splitlines()[-1], told.stderr
    assert 0 == told.returncode, told.stderr


def test_what_is_absent_really_cannot_be_imported(tmp_path: Path) -> None:
    """Without this the test above could not fail."""
    for name in ABSENT:
        program = filled(tmp_path, tmp_path / "none").partition("from pathlib")[0] + f"import {name}\n"
        told = run(tmp_path, program)
        assert 0 != told.returncode
        assert f"No module named '{name}'" in told.stderr
