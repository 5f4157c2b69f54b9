"""SD-JWT VC: issue, show a part, prove to be the holder, verify strictly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keys.certificates import DevelopmentCA
from keys.jwk import public_key_to_jwk
from keys.local_signer import LocalSigner
from keys.resolver import MappingResolver
from keys.store import Algorithm
from keys.verification_method import VerificationMethod
from keys.x5c import ChainTrust, x5c_of
from proofs import jws, sd_jwt
from proofs.sd_jwt import Concealed
from proofs.sd_jwt_vc import (
    ExpectedBinding,
    SDJWTFinding,
    check_sd_jwt_vc,
    disclosable,
    issue,
    present,
    read_with_key,
)
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, private_key, raw_token, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
ISSUER, HOLDER, ATTACKER = (signer(Algorithm.ES256, name) for name in ("issuer", "holder", "attacker"))
VCT = "https://registrar.parchemin.example/types/transcript"
ASKED = ExpectedBinding("https://employer.example", "n-0S6_WzA2Mj")
IAT = int(NOW.timestamp())


def _claims() -> dict[str, Any]:
    return {
        "iss": controller(ISSUER),
        "iat": IAT,
        "degree": Concealed("Baccalauréat en musique"),
        "average_above_3": Concealed(value=True),
        "terms": [
            Concealed({"name": "Automne", "courses": [Concealed({"code": "A1", "grade": Concealed("A")})]}),
            Concealed({"name": "Hiver", "courses": [Concealed({"code": "B1", "grade": Concealed("C")})]}),
        ],
    }


def _token(**changes: Any) -> str:
    return issue({**_claims(), **changes}, vct=VCT, signer=ISSUER, holder_key=HOLDER.public_key)


def _shown(token: str, *pointers: str, **changes: Any) -> str:
    values = {"holder": HOLDER, "audience": ASKED.audience, "nonce": ASKED.nonce, "now": NOW, **changes}
    return present(token, disclose=pointers, **values)


def _check(token: str, expected: ExpectedBinding | None = ASKED, now: datetime = NOW) -> SDJWTFinding:
    return check_sd_jwt_vc(token, find_key=key_finder(), now=now, expected=expected)


def _code(token: str, expected: ExpectedBinding | None = ASKED, now: datetime = NOW) -> str:
    with pytest.raises(ProblemError) as caught:
        _check(token, expected, now)
    return caught.value.problem.code


def test_one_course_is_shown_and_nothing_else() -> None:
    """R40, R103."""
    found = _check(_shown(_token(), "/terms/1/courses/0/grade"))
    assert [{"name": "Hiver", "courses": [{"code": "B1", "grade": "C"}]}] == found.claims["terms"]
    assert "degree" not in found.claims
    assert "average_above_3" not in found.claims
    assert ("dc+sd-jwt", controller(ISSUER), HOLDER.public_key) == (found.media, found.controller, found.holder_key)
    assert found.holder_proved


def test_the_degree_is_shown_without_grades() -> None:
    """R103."""
    found = _check(_shown(_token(), "/degree", "/average_above_3"))
    assert {"/degree", "/average_above_3"} == set(found.disclosed)
    assert ([], True) == (found.claims["terms"], found.claims["average_above_3"])


def test_a_whole_term_is_shown() -> None:
    found = _check(_shown(_token(), "/terms/0/**"))
    assert [{"name": "Automne", "courses": [{"code": "A1", "grade": "A"}]}] == found.claims["terms"]


def test_what_can_be_withheld_is_listed() -> None:
    assert {"/degree", "/average_above_3", "/terms/0", "/terms/0/courses/0", "/terms/0/courses/0/grade"} < set(
        disclosable(_token())
    )


@pytest.mark.parametrize("pointer", ["/nothing", "/terms", "/iss", "degree", "/terms/9/**", "/degree/**x"])
def test_a_choice_that_shows_nothing_is_an_error(pointer: str) -> None:
    with pytest.raises(ValueError, match="nothing can be disclosed"):
        _shown(_token(), pointer)


def test_a_bearer_presentation_says_that_its_holder_was_not_proved() -> None:
    bare = _shown(_token(), "/degree", holder=None)
    found = _check(bare, None)
    assert (False, "Baccalauréat en musique") == (found.holder_proved, found.claims["degree"])
    assert "holder-mismatch" == _code(bare)


def test_a_credential_without_holder_key_is_a_bearer_credential() -> None:
    token = issue(_claims(), vct=VCT, signer=ISSUER)
    assert _check(token, None).holder_key is None
    assert "holder-mismatch" == _code(_shown(token))


@pytest.mark.parametrize("name", ["iss", "exp", "nbf", "status", "cnf"])
def test_what_decides_about_the_credential_is_never_concealed(name: str) -> None:
    """D10: our issuer refuses, and our verifier refuses it from others."""
    with pytest.raises(ValueError, match=name):
        issue({**_claims(), name: Concealed(1)}, vct=VCT, signer=ISSUER)
    payload, disclosures = sd_jwt.conceal({"vct": VCT, name: Concealed({} if name == "status" else 1)})
    payload.setdefault("iss", controller(ISSUER))
    header = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": ISSUER.verification_method}
    forged = "~".join([raw_token(header, payload, ISSUER), *disclosures, ""])
    assert _code(forged, None) in {"malformed", "not-parsable"}


def test_the_dates_of_the_credential_are_told() -> None:
    found = _check(_token(exp=IAT + 60, nbf=IAT - 60), None)
    assert (NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)) == (found.expires, found.not_before)


def _raw(payload: dict[str, Any], **header: Any) -> str:
    whole = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": ISSUER.verification_method, **header}
    return raw_token(whole, payload, ISSUER) + "~"


def test_a_credential_of_vcdm_2_is_told_from_an_sd_jwt_vc() -> None:
    context = ["https://www.w3.org/ns/credentials/v2"]
    found = _check(_raw({"@context": context, "issuer": controller(ISSUER)}, typ="vc+sd-jwt"), None)
    assert "vc+sd-jwt" == found.media
    for payload in ({"@context": context, "vct": VCT}, {}, {"vct": 7}, {"vct": ""}, {"@context": context, "vc": {}}):
        assert "malformed" == _code(_raw(payload), None)


def test_only_a_credential_of_the_data_model_may_leave_its_type_out() -> None:
    """VC-JOSE-COSE section 3.2.1: `typ` SHOULD be there; SD-JWT VC: it MUST."""
    header = {"alg": "ES256", "kid": ISSUER.verification_method}
    context = ["https://www.w3.org/ns/credentials/v2"]
    plain = raw_token(header, {"@context": context, "issuer": controller(ISSUER)}, ISSUER) + "~"
    assert "vc+sd-jwt" == _check(plain, None).media
    assert "not-parsable" == _code(raw_token(header, {"vct": VCT, "iss": controller(ISSUER)}, ISSUER) + "~", None)
    both = {"@context": context, "vct": VCT, "issuer": controller(ISSUER)}
    assert "malformed" == _code(raw_token(header, both, ISSUER) + "~", None)


@pytest.mark.parametrize("typ", ["vc+jwt", "kb+jwt", "JWT", None, 7])
def test_a_token_of_another_kind_is_refused(typ: object) -> None:
    """C08."""
    assert "not-parsable" == _code(_raw({"vct": VCT}, typ=typ), None)


def test_a_payload_that_is_no_object_is_refused() -> None:
    header = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": ISSUER.verification_method}
    assert "not-parsable" == _code(raw_token(header, b"[]", ISSUER) + "~", None)


@pytest.mark.parametrize(
    ("cnf", "code"),
    [
        (None, "malformed"),
        ({}, "malformed"),
        ("x", "malformed"),
        ({"jwk": {"kty": "oct", "k": "AA"}}, "key-weak"),
        ({"jwk": None}, "key-weak"),
    ],
)
def test_a_holder_key_that_is_none_is_refused(cnf: object, code: str) -> None:
    """C15."""
    assert code == _code(_raw({"vct": VCT, "cnf": cnf}), None)


@pytest.mark.parametrize("cnf", [{"kid": "k"}, {"kid": 7}, {"jkt": "x"}, {"x5t#S256": "x"}])
def test_a_key_that_is_named_otherwise_is_asked_for_when_somebody_asks(cnf: object) -> None:
    """RFC 7800: legal ways to name a key; whose the token is cannot be told, and matters only then."""
    assert _check(_raw({"vct": VCT, "cnf": cnf}), None).holder_key is None
    bound = _shown_by_hand(_raw({"vct": VCT, "cnf": cnf}))
    assert "proof-uncheckable" == _code(bound)
    assert "proof-uncheckable" == _code(bound, None)


def test_a_holder_key_may_be_named_by_a_did_url() -> None:
    """RFC 7800 section 3.4: `kid`; the key that it leads to answers, and no other."""
    token = _raw({"vct": VCT, "cnf": {"kid": HOLDER.verification_method}})
    found = _check(_shown_by_hand(token))
    assert (True, HOLDER.public_key) == (found.holder_proved, found.holder_key)
    assert "tampered" == _code(_shown_by_hand(_raw({"vct": VCT, "cnf": {"kid": ATTACKER.verification_method}})))


def _shown_by_hand(token: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Return `token` with a key binding of the holder; `...` takes a claim away."""
    whole = {"iat": IAT, "aud": ASKED.audience, "nonce": ASKED.nonce, "sd_hash": sd_jwt.digest(token), **claims}
    kept = {name: value for name, value in whole.items() if value is not ...}
    return token + raw_token({"alg": "ES256", "typ": "kb+jwt", **(header or {})}, kept, HOLDER)


