"""Documentation leads somewhere: links resolve, numbers are unique, every page can be found."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.shared import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "examples" / "README.md"])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [] == [link for link in links if not link.startswith("mailto:") and not (page.parent / link).exists()]


def test_each_decision_has_its_own_number() -> None:
    numbers = Counter(path.name[:4] for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [] == [number for number, count in numbers.items() if count > 1]


@pytest.mark.parametrize("kind", ["tutorial", "how-to", "reference", "explanation"])
def test_every_page_can_be_found_from_the_index(kind: str) -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [] == [path.name for path in (ROOT / "docs" / kind).glob("*.md") if f"{kind}/{path.name}" not in index]


def test_no_news_fragment_has_an_unknown_kind() -> None:
    names = [path.name for path in (ROOT / "docs" / "changes").glob("*.md")]
    assert [] == [
        name for name in names if not re.fullmatch(r"\+[a-z0-9-]+\.(feature|bugfix|doc|removal|misc)\.md", name)
    ]
