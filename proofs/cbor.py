"""The little of CBOR that selective-disclosure proofs need: one way to write, and only that is read.

    decode(encode([b"signature", {0: b"label"}, ["/issuer"]]))

Numbers from 0 up, byte strings, texts, arrays and maps with number keys; definite lengths in their
shortest form. Older writers put tag 64 before byte strings: that is read too.
Specification: RFC 8949, sections 3 and 4.2.1.
"""

from __future__ import annotations

from typing import Any, Final

_NUMBER, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = 0, 2, 3, 4, 5, 6
_BYTE_ARRAY_TAG: Final = 64
_DEPTH: Final = 4
_SMALL: Final = 24
_SIZES: Final = {24: 1, 25: 2, 26: 4, 27: 8}


class CBORError(ValueError):
    """Not CBOR of the kind that is read here."""


def encode(value: Any) -> bytes:
    """Return the deterministic encoding of `value`; raise `CBORError` for another kind of value."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return _head(_NUMBER, value)
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


def decode(data: bytes) -> Any:
    """Return the value of `data`, all of it; raise `CBORError` for anything else."""
    reader = _Reader(data)
    value = reader.value(_DEPTH)
    if reader.at != len(data):
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

    def _map(self, count: int, depth: int) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for _ in range(count):
            major, key = self._read_head()
            if major != _NUMBER or key in found:
                self._refuse()
            found[key] = self.value(depth - 1)
        return found

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
