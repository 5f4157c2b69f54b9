"""openbadgeslib both ways: Open Badges 3.0 with Data Integrity and as VC-JWT, records of achievements, lists.

It reads the real clock.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3 import (
    Achievement,
    Issuer,
    OB3LdpSigner,
    OB3LdpVerifier,
    OB3Signer,
    OB3VerificationError,
    OB3Verifier,
    OpenBadgeCredential,
)
from openbadgeslib.ob3.clr import build_clr_credential, bundled_clr_contexts, sign_clr_credential
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.ob3.status_list import build_status_list_credential, status_entry

from keys import did_jwk, did_key
from keys.local_signer import LocalSigner, PrivateKey
from proofs.vc_jose import sign_open_badge
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import SimulatedIssuer, World, dumped, stamp, urn
from tests.support.signers import raw_token
from verifier.verification import verify

pytestmark = pytest.mark.interop


@pytest.fixture
def world() -> World:
    return World(now=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


def ours(world: World, document: Any) -> Report:
    """Verify now: what the peer has just signed is in force however long it took."""
    raw = document.encode() if isinstance(document, str) else dumped(document)
    return verify(raw, world.evidence(now=max(world.now, datetime.now(UTC))))


def download(world: World) -> Callable[[str], bytes]:
    """Return what the peer fetches with: DID documents and status lists of the world."""

    def fetch(url: str) -> bytes:
        if url in world.status.lists:
            return world.status.lists[url]
        did = "did:web:" + url.removeprefix("https://").removesuffix("/did.json").replace("/", ":")
        return dumped(world.documents[did])

    return fetch


def pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def their_badge(world: World, did: str, **changes: Any) -> OpenBadgeCredential:
    values: dict[str, Any] = {
        "issuer": Issuer(id=did, name="Université de l’Exemple", url="https://universite.example"),
        "recipient_id": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "achievement": Achievement(
            id="https://universite.example/achievements/1",
            name="Atelier de données",
            description="Nettoyer, décrire et publier.",
            criteria_narrative="Trois travaux réussis.",
            tags=["données", "atelier"],
        ),
        "issuance_date": world.now - timedelta(days=30),
        "expiration_date": world.now + timedelta(days=365),
        "evidence_url": "https://universite.example/preuves/1",
        "credits_earned": 1.5,
    }
    return OpenBadgeCredential(**{**values, **changes})


# Data Integrity


def test_it_verifies_our_badge_by_its_did_web_and_refuses_a_change(world: World, issuer: SimulatedIssuer) -> None:
    signed = issuer.proved(issuer.badge())
    judge = OB3LdpVerifier.for_issuer_did(issuer.did)
    assert signed["id"] == judge.verify(signed, download=download(world)).id
    for name, value in (("name", "Autre"), ("validUntil", "2199-01-01T00:00:00Z")):
        with pytest.raises(OB3VerificationError):
            judge.verify({**signed, name: value}, download=download(world))
    with pytest.raises(OB3VerificationError, match="anchored"):
        OB3LdpVerifier.for_issuer_did(world.issuer("other").did).verify(signed, download=download(world))


def test_it_and_we_refuse_a_badge_that_is_over(world: World, issuer: SimulatedIssuer) -> None:
    over = issuer.proved(issuer.badge(validUntil=stamp(world.now - timedelta(days=1))))
    with pytest.raises(OB3VerificationError, match="expired"):
        OB3LdpVerifier().verify(over, download=download(world))
    assert "expired" == ours(world, over).status.code


@pytest.mark.parametrize("method", ["web", "key"])
def test_we_verify_its_badge_and_refuse_a_change(world: World, issuer: SimulatedIssuer, method: str) -> None:
    if method == "web":
        did, signer = issuer.did, OB3LdpSigner(pem(issuer.key), issuer.signer.verification_method)
    else:
        did, signer = did_key.did_for(issuer.key.public_key()), OB3LdpSigner(pem(issuer.key))
        world.trust(did)
    signed = signer.sign(their_badge(world, did), created=world.now - timedelta(minutes=1))
    assert Verdict.VERIFIED is ours(world, signed).verdict
    altered = copy.deepcopy(signed)
    altered["credentialSubject"]["creditsEarned"] = 15
    assert "tampered" == ours(world, altered).integrity.code


def test_it_reads_one_proof_of_a_set(world: World, issuer: SimulatedIssuer) -> None:
    """Known difference: VC Data Integrity 1.0, section 4.5: each proof of a set is verified."""
    context = "https://w3id.org/security/suites/ed25519-2020/v1"
    badge = issuer.badge()
    badge["@context"] = [*badge["@context"], context]
    both = issuer.proved(issuer.proved(badge), cryptosuite="Ed25519Signature2020")
    assert Verdict.VERIFIED is ours(world, both).verdict
    with pytest.raises(OB3VerificationError, match=r"ed25519-2020|not in compacted form|context"):
        OB3LdpVerifier().verify(both, download=download(world))
    one = {**issuer.proved(issuer.badge())}
    one["proof"] = [one["proof"], {**both["proof"][1]}]
    assert one["id"] == OB3LdpVerifier().verify(one, download=download(world)).id
    assert "no" == ours(world, one).integrity.answer.value


# records


def test_records_of_signed_parts_go_both_ways(world: World, issuer: SimulatedIssuer) -> None:
    mine = issuer.proved(issuer.transcript())
    verify_data_integrity_proof(mine, public_pem(issuer.key), extra_contexts=bundled_clr_contexts())
    altered = copy.deepcopy(mine)
    altered["credentialSubject"]["verifiableCredential"][1]["name"] = "Autre"
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(altered, public_pem(issuer.key), extra_contexts=bundled_clr_contexts())

    signer = OB3LdpSigner(pem(issuer.key), issuer.signer.verification_method)
    parts = [signer.sign(their_badge(world, issuer.did), created=world.now - timedelta(minutes=1)) for _ in range(2)]
    record = build_clr_credential(
        {"id": issuer.did, "type": ["Profile"], "name": "Université de l’Exemple"},
        [{"type": "IdentityObject", "hashed": False, "identityHash": "Zoé", "identityType": "name"}],
        parts,
        credential_id=urn(),
        valid_from=world.now - timedelta(days=1),
    )
    theirs = sign_clr_credential(record, pem(issuer.key), issuer.signer.verification_method)
    report = ours(world, theirs)
    assert (Verdict.VERIFIED, [Verdict.VERIFIED] * 2) == (report.verdict, [item.verdict for item in report.items])
    theirs["credentialSubject"]["verifiableCredential"][1]["name"] = "Autre"
    assert "tampered" == ours(world, theirs).integrity.code


# VC-JWT


def jose_signer(world: World, kind: str) -> tuple[PrivateKey, LocalSigner, str]:
    """Return a key, its signer and its did:key, or did:jwk for RSA; both are trusted."""
    issuer = world.stranger()
    if kind == "RS256":
        key: PrivateKey = rsa.generate_private_key(65537, 2048)
        did = did_jwk.did_for(key.public_key())
        signer = LocalSigner(key, verification_method=f"{did}#0")
        world.documents[did] = did_jwk.document(did)
    else:
        key = issuer.jose_key if kind == "ES256" else issuer.key
        did = did_key.did_for(key.public_key())
        signer = LocalSigner(key, verification_method=did_key.verification_method_for(key.public_key()))
    world.trust(did)
    return key, signer, did


@pytest.mark.parametrize("kind", ["ES256", "RS256"])
def test_it_verifies_our_badge_as_a_token_and_refuses_a_change(
    world: World, issuer: SimulatedIssuer, kind: str
) -> None:
    key, signer, did = jose_signer(world, kind)
    badge = issuer.badge(issuer={"id": did, "type": ["Profile"], "name": "Example University"})
    token = sign_open_badge(badge, signer=signer)
    judge = OB3Verifier(public_pem(key), issuer_did=did)
    assert badge["id"] == judge.verify(token).id
    header, _, signature = token.split(".")
    other = sign_open_badge({**badge, "name": "Autre"}, signer=signer).split(".")[1]
    with pytest.raises(OB3VerificationError):
        judge.verify(f"{header}.{other}.{signature}")


def test_it_finds_our_key_by_the_did_web_and_the_kid(world: World, issuer: SimulatedIssuer) -> None:
    badge = issuer.badge()
    judge = OB3Verifier.for_issuer_did(issuer.did, download=download(world))
    assert badge["id"] == judge.verify(sign_open_badge(badge, signer=issuer.jose_signer)).id
    thief = world.issuer("thief")
    with pytest.raises(OB3VerificationError):
        judge.verify(sign_open_badge(badge, signer=thief.jose_signer))


@pytest.mark.parametrize("kind", ["ES256", "RS256", "EdDSA"])
def test_we_verify_its_token_where_the_key_is_the_issuer(world: World, kind: str) -> None:
    """It brings `jwk` and no `kid`; the key must still be the issuer's. EdDSA is more than 1EdTech asks for."""
    key, _, did = jose_signer(world, kind)
    signer = OB3Signer(pem(key), algorithm=kind)
    token = signer.sign(their_badge(world, did))
    assert Verdict.VERIFIED is ours(world, token).verdict
    header, _, signature = token.split(".")
    other = signer.sign(their_badge(world, did)).split(".")[1]
    assert "tampered" == ours(world, f"{header}.{other}.{signature}").integrity.code
    other_key, _, _ = jose_signer(world, kind)
    forged = OB3Signer(pem(other_key), algorithm=kind).sign(their_badge(world, did))
    assert "not-by-issuer" == ours(world, forged).integrity.code


