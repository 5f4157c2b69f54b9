"""The web edge: headers, hosts, bodies, forms, cookies (threats.md J and L)."""

from __future__ import annotations

import io
import re

import flask
import pytest

from app.security import as_text, hosts
from schemas.limits import Limits
from tests.support.web import StandInParts, verifier_app

PAGES = ("/", "/help", "/accessibility", "/problems/", "/problems/revoked", "/verify", "/v1/docs", "/nowhere")
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
HTTPS = {"base_url": "https://verify.example.org", "trusted_hosts": ("verify.example.org",), "development": False}


@pytest.fixture
def client():
    return verifier_app().test_client()


def _token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_code_from_elsewhere_and_inline(client, path):
    policy = client.get(path).headers["Content-Security-Policy"]
    assert DIRECTIVES == dict(part.split(" ", 1) for part in policy.split("; "))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_code_or_style(client, path):
    page = client.get(path).text
    assert [] == re.findall(r"<script(?![^>]*\bsrc=)", page)
    assert [] == re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", page, re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_a_page_comes_from_another_origin(client, path):
    page = client.get(path).text
    loaded = re.findall(r'<(?:script|img|link|iframe|use)[^>]*?(?:src|href)="([^"]+)"', page)
    assert [] != loaded
    assert [] == [address for address in loaded if not address.startswith("/static/")]


def test_the_headers_that_browsers_obey_are_there(client):
    headers = client.get("/").headers
    assert "nosniff" == headers["X-Content-Type-Options"]
    assert "no-referrer" == headers["Referrer-Policy"]
    assert "DENY" == headers["X-Frame-Options"]
    assert "same-origin" == headers["Cross-Origin-Opener-Policy"]
    assert "same-origin" == headers["Cross-Origin-Resource-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_a_page_is_stored_by_nobody_and_varies_with_the_reader(client):
    """I09, J20: no cache may hand one reader's page to another."""
    headers = client.get("/verify").headers
    assert "no-store" == headers["Cache-Control"]
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in headers["Vary"].split(",")}


def test_a_file_sent_by_a_view_is_not_stored_either():
    """I09: Flask lets a sent file be stored when the view says nothing."""
    app = verifier_app()
    app.add_url_rule("/mine.pdf", "mine", lambda: app.response_class(b"%PDF-", mimetype="application/pdf"))
    response = app.test_client().get("/mine.pdf")
    assert "no-store" == response.headers["Cache-Control"]
    assert "noindex, nofollow" == response.headers["X-Robots-Tag"]


def test_our_own_scripts_may_be_kept_for_a_year(client):
    page = client.get("/").text
    address = re.search(r'src="(/static/[^"]+)"', page)[1]
    with client.get(address) as response:
        assert "public, max-age=31536000, immutable" == response.headers["Cache-Control"]


