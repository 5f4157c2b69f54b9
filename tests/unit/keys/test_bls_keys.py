"""BLS12-381 keys: one encoding, in the subgroup, for BBS alone, and none without their library."""

from __future__ import annotations

import sys

import pytest

from keys import did_key
from keys.bls_keys import LIBRARY, BLSKeyError, BLSPublicKey, bls_key
from keys.multibase import MultibaseError, decode_multikey, encode_multibase, encode_multikey
from keys.resolver import Resolver, find_key
from proofs import jws
from schemas.problems import DID_INVALID, KEY_WEAK, ProblemError
from verifier.proof_cache import key_bytes
from verifier.resolution import answered

# Data Integrity BBS Cryptosuites 1.0, section 2.1.1.
PUBLISHED = (
    "zUC7EK3ZakmukHhuncwkbySmomv3FmrkmS36E4Ks5rsb6VQSRpoCrx6Hb8e2Nk6UvJFSdyw9NK1scFXJp21gNNYFjVWNgaqyGnkyhtagagCpQb5B7tag"
    "Ju3HDbjQ8h5ypoHjwBb"
)
DID = f"did:key:{PUBLISHED}"
URL = f"{DID}#{PUBLISHED}"
RAW = decode_multikey(PUBLISHED).raw
P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
NO_KEYS = {
    "another sign of the identity": b"\xe0" + bytes(95),
    "the identity and more": b"\xc0" + bytes(94) + b"\1",
    "on the curve, outside the subgroup": b"\x80" + bytes(94) + b"\2",
    "not on the curve": b"\x80" + bytes(95),
    "not compressed": bytes([RAW[0] & 0x7F]) + RAW[1:],
    "a coordinate that is not reduced": RAW[:48] + (int.from_bytes(RAW[48:], "big") + P).to_bytes(48, "big"),
    "a byte less": RAW[:-1],
    "a byte more": RAW + b"\0",
    "a point of the other group": RAW[:48],
    "nothing": b"",
}


def test_a_multikey_is_read_and_written() -> None:
    key = decode_multikey(PUBLISHED)
    assert isinstance(key, BLSPublicKey)
    assert 96 == len(key.raw) == len(key_bytes(key))
    assert PUBLISHED == encode_multikey(key)
    assert bls_key(key.raw) == key


def test_it_is_found_as_a_did_key() -> None:
    assert decode_multikey(PUBLISHED) == find_key(Resolver(), URL, "assertionMethod").key
    assert PUBLISHED == did_key.document(DID)["verificationMethod"][0]["publicKeyMultibase"]


@pytest.mark.parametrize("case", NO_KEYS)
def test_what_is_no_key_is_refused(case: str) -> None:
    with pytest.raises(BLSKeyError):
        bls_key(NO_KEYS[case])
    with pytest.raises(MultibaseError):
        decode_multikey(encode_multibase(b"\xeb\x01" + NO_KEYS[case]))


def test_the_identity_is_a_weak_key() -> None:
    """Under it every signature would hold."""
    with pytest.raises(ProblemError) as caught:
        bls_key(b"\xc0" + bytes(95))
    assert KEY_WEAK.code == caught.value.problem.code


def test_without_the_library_the_kind_of_key_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, LIBRARY, None)
    decode_multikey.cache_clear()
    did_key._method.cache_clear()
    with pytest.raises(MultibaseError):
        decode_multikey(PUBLISHED)
    with pytest.raises(ProblemError) as caught:
        find_key(Resolver(), URL, "assertionMethod")
    assert DID_INVALID.code == caught.value.problem.code


def test_it_is_resolved_and_has_no_form_as_a_jwk() -> None:
    assert answered(DID, Resolver()).error is None
    short = f"did:key:{encode_multibase(bytes([0xEB, 1]) + RAW[:-1])}"
    assert "invalidPublicKeyLength" == answered(short, Resolver()).error
    assert "invalidPublicKeyType" == answered(DID, Resolver(), key_format="JsonWebKey").error


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256", "BBS"])
def test_it_checks_no_token(algorithm: str) -> None:
    with pytest.raises(ProblemError, match="tampered"):
        jws.verify_bytes(algorithm, bytes(80), b"data", bls_key(RAW))
