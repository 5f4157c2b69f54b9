"""Credentials of VCDM 2.0 of which a part is withheld."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from proofs.sd_jwt import Concealed
from proofs.sd_jwt_vc import ExpectedBinding, check_sd_jwt_vc, disclosable, present
from proofs.vc_sd_jwt import concealed, sign_credential, sign_presentation
from schemas.problems import ProblemError
from tests.support.signers import controller, key_finder, raw_token, signer

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
ISSUER = signer()
HOLDER = signer(name="holder")
V2 = "https://www.w3.org/ns/credentials/v2"
ASKED = ExpectedBinding("https://employer.example", "n-1")


def credential() -> dict[str, Any]:
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": controller(ISSUER),
        "credentialSubject": {
            "name": "Zoé",
            "address": {"city": "Québec"},
            "phones": [{"n": "1"}, {"n": "2"}],
            "a/b": 1,
        },
    }


POINTERS = (
    "/credentialSubject/name",
    "/credentialSubject/address",
    "/credentialSubject/address/city",
    "/credentialSubject/phones/0",
    "/credentialSubject/a~1b",
)


def test_what_was_concealed_is_shown_one_by_one() -> None:
    token = sign_credential(credential(), conceal=POINTERS, signer=ISSUER)
    assert set(POINTERS) == set(disclosable(token))
    shown = present(token, disclose=["/credentialSubject/address/city"], now=NOW)
    found = check_sd_jwt_vc(shown, find_key=key_finder(), now=NOW)
    assert ("vc+sd-jwt", {"phones": [{"n": "2"}], "address": {"city": "Québec"}}) == (
        found.media,
        found.claims["credentialSubject"],
    )
    whole = check_sd_jwt_vc(token, find_key=key_finder(), now=NOW)
    assert credential() == whole.claims


def test_a_credential_may_be_bound_to_its_holder() -> None:
    token = sign_credential(credential(), conceal=POINTERS, signer=ISSUER, holder_key=HOLDER.public_key)
    shown = present(token, disclose=[], now=NOW, holder=HOLDER, audience=ASKED.audience, nonce=ASKED.nonce)
    assert check_sd_jwt_vc(shown, find_key=key_finder(), now=NOW, expected=ASKED).holder_proved


def test_a_presentation_answers_a_question() -> None:
    document = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": controller(HOLDER), "note": "x"}
    token = sign_presentation(
        document, conceal=["/note"], signer=HOLDER, audience=ASKED.audience, nonce=ASKED.nonce, issued_at=NOW
    )
    found = check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, expected=ASKED)
    assert ("vp+sd-jwt", "x", True) == (found.media, found.claims["note"], found.holder_proved)
    for other, code in (
        (ExpectedBinding(ASKED.audience, "n-2"), "challenge-wrong"),
        (ExpectedBinding("https://other.example", "n-1"), "domain-wrong"),
    ):
        with pytest.raises(ProblemError, match=code):
            check_sd_jwt_vc(token, find_key=key_finder(), now=NOW, expected=other)


def test_marking_changes_nothing_that_was_given() -> None:
    given = credential()
    marked = concealed(given, POINTERS)
    assert credential() == given
    assert isinstance(marked["credentialSubject"]["name"], Concealed)


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "/@context",
        "/@context/0",
        "/type",
        "/issuer",
        "/credentialStatus",
        "/validUntil",
        "/nothing",
        "/credentialSubject/nothing",
        "/credentialSubject/phones/2",
        "/credentialSubject/phones/x",
        "/credentialSubject/name/x",
    ],
)
def test_what_decides_and_what_is_not_there_is_never_concealed(pointer: str) -> None:
    """D10."""
    with pytest.raises(ValueError, match=r"never withheld|nothing stands"):
        sign_credential(credential(), conceal=[pointer], signer=ISSUER)


def test_a_pointer_stands_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        concealed(credential(), ["/credentialSubject/name", "/credentialSubject/name"])


@pytest.mark.parametrize(
    ("header", "claims", "code"),
    [
        ({"typ": "vp+jwt"}, {}, "not-parsable"),
        ({"typ": "vc+sd-jwt", "cty": "vp"}, {}, "not-parsable"),
        ({"typ": "vc+sd-jwt"}, {"@context": ["https://www.w3.org/2018/credentials/v1"]}, "malformed"),
        ({"typ": "vc+sd-jwt"}, {"@context": []}, "malformed"),
        ({"typ": "vc+sd-jwt"}, {"iss": "did:example:other"}, "malformed"),
        ({"typ": "vc+sd-jwt"}, {"vc": {}}, "malformed"),
        ({"typ": "vp+sd-jwt"}, {"vct": "https://example.org/degree"}, "malformed"),
    ],
)
def test_a_token_of_another_kind_is_refused(header: dict[str, Any], claims: dict[str, Any], code: str) -> None:
    """C08, C10; the twin says `vc+sd-jwt` with its own `cty`."""
    whole = {"alg": "ES256", "kid": ISSUER.verification_method, **header}
    with pytest.raises(ProblemError, match=code):
        check_sd_jwt_vc(raw_token(whole, {**credential(), **claims}, ISSUER) + "~", find_key=key_finder(), now=NOW)


@pytest.mark.parametrize("typ", ["vc+sd-jwt", "application/vc+sd-jwt"])
@pytest.mark.parametrize("cty", ["vc", "application/vc"])
def test_the_twin_is_read(typ: str, cty: str) -> None:
    header = {"alg": "ES256", "kid": ISSUER.verification_method, "typ": typ, "cty": cty}
    token = raw_token(header, {**credential(), "iss": controller(ISSUER)}, ISSUER) + "~"
    assert "vc+sd-jwt" == check_sd_jwt_vc(token, find_key=key_finder(), now=NOW).media
