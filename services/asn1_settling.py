"""Encode a built ASN.1 value once.

asn1crypto encodes a value that was built in memory, and all below it, anew at each look, and looks
at least twice a level: the work doubles with each level, and doubles again whenever a length byte
happens to be 0x80, which it takes for an indefinite length. A CMS of ours then takes half a minute
instead of a millisecond. `settle` encodes from the leaves up and lets each value keep its bytes.
"""

from __future__ import annotations

from typing import Any, TypeVar

from asn1crypto.core import Any as AnyValue
from asn1crypto.core import Asn1Value, Choice, Sequence, SequenceOf

_T = TypeVar("_T", bound=Asn1Value)


def settle(value: _T) -> _T:
    """Return the same value with its encoding, and that of all below it, made and kept."""
    _settle(value)
    return value


def _settle(value: Any) -> bool:
    """Settle what is below, then the value itself; return whether its bytes are new."""
    if isinstance(value, AnyValue):
        return _settle(value.parsed)
    if isinstance(value, Choice):
        return _settle(value.chosen)
    if not isinstance(value, (Sequence, SequenceOf)) or value.children is None:
        return False
    below = [_settle(child) for child in value.children if isinstance(child, Asn1Value)]
    changed = bool(value._mutated or any(below))  # noqa: SLF001 (nothing public says that the bytes kept are right)
    if changed:
        value._set_contents()  # noqa: SLF001
        value._mutated = False  # noqa: SLF001
    return changed
