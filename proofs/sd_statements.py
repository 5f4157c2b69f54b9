"""The statements of a document, and which of them a JSON pointer selects.

    statements = Statements(document, hmac_key, converter, limits)
    statements.lines                        # canonical N-Quads with names that tell nothing
    statements.select(["/issuer"])          # the part of the document, and the numbers of its lines

Blank nodes are named by HMAC of their canonical names, so that a name tells nothing about what is
not shown. Specification: Data Integrity ECDSA Cryptosuites 1.0, sections 3.4.1 to 3.4.13, and Data
Integrity BBS Cryptosuites 1.0, section 3.2.1; instead of skolemizing, the converter tells which
JSON object each blank node stands for.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from keys.multibase import encode_base64url
from proofs import rdfc
from proofs.dataset import Dataset
from proofs.jsonld import Converter, Place
from schemas.limits import Limits
from schemas.problems import MALFORMED, ProblemError

Naming = Callable[[Sequence[str], bytes], list[str]]
"""Takes canonical names and an HMAC key; returns names that tell nothing."""

_ALWAYS = ("@context", "id", "type")
_is_pointer = re.compile(r"(?:/(?:[^/~]|~[01])*)*").fullmatch


@dataclass(slots=True)
class Selection:
    """A part of a document."""

    document: dict[str, Any]
    numbers: list[int]
    """Which lines of the whole document its statements are, in order."""
    dataset: Dataset
    names: list[str]
    """The name in the whole document of each blank node of `dataset`."""


class Statements:
    """The statements of one document under one HMAC key."""

    def __init__(
        self,
        document: Mapping[str, Any],
        hmac_key: bytes,
        converter: Converter,
        limits: Limits,
        naming: Naming | None = None,
    ) -> None:
        """Convert and name, by `hidden_names` unless `naming` says otherwise; raise what the converter raises."""
        self._converter = converter
        self._limits = limits
        self._source = _Copy().of(document)
        dataset, places = converter.traced(self._source, limits=limits)
        names = (naming or hidden_names)(rdfc.labels(dataset, limits=limits), hmac_key)
        self._names = dict(zip(places, names, strict=True))
        self.lines = named_lines(dataset, names)
        self._numbers = {line: number for number, line in enumerate(self.lines)}

    def select(self, pointers: Sequence[str]) -> Selection:
        """Return what the pointers select (RFC 6901); raise MALFORMED when one selects nothing, or cuts a list."""
        copy = _Copy()
        part = _part(self._source, _tree(pointers), copy)
        dataset, places = self._converter.traced(part, limits=self._limits)
        names = [self._names.get(copy.original(place), "") for place in places]
        try:
            numbers = sorted(self._numbers[line] for line in named_lines(dataset, names))
        except KeyError:
            raise ProblemError(MALFORMED.about("a pointer cuts an ordered list in two")) from None
        return Selection(part, numbers, dataset, names)

    def numbers(self, pointers: Sequence[str]) -> list[int]:
        """Return the numbers of the lines that the pointers select; none for no pointers."""
        return self.select(pointers).numbers if pointers else []


def shuffled_names(labels: Sequence[str], hmac_key: bytes) -> list[str]:
    """Return for each canonical name its place in the order of `hidden_names` (`_:b0`): BBS, section 3.2.1.

    A number says less than an HMAC, which no other document has.
    """
    hidden = hidden_names(labels, hmac_key)
    places = {name: place for place, name in enumerate(sorted(hidden))}
    return [f"_:b{places[name]}" for name in hidden]


def hidden_names(labels: Sequence[str], hmac_key: bytes) -> list[str]:
    """Return for each canonical name (`_:c14n0`) the one that tells nothing (section 3.4.4)."""
    return ["_:u" + encode_base64url(hmac.digest(hmac_key, label[2:].encode(), "sha256")) for label in labels]


def named_lines(dataset: Dataset, names: list[str]) -> list[str]:
    """Return the lines of `dataset`, each once, in order, its blank nodes under these names."""
    return sorted({*dataset.ground, *rdfc.labelled(dataset, names)})


@dataclass(slots=True)
class _Tree:
    """Pointers, token by token."""

    is_whole: bool = False
    below: dict[str, _Tree] = field(default_factory=dict)


class _Copy:
    """Copies JSON so that no object stands in two places, and remembers what each is a copy of."""

    def __init__(self) -> None:
        self._originals: dict[int, int] = {}

    def of(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self.note(value, {key: self.of(item) for key, item in value.items()})
        if isinstance(value, list):
            return self.note(value, [self.of(item) for item in value])
        return value

    def note(self, original: Any, copy: Any) -> Any:
        self._originals[id(copy)] = id(original)
        return copy

    def original(self, place: Place) -> Place:
        return self._originals.get(place[0], 0), place[1]


def _tree(pointers: Sequence[str]) -> _Tree:
    root = _Tree()
    for pointer in pointers:
        if not _is_pointer(pointer):
            raise ProblemError(MALFORMED.about("not a JSON pointer"))
        place = root
        for token in pointer.split("/")[1:]:
            place = place.below.setdefault(token.replace("~1", "/").replace("~0", "~"), _Tree())
        place.is_whole = True
    return root


def _part(source: Any, tree: _Tree, copy: _Copy) -> Any:
    """Return the selected part of a value; objects on the way keep what says what they are (section 3.4.13)."""
    if tree.is_whole:
        if tree.below:
            _part(source, _Tree(below=tree.below), _Copy())
        return copy.of(source)
    if isinstance(source, list):
        chosen = sorted(((_index(source, token), below) for token, below in tree.below.items()), key=itemgetter(0))
        return copy.note(source, [_part(source[index], below, copy) for index, below in chosen])
    if not isinstance(source, Mapping) or tree.below.keys() - source.keys():
        raise _no_match()
    return copy.note(
        source,
        {
            key: copy.of(value) if key in _ALWAYS else _part(value, tree.below[key], copy)
            for key, value in source.items()
            if key in _ALWAYS or key in tree.below
        },
    )


def _index(source: list[Any], token: str) -> int:
    """Return an array index (RFC 6901 section 4: digits without leading zero)."""
    if not (token.isascii() and token.isdecimal()) or (len(token) > 1 and token[0] == "0"):
        raise _no_match()
    if int(token[:10]) >= len(source) or len(token) > 10:  # noqa: PLR2004 (digits enough for any array)
        raise _no_match()
    return int(token)


def _no_match() -> ProblemError:
    return ProblemError(MALFORMED.about("a pointer does not match the document"))
