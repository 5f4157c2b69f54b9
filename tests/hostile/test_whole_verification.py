"""Hostile documents as a stranger hands them in: threats.md A to G, through the whole verification.

The proof core has its own pages beside this one. Here it is asked what the *verdict* says: never
verified, never a defect of ours, never a request to a private address, and the check that noticed.
Each case is one change of a document whose untouched twin is verified.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from keys.jwk import public_key_to_jwk
from keys.local_signer import LocalSigner
from keys.resolver import Resolver
from proofs.vc_jose import sign_credential
from schemas.problems import DID_UNRESOLVED, ProblemError
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import NOW, V2, SimulatedIssuer, World, dumped, stamp
from tests.support.signers import raw_token
from verifier.verification import verify

XSD_DATE = "http://www.w3.org/2001/XMLSchema#dateTime"
CRED = "https://www.w3.org/2018/credentials#"
Case = Callable[[SimulatedIssuer], bytes]


def codes(report: Report) -> set[str]:
    """Return every code in the report and those of the documents inside."""
    own = {check.problem.code for check in report.checks if check.problem}
    return own.union(*(codes(item) for item in report.items))


def expired(issuer: SimulatedIssuer) -> dict[str, Any]:
    return issuer.proved(issuer.badge(validUntil=stamp(NOW - timedelta(days=1))))


def revoked(issuer: SimulatedIssuer) -> dict[str, Any]:
    document = issuer.proved(issuer.badge(index=3))
    issuer.revoke(3)
    return document


def renamed(document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if key == old else key): value for key, value in document.items()}


def nested(document: dict[str, Any], name: str, under: str) -> bytes:
    """Move a member under a keyword, where the quads stay the same."""
    changed = {key: value for key, value in document.items() if key != name}
    return dumped(changed | {under: {name: document[name]}})


def edited(by: SimulatedIssuer, /, **changes: Any) -> bytes:
    """Change a signed badge; None takes a member away."""
    document = {**by.proved(by.badge()), **changes}
    return dumped({key: value for key, value in document.items() if value is not None})


def with_proof(issuer: SimulatedIssuer, **changes: Any) -> bytes:
    signed = issuer.proved(issuer.badge())
    proof = {key: value for key, value in {**signed["proof"], **changes}.items() if value is not ...}
    return dumped({**signed, "proof": proof})


def token_parts(issuer: SimulatedIssuer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and payload of a genuine badge token."""
    header, payload, _ = issuer.badge_token().decode().split(".")
    decoded = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (header, payload)]
    return decoded[0], decoded[1]


def token(issuer: SimulatedIssuer, header: Mapping[str, Any], payload: Mapping[str, Any] | None = None) -> bytes:
    """Sign a genuine badge's token with changes in header and payload; ... takes a member away."""
    whole_header, whole_payload = token_parts(issuer)
    headers = {key: value for key, value in {**whole_header, **header}.items() if value is not ...}
    claims = {key: value for key, value in {**whole_payload, **(payload or {})}.items() if value is not ...}
    return raw_token(headers, claims, issuer.jose_signer).encode()


def unsigned_token(issuer: SimulatedIssuer, algorithm: str) -> bytes:
    header, payload = token_parts(issuer)
    return raw_token({**header, "alg": algorithm}, payload, None).encode()


def by_stranger(issuer: SimulatedIssuer) -> LocalSigner:
    return issuer.world.stranger().signer


def swapped(issuer: SimulatedIssuer) -> bytes:
    """Put the payload of another badge under a genuine signature."""
    (header, _, signature), (_, payload, _) = (issuer.badge_token().split(b".") for _ in range(2))
    return b".".join((header, payload, signature))


def own_key(issuer: SimulatedIssuer, changes: Mapping[str, Any]) -> bytes:
    """Sign a genuine badge's payload with a key of one's own, and bring the key along."""
    attacker = issuer.world.stranger().jose_signer
    header, payload = token_parts(issuer)
    headers = {**header, "jwk": public_key_to_jwk(attacker.public_key), **changes}
    return raw_token({k: v for k, v in headers.items() if v is not ...}, payload, attacker).encode()


