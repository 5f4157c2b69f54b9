from __future__ import annotations

from typing import Any

import pytest

from schemas.limits import Limits
from schemas.presentation import gate
from schemas.problems import ProblemError
from tests.support import linked_data as ld

HOLDER = "did:web:holder.example"
BADGE = ld.badge("did:web:issuer.example")


def presentation(**changes: Any) -> dict[str, Any]:
    return {"@context": [ld.V2], "type": ["VerifiablePresentation"], "verifiableCredential": [BADGE]} | changes


ENVELOPE = {"@context": [ld.V2], "id": "data:application/vp+jwt,a.b.c", "type": "EnvelopedVerifiablePresentation"}


@pytest.mark.parametrize(
    "document",
    [
        presentation(),
        presentation(holder=HOLDER, id="urn:x:1", proof={"type": "X"}),
        presentation(holder={"id": HOLDER}),
        presentation(termsOfUse=[{"type": "X"}, {"type": ["X"], "id": "urn:x:1"}]),
        {"@context": [ld.V1], "type": "VerifiablePresentation"},
        ENVELOPE,
    ],
)
def test_a_presentation_passes(document: Any) -> None:
    gate(document)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([], "not-parsable"),
        (presentation(type="VerifiableCredential"), "malformed"),
        (presentation(id="x"), "malformed"),
        (presentation(holder=7), "malformed"),
        (presentation(holder={"name": "x"}), "malformed"),
        (presentation(verifiableCredential="eyJ.x.y"), "malformed"),
        (presentation(verifiableCredential=[presentation()]), "malformed"),
        (presentation(verifiableCredential=[{"id": "urn:x:1"}]), "context-unknown"),
        (presentation(termsOfUse={"id": "urn:x:1"}), "malformed"),
        (presentation(termsOfUse="urn:x:1"), "malformed"),
        (presentation(refreshService=[{"id": "urn:x:1"}]), "malformed"),
        (presentation(credentialSchema={"type": "X"}), "malformed"),
        (presentation(proof=[]), "proof-missing"),
        (presentation(**{"https://www.w3.org/2018/credentials#verifiableCredential": [BADGE]}), "shape-not-allowed"),
        (ENVELOPE | {"id": 7}, "malformed"),
        (ENVELOPE | {"holder": HOLDER}, "malformed"),
    ],
)
def test_anything_else_is_refused(document: Any, code: str) -> None:
    """threats.md E07."""
    with pytest.raises(ProblemError) as caught:
        gate(document)
    assert code == caught.value.problem.code


@pytest.mark.parametrize("shown", ["eyJ.x.y", ["eyJ.x.y"], [BADGE, "eyJ.x.y", "eyJ.x.z"]])
def test_in_a_token_of_the_older_model_a_credential_may_be_a_token(shown: Any) -> None:
    """VCDM 1.1, section 6.3.1."""
    gate(presentation(verifiableCredential=shown), tokens=True)
    with pytest.raises(ProblemError, match="malformed"):
        gate(presentation(verifiableCredential=shown))


@pytest.mark.parametrize("shown", ["eyJ", ["eyJ.x.y~"], ["eyJ.x.y", {}], ["eyJ.x.y", "x"], ["eyJ.x.y\n"], [7]])
def test_what_is_neither_a_token_nor_a_credential_is_refused_there_too(shown: Any) -> None:
    with pytest.raises(ProblemError, match="malformed"):
        gate(presentation(verifiableCredential=shown), tokens=True)


def test_the_number_of_tokens_is_bounded() -> None:
    shown = presentation(verifiableCredential=[f"a.b.{number}" for number in range(3)] + [BADGE])
    gate(shown, limits=Limits(credentials_per_presentation=4), tokens=True)
    with pytest.raises(ProblemError, match="too-complex"):
        gate(shown, limits=Limits(credentials_per_presentation=3), tokens=True)


def test_the_number_of_credentials_is_bounded() -> None:
    with pytest.raises(ProblemError, match="too-complex"):
        gate(presentation(verifiableCredential=[BADGE] * 3), limits=Limits(credentials_per_presentation=2))
