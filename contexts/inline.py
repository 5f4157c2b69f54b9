"""Contexts that are written into a document, for the server of the conformance suites and nothing else.

    loader = InlineLoader.open()
    address = loader.admit({"degree": "https://example.org/degree"})

Whoever holds a document can change such a context and keep the signature (threats.md A03 to A08):
that is why no role reads one. The suites of the W3C sign with them nevertheless. What is admitted
here still defines words only: no base address, no other context, no word without a meaning.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final

from contexts.loader import BundledLoader
from schemas.problems import CONTEXT_UNKNOWN, TOO_COMPLEX, ProblemError

_KEYWORDS: Final = frozenset(
    {"@container", "@context", "@id", "@language", "@protected", "@type", "@version", "@vocab"}
)
_MOST: Final = 1_000


class InlineLoader(BundledLoader):
    """Serves the pinned contexts, and those that it was told to admit."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep the pinned `documents`; none is admitted yet."""
        super().__init__(documents)
        self._admitted: dict[str, Mapping[str, Any]] = {}
        self._lock = threading.Lock()

    def admit(self, context: Mapping[str, Any]) -> str:
        """Return the address under which `context` is served from now on; the same for an equal one.

        Raises CONTEXT_UNKNOWN for what may not be written into a document even here, TOO_COMPLEX
        when more than a suite's worth of contexts were admitted.
        """
        if any(value is None or (key[:1] == "@" and key not in _KEYWORDS) for key, value in _entries(context)):
            raise ProblemError(CONTEXT_UNKNOWN.about("a context in the document does more than define words"))
        text = json.dumps(context, sort_keys=True)
        address = "urn:sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()
        with self._lock:
            if len(self._admitted) >= _MOST and address not in self._admitted:
                raise ProblemError(TOO_COMPLEX.about("too many contexts in documents"))
            # The one wrapped form that jsonld.js reads: {"@context": {…}}.
            self._admitted[address] = context if set(context) == {"@context"} else {"@context": context}
        return address

    def load(self, url: str) -> Mapping[str, Any]:
        """Return a pinned or an admitted context; raise CONTEXT_UNKNOWN for any other address."""
        return self._admitted[url] if url in self._admitted else super().load(url)


def _entries(context: Any) -> Iterator[tuple[str, Any]]:
    """Yield each key and value of a context, of the contexts inside too."""
    waiting = [context]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            yield from item.items()
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
