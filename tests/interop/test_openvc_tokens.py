"""openvc-core both ways: tokens, SD-JWT VC by DID and by certificates, status lists of both kinds.

It reads the real clock for tokens, so the world of these tests stands half a minute after it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from openvc import P256SigningKey
from openvc.errors import OpenvcError
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.proof.vp_jwt import VpJwtProofSuite
from openvc.status import bitstring as their_bits
from openvc.status import token_status_list as their_tokens
from openvc.status.bitstring import StatusListError
from openvc.status.issue import (
    build_status_list_credential,
    build_status_list_entry,
    build_status_list_token,
    verify_status_list_token,
)
from openvc.status.status_list import CredentialRevoked, CredentialSuspended

from keys.certificates import DevelopmentCA
from keys.jwk import public_key_to_jwk
from keys.local_signer import LocalSigner
from keys.x5c import ChainTrust, x5c_of
from proofs import sd_jwt_vc, token_status_list
from proofs.key_binding import ExpectedBinding
from proofs.sd_jwt import Concealed
from proofs.vc_jose import sign_credential, sign_credential_v1, sign_open_badge
from schemas.problems import ProblemError
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import V1, SimulatedIssuer, World, dumped, stamp, urn
from tests.support.peer_openvc import OpenVC, their_key
from tests.support.signers import key_finder
from verifier.verification import verify

pytestmark = pytest.mark.interop

ASKED = ExpectedBinding("https://employer.example", "n-0S6_WzA2Mj")


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


def theirs_of(issuer: SimulatedIssuer, suite: str) -> Any:
    if suite.startswith("ecdsa"):
        return their_key(issuer.jose_key, issuer.jose_signer)
    return their_key(issuer.key, issuer.signer)


# tokens


def older(world: World, issuer: SimulatedIssuer, **changes: Any) -> dict[str, Any]:
    document = {
        "@context": [V1],
        "id": urn(),
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "issuanceDate": stamp(world.now - timedelta(days=1)),
        "credentialSubject": {"id": urn(), "degree": "Baccalauréat"},
    }
    return {name: value for name, value in {**document, **changes}.items() if value is not None}


@pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
def test_it_verifies_our_tokens_of_the_older_model(
    world: World, issuer: SimulatedIssuer, peer: OpenVC, kind: str
) -> None:
    by = issuer.jose_signer if kind == "ES256" else issuer.signer
    token = sign_credential_v1(older(world, issuer), signer=by)
    assert ("vc-jwt", issuer.did) == ((found := peer.verify(token)).format, found.issuer)
    header, _, signature = token.split(".")
    other = sign_credential_v1(older(world, issuer), signer=by).split(".")[1]
    with pytest.raises(OpenvcError):
        peer.verify(f"{header}.{other}.{signature}")
    with pytest.raises(OpenvcError):
        peer.verify(
            sign_credential_v1(older(world, issuer, expirationDate=stamp(world.now - timedelta(hours=1))), signer=by)
        )


@pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
def test_we_verify_its_tokens_of_the_older_model(world: World, issuer: SimulatedIssuer, kind: str) -> None:
    """Known difference: its `nbf` is the time of signing; VCDM 1.1, section 6.3.1: it says `issuanceDate`."""
    key = theirs_of(issuer, "ecdsa" if kind == "ES256" else "eddsa")
    token = VcJwtProofSuite().sign(older(world, issuer, issuanceDate=None), signing_key=key)
    assert Verdict.VERIFIED is ours(world, token).verdict
    header, _, signature = token.split(".")
    other = VcJwtProofSuite().sign(older(world, issuer, issuanceDate=None), signing_key=key).split(".")[1]
    assert "tampered" == ours(world, f"{header}.{other}.{signature}").integrity.code
    contradicting = VcJwtProofSuite().sign(older(world, issuer), signing_key=key)
    assert "malformed" == ours(world, contradicting).integrity.code


def test_tokens_of_the_newer_model_are_not_common_ground(world: World, issuer: SimulatedIssuer, peer: OpenVC) -> None:
    """Known difference: it wants `vc` in every token; Securing VCs using JOSE and COSE, section 1.1.2.1: none."""
    for token in (
        sign_credential(issuer.badge(), signer=issuer.jose_signer),
        sign_open_badge(issuer.badge(), signer=issuer.jose_signer),
    ):
        assert Verdict.VERIFIED is ours(world, token).verdict
        with pytest.raises(OpenvcError, match=r"no issuer|no embedded `vc`"):
            peer.verify(token)
    theirs = VcJwtProofSuite().sign(issuer.badge(), signing_key=theirs_of(issuer, "ecdsa"))
    assert "malformed" == ours(world, theirs).integrity.code
    shown = VpJwtProofSuite().sign(
        [theirs], holder_key=theirs_of(issuer, "eddsa"), audience=ASKED.audience, nonce=ASKED.nonce
    )
    assert "malformed" == ours(world, shown).integrity.code


# SD-JWT VC

VCT = "https://registrar.parchemin.example/types/transcript"


@pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
def test_it_verifies_our_sd_jwt_vc_and_our_key_binding(
    world: World, issuer: SimulatedIssuer, peer: OpenVC, kind: str
) -> None:
    by = issuer.jose_signer if kind == "ES256" else issuer.signer
    holder = world.stranger()
    claims = {
        "iss": issuer.did,
        "iat": int(world.now.timestamp()) - 60,
        "degree": Concealed("Baccalauréat"),
        "terms": [Concealed({"name": "Hiver", "courses": [Concealed({"code": "B1", "grade": Concealed("C")})]})],
    }
    token = sd_jwt_vc.issue(claims, vct=VCT, signer=by, holder_key=holder.signer.public_key)
    shown = sd_jwt_vc.present(
        token,
        disclose=["/terms/0/courses/0/grade"],
        holder=holder.signer,
        audience=ASKED.audience,
        nonce=ASKED.nonce,
        now=world.now - timedelta(seconds=30),
    )
    policy: dict[str, Any] = {
        "audience": ASKED.audience,
        "nonce": ASKED.nonce,
        "require_key_binding": True,
        "expected_vct": VCT,
    }
    found = peer.verify(shown, **policy)
    assert found.claims is not None
    assert ([{"name": "Hiver", "courses": [{"code": "B1", "grade": "C"}]}], True) == (
        found.claims["terms"],
        found.key_bound,
    )
    assert "degree" not in found.claims
    for wrong in ({**policy, "nonce": "other"}, {**policy, "audience": "https://other.example"}):
        with pytest.raises(OpenvcError):
            peer.verify(shown, **wrong)
    disclosure = shown.split("~")[1]
    altered_end = "BBBB" if disclosure.endswith("AAAA") else "AAAA"
    with pytest.raises(OpenvcError):
        peer.verify(shown.replace(disclosure, disclosure[:-4] + altered_end), **policy)


def test_we_verify_its_sd_jwt_vc_and_its_key_binding(world: World, issuer: SimulatedIssuer) -> None:
    holder = world.stranger()
    suite = SdJwtVcProofSuite()
    token = suite.issue(
        {"iss": issuer.did, "degree": "Baccalauréat", "grade": "A"},
        signing_key=theirs_of(issuer, "ecdsa"),
        disclosable=["degree", "grade"],
        holder_jwk=public_key_to_jwk(holder.signer.public_key),
        vct=VCT,
        decoys=3,
    )
    assert Verdict.VERIFIED is ours(world, token).verdict
    one = sd_jwt_vc.present(token, disclose=["/degree"], now=world.now)
    shown = suite.create_presentation(
        one, holder_key=their_key(holder.key, holder.signer), audience=ASKED.audience, nonce=ASKED.nonce
    )
    find = key_finder(world.evidence().resolver)
    found = sd_jwt_vc.check_sd_jwt_vc(shown, find_key=find, now=world.now, expected=ASKED)
    assert ("Baccalauréat", True, VCT) == (found.claims["degree"], found.holder_proved, found.claims["vct"])
    assert "grade" not in found.claims
    with pytest.raises(ProblemError, match="challenge-wrong"):
        sd_jwt_vc.check_sd_jwt_vc(
            shown, find_key=find, now=world.now, expected=ExpectedBinding(ASKED.audience, "other")
        )


def test_chains_of_certificates_go_both_ways(world: World, issuer: SimulatedIssuer, peer: OpenVC) -> None:
    """interop.md: SD-JWT VC by ES256 with `x5c`; the first certificate names the issuer's DID."""
    authority, other = (DevelopmentCA.create(now=world.now - timedelta(days=1)) for _ in range(2))
    chain = authority.seal_certificate(
        issuer.jose_key.public_key(), organisation="Université", did=issuer.did, now=world.now - timedelta(days=1)
    )
    named = LocalSigner(issuer.jose_key, verification_method=issuer.jose_signer.verification_method, certificates=chain)
    claims = {"iss": issuer.did, "iat": int(world.now.timestamp()) - 60, "degree": Concealed("Baccalauréat")}
    mine = sd_jwt_vc.issue(claims, vct=VCT, signer=named)
    assert issuer.did == peer.verify(mine, roots=[authority.root]).issuer
    with pytest.raises(OpenvcError):
        peer.verify(mine, roots=[other.root])

    site = "https://registrar.parchemin.example"
    chain = authority.seal_certificate(
        issuer.jose_key.public_key(), organisation="Université", did=site, now=world.now - timedelta(days=1)
    )
    theirs = SdJwtVcProofSuite().issue(
        {"iss": site, "degree": "Baccalauréat"},
        signing_key=P256SigningKey(issuer.jose_key, "leaf"),
        disclosable=["degree"],
        vct=VCT,
        x5c=x5c_of(chain),
    )
    crl = authority.crl(now=world.now).public_bytes(Encoding.DER)

    def check(root: x509.Certificate) -> str:
        chains = ChainTrust(lambda _: [root], lambda: [crl])
        return sd_jwt_vc.check_sd_jwt_vc(theirs, find_key=key_finder(), now=world.now, chains=chains).controller

    assert site == check(authority.root)
    with pytest.raises(ProblemError, match="certificate-untrusted"):
        check(other.root)


