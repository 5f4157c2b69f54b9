"""Data Integrity both ways with the packages of Digital Bazaar: what we sign verifies there, and theirs here."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from keys import did_key
from proofs import ecdsa_sd_2023
from schemas.problems import ProblemError
from tests.support import linked_data as ld
from tests.support.node import CONTEXTS, Judge

pytestmark = pytest.mark.interop

NOW = "2026-05-31T12:00:00Z"
SUITES = {
    "eddsa-rdfc-2022": "Ed25519",
    "eddsa-jcs-2022": "Ed25519",
    "Ed25519Signature2020": "Ed25519",
    "ecdsa-rdfc-2019": "P-256",
    "ecdsa-jcs-2019": "P-256",
    "ecdsa-rdfc-2019 P-384": "P-384",
    "ecdsa-jcs-2019 P-384": "P-384",
}
CHANGES = {
    "a name": lambda d: d["issuer"].update(name="Autre"),
    "the end": lambda d: d.update(validUntil="2036-05-31T12:00:00Z"),
    "the subject": lambda d: d["credentialSubject"].update(id="urn:uuid:6d3c6b1e-0d2e-4a0a-8f4e-3c5a9d1f2b99"),
    "a number": lambda d: d["credentialSubject"].update(creditsEarned=4.5),
    "a text deep inside": lambda d: d["credentialSubject"]["achievement"]["criteria"].update(narrative="Rien."),
    "an item left out": lambda d: d["credentialSubject"]["achievement"]["tag"].pop(),
    "when the proof was made": lambda d: d["proof"].update(created="2026-05-31T11:59:59Z"),
}


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("data_integrity.mjs", str(CONTEXTS))
    yield judge
    judge.close()


def signer_for(kind: str) -> Any:
    return {
        "Ed25519": ld.ed25519_signer,
        "P-256": ld.ecdsa_signer,
        "P-384": lambda: ld.ecdsa_signer(ec.SECP384R1()),
    }[kind]()


def badge_for(suite: str, issuer: str) -> dict[str, Any]:
    contexts = [ld.V2, ld.OPEN_BADGES] + ([ld.ED25519_2020] if suite == "Ed25519Signature2020" else [])
    return ld.badge(issuer, **{"@context": contexts}) | {"credentialStatus": None, "validUntil": "2031-05-31T12:00:00Z"}


def without_status(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}


def ask_verify(judge: Judge, document: Any, suite: str, *issuers: str) -> Any:
    dids = {issuer: did_key.document(issuer) for issuer in issuers}
    return judge.ask("verify", document=document, suites=[suite.split(maxsplit=1)[0]], now=NOW, dids=dids)


@pytest.mark.parametrize("label", SUITES)
def test_what_we_sign_verifies_there_and_changed_values_do_not(judge: Judge, label: str) -> None:
    suite, signer = label.split(maxsplit=1)[0], signer_for(SUITES[label])
    issuer = ld.controller(signer)
    signed = ld.sign(without_status(badge_for(suite, issuer)), signer, suite)
    assert {"verified": True} == ask_verify(judge, signed, suite, issuer)
    for change in CHANGES.values():
        altered = copy.deepcopy(signed)
        change(altered)
        assert ask_verify(judge, altered, suite, issuer)["verified"] is False
        with pytest.raises(ProblemError, match="tampered"):
            ld.check(altered)


@pytest.mark.parametrize("label", SUITES)
def test_what_is_signed_there_verifies_here_and_changed_values_do_not(judge: Judge, label: str) -> None:
    suite = label.split(maxsplit=1)[0]
    key = judge.ask("key", kind=SUITES[label])
    issuer = key["controller"]
    unsigned = without_status(badge_for(suite, issuer))
    answer = judge.ask("sign", document=unsigned, suite=suite, controller=issuer, created=NOW)
    signed = answer["document"]
    (finding,) = ld.check(signed)
    assert (suite, issuer) == (finding.cryptosuite, finding.controller)
    for change in CHANGES.values():
        altered = copy.deepcopy(signed)
        change(altered)
        with pytest.raises(ProblemError, match="tampered"):
            ld.check(altered)
        assert ask_verify(judge, altered, suite, issuer)["verified"] is False


def test_a_proof_set_of_two_suites_verifies_there(judge: Judge) -> None:
    """R95: the set that reaches the most wallets."""
    signer = ld.ed25519_signer()
    issuer = ld.controller(signer)
    once = ld.sign(without_status(badge_for("Ed25519Signature2020", issuer)), signer)
    twice = ld.sign(once, signer, "Ed25519Signature2020")
    assert 2 == len(ld.check(twice))
    for suite in ("eddsa-rdfc-2022", "Ed25519Signature2020"):
        assert {"verified": True} == ask_verify(judge, twice, suite, issuer)


def transcript(issuer: str, signer: Any) -> tuple[Any, Any]:
    """Return a CLR of two signed children, and the children."""
    children = []
    for number in (1, 2):
        base = f"urn:uuid:00000000-0000-4000-8000-00000000000{number}"
        child = without_status(badge_for("", issuer)) | {"id": f"{base}0"}
        child["credentialSubject"] = {
            "id": "urn:uuid:00000000-0000-4000-8000-0000000000aa",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"{base}3",
                "type": ["Achievement"],
                "name": f"GEO 100{number}",
                "description": "Cours",
                "criteria": {"id": f"{base}4", "narrative": "Réussir."},
            },
        }
        children.append(ld.sign(child, signer))
    document = {
        "@context": [ld.V2, ld.OPEN_BADGES, ld.CLR],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Université de l'Érable"},
        "validFrom": NOW,
        "name": "Relevé de notes",
        "credentialSubject": {
            "id": "urn:uuid:00000000-0000-4000-8000-0000000000aa",
            "type": ["ClrSubject"],
            "verifiableCredential": children,
        },
    }
    return ld.sign(document, signer), children


def test_a_transcript_with_signed_children_and_each_child_verify_there(judge: Judge) -> None:
    signer = ld.ed25519_signer()
    issuer = ld.controller(signer)
    signed, children = transcript(issuer, signer)
    ld.check(signed)
    assert {"verified": True} == ask_verify(judge, signed, "eddsa-rdfc-2022", issuer)
    for child in children:
        assert {"verified": True} == ask_verify(judge, child, "eddsa-rdfc-2022", issuer)
    altered = copy.deepcopy(signed)
    altered["credentialSubject"]["verifiableCredential"][1]["credentialSubject"]["achievement"]["name"] = "GEO 9999"
    assert ask_verify(judge, altered, "eddsa-rdfc-2022", issuer)["verified"] is False
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(altered)


def presentation(holder: str, credentials: list[Any]) -> dict[str, Any]:
    return {
        "@context": [ld.V2],
        "id": "urn:uuid:00000000-0000-4000-8000-0000000000bb",
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": credentials,
    }


def test_presentations_go_both_ways(judge: Judge) -> None:
    issuer_key, holder_key = ld.ed25519_signer(), ld.ed25519_signer()
    issuer, holder = ld.controller(issuer_key), ld.controller(holder_key)
    badge = ld.sign(without_status(badge_for("", issuer)), issuer_key)
    audience = {"challenge": "c-1", "domain": "https://employeur.example"}
    made = ld.sign(presentation(holder, [badge]), holder_key, purpose="authentication", **audience)
    dids = {did: did_key.document(did) for did in (issuer, holder)}
    answer = judge.ask("verifyPresentation", document=made, suites=["eddsa-rdfc-2022"], now=NOW, dids=dids, **audience)
    assert {"verified": True} == answer

    wallet = judge.ask("key", kind="Ed25519")["controller"]
    theirs = judge.ask(
        "sign",
        document=presentation(wallet, [badge]),
        suite="eddsa-rdfc-2022",
        controller=wallet,
        created=NOW,
        **audience,
    )["document"]
    (finding,) = ld.check(theirs, purpose="authentication", **audience)
    assert wallet == finding.controller


def test_texts_with_language_and_direction_go_both_ways(judge: Judge) -> None:
    """JSON-LD's `i18n-datatype`: the direction is signed."""
    key = judge.ask("key", kind="Ed25519")["controller"]
    unsigned = {
        "@context": [ld.V2],
        "type": ["VerifiableCredential"],
        "issuer": key,
        "name": [{"@value": "علم", "@language": "ar", "@direction": "rtl"}, {"@value": "Savoir", "@language": "fr-CA"}],
        "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-0000000000cc", "name": "Zoé"},
    }
    signed = judge.ask("sign", document=unsigned, suite="eddsa-rdfc-2022", controller=key, created=NOW)["document"]
    assert 1 == len(ld.check(signed))
    signed["name"][0]["@direction"] = "ltr"
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(signed)


