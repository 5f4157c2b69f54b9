"""Active contexts, compiled: what each key means where it stands.

PyLD processes a combination of contexts once; what comes out is turned into `Term` tables that the
converter reads without asking PyLD again. Combinations are remembered, within bounds, behind a
lock, since PyLD is not thread-safe.
Specification: JSON-LD 1.1 Processing Algorithms and API, sections 4.1 (contexts) and 5.1 (which
context is in force in a node object).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from pyld import jsonld as pyld
from pyld.context_resolver import ContextResolver
from pyld.resolved_context import ResolvedContext

from contexts.loader import BundledLoader
from proofs.dataset import RDF_TYPE
from proofs.jsonld_values import context_list, is_iri, shown, type_list
from schemas.problems import (
    CONTEXT_UNKNOWN,
    SHAPE_NOT_ALLOWED,
    TERM_UNDEFINED,
    ProblemError,
)

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_CRED: Final = "https://www.w3.org/2018/credentials#"
_PROCESSED: Final = 512
"""How many processed contexts are kept, some 100 kB each; then everything is forgotten and begun anew."""
_REMEMBERED: Final = 1_000
"""How many terms of a context, and kinds of node of a term, are kept."""
_HELD_BYTES: Final = 33_554_432
"""About how much is kept of terms and kinds of node: a vocabulary (`@vocab`) has names without end."""
_ENTRY_BYTES: Final = 1_000
"""What a term or a kind of node takes beside its names."""

_ENTRIES: Final = frozenset(
    {_CRED + "verifiableCredential", "https://purl.imsglobal.org/spec/vc/clr/vocab.html#verifiableCredential"}
)
_PROOF: Final = "https://w3id.org/security#proof"

_READ_BY_NAME: Final = {
    _CRED + name: name
    for name in (
        "credentialSchema",
        "credentialStatus",
        "credentialSubject",
        "evidence",
        "expirationDate",
        "holder",
        "issuanceDate",
        "issuer",
        "refreshService",
        "relatedResource",
        "termsOfUse",
        "validFrom",
        "validUntil",
        "verifiableCredential",
    )
} | {_PROOF: "proof", "@id": "id", "@type": "type"}
"""Members that checks read by their JSON name: no other name may stand for them (threats.md A10-A13)."""


class Kind(IntEnum):
    """What a key stands for."""

    ID = 1
    TYPE = 2
    PROPERTY = 3
    CONTEXT = 4


class Coercion(IntEnum):
    """How a string under a key is read."""

    LITERAL = 0
    IRI = 1
    VOCABULARY = 2
    JSON = 3


PROPERTY: Final = Kind.PROPERTY
LITERAL: Final = Coercion.LITERAL


class ActiveContext:
    """The terms in force at one place; compiled as they are asked for."""

    __slots__ = ("data", "prefixes", "previous", "terms")

    def __init__(self, data: Any, previous: ActiveContext | None) -> None:
        """Wrap PyLD's active context; `previous` is what a type-scoped one goes back to."""
        self.data = data
        self.previous = previous
        self.terms: dict[str, Term] = {}
        self.prefixes = frozenset(name for name, found in data["mappings"].items() if found and found.get("_prefix"))

    def mapping(self, name: str | None) -> Any:
        """Return PyLD's term definition, or None."""
        return self.data["mappings"].get(name)

    def expand(self, text: str, *, vocabulary: bool) -> str:
        """Return the absolute IRI that `text` stands for (section 5.2); raise TERM_UNDEFINED."""
        if text[:1] == "@":
            raise ProblemError(TERM_UNDEFINED.about(f"{shown(text)} looks like a keyword"))
        if vocabulary:
            found = self.mapping(text)
            if found:
                text = found["@id"]
        prefix, colon, suffix = text.partition(":")
        if prefix == "_" and colon:
            raise ProblemError(SHAPE_NOT_ALLOWED.about("a blank node is given a name"))
        if prefix in self.prefixes and colon and suffix[:2] != "//":
            text = self.mapping(prefix)["@id"] + suffix
        elif vocabulary and not colon and text and self.data.get("@vocab"):
            text = self.data["@vocab"] + text
        if not is_iri(text):
            raise ProblemError(TERM_UNDEFINED.about(f"{shown(text)} is not an absolute identifier"))
        return text


