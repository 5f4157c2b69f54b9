"""What Open Badges 3.0 and CLR 2.0 ask for, when it decides, and that the published schemas ask for the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from proofs import ecdsa_sd_2023, jws
from schemas.report import Verdict
from tests.shared import shared
from tests.support.issuer_simulator import NOW, World, converter, dumped
from tests.support.reports import codes
from verifier.data_models import is_published, lacking, model_of, unidentified
from verifier.verification import verify

WORLD = World()
ISSUER = WORLD.issuer()
BADGE = ISSUER.badge()
RECORD = ISSUER.transcript(1)


def rich_badge() -> dict[str, Any]:
    """Return a badge with an object of every class of Open Badges 3.0."""
    badge = copy.deepcopy(BADGE)
    alignment = {"type": ["Alignment"], "targetName": "Wiki", "targetUrl": "https://skills.example/wiki"}
    image = {"id": "https://uni.example/logo.png", "type": "Image"}
    entry = {"type": "IdentifierEntry", "identifier": "42", "identifierType": "sourcedId"}
    geo = {"type": "GeoCoordinates", "latitude": 45.5, "longitude": -73.6}
    profile = {
        "id": "did:web:uni.example",
        "type": ["Profile"],
        "image": image,
        "otherIdentifier": [entry],
        "address": {"type": ["Address"], "geo": geo},
        "parentOrg": {"id": "urn:uuid:9", "type": ["Profile"]},
    }
    level = {"id": "urn:uuid:1", "type": ["RubricCriterionLevel"], "name": "Good", "alignment": [alignment]}
    badge |= {"issuer": profile, "image": image, "evidence": [{"id": "urn:uuid:2", "type": ["Evidence"]}]}
    badge["credentialSubject"] |= {
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": "a", "identityType": "name"}],
        "image": image,
        "result": [{"type": ["Result"], "value": "A", "alignment": [alignment]}],
        "source": profile,
    }
    badge["credentialSubject"]["achievement"] |= {
        "alignment": [alignment],
        "creator": profile,
        "image": image,
        "otherIdentifier": [entry],
        "related": [{"id": "urn:uuid:3", "type": ["Related"]}],
        "resultDescription": [
            {
                "id": "urn:uuid:4",
                "type": ["ResultDescription"],
                "name": "Rubric",
                "resultType": "RubricCriterionLevel",
                "alignment": [alignment],
                "rubricCriterionLevel": [level],
            }
        ],
    }
    return badge


def rich_record() -> dict[str, Any]:
    """Return a record whose subject has an object of every class of CLR 2.0."""
    record = copy.deepcopy(RECORD)
    subject = record["credentialSubject"]
    subject["achievement"] = [rich_badge()["credentialSubject"]["achievement"]]
    subject["identifier"] = rich_badge()["credentialSubject"]["identifier"]
    subject["association"] = [
        {"type": "Association", "associationType": "isChildOf", "sourceId": "urn:uuid:1", "targetId": "urn:uuid:2"}
    ]
    subject["verifiableCredential"] = subject["verifiableCredential"][:1]
    return record


def endorsement() -> dict[str, Any]:
    subject = {"id": "did:web:uni.example", "type": ["EndorsementSubject"], "endorsementComment": "Fine."}
    return {**BADGE, "type": ["VerifiableCredential", "EndorsementCredential"], "credentialSubject": subject}


def members(value: Any, *, below: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each member that an object has; credentials inside are documents of their own."""
    for step, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(value, dict):
            yield (*below, step)
        if step not in ("@context", "verifiableCredential", "credentialStatus", "proof"):
            yield from members(item, below=(*below, step))


def without(document: dict[str, Any], *path: str | int) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    item: Any = changed
    for step in path[:-1]:
        item = item[step]
    del item[path[-1]]
    return changed


def pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{step}" for step in path)


def test_documents_that_have_all_lack_nothing() -> None:
    for document in (BADGE, rich_badge(), endorsement()):
        assert ("Open Badges 3.0", (), ()) == (model_of(document), lacking(document), unidentified(document))
    for document in (RECORD, rich_record()):
        assert ("CLR 2.0", (), ()) == (model_of(document), lacking(document), unidentified(document))
    other = {"type": ["VerifiableCredential"], "credentialSubject": {}}
    assert ("", (), ()) == (model_of(other), lacking(other), unidentified(other))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("ob_v3p0_achievementcredential", rich_badge),
        ("ob_v3p0_endorsementcredential", endorsement),
        ("clr_v2p0_clrcredential", rich_record),
    ],
)
def test_what_is_asked_for_is_what_the_published_schema_requires(name: str, make: Callable[[], dict[str, Any]]) -> None:
    """Member by member: the published schema refuses a document without it exactly where it is missed here."""
    published = Draft201909Validator(json.loads(shared("schemas", f"{name}_schema.json").read_text("utf-8")))
    document = {name: value for name, value in make().items() if name != "credentialStatus"}
    assert [] == [error.message for error in published.iter_errors(document)]
    judged = 0
    for path in members(document):
        if path != ("type",) and path[0] != "@context":
            changed = without(document, *path)
            expected = not published.is_valid(changed)
            assert expected == bool(lacking(changed)), path
            assert not expected or pointer(path) in lacking(changed)
            judged += expected
    assert judged >= (5 if name.startswith("ob_v3p0_endorsement") else 20)


