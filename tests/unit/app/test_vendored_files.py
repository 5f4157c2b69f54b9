"""The vendored files are the ones that were reviewed, and each carries its licence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

STATIC = Path(__file__).resolve().parents[3] / "app" / "static"
PACKAGES = json.loads((STATIC / "vendored.json").read_text(encoding="utf-8"))["packages"]


def test_every_vendored_file_has_the_listed_digest() -> None:
    for package in PACKAGES:
        for name, digest in package["files"].items():
            assert digest == hashlib.sha256((STATIC / name).read_bytes()).hexdigest(), name


def test_no_vendored_file_is_unlisted() -> None:
    listed = {name for package in PACKAGES for name in package["files"]}
    assert listed == {str(path.relative_to(STATIC)) for path in (STATIC / "vendor").rglob("*") if path.is_file()}


def test_each_package_carries_its_licence() -> None:
    for package in PACKAGES:
        assert package["licence"]
        assert any("LICENSE" in name for name in package["files"]), package["package"]
