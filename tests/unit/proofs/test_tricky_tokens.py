"""Tokens that are right although few are written so, each beside one that only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from keys.store import Algorithm
from keys.verification_method import VerificationMethod
from proofs import cbor, cose, vc_cose
from proofs.sd_jwt import digest, reveal
from proofs.vc_jose import JWTFinding, check_jwt, sign_credential_v1, sign_open_badge
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, raw_token, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
IAT = int(NOW.timestamp())
ISSUER = signer(Algorithm.ES256)
DID = controller(ISSUER)
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"


def credential(**changes: Any) -> dict[str, Any]:
    return {
        "@context": [V2],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad502"},
        **changes,
    }


def check(header: dict[str, Any], claims: dict[str, Any]) -> JWTFinding:
    whole = {"alg": "ES256", "kid": ISSUER.verification_method, **header}
    return check_jwt(raw_token(whole, claims, ISSUER), find_key=key_finder(), now=NOW)


def code(header: dict[str, Any], claims: dict[str, Any]) -> str:
    with pytest.raises(ProblemError) as caught:
        check(header, claims)
    return str(caught.value.problem.code)


@pytest.mark.parametrize("cty", ["vc", "VC", "application/vc", "Application/VC"])
def test_a_media_type_is_compared_without_case_and_prefix(cty: str) -> None:
    """RFC 7515, sections 4.1.9 and 4.1.10."""
    assert "vc+jwt" == check({"typ": "vc+jwt", "cty": cty}, credential()).media
    assert "vc+jwt" == check({"typ": f"Application/{cty.lower().removeprefix('application/')}+JWT"}, credential()).media


@pytest.mark.parametrize("cty", ["vp", "application/vc+jwt", "text/vc", "JWT", "", None, 7, ["vc"]])
def test_content_of_another_kind_is_refused(cty: object) -> None:
    """C08."""
    assert "not-parsable" == code({"typ": "vc+jwt", "cty": cty}, credential())


def test_a_typ_that_is_null_is_not_one_that_was_left_out() -> None:
    """C08."""
    assert "vc+jwt" == check({}, credential()).media
    assert "not-parsable" == code({"typ": None}, credential())


@pytest.mark.parametrize("content", ["application/VC", "Application/vc"])
def test_a_media_type_of_cose_is_compared_without_case(content: str) -> None:
    headers = {cose.CONTENT_TYPE: content, cose.KEY_ID: ISSUER.verification_method.encode()}
    message = cose.sign(headers, b'{"@context":["%s"],"type":["VerifiableCredential"]}' % V2.encode(), signer=ISSUER)
    assert "vc+cose" == vc_cose.check_cose(message, find_key=key_finder(), now=NOW).media


@pytest.mark.parametrize(
    "begins", [f"{year}-06-01T00:00:00{part}Z" for year in ("0001", 1965, 1969) for part in ("", ".5")]
)
def test_a_date_before_1970_is_a_negative_number(begins: str) -> None:
    """RFC 7519 section 2 (NumericDate): what our own issuer writes for it is read again."""
    badge = sign_open_badge(credential(validFrom=begins), signer=ISSUER)
    assert begins == check_jwt(badge, find_key=key_finder(), now=NOW).credential["validFrom"]
    old = {**credential(issuanceDate=begins), "@context": [V1]}
    token = sign_credential_v1(old, signer=ISSUER)
    assert old == check_jwt(token, find_key=key_finder(), now=NOW).credential


@pytest.mark.parametrize("fragment", ["key.1", "key_1", "key~1-a"])
def test_a_short_kid_is_the_fragment_of_any_key_of_the_issuer(fragment: str) -> None:
    asked = []

    def find_key(url: str, purpose: str) -> VerificationMethod:
        asked.append(url)
        return key_finder()(ISSUER.verification_method, purpose)

    token = raw_token({"alg": "ES256", "typ": "vc+jwt", "kid": fragment}, credential(), ISSUER)
    check_jwt(token, find_key=find_key, now=NOW)
    assert [f"{DID}#{fragment}"] == asked


@pytest.mark.parametrize("value", [-62_135_596_801, 253_402_300_800, -1e300, True, "0", None])
def test_a_moment_beyond_the_calendar_is_none(value: object) -> None:
    """C10."""
    assert "malformed" == code({"typ": "vc+jwt"}, credential(nbf=value))


def test_the_claims_of_the_token_are_no_members_of_the_credential() -> None:
    """Also `status` (Token Status List section 6.2): a verifier asks it of the token."""
    claims = credential(iat=IAT - 0.25, aud=["a", "b"], nonce="n", cnf={"kid": "k"}, status={"status_list": {}})
    found = check({"typ": "vc+jwt"}, claims)
    assert (credential(), claims) == (found.credential, found.claims)


def test_a_message_claims_what_a_token_claims() -> None:
    """RFC 8392, RFC 8747, Token Status List section 6.3."""
    status = {"status_list": {"idx": 5, "uri": "https://registrar.example/t/1"}}
    claims = {3: "https://v.example", 6: IAT, 7: b"id", 8: {1: {}}, 10: b"n", 65535: status}
    headers = {cose.CWT_CLAIMS: claims, cose.KEY_ID: ISSUER.verification_method.encode()}
    raw = cose.sign(headers, b'{"@context":["%s"],"type":["VerifiableCredential"]}' % V2.encode(), signer=ISSUER)
    found = vc_cose.check_cose(raw, find_key=key_finder(), now=NOW)
    assert {"aud": "https://v.example", "iat": IAT, "cnf": {1: {}}, "nonce": "n", "status": status} == found.claims


def test_a_disclosure_for_the_name_of_the_hash_would_overwrite_it() -> None:
    """RFC 9901 section 7.1 step 3: `_sd_alg` stands at the top until all is revealed. D03."""
    text = "WyJzYWx0IiwiX3NkX2FsZyIsIngiXQ"  # ["salt","_sd_alg","x"]
    with pytest.raises(ProblemError):
        reveal({"_sd": [digest(text)], "_sd_alg": "sha-256"}, [text])
    below, _ = reveal({"a": {"_sd": [digest(text)]}, "_sd_alg": "sha-256"}, [text])
    assert {"a": {"_sd_alg": "x"}} == below


def test_an_untagged_message_is_read_and_a_tag_twice_is_not() -> None:
    raw = cose.sign({cose.KEY_ID: b"k"}, b"{}", signer=ISSUER)
    assert cose.parse(raw[1:]).payload == cose.parse(raw).payload
    with pytest.raises(ProblemError):
        cose.parse(cbor.encode_tagged(61, cbor.decode_wide(raw).value))
