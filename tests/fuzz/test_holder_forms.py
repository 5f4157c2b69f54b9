"""Whatever is put into a form or an address of the holder, nobody sees a defect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.shares import ShareRequest
from tests.support.holder_web import Visitor, Web, guard_of, make_web

FIELDS = (
    "documents",
    "request_key",
    "name",
    "purpose",
    "reference",
    "expires_on",
    "gate",
    "allow_download",
    "go",
    "pin",
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "pin",
            "none",
            "share",
            "preview",
            "details",
            "yes",
            "2026-12-01",
            "9999-12-31",
            "0001-01-01",
            "\x00",
            "x" * 600,
        ]
    ),
)
FORMS = st.dictionaries(st.sampled_from(FIELDS), st.one_of(TEXTS, st.lists(TEXTS, max_size=3)), max_size=len(FIELDS))
QUICK = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, Visitor, str, str]]:
    """Yield the application, a learner who is signed in, the token and the id of a share."""
    web = make_web(tmp_path_factory.mktemp("fuzz"))
    zoe, delivery = web.house.learner(), web.house.deliver()
    request = ShareRequest(request_key="k" * 16, documents=(delivery.document_id,), name="x", pin="314159")
    made = web.house.desk.shares.create(zoe.id, request)
    yield web, web.signed_in(zoe), made.token or "", made.share.id
    web.house.database.close()


def send(visitor: Visitor, path: str, form: dict[str, Any]) -> int:
    """Post a form with its guard; return the status."""
    token = guard_of(visitor.get("/profile").text) or guard_of(visitor.get("/sign-in").text)
    status: int = visitor.client.post(path, data={**form, "csrf_token": token}).status_code
    return status


@QUICK
@given(FORMS)
def test_no_form_of_a_share_breaks_it(house: tuple[Web, Visitor, str, str], form: dict[str, Any]) -> None:
    _, visitor, _, share_id = house
    assert send(visitor, "/shares/new", form) < 500
    assert send(visitor, f"/shares/{share_id}/expiry", form) < 500


@QUICK
@given(TEXTS, FORMS)
def test_no_pin_and_no_token_breaks_the_gate(
    house: tuple[Web, Visitor, str, str], text: str, form: dict[str, Any]
) -> None:
    web, _, token, _ = house
    stranger = web.stranger()
    assert send(stranger, f"/s/{token}", {**form, "pin": text}) < 500
    assert stranger.get(f"/s/{quote(text.encode('utf-8', 'surrogatepass'), safe='')}").status_code < 500


@QUICK
@given(TEXTS)
def test_no_address_breaks_a_page(house: tuple[Web, Visitor, str, str], text: str) -> None:
    web, visitor, _, _ = house
    part = quote(text.encode("utf-8", "surrogatepass"), safe="")
    for path in ("documents", "shares", "interactions", "d", "invitation", "shares/new?document="):
        separator = "" if path.endswith("=") else "/"
        assert visitor.get(f"/{path}{separator}{part}").status_code < 500
    visitor.client.set_cookie("parchemin-visit", part)
    assert (
        web.stranger().client.post("/vc-api/exchanges/" + part, data=text.encode("utf-8", "replace")).status_code < 500
    )


@QUICK
@given(TEXTS, TEXTS, TEXTS)
def test_nothing_typed_breaks_signing_in(
    house: tuple[Web, Visitor, str, str], email: str, password: str, way: str
) -> None:
    web, _, _, _ = house
    assert send(web.stranger(), "/sign-in", {"email": email, "password": password, "next": way}) < 500
