"""What Python takes for equal is not always the same statement."""

from __future__ import annotations

from typing import Any

import pytest

from proofs.jsonld import Converter
from schemas.problems import ProblemError
from tests.support import linked_data as ld


def example(**members: Any) -> dict[str, Any]:
    return {"@context": [ld.V2, ld.EXAMPLES], "id": "urn:x:0", **members}


def transcript(first: Any, second: Any) -> dict[str, Any]:
    """Return a transcript of two courses in the same words, but for one value."""
    achievement = {"id": "urn:x:a", "type": ["Achievement"], "name": "n"}
    subjects = (
        {"id": "urn:x:s", "type": ["AchievementSubject"], "achievement": achievement, "creditsEarned": value}
        for value in (first, second)
    )
    children = [
        {"@context": [ld.V2, ld.OPEN_BADGES], "id": f"urn:x:{n}", "type": ["VerifiableCredential"]}
        | {"credentialSubject": subject}
        for n, subject in enumerate(subjects)
    ]
    return {
        "@context": [ld.V2, ld.OPEN_BADGES, ld.CLR],
        "type": ["VerifiableCredential", "ClrCredential"],
        "credentialSubject": {"id": "urn:x:c", "type": ["ClrSubject"], "verifiableCredential": children},
    }


@pytest.mark.parametrize(("first", "second"), [(True, 1), (1, True), (0, False), (False, 0)])
def test_a_second_description_with_another_kind_of_value_is_no_copy(first: Any, second: Any) -> None:
    """Python holds true and 1 for equal; only the statements of the first description would be signed."""

    def twice(one: Any, other: Any) -> str:
        return ld.converter().canonical(example(knows=one, also=other))

    def course(value: Any) -> dict[str, Any]:
        return {"id": "urn:x:1", "passed": value}

    def program(value: Any) -> dict[str, Any]:
        return {"id": "urn:x:2", "courses": [course(value)]}

    assert 1 == twice(course(first), course(first)).count("#passed>")
    for one, other in ((course(first), course(second)), (program(first), program(second))):
        with pytest.raises(ProblemError, match="described in two places"):
            twice(one, other)


def test_credentials_in_one_transcript_may_not_differ_in_the_kind_of_a_value() -> None:
    assert ld.converter().canonical(transcript(1, 1))
    with pytest.raises(ProblemError, match="described in two places"):
        ld.converter().canonical(transcript(1, True))


@pytest.mark.parametrize("seen_before", [False, True], ids=["first", "later"])
def test_a_type_that_is_null_is_refused(*, seen_before: bool) -> None:
    converter = Converter(ld.loader())
    if seen_before:
        converter.dataset(example(knows={"name": "x"}))
    with pytest.raises(ProblemError, match="malformed"):
        converter.dataset(example(knows={"name": "x", "type": None}))
