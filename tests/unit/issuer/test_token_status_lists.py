"""The register as Token Status Lists: the same facts as the Bitstring lists, and no older."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.publishing.type_metadata import type_metadata
from keys.multibase import decode_base64url
from keys.store import Purpose
from proofs import bitstring_status_list, token_status_list
from proofs.sd_jwt_vc import contents
from proofs.token_status_list import BelievedList
from schemas.problems import ProblemError
from schemas.report import Verdict
from services.clock import StoppedClock
from tests.support.awards import make_award
from tests.support.issuing import NOW, PUBLIC_URL, House, open_house
from tests.support.signers import key_finder


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def house(tmp_path: Path, clock: StoppedClock) -> House:
    return open_house(tmp_path, slugs=("boreale", "australe"), clock=clock)


def issued(house: House, kind: str = "diploma", number: int = 1) -> tuple[str, str]:
    """Return a new document and its form that is shown in parts."""
    award = make_award(kind, external_id=f"{kind}-{number}")
    document_id = house.desk.issue(award, "boreale", "registrar").document_id
    return document_id, next(form.body for form in house.desk.forms(document_id) if form.format == "dc+sd-jwt")


def claims_of(token: str) -> dict[str, Any]:
    return dict(contents(token)[0])


def address(token: str) -> str:
    return str(claims_of(token)["status"]["status_list"]["uri"])


def listed(house: House, uri: str) -> BelievedList:
    """Return the list at an address as a verifier believes it now."""
    raw = house.desk.status_list(uri.removeprefix(f"{PUBLIC_URL}/status/"))
    finder = key_finder(house.evidence().resolver)
    issuer = house.desk.institution("boreale").did
    return token_status_list.believe_list(raw, uri, issuer=issuer, find_key=finder, now=house.clock.now())


def statuses(house: House, *tokens: str) -> list[int]:
    return [listed(house, address(token)).status_of(token_status_list.read_entry(claims_of(token))) for token in tokens]


def test_a_document_that_is_shown_in_parts_names_a_list_of_its_own_kind(house: House) -> None:
    document_id, token = issued(house)
    claims = claims_of(token)
    entry = json.loads(house.desk.forms(document_id)[0].body)["credentialStatus"][0]
    assert "credentialStatus" not in claims
    assert {"idx": int(entry["statusListIndex"]), "uri": f"{entry['statusListCredential']}/token"} == claims["status"][
        "status_list"
    ]
    assert Verdict.VERIFIED is house.verify(token, "application/dc+sd-jwt").verdict


def test_one_place_says_suspended_restored_and_revoked(house: House) -> None:
    document_id, token = issued(house)
    neighbour_id, neighbour = issued(house, number=2)
    assert [0, 0] == statuses(house, token, neighbour)
    house.desk.suspend(document_id, "Enquête.", "registrar")
    house.desk.suspend(neighbour_id, "Enquête.", "registrar")
    assert [2, 2] == statuses(house, token, neighbour)
    assert "suspended" == house.verify(token, "application/dc+sd-jwt").status.code
    house.desk.restore(document_id, "Enquête close.", "registrar")
    house.desk.revoke(neighbour_id, "Fraude.", "registrar")
    assert [0, 1] == statuses(house, token, neighbour)
    assert Verdict.VERIFIED is house.verify(token, "application/dc+sd-jwt").verdict
    assert "revoked" == house.verify(neighbour, "application/dc+sd-jwt").status.code


def test_the_list_says_of_every_place_what_its_twin_says(house: House) -> None:
    tokens = [issued(house, number=number) for number in range(4)]
    for document_id, _ in tokens[::2]:
        house.desk.revoke(document_id, "Erreur.", "registrar")
    uri = address(tokens[0][1])
    twin = json.loads(house.desk.status_list(uri.removeprefix(f"{PUBLIC_URL}/status/").removesuffix("/token")))
    bits = bitstring_status_list.decode(twin["credentialSubject"]["encodedList"])
    found = listed(house, uri).statuses
    assert 131_072 == len(found)
    set_in_one = {place for place in range(131_072) if found[place] == token_status_list.INVALID}
    assert {place for place in range(131_072) if bits.get(place)} == set_in_one
    assert 2 == len(set_in_one)


def test_the_list_is_a_jwt_that_says_how_long_it_lasts(house: House) -> None:
    _, token = issued(house)
    raw = house.desk.status_list(address(token).removeprefix(f"{PUBLIC_URL}/status/"))
    header, claims = (json.loads(decode_base64url(part, max_chars=10**6)) for part in raw.split(b".")[:2])
    assert ("ES256", "statuslist+jwt") == (header["alg"], header["typ"])
    now = int(NOW.timestamp())
    assert (address(token), now, now + 86_400, 300, 2) == (
        claims["sub"],
        claims["iat"],
        claims["exp"],
        claims["ttl"],
        claims["status_list"]["bits"],
    )


def test_the_same_list_is_had_as_a_cwt(house: House) -> None:
    """Token Status List section 5.2, for readers of mdoc: the same places, the same address."""
    document_id, token = issued(house)
    house.desk.revoke(document_id, "Erreur.", "registrar")
    uri = address(token)
    raw = house.desk.status_list(uri.removeprefix(f"{PUBLIC_URL}/status/") + ".cwt")
    assert b"\xd2" == raw[:1]
    finder = key_finder(house.evidence().resolver)
    issuer = house.desk.institution("boreale").did
    found = token_status_list.believe_list(raw, uri, issuer=issuer, find_key=finder, now=house.clock.now())
    assert bytes(listed(house, uri).statuses) == bytes(found.statuses)
    assert token_status_list.INVALID == found.status_of(token_status_list.read_entry(claims_of(token)))
    assert raw == house.desk.status_list(uri.removeprefix(f"{PUBLIC_URL}/status/") + ".cwt")


def test_a_list_is_kept_while_nothing_changed_and_signed_anew_in_time(house: House, clock: StoppedClock) -> None:
    document_id, token = issued(house)
    name = address(token).removeprefix(f"{PUBLIC_URL}/status/")
    first = house.desk.status_list(name)
    clock.moment = NOW + timedelta(hours=11)
    assert first == house.desk.status_list(name)
    clock.moment = NOW + timedelta(hours=12)
    second = house.desk.status_list(name)
    assert first != second
    house.desk.suspend(document_id, "Enquête.", "registrar")
    third = house.desk.status_list(name)
    assert second != third
    did = house.desk.institution("boreale").did
    house.keys.store.add(did, Purpose.JOSE, ec.generate_private_key(ec.SECP256R1()), verification_method=f"{did}#new")
    assert third != house.desk.status_list(name)


@pytest.mark.parametrize("name", ["nothing/token", "nothing/other", "/token", "token"])
def test_there_is_no_other_list(house: House, name: str) -> None:
    with pytest.raises(ProblemError, match="not-found"):
        house.desk.status_list(name)


def test_a_list_signed_after_its_key_was_taken_out_of_use_is_not_believed(house: House) -> None:
    _, token = issued(house)
    uri = address(token)
    raw = house.desk.status_list(uri.removeprefix(f"{PUBLIC_URL}/status/"))
    inner = key_finder(house.evidence().resolver)

    def find(url: str, purpose: str) -> Any:
        method = inner(url, purpose)
        return type(method)(method.id, method.controller, method.key, method.purposes, revoked_from=NOW)

    with pytest.raises(ProblemError, match="status-unverified"):
        token_status_list.believe_list(raw, uri, issuer=house.desk.institution("boreale").did, find_key=find, now=NOW)


# --- what a wallet shows ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["transcript", "diploma"])
def test_the_type_says_what_its_credentials_hold_in_both_languages(house: House, kind: str) -> None:
    """Every claim that is named stands in a credential, or may be left out of an award."""
    _, token = issued(house, kind)
    claims, places = contents(token)
    described = type_metadata(kind, PUBLIC_URL)
    assert claims["vct"] == described["vct"]
    assert ["fr", "en"] == [entry["locale"] for entry in described["display"]]
    concealed = {place.pointer for place in places}
    optional = {("learner", "birth_date"), ("study", "average"), ("study", "honours"), ("study", "degree")}
    for claim in described["claims"]:
        path = tuple(claim["path"])
        assert ["fr", "en"] == [entry["locale"] for entry in claim["display"]]
        pointer = "".join(f"/{0 if step is None else step}" for step in path)
        if claim["sd"] == "never":
            assert path[0] in claims
            assert pointer not in concealed
        elif path not in optional:
            assert pointer in concealed, pointer


def test_what_may_be_withheld_is_named_by_the_type(house: House) -> None:
    for kind in ("transcript", "diploma"):
        _, token = issued(house, kind)
        named = {tuple(claim["path"]) for claim in type_metadata(kind, PUBLIC_URL)["claims"]}
        for place in contents(token)[1]:
            path = tuple(None if step.isdecimal() else step for step in place.pointer.split("/")[1:])
            assert path in named or path[0] == "statements", place.pointer


def test_there_is_no_type_of_what_is_shown_whole() -> None:
    with pytest.raises(ProblemError, match="not-found"):
        type_metadata("badge", PUBLIC_URL)
