"""One Chromium for each file of browser tests."""

from __future__ import annotations

import pytest

from tests.support.browser import chromium


@pytest.fixture(scope="module")
def browser():
    """Yield the browser; the test is skipped with the reason where there is none.

    It lives as long as a module: while it is open, an event loop runs in this thread, and other tests start their own.
    """
    with chromium() as opened:
        yield opened