HIDDEN: Mapping[str, Case] = {
    "A01 unknown term": lambda issuer: edited(issuer, secret="x"),
    "A02 unknown type": lambda issuer: edited(issuer, type=["VerifiableCredential", "NoSuchType"]),
    "A03 inline context": lambda issuer: edited(issuer, **{"@context": [V2, {"name": None}]}),
    "A04 no context": lambda issuer: edited(issuer, **{"@context": [None]}),
    "A08 unknown context": lambda issuer: edited(issuer, **{"@context": [V2, "https://evil.example/v1"]}),
    "A08 context by http": lambda issuer: edited(issuer, **{"@context": ["http://www.w3.org/ns/credentials/v2"]}),
    "A08 context from a file": lambda issuer: edited(issuer, **{"@context": [V2, "file:///etc/passwd"]}),
    "A08 empty context": lambda issuer: edited(issuer, **{"@context": [V2, ""]}),
    "A08 relative context": lambda issuer: edited(issuer, **{"@context": [V2, "x"]}),
    "A10 expiry under its IRI": lambda issuer: dumped(renamed(expired(issuer), "validUntil", f"{CRED}validUntil")),
    "A10 expiry under @nest": lambda issuer: nested(expired(issuer), "validUntil", "@nest"),
    "A10 expiry under @included": lambda issuer: nested(expired(issuer), "validUntil", "@included"),
    "A10 expiry as value object": lambda issuer: dumped(
        {**(document := expired(issuer)), "validUntil": {"@value": document["validUntil"], "@type": XSD_DATE}}
    ),
    "A10 expiry as list": lambda issuer: dumped(
        {**(document := expired(issuer)), "validUntil": [document["validUntil"]]}
    ),
    "A10 expiry taken away": lambda issuer: dumped({k: v for k, v in expired(issuer).items() if k != "validUntil"}),
    "A11 status under its IRI": lambda issuer: dumped(
        renamed(revoked(issuer), "credentialStatus", f"{CRED}credentialStatus")
    ),
    "A11 status under @nest": lambda issuer: nested(revoked(issuer), "credentialStatus", "@nest"),
    "A11 status taken away": lambda issuer: dumped(
        {k: v for k, v in revoked(issuer).items() if k != "credentialStatus"}
    ),
    "A12 whole credential in @graph": lambda issuer: dumped(
        {"@context": [V2], "@graph": issuer.proved(issuer.badge())}
    ),
    "A12 types split": lambda issuer: dumped(
        {**expired(issuer), "type": ["VerifiableCredential"], "@type": ["OpenBadgeCredential"]}
    ),
    "A13 two issuers": lambda issuer: edited(issuer, issuer=[{"id": issuer.did}, {"id": "did:example:other"}]),
    "A14 @index": lambda issuer: edited(issuer, name={"@value": "x", "@index": "unsigned"}),
    "A15 @direction": lambda issuer: edited(issuer, name={"@value": "x", "@direction": "rtl"}),
    "A17 blank node id": lambda issuer: edited(issuer, id="_:b0"),
    "A18 duplicate key": lambda issuer: edited(issuer).replace(b'"id"', b'"id": "urn:x:y", "id"', 1),
    "A18 duplicate key by escape": lambda issuer: edited(issuer).replace(b'"id"', b'"i\\u0064": "urn:x:y", "id"', 1),
    "A19 deep": lambda _: b"[" * 100_000 + b"]" * 100_000,
    "A19 deep objects": lambda _: b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "A20 huge integer": lambda issuer: edited(issuer).replace(b"{", b'{"n": ' + b"9" * 5_000 + b", ", 1),
    "A20 NaN": lambda issuer: edited(issuer).replace(b"{", b'{"n": NaN, ', 1),
    "A22 lone surrogate": lambda issuer: edited(issuer).replace(b"Atelier", b"\\ud800", 1),
    "A22 UTF-16": lambda issuer: edited(issuer).decode().encode("utf-16"),
    "A23 another normal form": lambda issuer: edited(issuer).replace("données".encode(), "donne\u0301es".encode(), 1),
    "A28 __proto__": lambda issuer: edited(issuer, __proto__={"validUntil": None}),
}

