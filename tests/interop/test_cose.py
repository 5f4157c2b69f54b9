"""COSE both ways: ours with openvc-core and with cborg and Node's cryptography, theirs here, the altered nowhere."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openvc import cbor as peer_cbor
from openvc import cose as peer_cose

from keys import did_jwk
from keys.jwk import jwk_to_public_key, public_key_to_jwk
from keys.store import Algorithm
from proofs import cbor
from proofs.token_status_list import TokenStatuses, believe_list, issue_list_cwt
from proofs.vc_cose import check_cose, sign_credential
from schemas.problems import ProblemError
from tests.support.node import Judge
from tests.support.signers import controller, key_finder, signer

pytestmark = pytest.mark.interop

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
CURVES = [Algorithm.ES256, Algorithm.ES384, Algorithm.ES512, Algorithm.EDDSA]


def credential(issuer: str) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential"],
        "issuer": {"id": issuer, "name": "Université de l’Exemple, 東京 🎓"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad502"},
    }


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("cose.mjs")
    yield judge
    judge.close()


def altered(message: bytes) -> bytes:
    return message.replace(b"Exemple", b"Examplf")


VALUES = st.recursive(
    st.integers(-(2**63), 2**63)
    | st.binary(max_size=40)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(-9, 99) | st.text("abc"), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_openvc_reads_the_cbor_that_we_write_and_we_read_its(value: object) -> None:
    assert value == peer_cbor.decode(cbor.encode(value))
    assert value == cbor.decode_wide(peer_cbor.encode(value), depth=20)


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ES384, Algorithm.EDDSA])
def test_openvc_verifies_what_we_sign_and_not_once_it_was_altered(algorithm: Algorithm) -> None:
    """It knows no ES512 and no RSA in COSE."""
    by = signer(algorithm)
    message = sign_credential(credential(controller(by)), signer=by)
    jwk: dict[str, Any] = dict(public_key_to_jwk(by.public_key))
    parts = peer_cose.parse_sign1(peer_cbor.decode(message))
    assert peer_cose.verify_sign1(parts, public_jwk=jwk)
    assert parts.payload is not None
    assert credential(controller(by)) == json.loads(parts.payload)
    assert ("application/vc", "application/vc+cose") == (parts.protected_header[3], parts.protected_header[16])
    changed = peer_cose.parse_sign1(peer_cbor.decode(altered(message)))
    assert not peer_cose.verify_sign1(changed, public_jwk=jwk)


@pytest.mark.parametrize("algorithm", CURVES)
def test_cborg_reads_what_we_sign_and_node_verifies_it(judge: Judge, algorithm: Algorithm) -> None:
    by = signer(algorithm)
    message = sign_credential(credential(controller(by)), signer=by)
    jwk = public_key_to_jwk(by.public_key)
    answer = judge.ask("verify", message=message.hex(), jwk=jwk)
    assert credential(controller(by)) == json.loads(answer["payload"])
    assert ("application/vc", by.verification_method, "application/vc+cose") == tuple(
        answer["headers"][label] for label in ("3", "4", "16")
    )
    assert "bad signature" == judge.ask("verify", message=altered(message).hex(), jwk=jwk)["error"]


@pytest.mark.parametrize("algorithm", CURVES)
def test_we_verify_what_node_signs_and_cborg_writes(judge: Judge, algorithm: Algorithm) -> None:
    """Half of their ECDSA signatures have a high s: ten of each, with a tag and without."""
    issuer = did_jwk.did_for(jwk_to_public_key(judge.ask("key", algorithm=algorithm.value)["jwk"]))
    asked = {"algorithm": algorithm.value, "kid": f"{issuer}#0", "typ": "application/vc+cose"}
    payload = json.dumps(credential(issuer), ensure_ascii=False)
    for number in range(10):
        answer = judge.ask("sign", payload=payload, tagged=number % 2 == 0, **asked)
        message = bytes.fromhex(answer["message"])
        found = check_cose(message, find_key=key_finder(), now=NOW)
        assert ("vc+cose", credential(issuer)) == (found.media, found.credential)
        with pytest.raises(ProblemError, match="tampered"):
            check_cose(altered(message), find_key=key_finder(), now=NOW)


URI = "https://registrar.parchemin.example/status/1/token"


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ES384, Algorithm.EDDSA])
def test_openvc_core_reads_our_token_status_list(algorithm: Algorithm) -> None:
    """Token Status List section 5.2: their COSE, their CBOR, their numbers of the claims."""
    by, statuses = signer(algorithm), TokenStatuses(64, bits=2)
    statuses[5] = 2
    raw = issue_list_cwt(statuses, uri=URI, signer=by, issued_at=NOW, expires=NOW + timedelta(days=1))
    parts = peer_cose.parse_sign1(peer_cbor.decode(raw))
    jwk: dict[str, Any] = dict(public_key_to_jwk(by.public_key))
    assert peer_cose.verify_sign1(parts, public_jwk=jwk)
    assert "application/statuslist+cwt" == parts.protected_header[16]
    assert parts.payload is not None
    claims = peer_cbor.decode(parts.payload)
    assert (URI, 300, 2) == (claims[2], claims[65534], claims[65533]["bits"])
    assert bytes(statuses) == zlib.decompress(claims[65533]["lst"])


@pytest.mark.parametrize("algorithm", CURVES)
def test_we_believe_a_token_status_list_that_node_signs(judge: Judge, algorithm: Algorithm) -> None:
    issuer = did_jwk.did_for(jwk_to_public_key(judge.ask("key", algorithm=algorithm.value)["jwk"]))
    listed = {"bits": 1, "lst": zlib.compress(b"\x20", 9), "aggregation_uri": "https://registrar.example/lists"}
    claims = {2: URI, 6: int(NOW.timestamp()), 65533: listed}
    asked = {"algorithm": algorithm.value, "kid": f"{issuer}#0", "typ": "application/statuslist+cwt"}
    payload = peer_cbor.encode(claims).hex()
    raw = bytes.fromhex(judge.ask("sign", payload=payload, encoding="hex", tagged=True, **asked)["message"])
    found = believe_list(raw, URI, issuer=issuer, find_key=key_finder(), now=NOW)
    assert [0, 1, 0] == [found.statuses[index] for index in (4, 5, 6)]
    with pytest.raises(ProblemError, match="tampered"):
        believe_list(raw[:-1] + bytes([raw[-1] ^ 1]), URI, issuer=issuer, find_key=key_finder(), now=NOW)
