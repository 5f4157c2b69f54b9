"""Many credentials of one shape: bring the template into canonical form once, then only what differs.

    plan = Plan(converter, template, slots=[("credentialSubject", "name"), ("id",)])
    text = plan.canonical(["Ève Tremblay", "urn:uuid:…"])     # == converter.canonical(plan.fill([…]))

The template is laid out once (`proofs/plan_layout.py`). Wherever that is not sure of its answer, and for
templates that have no layout (named graphs), the whole document goes through the converter instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from proofs.jsonld import Converter
from proofs.plan_layout import Layout, Marks, UnfitError, slots_of
from schemas.limits import DEFAULT, Limits

Slot = tuple[str | int, ...]
"""The place of a text in the template: keys and array indexes from the top."""

_FIXED: Final = frozenset({"type", "@context", "@language", "@direction"})


class SlotError(ValueError):
    """A slot does not stand for a plain text or address of the template."""


class Plan:
    """The canonical form of a template, all but its slots; values of slots are texts."""

    def __init__(
        self, converter: Converter, template: Mapping[str, Any], slots: Sequence[Slot], *, limits: Limits = DEFAULT
    ) -> None:
        """Compile; raise `SlotError` for a slot that cannot vary, and what the converter raises."""
        self._converter, self.template, self._limits = converter, template, limits
        self._slots = tuple(slots)
        self._written = orjson.dumps(template)
        for slot in self._slots:
            if _FIXED.intersection(map(str, slot)) or not isinstance(_place(template, slot)[slot[-1]], str):
                msg = f"the slot {slot!r} does not stand for a plain text"
                raise SlotError(msg)
        marks = Marks()
        marked = self.fill([marks.text(number) for number in range(len(self._slots))])
        dataset = converter.dataset(marked, limits=limits)
        addresses, literals = slots_of(dataset, marks)
        if {*addresses, *literals} != set(range(len(self._slots))):
            msg = "a slot does not stand for a plain text or address"
            raise SlotError(msg)
        try:
            self._layout: Layout | None = Layout(marked, dataset, marks=marks, names=converter.names)
        except UnfitError:
            self._layout = None

    def fill(self, values: Sequence[str]) -> dict[str, Any]:
        """Return a new document: the template with `values` in its slots."""
        document: dict[str, Any] = orjson.loads(self._written)
        for slot, value in zip(self._slots, values, strict=True):
            _place(document, slot)[slot[-1]] = value
        return document

    def canonical(self, values: Sequence[str]) -> str:
        """Return the canonical N-Quads (SHA-256) of the template with these values."""
        return self.encoded(values).decode()

    def encoded(self, values: Sequence[str]) -> bytes:
        """Return the canonical N-Quads of the template with these values in UTF-8."""
        are_texts = len(values) == len(self._slots) and all(type(value) is str for value in values)
        if self._layout is not None and are_texts:
            texts = self._layout.texts(values)
            quads = None if texts is None else self._layout.canonical(texts)
            if quads is not None:
                return quads
        return self._converter.encoded(self.fill(values), limits=self._limits)


def _place(document: Any, slot: Slot) -> Any:
    """Return the object or array that holds a slot."""
    for key in slot[:-1]:
        document = document[key]
    return document
