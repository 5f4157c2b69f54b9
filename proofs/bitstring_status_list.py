"""Bitstring Status List v1.0 (W3C), and reading its forerunner StatusList2021.

    bits = Bits(); bits.set(index, 1)
    document = unsigned_list_credential(url, issuer=did, purpose="revocation", bits=bits, …)
    status_of(document, entry)       # 0: not set

Only the form of a list is judged here. Its proof, its issuer and its dates are the caller's
(`verifier.status`): a list that nobody verified says nothing.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from keys.multibase import MultibaseError, decode_base64url, encode_base64url
from schemas.limits import DEFAULT, Limits
from schemas.moments import written
from schemas.problems import (
    MALFORMED,
    NETWORK_FORBIDDEN,
    OUT_OF_RANGE,
    STATUS_LIST_LENGTH,
    STATUS_OUT_OF_RANGE,
    STATUS_UNVERIFIED,
    TOO_LARGE,
    ProblemError,
)

ENTRIES: Final = 131_072
"""The least number of entries of a list, for herd privacy (section 3.2, 6.1)."""
_LONGEST_TTL_MS: Final = 366 * 24 * 60 * 60 * 1_000
DEFAULT_TTL_MS: Final = 300_000

_GZIP: Final = 31
_LEVEL: Final = 6
_SIZES: Final = range(1, 17)
_INDEX_DIGITS: Final = 15
_INDEX: Final = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_ADDRESS: Final = re.compile(r"https://[^\x00-\x20\x7f\"<>\\^`{|}#]+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HEX: Final = re.compile(r"0x[0-9A-Fa-f]{1,4}")
_TO_BASE64URL: Final = str.maketrans("+/", "-_")
_TYPES: Final = {"BitstringStatusListEntry": "BitstringStatusList", "StatusList2021Entry": "StatusList2021"}


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where a credential's status stands: an entry of `credentialStatus`."""

    list_url: str
    """The https address of the list credential, which is also its id."""
    index: int
    purpose: str
    """`revocation`, `suspension`, `refresh`, `message` or another of the issuer's."""
    size: int = 1
    """Bits per entry (`statusSize`)."""
    messages: tuple[tuple[int, str], ...] = ()
    """What each value means (`statusMessage`), for humans."""
    references: tuple[str, ...] = ()
    """Addresses that explain the messages (`statusReference`); never fetched."""
    list_type: str = "BitstringStatusList"
    """The type that the list's subject must have."""

    def message(self, value: int) -> str | None:
        """Return what the issuer says that `value` means."""
        return dict(self.messages).get(value)