PROOFS: Mapping[str, Case] = {
    "B02 proof of another credential": lambda issuer: edited(issuer, proof=issuer.proved(issuer.badge())["proof"]),
    "B03 no proof": lambda issuer: edited(issuer, proof=None),
    "B03 empty list": lambda issuer: edited(issuer, proof=[]),
    "B03 empty object": lambda issuer: edited(issuer, proof={}),
    "B03 text": lambda issuer: edited(issuer, proof="signed"),
    "B03 list in list": lambda issuer: edited(issuer, proof=[[issuer.proved(issuer.badge())["proof"]]]),
    "B04 purpose": lambda issuer: with_proof(issuer, proofPurpose="authentication"),
    "B04 no purpose": lambda issuer: with_proof(issuer, proofPurpose=...),
    "B06 another key of the issuer": lambda issuer: with_proof(issuer, verificationMethod=f"{issuer.did}#key-2"),
    "B06 key of a stranger": lambda issuer: with_proof(
        issuer, verificationMethod=by_stranger(issuer).verification_method
    ),
    "B07 own key in the proof": lambda issuer: with_proof(
        issuer, verificationMethod={"id": f"{issuer.did}#key-1", "publicKeyMultibase": "z6Mk"}
    ),
    "B07 data: URL": lambda issuer: with_proof(issuer, verificationMethod="data:text/plain,key"),
    "B07 no fragment": lambda issuer: with_proof(issuer, verificationMethod=issuer.did),
    "B09 future": lambda issuer: with_proof(issuer, created="2099-01-01T00:00:00Z"),
    "B09 malformed": lambda issuer: with_proof(issuer, created="yesterday"),
    "B09 over": lambda issuer: issuer.signed(issuer.badge(), expires=NOW),
    "B10 truncated": lambda issuer: edited(issuer).replace(b'"}}', b'x"}}'),
    "B10 empty": lambda issuer: with_proof(issuer, proofValue=""),
    "B10 null": lambda issuer: with_proof(issuer, proofValue=None),
    "B11 200 kB": lambda issuer: with_proof(issuer, proofValue="z" + "1" * 200_000),
    "B17 unknown suite": lambda issuer: with_proof(issuer, cryptosuite="eddsa-rdfc-2099"),
    "B17 another suite": lambda issuer: with_proof(issuer, cryptosuite="eddsa-jcs-2022"),
    "B17 no suite": lambda issuer: with_proof(issuer, cryptosuite=...),
    "B17 another type": lambda issuer: with_proof(issuer, type="SomeProof"),
    "B18 term in the proof": lambda issuer: with_proof(issuer, secret="x"),
    "B18 context in the proof": lambda issuer: with_proof(issuer, **{"@context": {"@vocab": "https://evil.example/"}}),
    "B19 one of two forged": lambda issuer: dumped(
        {
            **(signed := issuer.proved(issuer.badge())),
            "proof": [signed["proof"], {**signed["proof"], "proofValue": "z1"}],
        }
    ),
    "B19 a thousand proofs": lambda issuer: dumped(
        {**(signed := issuer.proved(issuer.badge())), "proof": [signed["proof"]] * 1_000}
    ),
    "B19 a forged proof twice": lambda issuer: dumped(
        {**(signed := issuer.proved(issuer.badge())), "proof": [{**signed["proof"], "proofValue": "z1"}] * 2}
    ),
    "B20 dangling chain": lambda issuer: with_proof(issuer, previousProof="urn:uuid:none"),
    "B22 no subject": lambda issuer: edited(issuer, credentialSubject=None),
    "B22 empty subject": lambda issuer: edited(issuer, credentialSubject={}),
    "B23 two ends": lambda issuer: edited(issuer, validUntil=[stamp(NOW), "2099-01-01T00:00:00Z"]),
    "B23 30 February": lambda issuer: edited(issuer, validUntil="2099-02-30T00:00:00Z"),
    "B23 reversed": lambda issuer: edited(issuer, validUntil="2020-01-01T00:00:00Z"),
    "B24 dates of the older model": lambda issuer: edited(issuer, expirationDate="2099-01-01T00:00:00Z"),
}

