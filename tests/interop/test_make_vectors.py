"""The project's own vectors are what the script makes, to the byte, so that nobody has to believe them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.support.node import packages

pytestmark = pytest.mark.interop

OWN = ROOT / "tests" / "vectors" / "own"


def test_the_script_makes_the_vectors_again(tmp_path: Path) -> None:
    folder = packages()
    done = subprocess.run(
        ["node", "make_vectors.mjs", str(tmp_path)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert 0 == done.returncode, done.stderr
    kept = {path.name: path.read_bytes() for path in OWN.iterdir()}
    assert kept.keys() == {path.name for path in tmp_path.iterdir()}
    for name, content in kept.items():
        assert (tmp_path / name).read_bytes() == content, name


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in OWN.iterdir()) < 300_000
