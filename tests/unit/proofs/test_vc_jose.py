"""Credentials as tokens: four kinds, each by its own rules."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keys import did_jwk
from keys.jwk import public_key_to_jwk
from keys.multibase import decode_base64url
from keys.resolver import MappingResolver
from keys.store import Algorithm
from keys.verification_method import VerificationMethod
from proofs import jws
from proofs.vc_jose import (
    JWTFinding,
    check_jwt,
    sign_credential,
    sign_credential_v1,
    sign_open_badge,
    sign_presentation,
)
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, raw_token, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
ISSUER = signer(Algorithm.ES256)
DID = controller(ISSUER)
SUBJECT = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"


def _badge() -> dict[str, Any]:
    return {
        "@context": [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": DID, "type": ["Profile"], "name": "Université de l’Exemple"},
        "validFrom": "2026-05-01T00:00:00Z",
        "validUntil": "2027-05-01T00:00:00Z",
        "credentialSubject": {"id": SUBJECT, "type": ["AchievementSubject"]},
    }


def _old() -> dict[str, Any]:
    return {
        "@context": [V1],
        "id": "urn:uuid:7f3f8e0a-54a5-4b56-9a39-3c7f1f6ad501",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "issuanceDate": "2026-05-01T00:00:00Z",
        "expirationDate": "2027-05-01T00:00:00Z",
        "credentialSubject": {"id": SUBJECT},
    }


def _badge_claims(**changes: Any) -> dict[str, Any]:
    claims = {
        **_badge(),
        "iss": DID,
        "sub": SUBJECT,
        "jti": _badge()["id"],
        "nbf": int(datetime(2026, 5, 1, tzinfo=UTC).timestamp()),
        "exp": int(datetime(2027, 5, 1, tzinfo=UTC).timestamp()),
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not ...}


def _header(**changes: Any) -> dict[str, Any]:
    header = {"alg": "ES256", "kid": ISSUER.verification_method, "typ": "JWT", **changes}
    return {name: value for name, value in header.items() if value is not ...}


def _check(token: str, now: datetime = NOW) -> JWTFinding:
    return check_jwt(token, find_key=key_finder(), now=now)


def _code(token: str, now: datetime = NOW) -> str:
    with pytest.raises(ProblemError) as caught:
        _check(token, now)
    return caught.value.problem.code


def _made(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return raw_token(header, claims, ISSUER)


def test_a_badge_as_a_token_says_what_1edtech_asks_for() -> None:
    """Open Badges 3.0, section 8.2.4: header and claims."""
    token = sign_open_badge(_badge(), signer=ISSUER)
    found = _check(token)
    assert {
        "alg": "ES256",
        "kid": ISSUER.verification_method,
        "jwk": public_key_to_jwk(ISSUER.public_key),
        "typ": "JWT",
    } == found.header
    assert _badge_claims() == found.claims
    assert _badge() == found.credential
    assert ("open_badge", ISSUER.verification_method, DID) == (found.media, found.verification_method, found.controller)
    assert not found.is_presentation


def test_a_badge_without_an_end_has_no_exp() -> None:
    badge = _badge()
    del badge["validUntil"]
    assert "exp" not in _check(sign_open_badge(badge, signer=ISSUER)).claims


@pytest.mark.parametrize("member", ["id", "issuer", "validFrom", "credentialSubject"])
def test_a_badge_that_lacks_what_a_claim_needs_is_not_signed(member: str) -> None:
    badge = _badge()
    del badge[member]
    with pytest.raises(ProblemError, match="malformed"):
        sign_open_badge(badge, signer=ISSUER)


def test_a_badge_as_a_token_is_signed_by_es256_or_rs256_alone() -> None:
    assert "RS256" == _check(sign_open_badge(_badge(), signer=signer(Algorithm.RS256))).header["alg"]
    with pytest.raises(ValueError, match="EdDSA"):
        sign_open_badge(_badge(), signer=signer(Algorithm.EDDSA))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_credential_of_version_2_comes_back_as_signed(algorithm: Algorithm) -> None:
    by = signer(algorithm)
    credential = {**_badge(), "issuer": controller(by)}
    found = _check(sign_credential(credential, signer=by))
    assert ("vc+jwt", credential) == (found.media, found.credential)


def test_a_credential_of_version_1_comes_back_as_signed() -> None:
    found = _check(sign_credential_v1(_old(), signer=ISSUER))
    assert ("jwt_vc", _old()) == (found.media, found.credential)
    assert {"iss", "sub", "jti", "nbf", "exp", "vc"} == set(found.claims)


def test_a_credential_of_version_1_may_leave_its_members_to_the_claims() -> None:
    """VCDM 1.1, section 6.3.1: JWT decoding."""
    bare = {"@context": [V1], "type": ["VerifiableCredential"], "credentialSubject": {}}
    claims = {"iss": DID, "sub": SUBJECT, "jti": _old()["id"], "nbf": 1777593600, "exp": 1809129600, "vc": bare}
    assert _old() == _check(_made(_header(), claims)).credential
    assert "id" not in _check(_made(_header(), {"iss": DID, "vc": bare})).credential
    several = {**bare, "credentialSubject": [{"id": "urn:a:1"}, {"id": "urn:a:2"}]}
    assert 2 == len(
        _check(_made(_header(), {"iss": DID, "sub": SUBJECT, "vc": several})).credential["credentialSubject"]
    )


def test_a_presentation_names_its_audience_and_its_question() -> None:
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": DID, "verifiableCredential": []}
    token = sign_presentation(presentation, signer=ISSUER, audience="https://a.example", nonce="n-1", issued_at=NOW)
    found = _check(token)
    assert ("vp+jwt", presentation) == (found.media, found.credential)
    assert (("https://a.example",), "n-1", NOW) == (found.audiences, found.nonce, found.issued_at)
    assert found.is_presentation


def test_a_presentation_of_version_1_gets_its_holder_from_the_claims() -> None:
    vp = {"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": []}
    found = _check(_made(_header(), {"iss": DID, "aud": ["a", "b"], "vp": vp}))
    assert ("jwt_vp", DID, ("a", "b")) == (found.media, found.credential["holder"], found.audiences)
    assert "malformed" == _code(_made(_header(), {"vp": vp}))


def test_a_token_without_typ_is_told_by_its_content() -> None:
    assert "vc+jwt" == _check(_made(_header(typ=...), _badge())).media
    presentation = {"@context": V2, "type": "VerifiablePresentation"}
    assert "vp+jwt" == _check(_made(_header(typ=...), presentation)).media
    assert "jwt_vc" == _check(_made(_header(typ=...), {"iss": DID, "vc": _old()})).media


def test_a_type_is_compared_without_case() -> None:
    assert "vc+jwt" == _check(_made(_header(typ="application/VC+JWT", cty="application/vc"), _badge())).media
    assert "open_badge" == _check(_made(_header(typ="jwt"), _badge_claims())).media


@pytest.mark.parametrize(
    "typ", ["kb+jwt", "statuslist+jwt", "dc+sd-jwt", "vc+sd-jwt", "at+jwt", "openid4vci-proof+jwt", "", 7, ["vc+jwt"]]
)
def test_a_token_made_for_another_use_is_refused(typ: object) -> None:
    """C08."""
    assert "not-parsable" == _code(_made(_header(typ=typ), _badge_claims()))


def test_a_credential_is_no_presentation_and_the_other_way() -> None:
    """C08: a vp+jwt needs a key listed for authentication; its content must fit its cty."""
    assert "not-parsable" == _code(_made(_header(typ="vc+jwt", cty="vp"), _badge()))
    assert "not-parsable" == _code(_made(_header(typ="vc+jwt", cty="JWT"), _badge()))
    assert "not-parsable" == _code(_made(_header(cty="vc"), _badge_claims()))


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"iss": DID},
        {"iss": DID, "vc": _old(), "vp": _old()},
        {**_badge(), "vc": _old()},
        {"iss": DID, "vc": "text"},
        {"iss": DID, "vc": []},
        {"iss": DID, "vc": {}},
        {"iss": DID, "vc": _badge()},
        {"vc": _old()},
        {**_badge_claims(), "@context": []},
        {**_badge_claims(), "@context": V1},
        {**_badge_claims(), "@context": ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", V2]},
    ],
)
def test_a_token_holds_one_credential_that_begins_with_its_context(claims: dict[str, Any]) -> None:
    assert "malformed" == _code(_made(_header(), claims))


@pytest.mark.parametrize("claim", ["vc", "vp"])
def test_the_old_claims_have_no_place_in_version_2(claim: str) -> None:
    """C11; JOSE-COSE section 3.1.1."""
    assert "malformed" == _code(_made(_header(typ="vc+jwt"), {**_badge(), claim: {}}))


@pytest.mark.parametrize("payload", [b"[]", b'"text"', b"null", b"", b"{", b'{"a":1,"a":2}', b"\xff", b'{"a":NaN}'])
def test_a_payload_that_is_no_strict_object_is_refused(payload: bytes) -> None:
    """C09."""
    assert "not-parsable" == _code(raw_token(_header(), payload, ISSUER))


def test_a_token_inside_a_token_is_refused() -> None:
    """C09: nested JWT."""
    inner = sign_open_badge(_badge(), signer=ISSUER)
    assert "not-parsable" == _code(raw_token(_header(cty="JWT"), inner.encode(), ISSUER))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "did:web:other.example"},
        {"iss": 7},
        {"iss": ""},
        {"jti": "urn:uuid:other"},
        {"jti": ["x"]},
        {"sub": "did:web:other.example"},
        {"sub": None},
        {"nbf": 1},
        {"exp": 4_000_000_000},
        {"exp": "2027-05-01T00:00:00Z"},
        {"exp": None},
        {"exp": True},
        {"exp": -1},
        {"exp": 253_402_300_800},
        {"nbf": "soon"},
        {"iat": "now"},
        {"aud": 7},
        {"aud": ["a", 7]},
        {"nonce": 7},
        {"iss": ...},
        {"sub": ...},
        {"nbf": ...},
        {"jti": ...},
        {"exp": ...},
        {"validUntil": ...},
        {"validUntil": "some day"},
        {"validUntil": 7},
    ],
)
def test_claims_that_contradict_the_badge_are_refused(changes: dict[str, Any]) -> None:
    """C10, C11."""
    assert "malformed" == _code(_made(_header(), _badge_claims(**changes)))


def test_claims_that_contradict_a_credential_of_another_kind_are_refused() -> None:
    """C11."""
    for claims in ({"iss": "did:web:x.example"}, {"jti": "urn:x:y"}, {"sub": "urn:x:y"}):
        assert "malformed" == _code(_made(_header(typ="vc+jwt"), {**_badge(), **claims}))
        assert "malformed" == _code(_made(_header(), {"iss": DID, "vc": _old(), **claims}))
    assert "malformed" == _code(_made(_header(), {"iss": DID, "vc": _old(), "exp": 4_000_000_000}))
    presentation = {"@context": V2, "type": "VerifiablePresentation", "holder": DID}
    assert "malformed" == _code(_made(_header(typ="vp+jwt"), {**presentation, "iss": "did:web:x.example"}))


def test_a_part_of_a_second_is_no_contradiction() -> None:
    badge = {**_badge(), "validFrom": "2026-05-01T00:00:00.250Z"}
    assert badge == _check(sign_open_badge(badge, signer=ISSUER)).credential


def test_a_date_without_offset_is_utc() -> None:
    badge = {**_badge(), "validFrom": "2026-05-01T00:00:00"}
    assert badge == _check(sign_open_badge(badge, signer=ISSUER)).credential


def test_the_end_of_a_badge_is_left_to_the_question_of_validity() -> None:
    """Expired is not forged (R69)."""
    assert _badge() == _check(sign_open_badge(_badge(), signer=ISSUER), NOW + timedelta(days=900)).credential
    assert _badge() == _check(sign_open_badge(_badge(), signer=ISSUER), NOW - timedelta(days=90)).credential


def test_a_signature_that_is_over_is_refused() -> None:
    """C10: exp that is not the credential's own end."""
    claims = {**_badge(), "exp": int(NOW.timestamp())}
    assert "proof-expired" == _code(_made(_header(typ="vc+jwt"), claims))
    assert "vc+jwt" == _check(_made(_header(typ="vc+jwt"), claims), NOW - timedelta(seconds=1)).media


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_signature_from_the_future_is_refused(claim: str) -> None:
    """C10, with the five minutes that clocks may differ."""
    soon, later = (int((NOW + timedelta(minutes=minutes)).timestamp()) for minutes in (4, 6))
    assert "vc+jwt" == _check(_made(_header(typ="vc+jwt"), {**_badge(), claim: soon})).media
    assert "out-of-range" == _code(_made(_header(typ="vc+jwt"), {**_badge(), claim: later}))


