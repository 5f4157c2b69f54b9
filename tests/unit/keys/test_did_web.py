"""did:web: one spelling, one address, public names alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keys.did_web import WebResolver, address_of, read_document
from schemas.limits import Limits
from schemas.problems import ProblemError
from services.fetch import (
    Fetched,
    FetchError,
    FetchFailedError,
    FetchForbiddenError,
    MappingFetcher,
    NoFetcher,
)

DID = "did:web:registrar.parchemin.example:t:uni"
ADDRESS = "https://registrar.parchemin.example/t/uni/did.json"


def _code(action: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        action(*arguments, **options)
    return str(caught.value.problem.code)


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        ("did:web:example.com%3a443", "https://example.com:443/.well-known/did.json"),
        (DID, ADDRESS),
        ("did:web:xn--universit-lya.example:T_1.a", "https://xn--universit-lya.example/T_1.a/did.json"),
    ],
)
def test_an_identifier_has_the_address_that_the_method_says(did: str, address: str) -> None:
    """The did:web method, section 2.5.2."""
    assert address == address_of(did)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "0.0.0.0",
        "127.1",
        "0x7f.0x0.0x0.0x1",
        "0x7f000001",
        "2130706433",
        "127.0.0.1.",
        "::1",
        "::ffff:127.0.0.1",
        "%5B%3A%3A1%5D",
        "fe80::1",
        "169.254.169.254",
        "intranet",
        "printer.local",
        "metadata.google.internal",
        "foo.localhost",
        "1.0.0.127.in-addr.arpa",
        "localhost%3A8000",
        "127.0.0.1%3A8000:a",
    ],
)
def test_a_host_that_is_no_public_name_is_not_asked(host: str) -> None:
    """F01."""
    assert "network-forbidden" == _code(address_of, f"did:web:{host}")


@pytest.mark.parametrize(
    "identifier",
    [
        "user@example.com",
        "example.com%2Fevil",
        "example.com%2fevil",
        "example.com:..",
        "example.com:.",
        "example.com:a:..:b",
        "example.com:%2e%2e",
        "example.com:a%2Fb",
        "example.com:a%00",
        "example.com%00",
        "example.com%0D%0AHost%3A%20evil",
        "example.com\r\nHost: evil",
        "example.com#x",
        "example.com?x",
        "example.com/x",
        "exämple.com",
        "example。com",
        "Example.com",
        "example.com.",
        "example..com",
        ".example.com",
        "-example.com",
        "example-.com",
        "exa_mple.com",
        "example.com::a",
        ":example.com",
        "example.com%3A",
        "example.com%3A0",
        "example.com%3A65536",
        "example.com%3A08",
        "example.com%3A80%3A80",
        "%65xample.com",
        "user%40example.com",
        "a" * 64 + ".com",
        ".".join(["a" * 60] * 5),
        "example.com:" + "a" * 100_000,
    ],
)
def test_an_identifier_has_one_spelling(identifier: str) -> None:
    """F02."""
    assert "did-invalid" == _code(address_of, f"did:web:{identifier}")


def test_another_method_has_no_address() -> None:
    assert "did-invalid" == _code(address_of, "did:key:z6Mk")


def _document(**changes: Any) -> bytes:
    return json.dumps({"id": DID, "verificationMethod": [], **changes}).encode()


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/did+json; charset=utf-8", "Application/DID+LD+JSON", "application/did"],
)
def test_a_document_is_read_from_its_address(media_type: str) -> None:
    answer = Fetched(ADDRESS, 200, media_type, _document())
    assert DID == WebResolver(MappingFetcher({ADDRESS: answer})).resolve(DID)["id"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (FetchForbiddenError("a private address"), "network-forbidden"),
        (FetchFailedError("no answer"), "did-unresolved"),
        (Fetched(ADDRESS, 404, "application/json", b"{}"), "did-unresolved"),
        (Fetched(ADDRESS, 500, "application/json", b""), "did-unresolved"),
        (Fetched(ADDRESS, 200, "text/html", b"<html>"), "did-document-invalid"),
        (Fetched(ADDRESS, 200, "", b"{}"), "did-document-invalid"),
        (b"<html>", "did-document-invalid"),
        (b"", "did-document-invalid"),
        (b'{"id":"a","id":"b"}', "did-document-invalid"),
        (b"[" * 50 + b"]" * 50, "too-complex"),
        (b"[]", "did-document-invalid"),
        (_document(id="did:web:other.example"), "did-document-invalid"),
        (_document(deactivated=True), "did-deactivated"),
        (b" " * 70_000, "too-large"),
    ],
)
def test_what_is_no_document_is_told_apart(answer: bytes | Fetched | FetchError, code: str) -> None:
    """F05, F06, F08: three answers; what could not be had is not failed."""
    assert code == _code(WebResolver(MappingFetcher({ADDRESS: answer})).resolve, DID)


def test_without_a_network_nothing_is_known() -> None:
    assert "did-unresolved" == _code(WebResolver(NoFetcher()).resolve, DID)
    assert "did-unresolved" == _code(WebResolver(MappingFetcher({})).resolve, DID)


def test_a_large_document_is_refused_from_a_file_too() -> None:
    assert "too-large" == _code(read_document, _document(), DID, limits=Limits(did_document_bytes=10))
