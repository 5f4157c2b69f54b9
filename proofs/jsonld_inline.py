"""The converter for documents with contexts written into them: for conformance suites alone.

A context that is written out is admitted under an address of its own, and the document converted
with that address in its place: contexts make no statements, so the same is signed. Everything
else is as strict as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contexts.inline import InlineLoader
from proofs.dataset import Dataset
from proofs.jsonld import Converter, Place
from schemas.limits import DEFAULT, Limits

_HOLDS_CONTEXT: Final = ("", "verifiableCredential", "proof")


class InlineConverter(Converter):
    """A `Converter` that reads contexts which stand in a document."""

    def __init__(self, loader: InlineLoader) -> None:
        """Make a converter that admits contexts to `loader`."""
        super().__init__(loader)
        self._loader = loader

    def dataset(self, document: Mapping[str, Any], *, limits: Limits = DEFAULT) -> Dataset:
        """Return the quads of `document`; see `Converter.dataset`."""
        return super().dataset(self._addressed(document, "", {}), limits=limits)

    def encoded(self, document: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> bytes:
        """Return the canonical N-Quads; nothing is remembered of shapes, since each context may bring new prefixes."""
        return self.whole(document, hash_name=hash_name, limits=limits)

    def traced(self, document: Mapping[str, Any], *, limits: Limits = DEFAULT) -> tuple[Dataset, list[Place]]:
        """Return the quads of `document` and the value behind each blank node; see `Converter.traced`."""
        copied: dict[int, int] = {}
        addressed = self._addressed(document, "", copied)
        dataset, places = super().traced(addressed, limits=limits)
        return dataset, [(copied.get(value, value), role) for value, role in places]

    def options_digest(
        self, context: Any, options: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT
    ) -> bytes:
        """Return the digest of proof options; see `Converter.options_digest`."""
        return super().options_digest(self._contexts(context), options, hash_name=hash_name, limits=limits)

    def _addressed(self, value: Any, held_by: str, copied: dict[int, int]) -> Any:
        """Return `value` with addresses in the place of contexts; what holds none is not copied.

        `copied` hears which original each copy stands for, both by their identity.
        """
        changed: Any
        if isinstance(value, Mapping):
            changed = {
                key: self._contexts(item)
                if key == "@context" and held_by in _HOLDS_CONTEXT
                else self._addressed(item, key, copied)
                for key, item in value.items()
            }
            same = all(changed[key] is item for key, item in value.items())
        elif isinstance(value, list):
            changed = [self._addressed(item, held_by, copied) for item in value]
            same = all(new is old for new, old in zip(changed, value, strict=True))
        else:
            return value
        if same:
            return value
        copied[id(changed)] = id(value)
        return changed

    def _contexts(self, contexts: Any) -> Any:
        if not isinstance(contexts, list) or not any(isinstance(context, Mapping) for context in contexts):
            return contexts
        return [self._loader.admit(context) if isinstance(context, Mapping) else context for context in contexts]
