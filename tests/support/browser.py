"""A real browser on the real application, on loopback alone.

    with site(lambda base_url: make_app(base_url)) as address, chromium() as browser:
        with visit(browser, address, language="fr") as visitor:
            visitor.go("/verify")
            assert [] == visitor.axe()

Leaving `visit` fails when a request left the origin or the page complained in its console.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import flask
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, Request, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM: Final = Path("/usr/bin/chromium")
SETTLE_MS: Final = 15_000
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
    "--metrics-recording-only",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WCAG: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PHONE: Final = (390, 844)
DESK: Final = (1280, 900)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (werkzeug's name)
        """Say nothing: the test reports."""


@contextmanager
def site(make: Callable[[str], flask.Flask]) -> Iterator[str]:
    """Serve the application that `make(base_url)` returns on a free port; yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        app = make(address)
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join(timeout=10)


def launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium, or skip with the reason."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (make system)")
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser; it is closed at the end."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Visitor:
    """One person in front of one window."""

    page: Page
    address: str
    strayed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Visitor:
        """Open a path of the site and wait until it is quiet."""
        self.page.goto(self.address + path, wait_until="networkidle")
        return self

    def axe(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA and good practice, one sentence each."""
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": list(WCAG)}})
        return [
            f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]

    def text(self, selector: str = "main") -> str:
        """Return the words that a person sees there."""
        return self.page.inner_text(selector)

    def picture(self, folder: Path, name: str) -> Path:
        """Save the whole page as a picture, for people to look at."""
        path = folder / f"{name}.png"
        self.page.screenshot(path=str(path), full_page=True)
        return path

    def overflows(self) -> bool:
        """Say whether the page must be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def look_at(self, request: Request) -> None:
        """Note a request that leaves the origin; `data:` and `blob:` go nowhere."""
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.strayed.append(request.url)


@contextmanager
def visit(
    browser: Browser,
    address: str,
    *,
    language: str = "en",
    dark: bool = False,
    size: tuple[int, int] = DESK,
    script: bool = True,
    forgive: tuple[str, ...] = (),
) -> Iterator[Visitor]:
    """Open a fresh window (no cookies); `forgive` names console complaints that the test provokes."""
    context = browser.new_context(
        locale={"en": "en-CA", "fr": "fr-CA"}[language],
        color_scheme="dark" if dark else "light",
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=script,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(SETTLE_MS)
    visitor = Visitor(context.new_page(), address)
    visitor.page.on("request", lambda request: visitor.look_at(request))  # noqa: PLW0108 (playwright marks the callable)
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    visitor.page.on(
        "console",
        lambda message: visitor.complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )
    try:
        yield visitor
    finally:
        context.close()
    assert [] == visitor.strayed, f"requests left the origin: {visitor.strayed}"
    unforgiven = [text for text in visitor.complaints if not any(word in text for word in forgive)]
    assert [] == unforgiven, f"the console complains: {unforgiven}"
