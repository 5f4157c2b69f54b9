"""Presentations: who shows it, to whom, and whose are the documents (threats.md E)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from proofs.vc_jose import sign_credential, sign_presentation
from schemas.problems import Outcome
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import NOW, V1, V2, SimulatedIssuer, World, dumped, stamp
from tests.support.signers import raw_token
from verifier.evidence import Expected
from verifier.verification import verify
from verifier.wording import sentences

EXPECTED = Expected(challenge="3f1c-challenge", domain="https://employer.example")
ANSWER = {"challenge": EXPECTED.challenge, "domain": EXPECTED.domain}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


@pytest.fixture
def holder(world: World) -> SimulatedIssuer:
    return world.stranger()


def badge_for(issuer: SimulatedIssuer, holder: SimulatedIssuer, **changes: Any) -> dict[str, Any]:
    """Return an unsigned badge bound to the holder's key (R95)."""
    document = issuer.badge(**changes)
    document["credentialSubject"]["id"] = holder.did
    return document


def codes(report: Report) -> dict[str, str | None]:
    return {
        check.id: check.problem.code if check.problem else None
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    }


def test_a_presentation_and_what_it_shows_are_verified(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """R91."""
    badges = [issuer.proved(badge_for(issuer, holder)) for _ in range(2)]
    raw = holder.presented(holder.presentation(*badges), **ANSWER)
    report = verify(raw, world.evidence(expected=EXPECTED))
    assert Verdict.VERIFIED is report.verdict
    assert "presentation" == report.kind
    assert [badge["id"] for badge in badges] == [item.document_id for item in report.items]
    assert ["structure", "signature", "binding", "status", "holder"] == [check.id for check in report.checks]
    assert "about the holder" == report.checks[-1].note
    assert f"Presented by the holder of the key {holder.did}." == sentences(report, "en").lines[2].sentence


def test_a_presentation_of_nothing_proves_the_key(world: World, holder: SimulatedIssuer) -> None:
    """DIDAuthentication: the answer of a wallet that shows no credential (interop.md, message 2)."""
    raw = holder.presented(holder.presentation(verifiableCredential=None), **ANSWER)
    assert Verdict.VERIFIED is verify(raw, world.evidence(expected=EXPECTED)).verdict


def test_a_presentation_that_names_no_holder_is_shown_by_its_signer(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    badge = issuer.proved(badge_for(issuer, holder))
    raw = holder.presented(holder.presentation(badge, holder=None), **ANSWER)
    report = verify(raw, world.evidence(expected=EXPECTED))
    assert Verdict.VERIFIED is report.verdict
    assert holder.did == report.identity.facts["holder"]


def test_a_holder_written_as_an_object_is_read(world: World, holder: SimulatedIssuer) -> None:
    raw = holder.presented(holder.presentation(verifiableCredential=None, holder={"id": holder.did}))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict


def test_a_presentation_as_a_token_is_verified(world: World, issuer: SimulatedIssuer) -> None:
    holder = world.issuer("wallet")
    token = sign_presentation(
        holder.presentation(issuer.proved(badge_for(issuer, holder))),
        signer=holder.signer,
        audience=str(EXPECTED.domain),
        nonce=str(EXPECTED.challenge),
        issued_at=NOW,
    )
    report = verify(token.encode(), world.evidence(expected=EXPECTED))
    assert Verdict.VERIFIED is report.verdict
    envelope = {"@context": [V2], "type": "EnvelopedVerifiablePresentation", "id": f"data:application/vp+jwt,{token}"}
    assert Verdict.VERIFIED is verify(dumped(envelope), world.evidence(expected=EXPECTED)).verdict
    for wrong, code in (
        (Expected(challenge="other", domain=EXPECTED.domain), "challenge-wrong"),
        (Expected(challenge=EXPECTED.challenge, domain="https://employer.example/"), "domain-wrong"),
    ):
        assert {"signature": code}.items() <= codes(verify(token.encode(), world.evidence(expected=wrong))).items()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"challenge": "3f1c-challenge"}, "domain-wrong"),
        ({"domain": "https://employer.example"}, "challenge-wrong"),
        ({**ANSWER, "challenge": "3f1c-challeng"}, "challenge-wrong"),
        ({**ANSWER, "challenge": "3f1c-challenge2"}, "challenge-wrong"),
        ({**ANSWER, "challenge": "3F1C-CHALLENGE"}, "challenge-wrong"),
        ({**ANSWER, "domain": "https://employer.example.evil"}, "domain-wrong"),
        ({**ANSWER, "domain": "https://employer"}, "domain-wrong"),
        ({**ANSWER, "expires": NOW}, "proof-expired"),
        ({**ANSWER, "purpose": "assertionMethod"}, "purpose-wrong"),
    ],
)
def test_a_presentation_made_for_another_question_fails(
    world: World, holder: SimulatedIssuer, options: Mapping[str, Any], code: str
) -> None:
    """E01, E03; the twin is the first test of this page."""
    raw = holder.presented(holder.presentation(verifiableCredential=None), **options)
    report = verify(raw, world.evidence(expected=EXPECTED))
    assert code == codes(report)["signature"]
    assert Verdict.FAILED is report.verdict
    assert ["structure", "signature", "binding", "status", "holder"] == [check.id for check in report.checks]


