"""COSE_Sign1 (RFC 9052, section 4.2), strictly: one signer, the payload inside, the algorithm of the key.

    message = sign({TYPE: "application/vc+cose", KEY_ID: b"did:…#key"}, payload, signer=signer)
    parts = parse(message)           # nothing is believed yet
    verify(parts, key)               # raises ProblemError(TAMPERED)

Tag 18 may stand before the message or not. What is refused although CBOR knows it: indefinite and
over-long lengths, a label twice, in one map or in both, a payload kept elsewhere, an algorithm that
is not protected, and a critical label that is not understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from keys.store import Algorithm, Signer, VerificationKey
from proofs import cbor, jws
from proofs.cbor import CBORError, Tagged
from schemas.limits import DEFAULT, Limits
from schemas.problems import NOT_PARSABLE, SUITE_UNSUPPORTED, TAMPERED, TOO_LARGE, ProblemError

Headers = Mapping[int | str, Any]

ALGORITHM: Final = 1
CRITICAL: Final = 2
CONTENT_TYPE: Final = 3
KEY_ID: Final = 4
CWT_CLAIMS: Final = 15
TYPE: Final = 16
"""Labels of header parameters: RFC 9052 section 3.1, RFC 9597 section 2, RFC 9596 section 2."""

ALGORITHMS: Final[Mapping[int, str]] = {
    -7: "ES256",
    -8: "EdDSA",
    -9: "ES256",
    -19: "Ed25519",
    -35: "ES384",
    -36: "ES512",
    -51: "ES384",
    -52: "ES512",
    -257: "RS256",
}
"""What is verified, by the names of JOSE: RFC 9053 section 2, RFC 9864 (one name for a curve and a hash), RFC 8812."""
_SIGNED_AS: Final[Mapping[Algorithm, int]] = {
    Algorithm.ES256: -7,
    Algorithm.EDDSA: -8,
    Algorithm.ES384: -35,
    Algorithm.ES512: -36,
    Algorithm.RS256: -257,
}
_MACS: Final = frozenset({4, 5, 6, 7, 14, 15, 25, 26})
_UNDERSTOOD: Final = frozenset({ALGORITHM, CONTENT_TYPE, KEY_ID, CWT_CLAIMS, TYPE})
_TAG: Final = 18
_PARTS: Final = 4
_CONTEXT: Final = "Signature1"
_FIRST_BYTES: Final = (b"\xd2", b"\x84")


@dataclass(frozen=True, slots=True)
class Sign1:
    """A message taken apart; nothing in it is to be believed before `verify` returned."""

    protected: Headers
    unprotected: Headers
    payload: bytes
    signing_input: bytes
    signature: bytes

    @property
    def algorithm(self) -> str:
        """Return the algorithm by its name in JOSE."""
        return ALGORITHMS[self.protected[ALGORITHM]]


def looks_like(raw: bytes) -> bool:
    """Return whether `raw` begins as a message does: with tag 18, or an array of four parts."""
    return raw.startswith(_FIRST_BYTES)


def sign(protected: Headers, payload: bytes, *, signer: Signer) -> bytes:
    """Return the tagged message of `payload`; the algorithm is the signer's and is protected."""
    headers = cbor.encode({ALGORITHM: _SIGNED_AS[signer.algorithm], **protected})
    signature = signer.sign(_signing_input(headers, payload))
    message = cbor.encode_tagged(_TAG, [headers, {}, payload, signature])
    # Looked at as it is written before it leaves: a faulty signature could give the key away.
    verify(parse(message), signer.public_key)
    return message


def parse(raw: bytes, *, limits: Limits = DEFAULT) -> Sign1:
    """Take a message apart.

    Raises `ProblemError`: `NOT_PARSABLE` (no COSE_Sign1 of the kind described above), `TOO_LARGE`,
    `TAMPERED` (a MAC: nobody signed), `SUITE_UNSUPPORTED` (another algorithm).
    """
    if len(raw) > 2 * limits.jose_segment_bytes:
        raise ProblemError(TOO_LARGE.about("the COSE message"))
    protected, unprotected, payload, signature = _four(_decode(raw))
    headers = _decode(protected) if protected else {}
    if not isinstance(headers, dict) or not isinstance(unprotected, dict):
        raise ProblemError(NOT_PARSABLE.about("the headers of a COSE message are maps"))
    if len(payload) > limits.jose_segment_bytes:
        raise ProblemError(TOO_LARGE.about("the payload of the COSE message"))
    _check_headers(headers, unprotected)
    return Sign1(headers, unprotected, payload, _signing_input(protected, payload), signature)


def verify(message: Sign1, key: VerificationKey) -> None:
    """Raise `ProblemError(TAMPERED)` unless `key` signed the message by the algorithm it names."""
    jws.verify_bytes(message.algorithm, message.signature, message.signing_input, key)


def _decode(raw: bytes) -> Any:
    try:
        return cbor.decode_wide(raw)
    except CBORError as error:
        raise ProblemError(NOT_PARSABLE.about(f"no CBOR of a COSE message: {error}")) from None


def _four(value: Any) -> tuple[bytes, Any, bytes, bytes]:
    """Return protected headers, unprotected headers, payload and signature."""
    if isinstance(value, Tagged):
        if value.number != _TAG:
            raise ProblemError(NOT_PARSABLE.about("a COSE message with one signer has tag 18"))
        value = value.value
    if not isinstance(value, list) or len(value) != _PARTS:
        raise ProblemError(NOT_PARSABLE.about("a COSE message with one signer has four parts"))
    protected, unprotected, payload, signature = value
    if payload is None:
        raise ProblemError(NOT_PARSABLE.about("the payload of the COSE message is kept elsewhere"))
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise ProblemError(NOT_PARSABLE.about("headers, payload and signature of a COSE message are bytes"))
    return protected, unprotected, payload, signature


def _check_headers(protected: Headers, unprotected: Headers) -> None:
    """Apply RFC 9052 section 3: a label once, `alg` protected, every critical label understood."""
    if not protected.keys().isdisjoint(unprotected):
        raise ProblemError(NOT_PARSABLE.about("a label stands in both headers"))
    if ALGORITHM in unprotected or CRITICAL in unprotected:
        raise ProblemError(NOT_PARSABLE.about("alg and crit are protected"))
    if CRITICAL in protected:
        _check_critical(protected[CRITICAL], protected)
    algorithm = protected.get(ALGORITHM)
    if type(algorithm) not in {int, str}:
        raise ProblemError(NOT_PARSABLE.about("a COSE message names one algorithm"))
    if algorithm in _MACS:
        raise ProblemError(TAMPERED.about("nobody signed this message"))
    if algorithm not in ALGORITHMS:
        raise ProblemError(SUITE_UNSUPPORTED.about("the algorithm of the COSE message"))


def _check_critical(labels: Any, protected: Headers) -> None:
    if not isinstance(labels, list) or not labels or not all(type(label) in {int, str} for label in labels):
        raise ProblemError(NOT_PARSABLE.about("crit is a list of labels"))
    if not _UNDERSTOOD.issuperset(labels) or not protected.keys() >= set(labels):
        raise ProblemError(NOT_PARSABLE.about("a critical label that is not understood, or not there"))


def _signing_input(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure (section 4.4) of a message with one signer; no data from outside belongs to it."""
    return cbor.encode([_CONTEXT, protected, b"", payload])
