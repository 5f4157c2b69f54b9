"""Random documents over the pinned contexts, for comparing converters (hypothesis)."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from hypothesis import reject
from hypothesis import strategies as st

from proofs.jsonld_contexts import ActiveContext, ContextCompiler, Term
from schemas.problems import ProblemError
from tests.support import linked_data as ld

ROOTS = (
    ([ld.V2, ld.OPEN_BADGES], ["VerifiableCredential", "OpenBadgeCredential"]),
    ([ld.V2, ld.OPEN_BADGES, ld.CLR], ["VerifiableCredential", "ClrCredential"]),
    ([ld.V2, ld.EXAMPLES], ["VerifiableCredential", "RelationshipCredential"]),
    ([ld.V1, ld.DATA_INTEGRITY], ["VerifiableCredential"]),
    ([ld.V1, ld.ED25519_2020], ["VerifiablePresentation"]),
    ([ld.V2], ["VerifiablePresentation"]),
    (["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"], None),
)

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_PLAIN_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
_NAMES = st.integers(0, 2**32).map(lambda number: f"urn:uuid:{UUID(int=number)}")
_NUMBERS = st.one_of(
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda number: float(f"{number:.6g}")),
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1000, 1000), _PLAIN_TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PLAIN_TEXTS, inner, max_size=3),
    max_leaves=5,
)


@cache
def _compiler() -> ContextCompiler:
    return ContextCompiler(ld.loader())


class _Writer:
    """Draws one document."""

    def __init__(self, draw: Any, *, controls: bool) -> None:
        self._draw = draw
        self._texts = _TEXTS if controls else _PLAIN_TEXTS
        self._compiler = _compiler()
        self._used = 0

    def document(self) -> dict[str, Any]:
        contexts, types = self._draw(st.sampled_from(ROOTS))
        body = self._node(self._compiler.root(contexts), types, depth=0)
        return {"@context": contexts, **body}

    def _node(self, term: Term, types: list[str] | None, depth: int) -> dict[str, Any]:
        try:
            node = self._compiler.node(term, types, None)
        except ProblemError:
            reject()
        body: dict[str, Any] = {} if types is None else {"type": types}
        if self._draw(st.booleans()):
            self._used += 1
            body["id"] = f"urn:x:{self._used}"
        for key in self._draw(st.lists(st.sampled_from(_keys(node.context)), max_size=6 - depth, unique=True)):
            if (value := self._value(self._known(node.context, key), depth)) is not None:
                body[key] = value
        return body

    def _known(self, context: ActiveContext, key: str) -> Term | None:
        try:
            return self._compiler.term(context, key)
        except ProblemError:
            return None

    def _value(self, term: Term | None, depth: int) -> Any:
        if term is None or term.holds_credentials:
            return None
        if term.coercion == 3:
            return self._draw(_JSON)
        if self._draw(st.integers(0, 3)) == 0:
            return [item for item in (self._item(term, depth) for _ in range(2)) if item is not None]
        return self._item(term, depth)

    def _item(self, term: Term, depth: int) -> Any:
        choice = self._draw(st.integers(0, 5))
        if term.is_graph or (choice < 2 and depth < 3):
            return self._inside(term, depth) if depth < 4 else None
        if term.coercion in {1, 2}:
            return self._draw(_NAMES)
        if choice == 2:
            return self._draw(_NUMBERS)
        if choice == 3 and not term.datatype:
            return {"@value": self._draw(self._texts), "@language": self._draw(st.sampled_from(["fr", "en-CA"]))}
        return self._draw(self._texts)

    def _inside(self, term: Term, depth: int) -> Any:
        names = [name for name, found in term.inside.data["mappings"].items() if found and name[:1].isupper()]
        types = self._draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)) if names else None
        return self._node(term, types, depth + 1)


def _keys(context: ActiveContext) -> list[str]:
    return sorted(name for name in context.data["mappings"] if name not in {"id", "type"})


@st.composite
def documents(draw: Any, *, controls: bool = True) -> dict[str, Any]:
    """Draw a document; some are refused by the converter (a repeated value, for example)."""
    return _Writer(draw, controls=controls).document()
