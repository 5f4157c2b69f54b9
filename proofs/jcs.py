"""The JSON Canonicalization Scheme (RFC 8785).

    canonical({"b": 1, "a": "é"})        # b'{"a":"é","b":1}'

orjson writes the same bytes much faster, but only where both agree: keys without characters beyond
the Basic Multilingual Plane (orjson sorts by code point, the scheme by UTF-16 unit), doubles that
have a fraction and no exponent, integers that a double holds. Anything else goes the slow way.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import rfc8785

from schemas.problems import MALFORMED, ProblemError

_EXACT: Final = 2**53
_LEAST, _MOST = 1e-3, 1e9  # between them no double is written with an exponent


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of `value`, UTF-8.

    Raises MALFORMED for what I-JSON cannot hold (RFC 8785 section 3.2.2): NaN, Infinity, integers
    beyond 2^53, lone surrogates, values that are not JSON.
    """
    try:
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        if _numbers_are_simple(value) and (written.isascii() or not _goes_beyond_basic(written)):
            return written
        return rfc8785.dumps(value)
    except (orjson.JSONEncodeError, rfc8785.CanonicalizationError, UnicodeError, RecursionError):
        raise ProblemError(MALFORMED.about("a value that has no canonical JSON")) from None


def _goes_beyond_basic(written: bytes) -> bool:
    """Say whether a character is beyond the Basic Multilingual Plane: in UTF-8 it begins with F0 to F4."""
    return b"\xf0" in written or b"\xf1" in written or b"\xf2" in written or b"\xf3" in written or b"\xf4" in written


def _numbers_are_simple(value: Any) -> bool:
    """Say whether orjson writes every number as RFC 8785 asks for, and knows no other kind of value here.

    Ends, since orjson wrote `value` before: it does not hold itself.
    """
    values: list[Any] = [value]
    for item in values:
        kind = type(item)
        if kind is str:
            continue
        if kind is dict:
            values += item.values()
        elif kind is list:
            values += item
        elif kind is float:
            if not (_LEAST <= abs(item) < _MOST) or item.is_integer():
                return False
        elif not (item is None or kind is bool or (kind is int and -_EXACT < item < _EXACT)):
            return False
    return True
