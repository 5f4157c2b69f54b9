"""The cryptosuite ecdsa-sd-2023: one signature for each statement, so that the holder may show some.

    base = add_base_proof(document, signer=signer, created=now, converter=converter, mandatory=["/issuer"])
    shown = derive(base, selective=["/credentialSubject/achievement"], converter=converter)

The issuer's signature covers the mandatory statements and the public half of a key that is made for
this document, signs each other statement, and is forgotten. `check_proofs` verifies what `derive`
returns; a base proof is for the holder only and does not verify.
Specification: Data Integrity ECDSA Cryptosuites 1.0, sections 3.4 to 3.6.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.multibase import MultibaseError, decode_multibase, encode_multibase
from keys.public_keys import KeyFormError, ec_key_from_point
from keys.store import Signer, VerificationKey
from proofs import cbor, rdfc
from proofs.cryptosuite import (
    DATA_INTEGRITY_PROOF,
    FaultySignatureError,
    Securing,
    UnsuitableKeyError,
)
from proofs.jsonld import Converter
from proofs.sd_statements import Statements
from proofs.sd_values import (
    base_proof,
    mandatory_digest,
    no_base,
    rank,
    raw_value,
    shown_lines,
    split,
    tampered,
    value_parts,
)
from proofs.signatures import ecdsa_holds
from schemas.limits import DEFAULT, Limits
from schemas.moments import written
from schemas.problems import MALFORMED, TAMPERED, ProblemError

NAME: Final = "ecdsa-sd-2023"
_BASE: Final = b"\xd9\x5d\x00"
_DERIVED: Final = b"\xd9\x5d\x01"
_P256: Final = b"\x80\x24"
_KEY_BYTES: Final = 35
_SIGNATURE_BYTES: Final = 64
_HMAC_BYTES: Final = 32
_ECDSA: Final = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class BaseProof:
    """What the value of a base proof holds (section 3.5.2)."""

    signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: list[bytes]
    mandatory: list[str]


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """What the value of a derived proof holds (section 3.5.7)."""

    signature: bytes
    public_key: bytes
    signatures: list[bytes]
    labels: dict[int, bytes]
    mandatory: list[int]


@dataclass(frozen=True, slots=True)
class EcdsaSd2023:
    """The suite as `check_proofs` and `add_proof` see it; `add_proof` makes no statement mandatory."""

    name: str = NAME
    proof_type: str = DATA_INTEGRITY_PROOF
    mandatory: tuple[str, ...] = ()

    def create(self, securing: Securing, options: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
        """Return a base proof (section 3.6.1)."""
        if not _is_p256(signer.public_key):
            msg = f"{NAME} signs with P-256 only"
            raise UnsuitableKeyError(msg)
        hmac_key = secrets.token_bytes(_HMAC_BYTES)
        statements = Statements(securing.document, hmac_key, securing.converter, securing.limits)
        kept, others = split(statements.lines, set(statements.numbers(self.mandatory)))
        one_time = ec.generate_private_key(ec.SECP256R1())
        point = one_time.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        data = _signed_data(
            securing.options_digest(options, method="rdfc", hash_name="sha256"),
            _P256 + point,
            kept,
        )
        signature = signer.sign(data)
        if not ecdsa_holds(signer.public_key, signature, data):
            msg = "a signature did not hold when it was checked"
            raise FaultySignatureError(msg)
        signatures = [_raw(one_time, line) for line in others]
        value = cbor.encode([signature, _P256 + point, hmac_key, signatures, list(self.mandatory)])
        return {**options, "proofValue": encode_multibase(_BASE + value, base="u")}

    def check(self, securing: Securing, proof: Mapping[str, Any], key: VerificationKey) -> None:
        """Raise `ProblemError(TAMPERED)` unless a derived proof holds (section 3.6.7)."""
        if not _is_p256(key):
            raise ProblemError(TAMPERED.about(f"{NAME} is used with P-256 only"))
        found = _read_derived(proof["proofValue"], securing.limits)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        lines = shown_lines(securing, {number: _hidden(name) for number, name in found.labels.items()})
        kept, others = split(lines, set(found.mandatory))
        if len(others) != len(found.signatures) or len(kept) != len(found.mandatory):
            raise tampered("the statements are not those that were signed")
        data = _signed_data(
            securing.options_digest(options, method="rdfc", hash_name="sha256"),
            found.public_key,
            kept,
        )
        one_time = _point(found.public_key)
        if not ecdsa_holds(key, found.signature, data) or not all(
            ecdsa_holds(one_time, signature, line.encode())
            for signature, line in zip(found.signatures, others, strict=True)
        ):
            raise tampered("a signature does not fit the document")


SUITE: Final = EcdsaSd2023()


def add_base_proof(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    created: datetime,
    converter: Converter,
    mandatory: Sequence[str],
    purpose: str = "assertionMethod",
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Return a new object: `document` with a base proof; every derived one shows what `mandatory` points to.

    Raises MALFORMED when a pointer (RFC 6901) selects nothing, and what the converter raises.
    """
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    options = {
        "type": DATA_INTEGRITY_PROOF,
        "cryptosuite": NAME,
        "created": written(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": purpose,
    }
    suite = EcdsaSd2023(mandatory=tuple(mandatory))
    return unsecured | {"proof": suite.create(Securing(unsecured, converter, limits), options, signer)}


def derive(
    document: Mapping[str, Any], *, selective: Sequence[str], converter: Converter, limits: Limits = DEFAULT
) -> dict[str, Any]:
    """Return what the pointers `selective` and the issuer's mandatory ones show, with a derived proof (section 3.6.6).

    Raises MALFORMED: no base proof of this suite, a pointer that selects nothing, nothing shown.
    """
    proof = base_proof(document, NAME)
    base = _read_base(proof.get("proofValue"), limits)
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    statements = Statements(unsecured, base.hmac_key, converter, limits)
    mandatory = set(statements.numbers(base.mandatory))
    open_to_choice = [number for number in range(len(statements.lines)) if number not in mandatory]
    pointers = [*base.mandatory, *selective]
    if not pointers or len(open_to_choice) != len(base.signatures):
        raise ProblemError(MALFORMED.about("nothing would be shown, or the proof is not that of the document"))
    shown = statements.select(pointers)
    signature_of = dict(zip(open_to_choice, base.signatures, strict=True))
    labels = rdfc.labels(shown.dataset, limits=limits)
    value = cbor.encode(
        [
            base.signature,
            base.public_key,
            [signature_of[number] for number in shown.numbers if number not in mandatory],
            {rank(label): _decoded(name) for label, name in zip(labels, shown.names, strict=True)},
            [place for place, number in enumerate(shown.numbers) if number in mandatory],
        ]
    )
    return shown.document | {"proof": {**proof, "proofValue": encode_multibase(_DERIVED + value, base="u")}}


def _signed_data(options_digest: bytes, public_key: bytes, mandatory: list[str]) -> bytes:
    """Return what the issuer's key signs (section 3.5.1)."""
    return options_digest + public_key + mandatory_digest(mandatory)


def _read_base(value: Any, limits: Limits) -> BaseProof:
    """Read the value of a base proof; raise MALFORMED."""
    try:
        parts = value_parts(raw_value(value, limits), _BASE)
        signature, public_key, hmac_key, signatures, mandatory = parts
        ok = isinstance(hmac_key, bytes) and len(hmac_key) == _HMAC_BYTES and _are_all(str, mandatory)
        _check_key_and_signatures(signature, public_key, signatures)
    except (MultibaseError, cbor.CBORError, ValueError, TypeError):
        ok = False
    if not ok:
        raise no_base()
    return BaseProof(signature, public_key, hmac_key, signatures, mandatory)


def _read_derived(value: str, limits: Limits) -> DerivedProof:
    """Read the value of a derived proof; raise TAMPERED."""
    try:
        signature, public_key, signatures, labels, mandatory = value_parts(raw_value(value, limits), _DERIVED)
        _check_key_and_signatures(signature, public_key, signatures)
        named = isinstance(labels, dict) and all(
            isinstance(name, bytes) and len(name) == _HMAC_BYTES for name in labels.values()
        )
        numbered = _are_all(int, mandatory) and len(set(mandatory)) == len(mandatory)
    except (MultibaseError, cbor.CBORError, ValueError, TypeError):
        raise tampered("the proof value is not a derived proof") from None
    if not named or not numbered or len(set(labels.values())) != len(labels):
        raise tampered("the proof value is not a derived proof")
    return DerivedProof(signature, public_key, signatures, labels, mandatory)


def _are_all(kind: type, values: Any) -> bool:
    """Is it a list, and of nothing else? Texts, bytes and maps can be walked through as well."""
    return isinstance(values, list) and all(type(value) is kind for value in values)


def _check_key_and_signatures(signature: Any, public_key: Any, signatures: Any) -> None:
    """Raise `ValueError` or `TypeError` unless sizes and kinds are right."""
    if len(public_key) != _KEY_BYTES or public_key[:2] != _P256 or not isinstance(signatures, list):
        msg = "no P-256 key, or no list of signatures"
        raise ValueError(msg)
    if not all(isinstance(item, bytes) and len(item) == _SIGNATURE_BYTES for item in [signature, *signatures]):
        msg = "a signature of another size"
        raise ValueError(msg)


def _point(public_key: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec_key_from_point(ec.SECP256R1(), public_key[2:])
    except KeyFormError:
        raise tampered("the key of the statements is none") from None


def _raw(key: ec.EllipticCurvePrivateKey, line: str) -> bytes:
    r, s = decode_dss_signature(key.sign(line.encode(), _ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _is_p256(key: VerificationKey) -> bool:
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"


def _hidden(name: bytes) -> str:
    return "_:" + encode_multibase(name, base="u")


def _decoded(name: str) -> bytes:
    return decode_multibase(name.removeprefix("_:"), bases="u")
