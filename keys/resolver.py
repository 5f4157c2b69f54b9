"""Find a public key: resolve its DID, then look it up under the purpose it was used for.

find_key(resolver, "did:key:z6Mk…#z6Mk…", "assertionMethod")   # VerificationMethod
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from keys import controlled_document, did_jwk, did_key
from keys.did import split_did, split_key_url
from keys.verification_method import VerificationMethod
from schemas.limits import DEFAULT, Limits
from schemas.problems import DID_UNRESOLVED, ProblemError

METHODS: Final = ("key", "jwk", "web", "webvh")
"""The DID methods that are resolved here."""


class DIDResolver(Protocol):
    """Finds the document of an identifier."""

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the DID document.

        Raises `ProblemError`: `DID_UNRESOLVED` (could not be had: nothing is known),
        `DID_INVALID`, `DID_DOCUMENT_INVALID`, `DID_DEACTIVATED` or `NETWORK_FORBIDDEN`.
        """
        ...


class MappingResolver:
    """Answers from documents it was given: for tests, and for identifiers of our own process."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the documents by DID; the mapping is read at each call."""
        self._documents = documents

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the document, checked, or raise `DID_UNRESOLVED`."""
        split_did(did)
        document = self._documents.get(did)
        if document is None:
            raise ProblemError(DID_UNRESOLVED.about(f"nothing is known about {did}"))
        return controlled_document.check(document, did)


class FirstOf:
    """Asks several resolvers in turn; the next is asked only when one knows nothing."""

    def __init__(self, resolvers: Sequence[DIDResolver]) -> None:
        """Take the resolvers in their order."""
        self._resolvers = tuple(resolvers)

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the first document; what is wrong with a document ends the search."""
        unresolved = ProblemError(DID_UNRESOLVED.about(f"nobody was asked about {did}"))
        for resolver in self._resolvers:
            try:
                return resolver.resolve(did)
            except ProblemError as error:
                if error.problem.code != DID_UNRESOLVED.code:
                    raise
                unresolved = error
        raise unresolved


class Resolver:
    """Chooses by method: did:key and did:jwk here, the others by the parts it was given."""

    def __init__(
        self,
        *,
        web: DIDResolver | None = None,
        webvh: DIDResolver | None = None,
        limits: Limits = DEFAULT,
    ) -> None:
        """Take the resolvers of did:web and did:webvh; without one the method is unresolved."""
        self._others = {"web": web, "webvh": webvh}
        self._limits = limits

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the DID document, checked."""
        method, _ = split_did(did, limits=self._limits)
        if method == "key":
            return did_key.document(did)
        if method == "jwk":
            return did_jwk.document(did, limits=self._limits)
        other = self._others.get(method)
        if other is None:
            raise ProblemError(DID_UNRESOLVED.about(f"did:{method} is not resolved here"))
        return controlled_document.check(other.resolve(did), did)


def find_key(resolver: DIDResolver, url: str, purpose: str) -> VerificationMethod:
    """Return the key at a DID URL when its document lists it under `purpose`.

    A did:key needs nobody to be asked: whatever the resolver, the identifier is the key.
    Raises `ProblemError` as `DIDResolver.resolve` and `controlled_document.method_for`.
    """
    did, _ = split_key_url(url)
    if did.startswith("did:key:"):
        return did_key.find(url, purpose)
    return controlled_document.method_for(resolver.resolve(did), url, purpose)
