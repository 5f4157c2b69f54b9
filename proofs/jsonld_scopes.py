"""Which part of a document described what: so that quads cannot be dealt out anew.

Quads do not say where they stood. If two objects describe the same node, values can be moved from
one to the other and the signature still holds. So a node is described once; an equal copy without
blank nodes of its own is harmless. Each credential inside a document is a scope of its own: its
subject may be described in several scopes if at most one of them has no proof of its own, since
that proof notices what is moved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proofs.dataset import Link, Token
from proofs.jsonld_contexts import ActiveContext
from schemas.problems import SHAPE_NOT_ALLOWED, ProblemError


@dataclass(slots=True)
class Description:
    """Where and how a named node was described; `is_ground`: without blank nodes, and finished."""

    context: ActiveContext
    element: Mapping[str, Any]
    is_ground: bool = False


@dataclass(slots=True)
class Scope:
    """One credential, presentation or proof: the quads and descriptions that belong to it."""

    graph: int | None
    urls: Any
    """Its `@context`, as received."""
    signed: bool
    root: Token = ""
    lines: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    described: dict[str, Description] = field(default_factory=dict)

    def describe(self, subject: str, context: ActiveContext, element: Mapping[str, Any]) -> bool:
        """Note a description; False when it is a harmless copy of an earlier one."""
        found = self.described.get(subject)
        if found is None:
            self.described[subject] = Description(context, element)
            return True
        if found.is_ground and found.context is context and _is_same(found.element, element):
            return False
        raise _described_twice()


def check(scopes: list[Scope]) -> None:
    """Refuse nodes that several scopes describe in a way that lets values be moved between them.

    What several scopes rightly say of one node inside a graph is kept once: a dataset is a set, and
    a quad that stood twice would count twice in the hashes of the graph's name.
    """
    if len(scopes) == 1:
        return
    owners: dict[tuple[int | None, str], list[Scope]] = {}
    for scope in scopes:
        for subject in scope.described:
            owners.setdefault((scope.graph, subject), []).append(scope)
    for (_, subject), found in owners.items():
        if len(found) > 1 and not _are_copies(subject, found):
            is_root = any(scope.root == subject for scope in found)
            if is_root or sum(not scope.signed for scope in found) > 1:
                raise _described_twice()
    said: set[Link] = set()
    for scope in scopes:
        scope.links = [link for link in scope.links if link not in said]
        said.update(scope.links)


def _are_copies(subject: str, scopes: list[Scope]) -> bool:
    first, *others = (scope.described[subject] for scope in scopes)
    return first.is_ground and all(_is_same(first.element, other.element) for other in others)


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Compare to the letter: in Python true and 1 are equal, in a signed statement they are not."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _described_twice() -> ProblemError:
    return ProblemError(SHAPE_NOT_ALLOWED.about("one thing is described in two places"))