def test_an_edited_challenge_is_found(world: World, holder: SimulatedIssuer) -> None:
    """E01."""
    raw = holder.presented(holder.presentation(verifiableCredential=None), challenge="old", domain=EXPECTED.domain)
    edited = raw.replace(b'"old"', b'"3f1c-challenge"')
    assert "tampered" == codes(verify(edited, world.evidence(expected=EXPECTED)))["signature"]


def test_an_unsigned_presentation_fails(world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer) -> None:
    """E03."""
    raw = dumped(holder.presentation(issuer.proved(issuer.badge())))
    report = verify(raw, world.evidence())
    assert "proof-missing" == codes(report)["signature"]
    assert Verdict.FAILED is report.verdict


def test_a_holder_whose_key_did_not_sign_is_refused(world: World, holder: SimulatedIssuer) -> None:
    """E04: and an edited holder is a change."""
    victim = world.issuer("victim")
    raw = holder.presented(holder.presentation(verifiableCredential=None, holder=victim.did))
    report = verify(raw, world.evidence())
    assert {"binding": "not-by-issuer"} == codes(report)
    own = holder.presented(holder.presentation(verifiableCredential=None))
    edited = own.replace(f'"holder": "{holder.did}"'.encode(), f'"holder": "{victim.did}"'.encode())
    assert "tampered" == codes(verify(edited, world.evidence()))["signature"]


def test_two_holders_do_not_show_one_presentation(world: World, holder: SimulatedIssuer) -> None:
    other = world.stranger()
    signed = holder.proved(holder.presentation(verifiableCredential=None), purpose="authentication")
    assert {"binding": "not-by-issuer"} == codes(verify(other.presented(signed), world.evidence()))


def test_a_stolen_credential_is_flagged(world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer) -> None:
    """E05: the thief's own key, the victim's badge."""
    thief = world.stranger()
    raw = thief.presented(thief.presentation(issuer.proved(badge_for(issuer, holder))))
    report = verify(raw, world.evidence())
    assert {"holder": "holder-mismatch"} == codes(report)
    assert ("no", Verdict.FAILED) == (report.identity.answer.value, report.verdict)
    assert Verdict.VERIFIED is report.items[0].verdict


