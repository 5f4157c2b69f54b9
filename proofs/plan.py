"""Many credentials of one shape: bring the template into canonical form once, then only what differs.

    plan = Plan(converter, template, slots=[("credentialSubject", "name"), ("id",)])
    text = plan.canonical(["Ève Tremblay", "urn:uuid:…"])     # == converter.canonical(plan.fill([…]))

Exact by construction: a quad is text, and the text of a slot depends on its value alone. Hashes of
blank nodes without slots are kept; the others are computed anew; names of blank nodes are ranks of
hashes, so they are given anew each time. Wherever that reasoning could fail (equal hashes, equal
lines, an id that is used twice, an address that the context could expand) the whole document goes
through the converter instead.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from proofs import rdfc
from proofs.dataset import Dataset
from proofs.jsonld import Converter
from proofs.jsonld_values import escaped, is_iri
from schemas.limits import DEFAULT, Limits

Slot = tuple[str | int, ...]
"""The place of a text in the template: keys and array indexes from the top."""

_HASH: Final = hashlib.sha256
_BETWEEN: Final = "\0"
"""Between segments; a NUL is never in canonical N-Quads, where it is escaped."""
_FIXED: Final = frozenset({"type", "@context", "@language", "@direction"})


class SlotError(ValueError):
    """A slot does not stand for a plain text or address of the template."""


@dataclass(frozen=True, slots=True)
class _Blank:
    """A blank node with slots among its quads: where its segments begin and end; those up to `own_end` are its own."""

    index: int
    fixed: tuple[str, ...]
    start: int
    own_end: int
    end: int


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
        nonce = secrets.token_hex(8)
        marks = [f"urn:x-slot:{nonce}:{number}:" for number in range(len(self._slots))]
        self._mark = re.compile(rf"urn:x-slot:{nonce}:(\d+):")
        marked = self.fill(marks)
        dataset = converter.dataset(marked, limits=limits)
        self._is_address = [_is_address(mark, dataset) for mark in marks]
        ids = list(_described(marked))
        self._own_ids = frozenset(name for name in ids if not self._mark.fullmatch(name))
        self._id_slots = [int(found[1]) for name in ids if (found := self._mark.fullmatch(name))]
        self._compile(dataset)

    def fill(self, values: Sequence[str]) -> dict[str, Any]:
        """Return a new document: the template with `values` in its slots."""
        document: dict[str, Any] = orjson.loads(self._written)
        for slot, value in zip(self._slots, values, strict=True):
            _place(document, slot)[slot[-1]] = value
        return document

    def canonical(self, values: Sequence[str]) -> str:
        """Return the canonical N-Quads (SHA-256) of the template with these values."""
        lines = self._lines(values)
        if lines is None:
            return self._converter.canonical(self.fill(values), limits=self._limits)
        return "".join(lines)

    def _compile(self, dataset: Dataset) -> None:
        """Part what is fixed from what has slots."""
        segments: list[str] = []
        self._ground = list(dict.fromkeys(line for line in dataset.ground if not self._has_slot(line)))
        segments += (line for line in dataset.ground if self._has_slot(line))
        self._ground_end = len(segments)
        self._own: list[list[str]] = dataset.own
        self._hashes = [b""] * len(dataset.own)
        self._blanks: list[_Blank] = []
        for index, (own, (more, others)) in enumerate(zip(dataset.own, rdfc.link_mentions(dataset), strict=True)):
            mentions = ["_:a" + rest for rest in more] + others
            mine = ["_:a" + rest for rest in own]
            varying_own = [line for line in mine if self._has_slot(line)]
            varying = varying_own + [line for line in mentions if self._has_slot(line)]
            fixed = tuple(line for line in (*mine, *mentions) if not self._has_slot(line))
            if varying:
                start = len(segments)
                self._blanks.append(_Blank(index, fixed, start, start + len(varying_own), start + len(varying)))
                segments += varying
                self._own[index] = [rest for rest in own if not self._has_slot(rest)]
            else:
                self._hashes[index] = _HASH("".join(sorted(fixed)).encode()).digest()
        self._fixed_links = [link for link in dataset.links if not self._has_slot(_text(link))]
        varying_links = [link for link in dataset.links if self._has_slot(_text(link))]
        self._links = [(link, len(segments) + 2 * number) for number, link in enumerate(varying_links)]
        for subject, _, value, _ in varying_links:
            segments += str(subject), str(value)
        joined = _BETWEEN.join(segments)
        self._order = [int(number) for number in self._mark.findall(joined)]
        self._format = self._mark.sub("%s", joined.replace("%", "%%"))

    def _has_slot(self, text: str) -> bool:
        return self._mark.search(text) is not None

    def _texts(self, values: Sequence[str]) -> list[str] | None:
        """Return the values as they stand in N-Quads, or None when one could be read in another way."""
        texts = []
        for value, is_address in zip(values, self._is_address, strict=True):
            if not is_address:
                texts.append(escaped(value))
            elif is_iri(value) and not self._converter.is_prefix(value.partition(":")[0]):
                texts.append(value)
            else:
                return None
        ids = {values[number] for number in self._id_slots}
        if len(ids) != len(self._id_slots) or ids & self._own_ids:
            return None
        return texts

    def _lines(self, values: Sequence[str]) -> list[str] | None:
        """Return the sorted lines, or None when the whole algorithm is needed."""
        texts = self._texts(values)
        if texts is None:
            return None
        segments = (self._format % tuple([texts[number] for number in self._order])).split(_BETWEEN)
        hashes = self._hashes.copy()
        for blank in self._blanks:
            mentions = sorted((*blank.fixed, *segments[blank.start : blank.end]))
            hashes[blank.index] = _HASH("".join(mentions).encode()).digest()
        if len(set(hashes)) != len(hashes):
            return None
        names = [""] * len(hashes)
        for rank, index in enumerate(sorted(range(len(hashes)), key=hashes.__getitem__)):
            names[index] = f"_:c14n{rank}"
        lines = self._ground + segments[: self._ground_end]
        lines += [name + rest for name, rests in zip(names, self._own, strict=True) for rest in rests]
        for blank in self._blanks:
            lines += [names[blank.index] + segment[3:] for segment in segments[blank.start : blank.own_end]]
        lines += rdfc.labelled_links(self._fixed_links, names)
        lines += rdfc.labelled_links(
            [
                (
                    link[0] if type(link[0]) is int else segments[at],
                    link[1],
                    link[2] if type(link[2]) is int else segments[at + 1],
                    link[3],
                )
                for link, at in self._links
            ],
            names,
        )
        unique = set(lines)
        return sorted(unique) if len(unique) == len(lines) else None


def _place(document: Any, slot: Slot) -> Any:
    """Return the object or array that holds a slot."""
    for key in slot[:-1]:
        document = document[key]
    return document


def _described(value: Any) -> Iterator[str]:
    """Yield the id of each object that says more than its id."""
    if isinstance(value, Mapping):
        if len(value) > 1 and isinstance(value.get("id"), str):
            yield value["id"]
        for item in value.values():
            yield from _described(item)
    elif isinstance(value, list):
        for item in value:
            yield from _described(item)


def _text(link: Any) -> str:
    return f"{link[0]} {link[2]}"


def _is_address(mark: str, dataset: Dataset) -> bool:
    """Return whether a mark stands as address everywhere, or as text everywhere; raise `SlotError` otherwise."""
    text = "".join([*dataset.ground, *(rest for rests in dataset.own for rest in rests), *map(_text, dataset.links)])
    total = text.count(mark)
    if total and text.count(f"<{mark}>") == total:
        return True
    if total and len(re.findall(rf'(?<!\\)"{re.escape(mark)}"', text)) == total:
        return False
    msg = "a slot does not stand for a plain text or address"
    raise SlotError(msg)
