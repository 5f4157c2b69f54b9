"""The harness itself: what it must find, it finds."""

from __future__ import annotations

import flask
import pytest

from tests.support.browser import DESK, site, visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
_PAGE = "<!doctype html><html lang=en><title>t</title><main><h1>t</h1>{}</main>"


def _app(body, **headers):
    app = flask.Flask("bad")
    app.add_url_rule("/", "bad", lambda: (_PAGE.format(body), headers))
    app.add_url_rule("/favicon.ico", "icon", lambda: ("", 204))
    return app


def test_a_picture_without_words_is_found(browser):
    picture = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
    with site(lambda _: _app(picture)) as address, visit(browser, address) as visitor:
        assert "image-alt" in visitor.go("/").axe()[0]


def test_a_page_that_is_too_wide_is_found(browser):
    with site(lambda _: _app("<pre>" + "x" * 3000)) as address, visit(browser, address, size=DESK) as visitor:
        assert visitor.go("/").overflows()


def test_a_request_that_leaves_the_origin_is_found(browser):
    elsewhere = "<img alt=x src='http://127.0.0.1:9/x.png'>"
    with (
        site(lambda _: _app(elsewhere)) as address,
        pytest.raises(AssertionError, match="left the origin"),
        visit(browser, address, forgive=("ERR_",)) as visitor,
    ):
        visitor.go("/")


def test_a_complaint_of_the_console_is_found(browser):
    policy = {"Content-Security-Policy": "default-src 'none'"}
    with (
        site(lambda _: _app("<p style='color: red'>x</p>", **policy)) as address,
        pytest.raises(AssertionError, match="Content Security Policy"),
        visit(browser, address) as visitor,
    ):
        visitor.go("/")
