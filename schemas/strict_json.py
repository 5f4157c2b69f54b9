"""Read JSON so that two readers can never disagree about it.

    document = loads(raw)

RFC 8259 leaves open what a repeated key, a number beyond a double or half a surrogate pair means,
and readers differ. Here each of these is refused (I-JSON, RFC 7493), and so is whatever would cost
too much to look at (threats.md A18-A22, A26, A27).

orjson forgives most of that, but it writes a value in one way only. Where it writes back the very
bytes that it read, there was nothing to forgive: no key twice, no number changed, no half pair.
Most documents come so, without blanks; all others are read by the slow, strict way.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

import orjson

from schemas.limits import DEFAULT, Limits
from schemas.problems import MALFORMED, NOT_PARSABLE, TOO_COMPLEX, TOO_LARGE, Problem, ProblemError

_FLOAT_CHARS: Final = 64
_LONG: Final = ("data:image/", "data:application/vc+", "data:application/vp+", "data:application/dc+")
"""How a text begins that may be longer than others: an image, or a token in an envelope."""
_BLANK_AFTER_KEY: Final = b'": '
_BEGINNING: Final = 256
"""Where blanks between the parts of a document show, if it has any: orjson writes none."""
_ORJSON_DIGITS: Final = 20
"""The longest integer that orjson reads as one."""
_UNSURE: Final = object()
_HOLDERS: Final = frozenset({dict, list})


class _RefusedError(ValueError):
    """A problem found inside the parser; carried out of it as is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def loads(raw: bytes | str, *, limits: Limits = DEFAULT) -> Any:
    """Return the JSON value of `raw` (UTF-8 without a byte order mark).

    Raises `ProblemError`: NOT_PARSABLE (no JSON, repeated keys, NaN, lone surrogates, numbers
    beyond any range), MALFORMED (a decimal that no double holds), TOO_LARGE (bytes, strings) or
    TOO_COMPLEX (depth, number of values).
    """
    if len(raw) > limits.body_bytes:
        raise ProblemError(TOO_LARGE.about(f"more than {limits.body_bytes} bytes"))
    value = _written_back(raw) if limits.integer_digits >= _ORJSON_DIGITS else _UNSURE
    if value is not _UNSURE:
        if not _is_surely_small(value, raw, limits):
            _check_size(value, len(raw), limits)
        return value
    text = _text(raw)
    value = _parsed(text, limits)
    _check_size(value, len(text), limits)
    if "\\u" in text:
        _check_surrogates(value)
    return value


def _written_back(raw: bytes | str) -> Any:
    """Return what orjson reads, if it then writes exactly `raw`; otherwise `_UNSURE`."""
    try:
        given = raw if isinstance(raw, bytes) else raw.encode()
        if _BLANK_AFTER_KEY in given[:_BEGINNING]:
            return _UNSURE
        value = orjson.loads(given)
        return value if orjson.dumps(value) == given else _UNSURE
    except (ValueError, TypeError):
        return _UNSURE


def _is_surely_small(value: Any, raw: bytes | str, limits: Limits) -> bool:
    """Is `value`, which orjson wrote as `raw`, surely within the limits on depth, values and strings?

    Each value takes two characters, itself and what comes before it. What is nested deeper is
    indented more, and a line feed stands nowhere but before an indentation.
    """
    if len(raw) > limits.string_chars or len(raw) > 2 * limits.json_nodes - 2:
        return False
    return b"\n" + b"  " * limits.json_depth not in orjson.dumps(value, option=orjson.OPT_INDENT_2)


def _parsed(text: str, limits: Limits) -> Any:
    """Read `text` with every refusal that the parser itself can make."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_double,
            parse_int=lambda digits: _integer(digits, limits),
            parse_constant=_constant,
        )
    except _RefusedError as refused:
        raise ProblemError(refused.problem) from None
    except RecursionError:
        raise ProblemError(TOO_COMPLEX.about(f"nested deeper than {limits.json_depth} levels")) from None
    except ValueError:
        raise ProblemError(NOT_PARSABLE.about("not JSON")) from None


def _text(raw: bytes | str) -> str:
    """Decode UTF-8 without a byte order mark."""
    if isinstance(raw, bytes):
        try:
            raw = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise ProblemError(NOT_PARSABLE.about("not UTF-8")) from None
    elif not _is_unicode(raw):
        raise ProblemError(NOT_PARSABLE.about("not Unicode text"))
    if raw.startswith("\ufeff"):
        raise ProblemError(NOT_PARSABLE.about("begins with a byte order mark"))
    return raw


def _is_unicode(text: str) -> bool:
    """Is `text` free of lone surrogates?"""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; keys are compared after their escapes were read."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedError(NOT_PARSABLE.about("a key occurs twice in one object"))
    return found


def _integer(digits: str, limits: Limits) -> int:
    if len(digits.lstrip("-")) > limits.integer_digits:
        raise _RefusedError(NOT_PARSABLE.about(f"an integer of more than {limits.integer_digits} digits"))
    return int(digits)


def _double(text: str) -> float:
    """Return the double of a decimal, if the double's own shortest decimal is the same number."""
    if len(text) > _FLOAT_CHARS:
        raise _RefusedError(MALFORMED.about("a decimal number of more digits than a double holds"))
    number = float(text)
    try:
        exact = Decimal(text)
    except InvalidOperation:
        exact = Decimal("Infinity")
    if math.isinf(number) or exact.is_infinite():
        raise _RefusedError(NOT_PARSABLE.about("a number beyond the range of a double"))
    if exact != Decimal(repr(number)):
        raise _RefusedError(MALFORMED.about("a decimal number of more digits than a double holds"))
    return number


def _constant(name: str) -> NoReturn:
    raise _RefusedError(NOT_PARSABLE.about(f"{name} is not JSON"))


def _check_size(value: Any, chars: int, limits: Limits) -> None:
    """Bound depth and number of values, level by level; strings only where one could be too long.

    `chars`: at least as many as the longest string has.
    """
    strings = chars > limits.string_chars
    level, depth, nodes = [value], 1, 1
    if strings:
        _check_strings(level, limits)
    while holders := [item for item in level if type(item) in _HOLDERS]:
        level = []
        for holder in holders:
            if type(holder) is dict:
                level += holder.values()
                if strings:
                    _check_strings(list(holder), limits)
            else:
                level += holder
        if strings:
            _check_strings(level, limits)
        nodes += len(level)
        depth += bool(level)
        if depth > limits.json_depth:
            raise ProblemError(TOO_COMPLEX.about(f"nested deeper than {limits.json_depth} levels"))
        if nodes > limits.json_nodes:
            raise ProblemError(TOO_COMPLEX.about(f"more than {limits.json_nodes} values"))


def _check_strings(items: list[Any], limits: Limits) -> None:
    """Bound each string; an image or a token in a data URL may be longer."""
    for item in items:
        if type(item) is str and len(item) > limits.string_chars:
            allowed = limits.image_string_chars if item.startswith(_LONG) else limits.string_chars
            if len(item) > allowed:
                raise ProblemError(TOO_LARGE.about(f"a text of more than {allowed} characters"))


def _check_surrogates(value: Any) -> None:
    """Refuse half a surrogate pair, which only an escape can bring in."""
    if not _is_unicode(json.dumps(value, ensure_ascii=False)):
        raise ProblemError(NOT_PARSABLE.about("half of a surrogate pair"))
