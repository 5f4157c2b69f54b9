"""The encodings printed in draft-ietf-oauth-status-list."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from keys.jwk import jwk_to_public_key
from keys.verification_method import VerificationMethod
from proofs import cbor, jws
from proofs.token_status_list import TokenStatusEntry, believe_list, decode
from schemas.problems import ProblemError
from tests.shared import shared


def _text(name: str) -> str:
    return shared("vectors", "token-status-list", name).read_text()


@pytest.mark.parametrize("name", ["status_list_encoding_json.md", "status_list_encoding2_json.md"])
def test_the_short_lists_have_their_printed_bytes(name: str) -> None:
    text = _text(name)
    printed = re.search(r"byte_array = \[(.*)\]", text)
    assert printed
    expected = bytes(int(item, 16) for item in printed[1].split(","))
    assert expected == bytes(decode(json.loads(text[text.index("{") :])))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_long_lists_are_read(bits: int) -> None:
    names = {1: "1_long", 2: "2_long", 4: "4", 8: "8"}
    text = _text(f"status_list_encoding{names[bits]}_json.md")
    value = json.loads(re.sub(r"\n\s*", "", text[text.index("{") :]))
    statuses = decode(value)
    assert bits == statuses.bits
    assert any(bytes(statuses))


def test_the_printed_token_is_read() -> None:
    parts = jws.parse("".join(_text("status_list_jwt_raw.md").split()))
    claims = json.loads(parts.payload)
    assert "statuslist+jwt" == parts.header["typ"]
    assert b"\xb9\xa3" == bytes(decode(claims["status_list"]))


@pytest.mark.parametrize("name", ["", "2", "1_long", "2_long", "4", "8"])
def test_each_list_is_the_same_in_cbor(name: str) -> None:
    """Section 4.3 and the test vectors of the appendix."""
    encoded = "".join(_text(f"status_list_encoding{name}_cbor.md").rpartition("encoded:")[2].split())
    text = _text(f"status_list_encoding{name}_json.md")
    twin = decode(json.loads(re.sub(r"\n\s*", "", text[text.index("{") :])))
    found = decode(cbor.decode_wide(bytes.fromhex(encoded)))
    assert (twin.bits, bytes(twin)) == (found.bits, bytes(found))


PRINTED_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
    "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
}
"""With which the examples of the draft are signed; the token names it `12`, unprotected."""


def test_the_printed_cwt_is_believed_with_its_key() -> None:
    """Section 5.2."""
    raw = bytes.fromhex("".join(_text("status_list_cwt.md").split()))
    uri, issuer = "https://example.com/statuslists/1", "did:web:example.com"
    method = VerificationMethod(f"{issuer}#12", issuer, jwk_to_public_key(PRINTED_KEY), frozenset({"assertionMethod"}))

    def finder(url: str, _purpose: str) -> VerificationMethod:
        return {method.id: method}[url]

    signed = datetime(2023, 6, 16, 12, 56, 10, tzinfo=UTC)
    found = believe_list(raw, uri, issuer=issuer, find_key=finder, now=signed + timedelta(days=1))
    assert (signed, timedelta(hours=12), b"\xb9\xa3") == (found.issued_at, found.ttl, bytes(found.statuses))
    assert [1, 0] == [found.status_of(TokenStatusEntry(uri, index)) for index in (0, 1)]
    with pytest.raises(ProblemError, match="tampered"):
        believe_list(raw[:-1] + b"\0", uri, issuer=issuer, find_key=finder, now=signed)