def test_a_status_list_may_be_read_by_programs_of_any_origin():
    app = verifier_app()
    app.add_url_rule("/status/1", "status", lambda: app.response_class(b"{}", mimetype="application/vc"))
    headers = app.test_client().get("/status/1").headers
    assert "*" == headers["Access-Control-Allow-Origin"]
    assert "cross-origin" == headers["Cross-Origin-Resource-Policy"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example"])
def test_an_unknown_host_is_refused(client, host):
    """J05: no link is ever made from a host that a stranger wrote."""
    response = client.get("/verify", headers={"Host": host})
    assert 400 == response.status_code
    assert "not-parsable" == response.get_json()["code"]
    assert "evil" not in response.text


def test_the_name_that_a_proxy_forwards_is_not_believed():
    """J05."""
    app = verifier_app(proxies=1)
    page = app.test_client().get("/verify", headers={"X-Forwarded-Host": "evil.example"})
    assert 200 == page.status_code
    assert "evil.example" not in page.text


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_a_proxy_is_believed_only_when_the_settings_say_there_is_one(proxies, seen):
    app = verifier_app(proxies=proxies)
    app.add_url_rule("/who", "who", lambda: flask.request.remote_addr)
    assert seen == app.test_client().get("/who", headers={"X-Forwarded-For": "203.0.113.9"}).text


def test_hosts_are_those_of_our_addresses():
    settings = verifier_app(**HTTPS).extensions["parchemin.settings"]
    assert ("verify.example.org", "registrar.parchemin.example") == hosts(settings)


def test_https_brings_strict_transport_and_a_cookie_bound_to_the_host():
    """J01."""
    response = verifier_app(**HTTPS).test_client().get("/verify", base_url="https://verify.example.org")
    assert "max-age=63072000" == response.headers["Strict-Transport-Security"]
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-parchemin=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_without_https_nothing_claims_to_be_secure(client):
    response = client.get("/verify")
    assert "Strict-Transport-Security" not in response.headers
    assert "Secure" not in response.headers["Set-Cookie"]


def test_a_form_without_its_token_is_refused_and_nothing_is_done():
    """J02."""
    parts = StandInParts()
    response = verifier_app(parts).test_client().post("/verify", data={"text": "{}"})
    assert 403 == response.status_code
    assert [] == parts.verifier.seen


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_form_sent_by_another_site_is_refused_even_with_the_token(client, headers):
    """J02: the token alone is not enough."""
    token = _token(client.get("/verify").text)
    response = client.post("/verify", data={"csrf_token": token, "text": "{}"}, headers=headers)
    assert 403 == response.status_code


def test_a_page_of_any_site_may_ask_the_interface_that_looks_at_no_cookie(client):
    client.get("/verify")
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://employer.example"}
    response = client.post("/v1/verify", data=b"fine", content_type="application/vc", headers=headers)
    assert (200, "verified") == (response.status_code, response.get_json()["verdict"])
    assert "*" == response.headers["Access-Control-Allow-Origin"]


def test_a_form_of_our_own_page_is_taken(client):
    token = _token(client.get("/verify").text)
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    assert 200 == client.post("/verify", data={"csrf_token": token, "text": "{}"}, headers=headers).status_code


def test_a_body_beyond_the_bound_of_its_address_is_refused():
    """L02: 413 as a problem, before any file is looked at."""
    parts = StandInParts()
    client = verifier_app(parts, limits=Limits(upload_bytes=5_000)).test_client()
    token = _token(client.get("/verify").text)
    form = {"csrf_token": token, "files": (io.BytesIO(b"x" * 6_000), "long.pdf")}
    response = client.post("/verify", data=form, headers={"Accept": "application/json"})
    assert (413, "too-large") == (response.status_code, response.get_json()["code"])
    assert [] == parts.verifier.seen


@pytest.mark.parametrize(("size", "status"), [(5_000, 200), (5_001, 413), (50_000, 413)])
def test_a_body_of_unknown_length_is_refused_beyond_the_bound_and_never_cut(size, status):
    """L02: a document cut at the bound would be judged as if it had been sent so."""
    parts = StandInParts()
    client = verifier_app(parts, limits=Limits(pdf_bytes=5_000)).test_client()
    endless = {"wsgi.input": io.BytesIO(b"x" * size), "wsgi.input_terminated": True}
    response = client.post("/v1/verify", content_type="application/pdf", environ_overrides=endless)
    assert status == response.status_code
    assert [size] * (status == 200) == [len(raw) for raw in parts.verifier.seen]


def test_more_parts_than_a_form_can_need_are_refused(client):
    """L04."""
    token = _token(client.get("/verify").text)
    form = {"csrf_token": token, **{f"part{number}": "x" for number in range(300)}}
    assert 413 == client.post("/verify", data=form, content_type="multipart/form-data").status_code


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_a_compressed_body_is_refused(client, encoding):
    """A26: a small body could become a huge one."""
    headers = {"Content-Encoding": encoding, "Accept": "application/json"}
    response = client.post("/verify", data=b"\x1f\x8b", headers=headers)
    assert (415, "unsupported-media-type") == (response.status_code, response.get_json()["code"])


def test_a_policy_is_written_as_its_header_wants_it():
    assert "default-src 'none'; img-src 'self'" == as_text({"default-src": "'none'", "img-src": "'self'"})
