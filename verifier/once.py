"""Ask for each status list and each DID once in one verification, however many documents name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keys.resolver import DIDResolver
from schemas.problems import ProblemError
from verifier.evidence import StatusListReceived, StatusSource


class AskedOnce:
    """A `StatusSource` for one verification: all documents inside see the same list, or none does."""

    def __init__(self, source: StatusSource) -> None:
        """Ask `source`."""
        self._source = source
        self._answers: dict[str, StatusListReceived | ProblemError] = {}

    def fetch(self, list_url: str) -> StatusListReceived:
        """Return what the source said the first time; raise what it raised."""
        if list_url not in self._answers:
            try:
                self._answers[list_url] = self._source.fetch(list_url)
            except ProblemError as error:
                self._answers[list_url] = error
        answer = self._answers[list_url]
        if isinstance(answer, ProblemError):
            raise answer
        return answer


class ResolvedOnce:
    """A `DIDResolver` for one verification: the forty courses of a transcript are judged by one document."""

    def __init__(self, resolver: DIDResolver) -> None:
        """Ask `resolver`."""
        self._resolver = resolver
        self._answers: dict[str, Mapping[str, Any] | ProblemError] = {}

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return what the resolver said the first time; raise what it raised."""
        if did not in self._answers:
            try:
                self._answers[did] = self._resolver.resolve(did)
            except ProblemError as error:
                self._answers[did] = error
        answer = self._answers[did]
        if isinstance(answer, ProblemError):
            raise answer
        return answer
