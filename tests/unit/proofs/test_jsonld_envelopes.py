"""A token in an envelope among the credentials of a presentation (VCDM 2.0, section 4.13)."""

from __future__ import annotations

from typing import Any

import pytest

from proofs.jsonld import Converter
from schemas import presentation
from schemas.problems import ProblemError
from tests.support import linked_data as ld
from tests.support.pyld_canonical import by_pyld

CRED = "https://www.w3.org/2018/credentials#"


def shown(*entries: Any) -> dict[str, Any]:
    return {"@context": [ld.V2], "type": ["VerifiablePresentation"], "verifiableCredential": list(entries)}


def envelope(context: Any) -> dict[str, Any]:
    return {"@context": context, "id": "data:application/vc+jwt,e30.e30.e30", "type": "EnvelopedVerifiableCredential"}


def test_an_envelope_may_name_its_one_context_as_a_text() -> None:
    """As the examples of the data model do; it says the same as a list of one."""
    document = shown(envelope(ld.V2))
    presentation.gate(document)
    converter = Converter(ld.loader())
    found = converter.canonical(document)
    assert by_pyld(document) == found
    assert converter.canonical(shown(envelope([ld.V2]))) == found
    assert f"<{CRED}EnvelopedVerifiableCredential>" in found


def test_only_an_envelope_may_do_so() -> None:
    child = ld.badge("did:web:x.example") | {"@context": ld.V2}
    with pytest.raises(ProblemError, match="not a list"):
        presentation.gate(shown(child))


@pytest.mark.parametrize("context", [None, 7, {}, "", "https://unknown.example/", []])
def test_any_other_context_of_an_entry_is_refused(context: Any) -> None:
    with pytest.raises(ProblemError):
        ld.converter().canonical(shown(envelope(context)))
