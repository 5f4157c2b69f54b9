"""Secured forms of VCDM 2.0 (JOSE, SD-JWT, COSE): bare, in an envelope, and inside a presentation."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from proofs import cbor, sd_jwt_vc, vc_cose, vc_jose, vc_sd_jwt
from proofs.sd_jwt import Concealed
from schemas.problems import Outcome
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import NOW, V2, SimulatedIssuer, World, dumped
from verifier.evidence import Expected
from verifier.telling import said
from verifier.verification import examine, verify

FORMS = ("vc+jwt", "vc+sd-jwt", "vc+cose")
SHOWN = ("vp+jwt", "vp+sd-jwt", "vp+cose")
ASKED = Expected(challenge="n-1", domain="https://employer.example")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


@pytest.fixture
def holder(world: World) -> SimulatedIssuer:
    return world.stranger()


def secured(form: str, document: Mapping[str, Any], by: SimulatedIssuer) -> bytes:
    """Return a credential in one of its secured forms."""
    if form == "vc+jwt":
        return vc_jose.sign_credential(document, signer=by.jose_signer).encode()
    if form == "vc+cose":
        return vc_cose.sign_credential(document, signer=by.jose_signer)
    return vc_sd_jwt.sign_credential(
        document, conceal=["/credentialSubject/achievement/criteria"], signer=by.jose_signer
    ).encode()


def presented(form: str, document: Mapping[str, Any], by: SimulatedIssuer) -> bytes:
    """Return a presentation in one of its secured forms, that answers `ASKED`."""
    how: dict[str, Any] = {
        "signer": by.signer,
        "audience": "https://employer.example",
        "nonce": "n-1",
        "issued_at": NOW - timedelta(minutes=1),
    }
    if form == "vp+jwt":
        return vc_jose.sign_presentation(document, **how).encode()
    if form == "vp+cose":
        return vc_cose.sign_presentation(document, **how)
    return vc_sd_jwt.sign_presentation(document, **how).encode()


def envelope(form: str, raw: bytes) -> dict[str, Any]:
    """Return a secured credential or presentation in its envelope."""
    kind = "EnvelopedVerifiablePresentation" if form.startswith("vp") else "EnvelopedVerifiableCredential"
    data = f";base64,{base64.b64encode(raw).decode()}" if form.endswith("cose") else f",{raw.decode()}"
    return {"@context": [V2], "id": f"data:application/{form}{data}", "type": kind}


def codes(report: Report) -> dict[str, str]:
    return {check.id: check.problem.code for check in report.checks if check.problem}


@pytest.mark.parametrize("form", FORMS)
def test_a_secured_credential_is_verified_bare_and_in_an_envelope(
    world: World, issuer: SimulatedIssuer, form: str
) -> None:
    raw = secured(form, issuer.badge(index=3), issuer)
    bare, wrapped = verify(raw, world.evidence()), verify(dumped(envelope(form, raw)), world.evidence())
    assert (Verdict.VERIFIED, Verdict.VERIFIED) == (bare.verdict, wrapped.verdict)
    assert ("credential", "credential") == (bare.kind, wrapped.kind)
    issuer.revoke(3)
    assert {"status": "revoked"} == codes(verify(raw, world.evidence()))
    assert {"status": "revoked"} == codes(verify(dumped(envelope(form, raw)), world.evidence()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shown", SHOWN)
def test_a_secured_presentation_of_secured_credentials_is_verified(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer, form: str, shown: str
) -> None:
    inside = envelope(form, secured(form, issuer.badge(), issuer))
    raw = presented(shown, holder.presentation(inside), holder)
    for whole in (raw, dumped(envelope(shown, raw))):
        report = verify(whole, world.evidence(expected=ASKED))
        assert (Verdict.VERIFIED, "presentation", {}) == (report.verdict, report.kind, codes(report))
        assert [Verdict.VERIFIED] == [item.verdict for item in report.items]


@pytest.mark.parametrize("context", [V2, [V2], [V2, "https://www.w3.org/ns/credentials/examples/v2"]])
def test_an_envelope_names_its_context_with_or_without_brackets(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer, context: Any
) -> None:
    """VCDM 2.0, section 4.13: its examples leave the brackets out; a credential never may."""
    inside = envelope("vc+jwt", secured("vc+jwt", issuer.badge(), issuer)) | {"@context": context}
    raw = presented("vp+jwt", holder.presentation(inside), holder)
    assert Verdict.VERIFIED is verify(raw, world.evidence(expected=ASKED)).verdict
    alone = envelope("vp+jwt", raw) | {"@context": context}
    assert Verdict.VERIFIED is verify(dumped(alone), world.evidence(expected=ASKED)).verdict
    bare = secured("vc+jwt", {**issuer.badge(), "@context": V2}, issuer)
    assert {"signature": "shape-not-allowed"} == codes(verify(bare, world.evidence()))


@pytest.mark.parametrize("form", FORMS)
def test_a_presentation_with_a_data_integrity_proof_holds_any_envelope(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer, form: str
) -> None:
    raw = holder.presented(holder.presentation(envelope(form, secured(form, issuer.badge(), issuer))))
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Expected(challenge="n-2", domain="https://employer.example"), "challenge-wrong"),
        (Expected(challenge="n-1", domain="https://other.example"), "domain-wrong"),
    ],
)
def test_a_presentation_answers_its_own_question_alone(
    world: World, holder: SimulatedIssuer, shown: str, question: Expected, code: str
) -> None:
    """E01."""
    raw = presented(shown, holder.presentation(), holder)
    assert {"signature": code} == codes(verify(raw, world.evidence(expected=question)))


@pytest.mark.parametrize("shown", SHOWN)
def test_a_presentation_is_signed_by_its_holder_with_a_key_for_it(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer, shown: str
) -> None:
    """E03: the issuer's second key asserts and does not authenticate."""
    stolen = presented(shown, holder.presentation(holder=issuer.did), holder)
    assert {"binding": "not-by-issuer"} == codes(verify(stolen, world.evidence()))
    issuer.signer = issuer.jose_signer
    assert "signature" in codes(verify(presented(shown, issuer.presentation(), issuer), world.evidence()))


