"""Identifiers and outgoing requests under attack (threats.md F): one way out, and it is guarded.

Each line goes through the whole path of a verification: a key is looked for, an identifier
resolved, an address asked. The canary is the lookup: it must not even be asked for a private name.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.did_document import PublishedKey, build_document
from keys.did_web import WebResolver
from keys.resolver import Resolver, find_key
from keys.store import Algorithm
from schemas.problems import ProblemError
from services.fetch import Fetched, FetchError, FetchForbiddenError, MappingFetcher
from services.guarded_fetch import GuardedFetcher, IPAddress
from tests.support.signers import signer

DID = "did:web:registrar.parchemin.example:t:uni"
ADDRESS = "https://registrar.parchemin.example/t/uni/did.json"
KEY = signer(Algorithm.ES256).public_key
DOCUMENT = build_document(DID, [PublishedKey("k", KEY)])


class Canary:
    """Remembers which names were looked up."""

    def __init__(self, *addresses: str) -> None:
        self.asked: list[str] = []
        self._addresses = [ipaddress.ip_address(address) for address in addresses]

    def __call__(self, host: str, _port: int) -> Sequence[IPAddress]:
        self.asked.append(host)
        return self._addresses


GUARDED = Resolver(web=WebResolver(GuardedFetcher(lookup=Canary("127.0.0.1"))))


def _code(resolver: Resolver, url: object) -> str:
    with pytest.raises(ProblemError) as caught:
        find_key(resolver, url, "assertionMethod")  # type: ignore[arg-type]
    return caught.value.problem.code


def _web(answer: Any) -> Resolver:
    answers = {ADDRESS: answer if isinstance(answer, Fetched | FetchError | bytes) else json.dumps(answer).encode()}
    return Resolver(web=WebResolver(MappingFetcher(answers)))


def test_the_document_that_is_attacked_below_is_good() -> None:
    assert KEY == find_key(_web(DOCUMENT), f"{DID}#k", "assertionMethod").key


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "localhost.",
        "0.0.0.0",
        "127.1",
        "0x7f000001",
        "2130706433",
        "%5B%3A%3A1%5D",
        "169.254.169.254",
    ],
)
def test_a_private_host_is_not_even_looked_up(host: str) -> None:
    """F01: the canary is silent."""
    canary = Canary("127.0.0.1")
    resolver = Resolver(web=WebResolver(GuardedFetcher(lookup=canary)))
    assert _code(resolver, f"did:web:{host}:t:uni#k") == "network-forbidden"
    assert [] == canary.asked


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["93.184.216.34", "fd00::1"], ["::ffff:127.0.0.1"]]
)
def test_a_public_name_that_leads_inside_is_looked_up_once_and_not_asked(addresses: list[str]) -> None:
    """F03."""
    canary = Canary(*addresses)
    resolver = Resolver(web=WebResolver(GuardedFetcher(lookup=canary)))
    assert "network-forbidden" == _code(resolver, f"{DID}#k")
    assert ["registrar.parchemin.example"] == canary.asked


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (FetchForbiddenError("inside"), "network-forbidden"),
        (FetchError("away"), "did-unresolved"),
        (Fetched(ADDRESS, 200, "text/html", json.dumps(DOCUMENT).encode()), "did-document-invalid"),
        (Fetched(ADDRESS, 302, "application/json", json.dumps(DOCUMENT).encode()), "did-unresolved"),
        (b" " * 200_000, "too-large"),
        (b"<html>", "did-document-invalid"),
        (b'{"id":"did:web:a.example","id":"' + DID.encode() + b'"}', "did-document-invalid"),
        ({**DOCUMENT, "id": "did:web:other.example"}, "did-document-invalid"),
        ({**DOCUMENT, "assertionMethod": ["#k"]}, "did-document-invalid"),
        ({**DOCUMENT, "assertionMethod": []}, "purpose-wrong"),
        ({**DOCUMENT, "deactivated": True}, "did-deactivated"),
        ({**DOCUMENT, "verificationMethod": DOCUMENT["verificationMethod"] * 2}, "did-document-invalid"),
    ],
)
def test_a_document_that_cannot_be_believed_gives_no_key(answer: object, code: str) -> None:
    """F05, F06, F08."""
    assert code == _code(_web(answer), f"{DID}#k")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([DID, f"{DID}#k", "Multikey"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "controller", "publicKeyJwk", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["id", "verificationMethod", "assertionMethod", "keyAgreement"]), JSON, max_size=3)
)
def test_any_document_ends_in_an_answer(changes: dict[str, Any]) -> None:
    try:
        key = find_key(_web({**DOCUMENT, **changes}), f"{DID}#k", "assertionMethod").key
    except ProblemError:
        return
    assert KEY == key


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"did:(key|jwk|web):[A-Za-z0-9:%._#-]{0,60}", fullmatch=True))
def test_any_text_for_an_identifier_ends_in_an_answer(text: str) -> None:
    """F02, F10."""
    assert _code(GUARDED, text) != "internal"
