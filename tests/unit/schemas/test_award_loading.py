"""Awards are read whole or refused with a pointer to each bad field (R20, K03, K10)."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields

from schemas.award_fields import IsoDate, SmallDecimal, TextField
from schemas.award_loading import award_to_json, load_award
from schemas.award_schemas import SCHEMAS, ManyField, StrictSchema
from schemas.awards import Kind, Language, Text, Transcript
from schemas.json_schema import schema_bytes, validate
from schemas.problems import CATALOGUE, ProblemError
from tests.support.awards import award_json, make_award


def refused(document: Any) -> dict[str, str]:
    """Load an award that must be refused and return code by pointer."""
    with pytest.raises(ProblemError) as caught:
        load_award(document)
    assert "award-incomplete" == caught.value.problem.code
    assert all(error.code in CATALOGUE and error.detail for error in caught.value.problem.errors)
    return {error.pointer: error.code for error in caught.value.problem.errors}


@pytest.mark.parametrize("kind", Kind)
def test_an_award_of_each_kind_is_read_and_written_back_the_same(kind: Kind) -> None:
    """R20"""
    award = make_award(kind)
    assert kind is award.kind
    assert award == load_award(award_to_json(award))
    assert award == load_award(json.loads(json.dumps(award_to_json(award))))


@pytest.mark.parametrize("kind", Kind)
def test_the_published_schema_accepts_what_is_accepted(kind: Kind) -> None:
    validate(award_json(kind), f"award/{kind}.json")
    validate(award_to_json(make_award(kind)), f"award/{kind}.json")


def test_a_plain_text_stands_for_each_language_of_the_document() -> None:
    assert Text(en="Peer mentoring") == make_award("badge", language="en", title="Peer mentoring").title  # type: ignore[attr-defined]
    assert Text(fr="Mentorat", en="Mentorat") == make_award("badge", title="Mentorat").title  # type: ignore[attr-defined]


def test_a_bilingual_document_needs_each_text_in_both_languages() -> None:
    assert {"/title/fr": "award-incomplete"} == refused(award_json("badge", title={"en": "Peer mentoring"}))
    assert Language.ENGLISH is make_award("badge", language="en", title={"en": "Peer mentoring"}).language


def test_each_language_of_a_text_is_judged_by_itself() -> None:
    title = {"fr": "Mentorat\u0000", "en": "Peer mentoring", "de": "Mentorat"}
    assert {"/title/fr": "text-unprintable", "/title/de": "malformed"} == refused(award_json("badge", title=title))


def test_every_bad_field_is_told_at_once_with_its_pointer() -> None:
    document = award_json("transcript", issued_on="2026-02-30", surprise=1)
    document["learner"] = {**document["learner"], "email": "nobody", "shoe/size": 42}
    document["terms"] = deepcopy(document["terms"])
    document["terms"][0]["courses"][1]["credits"] = "lots"
    del document["terms"][1]["courses"][0]["title"]
    document["programme"] = "7316"
    assert {
        "/issued_on": "malformed",
        "/surprise": "malformed",
        "/learner/email": "malformed",
        "/learner/shoe~1size": "malformed",
        "/terms/0/courses/1/credits": "malformed",
        "/terms/1/courses/0/title": "award-incomplete",
        "/programme": "malformed",
    } == refused(document)


@pytest.mark.parametrize("document", [None, [], "award", 7, True])
def test_what_is_not_an_object_is_refused(document: Any) -> None:
    assert {"": "malformed"} == refused(document)


@pytest.mark.parametrize("kind", [None, "", "degree", 3, ["badge"], {"a": 1}])
def test_an_unknown_kind_is_refused(kind: Any) -> None:
    assert {"/kind": "malformed"} == refused({**award_json("badge"), "kind": kind})


@pytest.mark.parametrize("kind", Kind)
def test_each_required_field_is_missed_when_it_is_absent_or_null(kind: Kind) -> None:
    for name, field in SCHEMAS[kind].fields.items():
        if field.required and name != "kind":
            for document in (award_json(kind, **{name: None}), {**award_json(kind), name: None}):
                assert f"/{name}" in refused(document)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\x00b", "text-unprintable"),
        ("a\x1bb", "text-unprintable"),
        ("a\tb", "text-unprintable"),
        ("a\nb", "text-unprintable"),
        ("abc\u202ecba", "text-unprintable"),
        ("abc\u2066", "text-unprintable"),
        ("\ud800", "text-unprintable"),
        ("\ufdd0", "text-unprintable"),
        ("\ue000", "text-unprintable"),
        ("<script>alert(1)</script>", "malformed"),
        ("</b>", "malformed"),
        ("<!-- -->", "malformed"),
        ('=HYPERLINK("http://example.org")', "malformed"),
        ("@SUM(1)", "malformed"),
        ("+1", "malformed"),
        ("-1", "malformed"),
        ("", "award-incomplete"),
        (" \u00a0 ", "award-incomplete"),
        ("x" * 151, "out-of-range"),
        ("x" * 1_000_000, "out-of-range"),
        (12, "malformed"),
        (["Zoé"], "malformed"),
    ],
)
def test_a_name_that_could_hide_or_break_something_is_refused(text: Any, code: str) -> None:
    """K03, K10: NUL, formula, huge name, markup, text that turns round."""
    document = award_json("badge")
    document["learner"] = {**document["learner"], "given_name": text}
    assert {"/learner/given_name": code} == refused(document)


@pytest.mark.parametrize(
    "name",
    ["Zoé", "N’Guessan", "O'Brien-Lévesque", "ᐊᐳᑎᒃ", "Aputik", "Ngũgĩ", "Nguyễn", "小林", "Ştefănescu", "x" * 150],
)
def test_names_of_people_are_accepted(name: str) -> None:
    document = award_json("badge")
    document["learner"] = {**document["learner"], "given_name": name, "family_name": ""}
    assert name == load_award(document).learner.full_name


def test_texts_are_composed_and_trimmed() -> None:
    document = award_json("badge")
    document["learner"] = {**document["learner"], "given_name": "  Zoe\u0301 "}
    assert "Zoé" == load_award(document).learner.given_name


def test_a_grade_may_begin_with_a_sign_and_a_criterion_may_have_lines() -> None:
    result = {"name": "Projet", "value": "-"}
    award = make_award("micro-credential", results=[result], criteria="- un\n- deux".replace("- un", "Un"))
    assert "Un\n- deux" == award.criteria.fr  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (-1, "out-of-range"),
        (1001, "out-of-range"),
        ("1e2", "malformed"),
        ("1.2345", "malformed"),
        (1e-7, "malformed"),
        (float("nan"), "malformed"),
        (float("inf"), "malformed"),
        (True, "malformed"),
        ("٣", "malformed"),
        ("", "malformed"),
        (10**400, "malformed"),
    ],
)
def test_a_number_that_is_not_a_small_decimal_is_refused(number: Any, code: str) -> None:
    assert {"/credits": code} == refused(award_json("micro-credential", credits=number))


@pytest.mark.parametrize(
    ("number", "expected"), [(3, "3"), (4.5, "4.5"), ("3.00", "3"), ("0.125", "0.125"), (1000, "1000")]
)
def test_numbers_are_kept_exactly(number: Any, expected: str) -> None:
    assert expected == format(make_award("micro-credential", credits=number).credits, "f")  # type: ignore[attr-defined]
    assert Decimal(expected) == make_award("micro-credential", credits=number).credits  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-13-01", "malformed"),
        ("2026-02-30", "malformed"),
        ("29/05/2026", "malformed"),
        ("2026-5-9", "malformed"),
        ("20260529", "malformed"),
        ("2026-05-29T00:00:00Z", "malformed"),
        ("２０２６-05-29", "malformed"),
        (20260529, "malformed"),
        ("0001-01-01", "out-of-range"),
        ("9999-12-31", "out-of-range"),
    ],
)
def test_a_bad_date_is_refused(day: Any, code: str) -> None:
    """K03"""
    assert {"/issued_on": code} == refused(award_json("badge", issued_on=day))


@pytest.mark.parametrize(
    "address", ["a@b", "a b@example.org", "a@example.org\nBcc: b@example.org", "@example.org", "<a@example.org>", 3]
)
def test_what_is_not_an_address_is_refused(address: Any) -> None:
    document = award_json("badge")
    document["learner"] = {**document["learner"], "email": address}
    assert ["/learner/email"] == list(refused(document))


def test_dates_and_averages_that_contradict_each_other_are_refused() -> None:
    assert {"/valid_until": "out-of-range"} == refused(award_json("badge", valid_until="2026-05-28"))
    assert {"/period_until": "out-of-range"} == refused(award_json("attestation", period_until="2026-01-01"))
    assert {"/average_scale": "award-incomplete"} == refused(award_json("transcript", average_scale=None))
    assert {"/average": "award-incomplete"} == refused(award_json("transcript", average=None))
    assert {"/average": "out-of-range"} == refused(award_json("transcript", average=5))
    assert {"/tags": "malformed"} == refused(award_json("badge", tags=["a", "a"]))


def test_a_transcript_holds_as_many_courses_as_a_verifier_accepts() -> None:
    course = {"code": "X1", "title": "Cours", "credits": 3, "grade": "A"}

    def with_courses(number: int) -> dict[str, Any]:
        full, rest = divmod(number, 50)
        sizes = [50] * full + ([rest] if rest else [])
        return award_json(
            "transcript", terms=[{"name": f"T{n}", "courses": [course] * size} for n, size in enumerate(sizes)]
        )

    award = load_award(with_courses(199))
    assert isinstance(award, Transcript)
    assert 199 == sum(len(term.courses) for term in award.terms)
    assert {"/terms": "out-of-range"} == refused(with_courses(200))
    assert {"/terms": "award-incomplete"} == refused(award_json("transcript", terms=[]))


_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


@given(kind=st.sampled_from(list(Kind)), name=st.data(), value=_JSON)
def test_whatever_stands_in_a_field_is_read_or_told_never_a_traceback(
    kind: Kind, name: st.DataObject, value: Any
) -> None:
    document = award_json(kind)
    field = name.draw(st.sampled_from(sorted(document)))
    document[field] = value
    assert read_or_told(document)


def read_or_told(document: Any) -> bool:
    """Is the award read, and read back the same, or refused with pointers?"""
    try:
        award = load_award(document)
    except ProblemError as error:
        pointers = [told.pointer for told in error.problem.errors]
        return bool(pointers) and all(pointer.startswith("/") for pointer in pointers)
    return award == load_award(award_to_json(award))


def properties_of(schema: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that a `$ref` within the same file names, or the schema itself."""
    reference = definition.get("$ref")
    found: dict[str, Any] = schema["$defs"][reference.rsplit("/", 1)[1]] if reference else definition
    return found