@dataclass(slots=True)
class Node:
    """What is known about node objects of one kind at one place."""

    context: ActiveContext
    type_iris: list[str]
    """The IRI of each type, in angle brackets."""
    types: list[str]
    """The rest of each line that states a type (` <rdf:type> <…> .` and a line feed)."""


@dataclass(slots=True)
class Term:
    """A key of one active context; `predicate` is the IRI in angle brackets."""

    name: str | None
    kind: Kind
    inside: ActiveContext
    """The context in which values are read."""
    predicate: str = ""
    coercion: Coercion = Coercion.LITERAL
    datatype: str = ""
    closing: str = '"'
    """What closes a string literal: quote, and language or datatype."""
    takes_text: bool = False
    """A text is simply a literal: no list, no graph, no address."""
    is_simple: bool = False
    """Each value stands for itself: no list, no JSON, no graph, no credential."""
    is_list: bool = False
    is_graph: bool = False
    holds_credentials: bool = False
    holds_proofs: bool = False
    nodes: dict[Any, Node] = field(default_factory=dict)


class _ForgetfulResolver(ContextResolver):  # type: ignore[misc]
    """Remembers contexts as read, not as processed.

    PyLD would take one that a property brought for the same one of a type, which may do less: what a
    document means would depend on the documents before it.
    """

    def resolve(self, *given: Any, **named: Any) -> list[ResolvedContext]:
        """Return the contexts, as if each were met for the first time."""
        return [ResolvedContext(found.document) for found in super().resolve(*given, **named)]