@pytest.mark.parametrize("form", FORMS)
def test_a_credential_signed_by_somebody_else_is_not_the_issuers(
    world: World, issuer: SimulatedIssuer, form: str
) -> None:
    """B06."""
    raw = secured(form, issuer.badge(), world.issuer("other"))
    assert "not-by-issuer" == codes(verify(raw, world.evidence()))["binding"]


@pytest.mark.parametrize("form", FORMS)
def test_a_secured_credential_of_a_wrong_shape_is_refused(world: World, issuer: SimulatedIssuer, form: str) -> None:
    raw = secured(form, issuer.badge(issuer=7), issuer)
    assert "signature" in codes(verify(raw, world.evidence()))


@pytest.mark.parametrize(
    ("said", "held"), [("vp+jwt", "vc+jwt"), ("vp+sd-jwt", "vc+sd-jwt"), ("vp+cose", "vc+cose"), ("vc+jwt", "vp+jwt")]
)
def test_an_envelope_holds_what_it_says(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer, said: str, held: str
) -> None:
    """C14."""
    raw = (
        presented(held, holder.presentation(), holder)
        if held.startswith("vp")
        else secured(held, issuer.badge(), issuer)
    )
    assert "malformed" == codes(verify(dumped(envelope(said, raw)), world.evidence()))["signature"]


@pytest.mark.parametrize("data", ["", "a", "a=", "0oRY.", "0oQ", "0oQ=\n", "-_-_", "AAB=", "é"])
def test_an_envelope_of_a_message_is_base64_in_its_one_spelling(world: World, data: str) -> None:
    whole = envelope("vc+cose", b"") | {"id": f"data:application/vc+cose;base64,{data}"}
    report = verify(dumped(whole), world.evidence())
    assert ({"not-parsable"}, Verdict.FAILED) == (set(codes(report).values()), report.verdict)