def compare(schema: dict[str, Any], definition: dict[str, Any], ours: StrictSchema, place: str) -> None:
    """Assert that an object's published schema names the same fields, required ones and bounds."""
    assert set(ours.fields) == set(definition["properties"]), place
    assert {name for name, field in ours.fields.items() if field.required} == set(definition["required"]), place
    assert definition["additionalProperties"] is False, place
    for name, field in ours.fields.items():
        published = properties_of(schema, definition["properties"][name])
        compare_field(schema, published, field, f"{place}/{name}")


def compare_field(schema: dict[str, Any], published: dict[str, Any], field: fields.Field[Any], place: str) -> None:
    if isinstance(field, ManyField):
        assert (field.most, field.least) == (published["maxItems"], published.get("minItems", 0)), place
        compare_field(schema, properties_of(schema, published["items"]), field.inner, place + "/*")
    elif isinstance(field, fields.Nested):
        nested = field.schema
        assert isinstance(nested, StrictSchema)
        compare(schema, published, nested, place)
    elif isinstance(field, TextField):
        assert [field._chars] * 3 == [
            published["anyOf"][0]["maxLength"],
            *(published["anyOf"][1]["properties"][code]["maxLength"] for code in ("fr", "en")),
        ], place
    elif isinstance(field, SmallDecimal):
        assert field._most == published["anyOf"][0]["maximum"], place
    elif isinstance(field, IsoDate):
        assert "date" == published["format"], place
    elif isinstance(field, fields.Enum):
        expected = [member.value for member in field.enum]
        assert published.get("enum", expected) == expected, place
    else:
        assert getattr(field, "_chars", 254) == published["maxLength"], place


@pytest.mark.parametrize("kind", Kind)
def test_the_published_schema_says_what_the_loader_does(kind: Kind) -> None:
    schema = json.loads(schema_bytes(f"award/{kind}.json"))
    assert kind.value == schema["properties"]["kind"]["const"]
    compare(schema, schema, SCHEMAS[kind], str(kind))
