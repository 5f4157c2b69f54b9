"""An RDF dataset as the converter writes it and the canonicaliser reads it.

Terms that are not blank are kept as their canonical N-Quads text; a blank node is an int, the
index of its entry in `own`. Most quads of a credential have no blank node or only their subject,
and stand in the default graph: these are kept as text, so that hashing them costs no formatting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

RDF_TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
RDF_FIRST: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>"
RDF_REST: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
RDF_NIL: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"

Token = str | int
Link = tuple[Token, str, Token, Token | None]


@dataclass(slots=True)
class Dataset:
    """Quads in three lists, by how many blank nodes they have; only `ground` may hold one twice."""

    ground: list[str] = field(default_factory=list)
    """Whole lines without any blank node, line feed included."""
    own: list[list[str]] = field(default_factory=list)
    """For each blank node the rest of each line (` <p> "o" .` and a line feed) of which it is only the subject."""
    links: list[Link] = field(default_factory=list)
    """Every other quad: subject, predicate, object, graph (None: the default graph)."""

    def blank(self) -> int:
        """Add a blank node and return it."""
        self.own.append([])
        return len(self.own) - 1

    def add(self, subject: Token, predicate: str, value: Token, graph: Token | None = None) -> None:
        """Add one quad, whatever it holds."""
        if graph is None and type(value) is str:
            if type(subject) is int:
                self.own[subject].append(f" {predicate} {value} .\n")
            else:
                self.ground.append(f"{subject} {predicate} {value} .\n")
        else:
            self.links.append((subject, predicate, value, graph))
