"""The canonical form of documents that differ only in some texts, laid out once.

    layout = Layout(marked, dataset, marks=marks, names=names)    # the dataset of the marked document
    quads = layout.canonical(layout.texts(values))                # canonical N-Quads, or None: not surely

Exact by construction. A quad is text, and what a slot adds to it depends on its value alone: in a
literal the value with its escapes, in an address the value itself if no context could read it as
anything else. So what is left to do is what RDFC-1.0 does when the first-degree hashes of all blank
nodes differ: fill in, hash, rank, name, sort. Only where several values share one predicate, between
subjects and between blank nodes does the order depend on what is filled in. Wherever that reasoning
could fail (an address that a context may expand, an id that is used twice, equal lines, equal
hashes) the answer is None and the whole algorithm must be asked; it alone refuses documents.
Specification: RDF Dataset Canonicalization 1.0, sections 4.4.3 and 4.6.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import orjson

from proofs.dataset import Dataset, Token
from proofs.jsonld_values import escaped, is_iri, number
from schemas.problems import ProblemError

_HASH: Final = hashlib.sha256
_BETWEEN: Final = "\0"
"""Between parts that are filled in together; a NUL is never in canonical N-Quads, where it is escaped."""
_HOLE: Final = re.compile("\1([0-9]+)\2")
"""Where an entry of the pool goes; these characters too are always escaped."""
_ORDINARY_SCHEMES: Final = ("https", "http", "urn", "did", "mailto", "tel")
"""How most addresses begin: looked at all at once, as long as no context has a term of that name."""

_Statements = dict[str, list[Token]]
"""Of one subject: each predicate with its objects."""


class UnfitError(ValueError):
    """There is no layout: a graph has a name, or something is described twice."""


class Marks:
    """Texts that stand for slots while a document is converted: addresses that nobody else has."""

    def __init__(self) -> None:
        """Draw a name at random, so that no document can hold a mark."""
        self._start = f"urn:x-slot:{secrets.token_hex(8)}:"
        self.pattern: Final = f"{self._start}([0-9]+):"

    def text(self, number: int) -> str:
        """Return the mark of a slot."""
        return f"{self._start}{number}:"

    def numbers(self, text: str) -> list[int]:
        """Return the slots whose marks stand in `text`, in order."""
        return [int(number) for number in re.findall(self.pattern, text)]


class Names:
    """What is known of addresses: which of them a context could read in another way."""

    def __init__(self, terms: frozenset[str]) -> None:
        """Take the names of all terms of all contexts."""
        self._terms = terms
        taken = {term.partition(":")[0] for term in terms}
        schemes = [scheme for scheme in _ORDINARY_SCHEMES if scheme not in taken]
        self.ordinary: Final = rf'"(?:{"|".join(schemes)}):[^\x00-\x20\x7f<>"{{}}|^`\\]*",'
        """The pattern of an address, quoted and with a comma, that surely stands for itself."""

    def stands_for_itself(self, address: str) -> bool:
        """Return whether `address` is absolute and no context could expand it."""
        prefix = address.partition(":")[0]
        return bool(is_iri(address)) and prefix != "_" and prefix not in self._terms and address not in self._terms


@dataclass(frozen=True, slots=True)
class _Filling:
    """A text with holes, and which entry of the pool goes into each of them."""

    form: bytes
    pick: Callable[[Sequence[Any]], tuple[Any, ...]]
    is_bare: bool
    """Is each part nothing but one entry of the pool?"""

    def parts(self, pool: Sequence[bytes]) -> list[bytes]:
        """Return the parts, filled in."""
        return list(self.pick(pool)) if self.is_bare else (self.form % self.pick(pool)).split(b"\0")


class Layout:
    """The canonical form of a document, all but its slots."""

    def __init__(
        self,
        marked: Mapping[str, Any],
        dataset: Dataset,
        *,
        marks: Marks,
        names: Names,
        numbers: frozenset[int] = frozenset(),
    ) -> None:
        """Lay out `dataset`, that of the `marked` document; raise `UnfitError`.

        Slot n takes the value at n of those that `texts` is given: a number for those in `numbers`.
        """
        stated = _statements(dataset)
        addresses, datatypes = slots_of(dataset, marks)
        literals = [slot for slot in datatypes if slot not in numbers]
        self._numbers = [(slot, datatypes[slot]) for slot in datatypes if slot in numbers]
        slots = [*addresses, *literals]
        self._names = names
        self._addresses = len(addresses)
        self._ordinary = re.compile(rf"\[(?:{names.ordinary}){{{len(addresses)}}}".encode())
        self._pick = picker(slots) if slots else None
        slots += [slot for slot, _ in self._numbers]
        holes = {slot: number for number, slot in enumerate(slots)}
        self._take_ids(marked, stated, marks, holes)
        blanks = len(dataset.own)
        self._labels = [b"_:c14n%d" % rank for rank in range(blanks)]
        self._in_order = sorted(self._labels)
        written = _written(stated, marks, holes, numbers)
        self._lay_out_hashes(written, len(slots))
        self._lay_out_lines(written, len(slots), blanks)

    def texts(self, values: Sequence[Any]) -> list[bytes] | None:
        """Return the texts of the slots as they stand in N-Quads, or None when one could be read in another way.

        What stands at the slots' positions must be `str`.
        """
        strings = self._pick(values) if self._pick else ()
        try:
            written = orjson.dumps(strings)[:-1] + b","
        except TypeError:  # half of a surrogate pair: let the whole algorithm say so
            return None
        if not self._ordinary.match(written) and not all(
            map(self._names.stands_for_itself, strings[: self._addresses])
        ):
            return None
        # JSON and N-Quads escape alike but for the control characters that have no short escape.
        if b"\\u" in written or b"\x7f" in written or b'\\",' in written:
            texts = [escaped(text).encode() for text in strings]
        else:
            texts = written[2:-2].split(b'","') if strings else []
        ids = {texts[number] for number in self._id_slots}
        if len(ids) != len(self._id_slots) or not ids.isdisjoint(self._own_ids):
            return None
        if self._numbers:
            try:
                texts += [number(values[slot], datatype).encode() for slot, datatype in self._numbers]
            except ProblemError:
                return None
        return texts

    def canonical(self, texts: list[bytes]) -> bytes | None:
        """Return the canonical N-Quads (UTF-8, SHA-256) with these texts, or None if that takes the whole algorithm."""
        labels = self._label(texts)
        if labels is None:
            return None
        pool = texts + labels
        for group in self._groups:
            objects = group.parts(pool)
            if len(set(objects)) != len(objects):
                return None
            objects.sort()
            pool += objects
        blocks = self._lines.parts(pool)
        own = dict(zip(labels, blocks[self._named :], strict=True))
        return b"".join([*sorted(blocks[: self._named]), *[own[label] for label in self._in_order]])

    def _label(self, texts: list[bytes]) -> list[bytes] | None:
        """Return the canonical name of each blank node, or None when two look the same."""
        pool = texts
        for group in self._hash_groups:
            pool = pool + sorted(group.parts(pool))
        digests = self._digests.copy()
        if self._varying:
            for blank, block in zip(self._varying, self._hashed.parts(pool), strict=True):
                digests[blank] = _HASH(block).digest()
        if len(set(digests)) != len(digests):
            return None
        labels = self._labels.copy()
        ranked = sorted(range(len(digests)), key=digests.__getitem__)
        for blank, name in zip(ranked, self._labels, strict=True):
            labels[blank] = name
        return labels

    def _take_ids(
        self, marked: Mapping[str, Any], stated: Mapping[Token, _Statements], marks: Marks, holes: Mapping[int, int]
    ) -> None:
        """Note the ids of what is described: no two may be the same."""
        ids = list(described(marked))
        names = {f"<{name}>" for name in ids}
        if len(names) != len(ids) or not names.issuperset(name for name in stated if type(name) is str):
            msg = "something is described twice"
            raise UnfitError(msg)
        self._id_slots = [holes[slot] for name in ids for slot in marks.numbers(name)]
        self._own_ids = frozenset(name.encode() for name in ids if not marks.numbers(name))

    def _lay_out_hashes(self, stated: Mapping[Token, _Statements], slots: int) -> None:
        """Lay out what is hashed of each blank node: itself `_:a`, others `_:z`; without holes it is hashed now."""
        blanks = range(len(self._labels))
        writer = _Writer(["_:z" for _ in blanks], slots)
        mentions = _mentions(stated)
        self._digests = [b"" for _ in blanks]
        self._varying: list[int] = []
        varying = []
        for blank in blanks:
            before, after = mentions.get(blank, ("", ""))
            text = before + writer.block("_:a", stated[blank]) + after
            if _HOLE.search(text):
                self._varying.append(blank)
                varying.append(text)
            else:
                self._digests[blank] = _HASH(text.encode()).digest()
        self._hash_groups = writer.groups
        self._hashed = _filling(varying)

    def _lay_out_lines(self, stated: Mapping[Token, _Statements], slots: int, blanks: int) -> None:
        """Lay out all lines: a block for each subject that has a name, then one for each blank node."""
        labels = [_hole(slots + blank) for blank in range(blanks)]
        writer = _Writer(labels, slots + blanks)
        named = [subject for subject in stated if type(subject) is str]
        blocks = [writer.block(subject, stated[subject]) for subject in named]
        blocks += [writer.block(label, stated[blank]) for blank, label in enumerate(labels)]
        self._named = len(named)
        self._groups = writer.groups
        self._lines = _filling(blocks)


class _Writer:
    """Writes the lines of subjects in their order; objects whose order depends on the holes become holes themselves."""

    def __init__(self, names: Sequence[str], pool: int) -> None:
        """Take the names of the blank nodes, and how many entries the pool has before the groups."""
        self._names, self._pool = names, pool
        self.groups: list[_Filling] = []

    def block(self, subject: str, statements: _Statements) -> str:
        """Return the lines of one subject."""
        lines = []
        for predicate in sorted(statements):
            objects = [self._names[term] if type(term) is int else str(term) for term in statements[predicate]]
            lines += [f"{subject} {predicate} {value} .\n" for value in self._sorted(objects)]
        return "".join(lines)

    def _sorted(self, objects: list[str]) -> list[str]:
        """Return the objects of one predicate in order."""
        if len(objects) == 1 or not any(map(_HOLE.search, objects)):
            return sorted(objects)
        self.groups.append(_filling(objects))
        self._pool += len(objects)
        return [_hole(number) for number in range(self._pool - len(objects), self._pool)]


def slots_of(dataset: Dataset, marks: Marks) -> tuple[list[int], dict[int, str]]:
    """Return which slots stand for an address wherever they stand, and which for a literal, with its datatype."""
    text = "".join([*dataset.ground, *(rest for rests in dataset.own for rest in rests), *map(_terms, dataset.links)])
    standing = Counter(marks.numbers(text))
    addresses = Counter(int(slot) for slot in re.findall(f"<{marks.pattern}>", text))
    found = re.findall(rf'(?<!\\)"{marks.pattern}"(?:\^\^<([^>]*)>)?', text)
    literals = Counter(int(slot) for slot, _ in found)
    datatypes = {int(slot): datatype for slot, datatype in found}
    return (
        [slot for slot in addresses if addresses[slot] == standing[slot]],
        {slot: datatypes[slot] for slot in literals if literals[slot] == standing[slot] == 1},
    )


def described(value: Any) -> Iterator[str]:
    """Yield the id of each object that says more than its id."""
    if isinstance(value, Mapping):
        if len(value) > 1 and isinstance(value.get("id"), str):
            yield value["id"]
        for item in value.values():
            yield from described(item)
    elif isinstance(value, list):
        for item in value:
            yield from described(item)


def _statements(dataset: Dataset) -> dict[Token, _Statements]:
    """Return what is stated of each subject; raise `UnfitError` where a graph has a name."""
    found: dict[Token, _Statements] = {blank: {} for blank in range(len(dataset.own))}
    lines: list[tuple[Token, str]] = [
        (subject, rest) for subject, _, rest in (line.partition(" ") for line in dict.fromkeys(dataset.ground))
    ]
    lines += [(blank, rest[1:]) for blank, rests in enumerate(dataset.own) for rest in rests]
    for subject, rest in lines:
        predicate, _, value = rest.partition(" ")
        found.setdefault(subject, {}).setdefault(predicate, []).append(value.removesuffix(" .\n"))
    for link in dataset.links:
        if link[3] is not None:
            msg = "a graph has a name"
            raise UnfitError(msg)
        found.setdefault(link[0], {}).setdefault(link[1], []).append(link[2])
    return found


def _written(
    stated: Mapping[Token, _Statements], marks: Marks, holes: Mapping[int, int], numbers: frozenset[int]
) -> dict[Token, _Statements]:
    """Return the statements with a hole for each mark, or for the whole literal of a number."""

    def holed(term: Token) -> Token:
        if type(term) is int:
            return term
        slots = marks.numbers(str(term))
        if numbers.issuperset(slots) and slots:
            return _hole(holes[slots[0]])
        return re.sub(marks.pattern, lambda found: _hole(holes[int(found[1])]), str(term))

    return {
        holed(subject): {name: [holed(value) for value in values] for name, values in statements.items()}
        for subject, statements in stated.items()
    }


def _mentions(stated: Mapping[Token, _Statements]) -> dict[int, tuple[str, str]]:
    """Return for each blank node the line that has it as object: before its own lines, or after them."""
    found: dict[int, tuple[str, str]] = {}
    for subject, statements in stated.items():
        for predicate, values in statements.items():
            for value in values:
                if type(value) is int:
                    if value in found:
                        msg = "a blank node has two parents"
                        raise UnfitError(msg)
                    other = type(subject) is int
                    line = f"{'_:z' if other else subject} {predicate} _:a .\n"
                    found[value] = ("", line) if other else (line, "")
    return found


def _terms(link: Any) -> str:
    return f"{link[0]} {link[2]} "


def _hole(number: int) -> str:
    return f"\1{number}\2"


def _filling(parts: Sequence[str]) -> _Filling:
    """Return the parts as one text to be filled in."""
    text = _BETWEEN.join(parts)
    form = _HOLE.sub("%b", text.replace("%", "%%")).encode()
    is_bare = all(map(_HOLE.fullmatch, parts))
    return _Filling(form, picker([int(number) for number in _HOLE.findall(text)]), is_bare)


def picker(indexes: list[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return what takes the entries at these indexes."""
    if len(indexes) > 1:
        return itemgetter(*indexes)
    return lambda entries: tuple(entries[index] for index in indexes)
