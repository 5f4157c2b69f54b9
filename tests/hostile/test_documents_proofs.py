"""Hostile Data Integrity proofs: threats.md, table B, line by line, each beside its valid twin."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys import did_key
from keys.local_signer import LocalSigner
from keys.multibase import decode_base58btc, encode_base58btc, encode_base64url, encode_multibase
from keys.verification_method import VerificationMethod
from proofs.cryptosuite import FaultySignatureError
from schemas.problems import PURPOSE_WRONG, ProblemError
from tests.support import linked_data as ld
from tests.support.linked_data_hostile import Change, changed, dropped, judge, put, wrapped, written

TAMPERED, MALFORMED, MISSING = "tampered", "malformed", "proof-missing"
UNSUPPORTED, PURPOSE, DATA_LOSS, SHAPE = "suite-unsupported", "purpose-wrong", "term-undefined", "shape-not-allowed"
SUBJECT = "credentialSubject"
L = 2**252 + 27_742_317_777_372_353_535_851_937_790_883_648_493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@cache
def _signed(suite: str) -> str:
    signer = ld.ecdsa_signer() if suite.startswith("ecdsa") else ld.ed25519_signer()
    return json.dumps(ld.sign(ld.badge(ld.controller(signer)), signer, suite))


def badge(suite: str = "eddsa-rdfc-2022") -> dict[str, Any]:
    return json.loads(_signed(suite))  # type: ignore[no-any-return]


SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")


@pytest.mark.parametrize("suite", SUITES)
def test_the_documents_that_are_attacked_below_are_valid(suite: str) -> None:
    assert 1 == len(judge(written(badge(suite))))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, dict | list):
            yield from _leaves(item, (*path, key))
        else:
            yield (*path, key)


def _other(value: Any) -> Any:
    if not isinstance(value, str):
        return value + 1
    if value[:4].isdigit() and "T" in value:
        return f"{int(value[:4]) + 1}{value[4:]}"
    return f"{value[:-1]}{'8' if value[-1] != '8' else '9'}"


@pytest.mark.parametrize("suite", SUITES)
def test_any_signed_value_that_changes_is_noticed(suite: str) -> None:
    """B01: each leaf of the document in turn changed, and taken away."""
    document = badge(suite)
    for path in _leaves({key: value for key, value in document.items() if key != "proof"}):
        altered = copy.deepcopy(document)
        place: Any = altered
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = _other(place[path[-1]])
        with pytest.raises(ProblemError):
            judge(written(altered))
        del place[path[-1]]
        with pytest.raises(ProblemError):
            judge(written(altered))


def test_ids_that_trade_places_are_noticed() -> None:
    document = badge()
    subject = document[SUBJECT]
    subject["id"], subject["achievement"]["id"] = subject["achievement"]["id"], subject["id"]
    with pytest.raises(ProblemError, match=TAMPERED):
        judge(written(document))


def test_the_proof_of_another_credential_is_noticed() -> None:
    """B02."""
    signer = ld.ed25519_signer()
    one = ld.sign(ld.badge(ld.controller(signer)), signer)
    other = ld.sign(ld.badge(ld.controller(signer), name="Autre"), signer)
    with pytest.raises(ProblemError, match=TAMPERED):
        judge(written(one | {"proof": other["proof"]}))


def _value(make: Any) -> Change:
    return lambda document: document["proof"].update(proofValue=make(document["proof"]["proofValue"]))


def _flipped(value: str) -> str:
    raw = bytearray(decode_base58btc(value[1:]))
    raw[40] ^= 1
    return encode_multibase(bytes(raw))


def _plus_order(value: str) -> str:
    raw = decode_base58btc(value[1:])
    s = int.from_bytes(raw[32:], "little") + L
    return encode_multibase(raw[:32] + s.to_bytes(32, "little"))


def _key_of(document: dict[str, Any]) -> str:
    return str(document["proof"]["verificationMethod"]).partition("#")[2]


def _other_url() -> str:
    return ld.ed25519_signer().verification_method


PROOFS: dict[str, tuple[Change, set[str]]] = {
    "B03 removed": (dropped("proof"), {MISSING}),
    "B03 null": (put("proof", None), {MISSING, SHAPE}),
    "B03 empty list": (put("proof", []), {MISSING}),
    "B03 empty object": (put("proof", {}), {MISSING}),
    "B03 text": (put("proof", "z123"), {MISSING}),
    "B03 number": (put("proof", 7), {MISSING}),
    "B03 list in a list": (wrapped("proof", lambda proof: [[proof]]), {MISSING, SHAPE}),
    "B04 made for authentication": (put("proof", "proofPurpose", "authentication"), {PURPOSE}),
    "B04 no purpose": (dropped("proof", "proofPurpose"), {PURPOSE}),
    "B04 list of purposes": (put("proof", "proofPurpose", ["assertionMethod"]), {PURPOSE}),
    "B04 purpose as IRI": (put("proof", "proofPurpose", "https://w3id.org/security#assertionMethod"), {PURPOSE}),
    "B06 fragment of another key": (
        lambda d: d["proof"].update(
            verificationMethod=d["proof"]["verificationMethod"].partition("#")[0] + "#" + _other_url().partition("#")[2]
        ),
        {PURPOSE, "did-invalid", "did-document-invalid"},
    ),
    "B06 another key": (lambda d: d["proof"].update(verificationMethod=_other_url()), {TAMPERED}),
    "B07 key as object": (
        lambda d: d["proof"].update(verificationMethod={"id": "urn:x:1", "publicKeyMultibase": _key_of(d)}),
        {"did-invalid"},
    ),
    "B07 key as data:": (put("proof", "verificationMethod", "data:application/json,{}"), {"did-invalid"}),
    "B07 relative key": (put("proof", "verificationMethod", "#key-1"), {"did-invalid"}),
    "B07 list of keys": (
        lambda d: d["proof"].update(verificationMethod=[d["proof"]["verificationMethod"]]),
        {"did-invalid"},
    ),
    "B07 no fragment": (
        lambda d: d["proof"].update(verificationMethod=d["proof"]["verificationMethod"].partition("#")[0]),
        {"did-invalid"},
    ),
    "B09 made in 2099": (put("proof", "created", "2099-01-01T00:00:00Z"), {"out-of-range"}),
    "B09 made on 30 February": (put("proof", "created", "2026-02-30T00:00:00Z"), {MALFORMED}),
    "B09 made at a number": (put("proof", "created", 1_700_000_000), {MALFORMED}),
    "B09 over": (put("proof", "expires", "2026-05-31T11:00:00Z"), {"proof-expired"}),
    "B09 over, malformed": (put("proof", "expires", "tomorrow"), {MALFORMED}),
    "B10 bit flipped": (_value(_flipped), {TAMPERED}),
    "B10 truncated": (_value(lambda value: value[:-1]), {TAMPERED}),
    "B10 longer": (_value(lambda value: value + "2"), {TAMPERED}),
    "B10 a leading 1 more": (_value(lambda value: "z1" + value[1:]), {TAMPERED}),
    "B10 base64url": (_value(lambda value: "u" + encode_base64url(decode_base58btc(value[1:]))), {TAMPERED}),
    "B10 hexadecimal": (_value(lambda value: "f" + decode_base58btc(value[1:]).hex()), {TAMPERED}),
    "B10 no multibase header": (_value(lambda value: value[1:]), {TAMPERED}),
    "B10 a letter outside the alphabet": (_value(lambda value: value[:-1] + "0"), {TAMPERED}),
    "B10 a blank": (_value(lambda value: value + " "), {TAMPERED}),
    "B10 a line feed": (_value(lambda value: value + "\n"), {TAMPERED}),
    "B10 empty": (put("proof", "proofValue", ""), {TAMPERED}),
    "B10 null": (put("proof", "proofValue", None), {TAMPERED, SHAPE}),
    "B10 zero": (_value(lambda _: "z" + encode_base58btc(bytes(64))), {TAMPERED}),
    "B10 none": (dropped("proof", "proofValue"), {TAMPERED}),
    "B12 S plus the order": (_value(_plus_order), {TAMPERED}),
    "B16 Ed25519 under an ECDSA name": (put("proof", "cryptosuite", "ecdsa-rdfc-2019"), {TAMPERED}),
    "B17 suite unknown": (put("proof", "cryptosuite", "eddsa-rdfc-2099"), {UNSUPPORTED}),
    "B17 no suite": (dropped("proof", "cryptosuite"), {MALFORMED}),
    "B17 list of suites": (put("proof", "cryptosuite", ["eddsa-rdfc-2022"]), {MALFORMED}),
    "B17 suite in capitals": (put("proof", "cryptosuite", "EDDSA-RDFC-2022"), {UNSUPPORTED}),
    "B17 jcs for rdfc": (put("proof", "cryptosuite", "eddsa-jcs-2022"), {TAMPERED}),
    "B17 another type": (put("proof", "type", "DataIntegrityProof2"), {UNSUPPORTED}),
    "B17 the suite as type": (put("proof", "type", "eddsa-rdfc-2022"), {UNSUPPORTED}),
    "B17 list of types": (put("proof", "type", ["DataIntegrityProof"]), {MALFORMED}),
    "B17 an older type of the same key": (put("proof", "type", "Ed25519Signature2020"), {DATA_LOSS}),
    "B18 unknown term in the proof": (put("proof", "honours", "x"), {DATA_LOSS}),
    "B18 context in the proof": (put("proof", "@context", [ld.V2, ld.OPEN_BADGES]), {SHAPE}),
    "B18 null context in the proof": (put("proof", "@context", None), {SHAPE}),
    "B19 one of two forged": (lambda d: d.update(proof=[d["proof"], d["proof"] | {"proofValue": "z2"}]), {TAMPERED}),
    "B19 1,000 proofs": (lambda d: d.update(proof=[d["proof"]] * 1_000), {"too-complex"}),
    "B19 a forged proof twice": (lambda d: d.update(proof=[d["proof"] | {"proofValue": "z2"}] * 2), {TAMPERED}),
    "B20 earlier proof missing": (put("proof", "previousProof", "urn:uuid:1"), {TAMPERED}),
    "B20 earlier proofs missing": (put("proof", "previousProof", ["urn:uuid:1", "urn:uuid:2"]), {TAMPERED}),
    "B20 earlier proof is itself": (
        lambda d: d["proof"].update(id="urn:uuid:1", previousProof="urn:uuid:1"),
        {TAMPERED},
    ),
    "B20 in a circle": (
        lambda d: d.update(
            proof=[
                d["proof"] | {"id": "urn:uuid:1", "previousProof": "urn:uuid:2"},
                d["proof"] | {"id": "urn:uuid:2", "previousProof": ["urn:uuid:1"]},
            ]
        ),
        {TAMPERED},
    ),
    "B20 earlier proof is a number": (put("proof", "previousProof", 7), {MALFORMED}),
    "B20 no earlier proof in the list": (put("proof", "previousProof", []), {MALFORMED}),
    "B20 two proofs of one name": (
        lambda d: d.update(proof=[d["proof"] | {"id": "urn:uuid:1"}, d["proof"] | {"id": "urn:uuid:1", "nonce": "x"}]),
        {TAMPERED},
    ),
}


@pytest.mark.parametrize("case", PROOFS)
def test_a_proof_that_is_not_as_it_should_be_is_refused(case: str) -> None:
    change, codes = PROOFS[case]
    with pytest.raises(ProblemError) as caught:
        judge(changed(badge(), change))
    assert caught.value.problem.code in codes


MODEL: dict[str, tuple[Change, set[str]]] = {
    "B08 issuer with a blank": (put("issuer", "did:web:x example"), {MALFORMED}),
    "B08 issuer in capitals": (put("issuer", "DID:WEB:X.EXAMPLE"), {MALFORMED}),
    "B08 issuer with a fragment": (put("issuer", "did:web:x.example#key"), {MALFORMED}),
    "B08 issuer over http": (put("issuer", "http://x.example"), {MALFORMED}),
    "B08 issuer null": (put("issuer", None), {MALFORMED, SHAPE}),
    "B08 issuer a number": (put("issuer", 7), {MALFORMED}),
    "B08 issuer without id": (dropped("issuer", "id"), {MALFORMED}),
    "B22 no type": (dropped("type"), {MALFORMED}),
    "B22 not a credential": (put("type", ["OpenBadgeCredential"]), {MALFORMED}),
    "B22 empty subject": (put(SUBJECT, {}), {MALFORMED}),
    "B22 no subjects": (put(SUBJECT, []), {MALFORMED}),
    "B22 subject null": (put(SUBJECT, None), {MALFORMED, SHAPE}),
    "B22 subject a text": (put(SUBJECT, "x"), {MALFORMED}),
    "B22 no issuer": (dropped("issuer"), {MALFORMED}),
    "B22 id is no URL": (put("id", "x"), {MALFORMED}),
    "B22 schema without type": (put("credentialSchema", {"id": "https://x.example/s"}), {MALFORMED}),
    "B22 terms without type": (put("termsOfUse", {"id": "https://x.example/t"}), {MALFORMED}),
    "B22 evidence without type": (put("evidence", [{"id": "https://x.example/e"}]), {MALFORMED}),
    "B22 status without type": (dropped("credentialStatus", "type"), {MALFORMED}),
    "B22 refresh service without type": (put("refreshService", {"id": "https://x.example/r"}), {MALFORMED}),
    "B23 end before the start": (put("validUntil", "2020-01-01T00:00:00Z"), {MALFORMED}),
    "B23 malformed end": (put("validUntil", "soon"), {MALFORMED}),
    "B23 two ends": (put("validUntil", ["2031-05-31T12:00:00Z", "2032-05-31T12:00:00Z"]), {MALFORMED}),
    "B23 end a number": (put("validUntil", 2031), {MALFORMED}),
    "B23 end on 30 February": (put("validUntil", "2031-02-30T12:00:00Z"), {MALFORMED}),
    "B23 end without offset": (put("validUntil", "2031-05-31T12:00:00"), {MALFORMED}),
    "B24 dates of the older model": (put("expirationDate", "2031-05-31T12:00:00Z"), {DATA_LOSS}),
    "B25 related resource without digest": (put("relatedResource", {"id": "https://x.example/a.pdf"}), {MALFORMED}),
}


@pytest.mark.parametrize("case", MODEL)
def test_a_credential_against_the_data_model_is_refused(case: str) -> None:
    change, codes = MODEL[case]
    with pytest.raises(ProblemError) as caught:
        judge(changed(badge(), change))
    assert caught.value.problem.code in codes


def test_a_key_that_is_not_listed_for_assertions_is_refused() -> None:
    """B05: what the finder of keys refuses, the check refuses."""

    def find(_url: str, _purpose: str) -> VerificationMethod:
        raise ProblemError(PURPOSE_WRONG.about())

    with pytest.raises(ProblemError, match=PURPOSE):
        ld.check(badge(), find_key=find)


def test_a_proof_value_of_200_kb_is_refused_before_it_is_decoded() -> None:
    """B11: base58 takes quadratic time."""
    raw = changed(badge(), put("proof", "proofValue", "z" + "2" * 200_000))
    before = time.process_time()
    with pytest.raises(ProblemError, match=TAMPERED):
        judge(raw)
    assert time.process_time() - before < 0.5


SMALL_ORDER = {
    "identity": (1).to_bytes(32, "little"),
    "order 2": (2**255 - 20).to_bytes(32, "little"),
    "order 4": bytes(32),
    "order 8": bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    "not reduced": (2**255 - 19).to_bytes(32, "little"),
}


@pytest.mark.parametrize("name", SMALL_ORDER)
def test_a_key_that_has_one_signature_for_every_document_is_refused(name: str) -> None:
    """B13."""
    multikey = encode_multibase(b"\xed\x01" + SMALL_ORDER[name])
    document = badge()
    document["proof"]["verificationMethod"] = f"did:key:{multikey}#{multikey}"
    document["proof"]["proofValue"] = encode_multibase((1).to_bytes(32, "little") + bytes(32))
    with pytest.raises(ProblemError, match="key-weak"):
        judge(written(document))


def _ecdsa_value(r: int, s: int) -> str:
    return encode_multibase(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


ECDSA = {
    "r and s zero": _ecdsa_value(0, 0),
    "r is n": _ecdsa_value(P256_ORDER, 1),
    "s is n": _ecdsa_value(1, P256_ORDER),
    "r and s one": _ecdsa_value(1, 1),
    "DER": encode_multibase(bytes.fromhex("3006020101020101") + bytes(56)),
    "one byte more": encode_multibase(bytes(65)),
}


@pytest.mark.parametrize("name", ECDSA)
def test_a_trivial_ecdsa_signature_is_refused(name: str) -> None:
    """B14."""
    with pytest.raises(ProblemError, match=TAMPERED):
        judge(changed(badge("ecdsa-rdfc-2019"), put("proof", "proofValue", ECDSA[name])))


def test_both_ecdsa_signatures_of_a_pair_verify() -> None:
    """B15: s and n - s."""
    document = badge("ecdsa-rdfc-2019")
    raw = decode_base58btc(document["proof"]["proofValue"][1:])
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    document["proof"]["proofValue"] = _ecdsa_value(r, P256_ORDER - s)
    assert 1 == len(judge(written(document)))


def test_a_p256_key_under_an_eddsa_name_is_refused() -> None:
    """B16."""
    with pytest.raises(ProblemError, match=TAMPERED):
        judge(changed(badge("ecdsa-rdfc-2019"), put("proof", "cryptosuite", "eddsa-rdfc-2022")))


@pytest.mark.parametrize("curve", [ec.SECP256K1(), ec.SECP521R1()])
def test_a_curve_that_the_suite_does_not_use_is_refused(curve: ec.EllipticCurve) -> None:
    """B16."""
    key = ec.generate_private_key(curve).public_key()

    def find(url: str, purpose: str) -> VerificationMethod:
        return VerificationMethod(url, "did:x:1", key, frozenset({purpose}))

    with pytest.raises(ProblemError, match=TAMPERED):
        ld.check(badge("ecdsa-rdfc-2019"), find_key=find)


def _chain() -> tuple[dict[str, Any], LocalSigner]:
    signer = ld.ed25519_signer()
    signed = ld.sign(ld.badge(ld.controller(signer)), signer)
    signed["proof"]["id"] = "urn:uuid:00000000-0000-4000-8000-000000000001"
    return signed, signer


def test_the_first_link_of_a_chain_cannot_be_changed_or_removed() -> None:
    """B20, with the chain of the specification's vectors in tests/vectors as the valid twin."""
    signed, _ = _chain()
    later = {**signed["proof"], "id": "urn:uuid:2", "previousProof": signed["proof"]["id"]}
    for proofs in ([later], [signed["proof"] | {"created": "2026-05-31T11:00:00Z"}, later]):
        with pytest.raises(ProblemError, match=TAMPERED):
            judge(written(signed | {"proof": proofs}))


class _Faulty(LocalSigner):
    """A signer with a bit that flips once."""

    def sign(self, data: bytes) -> bytes:
        signature = bytearray(super().sign(data))
        signature[33] ^= 1
        return bytes(signature)


def test_a_faulty_signature_is_never_let_go() -> None:
    """B26: two signatures of one message, one of them faulty, give the key away."""
    key = ed25519.Ed25519PrivateKey.generate()
    signer = _Faulty(key, verification_method=did_key.verification_method_for(key.public_key()))
    with pytest.raises(FaultySignatureError):
        ld.sign(ld.badge(ld.controller(signer)), signer)


def test_ecdsa_signatures_never_share_r() -> None:
    """B27."""
    signer = ld.ecdsa_signer()
    values = [signer.sign(b"the same data")[:32] for _ in range(2_000)]
    assert len(values) == len(set(values))
