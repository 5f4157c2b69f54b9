"""Proof sets, chains, options: what `add_proof` writes and `check_proofs` answers."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from keys import did_key
from keys.verification_method import VerificationMethod
from proofs.cryptosuite import Securing, UnsuitableKeyError
from proofs.integrity import CRYPTOSUITES
from schemas.limits import Limits
from schemas.problems import ProblemError
from tests.support import linked_data as ld


def unsigned(signer: Any) -> dict[str, Any]:
    return {
        "@context": [ld.V2, ld.ED25519_2020],
        "id": "urn:uuid:00000000-0000-4000-8000-0000000000dd",
        "type": ["VerifiableCredential"],
        "issuer": ld.controller(signer),
        "name": "Hydrologie",
        "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-0000000000ee", "name": "Ève"},
    }


SIGNERS = {
    "eddsa-rdfc-2022": ld.ed25519_signer,
    "eddsa-jcs-2022": ld.ed25519_signer,
    "Ed25519Signature2020": ld.ed25519_signer,
    "ecdsa-rdfc-2019": ld.ecdsa_signer,
    "ecdsa-jcs-2019": ld.ecdsa_signer,
}


@pytest.mark.parametrize("suite", SIGNERS)
def test_a_proof_says_what_it_was_asked_to_say(suite: str) -> None:
    signer = SIGNERS[suite]()
    document = unsigned(signer)
    before = copy.deepcopy(document)
    expires = ld.NOW + timedelta(days=1)
    options = {"domain": "https://x.example", "challenge": "c-1"}
    signed = ld.sign(document, signer, suite, purpose="authentication", expires=expires, **options)
    (finding,) = ld.check(signed, purpose="authentication", **options)
    assert before == document
    assert suite == finding.cryptosuite
    assert (ld.NOW, expires) == (finding.created, finding.expires)
    assert (signer.verification_method, ld.controller(signer)) == (finding.verification_method, finding.controller)
    assert ("authentication", *options.values()) == (finding.purpose, finding.domain, finding.challenge)


def test_every_suite_is_tried_above() -> None:
    assert SIGNERS.keys() <= CRYPTOSUITES.keys()


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_a_key_of_another_kind_does_not_sign(suite: str) -> None:
    signer = ld.ecdsa_signer() if suite.startswith("eddsa") else ld.ed25519_signer()
    with pytest.raises(UnsuitableKeyError):
        ld.sign(unsigned(signer), signer, suite)


def test_no_such_suite() -> None:
    signer = ld.ed25519_signer()
    with pytest.raises(ProblemError, match="suite-unsupported"):
        ld.sign(unsigned(signer), signer, "rot13")


@pytest.mark.parametrize(
    "proof",
    [
        {"type": "Ed25519Signature2018", "jws": "e..x"},
        {"type": "JsonWebSignature2020"},
        {"type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"},
        {"type": "eddsa-rdfc-2022"},
    ],
)
def test_a_kind_of_proof_that_is_not_checked_is_called_so_whatever_else_it_lacks(proof: dict[str, Any]) -> None:
    with pytest.raises(ProblemError, match="suite-unsupported"):
        ld.check(unsigned(ld.ed25519_signer()) | {"proof": proof})


@pytest.mark.parametrize(
    "proof",
    [
        {"type": "DataIntegrityProof"},
        {"type": "DataIntegrityProof", "cryptosuite": ["eddsa-rdfc-2022"]},
        {"type": ["DataIntegrityProof"], "cryptosuite": "eddsa-rdfc-2022"},
        {"type": "Ed25519Signature2020", "cryptosuite": 7},
        {"proofValue": "z"},
    ],
)
def test_a_proof_that_does_not_name_its_kind_is_malformed(proof: dict[str, Any]) -> None:
    with pytest.raises(ProblemError, match="malformed"):
        ld.check(unsigned(ld.ed25519_signer()) | {"proof": proof})


def test_a_proof_that_stands_twice_is_one_proof_of_a_set() -> None:
    """Two Ed25519 proofs of one key and second are equal; the W3C suite demands that they hold (decision 0021)."""
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer, "eddsa-rdfc-2022")
    first, second = ld.check(signed | {"proof": [signed["proof"]] * 2})
    assert first == second
    forged = {**signed["proof"], "created": "2026-01-01T00:00:00Z"}
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(signed | {"proof": [forged] * 2})


def by_hand(signer: Any, document: dict[str, Any], name: str) -> dict[str, Any]:
    """Sign without a date, under another name of eddsa-rdfc-2022."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": name,
        "verificationMethod": signer.verification_method,
        "proofPurpose": "assertionMethod",
    }
    securing = Securing(document, ld.converter(), Limits())
    return document | {"proof": CRYPTOSUITES["eddsa-rdfc-2022"].create(securing, options, signer)}