class Bits:
    """A bitstring of entries of `size` bits, the first entry in the most significant bits."""

    __slots__ = ("_bytes", "entries", "size")

    def __init__(self, entries: int = ENTRIES, *, size: int = 1) -> None:
        """Make a list of `entries` zeros; the number of bits must fill whole bytes."""
        if size not in _SIZES or entries < 1 or entries * size % 8:
            msg = f"{entries} entries of {size} bits"
            raise ValueError(msg)
        self.entries = entries
        self.size = size
        self._bytes = bytearray(entries * size // 8)

    @classmethod
    def of(cls, data: bytes, *, size: int = 1) -> Bits:
        """Return a list over the bytes of an existing one."""
        bits = cls(len(data) * 8, size=1)
        bits.entries, bits.size, bits._bytes = len(data) * 8 // size, size, bytearray(data)
        return bits

    def get(self, index: int) -> int:
        """Return the value of an entry, or raise `IndexError`."""
        self._check(index)
        value = 0
        for place in range(index * self.size, (index + 1) * self.size):
            value = value << 1 | self._bytes[place >> 3] >> (7 - (place & 7)) & 1
        return value

    def set(self, index: int, value: int) -> None:
        """Set the value of an entry, or raise `IndexError` or `ValueError`."""
        self._check(index)
        if not 0 <= value < 1 << self.size:
            msg = f"{value} does not fit into {self.size} bits"
            raise ValueError(msg)
        for offset in range(self.size):
            place = index * self.size + offset
            mask = 0x80 >> (place & 7)
            if value >> (self.size - 1 - offset) & 1:
                self._bytes[place >> 3] |= mask
            else:
                self._bytes[place >> 3] &= ~mask

    def __bytes__(self) -> bytes:
        """Return the uncompressed list."""
        return bytes(self._bytes)

    def _check(self, index: int) -> None:
        if not 0 <= index < self.entries:
            msg = f"no entry {index} in a list of {self.entries}"
            raise IndexError(msg)


def encode(bits: Bits) -> str:
    """Return `encodedList`: multibase base64url of the gzipped list; equal lists, equal text."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return "u" + encode_base64url(packer.compress(bytes(bits)) + packer.flush())


def decode(text: object, *, limits: Limits = DEFAULT, size: int = 1) -> Bits:
    """Return the list of an `encodedList`, never inflating more than the limit.

    Raises `ProblemError`: `STATUS_UNVERIFIED` (no multibase, no gzip, cut off, bytes after it),
    `TOO_LARGE`, `STATUS_LIST_LENGTH` (fewer than 131,072 entries).
    """
    if not isinstance(text, str) or text[:1] != "u":
        raise ProblemError(STATUS_UNVERIFIED.about("the list is not in multibase base64url"))
    return _inflate(text[1:], limits, size)


def _inflate(text: str, limits: Limits, size: int) -> Bits:
    longest = limits.status_list_bytes * 4 // 3 + 1_024
    if len(text) > longest:
        raise ProblemError(TOO_LARGE.about("the status list"))
    try:
        packed = decode_base64url(text, max_chars=longest)
        inflater = zlib.decompressobj(_GZIP)
        data = inflater.decompress(packed, limits.status_list_bytes + 1)
    except (MultibaseError, zlib.error):
        raise ProblemError(STATUS_UNVERIFIED.about("the list is not gzip in base64url")) from None
    if len(data) > limits.status_list_bytes:
        raise ProblemError(TOO_LARGE.about(f"the status list unpacks to more than {limits.status_list_bytes} bytes"))
    if not inflater.eof or inflater.unused_data:
        raise ProblemError(STATUS_UNVERIFIED.about("the list is cut off, or more bytes follow it"))
    if len(data) * 8 // size < ENTRIES:
        raise ProblemError(STATUS_LIST_LENGTH.about(f"fewer than {ENTRIES} entries"))
    return Bits.of(data, size=size)


def status_objects(credential: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return every member of `credentialStatus`, read or not."""
    status = credential.get("credentialStatus")
    if status is None:
        return ()
    return tuple(status) if isinstance(status, list) else (status,)


def read_entries(credential: Mapping[str, Any]) -> tuple[StatusEntry, ...]:
    """Return every entry of `credentialStatus`; see `read_entry` for what is raised.

    One entry that cannot be understood raises: a status nobody understood is not "fine".
    """
    return tuple(read_entry(entry) for entry in status_objects(credential))


def read_entry(entry: object) -> StatusEntry:
    """Return one entry (section 2.1).

    Raises `ProblemError`: `STATUS_UNVERIFIED` (unknown type, missing members), `MALFORMED`
    (index), `OUT_OF_RANGE` (size), `NETWORK_FORBIDDEN` (a list that is not at an https address).
    """
    if not isinstance(entry, Mapping):
        raise ProblemError(STATUS_UNVERIFIED.about("a credentialStatus that is no object"))
    list_type = _TYPES.get(_kind(entry))
    if list_type is None:
        raise ProblemError(STATUS_UNVERIFIED.about("a credentialStatus of a type that is not checked here"))
    purpose = _one_text(entry, "statusPurpose")
    url = _address(_one_text(entry, "statusListCredential"))
    size = _size(entry)
    messages = _messages(entry, size)
    if size > 1 and not messages:
        raise ProblemError(STATUS_UNVERIFIED.about("an entry of several values must say what they mean"))
    return StatusEntry(url, _index(entry), purpose, size, messages, _references(entry), list_type)


def status_of(list_credential: Mapping[str, Any], entry: StatusEntry, *, limits: Limits = DEFAULT) -> int:
    """Return the value at the entry's place; 0 means that nothing is set (section 3.2).

    The list must be the one that the entry names, of its purpose. Raises `ProblemError`:
    `STATUS_UNVERIFIED`, `STATUS_LIST_LENGTH`, `STATUS_OUT_OF_RANGE`, `TOO_LARGE`.
    """
    subject = _subject(list_credential, entry)
    encoded = subject.get("encodedList")
    if entry.list_type == "StatusList2021" and isinstance(encoded, str) and encoded[:1] != "u":
        # The forerunner wrote no multibase header, and some of its issuers plain base64.
        encoded = "u" + encoded.rstrip("=").translate(_TO_BASE64URL)
    bits = decode(encoded, limits=limits, size=entry.size)
    if entry.index >= bits.entries:
        raise ProblemError(STATUS_OUT_OF_RANGE.about(f"entry {entry.index} of {bits.entries}"))
    return bits.get(entry.index)


def ttl_ms(list_credential: Mapping[str, Any]) -> int:
    """Return how long a fetched list may be kept, in milliseconds (`ttl`, section 2.2); at most a year."""
    subject = _only(list_credential.get("credentialSubject"))
    ttl = subject.get("ttl") if isinstance(subject, Mapping) else None
    return min(ttl, _LONGEST_TTL_MS) if type(ttl) is int and ttl >= 0 else DEFAULT_TTL_MS


def unsigned_list_credential(
    url: str,
    *,
    issuer: str,
    purpose: str,
    bits: Bits,
    valid_from: datetime,
    valid_until: datetime,
    ttl: int = DEFAULT_TTL_MS,
) -> dict[str, Any]:
    """Return the list as a credential ready to be signed (section 2.2); `ttl` in milliseconds."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": written(valid_from),
        "validUntil": written(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bits),
            "ttl": ttl,
        },
    }


def entry_object(
    url: str, index: int, purpose: str, *, size: int = 1, messages: Sequence[tuple[int, str]] = ()
) -> dict[str, Any]:
    """Return the entry for `credentialStatus` of a credential (section 2.1)."""
    entry: dict[str, Any] = {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
    if size > 1:
        entry["statusSize"] = size
    if messages:
        entry["statusMessage"] = [{"status": hex(value), "message": text} for value, text in messages]
    read_entry(entry)  # what we write, we can read
    return entry


def _subject(document: Mapping[str, Any], entry: StatusEntry) -> Mapping[str, Any]:
    """Return the list's subject after checking that it is this entry's list (threats.md G03, G04)."""
    types = document.get("type")
    if not isinstance(types, list) or f"{entry.list_type}Credential" not in types:
        raise ProblemError(STATUS_UNVERIFIED.about(f"not a {entry.list_type}Credential"))
    if document.get("id") != entry.list_url:
        raise ProblemError(STATUS_UNVERIFIED.about("another list stands at the list's address"))
    subject = _only(document.get("credentialSubject"))
    if not isinstance(subject, Mapping) or _kind(subject) != entry.list_type:
        raise ProblemError(STATUS_UNVERIFIED.about(f"its subject is not one {entry.list_type}"))
    purposes = subject.get("statusPurpose")
    if entry.purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise ProblemError(STATUS_UNVERIFIED.about(f"the list is not about {entry.purpose}"))
    return subject


def _only(value: Any) -> Any:
    """Return what stands alone, in a list or not: in JSON-LD both are the same."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _kind(entry: Mapping[str, Any]) -> str:
    kind = _only(entry.get("type"))
    return kind if isinstance(kind, str) else ""


def _one_text(entry: Mapping[str, Any], member: str) -> str:
    value = entry.get(member)
    if not isinstance(value, str) or not value:
        raise ProblemError(STATUS_UNVERIFIED.about(f"a credentialStatus without one {member}"))
    return value


def _address(text: str) -> str:
    if text.isascii() and _ADDRESS.fullmatch(text):
        return text
    if _SCHEME.match(text):
        raise ProblemError(NETWORK_FORBIDDEN.about("a status list is fetched by https alone"))
    raise ProblemError(STATUS_UNVERIFIED.about("statusListCredential is not an address"))


def _index(entry: Mapping[str, Any]) -> int:
    """Read `statusListIndex`: a text of decimal digits; the forerunner's numbers are read too."""
    index = entry.get("statusListIndex")
    if type(index) is int and _kind(entry) == "StatusList2021Entry":
        index = str(index)
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise ProblemError(MALFORMED.about("statusListIndex is not a decimal number as text"))
    if len(index) > _INDEX_DIGITS:
        raise ProblemError(STATUS_OUT_OF_RANGE.about("statusListIndex is beyond every list"))
    return int(index)


def _size(entry: Mapping[str, Any]) -> int:
    size = entry.get("statusSize", 1)
    if type(size) is not int or size not in _SIZES:
        raise ProblemError(OUT_OF_RANGE.about("statusSize is not an integer from 1 to 16"))
    return size


def _messages(entry: Mapping[str, Any], size: int) -> tuple[tuple[int, str], ...]:
    """Read `statusMessage`: one message for each value that `size` bits can have."""
    listed = entry.get("statusMessage")
    if listed is None:
        return ()
    if not isinstance(listed, list) or len(listed) != 1 << size:
        raise ProblemError(STATUS_UNVERIFIED.about(f"statusMessage does not hold {1 << size} messages"))
    found = dict(_message(item) for item in listed)
    if set(found) != set(range(1 << size)):
        raise ProblemError(STATUS_UNVERIFIED.about("statusMessage does not say what each value means"))
    return tuple(sorted(found.items()))


def _message(item: object) -> tuple[int, str]:
    if isinstance(item, Mapping):
        status, message = item.get("status"), item.get("message")
        if isinstance(status, str) and isinstance(message, str) and _HEX.fullmatch(status):
            return int(status, 16), message
    raise ProblemError(STATUS_UNVERIFIED.about("a statusMessage is not of the right form"))


def _references(entry: Mapping[str, Any]) -> tuple[str, ...]:
    value = entry.get("statusReference", [])
    return tuple(item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))
