"""Strict JSON-LD to RDF in one pass, for the contexts of `contexts/` and nothing else.

    converter = Converter(BundledLoader.open())
    text = converter.canonical(document)            # canonical N-Quads (RDFC-1.0)

A signature covers quads, but people and checks read JSON. So whatever could be read differently
from what is signed is refused, never skipped (threats.md A01-A17): keys without a term, full IRIs
and aliases as keys, contexts below the top, a second description of one node, repeated values,
numbers that do not survive. There is no second path: what is not converted here is not verified.

The entries of `verifiableCredential` are credentials of their own: each has its own `@context`.
Specification: JSON-LD 1.1 Processing Algorithms and API, sections 5 (expansion), 7 and 8
(flattening and RDF), done at once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from contexts.loader import BundledLoader
from proofs import jsonld_scopes, rdfc
from proofs.dataset import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, Dataset, Token
from proofs.jsonld_contexts import LITERAL, PROPERTY, ActiveContext, Coercion, ContextCompiler, Node, Term
from proofs.jsonld_scopes import Scope
from proofs.jsonld_values import escaped, is_iri, json_literal, number, shown, value_object
from proofs.plan_layout import Names
from proofs.plan_shapes import Shapes
from schemas.limits import DEFAULT, Limits
from schemas.problems import CONTEXT_UNKNOWN, MALFORMED, SHAPE_NOT_ALLOWED, TERM_UNDEFINED, TOO_COMPLEX, ProblemError

_PLAIN: Final = frozenset({"name", "description"})
_DIGESTS: Final = 1_024
"""How many digests of proof options are kept; then all are forgotten and begun anew."""
_DIGEST_CHARS: Final = 2_000
"""Longer proof options are not kept, so that strangers cannot fill the memory."""

Place = tuple[int, str]
"""The identity of a JSON value, and what of it: `node`, `graph` or a cell of a list."""


class Converter:
    """Turns documents into datasets; one for the process, safe to share between threads."""

    def __init__(self, loader: BundledLoader) -> None:
        """Make a converter for the contexts of `loader`."""
        self._compiler = ContextCompiler(loader)
        self._digests: dict[Any, bytes] = {}
        self.names: Final = Names(self._compiler.terms)
        self._shapes = Shapes(
            lambda document, limits: self.whole(document, limits=limits),
            lambda document, limits: self.dataset(document, limits=limits),
            self.names,
        )

    def dataset(self, document: Mapping[str, Any], *, limits: Limits = DEFAULT) -> Dataset:
        """Return the quads of `document`, or raise `ProblemError`.

        CONTEXT_UNKNOWN, TERM_UNDEFINED (something would not be signed), SHAPE_NOT_ALLOWED (it
        could be read in two ways), MALFORMED or TOO_COMPLEX. `document` is not changed.
        """
        return self._converted(document, limits)[0]

    def traced(self, document: Mapping[str, Any], *, limits: Limits = DEFAULT) -> tuple[Dataset, list[Place]]:
        """Return the quads of `document` and, for each blank node, which JSON value it stands for.

        The value is named by its identity, so no object may stand in two places of `document`.
        """
        return self._converted(document, limits)

    def _converted(self, document: Mapping[str, Any], limits: Limits) -> tuple[Dataset, list[Place]]:
        """Convert; begin anew when contexts were forgotten meanwhile, since two of them may be one."""
        forgotten = self._compiler.times_forgotten
        try:
            return _Conversion(self._compiler, limits).run(document)
        except ProblemError:
            if forgotten == self._compiler.times_forgotten:
                raise
        return _Conversion(self._compiler, limits).run(document)

    def canonical(self, document: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> str:
        """Return the canonical N-Quads of `document`; `hash_name` is sha256 or sha384."""
        return self.encoded(document, hash_name=hash_name, limits=limits).decode()

    def encoded(self, document: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> bytes:
        """Return the canonical N-Quads of `document` in UTF-8; of a known shape only what differs is made."""
        if hash_name == "sha256":
            return self._shapes.canonical(document, limits)
        return self.whole(document, hash_name=hash_name, limits=limits)

    def whole(self, document: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> bytes:
        """Return the same by the whole algorithm, whatever was seen before."""
        return rdfc.canonical(self.dataset(document, limits=limits), hash_name=hash_name, limits=limits).encode()

    def digest(self, document: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> bytes:
        """Return the hash of the canonical N-Quads of `document`."""
        return rdfc.HASHES[hash_name](self.encoded(document, hash_name=hash_name, limits=limits)).digest()

    def options_digest(
        self, context: Any, options: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT
    ) -> bytes:
        """Return the digest of proof options read with `context`; the last ones are remembered.

        All documents that one key signs in one second have the same options. Only texts are
        remembered, of which no two that are equal could mean different things.
        """
        key = (hash_name, tuple(context) if type(context) is list else context, *options.items())
        try:
            found = self._digests.get(key)
        except TypeError:  # a value that is no text, or a context that is none
            found = None
        if found is None:
            found = self.digest({"@context": context, **options}, hash_name=hash_name, limits=limits)
            if all(type(value) is str for value in options.values()) and len(str(key)) <= _DIGEST_CHARS:
                if len(self._digests) >= _DIGESTS:
                    self._digests.clear()
                self._digests[key] = found
        return found


class _Conversion:
    """The conversion of one document."""

    __slots__ = ("_compiler", "_dataset", "_deadline", "_depth", "_depth_limit", "_scope", "_scopes", "places")

    def __init__(self, compiler: ContextCompiler, limits: Limits) -> None:
        self._compiler = compiler
        self._dataset = Dataset()
        self._depth = 0
        self._depth_limit = limits.json_depth
        self._deadline = time.monotonic() + limits.canonicalisation_seconds
        self.places: list[Place] = []

    def run(self, document: Mapping[str, Any]) -> tuple[Dataset, list[Place]]:
        """Convert the whole document, once."""
        if "@context" not in document:
            raise ProblemError(CONTEXT_UNKNOWN.about("a document without @context"))
        urls = document["@context"]
        self._scope = Scope(None, urls, signed=False)
        self._scopes = [self._scope]
        self._scope.root = self._node(self._compiler.root(urls), document, None)
        jsonld_scopes.check(self._scopes)
        for scope in self._scopes:
            self._dataset.ground += scope.lines
            self._dataset.links += scope.links
        if not self._dataset.ground and not any(self._dataset.own):
            raise ProblemError(TERM_UNDEFINED.about("nothing in the document would be signed"))
        return self._dataset, self.places

    def _node(self, term: Term, element: Mapping[str, Any], local: Any) -> Token:
        """Convert a node object and return its name; `local` is its own `@context`."""
        types = element.get("type")
        try:
            node = term.nodes[
                tuple(types) if type(types) is list else types, tuple(local) if type(local) is list else local
            ]
        except (KeyError, TypeError):
            self._check_time()
            node = self._compiler.node(term, types, local)
        self._depth += 1
        if self._depth > self._depth_limit:
            raise ProblemError(TOO_COMPLEX.about(f"nested deeper than {self._depth_limit} levels"))
        own = self._dataset.own
        if "id" not in element:
            subject: Token = self._blank(element, "node")
            self._state(subject, "", own[-1], node, element)
        else:
            blanks, scope = len(own), self._scope
            subject = name = self._name(node.context, element["id"])
            if scope.describe(name, node.context, element):
                self._state(name, name, scope.lines, node, element)
                scope.described[name].is_ground = len(own) == blanks
        self._depth -= 1
        return subject

    def _state(self, subject: Token, start: str, lines: list[str], node: Node, element: Mapping[str, Any]) -> None:
        """Add the quads of a node object: its types, then each key; lines of the default graph begin with `start`."""
        scope, terms = self._scope, node.context.terms
        in_default_graph = scope.graph is None
        if in_default_graph:
            lines += [f"{start}{rest}" for rest in node.types] if start else node.types
        else:
            scope.links += [(subject, RDF_TYPE, iri, scope.graph) for iri in node.type_iris]
        for key, value in element.items():
            try:
                term = terms[key]
            except KeyError:
                term = self._compiler.term(node.context, key)
            if type(value) is str and term.takes_text and in_default_graph:
                text = value if value.isprintable() and '"' not in value and "\\" not in value else escaped(value)
                lines.append(f'{start} {term.predicate} "{text}{term.closing} .\n')
            elif term.kind is PROPERTY:
                for token in self._tokens(term, value):
                    if in_default_graph and type(token) is str:
                        lines.append(f"{start} {term.predicate} {token} .\n")
                    else:
                        scope.links.append((subject, term.predicate, token, scope.graph))
            elif value is None:
                raise ProblemError(MALFORMED.about("a type is not a text"))

    def _blank(self, value: object, role: str) -> int:
        """Add a blank node and note which value it stands for."""
        self.places.append((id(value), role))
        return self._dataset.blank()

    def _check_time(self) -> None:
        """Bound the time for combinations of contexts that were not seen before."""
        if time.monotonic() > self._deadline:
            raise ProblemError(TOO_COMPLEX.about("the document combines too many contexts"))

    def _add(self, cell: int, predicate: str, token: Token) -> None:
        """Add one quad of a list's cell to the current scope."""
        if self._scope.graph is not None or type(token) is int:
            self._scope.links.append((cell, predicate, token, self._scope.graph))
        else:
            self._dataset.own[cell].append(f" {predicate} {token} .\n")

    def _tokens(self, term: Term, value: Any) -> Sequence[Token]:
        """Return the objects that the value of a key stands for."""
        if not term.is_simple:
            if term.coercion is Coercion.JSON:
                return (json_literal(value),)
            if term.is_list:
                return (self._list(term, value if type(value) is list else [value]),)
        if type(value) is not list:
            return (self._value(term, value),)
        tokens = [self._value(term, item) for item in value]
        if len(tokens) > 1 and len(set(tokens)) != len(tokens):
            raise ProblemError(SHAPE_NOT_ALLOWED.about("a value is repeated"))
        return tokens

    def _list(self, term: Term, items: list[Any]) -> Token:
        """Convert an ordered list to cells (section 8.2.4) and return the first, or rdf:nil."""
        head: Token = RDF_NIL
        for index, item in reversed(list(enumerate(items))):
            cell = self._blank(items, f"cell {index}")
            self._add(cell, RDF_FIRST, self._value(term, item))
            self._add(cell, RDF_REST, head)
            head = cell
        return head

    def _value(self, term: Term, value: Any) -> Token:
        """Convert one value that is not an array."""
        kind = type(value)
        if kind is dict:
            if term.is_simple and "@context" not in value and "@value" not in value and len(value) > 1:
                return self._node(term, value, None)
            return self._object(term, value)
        if term.is_graph or term.holds_credentials:
            raise ProblemError(TERM_UNDEFINED.about(f"{shown(str(term.name))} holds something that is not an object"))
        if kind is str:
            if term.coercion is LITERAL:
                return f'"{escaped(value)}{term.closing}'
            return self._iri(term.inside, value, vocabulary=term.coercion is Coercion.VOCABULARY)
        if kind is int or kind is float or kind is bool:
            return number(value, term.datatype)
        raise ProblemError(SHAPE_NOT_ALLOWED.about("null or an array stands where a value is expected"))

    def _object(self, term: Term, value: dict[str, Any]) -> Token:
        """Convert an object: a value object, a reference, a node, a credential or a proof."""
        if "@value" in value and not term.is_graph:
            return value_object(value, plain_allowed=term.name in _PLAIN)
        local = value.get("@context")
        if type(local) is str and term.holds_credentials:
            local = [local]  # as envelopes are written; the gate asks all others for a list
        if "@context" in value or term.holds_credentials:
            self._check_own_context(term, local)
        if term.is_graph or term.holds_credentials:
            return self._scoped(term, value, local)
        if len(value) == 1 and "id" in value:
            return self._reference(term.inside, value["id"])
        return self._node(term, value, local)

    def _check_own_context(self, term: Term, local: Any) -> None:
        """Allow a context below the top only where a credential begins, or in its proof when it is the same."""
        if term.holds_credentials and type(local) is list:
            return
        if not (term.holds_proofs and local == self._scope.urls):
            raise ProblemError(SHAPE_NOT_ALLOWED.about("@context stands where it may not"))

    def _scoped(self, term: Term, value: dict[str, Any], local: Any) -> Token:
        """Convert a credential or a proof inside a document; a graph container gives it a graph of its own."""
        outer = self._scope
        graph = self._blank(value, "graph") if term.is_graph else outer.graph
        urls = outer.urls if term.holds_proofs else local
        self._scope = Scope(graph, urls, signed="proof" in value)
        self._scopes.append(self._scope)
        root = self._scope.root = self._node(term, value, local)
        if not (self._scope.lines or self._scope.links or (type(root) is int and self._dataset.own[root])):
            raise ProblemError(TERM_UNDEFINED.about(f"{shown(str(term.name))} holds nothing that would be signed"))
        self._scope = outer
        return root if graph is None or not term.is_graph else graph

    def _reference(self, context: ActiveContext, text: Any) -> str:
        """Convert `{"id": …}`."""
        if "id" not in context.terms:
            self._compiler.term(context, "id")
        return self._name(context, text)

    def _name(self, context: ActiveContext, text: Any) -> str:
        """Return the name of a node that has an `id`; the id must be written as it is signed."""
        if type(text) is not str:
            raise ProblemError(MALFORMED.about("an id is not a text"))
        name = self._iri(context, text)
        if len(name) != len(text) + 2 or name[1:-1] != text:
            raise ProblemError(SHAPE_NOT_ALLOWED.about("an id is written with a prefix"))
        return name

    def _iri(self, context: ActiveContext, text: str, *, vocabulary: bool = False) -> str:
        """Return the IRI that `text` stands for, in angle brackets."""
        if not vocabulary:
            prefix, _, _ = text.partition(":")
            if prefix not in context.prefixes and prefix != "_" and is_iri(text):
                return f"<{text}>"
        return f"<{context.expand(text, vocabulary=vocabulary)}>"