TOKENS: Mapping[str, Case] = {
    "C01 none": lambda issuer: unsigned_token(issuer, "none"),
    "C01 None": lambda issuer: unsigned_token(issuer, "None"),
    "C01 nOnE": lambda issuer: unsigned_token(issuer, "nOnE"),
    "C02 HS256": lambda issuer: unsigned_token(issuer, "HS256"),
    "C03 own key in the header": lambda issuer: own_key(issuer, {"kid": ...}),
    "C03 own key under the issuer's name": lambda issuer: own_key(issuer, {}),
    "C03 jku": lambda issuer: token(issuer, {"kid": "https://127.0.0.1/key", "jku": "https://127.0.0.1/keys"}),
    "C01 none with a blank": lambda issuer: unsigned_token(issuer, "none "),
    "C04 no kid": lambda issuer: token(issuer, {"kid": ...}),
    "C04 kid of a stranger": lambda issuer: token(issuer, {"kid": by_stranger(issuer).verification_method}),
    "C04 kid as path": lambda issuer: token(issuer, {"kid": "../../dev/null"}),
    "C04 kid as number": lambda issuer: token(issuer, {"kid": 7}),
    "C05 crit": lambda issuer: token(issuer, {"crit": ["exp"], "exp": 1}),
    "C05 b64": lambda issuer: token(issuer, {"b64": False}),
    "C06 payload changed": swapped,
    "C06 no signature": lambda issuer: issuer.badge_token().rpartition(b".")[0] + b".",
    "C06 two parts": lambda issuer: issuer.badge_token().rpartition(b".")[0],
    "C07 padding": lambda issuer: issuer.badge_token() + b"==",
    "C07 blank": lambda issuer: issuer.badge_token().replace(b".", b". ", 1),
    "C08 another typ": lambda issuer: token(issuer, {"typ": "kb+jwt"}),
    "C10 iat in the future": lambda issuer: token(issuer, {}, {"iat": int(NOW.timestamp()) + 3_600}),
    "C10 exp as text": lambda issuer: token(issuer, {}, {"exp": "never"}),
    "A08 token with a context from a file": lambda issuer: token(issuer, {}, {"@context": [V2, "file:///etc/passwd"]}),
    "A08 token with a context on loopback": lambda issuer: token(
        issuer, {}, {"@context": [V2, "https://127.0.0.1/v1"]}
    ),
    "A08 token with a relative context": lambda issuer: token(issuer, {}, {"@context": [V2, "context.json"]}),
    "C11 iss": lambda issuer: token(issuer, {}, {"iss": "did:example:other"}),
    "C11 jti": lambda issuer: token(issuer, {}, {"jti": "urn:x:y"}),
    "C11 sub": lambda issuer: token(issuer, {}, {"sub": "urn:x:y"}),
    "C11 exp later": lambda issuer: token(issuer, {}, {"exp": int(NOW.timestamp()) + 10**8}),
    "C11 extra vc": lambda issuer: token(issuer, {}, {"vc": {}}),
    "C13 long header": lambda issuer: token(issuer, {"x": "y" * 500_000}),
}

DIDS = (
    "did:web:127.0.0.1",
    "did:web:localhost",
    "did:web:localhost%3A8080",
    "did:web:0x7f000001",
    "did:web:2130706433",
    "did:web:%5B%3A%3A1%5D",
    "did:web:169.254.169.254",
    "did:web:user@evil.example",
    "did:web:evil.example%2F..",
    "did:web:evil.example:..:x",
    "did:web:evil.example%00",
    "did:web:" + "a" * 100_000,
    "did:key:z6Mk",
    "did:key:",
    "did:key:zzzz",
    "did:unknown:x",
    "did:",
    "not-a-did",
    "HTTPS://EVIL.EXAMPLE/",
)


@dataclass
class Canary:
    """A resolver of did:web that writes down what it was asked."""

    asked: list[str] = field(default_factory=list)

    def resolve(self, did: str) -> Mapping[str, Any]:
        self.asked.append(did)
        raise ProblemError(DID_UNRESOLVED.about(did))


def judged(world: World, raw: bytes) -> Report:
    """Verify, and demand what holds for every hostile document."""
    report = verify(raw, world.evidence())
    assert "internal" not in codes(report), "a defect of ours"
    assert report.verdict in {Verdict.FAILED, Verdict.NOT_FULLY_CHECKED}
    assert "yes" != report.integrity.answer.value or "no" == report.identity.answer.value
    return report


@pytest.fixture
def world() -> World:
    return World()


def test_the_documents_that_are_attacked_below_are_verified(world: World) -> None:
    issuer = world.issuer()
    for raw in (edited(issuer), with_proof(issuer), token(issuer, {}), issuer.badge_token()):
        assert Verdict.VERIFIED is verify(raw, world.evidence()).verdict


@pytest.mark.parametrize("case", HIDDEN)
def test_nothing_can_be_hidden_from_the_checks(world: World, case: str) -> None:
    """Threats A."""
    judged(world, HIDDEN[case](world.issuer()))


@pytest.mark.parametrize("case", PROOFS)
def test_no_proof_but_the_issuer_s_own_is_believed(world: World, case: str) -> None:
    """Threats B."""
    judged(world, PROOFS[case](world.issuer()))


@pytest.mark.parametrize("case", TOKENS)
def test_no_token_but_the_issuer_s_own_is_believed(world: World, case: str) -> None:
    """Threats C."""
    judged(world, TOKENS[case](world.issuer()))


