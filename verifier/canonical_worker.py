"""Canonicalise in a killable worker: for the public service, beside the work budget of RDFC-1.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contexts.loader import BundledLoader
from proofs.jsonld import Converter
from schemas.limits import DEFAULT, Limits
from verifier.worker import Handler, Workers

TARGET = "verifier.canonical_worker:make_handler"


class GuardedConverter(Converter):
    """A `Converter` whose canonical forms are made by `workers`, each within the time limit."""

    def __init__(self, loader: BundledLoader, workers: Workers) -> None:
        """Give the work to `workers`, which were made with `TARGET`."""
        super().__init__(loader)
        self._workers = workers

    def encoded(self, document: Mapping[str, Any], *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> bytes:
        """Return the canonical N-Quads; TOO_COMPLEX when they take too long, BUSY when nobody is free."""
        quads: bytes = self._workers.call((dict(document), hash_name, limits), seconds=limits.canonicalisation_seconds)
        return quads


def make_handler() -> Handler:
    """Return what a worker does: canonicalise with the bundled contexts."""
    converter = Converter(BundledLoader.open())

    def handle(question: tuple[Mapping[str, Any], str, Limits]) -> bytes:
        document, hash_name, limits = question
        return converter.encoded(document, hash_name=hash_name, limits=limits)

    return handle
