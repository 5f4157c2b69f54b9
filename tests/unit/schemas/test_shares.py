"""Requests to share: what is refused, and where."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas.problems import ProblemError
from schemas.shares import GateKind, ShareRequest, load_share_request

GOOD: dict[str, Any] = {"request_key": "k" * 16, "documents": ["urn:uuid:1"], "name": "Emploi"}


def pointers(body: dict[str, Any]) -> list[str]:
    with pytest.raises(ProblemError) as caught:
        load_share_request(body)
    assert caught.value.problem.code == "malformed"
    return [error.pointer for error in caught.value.problem.errors]


def test_a_request_has_a_pin_and_may_be_downloaded_unless_it_says_otherwise() -> None:
    """R47, R48."""
    expected = ShareRequest(
        request_key="k" * 16, documents=("urn:uuid:1",), name="Emploi", gate=GateKind.PIN, allow_download=True
    )
    assert expected == load_share_request(GOOD)


def test_every_field_is_read() -> None:
    body = {
        **GOOD,
        "documents": ["urn:uuid:1", "urn:uuid:2", "urn:uuid:1"],
        "name": "  Emploi ",
        "purpose": "Poste\nd'adjointe",
        "reference": " D-7 ",
        "expires_on": "2026-09-30",
        "gate": "pin",
        "pin": "00314159",
        "allow_download": False,
    }
    expected = ShareRequest(
        request_key="k" * 16,
        documents=("urn:uuid:1", "urn:uuid:2"),
        name="Emploi",
        purpose="Poste\nd'adjointe",
        reference="D-7",
        expires_on=date(2026, 9, 30),
        gate=GateKind.PIN,
        pin="00314159",
        allow_download=False,
    )
    assert expected == load_share_request(body)


def test_everything_missing_is_named_at_once() -> None:
    assert ["/request_key", "/documents", "/name"] == pointers({})


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("request_key", "short", "/request_key"),
        ("request_key", "k" * 16 + "\n", "/request_key"),
        ("documents", [], "/documents"),
        ("documents", "urn:uuid:1", "/documents"),
        ("documents", ["a"] * 21, "/documents"),
        ("documents", ["a", 3], "/documents/1"),
        ("documents", [""], "/documents/0"),
        ("name", "", "/name"),
        ("name", "   ", "/name"),
        ("name", "x" * 101, "/name"),
        ("name", None, "/name"),
        ("name", "a\u202eb", "/name"),
        ("name", "a\x00b", "/name"),
        ("purpose", "x" * 501, "/purpose"),
        ("reference", "x" * 101, "/reference"),
        ("reference", {}, "/reference"),
        ("expires_on", "03/04/2024", "/expires_on"),
        ("expires_on", "2026-02-30", "/expires_on"),
        ("gate", "email", "/gate"),
        ("pin", "12345", "/pin"),
        ("pin", "1234567890123", "/pin"),
        ("pin", "１２３４５６", "/pin"),
        ("pin", "123456\n", "/pin"),
        ("allow_download", "perhaps", "/allow_download"),
    ],
)
def test_a_bad_field_is_named_by_its_pointer(field: str, value: object, pointer: str) -> None:
    assert [pointer] == pointers({**GOOD, field: value})


@pytest.mark.parametrize("field", ["person_id", "token", "disabled_at", "attempts", "csrf_token", "a/b~c"])
def test_what_is_not_a_field_is_refused(field: str) -> None:
    """threats.md J10."""
    pointer = "/" + field.replace("~", "~0").replace("/", "~1")
    assert [pointer] == pointers({**GOOD, field: "x"})


def test_a_pin_without_a_gate_is_refused() -> None:
    assert ["/pin"] == pointers({**GOOD, "gate": "none", "pin": "314159"})
