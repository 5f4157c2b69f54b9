"""An institution whose tokens are RS256, as some platforms of badges want them (1EdTech takes RS256 or ES256)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keys.did_document import PublishedKey, fragment_of
from keys.local_signer import check_purpose, generate
from keys.multibase import decode_base64url
from keys.public_keys import KeyFormError
from keys.store import Purpose
from schemas.report import Verdict
from tests.support.awards import make_award
from tests.support.issuing import House, open_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return an issuer whose institution was given an RSA key for tokens."""
    house = open_house(tmp_path)
    did = house.desk.institution("boreale").did
    key = generate(Purpose.JOSE, rsa_key=True)
    name = fragment_of(key.public_key())
    house.keys.store.add(did, Purpose.JOSE, key, verification_method=f"{did}#{name}")
    house.keys.published[did].append(PublishedKey(name, key.public_key()))
    return house


@pytest.mark.parametrize(
    ("kind", "formats"),
    [("badge", ["ldp_vc", "jwt_vc_json"]), ("transcript", ["ldp_vc", "dc+sd-jwt"])],
)
def test_every_form_of_a_document_verifies(house: House, kind: str, formats: list[str]) -> None:
    document_id = house.desk.issue(make_award(kind), "boreale", "registrar").document_id
    forms = house.desk.forms(document_id)
    assert formats == [form.format for form in forms]
    for form in forms:
        assert Verdict.VERIFIED is house.verify(form.body, form.media_type).verdict
    header = json.loads(decode_base64url(forms[1].body.partition(".")[0], max_chars=10_000))
    assert "RS256" == header["alg"]
    house.desk.revoke(document_id, "Erreur.", "registrar")
    for form in forms:
        assert "revoked" == house.verify(form.body, form.media_type).status.code


def test_an_rsa_key_is_for_tokens_and_seals_and_nothing_else() -> None:
    for purpose in (Purpose.JOSE, Purpose.SEAL, Purpose.TIMESTAMP):
        key = generate(purpose, rsa_key=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        assert 3072 == key.key_size
        check_purpose(key.public_key(), purpose)
        with pytest.raises(KeyFormError):
            check_purpose(key.public_key(), Purpose.CREDENTIAL)
    assert isinstance(generate(Purpose.JOSE), ec.EllipticCurvePrivateKey)
