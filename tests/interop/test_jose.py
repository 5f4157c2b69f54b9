"""Tokens both ways with jose and jwcrypto: ours verify there, theirs here, and the altered nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jwcrypto import jwk as peer_jwk
from jwcrypto import jws as peer_jws

from issuer.throw_away import Wish, make_throw_away_issuer
from keys import did_jwk
from keys.did_document import PublishedKey, build_document, fragment_of
from keys.jwk import jwk_to_public_key, public_key_to_jwk, thumbprint
from keys.local_signer import LocalSigner
from keys.store import Algorithm
from proofs.vc_jose import check_jwt, sign_credential, sign_open_badge
from schemas.problems import ProblemError
from tests.support.node import Judge
from tests.support.signers import key_finder, private_key, signer

pytestmark = pytest.mark.interop

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
DID = "did:web:registrar.parchemin.example:t:uni"
V1 = "https://www.w3.org/2018/credentials/v1"
SUBJECT = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def _badge(issuer: str = DID) -> dict[str, Any]:
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Université de l’Exemple, 東京 🎓"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": SUBJECT, "type": ["AchievementSubject"]},
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def judge(folder: Path) -> Iterator[Judge]:
    judge = Judge("jose.mjs", str(folder))
    yield judge
    judge.close()


def _published(folder: Path, algorithm: Algorithm) -> LocalSigner:
    """Publish a key as files under did:web and return its signer."""
    key = private_key(algorithm, "published")
    public = key.public_key()
    fragment = fragment_of(public)
    place = folder / "registrar.parchemin.example" / "t" / "uni"
    place.mkdir(parents=True, exist_ok=True)
    (place / "did.json").write_text(json.dumps(build_document(DID, [PublishedKey(fragment, public)])))
    return LocalSigner(key, verification_method=f"{DID}#{fragment}")


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.RS256])
def test_jose_verifies_our_badge_by_the_key_that_did_web_publishes(
    judge: Judge, folder: Path, algorithm: Algorithm
) -> None:
    token = sign_open_badge(_badge(), signer=_published(folder, algorithm))
    answer = judge.ask("verify", token=token, algorithms=[algorithm.value])
    assert _badge() == {name: answer["claims"][name] for name in _badge()}
    assert (DID, SUBJECT, "JWT") == (answer["claims"]["iss"], answer["claims"]["sub"], answer["header"]["typ"])


def test_jose_refuses_our_badge_once_it_was_altered(judge: Judge, folder: Path) -> None:
    token = sign_open_badge(_badge(), signer=_published(folder, Algorithm.ES256))
    header, payload, signature = token.split(".")
    other = sign_open_badge({**_badge(), "name": "other"}, signer=signer(Algorithm.ES256)).split(".")[1]
    assert "ERR_JWS_SIGNATURE" in judge.ask("verify", token=f"{header}.{other}.{signature}")["error"]
    assert "ERR_JWS_SIGNATURE" in judge.ask("verify", token=f"{header}.{payload}.{signature[:-8]}AAAAAAAA")["error"]


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_jose_verifies_what_every_algorithm_of_ours_signs(judge: Judge, algorithm: Algorithm) -> None:
    by = signer(algorithm)
    token = sign_credential(_badge(), signer=by)
    answer = judge.ask("verify", token=token, jwk=public_key_to_jwk(by.public_key))
    assert _badge() == answer["claims"]


def test_jose_verifies_what_the_vc_api_answers(judge: Judge) -> None:
    """Decision 0037: the token in its envelope, and that of VCDM 1.1 as a text."""
    issuer = make_throw_away_issuer(lambda: NOW)
    jwk = public_key_to_jwk(issuer.signers["ecdsa-rdfc-2019"].public_key)
    old = {"@context": [V1], "type": ["VerifiableCredential"], "issuer": DID, "credentialSubject": {"id": SUBJECT}}
    for document, media_type, typ in (
        (_badge(), "application/vc+jwt", "vc+jwt"),
        ({**old, "issuanceDate": "1965-06-01T00:00:00Z"}, "application/jwt", "JWT"),
    ):
        answered = issuer.issue(document, Wish(cryptosuite="ecdsa-rdfc-2019", media_type=media_type))
        token = answered if isinstance(answered, str) else answered["id"].partition(",")[2]
        answer = judge.ask("verify", token=token, jwk=jwk)
        assert ("ES256", typ) == (answer["header"]["alg"], answer["header"]["typ"])


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_we_verify_what_jose_signs(judge: Judge, algorithm: Algorithm) -> None:
    """Half of WebCrypto's ECDSA signatures have a high s: twenty of each."""
    key = jwk_to_public_key(judge.ask("key", algorithm=algorithm.value)["jwk"])
    issuer = did_jwk.did_for(key)
    header = {"kid": f"{issuer}#0", "typ": "vc+jwt", "cty": "vc"}
    for number in range(20):
        claims = {**_badge(issuer), "name": f"badge {number}"}
        token = judge.ask("sign", algorithm=algorithm.value, header=header, claims=claims)["token"]
        assert claims == check_jwt(token, find_key=key_finder(), now=NOW).credential
        head, _, signature = token.split(".")
        other = judge.ask("sign", algorithm=algorithm.value, header=header, claims=_badge(issuer))["token"].split(".")
        with pytest.raises(ProblemError, match="tampered"):
            check_jwt(f"{head}.{other[1]}.{signature}", find_key=key_finder(), now=NOW)


def test_jose_takes_the_same_thumbprints(judge: Judge) -> None:
    for algorithm in Algorithm:
        key = signer(algorithm).public_key
        assert judge.ask("thumbprint", jwk=public_key_to_jwk(key))["thumbprint"] == thumbprint(key)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_jwcrypto_verifies_what_we_sign_and_we_what_it_signs(algorithm: Algorithm) -> None:
    by = signer(algorithm)
    token = sign_credential(_badge(), signer=by)
    theirs = peer_jws.JWS()
    theirs.deserialize(token)
    theirs.verify(peer_jwk.JWK(**public_key_to_jwk(by.public_key)))
    assert _badge() == json.loads(theirs.payload)

    key = peer_jwk.JWK.from_pyca(private_key(algorithm, "jwcrypto"))
    issuer = did_jwk.did_for(jwk_to_public_key(key.export_public(as_dict=True)))
    made = peer_jws.JWS(json.dumps(_badge(issuer)).encode())
    made.add_signature(key, None, json.dumps({"alg": algorithm.value, "kid": f"{issuer}#0", "typ": "vc+jwt"}))
    assert _badge(issuer) == check_jwt(made.serialize(compact=True), find_key=key_finder(), now=NOW).credential