def test_a_stolen_credential_in_an_envelope_is_flagged(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    thief = world.stranger()
    token = sign_credential(badge_for(issuer, holder), signer=issuer.jose_signer)
    envelope = {"@context": [V2], "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}
    assert {"holder": "holder-mismatch"} == codes(
        verify(thief.presented(thief.presentation(envelope)), world.evidence())
    )
    own = holder.presented(holder.presentation(envelope))
    assert Verdict.VERIFIED is verify(own, world.evidence()).verdict


def test_a_bearer_document_may_be_shown_by_anybody(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """R95: bearer forms say so."""
    report = verify(holder.presented(holder.presentation(issuer.proved(issuer.badge()))), world.evidence())
    assert Verdict.VERIFIED is report.verdict
    assert "about nobody whose key is known" == report.checks[-1].note


def test_one_bad_credential_of_two_fails_with_its_own_reason(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """E06: tampered, expired, unsigned, in a victim's name, revoked, out of reach."""
    good = issuer.proved(badge_for(issuer, holder))
    altered = json.loads(json.dumps(issuer.proved(badge_for(issuer, holder))).replace("Atelier", "Atelies"))
    unsigned = badge_for(issuer, holder)
    expired = issuer.proved(badge_for(issuer, holder, validUntil=stamp(NOW - timedelta(days=1))))
    forged = holder.proved(badge_for(issuer, holder))
    revoked = issuer.proved(badge_for(issuer, holder, index=3))
    issuer.revoke(3)
    expectations = [
        (altered, "signature", "tampered", Verdict.FAILED),
        (unsigned, "signature", "proof-missing", Verdict.FAILED),
        (expired, "validity", "expired", Verdict.WAS_VALID),
        (forged, "binding", "not-by-issuer", Verdict.FAILED),
        (revoked, "status", "revoked", Verdict.FAILED),
    ]
    for bad, check, code, verdict in expectations:
        report = verify(holder.presented(holder.presentation(good, bad)), world.evidence())
        assert [Verdict.VERIFIED, verdict] == [item.verdict for item in report.items], code
        assert code == codes(report.items[1])[check]
        assert verdict is report.verdict
    world.status.unreachable.add(issuer.list_url("revocation"))
    report = verify(holder.presented(holder.presentation(good, revoked)), world.evidence())
    assert Verdict.NOT_FULLY_CHECKED is report.verdict


def test_a_credential_swapped_or_added_after_signing_is_found(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """E06."""
    first, second = (issuer.proved(badge_for(issuer, holder)) for _ in range(2))
    signed = holder.proved(holder.presentation(first), purpose="authentication")
    for inside in ([second], [first, second], []):
        report = verify(dumped({**signed, "verifiableCredential": inside}), world.evidence())
        assert {"structure", "signature"} & codes(report).keys()


def test_what_is_no_credential_is_refused_inside(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """E07: a nested presentation, a bare token, too many."""
    nested = holder.proved(holder.presentation(verifiableCredential=None), purpose="authentication")
    token = sign_credential(issuer.badge(), signer=issuer.jose_signer)
    badge = issuer.proved(issuer.badge())
    for inside in ([nested], [token], [badge] * 2, [{**badge, "id": f"urn:x:{n}"} for n in range(2_000)]):
        document = holder.presentation(verifiableCredential=None) | {"verifiableCredential": inside}
        signed = document | {"proof": badge["proof"]}
        report = verify(dumped(signed), world.evidence())
        assert Verdict.FAILED is report.verdict
        assert {"structure", "signature"} & codes(report).keys()


def older_token(by: SimulatedIssuer, inside: object, *, media: str) -> str:
    """Return a token of VCDM 1.1: a presentation (`vp`) of `inside`, or a credential (`vc`) about it."""
    if media == "vc":
        content = {"type": ["VerifiableCredential"], "credentialSubject": {"id": inside}}
        claims: dict[str, Any] = {"iss": by.did, "nbf": int(NOW.timestamp()), "sub": inside}
    else:
        content = {"type": ["VerifiablePresentation"], "verifiableCredential": inside}
        claims = {"iss": by.did, "nonce": EXPECTED.challenge, "aud": EXPECTED.domain}
    header = {"alg": "EdDSA", "typ": "JWT", "kid": by.signer.verification_method}
    return raw_token(header, {**claims, media: {"@context": [V1], **content}}, by.signer)


def test_a_presentation_of_tokens_of_the_older_model_is_verified_with_each_of_them(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """VCDM 1.1, section 6.3.1: what jwt_vp_json wallets send."""
    mine, other = (older_token(issuer, did, media="vc") for did in (holder.did, "did:key:z6Mk"))
    report = verify(older_token(holder, [mine, mine], media="vp").encode(), world.evidence(expected=EXPECTED))
    assert Verdict.VERIFIED is report.verdict
    assert [Verdict.VERIFIED] * 2 == [item.verdict for item in report.items]
    report = verify(older_token(holder, [mine, other], media="vp").encode(), world.evidence(expected=EXPECTED))
    assert {"holder": "holder-mismatch"} == codes(report)
    head, _, _ = mine.rpartition(".")
    report = verify(older_token(holder, f"{head}.{'A' * 86}", media="vp").encode(), world.evidence(expected=EXPECTED))
    assert "tampered" == codes(report.items[0])["signature"]
    assert Verdict.FAILED is report.verdict


def test_a_presentation_as_a_token_is_no_credential_inside_another(world: World, holder: SimulatedIssuer) -> None:
    """E07."""
    nested = older_token(holder, [], media="vp")
    report = verify(older_token(holder, [nested], media="vp").encode(), world.evidence(expected=EXPECTED))
    assert "malformed" == codes(report.items[0])["signature"]
    assert Verdict.FAILED is report.verdict


def test_a_presentation_in_an_envelope_for_credentials_is_refused(world: World, issuer: SimulatedIssuer) -> None:
    """C14."""
    vp = sign_presentation(
        issuer.presentation(verifiableCredential=None), signer=issuer.signer, audience="a", nonce="n", issued_at=NOW
    )
    vc = sign_credential(issuer.badge(), signer=issuer.jose_signer)
    for kind, media, token in (
        ("EnvelopedVerifiableCredential", "application/vc+jwt", vp),
        ("EnvelopedVerifiablePresentation", "application/vp+jwt", vc),
    ):
        raw = dumped({"@context": [V2], "id": f"data:{media},{token}", "type": kind})
        assert "malformed" == codes(verify(raw, world.evidence()))["signature"]


def test_a_presentation_is_not_taken_for_a_credential_nor_the_reverse(world: World, issuer: SimulatedIssuer) -> None:
    """B02: the proof of one kind does not serve the other."""
    badge = issuer.signed(issuer.badge(), purpose="authentication")
    assert "purpose-wrong" == codes(verify(badge, world.evidence()))["signature"]
    shown = issuer.signed(issuer.presentation(verifiableCredential=None))
    assert "purpose-wrong" == codes(verify(shown, world.evidence()))["signature"]