MANDATORY = ["/issuer", "/validFrom"]
SELECTIVE = ["/credentialSubject/achievement/alignment/1", "/credentialSubject/result/0/value", "/evidence/1"]


def full_badge(issuer: str) -> dict[str, Any]:
    return {key: value for key, value in ld.full_badge(issuer).items() if key != "credentialStatus"}


def test_what_we_let_the_holder_show_verifies_there(judge: Judge) -> None:
    """ecdsa-sd-2023: base and derived proof of ours, array indexes in pointers."""
    signer = ld.ecdsa_signer()
    issuer = ld.controller(signer)
    base = ecdsa_sd_2023.add_base_proof(
        full_badge(issuer), signer=signer, created=ld.NOW, converter=ld.converter(), mandatory=MANDATORY
    )
    shown = ecdsa_sd_2023.derive(base, selective=SELECTIVE, converter=ld.converter())
    dids = {issuer: did_key.document(issuer)}
    theirs = judge.ask("derive", document=base, selectivePointers=SELECTIVE, dids=dids)["document"]
    for derived in (shown, theirs):
        assert ["Compétence 1"] == [
            item["targetName"] for item in derived["credentialSubject"]["achievement"]["alignment"]
        ]
        assert 1 == len(ld.check(derived))
        answer = judge.ask("verifyProof", document=derived, suites=["ecdsa-sd-2023"], dids=dids)
        assert {"verified": True} == answer
        derived["credentialSubject"]["result"][0]["value"] = "B"
        assert not judge.ask("verifyProof", document=derived, suites=["ecdsa-sd-2023"], dids=dids)["verified"]
        with pytest.raises(ProblemError, match="tampered"):
            ld.check(derived)


