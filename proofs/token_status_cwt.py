"""A Token Status List as a CWT: COSE instead of JOSE, the same claims by number (draft section 5.2).

    raw = sign({"sub": url, "iat": 1700000000, "status_list": {"bits": 1, "lst": packed}}, signer=signer)
    parts = read(raw)                # nothing is believed yet; `proofs.token_status_list` asks the rest

Wallets and readers of mdoc ask for this form. One with a MAC, tag 17, is not read: whoever could
check it could also make it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from keys.store import Signer
from proofs import cbor, cose
from proofs.vc_cose import key_id
from schemas.limits import DEFAULT, Limits
from schemas.problems import STATUS_UNVERIFIED, ProblemError

TYPE: Final = "application/statuslist+cwt"
_FIRST_BYTE: Final = b"\xd2"
"""Tag 18, which has to stand before the message; no compact JWS begins so."""
_X5CHAIN: Final = 33
_CLAIMS: Final[Mapping[int, str]] = {
    1: "iss",
    2: "sub",
    4: "exp",
    5: "nbf",
    6: "iat",
    65533: "status_list",
    65534: "ttl",
}
_LABELS: Final = {name: label for label, name in _CLAIMS.items()}


@dataclass(frozen=True, slots=True)
class StatusCWT:
    """A list taken apart; nothing in it is to be believed before its signature was checked."""

    message: cose.Sign1
    header: Mapping[str, Any]
    """`kid` and `x5c`, where they are given, as a JWT writes them."""
    claims: Mapping[str, Any]
    """The claims that are read, by their names in JWT; `lst` of the list is bytes."""


def looks_like(raw: str | bytes) -> bool:
    """Return whether `raw` begins as this form does."""
    return isinstance(raw, bytes) and raw.startswith(_FIRST_BYTE)


def sign(claims: Mapping[str, Any], *, signer: Signer) -> bytes:
    """Return the signed list of `claims` by their names in JWT."""
    headers: cose.Headers = {cose.TYPE: TYPE, cose.KEY_ID: signer.verification_method.encode()}
    payload = cbor.encode({_LABELS[name]: value for name, value in claims.items()})
    return cose.sign(headers, payload, signer=signer)


def read(raw: bytes, *, limits: Limits = DEFAULT) -> StatusCWT:
    """Take a list apart.

    Raises `ProblemError`: what `cose.parse` raises, and `STATUS_UNVERIFIED` for a message of another kind.
    """
    parts = cose.parse(raw, limits=limits)
    declared = parts.protected.get(cose.TYPE)
    if not isinstance(declared, str) or declared.lower() != TYPE:
        raise ProblemError(STATUS_UNVERIFIED.about("a COSE message of another kind"))
    try:
        claims = cbor.decode_wide(parts.payload)
    except cbor.CBORError:
        claims = None
    if not isinstance(claims, dict):
        raise ProblemError(STATUS_UNVERIFIED.about("the claims of the list are no map"))
    named = {name: claims[label] for label, name in _CLAIMS.items() if label in claims}
    return StatusCWT(parts, _header(parts), named)


def _header(parts: cose.Sign1) -> Mapping[str, Any]:
    """Return what leads to the key; both may stand unprotected, since the key they lead to is compared."""
    found = {"kid": key_id(parts), "x5c": _chain(parts)}
    return {name: value for name, value in found.items() if value is not None}


def _chain(parts: cose.Sign1) -> list[str] | None:
    """Return `x5chain` (RFC 9360), one certificate or several, as `x5c` writes it."""
    found = parts.protected.get(_X5CHAIN, parts.unprotected.get(_X5CHAIN))
    if found is None:
        return None
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(item, bytes) for item in listed):
        raise ProblemError(STATUS_UNVERIFIED.about("x5chain holds something else than certificates"))
    return [base64.b64encode(item).decode("ascii") for item in listed]