def test_a_token_signed_by_an_attacker_is_refused() -> None:
    """D06."""
    header = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": ISSUER.verification_method}
    payload = {"vct": VCT, "iss": controller(ISSUER)}
    assert "tampered" == _code(raw_token(header, payload, ATTACKER) + "~", None)
    assert "tampered" == _code(raw_token({**header, "alg": "none"}, payload, None) + "~", None)
    jwk = public_key_to_jwk(ATTACKER.public_key)
    assert "not-by-issuer" == _code(
        raw_token({"alg": "ES256", "typ": "dc+sd-jwt", "jwk": jwk}, payload, ATTACKER) + "~"
    )


def test_a_token_from_the_future_is_refused() -> None:
    assert "out-of-range" == _code(_raw({"vct": VCT, "iat": IAT + 900}), None)


def test_a_key_taken_out_of_use_signs_no_more() -> None:
    """F07."""
    did = "did:web:registrar.parchemin.example:t:uni"
    method = {"id": f"{did}#k", "type": "JsonWebKey", "controller": did, "revoked": "2026-05-01T00:00:00Z"}
    method["publicKeyJwk"] = public_key_to_jwk(ISSUER.public_key)  # type: ignore[assignment]
    document = {"id": did, "verificationMethod": [method], "assertionMethod": [f"{did}#k"]}
    finder = key_finder(MappingResolver({did: document}))
    old, new = (_raw({"vct": VCT, "iss": did, "iat": iat}, kid=f"{did}#k") for iat in (1_770_000_000, IAT))
    check_sd_jwt_vc(old, find_key=finder, now=NOW)
    with pytest.raises(ProblemError, match="key-compromised"):
        check_sd_jwt_vc(new, find_key=finder, now=NOW)


