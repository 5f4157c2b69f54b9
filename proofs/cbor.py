"""The little of CBOR that selective-disclosure proofs and COSE need: one way to write, and only that is read.

    decode(encode([b"signature", {0: b"label"}, ["/issuer"]]))
    decode_wide(encode_tagged(18, [b"", {}, b"payload", b"signature"]))

`decode` reads numbers from 0 up, byte strings, texts, arrays and maps with number keys. Older
writers put tag 64 before byte strings: that is read too. `decode_wide` reads whatever a COSE header
may hold: also negative numbers, text keys, tags, floats and simple values. Both want definite
lengths in their shortest form, and every key of a map once.
Specification: RFC 8949, sections 3 and 4.2.1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final

_NUMBER, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_BYTE_ARRAY_TAG: Final = 64
_DEPTH: Final = 4
_SMALL: Final = 24
_SIZES: Final = {24: 1, 25: 2, 26: 4, 27: 8}


class CBORError(ValueError):
    """Not CBOR of the kind that is read here."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a tag before it."""

    number: int
    value: Any


def encode(value: Any) -> bytes:
    """Return the deterministic encoding of `value`; raise `CBORError` for another kind of value."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _head(_NUMBER, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(_TEXT, len(text)) + text
    if isinstance(value, list):
        return _head(_ARRAY, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, dict):
        pairs = sorted((encode(key), encode(item)) for key, item in value.items())
        return _head(_MAP, len(pairs)) + b"".join(key + item for key, item in pairs)
    msg = f"{type(value).__name__} is not written"
    raise CBORError(msg)


def encode_tagged(number: int, value: Any) -> bytes:
    """Return the encoding of `value` with a tag before it."""
    return _head(_TAG, number) + encode(value)


def decode(data: bytes) -> Any:
    """Return the value of `data`, all of it; raise `CBORError` for anything else."""
    return _whole(_Reader(data), _DEPTH)


def decode_wide(data: bytes, *, depth: int = 8) -> Any:
    """Return the value of `data` whatever its kinds: tags become `Tagged`, `undefined` becomes None.

    Raises `CBORError` for what is not well formed, for simple values without a meaning, and for more
    than `depth` levels of arrays, maps and tags.
    """
    return _whole(_WideReader(data), depth)


def _whole(reader: _Reader, depth: int) -> Any:
    value = reader.value(depth)
    if reader.is_left:
        msg = "something stands after the end"
        raise CBORError(msg)
    return value


def _head(major: int, number: int) -> bytes:
    if number < _SMALL:
        return bytes([major << 5 | number])
    for code, size in _SIZES.items():
        if number < 1 << 8 * size:
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    msg = "a number beyond 64 bits"
    raise CBORError(msg)


class _Reader:
    """Reads one value after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    @property
    def is_left(self) -> bool:
        """Is there more than was read?"""
        return self.at != len(self._data)

    def value(self, depth: int) -> Any:
        """Read one value, at most `depth` levels of arrays and maps."""
        major, number = self._read_head()
        if major == _TAG and number == _BYTE_ARRAY_TAG:
            major, number = self._read_head()
            if major != _BYTES:
                self._refuse()
        if major == _NUMBER:
            return number
        if major == _BYTES:
            return self._take(number)
        if major == _TEXT:
            return self._text(number)
        if depth and major == _ARRAY:
            return [self.value(depth - 1) for _ in range(self._count(number))]
        if depth and major == _MAP:
            return self._map(self._count(number), depth)
        return self._refuse()

    def _map(self, count: int, depth: int) -> dict[int | str, Any]:
        found: dict[int | str, Any] = {}
        for _ in range(count):
            key = self._key()
            if key in found:
                self._refuse()
            found[key] = self.value(depth - 1)
        return found

    def _key(self) -> int | str:
        major, key = self._read_head()
        if major != _NUMBER:
            self._refuse()
        return key

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError:
            return str(self._refuse())

    def _count(self, number: int) -> int:
        """Return `number` of items if there are bytes for them."""
        if number > len(self._data) - self.at:
            self._refuse()
        return number

    def _read_head(self) -> tuple[int, int]:
        first = self._take(1)[0]
        major, small = first >> 5, first & 0x1F
        if small < _SMALL:
            return major, small
        if small not in _SIZES:
            self._refuse()
        number = int.from_bytes(self._take(_SIZES[small]), "big")
        if _head(major, number) != self._data[self.at - _SIZES[small] - 1 : self.at]:
            self._refuse()
        return major, number

    def _take(self, size: int) -> bytes:
        taken = self._data[self.at : self.at + size]
        if len(taken) != size:
            self._refuse()
        self.at += size
        return taken

    def _refuse(self) -> Any:
        msg = f"not read at byte {self.at}"
        raise CBORError(msg)


_SIMPLE_VALUES: Final = {20: False, 21: True, 22: None, 23: None}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}


class _WideReader(_Reader):
    """Reads every kind of value; labels of maps are numbers of either sign, or texts (RFC 9052 section 1.4)."""

    def value(self, depth: int) -> Any:
        """Read one value, at most `depth` levels deep."""
        if not self.is_left:
            self._refuse()
        if self._data[self.at] >> 5 == _SIMPLE:
            return self._simple()
        major, number = self._read_head()
        if major in {_NUMBER, _NEGATIVE}:
            return number if major == _NUMBER else -1 - number
        if major in {_BYTES, _TEXT}:
            return self._take(number) if major == _BYTES else self._text(number)
        if not depth:
            self._refuse()
        if major == _ARRAY:
            return [self.value(depth - 1) for _ in range(self._count(number))]
        return Tagged(number, self.value(depth - 1)) if major == _TAG else self._map(self._count(number), depth)

    def _key(self) -> int | str:
        major, number = self._read_head()
        if major == _TEXT:
            return self._text(number)
        if major not in {_NUMBER, _NEGATIVE}:
            self._refuse()
        return number if major == _NUMBER else -1 - number

    def _simple(self) -> float | bool | None:
        small = self._take(1)[0] & 0x1F
        if small in _FLOATS:
            (found,) = struct.unpack(_FLOATS[small], self._take(_SIZES[small]))
            return float(found)
        if small not in _SIMPLE_VALUES:
            self._refuse()
        return _SIMPLE_VALUES[small]
