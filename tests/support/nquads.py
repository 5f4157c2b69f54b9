"""A reader of N-Quads for tests: text to `Dataset`, and back in any order."""

from __future__ import annotations

import re

from proofs.dataset import Dataset, Token
from proofs.jsonld_values import escaped

_LABEL = r"_:[^\s<>\"]+?(?=[\s.]*\s|\s|$)"
_QUAD = re.compile(
    rf"""\s*(?P<s><[^>]*>|{_LABEL})
        \s*(?P<p><[^>]*>)
        \s*(?P<o><[^>]*>|{_LABEL}|"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>|@[A-Za-z0-9-]+)?)
        \s*(?P<g><[^>]*>|{_LABEL})?
        \s*\.\s*(?:\#.*)?""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:([tbnrf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_STRING = "^^<http://www.w3.org/2001/XMLSchema#string>"


def parse(text: str) -> tuple[Dataset, list[str]]:
    """Return the dataset of N-Quads and the label (`_:…`) of each blank node, in order."""
    dataset, blanks = Dataset(), {}

    def term(found: str) -> Token:
        if found.startswith("_:"):
            if found not in blanks:
                blanks[found] = dataset.blank()
            return blanks[found]
        if found.startswith("<"):
            return _ESCAPE.sub(_unescape, found)
        closing = found.rindex('"')
        kind = _ESCAPE.sub(_unescape, found[closing + 1 :])
        return f'"{escaped(_ESCAPE.sub(_unescape, found[1:closing]))}"{"" if kind == _STRING else kind}'

    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        quad = _QUAD.fullmatch(line)
        assert quad is not None, line
        graph = term(quad["g"]) if quad["g"] else None
        dataset.add(term(quad["s"]), str(term(quad["p"])), term(quad["o"]), graph)
    dataset.own = [sorted(set(rests)) for rests in dataset.own]
    dataset.links = list(dict.fromkeys(dataset.links))
    return dataset, list(blanks)


def _unescape(found: re.Match[str]) -> str:
    short, four, eight = found.groups()
    return _SHORT[short] if short else chr(int(four or eight, 16))