def test_a_key_signs_nothing_before_it_is_in_use() -> None:
    """F07."""
    inner = key_finder()

    def finder(url: str, purpose: str) -> VerificationMethod:
        return replace(inner(url, purpose), valid_from=NOW)

    old, new = (_raw({"vct": VCT, "iss": controller(ISSUER), "iat": iat}) for iat in (IAT - 1, IAT))
    check_sd_jwt_vc(new, find_key=finder, now=NOW)
    with pytest.raises(ProblemError, match="not-by-issuer"):
        check_sd_jwt_vc(old, find_key=finder, now=NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nonce": "other"}, "challenge-wrong"),
        ({"nonce": ASKED.nonce + "x"}, "challenge-wrong"),
        ({"audience": "https://employer.example.evil"}, "domain-wrong"),
        ({"holder": ATTACKER}, "tampered"),
        ({"now": NOW - timedelta(minutes=11)}, "out-of-range"),
        ({"now": NOW + timedelta(minutes=6)}, "out-of-range"),
    ],
)
def test_a_key_binding_answers_this_question_now_by_this_holder(changes: dict[str, Any], code: str) -> None:
    """D09."""
    assert code == _code(_shown(_token(), "/degree", **changes))


def test_a_key_binding_is_of_this_presentation() -> None:
    """D09: sd_hash; D08: disclosures added or taken away after the holder signed."""
    full, less = _shown(_token_ := _token(), "/degree", "/average_above_3"), _shown(_token_, "/degree")
    binding = less.rpartition("~")[2]
    assert "tampered" == _code(full.rpartition("~")[0] + "~" + binding)
    assert "tampered" == _code(_token_.rpartition("~")[0] + "~" + binding)


