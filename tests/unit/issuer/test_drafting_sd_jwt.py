"""Transcripts and diplomas that are shown in parts: what is withheld stays withheld (R40, R103, threats D)."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials.drafting_parts import Particulars
from issuer.credentials.drafting_sd_jwt import ALWAYS_SHOWN, PartialDraft, draft_partial, lint_partial
from issuer.credentials.identifiers import Identifiers
from keys import did_jwk
from keys.multibase import decode_base64url
from proofs import sd_jwt, sd_jwt_vc
from proofs.sd_jwt import Concealed
from proofs.sd_jwt_vc import check_sd_jwt_vc, contents, disclosable, issue, present
from schemas.awards import Kind
from schemas.limits import DEFAULT
from schemas.problems import ProblemError
from schemas.report import Report, Verdict
from tests.support.awards import make_award
from tests.support.institutions import make_institution
from tests.support.issuing import NOW, PUBLIC_URL, House, open_house
from tests.support.signers import controller, key_finder, signer

ISSUER, HOLDER = signer(), signer(name="holder")
INSTITUTION = replace(make_institution(), did=controller(ISSUER))
STATUS = {"statusListCredential": f"{PUBLIC_URL}/status/1", "statusListIndex": "7"}


def partial(kind: Kind | str = "transcript", *, bound_to: str | None = None, **changes: Any) -> PartialDraft | None:
    particulars = Particulars(
        document_id="urn:uuid:0e1c8b1e-6f2a-4c0a-9d5e-5a3f0c9b7d11",
        identifiers=Identifiers(bytes(32)),
        status=(STATUS,),
        base_sha256=bytes(32),
        bound_to=bound_to,
    )
    return draft_partial(make_award(kind, **changes), INSTITUTION, particulars)


def token(kind: Kind | str = "transcript", **changes: Any) -> str:
    draft = partial(kind, **changes)
    assert draft is not None
    lint_partial(draft)
    return issue(draft.claims, vct=f"{PUBLIC_URL}/types/{kind}", signer=ISSUER)


def payload(of: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decode_base64url(of.split(".")[1], max_chars=10**6))
    return found


def shown(of: str, *pointers: str) -> dict[str, Any]:
    """Return the claims that a verifier sees, without those that every presentation has."""
    seen = present(of, disclose=pointers, now=NOW)
    claims = dict(check_sd_jwt_vc(seen, find_key=key_finder(), now=NOW).claims)
    return {name: value for name, value in claims.items() if name not in ALWAYS_SHOWN and value != {}}


def course(number: int, grade: str = "A") -> dict[str, Any]:
    return {
        "code": f"C{number}",
        "title": {"fr": f"Cours {number}", "en": f"Course {number}"},
        "credits": 3,
        "grade": grade,
    }


def terms(count: int, courses: int) -> list[dict[str, Any]]:
    return [
        {"name": {"fr": f"T{at}", "en": f"T{at}"}, "courses": [course(n) for n in range(courses)]}
        for at in range(count)
    ]


def test_one_course_is_shown_with_its_term_and_nothing_else() -> None:
    """R103"""
    told = {"code": "INF2120", "title": "Programmation II / Programming II", "credits": "3"}
    result = {"grade": "B-", "points": "2.7"}
    term = {"name": "Hiver 2025 / Winter 2025", "courses": [told]}
    assert {"terms": [term]} == shown(token(), "/terms/1/courses/0")
    assert {"terms": [{**term, "courses": [{**told, "result": result}]}]} == shown(token(), "/terms/1/courses/0/result")


def test_a_degree_is_shown_without_grades() -> None:
    """R40"""
    degree = {"title": "Bachelier ès sciences / Bachelor of Science", "conferred_on": "2026-05-28"}
    assert {"study": {"degree": degree}, "learner": {"family_name": "L’Écuyer-Ōtani"}} == shown(
        token(), "/study/degree", "/learner/family_name"
    )
    assert {"study": {"degree": degree["title"]}} == shown(token("diploma"), "/study/degree")


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("average_at_least_3_5_of_4_3", True),
        ("average_at_least_4_0_of_4_3", False),
        ("credits_listed_at_least_30", False),
        ("degree_conferred", True),
    ],
)
def test_a_statement_is_shown_without_what_it_was_computed_from(statement: str, holds: bool) -> None:
    """R103: thresholds, credits and the degree are precomputed by the institution."""
    assert {"statements": {statement: holds}} == shown(token(), f"/statements/{statement}")


@pytest.mark.parametrize("conferred_on", [None, "2026-06-30"])
def test_a_degree_that_is_not_conferred_yet_is_not_said_to_be(conferred_on: str | None) -> None:
    """R103: the statement is true on the day of the document, or false."""
    whole = token(conferred_on=conferred_on)
    assert {"statements": {"degree_conferred": False}} == shown(whole, "/statements/degree_conferred")


@given(
    average=st.decimals("0", "4", places=2),
    grade=st.sampled_from(["A+", "E"]),
    degree=st.booleans(),
    scale=st.sampled_from(["4.3", "100", "4", None]),
)
@settings(max_examples=25, deadline=None)
def test_what_is_always_shown_has_one_shape_whatever_was_achieved(
    average: Decimal, grade: str, degree: bool, scale: str | None
) -> None:
    """R40: counting digests tells neither an average nor a degree (threats.md D11)."""
    changes: dict[str, Any] = {"average": str(average) if scale else None, "average_scale": scale}
    if not degree:
        changes |= {"degree": None, "conferred_on": None}
    one = payload(token(terms=[{"name": {"fr": "T", "en": "T"}, "courses": [course(1, grade)]}], **changes))
    other = payload(token())
    assert _shape(other) == _shape(one)


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    return len(value) if isinstance(value, list) else None


@given(data=st.data(), kind=st.sampled_from(["transcript", "diploma"]))
@settings(max_examples=40, deadline=None)
def test_nothing_withheld_occurs_in_a_presentation_in_any_encoding(data: st.DataObject, kind: str) -> None:
    """R40"""
    whole = token(kind)
    claims, places = contents(whole)
    chosen = data.draw(st.lists(st.sampled_from([place.pointer for place in places]), unique=True, max_size=4))
    seen = present(whole, disclose=chosen, now=NOW)
    told = {place.pointer for place in contents(seen)[1]}
    readable = _readable(seen)
    for place in places:
        if place.text not in seen.split("~"):
            assert place.text not in seen
            # The salt is what a guess would need; with it gone, so is every way to confirm one.
            salt = json.loads(decode_base64url(place.text, max_chars=10**5))[0]
            assert salt not in readable
    assert len(told) == len(seen.split("~")) - 2
    for secret in ("INF1120", "Zoé", "20214417", "2001-03-14", "distinction", "3.87", "L’Écuyer"):
        if secret not in json.dumps(contents(seen)[0], ensure_ascii=False):
            assert all(form not in readable for form in _spellings(secret))
    assert claims["jti"] == contents(seen)[0]["jti"]


def _readable(seen: str) -> str:
    """Return a presentation with each of its parts also decoded, and what is decoded decoded again."""
    layers = [seen]
    for piece in seen.replace("~", ".").split("."):
        decoded = base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))
        layers += [decoded.decode("utf-8", "replace"), decoded.hex()]
    return "\n".join(layers)


def _spellings(secret: str) -> set[str]:
    raw = secret.encode()
    aligned = {base64.b64encode(b" " * lead + raw).decode()[4:-4] for lead in range(3)}
    return {secret, json.dumps(secret)[1:-1], raw.hex(), *(text for text in aligned if len(text) > 4)}


def test_a_withheld_value_cannot_be_confirmed_by_hashing_guesses() -> None:
    """R40, D11: without its 128-bit salt, the right value leads to no digest, however it is written."""
    whole = token()
    digests = set(_digests(payload(whole)))
    guesses = [
        json.dumps(content, separators=pair, ensure_ascii=ascii_only)
        for content in (
            ["study"],
            ["average", {"value": "3.87", "scale": "4.3"}],
            ["degree_conferred", True],
            ["", "degree_conferred", True],
            ["student_id", "20214417"],
            "20214417",
            "3.87",
        )
        for pair in ((",", ":"), (", ", ": "))
        for ascii_only in (True, False)
    ]
    assert digests.isdisjoint(sd_jwt.digest(form) for guess in guesses for form in _written(guess))
    salts = [
        decode_base64url(json.loads(decode_base64url(text, max_chars=10**5))[0], max_chars=100)
        for text in whole.split("~")[1:-1]
    ]
    assert len(salts) == len(set(salts))
    assert 16 == min(map(len, salts))


def _written(guess: str) -> tuple[str, str]:
    return base64.urlsafe_b64encode(guess.encode()).decode().rstrip("="), base64.b64encode(guess.encode()).decode()


def _digests(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [*value.get("_sd", []), *([value["..."]] if "..." in value else [])]
        return own + [digest for item in value.values() for digest in _digests(item)]
    return [digest for item in value for digest in _digests(item)] if isinstance(value, list) else []


def test_the_same_document_signed_twice_has_no_digest_in_common() -> None:
    """No digest is of something that can be made again."""
    assert set(_digests(payload(token()))).isdisjoint(_digests(payload(token())))
    assert "relatedResource" not in contents(token())[0]


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "jti", "vct", "cnf", "status"])
def test_a_claim_that_decides_is_never_withheld(name: str) -> None:
    """D10: our issuer refuses at lint."""
    draft = partial()
    assert draft is not None
    lint_partial(draft)
    withheld = replace(draft, claims={**draft.claims, name: Concealed("x")})
    inside = replace(draft, claims={**draft.claims, name: [{"id": Concealed("x")}]})
    for wrong in (withheld, inside):
        with pytest.raises(ProblemError, match="malformed"):
            lint_partial(wrong)


@pytest.mark.parametrize("name", ["iss", "nbf", "jti", "status"])
def test_a_claim_that_decides_is_never_missing(name: str) -> None:
    """D10"""
    draft = partial()
    assert draft is not None
    left = {key: value for key, value in draft.claims.items() if key != name}
    with pytest.raises(ProblemError, match="malformed"):
        lint_partial(replace(draft, claims=left))


def test_a_long_transcript_is_shown_by_whole_courses_and_an_endless_one_in_no_parts() -> None:
    assert "/terms/0/courses/0/result" in disclosable(token(terms=terms(4, 10)))
    long = token(terms=terms(4, 40))
    assert "/terms/3/courses/39" in disclosable(long)
    assert "/terms/0/courses/0/result" not in disclosable(long)
    assert DEFAULT.disclosures >= len(disclosable(long))
    assert partial(terms=terms(60, 2)) is not None
    assert partial(terms=terms(53, 3)) is None


@pytest.mark.parametrize(("scale", "name"), [("4.3", "3_0_of_4_3"), ("4", "3_0_of_4_0"), ("100", "70_of_100")])
def test_a_statement_names_its_scale(scale: str, name: str) -> None:
    assert f"/statements/average_at_least_{name}" in disclosable(token(average="3.2", average_scale=scale))


@pytest.mark.parametrize("kind", ["badge", "micro-credential", "attestation"])
def test_the_other_kinds_are_shown_whole(kind: str) -> None:
    assert partial(kind) is None


def test_dates_are_those_of_the_other_forms() -> None:
    claims = contents(token(valid_until="2030-12-31"))[0]
    assert (1780012800, 1924991999) == (claims["nbf"], claims["exp"])


# --- through the issuer's desk --------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(tmp_path)


def form_of(house: House, kind: str = "transcript") -> tuple[str, str]:
    document_id = house.desk.issue(make_award(kind), "boreale", "registrar").document_id
    (form,) = [form for form in house.desk.forms(document_id) if form.format == "dc+sd-jwt"]
    assert "application/dc+sd-jwt" == form.media_type
    return document_id, form.body


def verdict(house: House, body: str) -> Report:
    return house.verify(body, "application/dc+sd-jwt")


def test_a_part_of_an_issued_transcript_verifies_until_the_document_is_revoked(house: House) -> None:
    """R40: every form of a document shares its fate, shown in part or whole."""
    document_id, body = form_of(house)
    seen = present(body, disclose=["/terms/0/courses/0/result"], now=NOW)
    report = verdict(house, seen)
    assert (Verdict.VERIFIED, document_id) == (report.verdict, report.document_id)
    house.desk.revoke(document_id, "Issued in error.", "registrar")
    house.desk.publish_status_lists()
    assert (Verdict.FAILED, "revoked") == (verdict(house, seen).verdict, verdict(house, seen).status.code)


def test_an_issued_form_is_signed_with_the_institutions_published_key(house: House) -> None:
    _, body = form_of(house, "diploma")
    header = json.loads(decode_base64url(body.split(".")[0], max_chars=10**4))
    assert ("ES256", "dc+sd-jwt") == (header["alg"], header["typ"])
    assert header["kid"].startswith(f"{payload(body)['iss']}#")
    assert f"{PUBLIC_URL}/types/diploma" == payload(body)["vct"]


@pytest.mark.parametrize("holder", [controller(HOLDER), did_jwk.did_for(HOLDER.public_key)], ids=["did:key", "did:jwk"])
def test_a_form_bound_to_a_wallet_names_its_key_and_needs_it(house: House, holder: str) -> None:
    """R95"""
    document_id, _ = form_of(house)
    forms = {form.format: form.body for form in house.desk.bind(document_id, holder)}
    bound = forms["dc+sd-jwt"]
    asked = sd_jwt_vc.ExpectedBinding("https://employer.example", "n-1")
    seen = present(bound, disclose=["/study/degree"], now=NOW, holder=HOLDER, audience=asked.audience, nonce="n-1")
    finder = key_finder(house.evidence().resolver)
    found = check_sd_jwt_vc(seen, find_key=finder, now=NOW, expected=asked)
    assert (True, HOLDER.public_key) == (found.holder_proved, found.holder_key)
    with pytest.raises(ProblemError, match="holder-mismatch"):
        check_sd_jwt_vc(present(bound, disclose=["/study/degree"], now=NOW), find_key=finder, now=NOW, expected=asked)


def test_a_holder_whose_key_must_be_looked_up_gets_no_bearer_form_instead(house: House) -> None:
    """R95"""
    document_id, _ = form_of(house)
    forms = house.desk.bind(document_id, "did:web:holder.example")
    assert ["ldp_vc", "ldp_vc_ecdsa"] == [form.format for form in forms]