def test_the_name_of_open_badges_for_eddsa_is_understood() -> None:
    signer = ld.ed25519_signer()
    (finding,) = ld.check(by_hand(signer, unsigned(signer), "eddsa-2022"))
    assert "eddsa-rdfc-2022" == finding.cryptosuite
    signed = ld.sign(unsigned(signer), signer)
    signed["proof"]["cryptosuite"] = "eddsa-2022"
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(signed)


def test_a_third_proof_joins_the_set() -> None:
    signers = [ld.ed25519_signer(), ld.ecdsa_signer(), ld.ed25519_signer()]
    document: Any = unsigned(signers[0])
    for signer, suite in zip(signers, ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022"], strict=True):
        document = ld.sign(document, signer, suite)
    assert [ld.controller(signer) for signer in signers] == [finding.controller for finding in ld.check(document)]
    document["proof"][1]["proofValue"] = document["proof"][1]["proofValue"][:-1] + "2"
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(document)


def chain() -> dict[str, Any]:
    one, two, three = ld.ed25519_signer(), ld.ed25519_signer(), ld.ed25519_signer()
    document = ld.sign(unsigned(one), one, proof_id="urn:x:p1")
    document = ld.sign(document, two, proof_id="urn:x:p2", previous=["urn:x:p1"])
    return ld.sign(document, three, previous=["urn:x:p1", "urn:x:p2"])  # type: ignore[no-any-return]


def test_a_chain_covers_the_proofs_it_names() -> None:
    document = chain()
    assert 3 == len(ld.check(document))
    for change in (lambda p: p.pop(0), lambda p: p[0].update(created="2026-05-31T11:00:00Z"), lambda p: p.pop(1)):
        altered = copy.deepcopy(document)
        change(altered["proof"])
        with pytest.raises(ProblemError, match="tampered"):
            ld.check(altered)


def test_a_link_may_be_cut_off_at_the_end_only() -> None:
    document = chain()
    assert 2 == len(ld.check(document | {"proof": document["proof"][:2]}))


def test_a_chain_on_a_proof_that_is_not_there_is_not_made() -> None:
    signer = ld.ed25519_signer()
    with pytest.raises(ProblemError, match="malformed"):
        ld.sign(unsigned(signer), signer, previous=["urn:x:p1"])


def test_domain_and_challenge_are_compared_character_by_character() -> None:
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer, domain="https://x.example", challenge="c-1")
    for wrong in ("https://x.example/", "https://X.example", "https://x.exampl"):
        with pytest.raises(ProblemError, match="domain-wrong"):
            ld.check(signed, domain=wrong)
    with pytest.raises(ProblemError, match="challenge-wrong"):
        ld.check(signed, challenge="c-10")
    bare = ld.sign(unsigned(signer), signer)
    with pytest.raises(ProblemError, match="domain-wrong"):
        ld.check(bare, domain="https://x.example")