def _bound(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return _shown_by_hand(_shown(_token(), "/degree", holder=None), header, **claims)


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({}, {}),
        ({"typ": "application/kb+jwt"}, {}),
        ({"typ": "KB+JWT"}, {}),
        ({}, {"iat": IAT - 0.5}),
        ({}, {"exp": IAT + 60, "nbf": IAT - 60}),
    ],
)
def test_a_key_binding_made_by_hand_holds(header: dict[str, Any], claims: dict[str, Any]) -> None:
    assert _check(_bound(header, claims)).holder_proved


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": IAT}, "proof-expired"),
        ({"exp": IAT - 1}, "proof-expired"),
        ({"exp": "soon"}, "malformed"),
        ({"nbf": IAT + 3_600}, "out-of-range"),
        ({"nbf": None}, "malformed"),
    ],
)
def test_a_key_binding_is_over_when_it_says_so(claims: dict[str, Any], code: str) -> None:
    """RFC 9901 section 7.3 step 5: it is a valid JWT in all other respects, asked for or not."""
    for expected in (ASKED, None):
        assert code == _code(_bound({}, claims), expected)


@pytest.mark.parametrize("claims", [{"nonce": ...}, {"aud": ...}, {"nonce": 7}, {"aud": [ASKED.audience]}])
def test_a_key_binding_that_nobody_asked_for_has_all_that_one_has(claims: dict[str, Any]) -> None:
    """RFC 9901 section 4.3."""
    assert "malformed" == _code(_bound({}, claims), None)


def test_the_payload_of_a_key_binding_is_an_object() -> None:
    token = _token()
    assert "not-parsable" == _code(token + raw_token({"alg": "ES256", "typ": "kb+jwt"}, b"[]", HOLDER))


@pytest.mark.parametrize(
    ("header", "claims", "code"),
    [
        ({"typ": "JWT"}, {}, "not-parsable"),
        ({"typ": None}, {}, "not-parsable"),
        ({"alg": "none"}, {}, "tampered"),
        ({"alg": "HS256"}, {}, "tampered"),
        ({"alg": "EdDSA"}, {}, "tampered"),
        ({"crit": ["x"]}, {}, "not-parsable"),
        ({}, {"iat": "now"}, "malformed"),
        ({}, {"sd_hash": None}, "tampered"),
        ({}, {"nonce": [ASKED.nonce]}, "challenge-wrong"),
        ({}, {"aud": [ASKED.audience]}, "domain-wrong"),
        ({"jwk": public_key_to_jwk(ATTACKER.public_key)}, {"aud": None}, "domain-wrong"),
    ],
)
def test_a_key_binding_of_another_form_is_refused(header: dict[str, Any], claims: dict[str, Any], code: str) -> None:
    """D09."""
    assert code == _code(_bound(header, claims))


def test_a_key_binding_needs_its_moment() -> None:
    shown = _shown(_token(), "/degree", holder=None)
    claims = {"aud": ASKED.audience, "nonce": ASKED.nonce, "sd_hash": sd_jwt.digest(shown)}
    assert "out-of-range" == _code(shown + raw_token({"alg": "ES256", "typ": "kb+jwt"}, claims, HOLDER))


