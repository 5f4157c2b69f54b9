"""Each value of signed documents changed in some twenty ways, one at a time: never a wrong yes (threats.md B01).

A change that leaves the statements as they were may pass, such as a value in a list of one. `make soak`
makes them all; a sample is made at every run.
"""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from keys import did_key
from proofs import jcs
from proofs.ecdsa_sd_2023 import add_base_proof, derive
from schemas.problems import ProblemError
from schemas.report import Report, Verdict
from tests.support import linked_data as ld
from tests.support.issuer_simulator import NOW, World, converter, dumped
from tests.support.pyld_canonical import by_pyld
from verifier.verification import verify

WORLD = World()
ISSUER, HOLDER = WORLD.issuer(), WORLD.stranger()
REMOVED = object()
SAMPLE = 11
LEAST = 8_000

Path = tuple[Any, ...]


@cache
def documents() -> Mapping[str, dict[str, Any]]:
    """Return what is changed: each form that a Data Integrity proof protects."""
    badge = ISSUER.badge(index=3)
    badge["credentialSubject"] |= {
        "creditsEarned": 1,
        "identifier": [{"type": ["IdentityObject"], "hashed": True, "identityHash": "x", "identityType": "name"}],
    }
    return {
        "badge": ISSUER.proved(badge),
        "JCS": ISSUER.proved(badge, cryptosuite="eddsa-jcs-2022"),
        "transcript": ISSUER.proved(ISSUER.transcript(1, index=3)),
        "presentation": HOLDER.proved(HOLDER.presentation(ISSUER.proved(badge)), purpose="authentication"),
        "in part": _in_part(),
        "twice alike": ISSUER.proved(_twice_alike()),
    }


def _twice_alike() -> dict[str, Any]:
    course = {"id": "urn:x:c", "passed": True, "attempts": 1, "mark": 1.5}
    return {
        "@context": [ld.V2, ld.EXAMPLES],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER.did,
        "name": {"@value": "Été", "@language": "fr"},
        "credentialSubject": {"id": "urn:x:s", "first": course, "again": course.copy()},
    }


def _in_part() -> dict[str, Any]:
    signer = ld.ecdsa_signer()
    did = ld.controller(signer)
    WORLD.documents[did] = did_key.document(did)
    WORLD.trust(did)
    courses = [{"id": f"urn:x:{number}", "marks": [{"n": number}, {"n": 1}], "ok": True} for number in range(3)]
    document = _twice_alike() | {"issuer": did, "credentialSubject": {"id": "urn:x:s", "courses": courses}}
    base = add_base_proof(document, signer=signer, created=NOW, converter=converter(), mandatory=["/issuer"])
    return derive(base, selective=["/credentialSubject/courses/1"], converter=converter())


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield each value inside a document with the way to it."""
    for step, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, step), item
        if isinstance(item, dict | list):
            yield from places(item, (*path, step))


def others(value: Any) -> Iterator[Any]:
    """Yield what stands in the place of `value`."""
    yield from (REMOVED, None, True, False, 0, 1, -1, "", [], {}, [value], [value, value], [[value]])
    yield from ({"@value": value}, {"id": value}, {"@id": value}, {"@list": [value]}, {"@set": [value]})
    if isinstance(value, str):
        yield from (f"{value} ", f" {value}", f"{value}\0", f"{value}/", f"{value}#", f"{value}\u200b", value[:-1])
        yield from (value.upper(), value.lower(), unicodedata.normalize("NFD", value), value.replace("-", "\u2011"))
        yield from ({"@value": value, "@language": "en"}, {"@value": value, "@direction": "ltr"})
    elif isinstance(value, list):
        yield from (value[:-1], [*value, "x"], value[::-1], {"x": value})
    elif isinstance(value, dict):
        yield from (dict(list(value.items())[:-1]), value | {"x": "y"}, value | {"@index": "a"}, value | {"type": None})
    else:
        yield from (value + 1, float(value), bool(value), str(value), -value)


def changes() -> Iterator[tuple[str, Path, Any]]:
    for name, document in documents().items():
        for path, value in places(document):
            written = json.dumps(value, sort_keys=True)
            for other in others(value):
                if other is REMOVED or json.dumps(other, sort_keys=True) != written:
                    yield name, path, other


def changed(document: Mapping[str, Any], path: Path, other: Any) -> dict[str, Any]:
    answer = copy.deepcopy(dict(document))
    holder: Any = answer
    for step in path[:-1]:
        holder = holder[step]
    if other is REMOVED:
        del holder[path[-1]]
    else:
        holder[path[-1]] = other
    return answer


def says_the_same(name: str, document: Mapping[str, Any], altered: Mapping[str, Any]) -> bool:
    """Return whether the signatures cover `altered` as they cover `document`."""
    try:
        if name == "JCS":
            return jcs.canonical(unsecured(document)) == jcs.canonical(unsecured(altered))
        ours = converter().canonical(unsecured(document)) == converter().canonical(unsecured(altered))
        return ours and by_pyld(unsecured(document)) == by_pyld(unsecured(altered))
    except ProblemError:
        return False


def unsecured(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "proof"}


def codes(report: Report) -> set[str]:
    return {check.problem.code for check in report.checks if check.problem}.union(*map(codes, report.items))


def judge(name: str, path: Path, other: Any) -> None:
    document = documents()[name]
    altered = changed(document, path, other)
    report = verify(dumped(altered), WORLD.evidence())
    assert "internal" not in codes(report)
    if report.verdict is Verdict.VERIFIED and not (path[-1] == "proof" and isinstance(other, list)):
        assert "proof" not in path, (name, path, other)
        assert says_the_same(name, document, altered), (name, path, other)


def test_the_documents_that_are_changed_are_verified() -> None:
    for name, document in documents().items():
        assert Verdict.VERIFIED is verify(dumped(document), WORLD.evidence()).verdict, name


def test_a_sample_of_single_changes_is_never_a_wrong_yes() -> None:
    for number, change in enumerate(changes()):
        if number % SAMPLE == 0:
            judge(*change)


@pytest.mark.soak
def test_no_single_change_is_a_wrong_yes() -> None:
    made = 0
    for made, change in enumerate(changes(), 1):  # noqa: B007 (counted)
        judge(*change)
    assert made > LEAST