def test_a_list_of_domains_holds_the_one_that_was_asked_for_and_no_other() -> None:
    """Data Integrity, section 4.2: the same texts; a proof that was made for somebody else too could be passed on."""
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer, "eddsa-jcs-2022", domain=["https://x.example"])
    (finding,) = ld.check(signed, domain="https://x.example")
    assert ("https://x.example",) == finding.domain
    with pytest.raises(ProblemError, match="domain-wrong"):
        ld.check(signed, domain="https://z.example")
    for_two = ld.sign(unsigned(signer), signer, "eddsa-jcs-2022", domain=["https://x.example", "https://y.example"])
    assert 1 == len(ld.check(for_two))
    with pytest.raises(ProblemError, match="domain-wrong"):
        ld.check(for_two, domain="https://x.example")


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
def test_the_id_of_a_proof_is_an_address(suite: str) -> None:
    """Data Integrity, section 2.1: "an optional identifier for the proof, which MUST be a URL"."""
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer, suite, proof_id="urn:x:1")
    assert 1 == len(ld.check(signed))
    for wrong in ("proof-1", "", "#1", "urn:x: 1"):
        signed["proof"]["id"] = wrong
        with pytest.raises(ProblemError, match="malformed"):
            ld.check(signed)


@pytest.mark.parametrize(("name", "value"), [("domain", 7), ("domain", ["a", "a"]), ("challenge", 7), ("id", 7)])
def test_options_of_another_form_are_refused(name: str, value: Any) -> None:
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer)
    signed["proof"][name] = value
    with pytest.raises(ProblemError, match="malformed"):
        ld.check(signed)


def test_clocks_may_differ_by_minutes() -> None:
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer, created=ld.NOW + timedelta(minutes=4))
    assert 1 == len(ld.check(signed))
    with pytest.raises(ProblemError, match="out-of-range"):
        ld.check(signed, now=ld.NOW - timedelta(minutes=2))


def test_a_proof_may_say_nothing_about_when_it_was_made() -> None:
    signer = ld.ed25519_signer()
    (finding,) = ld.check(by_hand(signer, unsigned(signer), "eddsa-rdfc-2022"))
    assert finding.created is None


def test_a_key_is_believed_only_while_it_is_in_force() -> None:
    """R84."""
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer)

    def finder(**dates: Any) -> Any:
        return lambda url, purpose: VerificationMethod(url, "did:x:1", signer.public_key, frozenset({purpose}), **dates)

    day = timedelta(days=1)
    assert 1 == len(ld.check(signed, find_key=finder(valid_from=ld.NOW, revoked_from=ld.NOW + day)))
    with pytest.raises(ProblemError, match="not-by-issuer"):
        ld.check(signed, find_key=finder(valid_from=ld.NOW + day))
    with pytest.raises(ProblemError, match="key-compromised"):
        ld.check(signed, find_key=finder(revoked_from=ld.NOW))


def test_too_many_proofs_are_not_looked_at() -> None:
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer)
    signed["proof"] = [signed["proof"]] * 3
    with pytest.raises(ProblemError, match="too-complex"):
        ld.check(signed, limits=Limits(proofs=2))


def test_a_jcs_proof_repeats_the_context_of_its_document() -> None:
    signer = ld.ed25519_signer()
    signed = ld.sign(unsigned(signer), signer, "eddsa-jcs-2022")
    assert signed["@context"] == signed["proof"]["@context"]
    signed["@context"] = [*signed["@context"], ld.EXAMPLES]
    with pytest.raises(ProblemError, match="context of the proof"):
        ld.check(signed)


def test_a_jcs_proof_needs_no_context() -> None:
    signer = ld.ed25519_signer()
    signed = ld.sign({"name": "x"}, signer, "eddsa-jcs-2022")
    assert "@context" not in signed["proof"]
    assert 1 == len(ld.check(signed))


def test_each_curve_has_its_own_hash() -> None:
    signer = ld.ecdsa_signer(ec.SECP384R1())
    signed = ld.sign(unsigned(signer), signer, "ecdsa-rdfc-2019")
    assert 1 == len(ld.check(signed))
    other = did_key.verification_method_for(ld.ecdsa_signer().public_key)
    signed["proof"]["verificationMethod"] = other
    with pytest.raises(ProblemError, match="tampered"):
        ld.check(signed)
