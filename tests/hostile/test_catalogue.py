"""Every line of the attack catalogue has a test, and the page about them says what the verifier answers."""

from __future__ import annotations

from tests.support.hostile_page import PAGE, lines_without_a_test, page


def test_every_line_of_the_catalogue_is_tested_or_says_why_not() -> None:
    assert set() == lines_without_a_test()


def test_the_page_about_hostile_documents_says_what_is_answered() -> None:
    """Which files name a line may change without the page; what is answered may not."""
    written, now = (
        [line for line in text.splitlines() if "`tests/" not in line]
        for text in (PAGE.read_text(encoding="utf-8"), page())
    )
    assert now == written, "run `python -m tests.support.hostile_page`"
