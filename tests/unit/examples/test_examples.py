"""The examples are what their README says: made again to the byte, consistent, readable, printable."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from issuer.documents.typesetting import Typesetter
from issuer.institutions.profile import Branding, Institution
from schemas import json_schema, strict_json
from schemas.award_loading import award_to_json, load_award
from schemas.awards import Award, Course, Diploma, Kind, Language, Signatory, Text, Transcript
from schemas.problems import ProblemError
from tests.shared import ROOT

EXAMPLES = ROOT / "examples"
MADE = ("convocation.csv", "transcripts.jsonl", "awards/transcript.json")
BAD = json.loads((EXAMPLES / "awards/bad/expected.json").read_text(encoding="utf-8"))


def award_of_row(row: dict[str, str]) -> dict[str, Any]:
    """Return the award of a CSV row: dotted headers nest, an empty cell is no field but for a family name."""
    award: dict[str, Any] = {}
    for header, value in row.items():
        if value or header == "learner.family_name":
            *steps, last = header.split(".")
            place = award
            for step in steps:
                place = place.setdefault(step, {})
            place[last] = value
    return award


def read_json(path: str) -> Any:
    return strict_json.loads((EXAMPLES / path).read_bytes())


@pytest.fixture(scope="module")
def diplomas() -> list[Diploma]:
    with (EXAMPLES / "convocation.csv").open(encoding="utf-8", newline="") as file:
        awards = [load_award(award_of_row(row)) for row in csv.DictReader(file, strict=True)]
    return [award for award in awards if isinstance(award, Diploma)]


@pytest.fixture(scope="module")
def transcripts() -> list[Transcript]:
    lines = (EXAMPLES / "transcripts.jsonl").read_bytes().splitlines()
    awards = [load_award(strict_json.loads(line)) for line in lines]
    return [award for award in awards if isinstance(award, Transcript)]


@pytest.fixture(scope="module")
def institution() -> Institution:
    told = read_json("institution.json")
    branding = told["branding"]
    return Institution(
        slug=told["slug"],
        did=f"did:web:registrar.parchemin.example:t:{told['slug']}",
        names=Text(**told["names"]),
        url=told["url"],
        contact_email=told["contact_email"],
        place=Text(**told["place"]),
        office=Text(**told["office"]),
        branding=Branding(**branding | {"logo": (EXAMPLES / branding["logo"]).read_bytes()}),
        signatories=tuple(Signatory(one["name"], Text(**one["title"])) for one in told["signatories"]),
    )


def courses_of(transcript: Transcript) -> list[Course]:
    return [course for term in transcript.terms for course in term.courses]


def print_pages(award: Award, institution: Institution, typesetter: Typesetter) -> bytes:
    return typesetter.pages(
        award,
        institution=institution,
        document_id="urn:uuid:0f0e9e5e-8c1d-4f00-9a2b-000000000001",
        verify_url="https://registrar.parchemin.example/d/7Q4KX9mVn2sYtE1bHc8RpA",
        development=False,
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )


# --- the script -----------------------------------------------------------------------------------


def test_the_script_makes_the_same_bytes_again(tmp_path: Path):
    """Another folder, no site packages, another seed of hashes: the kept files come out."""
    script = [sys.executable, "-I", "-S", str(EXAMPLES / "make_convocation.py"), str(tmp_path)]
    subprocess.run(script, check=True, cwd=tmp_path, env={"PYTHONHASHSEED": "7"})
    made = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert sorted(MADE) == made
    for name in MADE:
        assert (EXAMPLES / name).read_bytes() == (tmp_path / name).read_bytes(), name


# --- the convocation ------------------------------------------------------------------------------


def test_forty_learners_have_a_diploma_and_a_transcript_each(diplomas: list[Diploma], transcripts: list[Transcript]):
    assert 40 == len(diplomas) == len(transcripts)
    assert [one.learner for one in diplomas] == [one.learner for one in transcripts]
    assert 40 == len({one.learner.student_id for one in diplomas})
    assert 40 == len({one.learner.email for one in diplomas})
    assert 80 == len({one.external_id for one in [*diplomas, *transcripts]})
    assert {"etudiant.boreale.example"} == {one.learner.email.partition("@")[2] for one in diplomas}


def test_a_learner_s_two_documents_agree(diplomas: list[Diploma], transcripts: list[Transcript]):
    for diploma, transcript in zip(diplomas, transcripts, strict=True):
        assert diploma.language == transcript.language
        assert diploma.programme == transcript.programme
        assert diploma.degree == transcript.degree
        assert diploma.conferred_on == transcript.conferred_on
    assert {"BIN", "MEN"} == {one.programme.code for one in diplomas}
    assert set(Language) == {one.language for one in diplomas}


def test_every_award_follows_the_published_schema_too():
    with (EXAMPLES / "convocation.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            json_schema.validate(award_of_row(row), "award/diploma.json")
    for line in (EXAMPLES / "transcripts.jsonl").read_bytes().splitlines():
        json_schema.validate(strict_json.loads(line), "award/transcript.json")
    for kind in Kind:
        json_schema.validate(read_json(f"awards/{kind}.json"), f"award/{kind}.json")


def test_transcripts_have_from_8_to_40_courses(transcripts: list[Transcript]):
    counts = [len(courses_of(one)) for one in transcripts]
    assert (8, 40) == (min(counts), max(counts))


def test_points_follow_the_grades_as_the_readme_says(transcripts: list[Transcript]):
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    scale = {grade: Decimal(points) for grade, points in re.findall(r"\| ([A-E][+-]?) \| ([0-4](?:\.\d)?) ", readme)}
    assert 12 == len(scale)
    told = {(course.grade, course.points) for one in transcripts for course in courses_of(one)}
    without = {(grade, None) for grade in ("EQ", "S", "X")}
    assert without | set(scale.items()) >= told
    assert without | {("A+", Decimal("4.3")), ("E", Decimal(0))} <= told


def test_every_average_is_that_of_its_courses(transcripts: list[Transcript]):
    in_progress = load_award(read_json("awards/transcript.json"))
    assert isinstance(in_progress, Transcript)
    for one in [*transcripts, in_progress]:
        weights = [(course.points, course.credits) for course in courses_of(one) if course.points is not None]
        total = sum((points * credit for points, credit in weights), Decimal(0))
        mean = total / sum((credit for _, credit in weights), Decimal(0))
        assert mean.quantize(Decimal("0.01"), ROUND_HALF_UP) == one.average, one.external_id
        assert Decimal("4.3") == one.average_scale


def test_honours_follow_the_average(diplomas: list[Diploma], transcripts: list[Transcript]):
    seen = set()
    for diploma, transcript in zip(diplomas, transcripts, strict=True):
        average = transcript.average or Decimal(0)
        expected = "with great distinction" if average >= 4 else "with distinction" if average >= Decimal("3.7") else ""
        assert expected == (diploma.honours.en if diploma.honours else ""), diploma.external_id
        seen.add(expected)
    assert 3 == len(seen)


def test_who_graduates_has_the_credits_and_passed_what_was_failed_or_left(transcripts: list[Transcript]):
    needed = {"BIN": 90, "MEN": 45}
    setbacks = set()
    for one in transcripts:
        passed = [course for course in courses_of(one) if course.grade not in {"E", "X"}]
        open_ones = {course.code for course in courses_of(one) if course.grade in {"E", "X"}}
        codes = [course.code for course in passed]
        assert len(codes) == len(set(codes)), one.external_id
        assert open_ones <= set(codes), one.external_id
        assert needed[one.programme.code] <= sum(course.credits for course in passed), one.external_id
        setbacks |= {course.grade for course in courses_of(one)} & {"E", "X"}
    assert {"E", "X"} == setbacks


def test_transferred_credits_name_their_origin_and_stand_first(transcripts: list[Transcript]):
    with_some = [one for one in transcripts if any(course.transferred_from for course in courses_of(one))]
    assert len(with_some) >= 5
    for one in transcripts:
        from_elsewhere = [course.grade == "EQ" for course in courses_of(one)]
        assert from_elsewhere == [course.transferred_from is not None for course in courses_of(one)]
        assert from_elsewhere == sorted(from_elsewhere, reverse=True)
        assert (one in with_some) == (one.terms[0].name.en == "Transfer credits")


def test_terms_follow_each_other_and_end_before_the_convocation(transcripts: list[Transcript]):
    seasons = {"Winter": ("Hiver", 0), "Summer": ("Été", 1), "Fall": ("Automne", 2)}
    for one in transcripts:
        terms = [term for term in one.terms if term.name.en != "Transfer credits"]
        places = []
        for term in terms:
            season, year = (term.name.en or "").split(" ")
            assert f"{seasons[season][0]} {year}" == term.name.fr
            places.append((int(year), seasons[season][1]))
        assert places == sorted(set(places)), one.external_id
        assert (2026, 0) == places[-1]
        assert places[0][1] in {0, 2}, "studies begin in fall or winter"
        assert int("20" + one.learner.student_id[:2]) <= places[0][0], "numbers are given on admission"


def test_the_names_are_those_where_systems_break(diplomas: list[Diploma]):
    names = [one.learner.full_name for one in diplomas]
    assert {"Tashi", "Suryani"} == {one.learner.full_name for one in diplomas if not one.learner.family_name}
    assert ["ᐊᐳᑎᒃ ᐃᑦᑐᒃ (Aputik Ittuk)"] == [
        name for name in names if any("CANADIAN" in unicodedata.name(c) for c in name)
    ]
    assert 87 == max(map(len, names))
    assert any("'" in name for name in names)
    assert any("’" in name for name in names)
    assert any(unicodedata.combining(c) for name in names for c in unicodedata.normalize("NFC", name))
    assert 39 == len(set(names)), "two people share a name"
    assert any(one.learner.birth_date is None for one in diplomas)


# --- one award of each kind -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_there_is_an_award_of_each_kind_for_the_learner_of_the_demonstration(kind: Kind, diplomas: list[Diploma]):
    award = load_award(read_json(f"awards/{kind}.json"))
    assert kind == award.kind
    assert diplomas[0].learner == award.learner
    assert ("Zoé Tremblay-N'Diaye", "zoe.tremblay@etudiant.boreale.example") == (
        award.learner.full_name,
        award.learner.email,
    )
    assert award == load_award(award_to_json(award))


def test_the_single_awards_do_not_collide_with_the_convocation(diplomas: list[Diploma], transcripts: list[Transcript]):
    """`external_id` and institution are the natural key (architecture §16)."""
    single = {load_award(read_json(f"awards/{kind}.json")).external_id for kind in Kind}
    assert 5 == len(single)
    assert set() == single & {one.external_id for one in [*diplomas, *transcripts]}


def test_the_transcript_in_progress_is_the_beginning_of_the_final_one(transcripts: list[Transcript]):
    early = load_award(read_json("awards/transcript.json"))
    assert isinstance(early, Transcript)
    assert transcripts[0].terms[: len(early.terms)] == early.terms
    assert 0 < len(early.terms) < len(transcripts[0].terms)
    assert early.degree is None
    assert early.conferred_on is None


# --- what must be refused -------------------------------------------------------------------------


def test_every_bad_award_has_its_expectation():
    files = {path.name for path in (EXAMPLES / "awards/bad").iterdir()} - {"expected.json"}
    assert set(BAD) == files


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_award_is_refused_at_the_fields_that_are_wrong(name: str):
    """K03: each bad field by its JSON pointer (RFC 6901) and its code."""
    with pytest.raises(ProblemError) as told:
        load_award(read_json(f"awards/bad/{name}"))
    problem = told.value.problem
    assert BAD[name] == {"code": problem.code, "errors": {error.pointer: error.code for error in problem.errors}}


# --- the institution ------------------------------------------------------------------------------


def test_the_institution_speaks_both_languages_and_nobody_can_own_its_addresses(institution: Institution):
    assert "boreale" == institution.slug
    assert Text("Université Boréale", "Boreal University") == institution.names
    assert Text("Bureau du registraire", "Office of the Registrar") == institution.office
    assert institution.contact_email.endswith("@boreale.example")
    assert institution.url.endswith("boreale.example")
    assert 2 == len(institution.signatories)
    texts = [institution.names, institution.place, institution.office, *(one.title for one in institution.signatories)]
    assert all(text.fr and text.en for text in texts)


def test_the_colour_can_be_read_on_paper(institution: Institution):
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 against #fbfaf7."""
    ink, paper = sorted((luminance(institution.branding.colour), luminance("#fbfaf7")))
    assert (paper + 0.05) / (ink + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_logo_is_plain_shapes(institution: Institution):
    """PDF/A and the strict content policy: no text, gradient, transparency, script, style or reference."""
    drawing = ET.fromstring(institution.branding.logo)  # noqa: S314 (our own file)
    assert {"svg", "path"} == {element.tag.rpartition("}")[2] for element in drawing.iter()}
    allowed = {"viewBox", "width", "height", "d", "fill", "stroke", "stroke-width", "stroke-linecap"}
    assert allowed >= {name for element in drawing.iter() for name in element.attrib}
    fills = {element.get("fill") for element in drawing if element.get("fill") != "none"}
    assert all(re.fullmatch("#[0-9a-f]{6}", fill or "") for fill in fills)


def test_every_diploma_and_each_kind_can_be_printed(diplomas: list[Diploma], institution: Institution):
    """PDF/A-3a wants a glyph for every character of every name; Typst refuses otherwise."""
    typesetter = Typesetter()
    singles = [load_award(read_json(f"awards/{kind}.json")) for kind in Kind]
    for award in [*diplomas, *singles]:
        assert print_pages(award, institution, typesetter).startswith(b"%PDF-"), award.external_id