@pytest.mark.parametrize("did", DIDS, ids=lambda did: did[:40])
def test_no_identifier_leads_to_a_private_address(world: World, did: str) -> None:
    """Threats F01, F02, F10: a resolver is asked for nothing but well-formed identifiers."""
    issuer = world.issuer()
    canary = Canary()
    for raw in (
        edited(issuer, issuer={"id": did, "type": ["Profile"], "name": "Example University"}),
        with_proof(issuer, verificationMethod=f"{did}#key-1"),
        token(issuer, {"kid": f"{did}#key-1"}),
    ):
        report = verify(raw, world.evidence(resolver=Resolver(web=canary)))
        assert "internal" not in codes(report)
        assert "yes" != report.integrity.answer.value
    assert not [asked for asked in canary.asked if len(asked) > 2_048]


def test_a_key_that_is_not_listed_for_the_purpose_is_refused(world: World) -> None:
    """B05."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    for changes in (
        {"assertionMethod": [f"{issuer.did}#key-2"]},
        {"assertionMethod": [], "keyAgreement": [f"{issuer.did}#key-1"]},
    ):
        issuer.publish(**changes)
        assert "purpose-wrong" in codes(judged(world, raw))


def test_a_did_document_of_somebody_else_is_not_believed(world: World) -> None:
    """F06, F08: another id, a key controlled by another, a deactivated identifier."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    methods = issuer.did_document()["verificationMethod"]
    for changes, code in (
        ({"id": "did:web:evil.example"}, "did-document-invalid"),
        ({"verificationMethod": [{**methods[0], "controller": "did:web:evil.example"}]}, "did-document-invalid"),
        ({"verificationMethod": [methods[0], methods[0]]}, "did-document-invalid"),
        ({"deactivated": True}, "did-deactivated"),
    ):
        issuer.publish(**changes)
        report = verify(raw, world.evidence())
        assert code in codes(report)
        assert Verdict.VERIFIED is not report.verdict


def test_a_rotated_key_verifies_what_it_signed_and_a_withdrawn_one_does_not_from_its_date(world: World) -> None:
    """F07, R84: the badge was signed at 14:04."""
    issuer = world.issuer()
    raw = issuer.signed(issuer.badge())
    method, other = issuer.did_document()["verificationMethod"]
    for revoked_at, verdict in ((NOW, Verdict.VERIFIED), (NOW - timedelta(minutes=1), Verdict.FAILED)):
        issuer.publish(verificationMethod=[{**method, "revoked": stamp(revoked_at)}, other])
        assert verdict is verify(raw, world.evidence()).verdict


@pytest.mark.parametrize(
    "id_url", ["file:///etc/passwd", "http://127.0.0.1/x", "gopher://x/", "ftp://x/y", "data:text/plain,x"]
)
def test_a_status_list_at_another_kind_of_address_is_never_asked_for(world: World, id_url: str) -> None:
    """F11."""
    issuer = world.issuer()
    entry = {**issuer.entry(3), "statusListCredential": id_url}
    report = verify(issuer.signed(issuer.badge(credentialStatus=entry)), world.evidence())
    assert [] == world.status.asked
    assert ("unknown", Verdict.NOT_FULLY_CHECKED) == (report.status.answer.value, report.verdict)


def test_what_a_document_points_to_is_never_asked_for(world: World) -> None:
    """F11: images, evidence, schemas, terms."""
    issuer = world.issuer()
    document = issuer.badge(
        credentialSchema=[{"id": "https://127.0.0.1/schema.json", "type": "JsonSchema"}],
        relatedResource=[{"id": "https://127.0.0.1/file", "digestSRI": "sha256-AAAA"}],
        termsOfUse=[{"id": "https://127.0.0.1/terms", "type": "https://example.org/Terms"}],
    )
    report = verify(issuer.signed(document), world.evidence())
    assert [] == world.status.asked
    assert Verdict.VERIFIED is report.verdict


def test_a_token_that_envelopes_a_forged_credential_is_found(world: World) -> None:
    """C14: what stands inside is judged, what stands beside is refused."""
    issuer, stranger = world.issuer(), world.stranger()
    forged = sign_credential(issuer.badge(), signer=stranger.signer)
    raw = dumped({"@context": [V2], "id": f"data:application/vc+jwt,{forged}", "type": "EnvelopedVerifiableCredential"})
    report = verify(raw, world.evidence())
    assert {"not-by-issuer"} == codes(report)
    assert Verdict.FAILED is report.verdict