def test_the_padding_of_base64_may_be_left_out(world: World, issuer: SimulatedIssuer) -> None:
    """RFC 2397 leaves it open, and the examples of the field differ."""
    for size in range(3):
        raw = secured("vc+cose", issuer.badge(name="x" * size), issuer)
        whole = envelope("vc+cose", raw)
        bare = whole | {"id": whole["id"].rstrip("=")}
        assert Verdict.VERIFIED is verify(dumped(bare), world.evidence()).verdict


def degree(by: SimulatedIssuer, kind: str = "dc+sd-jwt", holder: SimulatedIssuer | None = None, **claims: Any) -> bytes:
    """Return an SD-JWT VC, bound to the key of a holder if one is named."""
    return sd_jwt_vc.issue(
        {"iss": by.did, "degree": "BSc", **claims},
        vct="https://example.org/degree",
        signer=by.jose_signer,
        holder_key=holder.key.public_key() if holder else None,
        kind=kind,
    ).encode()


@pytest.mark.parametrize(
    ("kind", "form"), [("dc+sd-jwt", "dc+sd-jwt"), ("vc+sd-jwt", "vc+sd-jwt"), ("vc+sd-jwt", "dc+sd-jwt")]
)
def test_an_sd_jwt_vc_is_carried_in_an_envelope(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer, kind: str, form: str
) -> None:
    """Decision 0036; `vc+sd-jwt` is what an SD-JWT VC was called until 2024."""
    inside = envelope(form, degree(issuer, kind))
    assert Verdict.VERIFIED is verify(dumped(inside), world.evidence()).verdict
    report = verify(presented("vp+jwt", holder.presentation(inside), holder), world.evidence(expected=ASKED))
    assert (Verdict.VERIFIED, [Verdict.VERIFIED]) == (report.verdict, [item.verdict for item in report.items])


@pytest.mark.parametrize("form", ["vc+sd-jwt", "dc+sd-jwt"])
def test_it_is_told_that_a_part_is_shown_in_an_envelope_too(world: World, issuer: SimulatedIssuer, form: str) -> None:
    """Something may have been withheld."""
    raw = degree(issuer) if form == "dc+sd-jwt" else secured(form, issuer.badge(), issuer)
    for shown in (raw, dumped(envelope(form, raw))):
        assert [True] == [contents.in_part for contents in said(examine(shown, world.evidence()))]


def test_an_envelope_says_what_is_in_it(world: World, issuer: SimulatedIssuer) -> None:
    """C14: the envelope names the media type, and the token the same."""
    document = secured("vc+sd-jwt", issuer.badge(), issuer)
    for form, token in (("vc+sd-jwt", degree(issuer)), ("dc+sd-jwt", document)):
        assert {"signature": "malformed"} == codes(verify(dumped(envelope(form, token)), world.evidence()))
    for form in ("dc+jwt", "dc+cose;base64", "dp+sd-jwt", "DC+SD-JWT"):
        assert {"structure": "not-parsable"} == codes(verify(dumped(envelope(form, degree(issuer))), world.evidence()))


def test_an_sd_jwt_vc_is_no_presentation(world: World, issuer: SimulatedIssuer) -> None:
    wrapped = envelope("dc+sd-jwt", degree(issuer)) | {"type": "EnvelopedVerifiablePresentation"}
    assert {"structure": "not-parsable"} == codes(verify(dumped(wrapped), world.evidence()))


