"""VCDM 1.1 as JWT both ways with did-jwt-vc, did:key-resolver and web-did-resolver over https."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from issuer.throw_away import Wish, make_throw_away_issuer
from issuer.throw_away_status import StatusWish
from keys import did_key
from keys.local_signer import LocalSigner
from keys.resolver import MappingResolver
from keys.store import Algorithm
from proofs.vc_jose import sign_credential_v1
from schemas.report import Report, Verdict
from tests.support.issuer_simulator import World
from tests.support.node import Judge
from tests.support.peer_keys import published, secret_of
from tests.support.peer_site import PeerSite
from tests.support.signers import controller, private_key, signer
from verifier.evidence import Expected
from verifier.verification import verify

pytestmark = pytest.mark.interop

V1 = "https://www.w3.org/2018/credentials/v1"
NOW = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
AT = int(NOW.timestamp())
ASKED = {"challenge": "n-0S6_WzA2Mj", "domain": "https://employer.example"}
ALGORITHMS = [Algorithm.ES256, Algorithm.EDDSA]
METHODS = ["key", "web"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerSite]:
    site = PeerSite(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


@pytest.fixture(scope="module")
def judge(site: PeerSite) -> Iterator[Judge]:
    judge = Judge("did_jwt_vc.mjs", authority=site.authority)
    yield judge
    judge.close()


def signer_of(site: PeerSite, algorithm: Algorithm, method: str, name: str = "issuer") -> LocalSigner:
    """Return a signer named by a did:key, or by the did:web that the site serves."""
    if method == "key":
        return signer(algorithm, name)
    key = private_key(algorithm, name)
    return published(site, key, path=f"t/{name}-{algorithm.value.lower()}")[0]


def credential(
    issuer: str, subject: str = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
) -> dict[str, Any]:
    return {
        "@context": [V1],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential"],
        "issuer": {"id": issuer, "name": "Université de l’Exemple 🎓"},
        "issuanceDate": "2026-05-01T00:00:00Z",
        "expirationDate": "2031-05-01T00:00:00Z",
        "credentialSubject": {"id": subject, "degree": "Baccalauréat ès sciences"},
    }


def key_of(by: LocalSigner, algorithm: Algorithm, *, name: str = "issuer", kid: bool) -> dict[str, str]:
    """Return what the peer signs with; it names its key only when it is told to."""
    key = {"alg": algorithm.value, "did": controller(by), "secret": secret_of(private_key(algorithm, name))}
    return key | {"kid": by.verification_method} if kid else key


def judged(token: str, site: PeerSite, *trusted: str, expected: Expected | None = None) -> Report:
    """Verify with the documents that the site serves."""
    world = World(now=NOW)
    for did in trusted:
        world.trust(did)
    pages = [json.loads(page) for path, (_, page) in site.pages.items() if path.endswith("/did.json")]
    documents = {page["id"]: page for page in pages} | {
        did: did_key.document(did) for did in trusted if did.startswith("did:key:")
    }
    return verify(token.encode(), world.evidence(resolver=MappingResolver(documents), expected=expected))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_verifies_our_credential_and_refuses_it_altered(
    judge: Judge, site: PeerSite, algorithm: Algorithm, method: str
) -> None:
    by = signer_of(site, algorithm, method)
    token = sign_credential_v1(credential(controller(by)), signer=by)
    answer = judge.ask("verify", token=token, now=AT)
    assert controller(by) == answer.get("issuer"), answer
    assert "Baccalauréat ès sciences" == answer["credential"]["credentialSubject"]["degree"]
    assert ("2026-05-01T00:00:00.000Z", "2031-05-01T00:00:00.000Z") == (
        answer["credential"]["issuanceDate"],
        answer["credential"]["expirationDate"],
    )
    header, _, signature = token.split(".")
    other = sign_credential_v1({**credential(controller(by)), "id": "urn:x:y"}, signer=by).split(".")[1]
    assert "error" in judge.ask("verify", token=f"{header}.{other}.{signature}", now=AT)


@pytest.mark.parametrize("cryptosuite", ["ecdsa-rdfc-2019", "eddsa-rdfc-2022"])
def test_it_verifies_what_the_vc_api_answers(judge: Judge, cryptosuite: str) -> None:
    """Decision 0037: `mediaType: application/jwt`, with an entry on a status list."""
    issuer = make_throw_away_issuer(lambda: NOW)
    wish = Wish(cryptosuite=cryptosuite, media_type="application/jwt", status=StatusWish("revocation"))
    token = issuer.issue(credential("did:example:whoever"), wish, address="https://registrar.parchemin.example")
    answer = judge.ask("verify", token=token, now=AT)
    assert issuer.issuer_ids()[cryptosuite] == answer.get("issuer"), answer
    assert "BitstringStatusListEntry" == answer["credential"]["credentialStatus"]["type"]
    header, payload, signature = token.split(".")
    assert "error" in judge.ask("verify", token=f"{header}.{payload}.{signature[:-8]}AAAAAAAA", now=AT)


def test_it_and_we_refuse_our_credential_before_and_after_its_time(judge: Judge, site: PeerSite) -> None:
    by = signer_of(site, Algorithm.ES256, "key")
    for changes in (
        {"expirationDate": "2026-05-31T00:00:00Z"},
        {"issuanceDate": "2027-01-01T00:00:00Z", "expirationDate": "2028-01-01T00:00:00Z"},
    ):
        token = sign_credential_v1(credential(controller(by)) | changes, signer=by)
        assert "error" in judge.ask("verify", token=token, now=AT)
        assert Verdict.VERIFIED is not judged(token, site, controller(by)).verdict


def test_it_does_not_verify_what_another_key_signed_in_our_name(judge: Judge, site: PeerSite) -> None:
    """The did:web is asked each time; what it does not publish does not sign."""
    by = signer_of(site, Algorithm.ES256, "web")
    thief = LocalSigner(private_key(Algorithm.ES256, "thief"), verification_method=by.verification_method)
    token = sign_credential_v1(credential(controller(by)), signer=thief)
    assert "error" in judge.ask("verify", token=token, now=AT)
    assert "no" == judged(token, site, controller(by)).integrity.answer.value


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_we_verify_its_credential_and_refuse_it_altered(
    judge: Judge, site: PeerSite, algorithm: Algorithm, method: str
) -> None:
    by = signer_of(site, algorithm, method)
    key = key_of(by, algorithm, kid=True)
    token = judge.ask("issue", credential=credential(controller(by)), key=key)["token"]
    report = judged(token, site, controller(by))
    assert (Verdict.VERIFIED, credential("")["id"]) == (report.verdict, report.document_id)
    header, _, signature = token.split(".")
    other = judge.ask("issue", credential={**credential(controller(by)), "id": "urn:x:y"}, key=key)["token"]
    report = judged(f"{header}.{other.split('.')[1]}.{signature}", site, controller(by))
    assert "no" == report.integrity.answer.value


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_of_its_own_making_names_no_key(judge: Judge, site: PeerSite, algorithm: Algorithm) -> None:
    """Known difference: VCDM 1.1, section 6.3.1; we guess none of the keys of a did:web, a did:key is one key."""
    by = signer_of(site, algorithm, "key")
    token = judge.ask("issue", credential=credential(controller(by)), key=key_of(by, algorithm, kid=False))["token"]
    assert Verdict.VERIFIED is judged(token, site, controller(by)).verdict
    by = signer_of(site, algorithm, "web")
    token = judge.ask("issue", credential=credential(controller(by)), key=key_of(by, algorithm, kid=False))["token"]
    assert "not-by-issuer" == judged(token, site, controller(by)).integrity.code


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_we_verify_its_presentation_of_our_credential_for_our_question_alone(
    judge: Judge, site: PeerSite, algorithm: Algorithm
) -> None:
    issuer, holder = signer_of(site, Algorithm.ES256, "web"), signer(algorithm, "holder")
    token = sign_credential_v1(credential(controller(issuer), controller(holder)), signer=issuer)
    shown = {"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [token]}
    key = key_of(holder, algorithm, name="holder", kid=False)
    made = judge.ask("present", presentation=shown, key=key, **ASKED)["token"]
    trusted = [controller(issuer), controller(holder)]
    report = judged(made, site, *trusted, expected=Expected(**ASKED))
    assert Verdict.VERIFIED is report.verdict
    assert [(Verdict.VERIFIED, credential("")["id"])] == [(item.verdict, item.document_id) for item in report.items]
    assert controller(holder) == judge.ask("verifyPresentation", token=made, now=AT, **ASKED)["holder"]
    for name, code in (("challenge", "challenge-wrong"), ("domain", "domain-wrong")):
        other = {**ASKED, name: "https://other.example"}
        assert "error" in judge.ask("verifyPresentation", token=made, now=AT, **other)
        assert code == judged(made, site, *trusted, expected=Expected(**other)).integrity.code


def test_a_presentation_of_another_person_s_credential_is_told_apart(judge: Judge, site: PeerSite) -> None:
    """Known difference: it looks at signatures alone; we tell that the holder is not the subject (E05)."""
    issuer, holder = signer_of(site, Algorithm.ES256, "web"), signer(Algorithm.EDDSA, "holder")
    token = sign_credential_v1(credential(controller(issuer)), signer=issuer)
    shown = {"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [token]}
    key = key_of(holder, Algorithm.EDDSA, name="holder", kid=False)
    made = judge.ask("present", presentation=shown, key=key, **ASKED)["token"]
    assert "holder" in judge.ask("verifyPresentation", token=made, now=AT, **ASKED)
    report = judged(made, site, controller(issuer), controller(holder), expected=Expected(**ASKED))
    assert "holder-mismatch" == report.identity.code


def test_the_site_is_the_only_place_that_was_asked(judge: Judge, site: PeerSite) -> None:
    by = signer_of(site, Algorithm.ES256, "web")
    before = len(site.asked)
    judge.ask("verify", token=sign_credential_v1(credential(controller(by)), signer=by), now=AT)
    assert ["/t/issuer-es256/did.json"] == site.asked[before:]