@pytest.mark.parametrize(
    "kid", [..., "", 7, None, ["did:x"], "../../dev/null", "' OR 1=1 --", "urn:x:y", "/etc/passwd"]
)
def test_a_token_that_names_no_key_of_its_issuer_is_refused(kid: object) -> None:
    """C04."""
    assert "not-by-issuer" == _code(_made(_header(kid=kid), _badge_claims()))


def test_the_older_model_needs_no_kid_where_the_issuer_is_one_key() -> None:
    """VCDM 1.1, section 6.3.1: `kid` may be used where the issuer has several keys."""
    for did in (DID, did_jwk.did_for(ISSUER.public_key)):
        vc = {"@context": [V1], "type": ["VerifiableCredential"], "credentialSubject": {}}
        found = _check(_made(_header(kid=...), {"iss": did, "vc": vc}))
        assert ("jwt_vc", did) == (found.media, found.controller)
        vp = {"@context": [V1], "type": ["VerifiablePresentation"]}
        assert did == _check(_made(_header(kid=...), {"iss": did, "vp": vp})).controller
        attacker = raw_token(_header(kid=...), {"iss": did, "vc": vc}, signer(Algorithm.ES256, "attacker"))
        assert "tampered" == _code(attacker)


def test_a_badge_may_bring_its_key_in_place_of_the_name_where_the_issuer_is_that_key() -> None:
    """Open Badges 3.0, section 8.2.3: `kid` or `jwk`."""
    attacker = signer(Algorithm.ES256, "attacker")
    own, other = (_header(kid=..., jwk=public_key_to_jwk(key.public_key)) for key in (ISSUER, attacker))
    assert ISSUER.verification_method == _check(_made(own, _badge_claims())).verification_method
    assert "not-by-issuer" == _code(raw_token(other, _badge_claims(), attacker))
    assert "tampered" == _code(raw_token(own, _badge_claims(), attacker))
    at_a_web_site = _badge_claims(issuer={"id": "did:web:registrar.example"}, iss="did:web:registrar.example")
    assert "not-by-issuer" == _code(_made(own, at_a_web_site))


