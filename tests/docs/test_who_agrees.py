"""The table of who agrees with us names no test that is not there, and no peer that is not installed."""

from __future__ import annotations

import re

from tests.shared import ROOT

PAGE = ROOT / "docs" / "explanation" / "who-agrees-with-us.md"
INTEROP = ROOT / "tests" / "interop"


def test_each_test_of_the_table_is_there() -> None:
    named = set(re.findall(r"`((?:tests/[a-z/]+/)?test_\w+\.py)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 15
    places = [ROOT / name if name.startswith("tests/") else INTEROP / name for name in named]
    assert [] == [place.name for place in places if not place.exists()]


def test_each_peer_of_the_table_is_one_that_is_installed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    packages = (INTEROP / "package.json").read_text(encoding="utf-8") + (ROOT / "requirements" / "dev.in").read_text()
    peers = ["@digitalcredentials/verifier-core", "did-jwt-vc", "jose", "openbadgeslib", "didkit", "didwebvh-ts"]
    assert [] == [peer for peer in peers if peer not in page or peer not in packages]
