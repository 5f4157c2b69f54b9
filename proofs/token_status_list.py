"""Token Status List (draft-ietf-oauth-status-list): the status of SD-JWT VCs.

    token = issue_list(TokenStatuses(1 << 17), uri=url, signer=signer, issued_at=now, expires=then)
    listed = believe_list(token, entry.uri, issuer=did, find_key=find_key, now=now)
    value = listed.status_of(entry)                                    # 0 valid, 1 invalid, 2 suspended

A list is signed as a JWT, or as a CWT (`issue_list_cwt`), which its first byte tells.
The first entry is in the *least* significant bits of the first byte: the other way round than in a
Bitstring Status List.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from keys.multibase import MultibaseError, decode_base64url, encode_base64url
from keys.store import Signer, VerificationKey
from keys.verification_method import VerificationMethod
from keys.x5c import ChainTrust
from proofs import cose, jws, jwt_claims, token_status_cwt
from proofs.sd_jwt_vc import NO_CHAINS, signer_key
from proofs.vc_jose import KeyFinder
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    NETWORK_FORBIDDEN,
    STATUS_OUT_OF_RANGE,
    STATUS_STALE,
    STATUS_UNVERIFIED,
    TOO_LARGE,
    ProblemError,
)

VALID: Final = 0
INVALID: Final = 1
SUSPENDED: Final = 2
TYPE: Final = "statuslist+jwt"
TTL: Final = timedelta(hours=12)
"""How long a list that does not say so may be kept."""

_SIZES: Final = frozenset({1, 2, 4, 8})
_LEVEL: Final = 9
_URI_CHARS: Final = 2_048
_LONGEST_TTL: Final = 366 * 86_400


@dataclass(frozen=True, slots=True)
class TokenStatusEntry:
    """Where a token's status stands (section 6.2)."""

    uri: str
    index: int


