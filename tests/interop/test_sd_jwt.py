"""SD-JWT VC both ways with @sd-jwt/sd-jwt-vc: each issues, presents and verifies what the other made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from issuer.publishing.type_metadata import type_metadata
from keys import did_jwk
from keys.jwk import jwk_to_public_key, public_key_to_jwk
from keys.store import Algorithm, Purpose
from proofs.sd_jwt import Concealed
from proofs.sd_jwt_vc import ExpectedBinding, check_sd_jwt_vc, contents, issue, present
from schemas.problems import ProblemError
from tests.support.awards import make_award
from tests.support.issuing import NOW as ISSUED_AT
from tests.support.issuing import PUBLIC_URL, open_house
from tests.support.node import Judge
from tests.support.signers import controller, key_finder, signer

pytestmark = pytest.mark.interop

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
IAT = int(NOW.timestamp())
VCT = "https://registrar.parchemin.example/types/transcript"
ASKED = ExpectedBinding("https://employer.example", "n-0S6_WzA2Mj")
ISSUER, HOLDER = signer(Algorithm.ES256), signer(Algorithm.ES256, "holder")


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge("sd_jwt.mjs")
    yield judge
    judge.close()


def _ours() -> str:
    claims = {
        "iss": controller(ISSUER),
        "iat": IAT,
        "degree": Concealed("Baccalauréat 🎓"),
        "terms": [
            Concealed({"name": "Automne", "courses": [Concealed({"code": "A1", "grade": Concealed("A")})]}),
            Concealed({"name": "Hiver", "courses": [Concealed({"code": "B1", "grade": Concealed("C")})]}),
        ],
    }
    return issue(claims, vct=VCT, signer=ISSUER, holder_key=HOLDER.public_key)


def _ask(judge: Judge, token: str) -> Any:
    keys = {"issuer": public_key_to_jwk(ISSUER.public_key), "holder": public_key_to_jwk(HOLDER.public_key)}
    return judge.ask("verify", token=token, nonce=ASKED.nonce, now=IAT, **keys)


def test_it_verifies_one_course_of_our_transcript_with_our_key_binding(judge: Judge) -> None:
    shown = present(
        _ours(),
        disclose=["/terms/1/courses/0/grade"],
        holder=HOLDER,
        audience=ASKED.audience,
        nonce=ASKED.nonce,
        now=NOW,
    )
    answer = _ask(judge, shown)
    assert [{"name": "Hiver", "courses": [{"code": "B1", "grade": "C"}]}] == answer["payload"]["terms"]
    assert "degree" not in answer["payload"]
    assert (ASKED.audience, ASKED.nonce) == (answer["kb"]["aud"], answer["kb"]["nonce"])


def test_it_refuses_our_token_once_it_was_altered(judge: Judge) -> None:
    shown = present(_ours(), disclose=["/degree"], holder=HOLDER, audience="a", nonce=ASKED.nonce, now=NOW)
    head, _, rest = shown.partition("~")
    assert "error" in _ask(judge, f"{head[:-8]}AAAAAAAA~{rest}")
    assert "error" in _ask(judge, shown[:-8] + "AAAAAAAA")


def test_it_verifies_one_course_and_one_statement_of_a_transcript_that_an_institution_issued(
    judge: Judge, tmp_path: Path
) -> None:
    """R103, from the award to the presentation; the withheld grade and name are not in it."""
    house = open_house(tmp_path)
    document_id = house.desk.issue(make_award("transcript"), "boreale", "registrar").document_id
    (bound,) = [form.body for form in house.desk.bind(document_id, controller(HOLDER)) if form.format == "dc+sd-jwt"]
    shown = present(
        bound,
        disclose=["/terms/1/courses/0", "/statements/average_at_least_3_0_of_4_3"],
        holder=HOLDER,
        audience=ASKED.audience,
        nonce=ASKED.nonce,
        now=ISSUED_AT,
    )
    (did,) = house.keys.published
    keys: dict[str, Any] = {
        "issuer": public_key_to_jwk(house.keys.store.signer(did, Purpose.JOSE).public_key),
        "holder": public_key_to_jwk(HOLDER.public_key),
    }
    now = int(ISSUED_AT.timestamp())
    address = contents(shown)[0]["status"]["status_list"]["uri"]
    name = address.removeprefix(f"{PUBLIC_URL}/status/")
    vct = f"{PUBLIC_URL}/types/transcript"
    keys |= {"lists": {address: house.desk.status_list(name).decode()}}
    keys |= {"types": {vct: type_metadata("transcript", PUBLIC_URL)}}
    answer = judge.ask("verify", token=shown, nonce=ASKED.nonce, now=now, **keys)
    payload = answer["payload"]
    course = {"code": "INF2120", "title": "Programmation II / Programming II", "credits": "3"}
    assert [{"name": "Hiver 2025 / Winter 2025", "courses": [course]}] == payload["terms"]
    assert {"average_at_least_3_0_of_4_3": True} == payload["statements"]
    assert ({}, {}, f"{PUBLIC_URL}/types/transcript") == (payload["learner"], payload["study"], payload["vct"])
    assert ["Relevé de notes", "Transcript"] == [
        entry["name"] for entry in answer["typeMetadata"]["mergedTypeMetadata"]["display"]
    ]
    altered = shown.replace(shown.split("~")[1], shown.split("~")[1][:-2] + "AA")
    assert "error" in judge.ask("verify", token=altered, nonce=ASKED.nonce, now=now, **keys)
    house.desk.suspend(document_id, "Enquête.", "registrar")
    keys |= {"lists": {address: house.desk.status_list(name).decode()}}
    refused = judge.ask("verify", token=shown, nonce=ASKED.nonce, now=now, **keys)
    assert "Status is not valid" in refused["error"]


def _theirs(judge: Judge) -> tuple[str, str]:
    keys = judge.ask("keys")
    issuer = did_jwk.did_for(jwk_to_public_key(keys["issuer"]))
    claims = {
        "iss": issuer,
        "iat": IAT,
        "vct": VCT,
        "cnf": {"jwk": keys["holder"]},
        "degree": "Baccalauréat 🎓",
        "terms": [{"name": "Automne", "grade": "A"}, {"name": "Hiver", "grade": "C"}],
    }
    frame = {
        "_sd": ["degree"],
        "_sd_decoy": 3,
        "terms": {"_sd": [0, 1], "0": {"_sd": ["grade"]}, "1": {"_sd": ["grade"]}},
    }
    header = {"kid": f"{issuer}#0"}
    return judge.ask("issue", claims=claims, frame=frame, header=header)["token"], issuer


def test_we_verify_what_it_issues_and_presents(judge: Judge) -> None:
    token, issuer = _theirs(judge)
    shown = judge.ask(
        "present", token=token, frame={"terms": {"1": True}}, audience=ASKED.audience, nonce=ASKED.nonce, iat=IAT
    )["token"]
    found = check_sd_jwt_vc(shown, find_key=key_finder(), now=NOW, expected=ASKED)
    assert (issuer, [{"name": "Hiver"}], True) == (found.controller, found.claims["terms"], found.holder_proved)
    with pytest.raises(ProblemError, match="challenge-wrong"):
        check_sd_jwt_vc(shown, find_key=key_finder(), now=NOW, expected=ExpectedBinding(ASKED.audience, "other"))


def test_we_present_what_it_issued(judge: Judge) -> None:
    token, _ = _theirs(judge)
    shown = present(token, disclose=["/degree", "/terms/0/**"], now=NOW)
    found = check_sd_jwt_vc(shown, find_key=key_finder(), now=NOW)
    assert ("Baccalauréat 🎓", [{"name": "Automne", "grade": "A"}]) == (found.claims["degree"], found.claims["terms"])