class ContextCompiler:
    """Compiles contexts of the bundled files; one for the process."""

    def __init__(self, loader: BundledLoader) -> None:
        """Make a compiler that asks `loader` and nothing else."""
        self._loader = loader
        self._lock = threading.RLock()
        self._pyld = pyld.JsonLdProcessor()
        resolver = _ForgetfulResolver({}, self._load)  # holds contexts of the files alone, so it cannot grow
        self._options = {
            "base": "",
            "processingMode": "json-ld-1.1",
            "contextResolver": resolver,
            "documentLoader": self._load,
        }
        self._initial = ActiveContext(self._pyld._get_initial_context(self._options), None)  # noqa: SLF001 (pinned version)
        self._processed: dict[Any, ActiveContext] = {}
        self._roots: dict[tuple[str, ...], Term] = {}
        self._held = 0
        self.times_forgotten = 0
        """Changes whenever what was compiled is given up, so that one context is no longer one object."""
        self.terms: Final = frozenset(key for url in loader.urls() for key in _all_keys(loader.load(url)))
        """The names of all terms of all contexts, and other keys of their files: what could be a prefix."""

    def root(self, urls: Any) -> Term:
        """Return the term that stands for the whole of a document with `@context` `urls`."""
        key = context_list(urls)
        if self._held > _HELD_BYTES:  # between documents: what one has begun to use stays as it is
            self._forget()
        found = self._roots.get(key)
        if found is None:
            with self._lock:
                context = self._process(self._initial, ("root", key), list(key))
                found = self._roots[key] = Term(None, Kind.PROPERTY, context)
        return found

    def node(self, term: Term, types: Any, local: Any) -> Node:
        """Return the `Node` for a value of `term` with these types and own `@context` (or None)."""
        names = type_list(types)
        urls = None if local is None else context_list(local)
        with self._lock:
            inside, before = self._enter(term, names, urls)
            iris = [f"<{iri}>" for iri in _type_iris(before, names)]
            found = Node(inside, iris, [f" {RDF_TYPE} {iri} .\n" for iri in iris])
            if len(term.nodes) < _REMEMBERED:
                term.nodes[types if isinstance(types, str) or types is None else names, urls] = found
                self._held += _ENTRY_BYTES + 3 * sum(map(len, names))
        return found

    def term(self, context: ActiveContext, key: str) -> Term:
        """Return the compiled term of `key`; raise TERM_UNDEFINED or SHAPE_NOT_ALLOWED."""
        with self._lock:
            found = self._compile(context, key)
            if len(context.terms) < _REMEMBERED:
                context.terms[key] = found
                self._held += _ENTRY_BYTES + 3 * len(key)
        return found

    def _forget(self) -> None:
        with self._lock:
            self._processed.clear()
            self._roots.clear()
            self._held = 0
            self.times_forgotten += 1

    def _load(self, url: str, _options: object = None) -> dict[str, Any]:
        document = self._loader.load(url)
        return {"contextUrl": None, "documentUrl": url, "document": document, "contentType": "application/ld+json"}

    def _process(self, base: ActiveContext, key: Any, local: Any, *, override: bool = False) -> ActiveContext:
        """Process a local context that stays in force below (propagates)."""
        return self._remember((base, key), base, local, override=override, propagate=True)

    def _remember(self, key: Any, base: ActiveContext, local: Any, *, override: bool, propagate: bool) -> ActiveContext:
        found = self._processed.get(key)
        if found is not None:
            return found
        if len(self._processed) >= _PROCESSED:
            self._forget()
        try:
            data = self._pyld._process_context(  # noqa: SLF001 (pinned version)
                base.data, local, self._options, override_protected=override, propagate=propagate
            )
        except (pyld.JsonLdError, ValueError) as error:  # ValueError: an address that is none, such as ""
            raise _context_problem(error) from None
        previous = (base.previous or None) if propagate else (base.previous or base)
        found = self._processed[key] = ActiveContext(data, None if local is False else previous)
        return found

    def _enter(
        self, term: Term, names: tuple[str, ...], urls: tuple[str, ...] | None
    ) -> tuple[ActiveContext, ActiveContext]:
        """Return the context in force inside a node object, and the one that reads its types.

        Section 5.1.2 steps 7 to 11: go back to before the last type-scoped context, apply the
        property-scoped one, the node's own, then those of its types in order.
        """
        context = term.inside.previous or term.inside
        found = term.inside.mapping(term.name)
        if found and found.get("@context") is not None:
            context = self._process(context, ("property", term.inside, term.name), found["@context"], override=True)
        if urls is not None:
            context = self._process(context, ("own", urls), list(urls))
        scoped = context
        for name in sorted(names):
            found = context.mapping(name)
            if found and found.get("@context"):
                key = (scoped, "type", context, name)
                scoped = self._remember(key, scoped, found["@context"], override=False, propagate=False)
        return scoped, context

    def _compile(self, context: ActiveContext, key: str) -> Term:
        if key == "@context":
            return Term(key, Kind.CONTEXT, context)
        if key[:1] == "@":
            raise ProblemError(SHAPE_NOT_ALLOWED.about(f"{shown(key)} may not stand here"))
        if ":" in key:
            raise ProblemError(SHAPE_NOT_ALLOWED.about(f"{shown(key)} stands for a term in another spelling"))
        found = context.mapping(key)
        vocabulary = context.data.get("@vocab")
        if found is None and vocabulary and key and key not in context.data["mappings"]:
            found = {"@id": vocabulary + key}
        if not found or not found.get("@id"):
            raise ProblemError(TERM_UNDEFINED.about(f"the term {shown(key)} is not defined"))
        iri = found["@id"]
        if iri == RDF_TYPE[1:-1] or _READ_BY_NAME.get(iri, key) != key or _spelling(context, iri, key) != key:
            raise ProblemError(SHAPE_NOT_ALLOWED.about(f"{shown(key)} stands for a term in another spelling"))
        if (key in {"id", "type"}) != (iri in {"@id", "@type"}):
            raise ProblemError(SHAPE_NOT_ALLOWED.about(f"{shown(key)} does not mean here what it seems to"))
        if iri in {"@id", "@type"}:
            return Term(key, Kind.ID if iri == "@id" else Kind.TYPE, context)
        return self._property(context, key, iri, found)

    def _property(self, context: ActiveContext, key: str, iri: str, found: Any) -> Term:
        """Compile the definition of a property; what no context of ours uses is refused."""
        containers = set(found.get("@container") or ())
        if not is_iri(iri) or found.get("reverse") or "@nest" in found or containers - {"@set", "@list", "@graph"}:
            raise ProblemError(SHAPE_NOT_ALLOWED.about(f"{shown(key)} is defined in a way that is not read here"))
        inside = context
        if found.get("@context") is not None:
            inside = self._process(context, ("property", key), found["@context"], override=True)
        term = Term(key, Kind.PROPERTY, inside, predicate=f"<{iri}>")
        term.is_list = "@list" in containers
        term.is_graph = "@graph" in containers
        term.holds_credentials = iri in _ENTRIES
        term.holds_proofs = iri == _PROOF
        _coerce(term, found.get("@type"))
        if term.coercion is LITERAL and not term.datatype:
            _tag(term, found, context)
        term.is_simple = not (term.is_list or term.is_graph or term.holds_credentials or term.coercion is Coercion.JSON)
        term.takes_text = term.is_simple and term.coercion is LITERAL
        return term


