"""What Open Badges 3.0 and CLR 2.0 ask for is told, and decides nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from schemas.problems import Outcome
from schemas.report import Verdict
from tests.support.issuer_simulator import World
from verifier.data_models import lacking, model_of
from verifier.verification import verify

WORLD = World()
ISSUER = WORLD.issuer()
BADGE = ISSUER.badge()
RECORD = ISSUER.transcript(1)


def without(document: dict[str, Any], *path: str) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    item = changed
    for step in path[:-1]:
        item = item[step]
    del item[path[-1]]
    return changed


def test_documents_that_have_all_lack_nothing() -> None:
    assert ("Open Badges 3.0", ()) == (model_of(BADGE), lacking(BADGE))
    assert ("CLR 2.0", ()) == (model_of(RECORD), lacking(RECORD))
    assert ("", ()) == (model_of({"type": ["VerifiableCredential"]}), lacking({"type": ["VerifiableCredential"]}))


@pytest.mark.parametrize(
    "path",
    [
        ("id",),
        ("name",),
        ("validFrom",),
        ("credentialSubject",),
        ("credentialSubject", "id"),
        ("credentialSubject", "achievement"),
        *(("credentialSubject", "achievement", name) for name in ("id", "type", "name", "description", "criteria")),
    ],
    ids="/".join,
)
def test_each_member_that_a_badge_must_have_is_missed(path: tuple[str, ...]) -> None:
    assert ("/" + "/".join(path),) == lacking(without(BADGE, *path))


def test_a_subject_must_say_what_it_is() -> None:
    assert {"/credentialSubject/type"} == set(lacking(without(BADGE, "credentialSubject", "type")))
    other = copy.deepcopy(BADGE)
    other["credentialSubject"]["type"] = ["Person"]
    assert ("/credentialSubject/type",) == lacking(other)
    assert ("/credentialSubject/verifiableCredential",) == lacking(
        without(RECORD, "credentialSubject", "verifiableCredential")
    )
    assert {"/credentialSubject/type"} == set(lacking(without(RECORD, "credentialSubject", "type")))


def test_of_several_subjects_each_is_looked_at() -> None:
    several = {**BADGE, "credentialSubject": [BADGE["credentialSubject"], {"type": ["AchievementSubject"]}, 7]}
    assert ("/credentialSubject/1/achievement", "/credentialSubject/1/id") == lacking(several)


def test_somebody_may_be_named_otherwise_than_by_an_id() -> None:
    named = without(BADGE, "credentialSubject", "id")
    named["credentialSubject"]["identifier"] = [{"identityType": "name"}]
    assert () == lacking(named)


def test_what_is_missing_is_told_in_the_report_and_decides_nothing() -> None:
    """A badge from the time before the final text is as genuine as it ever was."""
    report = verify(ISSUER.signed(without(BADGE, "credentialSubject", "achievement", "criteria")), WORLD.evidence())
    told = next(check for check in report.checks if check.id == "schema")
    assert (Verdict.VERIFIED, Outcome.SKIPPED) == (report.verdict, told.outcome)
    assert "not all that Open Badges 3.0 asks for: /credentialSubject/achievement/criteria" == told.note