# status lists


def test_it_reads_our_bitstring_lists(issuer: SimulatedIssuer, peer: OpenVC) -> None:
    both = issuer.badge(credentialStatus=[issuer.entry(7), issuer.entry(131_071, "suspension")])
    signed = issuer.proved(both)
    found = peer.verify(signed, require_status_issuer_binding=True)
    assert [(7, False), (131_071, False)] == [(e.entry.index, e.is_set) for e in found.status.entries]  # type: ignore[union-attr]
    issuer.set_bit(131_071, "suspension")
    with pytest.raises(CredentialSuspended):
        peer.verify(signed)
    issuer.revoke(7)
    with pytest.raises(CredentialRevoked):
        peer.verify(signed)


@pytest.mark.parametrize("index", [0, 7, 8, 131_071])
def test_we_read_its_bitstring_list(world: World, issuer: SimulatedIssuer, index: int) -> None:
    """The first index is the left-most bit (Bitstring Status List 1.0, section 3.2)."""
    address = issuer.list_url("revocation")
    badge = issuer.badge(credentialStatus=build_status_list_entry(status_list_credential=address, index=index))
    signed = issuer.proved(badge)
    for value, status in ((0, None), (1, "revoked")):
        bits = their_bits.new_bitstring(131_072)
        their_bits.set_status_bit(bits, index, value)
        made = build_status_list_credential(
            id=address,
            issuer=issuer.did,
            bitstring=bits,
            valid_from=world.now - timedelta(minutes=5),
            valid_until=world.now + timedelta(days=1),
        )
        world.status.lists[address] = dumped(
            DataIntegrityProofSuite().add_proof(
                made,
                signing_key=theirs_of(issuer, "eddsa"),
                verification_method=issuer.signer.verification_method,
                created=world.now - timedelta(minutes=5),
            )
        )
        assert status == ours(world, signed).status.code


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_token_status_lists_go_both_ways(world: World, issuer: SimulatedIssuer, bits: int) -> None:
    """The first entry is in the least significant bits: the other way round than in a bitstring."""
    uri, value = "https://registrar.parchemin.example/token-status/1", (1 << bits) - 1
    mine = token_status_list.TokenStatuses(64, bits=bits)
    mine[13] = value
    token = token_status_list.issue_list(
        mine,
        uri=uri,
        signer=issuer.jose_signer,
        issued_at=world.now - timedelta(seconds=60),
        expires=world.now + timedelta(days=1),
    )
    jwk = public_key_to_jwk(issuer.jose_signer.public_key)
    found = verify_status_list_token(token, public_key_jwk=jwk, expected_uri=uri)["status_list"]
    data = their_tokens.decode_status_list(found["lst"])
    assert [0, value, 0] == [their_tokens.get_status(data, place, bits=found["bits"]) for place in (12, 13, 14)]
    with pytest.raises(StatusListError, match="sub"):
        verify_status_list_token(token, public_key_jwk=jwk, expected_uri=uri + "0")

    packed = their_tokens.new_status_list(64, bits=bits)
    their_tokens.set_status(packed, 13, value, bits=bits)
    theirs = build_status_list_token(
        signing_key=theirs_of(issuer, "ecdsa"),
        uri=uri,
        status_list=packed,
        bits=bits,
        issued_at=world.now - timedelta(seconds=60),
        issuer=issuer.did,
    )
    read = [
        token_status_list.check_list(
            theirs,
            token_status_list.TokenStatusEntry(uri, place),
            issuer=issuer.did,
            find_key=key_finder(world.evidence().resolver),
            now=world.now,
        )
        for place in (12, 13, 14)
    ]
    assert [0, value, 0] == read