def _all_keys(value: Any) -> Iterator[str]:
    """Yield every key of a context document, scoped contexts included."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _all_keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _all_keys(item)


def _coerce(term: Term, wanted: str | None) -> None:
    """Note how values of `term` are typed (section 5.3)."""
    if wanted in {None, "@none"}:
        return
    if wanted == "@id":
        term.coercion = Coercion.IRI
    elif wanted == "@vocab":
        term.coercion = Coercion.VOCABULARY
    elif wanted == "@json":
        term.coercion = Coercion.JSON
    else:
        term.datatype = str(wanted)
        term.closing = '"' if wanted == XSD + "string" else f'"^^<{wanted}>'


def _tag(term: Term, found: Any, context: ActiveContext) -> None:
    """Note the default language of untyped strings; a default direction would be lost, so refuse it."""
    language = found["@language"] if "@language" in found else context.data.get("@language")
    if language:
        term.closing = f'"@{language}'
    if found.get("@direction") or context.data.get("@direction"):
        raise ProblemError(TERM_UNDEFINED.about("a text direction would not be signed"))


def _type_iris(context: ActiveContext, names: tuple[str, ...]) -> list[str]:
    """Expand types; one that has a term must be written as that term."""
    iris = [context.expand(name, vocabulary=True) for name in names]
    for name, iri in zip(names, iris, strict=True):
        if not context.mapping(name) and ":" in name and _is_named(context, iri):
            raise ProblemError(SHAPE_NOT_ALLOWED.about(f"{shown(name)} stands for a type in another spelling"))
    return list(dict.fromkeys(iris))


def _spelling(context: ActiveContext, iri: str, key: str) -> str:
    """Return the one key that may stand for `iri`: of several terms the first that is no class name."""
    names = [name for name, found in context.data["mappings"].items() if found and found.get("@id") == iri]
    return min(names, key=lambda name: (name[:1].isupper(), name), default=key)


def _is_named(context: ActiveContext, iri: str) -> bool:
    return any(found and found.get("@id") == iri for found in context.data["mappings"].values())


def _context_problem(error: BaseException) -> ProblemError:
    """Return the problem inside a PyLD error: an unknown context, or contexts that contradict each other."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ProblemError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return ProblemError(CONTEXT_UNKNOWN.about("the contexts contradict each other"))