class TokenStatuses:
    """A list of statuses of 1, 2, 4 or 8 bits, the first in the least significant bits."""

    __slots__ = ("_bytes", "bits")

    def __init__(self, entries: int, *, bits: int = 1) -> None:
        """Make a list of at least `entries` zeros."""
        if bits not in _SIZES or entries < 1:
            msg = f"{entries} statuses of {bits} bits"
            raise ValueError(msg)
        self.bits = bits
        self._bytes = bytearray((entries * bits + 7) // 8)

    @classmethod
    def of(cls, data: bytes, *, bits: int) -> TokenStatuses:
        """Return the list over the bytes of an existing one."""
        statuses = cls(max(1, len(data) * 8 // bits), bits=bits)
        statuses._bytes = bytearray(data)
        return statuses

    def __len__(self) -> int:
        """Return how many statuses fit."""
        return len(self._bytes) * 8 // self.bits

    def __bytes__(self) -> bytes:
        """Return the uncompressed list."""
        return bytes(self._bytes)

    def __getitem__(self, index: int) -> int:
        """Return a status, or raise `IndexError`."""
        at, shift = self._place(index)
        return self._bytes[at] >> shift & (1 << self.bits) - 1

    def __setitem__(self, index: int, value: int) -> None:
        """Set a status, or raise `IndexError` or `ValueError`."""
        at, shift = self._place(index)
        mask = (1 << self.bits) - 1
        if not 0 <= value <= mask:
            msg = f"{value} does not fit into {self.bits} bits"
            raise ValueError(msg)
        self._bytes[at] = self._bytes[at] & ~(mask << shift) | value << shift

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            msg = f"no status {index} in a list of {len(self)}"
            raise IndexError(msg)
        return divmod(index * self.bits, 8)


def encode(statuses: TokenStatuses) -> dict[str, Any]:
    """Return the `status_list` object (section 4.2): bits and zlib in base64url."""
    return {"bits": statuses.bits, "lst": encode_base64url(zlib.compress(bytes(statuses), _LEVEL))}


def encode_cbor(statuses: TokenStatuses) -> dict[str, Any]:
    """Return the status list of a CWT (section 4.3): bits and zlib."""
    return {"bits": statuses.bits, "lst": zlib.compress(bytes(statuses), _LEVEL)}


def decode(value: object, *, limits: Limits = DEFAULT) -> TokenStatuses:
    """Return the list of a `status_list`, never inflating more than the limit.

    `lst` is a text in JSON and bytes in CBOR. Raises `ProblemError`: `STATUS_UNVERIFIED`, `TOO_LARGE`.
    """
    bits, packed = (value.get("bits"), value.get("lst")) if isinstance(value, Mapping) else (None, None)
    if type(bits) is not int or bits not in _SIZES or not isinstance(packed, str | bytes):
        raise ProblemError(STATUS_UNVERIFIED.about("not a status_list"))
    longest = limits.status_list_bytes * 4 // 3 + 1_024
    try:
        raw = decode_base64url(packed, max_chars=longest) if isinstance(packed, str) else packed
        inflater = zlib.decompressobj()
        data = inflater.decompress(raw, limits.status_list_bytes + 1)
    except (MultibaseError, zlib.error):
        raise ProblemError(STATUS_UNVERIFIED.about("the list is not zlib in base64url")) from None
    if len(data) > limits.status_list_bytes:
        raise ProblemError(TOO_LARGE.about(f"the status list unpacks to more than {limits.status_list_bytes} bytes"))
    if not inflater.eof or inflater.unused_data or not data:
        raise ProblemError(STATUS_UNVERIFIED.about("the list is empty, cut off, or more bytes follow it"))
    return TokenStatuses.of(data, bits=bits)


def read_entry(claims: Mapping[str, Any]) -> TokenStatusEntry:
    """Return the entry in the claim `status`.

    A status that is not understood raises `STATUS_UNVERIFIED`, an address that is not https
    `NETWORK_FORBIDDEN`.
    """
    status = claims.get("status")
    entry = status.get("status_list") if isinstance(status, Mapping) else None
    if not isinstance(entry, Mapping):
        raise ProblemError(STATUS_UNVERIFIED.about("a status of a kind that is not checked here"))
    uri, index = entry.get("uri"), entry.get("idx")
    if type(index) is not int or index < 0 or not isinstance(uri, str) or len(uri) > _URI_CHARS:
        raise ProblemError(STATUS_UNVERIFIED.about("a status without uri and idx"))
    if not uri.startswith("https://") or not uri.isascii() or not uri.isprintable() or " " in uri:
        raise ProblemError(NETWORK_FORBIDDEN.about("a status list is fetched by https alone"))
    return TokenStatusEntry(uri, index)


def entry_claim(uri: str, index: int) -> dict[str, Any]:
    """Return the claim `status` for a token that is issued."""
    return {"status_list": {"idx": index, "uri": uri}}


def issue_list(
    statuses: TokenStatuses,
    *,
    uri: str,
    signer: Signer,
    issued_at: datetime,
    expires: datetime,
    ttl: timedelta = timedelta(minutes=5),
) -> str:
    """Return the list as a signed token (section 5.1).

    `iss` is more than the draft asks for: some verifiers look for the key there (openvc-core).
    """
    claims = {**_claims(uri, signer, issued_at, expires, ttl), "status_list": encode(statuses)}
    header = {"kid": signer.verification_method, "typ": TYPE}
    token = jws.sign(header, json.dumps(claims, separators=(",", ":")).encode(), signer=signer)
    jws.verify(jws.parse(token), signer.public_key)
    return token


def issue_list_cwt(
    statuses: TokenStatuses,
    *,
    uri: str,
    signer: Signer,
    issued_at: datetime,
    expires: datetime,
    ttl: timedelta = timedelta(minutes=5),
) -> bytes:
    """Return the list as a signed CWT (section 5.2)."""
    claims = {**_claims(uri, signer, issued_at, expires, ttl), "status_list": encode_cbor(statuses)}
    return token_status_cwt.sign(claims, signer=signer)


def _claims(uri: str, signer: Signer, issued_at: datetime, expires: datetime, ttl: timedelta) -> dict[str, Any]:
    return {
        "iss": signer.verification_method.partition("#")[0],
        "sub": uri,
        "iat": int(issued_at.timestamp()),
        "exp": int(expires.timestamp()),
        "ttl": int(ttl.total_seconds()),
    }


@dataclass(frozen=True, slots=True)
class BelievedList:
    """A list whose signature held: when it was signed (UTC), and how long it may be kept."""

    issued_at: datetime
    ttl: timedelta
    statuses: TokenStatuses

    def status_of(self, entry: TokenStatusEntry) -> int:
        """Return the status of `entry`; raise `STATUS_OUT_OF_RANGE` beyond the end."""
        if entry.index >= len(self.statuses):
            raise ProblemError(STATUS_OUT_OF_RANGE.about(f"status {entry.index} of {len(self.statuses)}"))
        return self.statuses[entry.index]


def believe_list(
    token: str | bytes,
    uri: str,
    *,
    issuer: str,
    find_key: KeyFinder,
    now: datetime,
    successor: str | None = None,
    chains: ChainTrust = NO_CHAINS,
    limits: Limits = DEFAULT,
) -> BelievedList:
    """Return the list in `token` (a JWT or a CWT), which stood at `uri`, signed by `issuer` or its `successor`.

    The key is found as that of the tokens it is about: by a DID in `kid`, otherwise by a chain of
    certificates. Raises `ProblemError`: `STATUS_UNVERIFIED` (a token of another kind, another list
    at this address, somebody else's signature), `STATUS_STALE`, `TOO_LARGE`, and what `jws`, `cose`,
    `find_key` and `signer_key` raise.
    """
    header, claims, verify = _read(token, limits)
    if claims.get("sub") != uri:
        raise ProblemError(STATUS_UNVERIFIED.about("another list stands at the list's address"))
    named = successor if successor is not None and claims.get("iss") == successor else issuer
    method = signer_key(header, {"iss": named}, find_key, "assertionMethod", chains, now)
    if method.controller not in {issuer, successor}:
        raise ProblemError(STATUS_UNVERIFIED.about("the list is of another issuer"))
    verify(method.key)
    issued_at = _in_force(claims, method, now)
    return BelievedList(issued_at, _time_to_live(claims), decode(claims.get("status_list"), limits=limits))


_Read = tuple[Mapping[str, Any], Mapping[str, Any], Callable[[VerificationKey], None]]
"""Header and claims of a list by their names in JWT, and how to check its signature with a key."""


def _read(token: str | bytes, limits: Limits) -> _Read:
    if isinstance(token, bytes) and token_status_cwt.looks_like(token):
        found = token_status_cwt.read(token, limits=limits)
        return found.header, found.claims, partial(cose.verify, found.message)
    parts = jws.parse(token, limits=limits)
    if jwt_claims.media_type(parts.header, "typ") != TYPE:
        raise ProblemError(STATUS_UNVERIFIED.about("a token of another kind"))
    claims = strict_json.loads(parts.payload, limits=limits)
    if not isinstance(claims, dict):
        raise ProblemError(STATUS_UNVERIFIED.about("the claims of the list are no object"))
    return parts.header, claims, partial(jws.verify, parts)


def _in_force(claims: Mapping[str, Any], method: VerificationMethod, now: datetime) -> datetime:
    """Return when the list was signed; raise for one of another time than its own or its key's."""
    issued_at, begins, ends = (jwt_claims.moment(claims, name) for name in ("iat", "nbf", "exp"))
    latest = now + jwt_claims.SKEW
    if issued_at is None or max(issued_at, begins or issued_at) > latest or (ends is not None and ends <= now):
        raise ProblemError(STATUS_STALE.about("the list is not in force now"))
    if method.revoked_from is not None and issued_at >= method.revoked_from:
        raise ProblemError(STATUS_UNVERIFIED.about("the list was signed after its key was taken out of use"))
    if method.valid_from is not None and issued_at < method.valid_from:
        raise ProblemError(STATUS_UNVERIFIED.about("the list was signed before its key was in use"))
    return issued_at


def check_list(
    token: str | bytes,
    entry: TokenStatusEntry,
    *,
    issuer: str,
    find_key: KeyFinder,
    now: datetime,
    limits: Limits = DEFAULT,
) -> int:
    """Return the status of `entry` on the list in `token`; raise as `believe_list` and `status_of`."""
    return believe_list(token, entry.uri, issuer=issuer, find_key=find_key, now=now, limits=limits).status_of(entry)


def _time_to_live(claims: Mapping[str, Any]) -> timedelta:
    """Return `ttl`, a positive number of seconds (section 5.1); at most a year."""
    ttl = claims.get("ttl", TTL.total_seconds())
    if type(ttl) not in {int, float} or not ttl > 0:
        raise ProblemError(STATUS_UNVERIFIED.about("ttl is not a number of seconds"))
    return timedelta(seconds=min(ttl, _LONGEST_TTL))
