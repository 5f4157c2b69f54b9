"""Files of awards are read row by row: bad rows are told, good rows go on (R81, K03, K04)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.awards.batch import RowOutcome, issue_rows, try_rows
from issuer.awards.intake import Row, read_awards
from issuer.awards.mapping import MappingProfile, load_profile, nested
from issuer.credentials.models import DocumentRow
from schemas.award_loading import award_to_json, load_award
from schemas.awards import Award, Badge
from schemas.problems import ProblemError
from tests.support.awards import award_json, make_award
from tests.support.issuing import open_house

HEADERS = (
    "kind,external_id,language,learner.given_name,learner.family_name,learner.email,learner.student_id,"
    "issued_on,title.fr,title.en,description,criteria,tags.0,tags.1"
)
GOOD = "badge,{n},fr+en,Zoé,L’Écuyer,zoe@example.org,2021{n},2026-05-29,Mentorat,Mentoring,Guide.,Deux sessions.,a,b"


def read(*lines: str, profile: MappingProfile | None = None, end: str = "\n") -> list[Row]:
    return list(read_awards((end.join(lines) + end).encode(), profile=profile))


def told(rows: list[Row]) -> list[tuple[int, str]]:
    return [(row.line, row.problem.code if row.problem else "good") for row in rows]


def refused(raw: bytes, profile: MappingProfile | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        list(read_awards(raw, profile=profile))
    return caught.value.problem.code


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_becomes_the_award_that_its_headers_describe(end: str) -> None:
    (row,) = read(HEADERS, GOOD.format(n=1), end=end)
    assert (2, "1") == (row.line, row.external_id)
    assert isinstance(row.award, Badge)
    assert ("Zoé", "Mentorat", "Mentoring", ("a", "b")) == (
        row.award.learner.given_name,
        row.award.title.fr,
        row.award.title.en,
        row.award.tags,
    )


def test_bad_rows_are_told_with_line_and_reason_and_good_rows_go_on() -> None:
    """K03: bad date, huge name, duplicate, formula, NUL, wrong columns, mixed encodings."""
    good = GOOD.format(n="{n}")
    rows = list(
        read_awards(
            b"\xef\xbb\xbf"
            + "\n".join(
                [
                    HEADERS,
                    good.format(n=1),
                    good.format(n=2).replace("2026-05-29", "29/05/2026"),
                    good.format(n=3).replace("Zoé", "Z" * 10_000),
                    good.format(n=1),
                    good.format(n=5).replace("Zoé", "=cmd|'/C calc'!A0"),
                    good.format(n=6).replace("Zoé", "Zo\x00é"),
                    good.format(n=7) + ",one more",
                    good.format(n=8).rsplit(",", 3)[0],
                    "",
                    good.format(n=10),
                ]
            ).encode()
            + b"\n"
            + good.format(n=11).encode("latin-1", "replace")
            + b"\n"
            + good.format(n=12).encode()
        )
    )
    assert [
        (2, "good"),
        (3, "award-incomplete"),
        (4, "award-incomplete"),
        (5, "conflict"),
        (6, "award-incomplete"),
        (7, "award-incomplete"),
        (8, "malformed"),
        (9, "malformed"),
        (11, "good"),
        (12, "not-parsable"),
        (13, "good"),
    ] == told(rows)
    assert rows[1].problem is not None
    assert ["/issued_on"] == [error.pointer for error in rows[1].problem.errors]
    assert rows[3].problem is not None
    assert "line 2" in rows[3].problem.detail


def test_a_text_over_several_lines_is_one_row() -> None:
    rows = read(HEADERS, GOOD.format(n=1).replace("Guide.", '"Un\ndeux"'), GOOD.format(n=2))
    assert [(2, "good"), (4, "good")] == told(rows)


def test_a_quote_that_is_never_closed_is_told_and_ends_the_file() -> None:
    rows = read(HEADERS, GOOD.format(n=1), GOOD.format(n=2).replace("Guide.", '"Guide'), GOOD.format(n=3))
    assert [(2, "good"), (3, "malformed")] == told(rows)


def test_a_cell_beyond_any_measure_is_told() -> None:
    rows = read(HEADERS, GOOD.format(n=1).replace("Guide.", "x" * 200_000), GOOD.format(n=2))
    assert "not-parsable" == told(rows)[0][1]
    assert "good" == told(rows)[-1][1]


def test_a_person_with_one_name_has_an_empty_cell() -> None:
    (row,) = read(HEADERS, GOOD.format(n=1).replace("L’Écuyer", ""))
    assert row.award is not None
    assert "Zoé" == row.award.learner.full_name


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_headers(delimiter: str) -> None:
    (row,) = read(HEADERS.replace(",", delimiter), GOOD.format(n=1).replace(",", delimiter))
    assert row.award is not None


def test_a_mapping_profile_renames_columns_and_sets_what_no_column_holds() -> None:
    profile = load_profile(
        {
            "columns": {
                "MATRICULE": "learner.student_id",
                "PRÉNOM": "learner.given_name",
                "NOM": "learner.family_name",
                "COURRIEL": "learner.email",
                "NO": "external_id",
            },
            "constants": {
                "kind": "badge",
                "language": "fr",
                "issued_on": "2026-05-29",
                "title": "Mentorat",
                "description": "Guide.",
                "criteria": "Deux sessions.",
            },
            "ignore": ["SEXE"],
            "encoding": "windows-1252",
            "delimiter": ";",
        }
    )
    raw = "NO;MATRICULE;PRÉNOM;NOM;SEXE;COURRIEL\n7;2021;Éloïse;Bœuf;X;e@example.org\n".encode("windows-1252")
    (row,) = read_awards(raw, profile=profile)
    assert row.award is not None
    assert ("7", "Éloïse Bœuf") == (row.award.external_id, row.award.learner.full_name)


@pytest.mark.parametrize(
    ("profile", "pointer"),
    [
        ({"columns": {"A": "learner..x"}}, "/columns/A/value"),
        ({"columns": {"A": "__class__"}}, None),
        ({"constants": {"Kind!": "badge"}}, "/constants/Kind!/key"),
        ({"encoding": "utf-16"}, "/encoding"),
        ({"delimiter": "ab"}, "/delimiter"),
        ({"surprise": 1}, "/surprise"),
        ([], None),
    ],
)
def test_a_mapping_profile_that_is_not_right_is_refused(profile: Any, pointer: str | None) -> None:
    if profile == {"columns": {"A": "__class__"}}:
        assert {"A": "__class__"} == load_profile(profile).columns  # a key of an object, nothing more
        assert [(2, "award-incomplete")] == told(read("A", "x", profile=load_profile(profile)))
        return
    with pytest.raises(ProblemError) as caught:
        load_profile(profile)
    assert "malformed" == caught.value.problem.code
    assert pointer is None or pointer in [error.pointer for error in caught.value.problem.errors]


def test_a_file_without_rows_is_refused_whole() -> None:
    assert "not-parsable" == refused(b"")
    assert "not-parsable" == refused(b" \n ")
    assert "not-parsable" == refused("kind,external_id\n".encode("utf-16"))
    assert "malformed" == refused(b"Prenom,Nom\nZ,E\n")
    assert "malformed" == refused(b"kind,kind\nbadge,badge\n")
    assert "too-large" == refused(",".join(f"tags.{n}" for n in range(501)).encode() + b"\n")
    assert [] == read(HEADERS)


def test_columns_that_contradict_each_other_are_told() -> None:
    assert [(2, "malformed")] == told(read("title,title.fr", "a,b"))
    with pytest.raises(ProblemError):
        nested({"a.b": "1", "a": "2"})


def test_json_lines_a_list_and_one_award_are_read() -> None:
    one, two = award_json("badge"), award_json("diploma")
    lines = b"\n".join(json.dumps(each).encode() for each in (one, two))
    expected = [load_award(one), load_award(two)]
    for raw in (lines, b"\n" + lines, json.dumps([one, two]).encode()):
        assert expected == [row.award for row in read_awards(raw)]
    assert [expected[0]] == [row.award for row in read_awards(json.dumps(one, indent=2).encode())]


def test_a_bad_line_of_json_is_told_and_the_others_go_on() -> None:
    one, two = (json.dumps(award_json("badge", external_id=name)) for name in ("1", "2"))
    twice = one[:-1] + ',"kind":"diploma"}'
    lines = [one, '{"kind"', twice, "[]", "7", two]
    rows = list(read_awards("\n".join(lines).encode()))
    assert [
        (1, "good"),
        (2, "not-parsable"),
        (3, "not-parsable"),
        (4, "award-incomplete"),
        (5, "award-incomplete"),
        (6, "good"),
    ] == told(rows)


def flat(value: Any, path: str = "") -> dict[str, str]:
    """Return an award as the cells of a CSV row."""
    if isinstance(value, dict):
        return {
            k: v for name, inner in value.items() for k, v in flat(inner, f"{path}.{name}" if path else name).items()
        }
    if isinstance(value, list):
        return {k: v for at, inner in enumerate(value) for k, v in flat(inner, f"{path}.{at}").items()}
    return {path: str(value)}


@pytest.mark.parametrize("kind", ["badge", "diploma", "micro-credential", "attestation", "transcript"])
def test_each_kind_can_be_written_as_a_row(kind: str) -> None:
    award = make_award(kind)
    cells = flat(award_to_json(award))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(cells)
    writer.writerow(cells.values())
    (row,) = read_awards(out.getvalue().encode())
    assert award == row.award


@given(st.binary(max_size=300))
def test_whatever_the_file_holds_it_is_read_or_told_never_a_traceback(raw: bytes) -> None:
    assert _is_read_or_told(raw)
    assert _is_read_or_told(f"{HEADERS}\n".encode() + raw)
    assert _is_read_or_told(b'{"kind":"badge"}\n' + raw)


def _is_read_or_told(raw: bytes) -> bool:
    try:
        return all((row.award is None) is (row.problem is not None) for row in read_awards(raw))
    except ProblemError:
        return True


@given(st.lists(st.sampled_from(["good", "bad date", "twice", "short"]), min_size=1, max_size=12))
def test_a_batch_is_never_stuck_and_each_good_row_is_issued_once(plan: list[str]) -> None:
    """K03 as a property: any mix of good and poisoned rows."""
    lines = [HEADERS]
    for number, what in enumerate(plan):
        row = GOOD.format(n=0 if what == "twice" else number + 1)
        lines.append({"bad date": row.replace("2026-05-29", "soon"), "short": "badge"}.get(what, row))
    rows = read(*lines)
    assert len(plan) == len(rows)
    good = plan.count("good") + min(1, plan.count("twice"))
    assert good == sum(row.award is not None for row in rows)


def test_a_file_uploaded_again_issues_nothing(tmp_path: Path) -> None:
    """K04, R81: dry run, first run, second run, and a run with a changed row."""
    house = open_house(tmp_path)
    lines = [HEADERS, *(GOOD.format(n=number) for number in range(3)), GOOD.format(n=9).replace("2026-05-29", "soon")]

    def issue(award: Award) -> Any:
        return house.desk.issue(award, "boreale", "test")

    def outcomes(results: Any) -> list[str]:
        return [result.outcome.value for result in results]

    assert [*["would-issue"] * 3, "refused"] == outcomes(
        try_rows(read(*lines), lambda a: house.desk.known(a, "boreale"))
    )
    assert {} == house.desk.counts("boreale")
    first = [result for _, result in issue_rows(read(*lines), issue)]
    assert [*["issued"] * 3, "refused"] == outcomes(first)
    second = [result for _, result in issue_rows(read(*lines), issue)]
    assert [*["already-issued"] * 3, "refused"] == outcomes(second)
    assert [r.document_id for r in first] == [r.document_id for r in second]
    assert RowOutcome.ALREADY is next(try_rows(read(*lines), lambda a: house.desk.known(a, "boreale"))).outcome
    changed = [HEADERS, GOOD.format(n=1).replace("Mentorat", "Tutorat")]
    for results in (
        (result for _, result in issue_rows(read(*changed), issue)),
        try_rows(read(*changed), lambda a: house.desk.known(a, "boreale")),
    ):
        (result,) = results
        assert result.problem is not None
        assert ("refused", "already-issued") == (result.outcome.value, result.problem.code)
    assert {"issued": 3} == house.desk.counts("boreale")
    assert DocumentRow.__tablename__ == "issuer_documents"