def test_a_token_without_kid_is_no_did_web_s(world: World, issuer: SimulatedIssuer) -> None:
    """Known difference: it takes the first key of the document; we guess none."""
    token = OB3Signer(pem(issuer.jose_key), algorithm="ES256").sign(their_badge(world, issuer.did))
    assert "not-by-issuer" == ours(world, token).integrity.code
    payload = json.loads(json.dumps(their_badge(world, issuer.did).to_jwt_payload()))
    named = raw_token(
        {"alg": "ES256", "typ": "JWT", "kid": issuer.jose_signer.verification_method}, payload, issuer.jose_signer
    )
    assert Verdict.VERIFIED is ours(world, named).verdict


# status lists


def test_it_reads_our_lists(world: World, issuer: SimulatedIssuer) -> None:
    """Known difference: it verifies lists that are tokens alone; Bitstring Status List 1.0, section 3.2: any proof."""
    signed = issuer.proved(issuer.badge(credentialStatus=[issuer.entry(7), issuer.entry(131_071, "suspension")]))
    judge = OB3LdpVerifier.for_issuer_did(issuer.did)

    def reads(*, as_token: bool) -> bool:
        if as_token:
            for purpose in ("revocation", "suspension"):
                token = sign_open_badge(issuer.unsigned_list(purpose), signer=issuer.jose_signer)
                world.status.lists[issuer.list_url(purpose)] = token.encode()
        try:
            judge.verify(signed, check_status=True, verify_status_list=as_token, download=download(world))
        except OB3VerificationError as error:
            if "is set at index" not in str(error):
                raise
            return False
        return True

    with pytest.raises(OB3VerificationError, match="not a signed JWT-VC"):
        judge.verify(signed, check_status=True, download=download(world))
    assert [True, True] == [reads(as_token=False), reads(as_token=True)]
    issuer.set_bit(131_071, "suspension")
    assert [False, False] == [reads(as_token=False), reads(as_token=True)]
    issuer.set_bit(131_071, "suspension", 0)
    issuer.revoke(7)
    assert [False, False] == [reads(as_token=False), reads(as_token=True)]
    assert "revoked" == ours(world, signed).status.code


@pytest.mark.parametrize("index", [0, 7, 8, 131_071])
def test_we_read_its_list(world: World, issuer: SimulatedIssuer, index: int) -> None:
    address = issuer.list_url("revocation")
    signed = issuer.proved(issuer.badge(credentialStatus=status_entry(address, "revocation", index)))
    for bits, code in (([], None), ([index], "revoked")):
        made = build_status_list_credential(
            issuer.did,
            address,
            "revocation",
            bits,
            issued=world.now - timedelta(minutes=5),
            valid_until=world.now + timedelta(days=1),
        )
        world.status.lists[address] = issuer.signed(made)
        assert code == ours(world, signed).status.code
