"""The plan against the whole algorithm, over fillings that are random, and fillings that are meant to hurt."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys.local_signer import LocalSigner
from proofs import rdfc
from proofs.cryptosuite import FaultySignatureError, UnsuitableKeyError
from proofs.plan import Plan, SlotError
from proofs.plan_issuing import BulkIssuer
from schemas.problems import ProblemError
from tests.support import linked_data as ld

DID = "did:web:registrar.parchemin.example:t:erable"
TEMPLATE = ld.full_badge(DID)
SLOTS = [
    ("id",),
    ("validFrom",),
    ("issuer", "name"),
    ("credentialSubject", "id"),
    ("credentialSubject", "identifier", 0, "identityHash"),
    ("credentialSubject", "result", 0, "value"),
    ("credentialSubject", "result", 1, "value"),
    ("credentialSubject", "result", 0, "resultDescription"),
    ("credentialSubject", "achievement", "tag", 1),
    ("credentialSubject", "achievement", "alignment", 0, "targetName"),
    ("credentialSubject", "achievement", "alignment", 1, "targetName"),
    ("credentialStatus", "statusListIndex"),
]
PLAN = Plan(ld.converter(), TEMPLATE, SLOTS)

_NAMES = st.uuids().map(lambda name: f"urn:uuid:{name}")
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_ORDINARY = [_NAMES if slot[-1] in {"id", "resultDescription"} else _TEXTS for slot in SLOTS]
_NASTY = st.sampled_from(
    [
        *("", "A+", "Distinction", "eau", "nord", "Compétence 1", "%s", "%", "\0", '"', "\\", "\n", "\u007f"),
        *("_:c14n0", "_:a", "a b", "urn:x:1", "urn:x:2", "cred:x", "relative", "@id", "urn:x-slot:0:1:", DID),
        TEMPLATE["credentialStatus"]["id"],
    ]
)
RANDOM = st.tuples(*_ORDINARY)
ADVERSARIAL = st.tuples(*[_NASTY] * len(SLOTS)) | st.tuples(*[one | _NASTY for one in _ORDINARY])


def whole(document: Any) -> str:
    return rdfc.canonical(ld.converter().dataset(document))


def outcome(make: Any) -> str:
    try:
        return str(make())
    except ProblemError as error:
        return f"refused: {error.problem.code}"


def agree(values: tuple[str, ...]) -> None:
    expected = outcome(lambda: whole(PLAN.fill(values)))
    assert expected == outcome(lambda: PLAN.canonical(values))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RANDOM | ADVERSARIAL)
def test_the_plan_finds_what_the_whole_algorithm_finds(values: tuple[str, ...]) -> None:
    agree(values)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RANDOM)
def test_the_plan_finds_it_for_twenty_thousand_random_fillings(values: tuple[str, ...]) -> None:
    agree(values)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ADVERSARIAL)
def test_the_plan_finds_it_for_twenty_thousand_adversarial_fillings(values: tuple[str, ...]) -> None:
    agree(values)


def test_equal_blank_nodes_take_the_whole_algorithm() -> None:
    document = {
        "@context": [ld.V2, ld.EXAMPLES],
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"course": [{"title": "a"}, {"title": "b"}, {"title": "b", "mark": "A"}]},
    }
    plan = Plan(ld.converter(), document, [("credentialSubject", "course", n, "title") for n in range(3)])
    for values in (["a", "b", "c"], ["a", "a", "a"], ["a", "a", "b"]):
        assert whole(plan.fill(values)) == plan.canonical(values)


def _originals() -> list[Any]:
    found = []
    for slot in SLOTS:
        place: Any = TEMPLATE
        for key in slot:
            place = place[key]
        found.append(place)
    return found


def test_a_plan_without_slots_is_the_document() -> None:
    assert whole(TEMPLATE) == Plan(ld.converter(), TEMPLATE, []).canonical([])


def test_slots_inside_graphs_and_lists_are_filled() -> None:
    child = {
        "@context": [ld.V2, ld.OPEN_BADGES],
        "id": "urn:x:1",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"type": ["ResultDescription"], "allowedValue": ["A", "B"], "name": "x"},
    }
    document = {"@context": [ld.V2], "type": ["VerifiablePresentation"], "verifiableCredential": [child]}
    slots = [
        ("verifiableCredential", 0, "id"),
        ("verifiableCredential", 0, "issuer"),
        ("verifiableCredential", 0, "credentialSubject", "allowedValue", 1),
        ("verifiableCredential", 0, "credentialSubject", "name"),
    ]
    plan = Plan(ld.converter(), document, slots)
    for values in (["urn:x:2", "urn:x:3", "C", 'y"'], ["urn:x:2", "urn:x:2", "A", "A"]):
        assert whole(plan.fill(values)) == plan.canonical(values)


def test_a_template_that_describes_one_thing_twice_alike_is_filled() -> None:
    course = {"id": "urn:x:1", "name": "n"}
    document = {
        "@context": [ld.V2, ld.EXAMPLES],
        "id": "urn:x:0",
        "type": ["VerifiableCredential"],
        "first": course,
        "then": course,
    }
    plan = Plan(ld.converter(), document, [("id",)])
    for value in ("urn:x:2", "urn:x:3"):
        assert whole(plan.fill([value])) == plan.canonical([value])


@pytest.mark.parametrize("values", [[], ["urn:x:1", "urn:x:2"]], ids=["none", "two"])
def test_a_plan_of_one_slot_takes_one_value(values: list[str]) -> None:
    plan = Plan(ld.converter(), TEMPLATE, [("id",)])
    with pytest.raises(ValueError, match="argument"):
        plan.canonical(values)


@pytest.mark.parametrize(
    "slot",
    [
        ("type", 0),
        ("@context", 0),
        ("credentialSubject", "creditsEarned"),
        ("credentialSubject", "achievement"),
    ],
)
def test_what_is_no_plain_text_cannot_vary(slot: Any) -> None:
    with pytest.raises(SlotError):
        Plan(ld.converter(), TEMPLATE, [slot])


def test_a_text_inside_a_json_value_cannot_vary() -> None:
    document = {"@context": [ld.V2], "type": ["JsonSchema"], "jsonSchema": {"title": "x"}}
    with pytest.raises(SlotError):
        Plan(ld.converter(), document, [("jsonSchema", "title")])


@pytest.mark.parametrize(
    ("suite", "make"), [("eddsa-rdfc-2022", ld.ed25519_signer), ("ecdsa-rdfc-2019", ld.ecdsa_signer)]
)
def test_what_is_issued_in_bulk_verifies(suite: str, make: Any) -> None:
    signer = make()
    issuer = BulkIssuer(PLAN, signer=signer, created=ld.NOW, converter=ld.converter(), cryptosuite=suite)
    for number in range(3):
        values = [str(value) for value in _originals()]
        values[0], values[4] = f"urn:x:{number}", f"Ève {number}"
        signed = issuer.issue(values)
        assert f"Ève {number}" == signed["credentialSubject"]["identifier"][0]["identityHash"]
        assert 1 == len(ld.check(signed))


def test_bulk_signatures_are_checked_and_keys_fit() -> None:
    with pytest.raises(UnsuitableKeyError):
        BulkIssuer(PLAN, signer=ld.ecdsa_signer(), created=ld.NOW, converter=ld.converter())

    class Faulty(LocalSigner):
        def sign(self, data: bytes) -> bytes:
            return super().sign(data + b"x")

    honest = ld.ed25519_signer()
    faulty = Faulty(honest._key, verification_method=honest.verification_method)
    issuer = BulkIssuer(PLAN, signer=faulty, created=ld.NOW, converter=ld.converter())
    with pytest.raises(FaultySignatureError):
        issuer.issue([str(value) for value in _originals()])