@pytest.mark.parametrize("iss", [..., "did:web:registrar.example", "https://registrar.example"])
def test_which_of_several_keys_signed_is_not_guessed(iss: object) -> None:
    """C04."""
    vc = {"@context": [V1], "type": ["VerifiableCredential"], "credentialSubject": {}}
    claims = {name: value for name, value in {"iss": iss, "vc": vc}.items() if value is not ...}
    assert "not-by-issuer" == _code(_made(_header(kid=...), claims))


def test_a_short_kid_is_a_key_of_the_issuer() -> None:
    fragment = ISSUER.verification_method.partition("#")[2]
    for kid in (fragment, f"#{fragment}"):
        assert ISSUER.verification_method == _check(_made(_header(kid=kid), _badge_claims())).verification_method
    presentation = {"@context": V2, "type": "VerifiablePresentation", "holder": DID}
    assert DID == _check(_made(_header(typ="vp+jwt", kid=fragment), presentation)).controller


def test_a_short_kid_needs_an_issuer_with_a_did() -> None:
    claims = {"@context": V2, "type": "VerifiableCredential"}
    assert "not-by-issuer" == _code(_made(_header(typ="vc+jwt", kid="abc"), claims))
    claims["issuer"] = "https://university.example/issuers/565049"
    assert "not-by-issuer" == _code(_made(_header(typ="vc+jwt", kid="abc"), claims))