def test_what_they_let_the_holder_show_verifies_here(judge: Judge) -> None:
    issuer = judge.ask("key", kind="P-256")["controller"]
    base = judge.ask(
        "sign",
        document=full_badge(issuer),
        suite="ecdsa-sd-2023",
        controller=issuer,
        created=NOW,
        mandatoryPointers=MANDATORY,
    )["document"]
    dids = {issuer: did_key.document(issuer)}
    ours = ecdsa_sd_2023.derive(base, selective=SELECTIVE, converter=ld.converter())
    theirs = judge.ask("derive", document=base, selectivePointers=SELECTIVE, dids=dids)["document"]
    for derived in (ours, theirs):
        assert 1 == len(ld.check(derived))
        answer = judge.ask("verifyProof", document=derived, suites=["ecdsa-sd-2023"], dids=dids)
        assert {"verified": True} == answer


OTHERS: dict[str, dict[str, Any]] = {
    "a credential of the older model": {
        "@context": [ld.V1, ld.DATA_INTEGRITY],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000011",
        "type": ["VerifiableCredential"],
        "issuanceDate": NOW,
        "expirationDate": "2031-05-31T12:00:00Z",
        "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-000000000012"},
    },
    "a bitstring status list": {
        "@context": [ld.V2],
        "id": "https://registrar.parchemin.example/status/1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "validFrom": NOW,
        "credentialSubject": {
            "id": "https://registrar.parchemin.example/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + "A" * 20_000,
        },
    },
    "a status list of 2021": {
        "@context": [ld.V1, "https://w3id.org/vc/status-list/2021/v1", ld.DATA_INTEGRITY],
        "id": "https://registrar.parchemin.example/status/2",
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuanceDate": NOW,
        "credentialSubject": {
            "id": "https://registrar.parchemin.example/status/2#list",
            "type": "StatusList2021",
            "statusPurpose": "revocation",
            "encodedList": "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA",
        },
    },
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_documents_that_issuers_sign_verify_there(judge: Judge, case: str) -> None:
    signer = ld.ed25519_signer()
    issuer = ld.controller(signer)
    signed = ld.sign(OTHERS[case] | {"issuer": issuer}, signer)
    assert {"verified": True} == ask_verify(judge, signed, "eddsa-rdfc-2022", issuer)
    assert 1 == len(ld.check(signed))


@pytest.mark.parametrize("context", [[ld.V2], ld.V2], ids=["in a list", "as a text"])
def test_a_presentation_of_a_token_goes_both_ways(judge: Judge, context: Any) -> None:
    signer = ld.ed25519_signer()
    holder = ld.controller(signer)
    enveloped = {
        "@context": context,
        "id": "data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
        "type": "EnvelopedVerifiableCredential",
    }
    made = ld.sign(presentation(holder, [enveloped]), signer)
    dids = {holder: did_key.document(holder)}
    answer = judge.ask("verifyProof", document=made, suites=["eddsa-rdfc-2022"], dids=dids)
    assert {"verified": True} == answer
    made["verifiableCredential"][0]["id"] += "A"
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(made)
