"""Documents of a shape that was seen before: only what differs is done anew.

    shapes = Shapes(whole, dataset, names)
    quads = shapes.canonical(document, limits)           # == whole(document, limits)

Most credentials have the shape of others: the same keys, types and kinds of values, other texts and
numbers. The third of a shape is laid out (`proofs/plan_layout.py`), the later ones are filled in.
What decides about a document's meaning (keys, `@context`, types, words of a vocabulary, languages)
is compared, not filled in. A layout never refuses: whatever it is not sure of goes to the whole
algorithm, as does all that was not seen before. So both give the same answer to every document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson

from proofs.dataset import Dataset
from proofs.plan_layout import Layout, Marks, Names, UnfitError, picker, slots_of
from schemas.limits import Limits
from schemas.problems import ProblemError

_SHAPES: Final = 128
"""How many shapes are kept; then all are forgotten and begun anew."""
_KINDS_OF_ONE: Final = 4
"""How many documents of one shape are laid out that differ in what is compared."""
_SEEN: Final = 1_024
"""How many shapes are counted that are not laid out."""
_WORTH_IT: Final = 3
"""A shape is laid out when it comes for the third time."""
_VALUES: Final = 1_000
_QUAD_BYTES: Final = 65_536
"""Larger documents are not laid out, so that strangers cannot fill the memory."""

_END: Final = object()
"""Ends the keys of an object; no key is equal to it."""
_FIXED: Final = frozenset({"type", "@context", "@language", "@direction"})
_HOLDERS: Final = frozenset({dict, list})
_NUMBERS: Final = frozenset({int, float})

Shape = tuple[Any, ...]
Whole = Callable[[Mapping[str, Any], Limits], bytes]


@dataclass(frozen=True, slots=True)
class _Known:
    """A layout, and what a document must say word for word for it."""

    pick: Callable[[list[Any]], tuple[Any, ...]]
    fixed: bytes
    layout: Layout

    def says_the_same(self, values: list[Any]) -> bool:
        """Return whether all that is not filled in is as it was, to the letter: true is not 1, and 0 not -0."""
        try:
            return orjson.dumps(self.pick(values)) == self.fixed
        except TypeError:  # an integer that orjson does not write, half of a surrogate pair
            return False


class Shapes:
    """Canonical forms, laid out by shape; safe to share between threads."""

    def __init__(self, whole: Whole, dataset: Callable[[Mapping[str, Any], Limits], Dataset], names: Names) -> None:
        """Take the whole algorithm, and its first half."""
        self._whole, self._dataset, self._names = whole, dataset, names
        self._known: dict[Shape, tuple[_Known, ...]] = {}
        self._seen: dict[int, int] = {}

    def canonical(self, document: Mapping[str, Any], limits: Limits) -> bytes:
        """Return the canonical N-Quads of `document` (UTF-8, SHA-256); raise what the whole algorithm raises."""
        if type(document) is not dict:
            return self._whole(document, limits)
        names, values = _walked(document)
        shape = (limits.json_depth, *names, *map(type, values))
        known = self._known.get(shape, ())
        for one in known:
            if one.says_the_same(values):
                texts = one.layout.texts(values)
                quads = None if texts is None else one.layout.canonical(texts)
                return self._whole(document, limits) if quads is None else quads
        quads = self._whole(document, limits)
        if len(known) < _KINDS_OF_ONE and len(values) <= _VALUES and len(quads) <= _QUAD_BYTES:
            self._count(document, limits, shape, quads)
        return quads

    def _count(self, document: Mapping[str, Any], limits: Limits, shape: Shape, quads: bytes) -> None:
        """Note that a shape was seen, and lay it out when it comes often."""
        if len(self._seen) >= _SEEN:
            self._seen.clear()
        name = hash(shape)
        times = self._seen[name] = self._seen.get(name, 0) + 1
        if times != _WORTH_IT:
            return
        try:
            found = self._lay_out(orjson.loads(orjson.dumps(document)), limits, quads)
        except (ProblemError, UnfitError, TypeError):  # TypeError: what orjson does not write
            return  # the count goes on, so this is not tried again soon
        if len(self._known) >= _SHAPES:
            self._known.clear()
        self._known[shape] = (*self._known.get(shape, ()), found)
        self._seen[name] = 0

    def _lay_out(self, document: dict[str, Any], limits: Limits, quads: bytes) -> _Known:
        """Return the layout of a document whose canonical form is known; `document` is changed."""
        names, values = _walked(document)
        if sum(len(name) for name in names if type(name) is str) > _QUAD_BYTES:
            msg = "the keys are longer than what they say"
            raise UnfitError(msg)
        places = _places(document)
        marks = Marks()
        wanted = [at for at, (_, _, name) in enumerate(places) if name not in _FIXED and _may_vary(values[at])]
        for at in wanted:
            places[at][0][places[at][1]] = marks.text(at)
        addresses, literals = slots_of(self._dataset(document, limits), marks)
        slots = {at for at in addresses if type(values[at]) is str and self._names.stands_for_itself(values[at])}
        slots |= literals.keys()
        for at in set(wanted) - slots:
            places[at][0][places[at][1]] = values[at]
        numbers = frozenset(at for at in slots if type(values[at]) is not str)
        dataset = self._dataset(document, limits)
        layout = Layout(document, dataset, marks=marks, names=self._names, numbers=numbers)
        pick = picker([at for at, value in enumerate(values) if at not in slots and type(value) not in _HOLDERS])
        texts = layout.texts(values)
        if texts is None or layout.canonical(texts) != quads:
            msg = "the layout does not give back the document it was made of"
            raise UnfitError(msg)
        return _Known(pick, orjson.dumps(pick(values)), layout)


def _may_vary(value: Any) -> bool:
    return type(value) is str or type(value) in _NUMBERS


def _walked(document: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return the shape of a document and its values, level by level; of a very large one only the beginning."""
    shape: list[Any] = []
    values: list[Any] = [document]
    for holder in islice(values, _VALUES + 1):
        if type(holder) is dict:
            shape += holder
            shape.append(_END)
            values += holder.values()
        elif type(holder) is list:
            shape.append(len(holder))
            values += holder
    return shape, values


def _places(document: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Return for each value, in the order of `_walked`, its holder, its key or index, and the key it stands under."""
    places: list[tuple[Any, Any, Any]] = [(None, None, "@context")]
    values: list[Any] = [document]
    for (_, _, name), holder in zip(places, values, strict=False):
        if type(holder) is dict:
            places += [(holder, key, key) for key in holder]
            values += holder.values()
        elif type(holder) is list:
            places += [(holder, index, name) for index in range(len(holder))]
            values += holder
    return places
