"""What a token claims beside its credential counts in every form: its status, and who holds it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from keys.certificates import DevelopmentCA
from keys.x5c import x5c_of
from proofs import cose, sd_jwt_vc, token_status_list
from proofs.token_status_list import TokenStatuses
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import HOST, NOW, V2, SimulatedIssuer, World, stamp
from tests.support.signers import raw_token
from verifier.evidence import ListMemory
from verifier.verification import verify

LIST = f"https://{HOST}/status/tokens"
STATUS = {"status_list": {"idx": 5, "uri": LIST}}
CLAIMS = {"status": 65535, "cnf": 8}
V1 = "https://www.w3.org/2018/credentials/v1"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> SimulatedIssuer:
    return world.issuer()


def _jose(header: Mapping[str, Any], claims: Mapping[str, Any], by: SimulatedIssuer) -> bytes:
    whole = {"alg": "ES256", "kid": by.jose_signer.verification_method, **header}
    return raw_token(whole, claims, by.jose_signer).encode()


def plain(by: SimulatedIssuer, **claims: Any) -> bytes:
    return _jose({"typ": "vc+jwt"}, {**by.badge(), **claims}, by)


def older(by: SimulatedIssuer, **claims: Any) -> bytes:
    subject = {"id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad502"}
    document = {"@context": [V1], "type": ["VerifiableCredential"], "credentialSubject": subject}
    return _jose({"typ": "JWT"}, {"iss": by.did, "nbf": int(NOW.timestamp()) - 60, "vc": document, **claims}, by)


def badge(by: SimulatedIssuer, **claims: Any) -> bytes:
    document = by.badge()
    said = {"iss": by.did, "sub": document["credentialSubject"]["id"], "jti": document["id"]}
    document = {**document, "validFrom": stamp(NOW - timedelta(minutes=1))}
    document.pop("validUntil", None)
    return _jose({"typ": "JWT"}, {**document, **said, "nbf": int(NOW.timestamp()) - 60, **claims}, by)


def message(by: SimulatedIssuer, **claims: Any) -> bytes:
    headers = {
        cose.KEY_ID: by.jose_signer.verification_method.encode(),
        cose.CWT_CLAIMS: {CLAIMS[name]: value for name, value in claims.items()},
    }
    return cose.sign(headers, json.dumps(by.badge()).encode(), signer=by.jose_signer)


def disclosing(by: SimulatedIssuer, **claims: Any) -> bytes:
    return sd_jwt_vc.issue({"iss": by.did, **claims}, vct="https://example.org/d", signer=by.jose_signer).encode()


def disclosing_vcdm(by: SimulatedIssuer, **claims: Any) -> bytes:
    return _jose({"typ": "vc+sd-jwt"}, {**by.badge(), **claims}, by) + b"~"


FORMS = [plain, older, badge, message, disclosing, disclosing_vcdm]
Form = Callable[..., bytes]


def publish(world: World, by: SimulatedIssuer, value: int, *, cwt: bool = False, **changes: Any) -> None:
    statuses = TokenStatuses(64, bits=2)
    statuses[5] = value
    issue = token_status_list.issue_list_cwt if cwt else token_status_list.issue_list
    how: dict[str, Any] = {"issued_at": NOW, "expires": NOW + timedelta(hours=1), **changes}
    raw = issue(statuses, uri=LIST, signer=by.jose_signer, **how)
    world.status.lists[LIST] = raw if isinstance(raw, bytes) else raw.encode()


def codes(report: Report) -> dict[str, str]:
    return {check.id: check.problem.code for check in report.checks if check.problem}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cwt", [False, True])
def test_the_status_of_a_token_is_asked_whatever_its_form(
    world: World, issuer: SimulatedIssuer, form: Form, *, cwt: bool
) -> None:
    """Token Status List section 6: the claim `status` of any token; G08, G09."""
    raw = form(issuer, status=STATUS)
    assert {"status": "status-unreachable"} == codes(verify(raw, world.evidence()))
    for value, expected in ((0, {}), (1, {"status": "revoked"}), (2, {"status": "suspended"})):
        publish(world, issuer, value, cwt=cwt)
        assert expected == codes(verify(raw, world.evidence()))
    publish(world, world.issuer("other"), 0, cwt=cwt)
    assert {"status": "status-unverified"} == codes(verify(raw, world.evidence()))


@pytest.mark.parametrize("form", FORMS)
def test_a_status_that_is_not_understood_is_not_taken_for_fine(
    world: World, issuer: SimulatedIssuer, form: Form
) -> None:
    """G09."""
    for status in ({}, {"identifier_list": {"id": "x"}}, {"status_list": {"idx": "5", "uri": LIST}}):
        assert {"status": "status-unverified"} == codes(verify(form(issuer, status=status), world.evidence()))


def test_the_worst_of_both_kinds_of_lists_counts(world: World, issuer: SimulatedIssuer) -> None:
    raw = plain(issuer, **issuer.badge(index=3), status=STATUS)
    publish(world, issuer, 0)
    assert {} == codes(verify(raw, world.evidence()))
    publish(world, issuer, 1)
    assert {"status": "revoked"} == codes(verify(raw, world.evidence()))
    publish(world, issuer, 0)
    issuer.revoke(3)
    assert {"status": "revoked"} == codes(verify(raw, world.evidence()))


def test_a_list_as_a_cwt_grows_old_as_the_other_does(world: World, issuer: SimulatedIssuer) -> None:
    """G05, X16."""
    memory = ListMemory()
    publish(world, issuer, 0, cwt=True)
    assert {} == codes(verify(plain(issuer, status=STATUS), world.evidence(list_memory=memory)))
    publish(world, issuer, 0, cwt=True, issued_at=NOW - timedelta(minutes=1))
    assert {"status": "status-stale"} == codes(verify(plain(issuer, status=STATUS), world.evidence(list_memory=memory)))


def test_the_list_of_the_successor_counts(world: World, issuer: SimulatedIssuer) -> None:
    """R110: whoever takes an institution over answers for what it issued."""
    heir = world.issuer("heir")
    publish(world, heir, 0)
    assert {"status": "status-unverified"} == codes(verify(plain(issuer, status=STATUS), world.evidence()))
    world.trust(issuer.did, successor=heir.did)
    assert {} == codes(verify(plain(issuer, status=STATUS), world.evidence()))


@pytest.mark.parametrize("named", [True, False])
def test_a_list_is_signed_under_a_root_of_the_issuer(world: World, issuer: SimulatedIssuer, *, named: bool) -> None:
    """As the tokens that it is about: by `x5c`, under a root that the trust list names."""
    authority = DevelopmentCA.create(now=NOW)
    world.trust(issuer.did, seal_roots=(authority.root,) if named else ())
    chain = authority.seal_certificate(issuer.jose_key.public_key(), organisation="Uni", did=issuer.did, now=NOW)
    header = {"alg": "ES256", "typ": "statuslist+jwt", "x5c": x5c_of(chain)}
    claims = {"sub": LIST, "iat": int(NOW.timestamp()), "status_list": token_status_list.encode(TokenStatuses(64))}
    world.status.lists[LIST] = raw_token(header, claims, issuer.jose_signer).encode()
    crl = authority.crl(now=NOW).public_bytes(Encoding.DER)
    report = verify(plain(issuer, status=STATUS), world.evidence(revocations=lambda: (crl,)))
    assert ({} if named else {"status": "status-unverified"}) == codes(report)


@pytest.mark.parametrize("form", [plain, older, badge])
def test_a_token_that_names_its_holder_is_shown_by_nobody_else(
    world: World, issuer: SimulatedIssuer, form: Form
) -> None:
    """E05; VC-JOSE-COSE section 4.1.3: `cnf` of a credential, as of one with disclosures."""
    holder, thief = world.stranger(), world.stranger()
    token = form(issuer, cnf={"kid": holder.signer.verification_method}).decode()
    inside = {"@context": [V2], "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}
    own, stolen = (by.presented(by.presentation(inside)) for by in (holder, thief))
    assert Verdict.VERIFIED is verify(own, world.evidence()).verdict
    assert {"holder": "holder-mismatch"} == codes(verify(stolen, world.evidence()))


def shown(raw: bytes, world: World, by: SimulatedIssuer) -> dict[str, str]:
    """Return what is wrong with a presentation of a COSE message."""
    name = f"data:application/vc+cose;base64,{base64.b64encode(raw).decode()}"
    inside = {"@context": [V2], "id": name, "type": "EnvelopedVerifiableCredential"}
    return codes(verify(by.presented(by.presentation(inside)), world.evidence()))


def test_a_message_names_its_holder_by_a_cose_key(world: World, issuer: SimulatedIssuer) -> None:
    """RFC 8747 section 3; RFC 9053 section 7."""
    holder, thief = world.stranger(), world.stranger()
    key = {1: 1, -1: 6, -2: holder.key.public_key().public_bytes_raw()}
    for cnf in ({1: key}, {3: holder.signer.verification_method.encode()}, {1: key, 3: b"hint"}):
        raw = message(issuer, cnf=cnf)
        assert {} == shown(raw, world, holder)
        assert {"holder": "holder-mismatch"} == shown(raw, world, thief)
    numbers = issuer.jose_key.public_key().public_numbers()
    point = {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    assert {"holder": "holder-mismatch"} == shown(message(issuer, cnf={1: point}), world, holder)


@pytest.mark.parametrize(
    ("cnf", "code"),
    [
        ({1: {1: 2}}, "proof-uncheckable"),
        ({1: {1: 2, -1: 8, -2: b"x"}}, "proof-uncheckable"),
        ({1: {1: [], -1: 1}}, "proof-uncheckable"),
        ({1: {1: "x", -1: 6, -2: b"x"}}, "proof-uncheckable"),
        ({1: {1: 2, -1: 1, -2: bytes(32), -3: "y"}}, "proof-uncheckable"),
        ({1: "x"}, "proof-uncheckable"),
        ({2: [b"", {}, b""]}, "proof-uncheckable"),
        ({3: b"\xff"}, "proof-uncheckable"),
        ({}, "malformed"),
        (7, "malformed"),
        ({1: {1: 1, -1: 6, -2: bytes(32), -4: b"d"}}, "key-weak"),
        ({1: {1: 1, -1: 6, -2: b"x"}}, "key-weak"),
    ],
)
def test_a_message_whose_holder_is_named_otherwise_is_told(
    world: World, issuer: SimulatedIssuer, cnf: Any, code: str
) -> None:
    """C15, E05: who shows such a credential cannot be told, or nobody can be its holder."""
    assert {"holder": code} == shown(message(issuer, cnf=cnf), world, world.stranger())
