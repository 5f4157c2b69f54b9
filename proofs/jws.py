"""Compact JWS (RFC 7515), strictly: one spelling, one algorithm per key, no extensions.

    token = sign({"typ": "vc+jwt", "kid": url}, payload, signer=signer)
    jws = parse(token)               # nothing is believed yet
    verify(jws, key)                 # raises ProblemError(TAMPERED)

`alg` must be the algorithm of the key that the caller found; a key in the header is never used.
Three libraries were found too lenient for a public verifier (`docs/explanation`), so the hot path
is this page; `tests/interop` holds it against jose and jwcrypto.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys.multibase import MultibaseError, base64url, decode_base64url
from keys.store import Signer, VerificationKey
from proofs.signatures import is_edwards
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import NOT_PARSABLE, SUITE_UNSUPPORTED, TAMPERED, TOO_LARGE, ProblemError

_EC: Final[dict[str, tuple[str, hashes.HashAlgorithm, int]]] = {
    "ES256": ("secp256r1", hashes.SHA256(), 32),
    "ES384": ("secp384r1", hashes.SHA384(), 48),
    "ES512": ("secp521r1", hashes.SHA512(), 66),
}
_EDWARDS: Final = frozenset({"EdDSA", "Ed25519"})
ALGORITHMS: Final = frozenset({*_EC, *_EDWARDS, "RS256"})
"""What is verified: ES256, ES384, ES512, EdDSA (also by its newer name Ed25519) and RS256."""

_DOTS: Final = 2
_ENCRYPTED_DOTS: Final = 4
_REFUSED: Final = ("crit", "b64", "enc", "zip")
_ALGORITHM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9+-]*")
"""How every registered algorithm is written; what only looks like one (`none ` with a blank) is no name of any."""
_SHA256: Final = hashes.SHA256()
_PKCS1: Final = padding.PKCS1v15()


class CompactJWS(NamedTuple):
    """A token taken apart; nothing in it is to be believed before `verify` returned."""

    header: Mapping[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes

    @property
    def algorithm(self) -> str:
        """Return `alg`, one of `ALGORITHMS`."""
        return str(self.header["alg"])


def sign(header: Mapping[str, Any], payload: bytes, *, signer: Signer) -> str:
    """Return the compact JWS of `payload`; `alg` is the signer's and comes first."""
    protected = {"alg": str(signer.algorithm), **header}
    text = orjson.dumps(protected)
    signing_input = base64url(text) + b"." + base64url(payload)
    return (signing_input + b"." + base64url(signer.sign(signing_input))).decode("ascii")


def parse(token: str | bytes, *, limits: Limits = DEFAULT) -> CompactJWS:
    """Take a compact JWS apart.

    Raises `ProblemError`: `NOT_PARSABLE` (not three segments of canonical base64url, a header that
    is no strict JSON object, extensions by `crit` or `b64`, encryption), `TOO_LARGE`, `TAMPERED`
    (`alg` none or a MAC: nobody signed), `SUITE_UNSUPPORTED` (another algorithm).
    """
    raw = _ascii(token, limits)
    dots = raw.count(b".")
    if dots == _ENCRYPTED_DOTS:
        raise ProblemError(NOT_PARSABLE.about("an encrypted token"))
    if dots != _DOTS:
        raise ProblemError(NOT_PARSABLE.about("a compact JWS has three segments"))
    signing_input, _, signature = raw.rpartition(b".")
    protected, _, payload = signing_input.partition(b".")
    header = _header(_decode(protected, "header", limits), limits)
    return CompactJWS(
        header, _decode(payload, "payload", limits), signing_input, _decode(signature, "signature", limits)
    )


def verify(jws: CompactJWS, key: VerificationKey) -> None:
    """Raise `ProblemError(TAMPERED)` unless `key` signed the token by the algorithm it names."""
    verify_bytes(jws.algorithm, jws.signature, jws.signing_input, key)


def verify_bytes(algorithm: str, signature: bytes, data: bytes, key: VerificationKey) -> None:
    """Raise `ProblemError(TAMPERED)` unless `signature` is the key's over `data` (RFC 7518, 8037).

    ECDSA signatures are r followed by s, each of the curve's size; both halves of the range of s
    are good, since every signature has two spellings that no verifier may tell apart.
    """
    try:
        if algorithm in _EC and isinstance(key, ec.EllipticCurvePublicKey):
            curve, digest, size = _EC[algorithm]
            if key.curve.name == curve and len(signature) == 2 * size:
                r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
                return key.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest))
        elif algorithm in _EDWARDS and is_edwards(key):
            return key.verify(signature, data)
        elif algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey):
            return key.verify(signature, data, _PKCS1, _SHA256)
    except InvalidSignature:
        raise ProblemError(TAMPERED.about("the signature does not fit")) from None
    raise ProblemError(TAMPERED.about("the signature is not one of this key and algorithm"))


def _ascii(token: str | bytes, limits: Limits) -> bytes:
    longest = 3 * limits.jose_segment_bytes * 4 // 3 + 2 * _DOTS
    if len(token) > longest:
        raise ProblemError(TOO_LARGE.about("the token"))
    try:
        return token.encode("ascii") if isinstance(token, str) else token
    except UnicodeEncodeError:
        raise ProblemError(NOT_PARSABLE.about("a compact JWS is ASCII")) from None


def _decode(segment: bytes, name: str, limits: Limits) -> bytes:
    longest = limits.jose_segment_bytes * 4 // 3 + 2
    if len(segment) > longest:
        raise ProblemError(TOO_LARGE.about(f"the token's {name}"))
    try:
        return decode_base64url(segment, max_chars=longest)
    except MultibaseError as error:
        raise ProblemError(NOT_PARSABLE.about(f"the token's {name}: {error}")) from None


def _header(raw: bytes, limits: Limits) -> Mapping[str, Any]:
    header = strict_json.loads(raw, limits=limits)
    if not isinstance(header, dict):
        raise ProblemError(NOT_PARSABLE.about("a token's header is an object"))
    for name in _REFUSED:
        if name in header:
            raise ProblemError(NOT_PARSABLE.about(f"a token with {name} is not read here"))
    _check_algorithm(header.get("alg"))
    return header


def _check_algorithm(algorithm: object) -> None:
    if not isinstance(algorithm, str):
        raise ProblemError(NOT_PARSABLE.about("a token names one algorithm"))
    if algorithm in ALGORITHMS:
        return
    if algorithm.lower() == "none" or algorithm[:2].upper() == "HS" or not _ALGORITHM.fullmatch(algorithm):
        raise ProblemError(TAMPERED.about("nobody signed this token"))
    raise ProblemError(SUITE_UNSUPPORTED.about("the token's algorithm"))