@pytest.mark.parametrize("kid", ["https://127.0.0.1/jwk", "http://169.254.169.254/"])
def test_a_key_at_an_address_is_not_asked_for(kid: str) -> None:
    """C03: no request."""
    assert "proof-uncheckable" == _code(_made(_header(kid=kid), _badge_claims()))


def test_an_attackers_key_in_the_header_is_not_used() -> None:
    """C03: neither beside the issuer's kid nor alone; jku and x5u are not followed."""
    attacker = signer(Algorithm.ES256, "attacker")
    jwk = public_key_to_jwk(attacker.public_key)
    assert "not-by-issuer" == _code(raw_token(_header(jwk=jwk), _badge_claims(), attacker))
    assert "not-by-issuer" == _code(raw_token(_header(jwk=jwk, kid=...), _badge_claims(), attacker))
    for extra in ({"jku": "http://127.0.0.1/"}, {"x5u": "http://127.0.0.1/"}, {"x5c": ["AA=="]}):
        assert "tampered" == _code(raw_token(_header(**extra), _badge_claims(), attacker))


def test_a_weak_key_in_the_header_is_refused() -> None:
    """C15."""
    point = {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}
    assert "key-weak" == _code(_made(_header(jwk=point), _badge_claims()))
    assert "key-weak" == _code(_made(_header(jwk="x"), _badge_claims()))


