"""In one verification everybody is asked once, and all documents inside hear the same answer."""

from __future__ import annotations

import pytest

from schemas.problems import DID_UNRESOLVED, ProblemError
from verifier.once import ResolvedOnce


class Counting:
    def __init__(self):
        self.asked = []

    def resolve(self, did):
        self.asked.append(did)
        if did == "did:web:gone.example":
            raise ProblemError(DID_UNRESOLVED.about(did))
        return {"id": did}


def test_an_identifier_is_resolved_once_for_all_documents_inside():
    resolver = Counting()
    once = ResolvedOnce(resolver)
    assert [{"id": "did:web:a.example"}] * 3 == [once.resolve("did:web:a.example") for _ in range(3)]
    assert ["did:web:a.example"] == resolver.asked


def test_what_could_not_be_had_is_not_asked_for_again():
    resolver = Counting()
    once = ResolvedOnce(resolver)
    for _ in range(2):
        with pytest.raises(ProblemError):
            once.resolve("did:web:gone.example")
    assert ["did:web:gone.example"] == resolver.asked
