"""openvc-core both ways: Data Integrity and selective disclosure.

It reads the real clock for tokens, so the world of these tests stands half a minute after it.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openvc.errors import OpenvcError
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.proof.ecdsa_sd import EcdsaSdError, EcdsaSdProofSuite
from openvc.proof.errors import CredentialExpired, ProofMalformed

from keys.local_signer import LocalSigner
from proofs import ecdsa_sd_2023
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import SimulatedIssuer, World, converter, dumped, stamp, urn
from tests.support.peer_openvc import OpenVC, contexts, their_key
from verifier.verification import verify

pytestmark = pytest.mark.interop

SUITES: dict[str, Any] = {
    "eddsa-rdfc-2022": DataIntegrityProofSuite,
    "eddsa-jcs-2022": EddsaJcsProofSuite,
    "ecdsa-rdfc-2019": EcdsaRdfcProofSuite,
    "ecdsa-jcs-2019": EcdsaJcsProofSuite,
}
MANDATORY = ["/issuer", "/validFrom", "/validUntil"]
SELECTIVE = ["/credentialSubject/achievement/name", "/credentialSubject/result/1/value"]


@pytest.fixture
def world() -> World:
    return World(now=datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30))


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


@pytest.fixture
def peer(world: World) -> OpenVC:
    return OpenVC(world)


def ours(world: World, document: Any) -> Report:
    """Verify now, or half a minute later: what the peer has just signed is in force however long it took."""
    raw = document.encode() if isinstance(document, str) else dumped(document)
    return verify(raw, world.evidence(now=max(world.now, datetime.now(UTC))))


def signer_of(issuer: SimulatedIssuer, suite: str) -> LocalSigner:
    return issuer.jose_signer if suite.startswith("ecdsa") else issuer.signer


def theirs_of(issuer: SimulatedIssuer, suite: str) -> Any:
    if suite.startswith("ecdsa"):
        return their_key(issuer.jose_key, issuer.jose_signer)
    return their_key(issuer.key, issuer.signer)


@pytest.mark.parametrize("suite", SUITES)
def test_it_verifies_our_proof_and_refuses_a_change(issuer: SimulatedIssuer, peer: OpenVC, suite: str) -> None:
    signed = issuer.proved(issuer.badge(), cryptosuite=suite, signer=signer_of(issuer, suite))
    assert (f"data-integrity:{suite}", issuer.did) == ((found := peer.verify(signed)).format, found.issuer)
    for name, value in (("name", "Autre"), ("validUntil", "2199-01-01T00:00:00Z")):
        with pytest.raises(OpenvcError):
            peer.verify({**signed, name: value})


def their_proof(world: World, issuer: SimulatedIssuer, suite: str) -> dict[str, Any]:
    more = {} if "jcs" in suite else {"extra_contexts": contexts()}
    signed: dict[str, Any] = SUITES[suite]().add_proof(
        issuer.badge(),
        signing_key=theirs_of(issuer, suite),
        verification_method=signer_of(issuer, suite).verification_method,
        created=world.now - timedelta(minutes=1),
        **more,
    )
    return signed


def altered(signed: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(signed)
    changed["credentialSubject"]["achievement"]["name"] = "Autre"
    return changed


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_we_verify_its_proof_and_refuse_a_change(world: World, issuer: SimulatedIssuer, suite: str) -> None:
    signed = their_proof(world, issuer, suite)
    assert Verdict.VERIFIED is ours(world, signed).verdict
    assert "tampered" == ours(world, altered(signed)).integrity.code


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-jcs-2019"])
def test_its_jcs_proof_lacks_the_context_that_it_signed(world: World, issuer: SimulatedIssuer, suite: str) -> None:
    """Known difference: Data Integrity EdDSA Cryptosuites 1.0, section 3.3.1, step 2: `proof.@context` is set.

    It hashes the proof with the context of the document and leaves it out of what it writes; with the member put
    back the signature holds.
    """
    signed = their_proof(world, issuer, suite)
    assert ("tampered", False) == (ours(world, signed).integrity.code, "@context" in signed["proof"])
    signed["proof"]["@context"] = signed["@context"]
    assert Verdict.VERIFIED is ours(world, signed).verdict
    assert "tampered" == ours(world, altered(signed)).integrity.code


def test_it_refuses_what_is_over_and_what_another_key_signed(
    world: World, issuer: SimulatedIssuer, peer: OpenVC
) -> None:
    over = issuer.proved(issuer.badge(validUntil=stamp(world.now - timedelta(days=1))))
    with pytest.raises(CredentialExpired):
        peer.verify(over)
    assert "expired" == ours(world, over).status.code
    thief = world.issuer("thief")
    stolen = thief.proved(thief.badge(issuer={"id": issuer.did, "type": ["Profile"], "name": "Example University"}))
    with pytest.raises(OpenvcError):
        peer.verify(stolen)
    assert ["not-by-issuer"] == [check.problem.code for check in ours(world, stolen).checks if check.problem]


@pytest.mark.parametrize("kind", ["a course", "a transcript"])
def test_what_does_not_compact_to_itself_verifies_there_by_jcs_alone(
    issuer: SimulatedIssuer, peer: OpenVC, kind: str
) -> None:
    """Known difference: it expands, compacts and wants the same JSON again; some of 1EdTech's terms never are.

    `AchievementCredential` is another name of `OpenBadgeCredential`, which compaction prefers; `association` has a
    type that is no datatype. VC Data Integrity 1.0, section 2.4.1, asks for contexts that are known: ours are.
    """
    document = issuer.course(1) if kind == "a course" else issuer.transcript()
    with pytest.raises(ProofMalformed, match="not in compacted form"):
        peer.verify(issuer.proved(document))
    if kind == "a course":
        document["type"] = ["VerifiableCredential", "OpenBadgeCredential"]
        assert issuer.did == peer.verify(issuer.proved(document)).issuer
    assert issuer.did == peer.verify(issuer.proved(document, cryptosuite="eddsa-jcs-2022")).issuer


# selective disclosure


def sd_badge(issuer: SimulatedIssuer) -> dict[str, Any]:
    badge = issuer.badge()
    badge["credentialSubject"]["result"] = [
        {"id": urn(), "type": ["Result"], "value": value} for value in ("A+", "Distinction")
    ]
    return badge


def bases(world: World, issuer: SimulatedIssuer) -> dict[str, dict[str, Any]]:
    """Return the same badge with a base proof of ours and one of theirs."""
    badge = sd_badge(issuer)
    at = world.now - timedelta(minutes=1)
    return {
        "ours": ecdsa_sd_2023.add_base_proof(
            badge, signer=issuer.jose_signer, created=at, converter=converter(), mandatory=MANDATORY
        ),
        "theirs": EcdsaSdProofSuite().add_base_proof(
            badge,
            signing_key=theirs_of(issuer, "ecdsa-sd-2023"),
            verification_method=issuer.jose_signer.verification_method,
            mandatory_pointers=MANDATORY,
            created=at,
            extra_contexts=contexts(),
        ),
    }


@pytest.mark.parametrize("made", ["ours", "theirs"])
def test_each_derives_from_the_other_s_base_proof_and_both_verify_both(
    world: World, issuer: SimulatedIssuer, peer: OpenVC, made: str
) -> None:
    base = bases(world, issuer)[made]
    shown = [
        ecdsa_sd_2023.derive(base, selective=SELECTIVE, converter=converter()),
        EcdsaSdProofSuite().derive_proof(base, selective_pointers=SELECTIVE[:1], extra_contexts=contexts()),
    ]
    assert ["Distinction"] == [result["value"] for result in shown[0]["credentialSubject"]["result"]]
    for derived in shown:
        achievement = derived["credentialSubject"]["achievement"]
        assert ("Atelier de données", False) == (achievement["name"], "description" in achievement)
        assert issuer.did == peer.verify(derived).issuer
        report = ours(world, derived)
        assert "yes" == report.integrity.answer.value, report.integrity.code
        achievement["name"] = "Autre"
        with pytest.raises(OpenvcError):
            peer.verify(derived)
        assert "tampered" == ours(world, derived).integrity.code


def test_it_points_into_no_array(world: World, issuer: SimulatedIssuer) -> None:
    """Known difference: Data Integrity ECDSA Cryptosuites 1.0, section 3.4.13, leads pointers into arrays."""
    with pytest.raises(EcdsaSdError, match="array-index"):
        EcdsaSdProofSuite().derive_proof(
            bases(world, issuer)["theirs"], selective_pointers=SELECTIVE, extra_contexts=contexts()
        )