def test_a_key_binding_that_nobody_asked_for_must_hold_too() -> None:
    later = NOW + timedelta(days=9)
    shown = _shown(_token(), "/degree")
    assert not _check(shown, None, later).holder_proved
    assert "tampered" == _code(shown[:-4] + "AAAA", None, later)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.rstrip("~"),
        lambda token: token.partition("~")[0],
        lambda token: token.replace("~", "~~", 1),
        lambda token: "~" + token,
        lambda token: token.replace("~", "~ ", 1),
        lambda _token: "",
        lambda token: token + "é",
        lambda token: (token + "é").encode(),
    ],
)
def test_a_token_that_was_cut_or_spelled_otherwise_is_refused(change: Any) -> None:
    """D07: the last tilde missing, empty disclosures."""
    assert "not-parsable" == _code(change(_token()), None)


def test_too_many_disclosures_are_refused_before_they_are_read() -> None:
    """D07."""
    assert "too-complex" == _code(_token() + "AA~" * 20_000, None)


def test_bytes_are_read_like_text() -> None:
    assert "dc+sd-jwt" == check_sd_jwt_vc(_token().encode(), find_key=key_finder(), now=NOW).media


def test_two_credentials_of_the_same_claims_share_no_digest() -> None:
    """R103: nothing withheld can be computed or compared."""
    first, second = (set(_token().split("~")[1:-1]) for _ in range(2))
    assert not first & second


def _chains(roots: list[x509.Certificate], crl: bytes) -> ChainTrust:
    return ChainTrust(lambda _issuer: roots, lambda: [crl])


def test_beside_a_chain_a_kid_that_is_no_did_is_a_hint() -> None:
    """RFC 7515, section 4.1.4; a DID in `kid` or `iss` names the key itself."""
    authority, site = DevelopmentCA.create(now=NOW), "https://registrar.parchemin.example"
    key = private_key(Algorithm.ES256)
    chain = authority.seal_certificate(key.public_key(), organisation="Uni", did=site, now=NOW)
    by = LocalSigner(key, verification_method="leaf")
    chains = _chains([authority.root], authority.crl(now=NOW).public_bytes(Encoding.DER))
    header = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": "leaf", "x5c": x5c_of(chain)}
    for iss, kid, code in (
        (site, "leaf", None),
        (site, "did:web:other.example#k", "did-unresolved"),
        ("did:web:registrar.parchemin.example", "leaf", "did-unresolved"),
        (site, 7, "not-by-issuer"),
    ):
        token = raw_token({**header, "kid": kid}, {"vct": VCT, "iss": iss}, by) + "~"
        if code is None:
            assert site == check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, chains=chains).controller
        else:
            with pytest.raises(ProblemError, match=code):
                check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, chains=chains)


def test_an_issuer_may_be_named_by_its_certificate() -> None:
    """The form that EUDI wallets take: x5c, and the DID beside it."""
    authority = DevelopmentCA.create(now=NOW)
    did = "did:web:registrar.parchemin.example:t:uni"
    key = private_key(Algorithm.ES256)
    chain = authority.seal_certificate(key.public_key(), organisation="Uni", did=did, now=NOW)
    by = LocalSigner(key, verification_method=f"{did}#k", certificates=chain)
    issued = issue({**_claims(), "iss": did}, vct=VCT, signer=by)
    header = dict(jws.parse(issued.partition("~")[0]).header)
    assert x5c_of(chain) == header["x5c"]
    del header["kid"]
    crl = authority.crl(now=NOW).public_bytes(Encoding.DER)
    for iss, roots, code in (
        (did, [authority.root], None),
        (did, [], "certificate-untrusted"),
        ("did:web:other.example", [authority.root], "not-by-issuer"),
        (None, [authority.root], "not-by-issuer"),
    ):
        claims = {"vct": VCT, "iss": iss} if iss else {"vct": VCT}
        chains = _chains(roots, crl)
        token = raw_token(header, claims, by) + "~"
        if code is None:
            assert did == check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, chains=chains).controller
        else:
            with pytest.raises(ProblemError, match=code):
                check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, chains=chains)


def test_a_suite_that_hands_over_the_key_reads_with_it_alone() -> None:
    media, header, claims = read_with_key(_token(), ISSUER.public_key)
    assert ("dc+sd-jwt", "dc+sd-jwt") == (media.removeprefix("application/"), header["typ"])
    assert "A1" == claims["terms"][0]["courses"][0]["code"]
    with pytest.raises(ProblemError, match="tampered"):
        read_with_key(_token(), HOLDER.public_key)