def test_a_changed_token_is_refused() -> None:
    """C06."""
    header, payload, signature = sign_open_badge(_badge(), signer=ISSUER).split(".")
    other = jws.sign({"kid": ISSUER.verification_method, "typ": "JWT"}, b'{"a":1}', signer=ISSUER).split(".")[1]
    assert "tampered" == _code(f"{header}.{payload}.{signature[:-4]}AAAA")
    assert "tampered" == _code(f"{header}.{payload}.")
    assert _code(f"{header}.{other}.{signature}") in {"tampered", "malformed"}


def test_the_claims_are_believed_only_after_the_signature() -> None:
    attacker = signer(Algorithm.ES256, "attacker")
    assert "tampered" == _code(raw_token(_header(), _badge_claims(iss="did:web:x.example"), attacker))


def _web(**times: str) -> tuple[MappingResolver, dict[str, Any]]:
    did = "did:web:registrar.parchemin.example:t:uni"
    method = {
        "id": f"{did}#key-1",
        "type": "JsonWebKey",
        "controller": did,
        "publicKeyJwk": public_key_to_jwk(ISSUER.public_key),
        **times,
    }
    document = {"id": did, "verificationMethod": [method], "assertionMethod": [f"{did}#key-1"]}
    return MappingResolver({did: document}), _header(kid=f"{did}#key-1", typ="vc+jwt")


def test_a_key_signs_until_it_is_taken_out_of_use() -> None:
    """R84, F07."""
    resolver, header = _web(revoked="2026-04-01T00:00:00Z")
    claims = {**_badge(), "iat": int(datetime(2026, 3, 31, tzinfo=UTC).timestamp())}
    check_jwt(_made(header, claims), find_key=key_finder(resolver), now=NOW)
    with pytest.raises(ProblemError, match="key-compromised"):
        check_jwt(_made(header, _badge()), find_key=key_finder(resolver), now=NOW)
    undated = {k: v for k, v in _badge().items() if k != "validFrom"}
    with pytest.raises(ProblemError, match="key-compromised"):
        check_jwt(_made(header, undated), find_key=key_finder(resolver), now=NOW)


def test_a_key_does_not_sign_before_it_is_in_use() -> None:
    def find(url: str, _purpose: str) -> VerificationMethod:
        start = datetime(2026, 5, 2, tzinfo=UTC)
        return VerificationMethod(url, DID, ISSUER.public_key, frozenset(), valid_from=start)

    with pytest.raises(ProblemError, match="not-by-issuer"):
        check_jwt(sign_credential(_badge(), signer=ISSUER), find_key=find, now=NOW)


def test_a_key_not_listed_for_the_purpose_may_not_sign() -> None:
    """B05, E03: a key for assertions proves no holder."""
    resolver, header = _web()
    presentation = {"@context": V2, "type": "VerifiablePresentation"}
    with pytest.raises(ProblemError, match="purpose-wrong"):
        check_jwt(_made({**header, "typ": "vp+jwt"}, presentation), find_key=key_finder(resolver), now=NOW)


def test_a_faulty_signature_never_leaves() -> None:
    """B26: one faulty deterministic signature can give the key away."""

    class Faulty:
        def __getattr__(self, name: str) -> Any:
            return getattr(ISSUER, name)

        def sign(self, data: bytes) -> bytes:
            good = ISSUER.sign(data)
            return good[:-1] + bytes([good[-1] ^ 1])

    with pytest.raises(ProblemError, match="tampered"):
        sign_open_badge(_badge(), signer=Faulty())  # type: ignore[arg-type]


def test_what_is_signed_is_left_as_it_was() -> None:
    badge = _badge()
    before = copy.deepcopy(badge)
    sign_open_badge(badge, signer=ISSUER)
    assert before == badge


@pytest.mark.parametrize("value", [2**70, "null", None])
def test_whatever_the_fast_writer_cannot_say_is_written_by_the_other(value: object) -> None:
    token = sign_credential({**_badge(), "evidence": {"type": ["Evidence"], "name": value}}, signer=ISSUER)
    payload = json.loads(decode_base64url(token.split(".")[1], max_chars=10_000))
    assert value == payload["evidence"]["name"]


def test_no_number_that_json_cannot_write_is_signed() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        sign_credential({**_badge(), "score": float("nan")}, signer=ISSUER)