def test_a_stolen_sd_jwt_vc_is_told_in_a_presentation(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """E05: bound by `cnf`, as a key or by its name, or about somebody by `sub`."""
    thief, method = world.stranger(), holder.signer.verification_method
    for token in (
        degree(issuer, holder=holder),
        degree(issuer, cnf={"kid": method}),
        degree(issuer, sub=holder.did),
        degree(issuer, sub=holder.did, cnf={"jkt": "x"}),
    ):
        stolen = presented("vp+jwt", thief.presentation(envelope("dc+sd-jwt", token)), thief)
        assert {"holder": "holder-mismatch"} == codes(verify(stolen, world.evidence(expected=ASKED)))
    for token in (degree(issuer, holder=holder), degree(issuer, cnf={"kid": method}, sub=holder.did)):
        own = presented("vp+jwt", holder.presentation(envelope("dc+sd-jwt", token)), holder)
        assert Verdict.VERIFIED is verify(own, world.evidence(expected=ASKED)).verdict
    unknown = presented("vp+jwt", holder.presentation(envelope("dc+sd-jwt", degree(issuer, cnf={"jkt": "x"}))), holder)
    assert {"holder": "proof-uncheckable"} == codes(verify(unknown, world.evidence(expected=ASKED)))


def test_what_decides_about_a_credential_is_never_disclosed_by_its_holder(
    world: World, issuer: SimulatedIssuer
) -> None:
    """D10: whoever may withhold the status would never be revoked."""
    badge = issuer.badge(index=3)
    for name in ("credentialStatus", "validUntil", "issuer", "id"):
        marked = {**badge, name: Concealed(badge[name])}
        raw = vc_sd_jwt._sign("vc+sd-jwt", "vc", marked, issuer.jose_signer).encode()
        found = codes(verify(raw, world.evidence()))
        assert ({} if name == "id" else {"signature": "malformed"}) == found, name


def test_a_message_that_somebody_changed_is_refused(world: World, issuer: SimulatedIssuer) -> None:
    raw = secured("vc+cose", issuer.badge(), issuer)
    assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict
    assert Verdict.VERIFIED is verify(raw[1:], world.evidence()).verdict, "without its tag"
    changed = raw.replace(b"Atelier", b"Atelies")
    assert {"signature": "tampered"} == codes(verify(changed, world.evidence()))


def test_a_message_of_another_kind_says_what_is_wrong(world: World) -> None:
    report = verify(cbor.encode_tagged(18, [b"", {}, b"{}", b""]), world.evidence())
    assert {"signature": "not-parsable"} == codes(report)
    assert Outcome.FAILED is next(check.outcome for check in report.checks if check.problem)


def test_a_presentation_as_an_sd_jwt_ends_with_its_signature(world: World, holder: SimulatedIssuer) -> None:
    claims = {**holder.presentation(), "exp": int(NOW.timestamp()) - 1}
    raw = vc_sd_jwt._sign("vp+sd-jwt", "vp", claims, holder.signer).encode()
    assert {"signature": "proof-expired"} == codes(verify(raw, world.evidence()))
    early = {**holder.presentation(), "nbf": int(NOW.timestamp()) + 3_600}
    raw = vc_sd_jwt._sign("vp+sd-jwt", "vp", early, holder.signer).encode()
    assert {"signature": "out-of-range"} == codes(verify(raw, world.evidence()))
    later = json.loads(json.dumps({**claims, "exp": int(NOW.timestamp()) + 1}))
    good = vc_sd_jwt._sign("vp+sd-jwt", "vp", later, holder.signer).encode()
    assert {} == codes(verify(good, world.evidence()))


def test_a_credential_bound_to_a_key_is_shown_by_whoever_has_it(
    world: World, issuer: SimulatedIssuer, holder: SimulatedIssuer
) -> None:
    """E05."""
    badge = issuer.badge()
    how: dict[str, Any] = {"conceal": ["/credentialSubject/achievement/criteria"], "signer": issuer.jose_signer}
    token = vc_sd_jwt.sign_credential(badge, **how, holder_key=holder.key.public_key()).encode()
    shown = presented("vp+jwt", holder.presentation(envelope("vc+sd-jwt", token)), holder)
    assert Verdict.VERIFIED is verify(shown, world.evidence(expected=ASKED)).verdict
    thief = world.stranger()
    stolen = presented("vp+jwt", thief.presentation(envelope("vc+sd-jwt", token)), thief)
    assert {"holder": "holder-mismatch"} == codes(verify(stolen, world.evidence(expected=ASKED)))