def test_a_subject_must_say_what_it_is() -> None:
    for document in (BADGE, RECORD):
        assert ("/credentialSubject/type",) == lacking(without(document, "credentialSubject", "type"))
        other = copy.deepcopy(document)
        other["credentialSubject"]["type"] = ["Person"]
        assert ("/credentialSubject/type",) == lacking(other)


def test_a_badge_of_the_older_model_says_otherwise_from_when_it_holds() -> None:
    old = {**without(BADGE, "validFrom"), "issuanceDate": "2026-01-01T00:00:00Z"}
    assert () == lacking(old)
    assert ("/validFrom",) == lacking(without(old, "issuanceDate"))


def test_of_several_subjects_each_is_looked_at() -> None:
    several = {**BADGE, "credentialSubject": [BADGE["credentialSubject"], {"type": ["AchievementSubject"]}, 7]}
    assert ("/credentialSubject/1/achievement",) == lacking(several)
    assert ("/credentialSubject/1",) == unidentified(several)


def judged(document: dict[str, Any], **options: Any) -> tuple[Verdict, str | None, str]:
    report = verify(ISSUER.signed(document, **options), WORLD.evidence())
    told = next(check for check in report.checks if check.id == "schema")
    return report.verdict, told.problem and told.problem.code, told.note or (told.problem and told.problem.detail) or ""


@pytest.mark.parametrize("document", [BADGE, RECORD], ids=["badge", "record"])
def test_a_subject_that_nothing_identifies_does_not_conform(document: dict[str, Any]) -> None:
    """Open Badges 3.0, section 9.1: `id` and/or `identifier`; a record is judged alike (decision 0038)."""
    nobody = without(document, "credentialSubject", "id")
    assert (Verdict.FAILED, "schema-mismatch") == judged(nobody)[:2]
    nobody["credentialSubject"]["identifier"] = [
        {"id": "urn:uuid:5", "type": "IdentityObject", "hashed": False, "identityHash": "a", "identityType": "name"}
    ]
    del nobody["credentialSubject"]["identifier"][0]["id"]
    assert Verdict.VERIFIED is judged(nobody)[0]


def test_the_subject_of_another_credential_may_stay_unnamed() -> None:
    """VCDM 2.0, section 4.8: `id` is optional."""
    plain = {**BADGE, "type": ["VerifiableCredential"], "credentialSubject": {"type": ["AchievementSubject"]}}
    assert (Verdict.VERIFIED, None) == judged(plain)[:2]


def test_what_is_missing_is_told_and_decides_nothing_where_no_schema_is_named() -> None:
    """A badge from the time before the final text is as genuine as it ever was."""
    verdict, code, note = judged(without(BADGE, "credentialSubject", "achievement", "criteria"))
    assert (Verdict.VERIFIED, None) == (verdict, code)
    assert "not all that Open Badges 3.0 asks for: /credentialSubject/achievement/criteria" == note


SCHEMAS = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022"])
def test_whoever_names_the_published_schema_must_have_what_it_requires(suite: str) -> None:
    """Open Badges 3.0, section 9.1: "If it does not, the credential does not conform to the specification"."""
    named = {
        "id": f"{SCHEMAS}ob_v3p0_achievementcredential_schema.json",
        "type": "1EdTechJsonSchemaValidator2019",
    }
    whole = {**BADGE, "credentialSchema": [named]}
    without_criteria = without(whole, "credentialSubject", "achievement", "criteria")
    assert (Verdict.VERIFIED, None) == judged(whole, cryptosuite=suite)[:2]
    assert (Verdict.FAILED, "schema-mismatch") == judged(without_criteria, cryptosuite=suite)[:2]
    elsewhere = {**without_criteria, "credentialSchema": [{**named, "id": "https://schemas.example/badge.json"}]}
    assert (Verdict.VERIFIED, None) == judged(elsewhere, cryptosuite=suite)[:2]
    of_another_kind = {**without_criteria, "credentialSchema": [{**named, "type": "JsonSchemaCredential"}]}
    assert (Verdict.VERIFIED, None) == judged(of_another_kind, cryptosuite=suite)[:2]
    assert not is_published(None)


def test_what_a_holder_withheld_is_not_missing() -> None:
    """Of a badge by ecdsa-sd-2023 or as SD-JWT its holder may show a part, whatever schema it names."""
    named = {"id": f"{SCHEMAS}ob_v3p0_achievementcredential_schema.json", "type": "JsonSchema"}
    options = {"signer": ISSUER.jose_signer, "created": NOW, "converter": converter()}
    mandatory = ("/issuer", "/validFrom", "/credentialSchema")
    base = ecdsa_sd_2023.add_base_proof({**BADGE, "credentialSchema": [named]}, mandatory=mandatory, **options)
    shown = ecdsa_sd_2023.derive(base, selective=["/credentialSubject/achievement/name"], converter=converter())
    assert "criteria" not in shown["credentialSubject"]["achievement"]
    header = {"kid": ISSUER.jose_signer.verification_method, "typ": "vc+sd-jwt"}
    nobody = json.dumps(without(BADGE, "credentialSubject", "id")).encode()
    for raw in (dumped(shown), (jws.sign(header, nobody, signer=ISSUER.jose_signer) + "~").encode()):
        report = verify(raw, WORLD.evidence())
        assert (Verdict.VERIFIED, {"schema": None}) == (report.verdict, codes(report))
